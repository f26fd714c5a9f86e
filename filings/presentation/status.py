"""Where each section stands, what the lamp says, how the clock runs: in the words and keys of the components."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock, workdays
from core.errors import Problem
from filings.conditions import Judgement
from filings.enums import APPLICANT_HOLDS, Action, CorrectionState, ParticipantRole, ParticipantState, State
from filings.fields import is_empty, missing_answers
from filings.models import Attachment, Correction, Filing, Participant
from filings.presentation.answers import of_owner
from filings.programmes import Owner, Section
from filings.selectors.audience import INTERNAL, SPOKEN
from filings.selectors.clock import face
from filings.workflow import asks_experts

SOON = 3  # working days left that call for attention


def section_state(
    filing: Filing,
    section: Section,
    participant: Participant | None,
    files: Iterable[Attachment],
    corrections: Iterable[Correction],
    rough: Iterable[str] = (),
) -> str:
    """The key of a section on the task list: not_started, in_progress, done, needs_correction, corrected.

    `rough` are sections with an input that did not pass yet.
    """
    owner = participant.pk if participant else None
    asked = [
        c.standing
        for c in corrections
        if c.section == section.key and c.participant_id == owner and c.standing != CorrectionState.CLOSED
    ]
    if filing.state == State.IN_CORRECTION and asked:
        return "needs_correction" if CorrectionState.OPEN in asked else "corrected"
    holder = participant if section.owner is Owner.PARTICIPANT and participant else filing
    values = holder.content.get(section.key, {})
    own = of_owner(files, section, participant)
    if section.key in rough:
        return "in_progress"
    if not own and all(is_empty(v) for v in values.values()):
        return "not_started" if _asks(section) else "not_applicable"
    there = {a.field for a in own}
    complete = (
        not missing_answers(section.form, values)
        and all(name in there for name, slot in section.files.items() if slot.required)
        and all(any(not is_empty(values.get(name)) for name in pair) for pair in _either(section))
    )
    return "done" if complete else "in_progress"


def _asks(section: Section) -> bool:
    """Whether a section must be filled in; the page of a new lead, for one, stays empty where the lead stays."""
    rows = section.form.base_fields.values()
    return bool(_either(section)) or any(f.required or getattr(f, "min_rows", 0) for f in rows)


def _either(section: Section) -> tuple[tuple[str, str], ...]:
    """Pairs of fields of which one is to be answered."""
    return getattr(section.form, "either", ())


def problem_url(filing: Filing, field: str) -> str:
    """Where a problem named "section.field" is mended; empty when nowhere in particular."""
    key, _dot, name = field.partition(".")
    if key == "members":
        return reverse("filings:members", args=[filing.pk])
    section = filing.spec.section(key)
    if section is None:
        return ""
    if section.owner is Owner.PARTICIPANT:
        return reverse("filings:members", args=[filing.pk])
    url = reverse("filings:section", args=[filing.pk, key])
    return f"{url}#id_{name}" if name else url


def linked(filing: Filing, problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Problems as the error summary shows them, each a link to its field; the same sentence once."""
    seen: dict[str, dict[str, Any]] = {}
    for problem in problems:
        text = str(problem.message)
        seen.setdefault(
            text,
            {"message": text, "clause": problem.clause, "url": problem_url(filing, problem.field)},
        )
    return list(seen.values())


def lamp_lines(filing: Filing, judgements: Iterable[Judgement], editable: bool) -> list[dict[str, Any]]:
    """Conditions for the lamp: what it is, what was found, the clause, the reason given, where to mend it."""
    return [
        {
            "strength": str(j.strength),
            "met": j.met,
            "message": _("%(label)s：%(message)s") % {"label": j.label, "message": j.message},
            "clause": j.clause,
            "waiver": (j.waiver or {}).get("applicant_reason", ""),
            "url": problem_url(filing, j.fields[0]) if editable and j.fields and not j.met else "",
        }
        for j in judgements
    ]


def due_face(due: datetime | None, *, paused: bool = False, label: str = "") -> dict[str, Any]:
    """A clock for the component from a due date alone; no query, fit for lists."""
    if due is None:
        return {"state": "none", "days_left": None, "due_at": None, "label": label}
    today, last = clock.today(), clock.local(due).date()
    over = clock.now() > due
    left = 0 if over else workdays.workdays_between(today, last)
    state = "over" if over else "soon" if left <= SOON else "running"
    return {
        "state": "paused" if paused else state,
        "days_left": left,
        "days_over": workdays.workdays_between(last, today) if over else 0,
        "due_at": due,
        "label": label,
    }


def clock_of(filing: Filing) -> dict[str, Any] | None:
    """The clock as the applicant reads it: one's own limit in correction, else the office's."""
    shown = face(filing)
    if shown.due_at is None:
        return None
    holder = shown.holder
    if holder == "district" and not filing.spec.procedure.recommendation:
        holder = "bureau"  # handed in, and nobody recommends
    words = {
        "applicant": _("请在期限内提交补正，受理机关的办理时限暂停。"),
        "district": filing.spec.say(_("由%(recommender_office)s推荐。")),
        "bureau": _("由受理机关办理。"),
    }
    if filing.state == State.ON_NOTICE:
        return notice_face(shown.due_at)
    made = due_face(shown.due_at, label=words.get(holder, ""))
    if not shown.certain:
        made["reason"] = _("该年度节假日安排尚未公布，日期为推算。")
    return made


def notice_face(due: datetime) -> dict[str, Any]:
    """A notice that has run out is not late: it waits to be closed."""
    made = due_face(due, label=_("公示期，社会公众可以提出异议。"))
    if made["state"] == "over":
        made |= {"state": "none", "label": _("公示期已满。")}
    return made


def is_ours(filing: Filing) -> bool:
    """Whether the unit has the ball."""
    return filing.state in APPLICANT_HOLDS


SHAPES = {
    ParticipantState.INVITED: "invited",
    ParticipantState.CONFIRMED: "done",
    ParticipantState.VOIDED: "voided",
    ParticipantState.DECLINED: "declined",
    ParticipantState.REMOVED: "off",
}


def place_status(place: Participant) -> tuple[str, str]:
    """Shape and word of a unit's confirmation; the lead declares by submitting."""
    if place.role == ParticipantRole.LEAD:
        return "off", _("随提交声明")
    # what was carried over from an earlier filing is no sign of somebody at work
    if place.standing == ParticipantState.INVITED and place.content and place.filing.entity_id is None:
        return "doing", _("填写中")
    return SHAPES[ParticipantState(place.standing)], str(place.get_standing_display())


BAD = frozenset({"not_recommend", "not_accept", "reject", "withdraw", "declined", "confirmations_voided"})
GOOD = frozenset({"issue", "accept", "submit", "resubmit", "recommend"})


def timeline(events: Iterable[Any]) -> list[dict[str, Any]]:
    """Events for people outside the office: who as an organisation, internal remarks left out; newest first."""
    return [
        {
            "at": event.at,
            "label": event.label,
            "actor": event.organisation.name if event.organisation else "",
            "detail": _spoken(event),
            "kind": "bad"
            if event.name in BAD
            else "act"
            if event.name == "return_for_correction"
            else "good"
            if event.name in GOOD
            else "",
        }
        for event in reversed(list(events))
        if event.name not in INTERNAL
    ]


def _spoken(event: Any) -> str:
    """The words of an event, where they are meant for the applicant and say more than who acted."""
    if event.name not in SPOKEN or (event.organisation and event.comment == event.organisation.name):
        return ""
    return str(event.comment)


STEPS: tuple[tuple[str, tuple[State, ...]], ...] = (
    ("fill", (State.DRAFT,)),
    ("recommend", (State.SUBMITTED,)),
    ("examine", (State.RECOMMENDED, State.IN_EXAMINATION, State.IN_CORRECTION)),
    ("review", (State.ACCEPTED, State.IN_REVIEW)),
    ("decide", (State.REVIEWED, State.PROPOSED, State.CONFIRMED)),
    ("notice", (State.ON_NOTICE,)),
    ("file", (State.FILED,)),
)


def steps(filing: Filing) -> list[dict[str, Any]]:
    """The procedure as a stepper; steps a programme does not have are left out."""
    words = {
        "fill": _("填写"),
        "recommend": filing.spec.say(_("%(recommender)s推荐")),
        "examine": _("形式审查"),
        "review": _("专家评审"),
        "decide": _("审定"),
        "notice": _("公示"),
        "file": _("%(act)s发证"),
    }
    words["file"] = filing.spec.say(_ends(filing) or words["file"])
    last = _last_step(filing)
    found, passed = [], True
    for key, states in _taken(filing):
        here = filing.state in states or (filing.is_final and filing.state != State.FILED and key == last)
        if here:
            state = "done" if filing.state == State.FILED else "stopped" if filing.is_final else "current"
            passed = False
        else:
            state = "done" if passed else "todo"
        found.append({"label": words[key], "state": state, "note": filing.applicant_label if here else ""})
    return found


def _ends(filing: Filing) -> str:
    """What the last step brings where it is not a certificate."""
    ends = {
        Action.CHANGE: _("变更生效"),
        Action.ANNUAL_REPORT: _("归档"),
        Action.EXIT: _("%(decided)s%(act)s"),
        Action.UPGRADE: _("升级生效"),
        Action.RECORD_APPROVAL: _("登记入册"),
        Action.CLAIM: _("核定发文"),
        Action.SELF_ASSESSMENT: _("归档"),
    }
    return ends.get(Action(filing.action), "")


def _taken(filing: Filing) -> list[tuple[str, tuple[State, ...]]]:
    """The steps this filing takes; the states of a step left out belong to the next one."""
    procedure = filing.spec.procedure
    have = {
        "recommend": procedure.recommendation,
        "review": asks_experts(filing),
        "decide": procedure.decision,
        "notice": procedure.notice and procedure.decision,
    }
    taken: list[tuple[str, tuple[State, ...]]] = []
    waiting: tuple[State, ...] = ()
    for key, states in STEPS:
        if have.get(key, True):
            taken.append((key, (*waiting, *states)))
            waiting = ()
        else:
            waiting = (*waiting, *states)
    return taken


def _last_step(filing: Filing) -> str:
    """Where a filing ended that ended early."""
    moments = (
        ("notice", filing.noticed_at),
        ("decide", filing.reviewed_at),
        ("review", filing.accepted_at),
        ("examine", filing.recommended_at),
        ("recommend", filing.submitted_at),
    )
    return next((key for key, at in moments if at), "fill")
