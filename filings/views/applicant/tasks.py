"""The whole filing at a glance: sections, members, conditions, what comes next."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from core.actor import Actor
from filings import permissions as may
from filings.enums import ParticipantRole, ParticipantState, Stage, State
from filings.models import Filing, SectionDraft
from filings.presentation.status import clock_of, lamp_lines, place_status, section_state, steps
from filings.selectors.reading import judgements, live_attachments
from filings.views.applicant.base import UnitView, crumbs, places

READY = ("done", "corrected", "not_applicable")  # states of a page that keeps nobody from handing in


class Tasks(UnitView):
    """The task list of a filing the unit leads; a submitted one shows how it goes on."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        filing = self.visible(pk)
        if not may.applicant(self.actor, filing):
            return redirect("filings:member", pk=pk)
        if not may.is_editable(filing):
            return redirect("filings:progress", pk=pk)
        return self.page("tasks", task_list(filing, self.actor))


def task_list(filing: Filing, actor: Actor) -> dict[str, Any]:
    """Groups of tasks with their states, the people and the lamp."""
    files, corrections = live_attachments(filing), list(filing.corrections.all())
    rough = set(
        SectionDraft.objects.filter(filing=filing, organisation=filing.applicant).values_list(
            "section", flat=True
        )
    )
    sections = [
        {
            "label": section.title,
            "hint": section.lead,
            "url": reverse("filings:section", args=[filing.pk, section.key]),
            "state": section_state(filing, section, None, files, corrections, rough),
        }
        for section in filing.spec.applicant_sections
    ]
    people = places(filing)
    found = judgements(filing)
    ready = [task["state"] in READY for task in sections]
    groups = [{"heading": _("填写内容") if filing.entity_id else _("申报材料"), "tasks": sections}]
    if filing.spec.has_members:
        groups.append({"heading": filing.spec.words.members, "tasks": [members_task(filing, people)]})
    groups.append({"heading": _("核对和提交"), "tasks": [last_task(filing, all(ready))]})
    return {
        "filing": filing,
        "groups": groups,
        "done": sum(ready),
        "total": len(ready),
        "people": [person(place) for place in people] if filing.spec.has_members else [],
        "conditions": lamp_lines(filing, [j for j in found if j.stage == Stage.SUBMISSION], True),
        "later": lamp_lines(filing, [j for j in found if j.stage == Stage.PROPOSAL], False),
        "steps": steps(filing),
        "clock": clock_of(filing),
        "next": next((task for task in sections if task["state"] not in READY), None),
        "may_submit": may.applicant_signer(actor, filing),
        "crumbs": crumbs(filing),
    }


def person(place: Any) -> dict[str, Any]:
    state, word = place_status(place)
    return {"name": place.organisation.name, "role": place.role_label, "state": state, "word": word}


def members_task(filing: Filing, people: list[Any]) -> dict[str, Any]:
    """Inviting and the confirmations as one task."""
    others = [p for p in people if p.role != ParticipantRole.LEAD]
    confirmed = sum(p.standing == ParticipantState.CONFIRMED for p in others)
    state = "not_started" if not others else "done" if confirmed == len(others) else "in_progress"
    label, hint = (
        filing.spec.say(_("邀请%(members)s并等待确认")),
        _("每家单位各自登录，填写并确认本单位情况。"),
    )
    if filing.entity_id is not None:
        label = filing.spec.say(_("%(members)s和确认"))
        hint = _("在册成员已带入；邀请新成员、移出成员，等待有关单位确认。")
    if any(p.standing == ParticipantState.VOIDED for p in others):
        state = "needs_confirmation"
    return {
        "label": label,
        "hint": hint,
        "note": _("已确认 %(n)s 家，共 %(all)s 家") % {"n": confirmed, "all": len(others)} if others else "",
        "url": reverse("filings:members", args=[filing.pk]),
        "state": "needs_correction" if state == "needs_confirmation" else state,
        "word": _("需重新确认") if state == "needs_confirmation" else "",
    }


def last_task(filing: Filing, ready: bool) -> dict[str, Any]:
    """Checking and handing in; can be opened at any time, it says what is missing."""
    returned = filing.state == State.IN_CORRECTION
    return {
        "label": _("核对补正并提交") if returned else _("核对填写内容并提交"),
        "hint": _("逐项核对；还缺什么会列出来。"),
        "url": reverse("filings:correction" if returned else "filings:check", args=[filing.pk]),
        "state": "not_started",
        "word": _("可以核对") if ready else _("尚未填完"),
    }
