"""The parts of a case as its templates show them. Reads what was already loaded; the loading is in `load`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from filings.conditions import Judgement
from filings.content import changes
from filings.enums import Action, CheckValue, CorrectionState, ParticipantState, State, Strength
from filings.models import Attachment, CheckResult, Correction, Filing, Participant
from filings.presentation.answers import answers, of_owner
from filings.programmes import Owner, Programme, Section
from filings.selectors.clock import face, is_deemed_accepted
from filings.selectors.reading import active_participants, law_for, live_attachments
from filings.selectors.worklist import clock_line
from filings.views.staff.base import who
from filings.workflow import asks_experts

At = tuple[str, str, str]  # credit code of the owner ("" for the lead), section, field

STEPS: tuple[tuple[Any, str], ...] = (
    (gettext_lazy("提交"), "submitted_at"),
    (gettext_lazy("推荐"), "recommended_at"),
    (gettext_lazy("形式审查"), "examined_at"),
    (gettext_lazy("受理"), "accepted_at"),
    (gettext_lazy("专家评审"), "reviewed_at"),
    (gettext_lazy("审定"), "confirmed_at"),
    (gettext_lazy("公示"), "noticed_at"),
    ("%(act)s", "filed_at"),
)
CHECK_TONES = {"": "todo", CheckValue.PASS: "done", CheckValue.FAIL: "bad", CheckValue.NOT_APPLICABLE: "off"}
_BAD = (State.NOT_RECOMMENDED, State.NOT_ACCEPTED, State.REJECTED, State.WITHDRAWN)


@dataclass
class Material:
    """What one filing holds, loaded once for a page."""

    filing: Filing
    people: list[Participant]
    files: list[Attachment]
    corrections: list[Correction]
    changes: list[dict[str, Any]] = field(default_factory=list)
    changed: dict[At, list[dict[str, Any]]] = field(default_factory=dict)


def load(filing: Filing, *, compare: bool = False) -> Material:
    """People, files, corrections and, if asked, what changed since the version before. A fixed number of queries."""
    made = Material(
        filing,
        active_participants(filing),
        live_attachments(filing),
        list(filing.corrections.select_related("participant__organisation")),
    )
    if compare:
        last = list(filing.versions.order_by("-number")[:2])
        if len(last) == 2:
            made.changes = differences(filing.spec, last[1].snapshot, last[0].snapshot)
            grouped: dict[At, list[dict[str, Any]]] = defaultdict(list)
            for change in made.changes:
                grouped[change["at"]].append(change)
            made.changed = dict(grouped)
    return made


def differences(spec: Programme, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, Any]]:
    """`content.changes` of two snapshots, each with `at`: whose section and field it belongs to."""
    found = changes(spec, old, new)
    for row in found:
        path = row["path"]
        owner = path[1] if path[0] == "participants" and len(path) > 1 else ""
        row["at"] = (owner, row["section"], row["field"])
    return found


# --- answers ---------------------------------------------------------------------------------


def sections(material: Material) -> list[dict[str, Any]]:
    """Every section with its answers: the lead's, then each member's own."""
    found = []
    for section in sorted(material.filing.spec.sections, key=lambda s: s.owner is Owner.PARTICIPANT):
        if section.owner is Owner.APPLICANT:
            content = material.filing.content.get(section.key, {})
            found.append(_section(material, section, content, None))
            continue
        for place in material.people:
            if place.role != "lead":
                found.append(_section(material, section, place.content.get(section.key, {}), place))
    return found


def _section(
    material: Material, section: Section, content: Mapping[str, Any], place: Participant | None
) -> dict[str, Any]:
    code = place.organisation.credit_code if place else ""
    anchor = f"s-{section.key}-{place.pk}" if place else f"s-{section.key}"
    pid = place.pk if place else None
    wanted = [
        c
        for c in material.corrections
        if c.section == section.key and c.participant_id == pid and c.standing != CorrectionState.CLOSED
    ]
    files = of_owner(material.files, section, place)
    rows = [
        {
            "answer": answer,
            "at": f"{section.key}|{answer.name}|{pid or ''}",
            "tickets": [c.number for c in wanted if c.field in ("", answer.name)],
            "changes": material.changed.get((code, section.key, answer.name), []),
        }
        for answer in answers(section, content, files)
    ]
    return {
        "key": section.key,
        "id": anchor,
        "title": place.organisation.name if place else str(section.title),
        "heading": f"{section.title}：{place.organisation.name}" if place else str(section.title),
        "role": place.role_label if place else "",
        "shared": section.shared,
        "rows": rows,
        "is_member": place is not None,
        "at": f"{section.key}||{pid or ''}",
        "open": len(wanted),
        "changed": sum(bool(row["changes"]) for row in rows),
        "empty": sum(row["answer"].missing for row in rows),
    }


# --- what stands beside ----------------------------------------------------------------------


def lamp_lines(filing: Filing, found: Iterable[Judgement]) -> list[dict[str, Any]]:
    """Judgements for `components/lamp.html`."""
    return [
        {
            "key": j.condition,
            "strength": j.strength.value if isinstance(j.strength, Strength) else j.strength,
            "met": j.met,
            "message": f"{j.label}：{j.message}",
            "clause": j.clause,
            "waiver": waiver_words(j.waiver),
            "url": f"#s-{j.fields[0].split('.')[0]}" if j.fields else "",
        }
        for j in found
    ]


def waiver_words(waiver: Mapping[str, Any] | None) -> str:
    """How far an exception has come, in one line."""
    if not waiver:
        return ""
    parts = []
    if waiver.get("applicant_reason"):
        parts.append(_("申报单位说明：%(why)s") % {"why": waiver["applicant_reason"]})
    if waiver.get("granted"):
        word = _("已同意例外并复核") if waiver.get("confirmed") else _("已同意例外，待复核")
        parts.append(f"{word}：{waiver['public_reason']}")
    return "；".join(parts)


def clock_panel(filing: Filing) -> dict[str, Any]:
    """The clock for `components/clock.html`, with who has the ball."""
    seen = face(filing)
    words = {
        "applicant": _("等待申报单位补正，办理时限暂停。"),
        "bureau": _("由受理机关办理。"),
        "district": _("由推荐区（市）办理。"),
    }
    notes = [words.get(seen.holder, "")]
    if is_deemed_accepted(filing):
        notes.append(_("审查时限已过且未告知补正：按规定视为受理，请尽快办理。"))
    if not seen.certain:
        notes.append(_("该年度节假日安排尚未公布，期限为估算。"))
    line = clock_line(filing.state, seen.due_at)
    return line | {
        "label": _("限 %(n)s 个工作日。") % {"n": seen.limit} if seen.limit else "",
        "reason": "".join(notes),
    }


def stepper(filing: Filing) -> list[dict[str, Any]]:
    """Steps of the procedure with their dates; those it leaves out are not shown."""
    result: list[dict[str, Any]] = []
    here, taken = False, _taken(filing)
    for label, moment in taken:
        at = getattr(filing, moment)
        note = f"{clock.local(at):%m-%d}" if at else ""
        if at and not here:
            result.append({"label": label, "state": "done", "note": note})
            continue
        state = "todo"
        if not here:
            state, here = ("stopped" if filing.state in _BAD else "current"), True
        result.append({"label": label, "state": state, "note": ""})
    began = {State.IN_EXAMINATION: "examined_at", State.IN_CORRECTION: "examined_at"}
    began[State.ON_NOTICE] = "noticed_at"
    at_work = (
        [moment for _label, moment in taken].index(began[State(filing.state)])
        if filing.state in began
        else None
    )
    return result if at_work is None else _mark(result, at_work)


ENDS = {
    Action.CHANGE: gettext_lazy("变更生效"),
    Action.ANNUAL_REPORT: gettext_lazy("归档"),
    Action.EXIT: gettext_lazy("%(decided)s%(act)s"),
    Action.UPGRADE: gettext_lazy("升级生效"),
    Action.RECORD_APPROVAL: gettext_lazy("登记入册"),
    Action.CLAIM: gettext_lazy("核定发文"),
    Action.SELF_ASSESSMENT: gettext_lazy("归档"),
}


def _taken(filing: Filing) -> list[tuple[Any, str]]:
    procedure = filing.spec.procedure
    off = {
        "recommended_at": not procedure.recommendation,
        "accepted_at": not (procedure.decision or asks_experts(filing)),
        "reviewed_at": not asks_experts(filing),
        "confirmed_at": not procedure.decision,
        "noticed_at": not (procedure.notice and procedure.decision),
    }
    steps = [(label, moment) for label, moment in STEPS if not off.get(moment)]
    label, moment = steps[-1]
    return [*steps[:-1], (filing.spec.say(ENDS.get(Action(filing.action), label)), moment)]


def _mark(steps: list[dict[str, Any]], current: int) -> list[dict[str, Any]]:
    """A step that has begun but not ended is the current one."""
    for index, step in enumerate(steps):
        if index >= current:
            step |= {"state": "current" if index == current else "todo"}
    return steps


def events(filing: Filing) -> list[dict[str, Any]]:
    """The timeline, newest first."""
    kinds = {
        State.IN_CORRECTION: "act",
        State.NOT_ACCEPTED: "bad",
        State.NOT_RECOMMENDED: "bad",
        State.REJECTED: "bad",
        State.FILED: "good",
        State.ACCEPTED: "good",
    }
    rows = filing.events.select_related("actor", "organisation").order_by("-at", "-id")
    return [
        {
            "at": row.at,
            "label": row.label,
            "actor": who(row),
            "detail": row.comment,
            "kind": kinds.get(row.target, ""),
        }
        for row in rows
    ]


def people(material: Material) -> list[dict[str, Any]]:
    """Lead, members and where each confirmation stands."""
    tone = {
        ParticipantState.CONFIRMED: "done",
        ParticipantState.VOIDED: "act",
        ParticipantState.INVITED: "todo",
    }
    return [
        {
            "name": p.organisation.name,
            "role": p.role_label,
            "organisation": p.organisation.district.label,
            "contact": " ".join(filter(None, (p.organisation.contact_name, p.organisation.contact_phone))),
            "state": tone.get(p.standing, "off"),
            "word": "" if p.role == "lead" else p.get_standing_display(),
        }
        for p in material.people
    ]


def tickets(material: Material) -> list[dict[str, Any]]:
    """Corrections for `components/ticket.html`."""
    result = []
    for c in material.corrections:
        section = material.filing.spec.section(c.section)
        labels = [c.participant.organisation.name if c.participant else ""]
        labels += [str(section.title) if section else c.section]
        labels += [section.field_label(c.field)] if section and c.field else []
        anchor = f"#s-{c.section}-{c.participant_id}" if c.participant_id else f"#s-{c.section}"
        result.append(
            {
                "pk": c.pk,
                "number": c.number,
                "round": c.round,
                "place": " / ".join(filter(None, labels)),
                "message": c.message,
                "state": c.standing,
                "answer": c.answer,
                "answered_at": c.answered_at,
                "anchor": anchor,
            }
        )
    return result


def check_lines(filing: Filing, rows: Iterable[CheckResult]) -> list[dict[str, Any]]:
    """The check list with labels, clauses and evidence."""
    law = law_for(filing)
    found = []
    for row in rows:
        condition = filing.spec.condition(row.item)
        evidence = [filing.spec.section(key) for key in condition.evidence] if condition else []
        found.append(
            {
                "item": row.item,
                "label": str(condition.label) if condition else row.item,
                "hint": str(condition.hint) if condition else "",
                "check": str(condition.check.label) if condition else "",
                "clause": law.cite(row.item),
                "machine": row.machine,
                "machine_word": CheckValue(row.machine).label if row.machine else "",
                "machine_note": row.machine_note,
                "result": row.result,
                "note": row.note,
                "verdict": row.verdict,
                "tone": CHECK_TONES[row.verdict],
                "word": CheckValue(row.verdict).label if row.verdict else _("待核验"),
                "by": str(row.checked_by) if row.checked_by_id else "",
                "at": row.checked_at,
                "evidence": [
                    {"label": s.title, "url": _evidence_url(filing, s)} for s in evidence if s is not None
                ],
            }
        )
    return found


def _evidence_url(filing: Filing, section: Section) -> str:
    """Where the evidence of a check stands on the case page; members' sections have one anchor together."""
    anchor = "members" if section.owner is Owner.PARTICIPANT else f"s-{section.key}"
    return f"{reverse('filings:desk_case', args=[filing.pk])}#{anchor}"
