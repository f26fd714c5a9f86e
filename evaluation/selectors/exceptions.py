"""Where an auditor looks first: what left the ordinary way, each with who, when and why. No writes."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actor import Actor
from evaluation.enums import Exclusion, RoundState
from evaluation.models import (
    Correction,
    InputChange,
    Mark,
    Report,
    ResultChange,
    Round,
    RoundEntity,
    RoundEvent,
)
from evaluation.selectors import audit
from filings.models import Waiver


@dataclass(frozen=True)
class Line:
    """One exception. `round` and `subject` say where it stands; a waiver has neither, but an entity or a filing."""

    kind: str
    what: str
    name: str
    round_name: str
    reason: str
    people: str
    at: datetime.datetime | None
    round: str = ""
    subject: int | None = None
    entity: str = ""
    filing: int | None = None
    correction: int | None = None


LABELS = {
    "waivers": gettext_lazy("生效中的例外"),
    "changes": gettext_lazy("数据修正"),
    "marks": gettext_lazy("否决和加减分"),
    "corrections": gettext_lazy("更正评价结果"),
    "standing": gettext_lazy("更正后须另行决定"),
    "rounds": gettext_lazy("退回、延期和终止"),
    "late": gettext_lazy("逾期自评"),
    "left_out": gettext_lazy("决定不纳入"),
    "reports": gettext_lazy("更正的报告"),
}


def rows(kind: str, actor: Actor, *, round: str = "", of_kind: str = "") -> QuerySet[Any]:
    """The rows of one sort in the auditor's place, the newest first, narrowed to a round or a kind of entity."""
    return SOURCES[kind][0](actor, round, of_kind)


def line(kind: str, row: Any) -> Line:
    """A row as one line."""
    return SOURCES[kind][1](row)


def everything(actor: Actor, *, round: str = "", of_kind: str = "") -> Iterator[Line]:
    """All sorts one after the other."""
    for kind in LABELS:
        for row in rows(kind, actor, round=round, of_kind=of_kind).iterator(chunk_size=500):
            yield line(kind, row)


def _people(*people: Any) -> str:
    return "、".join(str(one) for one in people if one is not None)


def _held(actor: Actor, round: str, of_kind: str, entity: str) -> Q:
    """Rows below a round whose entity is found at `entity`."""
    prefix = entity.removesuffix("entity").rstrip("_")
    path = f"{prefix}__round" if prefix else "round"
    asked = Q(**{f"{path}__in": audit.rounds(actor)})
    if round:
        asked &= Q(**{f"{path}__code": round})
    if of_kind:
        asked &= Q(**{f"{entity}__kind": of_kind})
    return asked


# --- waivers ---


def _waivers(actor: Actor, round: str, of_kind: str) -> QuerySet[Any]:
    places = audit.places(actor)
    asked = Q(entity__authority__jurisdiction__in=places) | Q(
        entity=None, filing__authority__jurisdiction__in=places
    )
    found = Waiver.objects.filter(asked, confirmed_at__isnull=False, ended_on=None)
    if round:
        within = RoundEntity.objects.filter(round__in=audit.rounds(actor), round__code=round)
        found = found.filter(entity__in=within.values("entity"))
    if of_kind:
        found = found.filter(entity__kind=of_kind)
    return found.select_related("entity", "filing", "granted_by", "confirmed_by").order_by("-confirmed_at")


def _waiver(row: Waiver) -> Line:
    case = row.entity or row.filing
    condition = case.spec.condition(row.condition) if case is not None else None
    return Line(
        "waivers",
        str(condition.label) if condition is not None else row.condition,
        row.entity.name if row.entity is not None else str(row.filing),
        "",
        row.public_reason,
        _people(row.granted_by, row.confirmed_by),
        row.confirmed_at,
        entity=row.entity.code if row.entity is not None else "",
        filing=row.filing_id,
    )


# --- figures and marks ---


def _changes(actor: Actor, round: str, of_kind: str) -> QuerySet[Any]:
    found = InputChange.objects.filter(_held(actor, round, of_kind, "subject__entity"))
    held = ("subject__round", "subject__entity", "made_by", "correction")
    return found.select_related(*held).order_by("-pk")


def _change(row: InputChange) -> Line:
    before, after = _figure(row.before), _figure(row.after)
    what = _("%(code)s：%(before)s 改为 %(after)s") % {"code": row.code, "before": before, "after": after}
    if row.correction is not None:
        what = f"{what}（{row.correction}）"  # data
    return _of_subject("changes", what, row.subject, row.reason, _people(row.made_by), row.made_at)


def _figure(value: Any) -> str:
    if not value or "missing" in value:
        return str(_("无数据"))
    return str(_("不适用")) if "not_applicable" in value else str(value.get("value", ""))


def _marks(actor: Actor, round: str, of_kind: str) -> QuerySet[Any]:
    settled = Q(confirmed_at__isnull=False) | Q(withdrawn_at__isnull=False)
    found = Mark.objects.filter(_held(actor, round, of_kind, "subject__entity") & settled)
    people = ("stated_by", "confirmed_by", "withdrawn_by")
    return found.select_related("subject__round__scheme", "subject__entity", *people).order_by("-pk")


def _mark(row: Mark) -> Line:
    standing = _("已撤回") if row.withdrawn_at else _("撤回已确认") if row.reverses_id else _("已确认")
    named = row.subject.round.scheme.tree
    notes = [*named.get("vetoes", ()), *named.get("bonuses", ()), *named.get("deductions", ())]
    label = next((one["label"] for one in notes if one["key"] == row.key), row.key)
    what = f"{row.get_kind_display()} {label}（{standing}）"  # data
    reason = f"{row.reason} {row.withdrawn_because}".strip()
    at = row.withdrawn_at or row.confirmed_at
    people = _people(*dict.fromkeys((row.stated_by, row.confirmed_by, row.withdrawn_by)))
    return _of_subject("marks", what, row.subject, reason, people, at)


def _of_subject(
    kind: str, what: str, subject: RoundEntity, reason: str, people: str, at: datetime.datetime | None
) -> Line:
    entity, row = subject.entity, subject.round
    return Line(
        kind, what, entity.name, row.name, reason, people, at,
        round=row.code, subject=subject.pk, entity=entity.code,
    )  # fmt: skip


# --- rounds ---


def _of_rounds(actor: Actor, round: str, of_kind: str) -> Q:
    asked = Q(round__in=audit.rounds(actor))
    if round:
        asked &= Q(round__code=round)
    return asked & Q(round__scheme__kinds__contains=[of_kind]) if of_kind else asked


def _events(actor: Actor, round: str, of_kind: str) -> QuerySet[Any]:
    found = RoundEvent.objects.filter(_of_rounds(actor, round, of_kind), exceptional=True)
    found = found.exclude(Q(name="report_superseded") | Q(name__startswith="correction_"))
    return found.select_related("round", "by").order_by("-pk")


def _event(row: RoundEvent) -> Line:
    held: Round = row.round
    return Line(
        "rounds", row.text, held.name, held.name, row.comment, _people(row.by), row.at, round=held.code
    )


def _corrections(actor: Actor, round: str, of_kind: str) -> QuerySet[Any]:
    found = Correction.objects.filter(_of_rounds(actor, round, of_kind))
    return found.select_related("round", "opened_by", "proposed_by", "confirmed_by").order_by("-pk")


def _correction(row: Correction) -> Line:
    held: Round = row.round
    names = [str(one.subject.entity) for one in row.named.select_related("subject__entity")[:4]]
    words = {"which": row, "ground": row.get_ground_display(), "state": row.get_state_display()}
    people = dict.fromkeys(one for one in (row.opened_by, row.proposed_by, row.confirmed_by) if one)
    return Line(
        "corrections",
        _("%(which)s：%(ground)s，%(state)s") % words,
        _("%(names)s 等") % {"names": "、".join(names[:3])} if len(names) > 3 else "、".join(names),
        held.name,
        f"{row.reason} {row.withdrawn_because}".strip(),
        _people(*people),
        row.confirmed_at or row.state_changed_at,
        round=held.code,
        correction=row.number,
    )


def _standing(actor: Actor, round: str, of_kind: str) -> QuerySet[Any]:
    """Cancellations that took effect on a grade which a correction replaced: somebody has to decide about them."""
    found = ResultChange.objects.filter(_held(actor, round, of_kind, "subject__entity"), stands__isnull=False)
    return found.select_related(
        "subject__round", "subject__entity", "stands__decided_by", "run__correction"
    ).order_by("-pk")


def _stands(row: ResultChange) -> Line:
    case, which = row.stands, row.run.correction
    on = case.decided_on.isoformat() if case is not None and case.decided_on is not None else ""
    what = _("%(day)s 按原等次取消资格，%(which)s后仍有效") % {"day": on, "which": which}
    found = _of_subject(
        "standing",
        what,
        row.subject,
        which.reason if which is not None else "",
        _people(case.decided_by if case is not None else None),
        row.done_at,
    )
    return replace(found, correction=which.number if which is not None else None)


def _late(actor: Actor, round: str, of_kind: str) -> QuerySet[Any]:
    """Handed in after the day, or never although the time is over."""
    over = ~Q(round__state__in=(RoundState.DRAFT, RoundState.OPEN, RoundState.STOPPED))
    never = Q(filing=None) | Q(filing__submitted_at=None)
    found = RoundEntity.objects.filter(_held(actor, round, of_kind, "entity"), included=True)
    found = found.annotate(day=TruncDate("filing__submitted_at"))
    found = found.filter(Q(day__gt=F("round__reports_until")) | (never & over))
    return found.select_related("round", "entity__lead", "filing").order_by("-round", "entity__code")


def _late_one(row: RoundEntity) -> Line:
    handed = row.filing.submitted_at if row.filing is not None else None
    what = _("截止 %(day)s，未提交") if handed is None else _("截止 %(day)s，逾期提交")
    said = what % {"day": row.round.reports_until.isoformat()}
    return _of_subject("late", said, row, "", str(row.entity.lead), handed)


def _left_out(actor: Actor, round: str, of_kind: str) -> QuerySet[Any]:
    found = RoundEntity.objects.filter(_held(actor, round, of_kind, "entity"), exclusion=Exclusion.BY_OFFICER)
    return found.select_related("round__officer", "entity").order_by("-round", "entity__code")


def _left_out_one(row: RoundEntity) -> Line:
    return _of_subject(
        "left_out",
        str(row.get_exclusion_display()),
        row,
        row.exclusion_note,
        _people(row.round.officer),
        row.round.opened_at,
    )


def _reports(actor: Actor, round: str, of_kind: str) -> QuerySet[Any]:
    found = Report.objects.filter(_of_rounds(actor, round, of_kind), superseded_by__isnull=False)
    return found.select_related("round", "entity", "superseded_by__issued_by").order_by("-superseded_by")


def _report(row: Report) -> Line:
    later = row.superseded_by
    what = _("%(old)s 由 %(new)s 更正") % {"old": row.number, "new": later.number if later else ""}
    name = row.entity.name if row.entity is not None else row.round.name
    return Line(
        "reports",
        what,
        name,
        row.round.name,
        later.reason if later is not None else "",
        _people(later.issued_by if later is not None else None),
        later.issued_at if later is not None else None,
        round=row.round.code,
        entity=row.entity.code if row.entity is not None else "",
    )


SOURCES: dict[str, tuple[Callable[[Actor, str, str], QuerySet[Any]], Callable[[Any], Line]]] = {
    "waivers": (_waivers, _waiver),
    "changes": (_changes, _change),
    "marks": (_marks, _mark),
    "corrections": (_corrections, _correction),
    "standing": (_standing, _stands),
    "rounds": (_events, _event),
    "late": (_late, _late_one),
    "left_out": (_left_out, _left_out_one),
    "reports": (_reports, _report),
}
