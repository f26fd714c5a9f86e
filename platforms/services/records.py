"""Writing a platform's records: add, change, strike out, follow up; confirm a year, accept or return it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import credit_code
from core import audit, clock, files
from core.actor import Actor
from core.errors import Invalid, NotNow, Problem, Stale, raise_if
from filings.enums import EntityState
from filings.models import Entity
from filings.services import duties
from platforms.enums import OPEN_PROJECT, ChainStep, ProjectStanding
from platforms.models import Contract, FollowUp, ForumProject, Record, Stay, Tenant
from platforms.permissions import record_keeper, record_officer, record_viewer
from platforms.records import RecordKind
from platforms.selectors.records import get_kind, locked_years
from platforms.types import of
from policy.law import law_on

PROOF = "platforms.proof"
PROOF_KINDS = ("pdf", "jpg", "png")
INTERVAL = "procedure.forum_follow_up"


@transaction.atomic
def add(
    *,
    actor: Actor,
    entity: Entity,
    kind: str,
    values: Mapping[str, Any],
    upload: UploadedFile | None = None,
) -> Record:
    """A new record. `values` are cleaned values by field. Raises NotAllowed, NotVisible, NotNow, Invalid."""
    record_keeper.require(actor, entity)
    spec, locked = get_kind(entity, kind), _open(entity)
    row = spec.model(entity=locked, created_by=actor.user)
    _write(row, spec, values)
    _refuse_locked(locked, row.years)
    if upload is not None:
        row.proof = _kept(actor, locked, upload)
    row.save()
    _after(row, spec)
    audit.record("record.add", actor=actor, obj=row, detail={"entity": locked.code, "kind": kind})
    return row


@transaction.atomic
def change(
    *,
    actor: Actor,
    record: Record,
    kind: str,
    values: Mapping[str, Any],
    version: int | None = None,
    upload: UploadedFile | None = None,
) -> Record:
    """Other values; the old ones stay in its history. Raises NotAllowed, NotNow, Stale, Invalid."""
    row, spec = _held(actor, record, kind, version)
    before = row.years
    _write(row, spec, values)
    _refuse_locked(row.entity, {*before, *row.years})
    if upload is not None:
        row.proof = _kept(actor, row.entity, upload)
    row.version, row.updated_at = row.version + 1, clock.now()
    row.save()
    _after(row, spec)
    audit.record("record.change", actor=actor, obj=row, detail={"entity": row.entity.code, "kind": kind})
    return row


@transaction.atomic
def strike(*, actor: Actor, record: Record, kind: str, reason: str, version: int | None = None) -> Record:
    """What was wrong counts no longer; it stays on record with the reason. Raises NotAllowed, NotNow, Stale, Invalid."""
    row, spec = _held(actor, record, kind, version)
    _refuse_locked(row.entity, row.years)
    if not reason.strip():
        raise Invalid.one("reason", _("请写明作废原因"), "reason")
    if _leant_on(row):
        raise NotNow.one("used", _("这一条还有其他台账依据它登记，请先作废那些台账。"))
    row.struck_at, row.struck_by, row.struck_reason = clock.now(), actor.user, reason.strip()[:300]
    row.version += 1
    row.save(update_fields=["struck_at", "struck_by", "struck_reason", "version"])
    _after(row, spec)
    audit.record("record.strike", actor=actor, obj=row, detail={"entity": row.entity.code, "kind": kind})
    return row


@transaction.atomic
def follow(
    *,
    actor: Actor,
    record: Record,
    on: datetime.date,
    text: str,
    standing: str = "",
    next_on: datetime.date | None = None,
) -> FollowUp:
    """What became of it: of a contract by the host, of a signed project by the bureau until it has landed.

    Raises NotAllowed, NotNow, Invalid.
    """
    row: Any = type(record)._default_manager.select_for_update(of=("self",)).get(pk=record.pk)
    is_project = isinstance(row, ForumProject)
    (record_officer if is_project else record_keeper).require(actor, row.entity)
    if row.struck_at is not None:
        raise NotNow.one("struck", _("这一条已作废。"))
    if is_project and row.standing not in OPEN_PROJECT:
        raise NotNow.one("ended", _("该项目已落地或者终止，不再跟踪。"))
    raise_if(_follow_problems(row, on, text, standing, next_on, is_project))
    made = FollowUp.objects.create(
        contract=row if isinstance(row, Contract) else None,
        project=row if is_project else None,
        on=on,
        text=text.strip(),
        standing=standing if is_project else "",
        by=actor.user,
    )
    if is_project:
        row.standing = standing
        row.next_on = (next_on or _next(row, on)) if standing in OPEN_PROJECT else None
        row.version += 1
        row.save(update_fields=["standing", "next_on", "version"])
        duties.sync(row)
    audit.record("record.follow", actor=actor, obj=row, detail={"entity": row.entity.code})
    return made


def _follow_problems(
    row: Any, on: datetime.date, text: str, standing: str, next_on: datetime.date | None, is_project: bool
) -> Iterable[Problem]:
    found = []
    if not text.strip():
        found.append(Problem("text", _("请写明进展"), "text"))
    if on > clock.today() or on < row.signed_on:
        found.append(Problem("on", _("日期应在签订之后、今天之前"), "on"))
    if is_project and standing not in ProjectStanding.values:
        found.append(Problem("standing", _("请选择进展阶段"), "standing"))
    if next_on is not None and next_on <= on:
        found.append(Problem("next_on", _("下次跟踪日期应晚于本次日期"), "next_on"))
    return found


# --- inside ----------------------------------------------------------------------------------


def _open(entity: Entity) -> Entity:
    """The platform, locked against everybody who writes its records; not for one that has ended."""
    row = Entity.objects.select_for_update(of=("self",), no_key=True).get(pk=entity.pk)
    if row.standing != EntityState.REGISTERED:
        words = _("“%(name)s”%(standing)s，不能再登记台账")
        raise NotNow.one("ended", words % {"name": row.name, "standing": row.get_standing_display()})
    return row


def _held(actor: Actor, record: Record, kind: str, version: int | None) -> tuple[Any, RecordKind]:
    record_keeper.require(actor, record.entity)
    spec, entity = get_kind(record.entity, kind), _open(record.entity)
    row: Any = spec.model._default_manager.select_for_update(of=("self",)).get(pk=record.pk)
    if version is not None and version != row.version:
        raise Stale.one("stale", _("您打开页面之后，这条台账已被他人更新，请核对后再保存。"))
    if row.struck_at is not None:
        raise NotNow.one("struck", _("这一条已作废。"))
    row.entity = entity
    return row, spec


def _refuse_locked(entity: Entity, years: Iterable[int]) -> None:
    locked = sorted(locked_years(entity) & set(years))
    if locked:
        words = _("%(years)s年度台账已经确认，不能更改。确需更正的，请联系主管部门退回。")
        raise NotNow.one("locked", words % {"years": "、".join(map(str, locked))})


def _write(row: Any, spec: RecordKind, values: Mapping[str, Any]) -> None:
    """Assign, then ask the fields, the constraints and the rules of this kind; everything at once."""
    for name in spec.fields:
        if name in values:
            setattr(row, name, values[name])
    found: list[Problem] = []
    try:
        # who wrote it and where it belongs was set above, not typed
        row.full_clean(exclude={"created_by", "proof"})
    except ValidationError as error:
        found = [
            Problem("invalid", message, "" if name == "__all__" else name)
            for name, messages in error.message_dict.items()
            for message in messages
        ]
    found += [
        problem for check in (_dates, _inner, *CHECKS.get(spec.key, ())) for problem in check(row, spec)
    ]
    raise_if(found)


def _dates(row: Any, spec: RecordKind) -> Iterable[Problem]:
    """Nothing has happened yet that is dated later than today."""
    for name in spec.fields:
        value = getattr(row, name, None)
        if isinstance(value, datetime.date) and value > clock.today():
            label = spec.column_label(name)
            yield Problem("future", _("%(label)s不能晚于今天") % {"label": label}, name)


def _inner(row: Any, spec: RecordKind) -> Iterable[Problem]:
    """What it points to belongs to the same platform."""
    other = getattr(row, spec.inner, None) if spec.inner and getattr(row, f"{spec.inner}_id") else None
    if other is not None and (other.entity_id != row.entity_id or other.struck_at is not None):
        yield Problem("inner", _("请选择本平台登记的一项"), spec.inner)


def _tenant(row: Tenant, spec: RecordKind) -> Iterable[Problem]:
    row.credit_code = "".join(row.credit_code.split()).upper()
    if row.credit_code:
        for problem in credit_code.problems(row.credit_code):
            yield Problem(problem.code, str(problem.message), "credit_code")
    if row.kind == "enterprise" and not row.credit_code:
        yield Problem("credit_code", _("企业须填写统一社会信用代码"), "credit_code")
    if row.graduated_on and row.left_on and row.graduated_on > row.left_on:
        yield Problem("graduated_on", _("毕业日期晚于迁出日期"), "graduated_on")
    own = of(row.entity.kind).traits.chain
    steps = [step.value for step in ChainStep]
    if row.came_from and own and steps.index(row.came_from) >= steps.index(own):
        yield Problem("came_from", _("来源环节应在本平台所处环节之前"), "came_from")


def _service(row: Any, spec: RecordKind) -> Iterable[Problem]:
    if row.paid_on and row.served_on and row.through_network and not row.instrument_id:
        yield Problem("instrument", _("经省协作共用网完成的服务，请选择使用的仪器"), "instrument")


def _stay(row: Stay, spec: RecordKind) -> Iterable[Problem]:
    if not row.team_id or not row.starts_on:
        return
    if row.starts_on < row.team.started_on or (row.team.ended_on and row.starts_on > row.team.ended_on):
        yield Problem("starts_on", _("日期不在该团队的在站期间"), "starts_on")
    if row.people and row.people > row.team.members:
        yield Problem("people", _("在站人数多于团队人数"), "people")


CHECKS: dict[str, tuple[Callable[..., Iterable[Problem]], ...]] = {
    "tenant": (_tenant,),
    "service": (_service,),
    "stay": (_stay,),
}


def _leant_on(row: Any) -> bool:
    for name in ("services", "stays", "projects"):
        others = getattr(row, name, None)
        if others is not None and others.filter(struck_at__isnull=True).exists():
            return True
    return False


def _after(row: Any, spec: RecordKind) -> None:
    """What follows from it: the tenant's row on the step before, the first date to follow a project up."""
    if isinstance(row, Tenant):
        _link_before(row)
    if isinstance(row, ForumProject):
        if row.next_on is None and row.standing in OPEN_PROJECT and row.struck_at is None:
            row.next_on = _next(row, clock.today())
            row.save(update_fields=["next_on"])
        duties.sync(row)


def _link_before(row: Tenant) -> None:
    """Who moved on from which step (incubation_chain): the same code in a platform of the step it says it came from."""
    found = None
    if row.credit_code and row.came_from:
        rows = Tenant.objects.filter(
            credit_code=row.credit_code, entity__kind=row.came_from, struck_at__isnull=True
        )
        found = rows.filter(entered_on__lte=row.entered_on).exclude(pk=row.pk).order_by("-entered_on").first()
    if row.before_id != (found.pk if found else None):
        row.before = found
        row.save(update_fields=["before"])


def _next(row: ForumProject, on: datetime.date) -> datetime.date:
    days = int(law_on(clock.today(), of(row.entity.kind).place).value(INTERVAL, 90))
    return on + datetime.timedelta(days=days)


def _kept(actor: Actor, entity: Entity, upload: UploadedFile) -> Any:
    return files.store(
        upload,
        name=upload.name or "",
        actor=actor,
        kind=PROOF,
        allowed=PROOF_KINDS,
        owner=entity,
        field="proof",
    )


def may_read_proof(actor: Actor, stored: Any) -> bool:
    """Who reads records reads their papers."""
    found = Entity.objects.filter(pk=stored.owner_id).select_related("lead", "authority").first()
    return found is not None and record_viewer(actor, found)
