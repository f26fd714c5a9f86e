"""What officers do with figures before they are scored: correct them, set them aside, state what counts beside them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock, files
from core.actor import Actor
from core.canonical import digest
from core.errors import Invalid, NotNow, Problem, Stale, raise_if
from core.models import StoredFile
from evaluation import permissions as may
from evaluation.enums import MarkKind
from evaluation.held.figures import plain
from evaluation.models import InputChange, Mark, RoundEntity
from evaluation.scheme import Indicator, SchemeDoc, parse
from evaluation.services import collecting

EVIDENCE = "evaluation.mark"
LARGEST = Decimal(10) ** 9


def _open(subject: RoundEntity, actor: Actor) -> RoundEntity:
    gathers = collecting.holds(subject.round_id)
    row = (
        RoundEntity.objects.select_for_update(of=("self",))
        .select_related("round__scheme", "round__authority", "entity__district", "filing")
        .get(pk=subject.pk)
    )
    may.subject_officer.require(actor, row)
    if not gathers:
        raise NotNow.one("not_gathering", _("本轮次已经评分或者尚未启动，不能再修改数据。"))
    if not row.included:
        raise NotNow.one("left_out", _("该主体未纳入本次评价。"))
    return row


def _indicator(doc: SchemeDoc, code: str) -> Indicator:
    found = next((one for one in doc.indicators if one.code == code), None)
    if found is None:
        raise Invalid.one("code", _("指标体系中没有指标“%(code)s”") % {"code": code}, "code")
    return found


@transaction.atomic
def correct(
    *,
    actor: Actor,
    subject: RoundEntity,
    code: str,
    value: Any = "",
    target: Any = "",
    not_applicable: bool = False,
    reason: str,
    seen: str = "",
) -> InputChange:
    """Replace one figure, or set the indicator aside for this entity; the reason is read by auditors.

    `seen` is the `mark_of` the figure on the page: Stale where it has changed since.
    """
    row = _open(subject, actor)
    one = _indicator(parse(row.round.scheme.tree), code)
    if seen and seen != mark_of(row, code):
        raise Stale.one("stale", _("您打开页面之后，该数据已有变动，请核对最新数据后再修正。"))
    found: list[Problem] = []
    if one.method == "expert" and not not_applicable:  # a mark that no expert gave
        found.append(Problem("expert", _("专家评分不能由经办人修正"), "code"))
    if not reason.strip():
        found.append(Problem("reason", _("请写明修正理由"), "reason"))
    after: dict[str, str] = {}
    if not_applicable:
        after = {"not_applicable": reason.strip()[:300]}
    else:
        after = {"value": _number(value, "value", found), "source": "officer", "note": reason.strip()[:300]}
        if one.method == "target":
            after["target"] = _number(target, "target", found)
    raise_if(found)
    made = InputChange.objects.create(
        subject=row,
        code=code,
        before=row.inputs.get("values", {}).get(code),
        after=after,
        reason=reason.strip()[:2000],
        made_by=actor.user,
        made_at=clock.now(),
    )
    collecting.collect_one(row)
    audit.record("evaluation.corrected", actor=actor, obj=row, detail={"code": code, "after": after})
    return made


def mark_of(subject: RoundEntity, code: str) -> str:
    """What tells one state of a figure from another."""
    return digest(subject.inputs.get("values", {}).get(code))


def _number(given: Any, field: str, found: list[Problem]) -> str:
    try:
        number = Decimal(str(given).strip())
        if not number.is_finite() or abs(number) > LARGEST or number != round(number, 4):
            raise InvalidOperation
    except InvalidOperation:
        found.append(Problem(field, _("请填写数字，最多四位小数"), field))
        return ""
    return plain(number)


@transaction.atomic
def checked(*, actor: Actor, subject: RoundEntity, undo: bool = False) -> RoundEntity:
    """The officer has looked at the figures of an entity."""
    row = _open(subject, actor)
    row.checked_by, row.checked_at = (None, None) if undo else (actor.user, clock.now())
    row.save(update_fields=["checked_by", "checked_at"])
    audit.record("evaluation.checked", actor=actor, obj=row, detail={"undo": undo})
    return row


# --- vetoes, bonuses, deductions ---


@transaction.atomic
def state_mark(
    *,
    actor: Actor,
    subject: RoundEntity,
    kind: str,
    key: str,
    reason: str,
    upload: UploadedFile | None = None,
) -> Mark:
    """State a veto, bonus or deduction of the scheme, with the fact and its evidence. It counts once confirmed."""
    row = _open(subject, actor)
    doc = parse(row.round.scheme.tree)
    known = {
        MarkKind.VETO: doc.vetoes,
        MarkKind.BONUS: doc.bonuses,
        MarkKind.DEDUCTION: doc.deductions,
    }
    found: list[Problem] = []
    if kind not in MarkKind.values or key not in {one.key for one in known[MarkKind(kind)]}:
        found.append(Problem("key", _("请选择指标体系中列明的事项"), "key"))
    if not reason.strip():
        found.append(Problem("reason", _("请写明事实和依据"), "reason"))
    if row.marks.filter(kind=kind, key=key, withdrawn_at=None).exists():
        found.append(Problem("key", _("该事项已经登记"), "key"))
    raise_if(found)
    made = Mark.objects.create(
        subject=row,
        kind=kind,
        key=key,
        reason=reason.strip()[:5000],
        evidence=_stored(upload, row, actor),
        stated_by=actor.user,
        stated_at=clock.now(),
    )
    audit.record("evaluation.marked", actor=actor, obj=row, detail={"kind": kind, "key": key})
    return made


def _stored(upload: UploadedFile | None, row: RoundEntity, actor: Actor) -> StoredFile | None:
    if upload is None:
        return None
    found = files.check(upload, name=upload.name or "", allowed=("pdf", "jpg", "png"), field="evidence")
    return files.store_generated(
        found.data, name=found.name, mime=found.mime, actor=actor, kind=EVIDENCE, owner=row
    )


def may_read(actor: Actor, stored: StoredFile) -> bool:
    """Evidence is read by whoever may see the figures and results of all."""
    mark = Mark.objects.filter(evidence=stored).select_related("subject__round__authority").first()
    return mark is not None and may.result_reader(actor, mark.subject.round)


@transaction.atomic
def confirm_mark(*, actor: Actor, mark: Mark) -> Mark:
    """The second person; from then on it counts."""
    row = _open(mark.subject, actor)
    found = Mark.objects.select_for_update(of=("self",)).get(pk=mark.pk)
    if found.confirmed_at is not None or found.withdrawn_at is not None:
        raise NotNow.one("settled", _("该事项已经确认或者撤回。"))
    if actor.user is None or found.stated_by_id == actor.user_id:
        raise Invalid.one("two_people", _("该事项由您登记，须由另一人确认"))
    found.confirmed_by, found.confirmed_at = actor.user, clock.now()
    found.save(update_fields=["confirmed_by", "confirmed_at"])
    collecting.collect_one(row)
    audit.record("evaluation.mark_confirmed", actor=actor, obj=row, detail={"key": found.key})
    return found


@transaction.atomic
def withdraw_mark(*, actor: Actor, mark: Mark, reason: str) -> Mark:
    """It no longer counts; it stays on record with the reason."""
    row = _open(mark.subject, actor)
    found = Mark.objects.select_for_update(of=("self",)).get(pk=mark.pk)
    if found.withdrawn_at is not None:
        raise NotNow.one("settled", _("该事项已经撤回。"))
    if not reason.strip():
        raise Invalid.one("reason", _("请写明撤回的理由"), "reason")
    found.withdrawn_at, found.withdrawn_because = clock.now(), reason.strip()[:300]
    found.save(update_fields=["withdrawn_at", "withdrawn_because"])
    collecting.collect_one(row)
    audit.record("evaluation.mark_withdrawn", actor=actor, obj=row, detail={"key": found.key})
    return found
