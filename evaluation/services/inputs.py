"""What officers do with figures: correct them, set them aside, state what counts beside them.

Before they are scored; afterwards only for the entities that an open correction of the confirmed round names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
from evaluation.enums import CorrectionState, MarkKind
from evaluation.held.figures import plain
from evaluation.models import CorrectedEntity, Correction, InputChange, Mark, Round, RoundEntity
from evaluation.scheme import Indicator, SchemeDoc, parse
from evaluation.selectors.corrections import figures_of
from evaluation.services import collecting

EVIDENCE = "evaluation.mark"
LARGEST = Decimal(10) ** 9


@dataclass(frozen=True)
class Desk:
    """An entity whose figures may be worked on now: of a round that gathers figures, or named by an open correction."""

    subject: RoundEntity
    named: CorrectedEntity | None = None

    @property
    def correction(self) -> Correction | None:
        return self.named.correction if self.named is not None else None

    @property
    def inputs(self) -> dict[str, Any]:
        return self.named.inputs if self.named is not None else self.subject.inputs

    def gather(self) -> None:
        """What the engine reads of it, after something has changed."""
        if self.named is not None:
            collecting.recollect(self.named)
        else:
            collecting.collect_one(self.subject)


def _open(subject: RoundEntity, actor: Actor) -> Desk:
    gathers = collecting.holds(subject.round_id)
    row = (
        RoundEntity.objects.select_for_update(of=("self",))
        .select_related("round__scheme", "round__authority", "entity__district", "filing")
        .get(pk=subject.pk)
    )
    may.subject_officer.require(actor, row)
    named = None if gathers else _named(row)
    if not gathers and named is None:
        raise NotNow.one("not_gathering", _("本轮次已经评分或者尚未启动，不能再修改数据。"))
    if not row.included:
        raise NotNow.one("left_out", _("该主体未纳入本次评价。"))
    return Desk(row, named)


def _named(row: RoundEntity) -> CorrectedEntity | None:
    """Its place in an open correction, which is locked: nobody submits it while a figure moves."""
    which = Correction.objects.select_for_update(of=("self",), no_key=True)
    correction = which.filter(round=row.round_id, state=CorrectionState.OPEN).first()
    if correction is None:
        return None
    return (
        CorrectedEntity.objects.select_related("correction", "subject")
        .filter(correction=correction, subject=row)
        .first()
    )


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
    upload: UploadedFile | None = None,
    seen: str = "",
) -> InputChange:
    """Replace one figure, or set the indicator aside for this entity; the reason is read by auditors.

    `seen` is the `mark_of` the figure on the page: Stale where it has changed since.
    """
    desk = _open(subject, actor)
    row = desk.subject
    one = _indicator(parse(row.round.scheme.tree), code)
    if seen and seen != _mark_of(desk.inputs, code):
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
        before=desk.inputs.get("values", {}).get(code),
        after=after,
        reason=reason.strip()[:2000],
        evidence=_evidence(upload, row, actor),
        correction=desk.correction,
        made_by=actor.user,
        made_at=clock.now(),
    )
    desk.gather()
    audit.record("evaluation.corrected", actor=actor, obj=row, detail={"code": code, "after": after})
    return made


def mark_of(subject: RoundEntity, code: str) -> str:
    """What tells one state of a figure from another."""
    return _mark_of(figures_of(subject), code)


def _mark_of(held: Mapping[str, Any], code: str) -> str:
    return digest(held.get("values", {}).get(code))


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
    desk = _open(subject, actor)
    if desk.correction is not None:
        raise NotNow.one("not_gathering", _("评价结果已经审定，核验记录不再变动。"))
    row = desk.subject
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
    desk = _open(subject, actor)
    row = desk.subject
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
    if not found and _is_known(desk, kind, key):
        found.append(Problem("key", _("该事项已经登记"), "key"))
    raise_if(found)
    made = Mark.objects.create(
        subject=row,
        kind=kind,
        key=key,
        reason=reason.strip()[:5000],
        evidence=_evidence(upload, row, actor),
        stated_by=actor.user,
        stated_at=clock.now(),
        correction=desk.correction,
    )
    audit.record("evaluation.marked", actor=actor, obj=row, detail={"kind": kind, "key": key})
    return made


def _is_known(desk: Desk, kind: str, key: str) -> bool:
    """Stated already in this round or correction, or counting in the result that is corrected."""
    held = desk.subject.marks.filter(kind=kind, key=key, withdrawn_at=None, correction=desk.correction)
    counts = desk.named is not None and key in desk.inputs[collecting.LISTS[MarkKind(kind)]]
    return counts or held.exists()


@transaction.atomic
def reverse_mark(*, actor: Actor, mark: Mark, reason: str, upload: UploadedFile | None = None) -> Mark:
    """Ask that a mark of the confirmed result no longer counts. It does once another person has confirmed that.

    The mark itself stays as it was: the runs before were made with it.
    """
    desk = _open(mark.subject, actor)
    row, which = desk.subject, desk.correction
    if which is None or mark.correction_id == which.pk:
        raise NotNow.one("not_correcting", _("只有正在更正的主体可以撤回已计入的事项。"))
    found: list[Problem] = []
    if not reason.strip():
        found.append(Problem("reason", _("请写明撤回的理由"), "reason"))
    if mark.reverses_id or mark.key not in desk.inputs[collecting.LISTS[MarkKind(mark.kind)]]:
        found.append(Problem("key", _("该事项没有计入评价结果"), "key"))
    elif row.marks.filter(kind=mark.kind, key=mark.key, correction=which, withdrawn_at=None).exists():
        found.append(Problem("key", _("该事项已经登记"), "key"))
    raise_if(found)
    made = Mark.objects.create(
        subject=row,
        kind=mark.kind,
        key=mark.key,
        reason=reason.strip()[:5000],
        evidence=_evidence(upload, row, actor),
        stated_by=actor.user,
        stated_at=clock.now(),
        correction=which,
        reverses=mark,
    )
    audit.record(
        "evaluation.mark_reversed", actor=actor, obj=row, detail={"kind": mark.kind, "key": mark.key}
    )
    return made


def _evidence(upload: UploadedFile | None, row: RoundEntity, actor: Actor) -> StoredFile | None:
    return None if upload is None else stored(upload, row, actor, field="evidence")


def stored(upload: UploadedFile, owner: RoundEntity | Correction, actor: Actor, *, field: str) -> StoredFile:
    """A paper that a figure, a mark or a correction rests on; faults of the file stand beside `field`."""
    found = files.check(upload, name=upload.name or "", allowed=("pdf", "jpg", "png"), field=field)
    return files.store_generated(
        found.data, name=found.name, mime=found.mime, actor=actor, kind=EVIDENCE, owner=owner
    )


def may_read(actor: Actor, stored: StoredFile) -> bool:
    """Evidence is read by whoever may see the figures and results of all."""
    kept = {"evaluation.roundentity": "entities", "evaluation.correction": "corrections"}
    if stored.owner_type not in kept:
        return False
    rounds = Round.objects.select_related("authority__jurisdiction", "agency")
    row = rounds.filter(**{kept[stored.owner_type]: stored.owner_id}).first()
    return row is not None and may.result_reader(actor, row)


def _settling(mark: Mark, actor: Actor) -> tuple[Desk, Mark]:
    """The mark locked, where it belongs to what is worked on now; those of a result that stands are reversed instead."""
    desk = _open(mark.subject, actor)
    found = Mark.objects.select_for_update(of=("self",)).get(pk=mark.pk)
    if found.correction_id != (desk.correction.pk if desk.correction is not None else None):
        raise NotNow.one("settled", _("该事项属于已经审定的结果，请另行登记撤回。"))
    return desk, found


@transaction.atomic
def confirm_mark(*, actor: Actor, mark: Mark) -> Mark:
    """The second person; from then on it counts."""
    desk, found = _settling(mark, actor)
    if found.confirmed_at is not None or found.withdrawn_at is not None:
        raise NotNow.one("settled", _("该事项已经确认或者撤回。"))
    if actor.user is None or found.stated_by_id == actor.user_id:
        raise Invalid.one("two_people", _("该事项由您登记，须由另一人确认"))
    found.confirmed_by, found.confirmed_at = actor.user, clock.now()
    found.save(update_fields=["confirmed_by", "confirmed_at"])
    desk.gather()
    audit.record("evaluation.mark_confirmed", actor=actor, obj=desk.subject, detail={"key": found.key})
    return found


@transaction.atomic
def withdraw_mark(*, actor: Actor, mark: Mark, reason: str) -> Mark:
    """It no longer counts; it stays on record with the reason."""
    desk, found = _settling(mark, actor)
    if found.withdrawn_at is not None:
        raise NotNow.one("settled", _("该事项已经撤回。"))
    if not reason.strip():
        raise Invalid.one("reason", _("请写明撤回的理由"), "reason")
    found.withdrawn_at, found.withdrawn_because = clock.now(), reason.strip()[:300]
    found.withdrawn_by = actor.user
    found.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    desk.gather()
    audit.record("evaluation.mark_withdrawn", actor=actor, obj=desk.subject, detail={"key": found.key})
    return found
