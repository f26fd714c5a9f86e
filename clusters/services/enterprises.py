"""重点企业库: a firm is entered with a reason and taken out with one; the library is moved, not fixed (动态管理)."""

from __future__ import annotations

import datetime
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import credit_code
from accounts.enums import SizeClass
from clusters import permissions as may
from clusters.enums import FirmRole
from clusters.models import KeyEnterprise
from clusters.selectors.clusters import OPEN_REQUESTS
from clusters.services import common
from core import audit, clock
from core.actor import Actor
from core.errors import Invalid, NotNow, Problem, raise_if
from filings.models import Entity
from filings.texts import taken

LIMITS = {"name": 120, "products": 300, "reason": 500, "end_reason": 500}
MOST = Decimal("99999999999999.99")


@dataclass(frozen=True)
class EntryFacts:
    """What is known of a firm of the library. Revenue in yuan, of the year named."""

    name: str
    credit_code: str
    role: str
    since: datetime.date | None
    reason: str
    size_class: str = ""
    revenue: Decimal | None = None
    revenue_year: int | None = None
    products: str = ""


@transaction.atomic
def enter(*, actor: Actor, cluster: Entity, facts: EntryFacts) -> KeyEnterprise:
    """A firm of the cluster enters the library. Raises NotAllowed, NotNow, Invalid with every reason."""
    may.body.require(actor, cluster)
    row = common.locked(cluster)
    common.still_registered(row)
    values, found = _columns(facts)
    raise_if(found)
    try:
        with transaction.atomic():
            made = KeyEnterprise.objects.create(
                cluster=row,
                recorded_by=actor.user,
                recorded_at=clock.now(),
                is_sample=row.is_sample,
                **values,
            )
    except IntegrityError:
        raise Invalid.one("twice", _("该企业已在重点企业库中"), "credit_code") from None
    audit.record("key_enterprise.enter", actor=actor, obj=made, detail={"cluster": row.code})
    return made


@transaction.atomic
def edit(*, actor: Actor, enterprise: KeyEnterprise, facts: EntryFacts) -> KeyEnterprise:
    """Other facts of an entry; its credit code stays. Raises NotAllowed, NotNow, Invalid."""
    may.of("cluster", may.body).require(actor, enterprise)
    row = _locked(enterprise)
    values, found = _columns(facts)
    if values["credit_code"] != row.credit_code:
        found.append(Problem("code", _("信用代码不能更改，请先出库再另行入库"), "credit_code"))
    raise_if(found)
    fields = common.changed(row, values)
    if fields:
        row.save(update_fields=fields)
        audit.record("key_enterprise.edit", actor=actor, obj=row, detail={"fields": sorted(fields)})
    return row


@transaction.atomic
def leave(
    *, actor: Actor, enterprise: KeyEnterprise, until: datetime.date | None, reason: str
) -> KeyEnterprise:
    """A firm leaves the library; what it still asks for is settled first. Raises NotAllowed, NotNow, Invalid."""
    may.of("cluster", may.body).require(actor, enterprise)
    row = _locked(enterprise)
    if row.requests.filter(state__in=OPEN_REQUESTS).exists():
        raise NotNow.one("open_requests", _("还有未办结的诉求，请办结或者撤回后再出库"))
    texts, found = taken({"end_reason": reason}, limits=LIMITS, required={"end_reason": _("请写明出库原因")})
    found += common.day_problems(until, "until", required=_("请填写出库日期"))
    if not found and until is not None and until < row.since:
        found.append(Problem("order", _("出库日期不能早于入库日期"), "until"))
    raise_if(found)
    row.until, row.end_reason = until, texts["end_reason"]
    row.save(update_fields=["until", "end_reason"])
    audit.record("key_enterprise.leave", actor=actor, obj=row, detail={"on": str(until)})
    return row


def _locked(enterprise: KeyEnterprise) -> KeyEnterprise:
    """The entry while it stands in the library of a cluster that is on the register."""
    rows = KeyEnterprise.objects.select_for_update(of=("self",)).select_related("cluster")
    row = rows.get(pk=enterprise.pk)
    common.still_registered(row.cluster)
    if row.until is not None:
        raise NotNow.one("left", _("该企业已于 %(day)s 出库") % {"day": row.until.isoformat()})
    return row


def _columns(facts: EntryFacts) -> tuple[dict[str, Any], list[Problem]]:
    given = {"name": facts.name, "products": facts.products, "reason": facts.reason}
    required = {"name": _("请填写企业名称"), "reason": _("请写明入库理由")}
    texts, found = taken(given, limits=LIMITS, required=required)
    code = credit_code.normalise(facts.credit_code)
    found += credit_code.problems(code)
    found += common.day_problems(facts.since, "since", required=_("请填写入库日期"))
    found += common.one_of(facts.role, FirmRole.values, "role", _("请选择企业类型"))
    if facts.size_class:
        found += common.one_of(facts.size_class, SizeClass.values, "size_class", _("请选择规模"))
    found += _revenue_problems(facts)
    values = asdict(facts) | texts | common.named(texts["name"])
    return values | {"credit_code": code, "organisation": common.unit_with(code)}, found


def _revenue_problems(facts: EntryFacts) -> list[Problem]:
    if facts.revenue is None:
        return []
    if not (facts.revenue.is_finite() and 0 <= facts.revenue <= MOST):
        return [Problem("money", _("主营业务收入应为不小于 0 的数"), "revenue")]
    if facts.revenue_year is None or not 2000 <= facts.revenue_year <= clock.today().year:
        return [Problem("year", _("请填写收入所属年度"), "revenue_year")]
    return []
