"""A filing beside what the register holds: before and after, members, confirmations, what the law has changed since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from filings.conditions import Judgement, judge
from filings.content import changes
from filings.enums import Action, ParticipantRole, ParticipantState, State
from filings.models import Entity, Filing, Participant
from filings.presentation import history
from filings.presentation.aftercare import window_facts
from filings.presentation.status import place_status
from filings.selectors.changing import OWN, absorbed
from filings.selectors.lifecycle import basis
from filings.selectors.reading import law_day, law_for, snapshot, waivers
from filings.selectors.roster import roster_changes
from policy.law import Law, law_on

COMPARED = (Action.CHANGE, Action.RENEW)


def comparison(filing: Filing, people: Iterable[Participant]) -> dict[str, Any] | None:
    """What a change or a renewal makes different; None for a filing that changes nothing already there."""
    if filing.action not in COMPARED or filing.entity is None:
        return None
    before = basis(filing.entity, of=filing)
    return {
        "before": before,
        "changes": _changes(before, filing) if before is not None else [],
        "moves": moves(filing, filing.entity),
        "confirmations": confirmations(people),
        "renewal": _renewal(filing, before) if filing.action == Action.RENEW else None,
    }


def _changes(before: Filing, filing: Filing) -> list[dict[str, Any]]:
    """Differences of the answers and files; who joins, leaves or leads is told apart."""
    old, new = snapshot(before), snapshot(filing)
    keys = {s.key for s in before.spec.applicant_sections} - set(OWN)
    both = [code for code in new["participants"] if code in old["participants"]]
    names = {code: str(unit["name"]) for code, unit in new["participants"].items()}
    return changes(filing.spec, _part(old, keys, both), _part(new, keys, both), names)


def _part(snap: Mapping[str, Any], keys: set[str], units: Iterable[str]) -> dict[str, Any]:
    return {
        "content": {key: answers for key, answers in snap["content"].items() if key in keys},
        "files": [file for file in snap["files"] if file["section"] in keys],
        "participants": {
            code: {name: snap["participants"][code][name] for name in ("content", "files")} for code in units
        },
    }


# --- members ---


def moves(filing: Filing, entity: Entity) -> list[dict[str, Any]]:
    """Who joins, leaves, changes role or leads: from the proposal, or from the history once it is in force."""
    if filing.state == State.FILED:
        kinds = ("joined", "left", "lead_changed", "absorbed")
        return [
            {"kind": line["kind"], "label": line["label"], "text": line["text"], "reason": ""}
            for line in history.of_filing(filing)
            if line["kind"] in kinds
        ]
    return [*_proposed(filing, entity)]


def _proposed(filing: Filing, entity: Entity) -> Iterable[dict[str, Any]]:
    changed = roster_changes(filing, entity)
    if changed.new_lead is not None:
        names = {"from": changed.old_lead.name, "to": changed.new_lead.name}
        yield _move(
            "lead_changed", filing.spec.say(_("变更%(lead)s")), _("由“%(from)s”变更为“%(to)s”") % names
        )
    for place in changed.joined:
        given = {"unit": place.organisation.name, "role": filing.spec.role_label(place.role)}
        yield _move("joined", _("成员加入"), _("“%(unit)s”（%(role)s）") % given)
    why = {p.organisation_id: p.declined_reason for p in filing.participants.all() if not p.is_active}
    for member in changed.left:
        reason = member.left_reason or why.get(member.organisation_id, "")
        yield _move("left", _("成员退出"), f"“{member.organisation.name}”", reason)
    for place in changed.new_roles:
        if changed.new_lead is not None and place.role == ParticipantRole.LEAD:
            continue
        given = {"unit": place.organisation.name, "role": filing.spec.role_label(place.role)}
        yield _move("new_role", _("角色变更"), _("“%(unit)s”变更为%(role)s") % given)
    for other in absorbed(filing):
        yield _move("absorbed", _("并入其他主体"), f"“{other.name}”（{other.code}）")


def _move(kind: str, label: str, text: str, reason: str = "") -> dict[str, Any]:
    return {"kind": kind, "label": label, "text": text, "reason": reason}


def confirmations(people: Iterable[Participant]) -> dict[str, list[dict[str, Any]]]:
    """The members whose confirmation stands, since when, and those asked for it."""
    found: dict[str, list[dict[str, Any]]] = {"standing": [], "asked": []}
    for place in people:
        if place.role == ParticipantRole.LEAD:
            continue
        state, word = place_status(place)
        stands = place.standing == ParticipantState.CONFIRMED
        line = {"name": place.organisation.name, "state": state, "word": word, "since": place.standing_at}
        # given in an earlier filing, for the same content
        line["carried"] = bool(place.standing_at and place.standing_at < place.filing.created_at)
        found["standing" if stands else "asked"].append(line)
    return found


# --- a renewal ---


def _renewal(filing: Filing, before: Filing | None) -> dict[str, Any]:
    """What the new validity stands under: the window, the longest months, what the law has changed since."""
    now = law_for(filing)
    then = law_on(law_day(before), filing.spec.place) if before is not None else now
    changed = {row["section"] for row in _changes(before, filing)} if before is not None else set()
    sections = [s for s in filing.spec.applicant_sections if before is not None and before.content.get(s.key)]
    return {
        "window": window_facts(filing.subject, now, now.on),
        "longest": filing.spec.longest(now),
        "longest_then": filing.spec.longest(then),
        "months_clause": now.cite(filing.spec.max_months_key),
        "kept": [str(s.title) for s in sections if s.key not in changed],
        "updated": [str(s.title) for s in sections if s.key in changed],
        "law": law_changes(filing, then, now),
    }


def law_changes(filing: Filing, then: Law, now: Law) -> list[dict[str, Any]]:
    """Conditions that the same facts meet otherwise, or that bind otherwise, than when they were last judged."""
    spec, facts, excused = filing.spec, filing.spec.facts(filing), waivers(filing)
    pairs = zip(
        judge(spec.conditions, facts, then, excused),
        judge(spec.conditions, facts, now, excused),
        strict=True,
    )
    return [
        {"label": new.label, "then": _said(old), "now": _said(new), "met": new.met, "clause": new.clause}
        for old, new in pairs
        if (old.strength, old.met, old.message) != (new.strength, new.met, new.message)
    ]


def _said(found: Judgement) -> str:
    return f"{found.strength.label}：{found.message}"
