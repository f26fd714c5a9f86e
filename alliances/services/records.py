"""活动和成果: kept by the chair of an alliance; an officer says whether an activity counts, and writes nothing else."""

from __future__ import annotations

import datetime
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import UNIT_ROLES
from accounts.models import Message
from accounts.selectors import people_with_role
from accounts.services import notify
from alliances.enums import RecordKind
from alliances.models import AllianceRecord, NetworkProfile
from alliances.permissions import record_judge, record_owner, record_viewer, record_writer
from core import audit, clock, files
from core.actor import Actor
from core.errors import Invalid, NotNow, Problem, Stale, raise_if
from filings.enums import EntityState
from filings.models import Entity
from filings.services import duties
from filings.texts import taken

LIMITS = {"title": 120, "partner": 120, "number": 80, "summary": 3000, "basis": 500, "reason": 500}
MOST = Decimal("999999999999.99")
KIND = "alliance_record"
FILE_KIND = "alliances.evidence"
EVIDENCE = ("pdf", "jpg", "png", "docx", "xlsx")


@dataclass(frozen=True)
class Facts:
    """What the chair says of an activity or a result; `amount` in yuan, `until` ends what stands."""

    kind: str
    title: str
    held_on: datetime.date | None
    partner: str = ""
    until: datetime.date | None = None
    number: str = ""
    amount: Decimal | None = None
    summary: str = ""
    is_public: bool = True


def add(*, actor: Actor, entity: Entity, facts: Facts, upload: UploadedFile | None = None) -> AllianceRecord:
    """The chair records an activity or a result. Raises NotAllowed, NotNow, Invalid with every reason."""
    record_writer.require(actor, entity)
    values = _checked(facts)
    checked = _inspected(upload)
    with transaction.atomic():
        row = Entity.objects.select_for_update(of=("self",), no_key=True).get(pk=entity.pk)
        _keeps_records(row)
        made = AllianceRecord.objects.create(
            entity=row,
            evidence=_stored(checked, row, actor),
            created_at=clock.now(),
            created_by=actor.user,
            **values,
        )
        return _told(actor, made, "added")


def change(
    *,
    actor: Actor,
    record: AllianceRecord,
    facts: Facts,
    upload: UploadedFile | None = None,
    version: int | None = None,
) -> AllianceRecord:
    """Put a record right, until an officer has looked at it. Raises NotAllowed, NotNow, Stale, Invalid."""
    record_owner.require(actor, record)
    values = _checked(facts)
    checked = _inspected(upload)
    with transaction.atomic():
        row = _locked(record, version)
        if row.counts is not None:
            raise NotNow.one("judged", _("经办人已经认定，不能再修改；确需更正的，撤销后重新登记。"))
        for name, value in values.items():
            setattr(row, name, value)
        if checked is not None:
            row.evidence = _stored(checked, row.entity, actor)
        row.version += 1
        row.save()
        return _told(actor, row, "changed")


@transaction.atomic
def withdraw(
    *, actor: Actor, record: AllianceRecord, reason: str, version: int | None = None
) -> AllianceRecord:
    """Take a record back, for a reason; it no longer counts and stays on file. Raises NotAllowed, NotNow, Stale, Invalid."""
    record_owner.require(actor, record)
    texts, found = taken({"reason": reason}, limits=LIMITS, required={"reason": _("请写明撤销原因")})
    raise_if(found)
    row = _locked(record, version)
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = clock.now(), actor.user, texts["reason"]
    row.version += 1
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason", "version"])
    return _told(actor, row, "withdrawn")


@transaction.atomic
def judge(
    *, actor: Actor, record: AllianceRecord, counts: bool | None, basis: str, version: int | None = None
) -> AllianceRecord:
    """An officer says whether an activity counts, and on what ground (amb_known, amb_high_level). Told to the chair.

    Nothing of the record itself is touched (obl_gov_non_interference). Raises NotAllowed, NotNow, Stale, Invalid.
    """
    record_judge.require(actor, record)
    texts, found = taken({"basis": basis}, limits=LIMITS, required={"basis": _("请写明认定依据")})
    if counts is None:
        found.append(Problem("counts", _("请选择是否计入"), "counts"))
    raise_if(found)
    row = _locked(record, version)
    if not row.is_activity:
        raise NotNow.one("no_activity", _("成果不需要认定。"))
    if counts and row.evidence_id is None:
        raise Invalid.one("evidence", _("理事长单位尚未上传佐证材料，不能计入"), "counts")
    row.counts, row.basis = counts, texts["basis"]
    row.judged_at, row.judged_by = clock.now(), actor.user
    row.version += 1
    row.save(update_fields=["counts", "basis", "judged_at", "judged_by", "version"])
    _tell_chair(row)
    return _told(actor, row, "judged", {"counts": counts})


def attach(*, actor: Actor, record: AllianceRecord, upload: UploadedFile) -> AllianceRecord:
    """Another evidence file in place of the present one. Raises NotAllowed, NotNow, Invalid."""
    facts = Facts(**{name: getattr(record, name) for name in Facts.__dataclass_fields__})
    return change(actor=actor, record=record, facts=facts, upload=upload)


# --- parts -----------------------------------------------------------------------------------


def _keeps_records(entity: Entity) -> None:
    if entity.standing != EntityState.REGISTERED:
        words = _("“%(name)s”%(standing)s，不再登记活动和成果")
        raise NotNow.one("ended", words % {"name": entity.name, "standing": entity.get_standing_display()})
    if not NetworkProfile.objects.filter(entity=entity).exists():
        raise NotNow.one("no_profile", _("该类主体不在这里登记活动和成果。"))


def _checked(facts: Facts) -> dict[str, Any]:
    """The values to keep; Invalid with every reason."""
    given = asdict(facts)
    names = ("title", "partner", "number", "summary")
    texts, found = taken(
        {name: given[name] for name in names}, limits=LIMITS, required={"title": _("请填写名称")}
    )
    if facts.kind not in RecordKind.values:
        found.append(Problem("kind", _("请选择类别"), "kind"))
    if facts.held_on is None:
        found.append(Problem("held_on", _("请填写日期"), "held_on"))
    elif facts.held_on > clock.today():
        found.append(Problem("future", _("日期不能晚于今天"), "held_on"))
    elif facts.until is not None and facts.until < facts.held_on:
        found.append(Problem("until", _("终止日期不能早于开始日期"), "until"))
    if facts.amount is not None and not _is_amount(facts.amount):
        found.append(Problem("amount", _("金额应为不小于零的数，最多两位小数"), "amount"))
    raise_if(found)
    return given | texts


def _is_amount(value: Decimal) -> bool:
    return value.is_finite() and 0 <= value <= MOST and value == value.quantize(Decimal("0.01"))


def _inspected(upload: UploadedFile | None) -> files.Checked | None:
    if upload is None:
        return None
    return files.check(upload, name=upload.name or "", allowed=EVIDENCE, field="upload")


def _stored(checked: files.Checked | None, entity: Entity, actor: Actor) -> Any:
    if checked is None:
        return None
    return files.store_generated(
        checked.data, name=checked.name, mime=checked.mime, actor=actor, kind=FILE_KIND, owner=entity
    )


def _locked(record: AllianceRecord, version: int | None) -> AllianceRecord:
    """The record as it is now; NotNow once withdrawn or once the alliance has ended, Stale for an older page."""
    row = (
        AllianceRecord.objects.select_for_update(of=("self",))
        .select_related("entity__lead", "entity__authority")
        .get(pk=record.pk)
    )
    if version is not None and version != row.version:
        raise Stale.one("version", _("这条记录已被他人更新，请刷新后再办理。"))
    if row.withdrawn_at is not None:
        raise NotNow.one("withdrawn", _("这条记录已经撤销。"))
    _keeps_records(row.entity)
    return row


def _told(
    actor: Actor, row: AllianceRecord, name: str, detail: dict[str, Any] | None = None
) -> AllianceRecord:
    audit.record(
        f"alliance_record.{name}", actor=actor, obj=row, detail={"entity": row.entity.code, **(detail or {})}
    )
    duties.sync(NetworkProfile.objects.get(entity=row.entity))
    return row


def _tell_chair(row: AllianceRecord) -> None:
    notify.tell(
        kind=KIND,
        to=list(people_with_role(row.entity.lead, *UNIT_ROLES)),
        title=_("“%(name)s”的一项活动已有认定结果") % {"name": row.entity.name},
        text=_("请登录平台查看。"),
        url=f"/alliances/records/{row.pk}/",
        about=f"{KIND}:{row.pk}",
        organisation=row.entity.lead,
    )


def still_matters(message: Message) -> bool:
    """Before a mail: whether the record still stands."""
    number = message.about.partition(":")[2]
    return number.isdecimal() and AllianceRecord.objects.filter(pk=int(number), withdrawn_at=None).exists()


def may_read_evidence(actor: Actor, stored: Any) -> bool:
    """Who sees the record from the inside reads its evidence, also where its line is public."""
    rows = AllianceRecord.objects.filter(evidence=stored).select_related("entity__lead", "entity__district")
    return any(record_viewer(actor, row) for row in rows)
