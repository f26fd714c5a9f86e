"""集群企业: joined on a day for a reason, left on a day for a reason; counted once at a time."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import credit_code
from clusters import permissions as may
from clusters.models import ClusterFirm
from clusters.selectors.clusters import profile_of
from clusters.services import common
from core import audit, clock
from core.actor import Actor
from core.errors import Invalid, NotNow, Problem, raise_if
from filings.models import Entity
from filings.texts import taken

LIMITS = {
    "name": 120,
    "join_reason": 300,
    "leave_reason": 300,
    "products": 300,
    "chain_link": 60,
}
Stay = tuple[datetime.date, datetime.date | None]


@dataclass(frozen=True)
class FirmFacts:
    """What is known of one firm's stay."""

    name: str
    credit_code: str
    joined_on: datetime.date | None
    join_reason: str = ""
    products: str = ""
    chain_link: str = ""
    is_key: bool = False


@transaction.atomic
def add(*, actor: Actor, cluster: Entity, facts: FirmFacts) -> ClusterFirm:
    """A firm joins. Raises NotAllowed, NotNow, Invalid: among others where it is counted already in these days."""
    may.body.require(actor, cluster)
    row = common.locked(cluster)
    common.still_registered(row)
    facts, found = cleaned(facts, profile_of(row).link_names)
    if not found:
        stays = stays_of(row, [facts.credit_code]).get(facts.credit_code, [])
        found += overlap(facts.joined_on, None, stays)
    raise_if(found)
    made = _create(actor, row, facts)
    audit.record("cluster_firm.add", actor=actor, obj=made, detail={"cluster": row.code})
    return made


@transaction.atomic
def edit(*, actor: Actor, firm: ClusterFirm, facts: FirmFacts) -> ClusterFirm:
    """Other facts of the same stay; the credit code stays what it is."""
    may.of("cluster", may.body).require(actor, firm)
    common.locked(firm.cluster)
    row = ClusterFirm.objects.select_related("cluster").get(pk=firm.pk)
    common.still_registered(row.cluster)
    facts, found = cleaned(facts, profile_of(row.cluster).link_names)
    if facts.credit_code != row.credit_code:
        found.append(Problem("code", _("信用代码不能更改，请先办理退出再另行纳入"), "credit_code"))
    if facts.joined_on and row.left_on and facts.joined_on >= row.left_on:
        found.append(Problem("order", _("纳入日期应早于退出日期"), "joined_on"))
    if not found:
        others = stays_of(row.cluster, [row.credit_code], without=row.pk).get(row.credit_code, [])
        found += overlap(facts.joined_on, row.left_on, others)
    raise_if(found)
    values = asdict(facts) | common.named(facts.name)
    fields = common.changed(row, values)
    if fields:
        row.save(update_fields=fields)
        audit.record("cluster_firm.edit", actor=actor, obj=row, detail={"fields": sorted(fields)})
    return row


@transaction.atomic
def leave(*, actor: Actor, firm: ClusterFirm, left_on: datetime.date | None, reason: str) -> ClusterFirm:
    """A firm leaves: `left_on` is the first day on which it no longer belongs. Raises NotAllowed, NotNow, Invalid."""
    may.of("cluster", may.body).require(actor, firm)
    common.locked(firm.cluster)
    row = ClusterFirm.objects.select_related("cluster").get(pk=firm.pk)
    common.still_registered(row.cluster)
    if row.left_on is not None:
        raise NotNow.one("left", _("该企业已于 %(day)s 退出") % {"day": row.left_on.isoformat()})
    texts, found = taken(
        {"leave_reason": reason}, limits=LIMITS, required={"leave_reason": _("请写明退出原因")}
    )
    found += common.day_problems(left_on, "left_on", required=_("请填写退出日期"))
    if not found and left_on is not None and left_on <= row.joined_on:
        found.append(Problem("order", _("退出日期应晚于纳入日期"), "left_on"))
    raise_if(found)
    row.left_on, row.leave_reason = left_on, texts["leave_reason"]
    row.save(update_fields=["left_on", "leave_reason"])
    audit.record("cluster_firm.leave", actor=actor, obj=row, detail={"on": str(left_on)})
    return row


def cleaned(facts: FirmFacts, links: Iterable[str]) -> tuple[FirmFacts, list[Problem]]:
    """The facts without their margins, and every reason why they cannot be kept; pure but for the clock."""
    given = {
        "name": facts.name,
        "join_reason": facts.join_reason,
        "products": facts.products,
        "chain_link": facts.chain_link,
    }
    texts, found = taken(given, limits=LIMITS, required={"name": _("请填写企业名称")})
    code = credit_code.normalise(facts.credit_code)
    found += credit_code.problems(code)
    found += common.day_problems(facts.joined_on, "joined_on", required=_("请填写纳入日期"))
    known = list(links)
    if texts["chain_link"] and texts["chain_link"] not in known:
        names = "、".join(known) or _("尚未登记环节")
        words = _("环节不在本集群的产业链中：%(names)s") % {"names": names}
        found.append(Problem("chain_link", words, "chain_link"))
    return FirmFacts(credit_code=code, joined_on=facts.joined_on, is_key=facts.is_key, **texts), found


def stays_of(cluster: Entity, codes: Iterable[str], without: int | None = None) -> dict[str, list[Stay]]:
    """When firms belonged, by code. One query."""
    rows = ClusterFirm.objects.filter(cluster=cluster, credit_code__in=list(codes)).exclude(pk=without or 0)
    found: dict[str, list[Stay]] = {}
    for code, joined, left in rows.values_list("credit_code", "joined_on", "left_on"):
        found.setdefault(code, []).append((joined, left))
    return found


def overlap(joined: datetime.date | None, left: datetime.date | None, stays: Iterable[Stay]) -> list[Problem]:
    """A firm is counted once at a time; a day of leaving is free for coming back."""
    for since, until in stays:
        begins_before = until is None or (joined is not None and joined < until)
        if begins_before and (left is None or since < left):
            days = f"{since.isoformat()} — {until.isoformat() if until else _('至今')}"
            words = _("该企业在 %(days)s 已计入本集群，同一时期只计一次") % {"days": days}
            return [Problem("twice", words, "credit_code")]
    return []


def _create(actor: Actor, cluster: Entity, facts: FirmFacts) -> ClusterFirm:
    try:
        with transaction.atomic():
            return ClusterFirm.objects.create(
                cluster=cluster,
                organisation=common.unit_with(facts.credit_code),
                recorded_by=actor.user,
                recorded_at=clock.now(),
                is_sample=cluster.is_sample,
                **(asdict(facts) | common.named(facts.name)),
            )
    except IntegrityError:  # somebody was quicker, past the lock
        raise Invalid.one("twice", _("该企业已计入本集群"), "credit_code") from None
