"""The first page of a unit: what waits for it, what it has running, what it may apply for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from filings.conditions import judge
from filings.enums import APPLICANT_HOLDS, SETS_VALIDITY, ParticipantState, State, Strength
from filings.models import Filing, Participant
from filings.presentation.status import due_face, notice_face, place_status
from filings.presentation.wording import matter
from filings.programmes import Programme
from filings.selectors.dashboard import OPEN_FOR_MEMBERS
from policy.law import Law


def todos(led: Iterable[Filing], places: Iterable[Participant]) -> list[dict[str, Any]]:
    """Corrections first, then confirmations asked of this unit."""
    found = [_correction(filing) for filing in led if filing.state == State.IN_CORRECTION]
    for place in places:
        if place.filing.state in OPEN_FOR_MEMBERS:
            found += _of_place(place)
    return found


def _correction(filing: Filing) -> dict[str, Any]:
    left = filing.open_items  # type: ignore[attr-defined]
    text = ngettext("还有 %(n)s 项补正未答复", "还有 %(n)s 项补正未答复", left) % {"n": left}
    return {
        "label": _("补正“%(title)s”") % {"title": filing},
        "hint": text if left else _("补正项均已答复，请核对后提交"),
        "url": reverse("filings:correction", args=[filing.pk]),
        "clock": due_face(filing.due_at),
    }


def _of_place(place: Participant) -> list[dict[str, Any]]:
    filing, url = place.filing, reverse("filings:member", args=[place.filing_id])
    clock = due_face(filing.due_at) if filing.state == State.IN_CORRECTION else None
    who = {"lead": filing.applicant.name, "title": filing}
    found = []
    if place.open_items:  # type: ignore[attr-defined]
        found.append((_("补正本单位填写的内容"), _("“%(title)s”被退回补正") % who))
    if place.standing == ParticipantState.INVITED:
        found.append((_("答复参与申报的邀请"), _("%(lead)s邀请贵单位参与“%(title)s”") % who))
    elif place.standing == ParticipantState.VOIDED:
        found.append((_("重新确认"), _("“%(title)s”的内容有修改，贵单位原来的确认已失效") % who))
    return [{"label": label, "hint": hint, "url": url, "clock": clock} for label, hint in found]


def draft_rows(drafts: Iterable[Filing]) -> list[dict[str, Any]]:
    """What has been begun and not handed in."""
    return [
        {"filing": f, "url": reverse("filings:tasks", args=[f.pk]), "kind": f"{f.spec.label} {matter(f)}"}
        for f in drafts
    ]


def filing_rows(led: Iterable[Filing]) -> list[dict[str, Any]]:
    """The unit's filings as a table shows them."""
    return [
        {
            "filing": filing,
            "url": reverse("filings:open", args=[filing.pk]),
            "kind": f"{filing.spec.label} {matter(filing)}",
            "word": filing.applicant_label,
            "clock": _clock(filing),
            "ours": filing.state in APPLICANT_HOLDS,
        }
        for filing in led
    ]


def _clock(filing: Filing) -> dict[str, Any] | None:
    if filing.state == State.DRAFT or filing.is_final or filing.due_at is None:
        return None
    return notice_face(filing.due_at) if filing.state == State.ON_NOTICE else due_face(filing.due_at)


def place_rows(places: Iterable[Participant]) -> list[dict[str, Any]]:
    """Where the unit takes part."""
    rows = []
    for place in places:
        state, word = place_status(place)
        rows.append(
            {
                "place": place,
                "url": reverse("filings:member", args=[place.filing_id]),
                "kind": f"{place.filing.applicant.name} {matter(place.filing)}",
                "word": place.filing.applicant_label,
                "own_state": state,
                "own_word": word,
            }
        )
    return rows


def unit_check(spec: Programme, unit: Any, law: Law) -> list[dict[str, Any]]:
    """The conditions a unit settles by what it is, before anything is written."""
    if spec.unit_facts is None or unit is None:
        return []
    conditions = [c for c in spec.conditions if c.key in spec.unit_conditions]
    return [
        {
            "strength": str(j.strength),
            "met": j.met,
            "message": _("%(label)s：%(message)s") % {"label": j.label, "message": j.message},
            "clause": j.clause,
        }
        for j in judge(conditions, spec.unit_facts(unit), law)
    ]


def foundings(spec: Programme) -> list[dict[str, Any]]:
    """The ways onto the register: an application, or the approval document of a higher authority."""
    found = []
    for action in spec.foundings:
        variant = spec.variants.get(action)
        found.append(
            {
                "action": str(action),
                "label": spec.action_label(action),
                "summary": variant.summary if variant else "",
                "prepare": variant.prepare if variant else spec.prepare,
            }
        )
    return found


def call_conditions(spec: Programme, law: Law) -> list[dict[str, Any]]:
    """Every condition with how it binds and its clause, grouped by strength."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for condition in spec.conditions:
        strength = condition.strength_in(law) if condition.strength_in else condition.strength
        line = {"label": condition.label, "check": condition.check.label, "clause": law.cite(condition.key)}
        groups.setdefault(strength, []).append(line)
    return [{"strength": s, "label": s.label, "conditions": groups[s]} for s in Strength if s in groups]


def call_steps(spec: Programme, law: Law) -> list[dict[str, Any]]:
    """The steps with their working days as the law or the bureau's default has them."""
    words = {
        State.SUBMITTED: spec.say(_("%(recommender_office)s推荐")),
        State.RECOMMENDED: _("形式审查"),
        State.IN_CORRECTION: _("如需补正，由申报单位补正"),
        State.ACCEPTED: _("专家评审"),
        State.REVIEWED: _("拟定意见和审定"),
        State.ON_NOTICE: _("公示"),
        State.CONFIRMED: _("发文和制发证书") if spec.action in SETS_VALIDITY else _("发文生效"),
    }
    procedure, found = spec.procedure, []
    off = {
        State.SUBMITTED: not procedure.recommendation,
        State.ACCEPTED: not procedure.review,
        State.REVIEWED: not procedure.decision,
        State.ON_NOTICE: not (procedure.notice and procedure.decision),
        State.CONFIRMED: not procedure.decision,
    }
    for state, label in words.items():
        if off.get(state):
            continue
        key = procedure.limits.get(state)
        days = law.value(key) if key else None
        if days is not None:
            found.append({"label": label, "days": int(days), "clause": law.cite(str(key))})
    return found


def blocks_start(lines: Iterable[dict[str, Any]]) -> bool:
    return any(line["strength"] == Strength.HARD and line["met"] is False for line in lines)
