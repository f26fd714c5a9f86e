"""The member's side: decide knowingly, write one's own section, confirm exactly what is shown."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _

from accounts.enums import Role
from core.errors import Invalid, NotAllowed, Stale
from core.idempotency import once_per_form
from filings import permissions as may
from filings.content import changes, fingerprint
from filings.enums import CorrectionState, ParticipantState, State
from filings.forms import ConfirmForm, DeclineForm
from filings.models import Filing, Participant, SectionDraft
from filings.presentation.answers import SectionView, answers, of_owner
from filings.presentation.status import clock_of, linked, place_status, section_state, steps
from filings.selectors.reading import live_attachments, part_to_confirm
from filings.services import confirming, participation
from filings.views.applicant.base import UnitView, belongs, crumbs, places, take_problems


class MemberView(UnitView):
    """A page for a unit that takes part without leading."""

    def own(self, pk: int) -> Participant:
        """The unit's place; the lead is told that this is the members' side."""
        filing = self.visible(pk)
        place = may.own_place(self.actor, filing)
        if place is None or place.role == "lead":
            raise NotAllowed.one("not_member", filing.spec.say(_("本页供受邀参与的%(members)s使用。")))
        place.filing = filing
        return place

    @property
    def signs(self) -> bool:
        """Whether this person may decide for the unit."""
        return self.actor.has_role(Role.UNIT_ADMIN, Role.SIGNER)


class Hub(MemberView):
    """Who invites to what, what is asked of us, what we see of it, where we stand."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        filing = self.visible(pk)
        if may.applicant(self.actor, filing):
            return redirect("filings:open", pk=pk)
        place = self.own(pk)
        return self.page("member", hub(place, self.actor.organisation_id) | {"signs": self.signs})


def hub(place: Participant, unit: int | None) -> dict[str, Any]:
    filing = place.filing
    files = live_attachments(filing)
    tickets = list(filing.corrections.filter(participant=place).exclude(standing=CorrectionState.CLOSED))
    rough = set(
        SectionDraft.objects.filter(filing=filing, organisation_id=unit).values_list("section", flat=True)
    )
    open_now = may.is_editable(filing)
    tasks = [
        {
            "label": section.title,
            "hint": section.lead,
            "url": reverse("filings:section", args=[filing.pk, section.key]),
            "state": section_state(filing, section, place, files, tickets, rough),
        }
        for section in filing.spec.participant_sections
    ]
    if any(t.standing == CorrectionState.OPEN for t in tickets) and filing.state == State.IN_CORRECTION:
        tasks.append(_answer_task(filing))
    tasks.append(_confirm_task(place, open_now))
    state, word = place_status(place)
    last = place.confirmations.select_related("confirmed_by").last()
    return {
        "filing": filing,
        "place": place,
        "state": state,
        "word": word,
        "tasks": tasks,
        "next": next((t for t in tasks if t["url"] and t["state"] not in ("done", "corrected")), None),
        "open_now": open_now,
        "people": [_person(p) for p in places(filing)],
        "sections": filing.spec.shared_sections,
        "last": last,
        "steps": steps(filing),
        "clock": clock_of(filing) if filing.state == State.IN_CORRECTION else None,
        "papers": [
            p
            for p in filing.documents.select_related("stored")
            if p.kind in may.READ_BY_PARTICIPANTS and p.stored_id
        ],
        "crumbs": crumbs(filing),
    }


def _person(place: Participant) -> dict[str, Any]:
    state, word = place_status(place)
    return {"name": place.organisation.name, "role": place.role_label, "state": state, "word": word}


def _answer_task(filing: Filing) -> dict[str, Any]:
    return {
        "label": _("答复补正要求"),
        "hint": _("受理机关要求补正本单位填写的内容。"),
        "url": reverse("filings:correction", args=[filing.pk]),
        "state": "needs_correction",
    }


def _confirm_task(place: Participant, open_now: bool) -> dict[str, Any]:
    keys = {ParticipantState.CONFIRMED: "done", ParticipantState.VOIDED: "needs_correction"}
    return {
        "label": _("核对全部内容并确认"),
        "hint": _("确认共享内容和本单位填写的内容，由单位管理员或签字人办理。"),
        "url": reverse("filings:confirm", args=[place.filing_id]) if open_now else "",
        "state": keys.get(ParticipantState(place.standing), "not_started"),
        "word": place.get_standing_display(),
    }


class Decline(MemberView):
    """Say no to an invitation; possible until the lead hands the filing in."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        place = self.own(pk)
        last = _("谢绝邀请")
        context = {"place": place, "filing": place.filing, "form": DeclineForm()}
        context["belongs"] = belongs(place.filing, place)
        return self.page("decline", context | {"crumbs": crumbs(place.filing, last, "member")})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        place = self.own(pk)
        form = DeclineForm(request.POST)
        if not form.is_valid():
            context = {"place": place, "filing": place.filing, "form": form}
            return self.page("decline", context | {"belongs": belongs(place.filing, place)}, status=422)
        reason = form.cleaned_data["reason"]
        participation.decline(actor=self.actor, filing=place.filing, participant=place, reason=reason)
        messages.success(request, _("已谢绝参与“%(title)s”。") % {"title": place.filing})
        return redirect("filings:home")


class Confirm(MemberView):
    """Everything that is confirmed, its hash, and what changed since the last time."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        place = self.own(pk)
        part = part_to_confirm(place)
        form = ConfirmForm(initial={"sha256": fingerprint(part), "capacity": capacity_of(self.actor)})
        return self.page("confirm", confirm_page(place, form, part) | {"signs": self.signs})

    @method_decorator(once_per_form)
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        place = self.own(pk)
        form = ConfirmForm(request.POST)
        status = self.confirm(place, form) if form.is_valid() else 422
        if status != 200:
            context = confirm_page(place, again(form, place, status), part_to_confirm(place))
            return self.page(
                "confirm", context | {"signs": self.signs, "stale": status == 409}, status=status
            )
        messages.success(request, _("已确认。确认的时间、确认人和内容摘要已记录。"))
        return redirect("filings:member", pk=pk)

    def confirm(self, place: Participant, form: ConfirmForm) -> int:
        """The status of the answer; problems go into the form."""
        try:
            confirming.confirm(
                actor=self.actor,
                filing=place.filing,
                participant=place,
                sha256=form.cleaned_data["sha256"],
                capacity=form.cleaned_data["capacity"],
            )
        except (Stale, Invalid) as error:
            take_problems(form, error)
            return error.status
        return 200


def again(form: ConfirmForm, place: Participant, status: int) -> ConfirmForm:
    """The same form over what there is to confirm now; the tick is asked for again when that changed."""
    data = form.data.copy()
    data["sha256"] = fingerprint(part_to_confirm(place))
    if status == 409:
        data.pop("agreed", None)
    form.data = data
    return form


def capacity_of(actor: Any) -> str:
    return _("单位管理员") if actor.has_role(Role.UNIT_ADMIN) else _("签字人")


def confirm_page(place: Participant, form: ConfirmForm, part: dict[str, Any]) -> dict[str, Any]:
    """The shared sections and the own one, read-only, with the difference since the last confirmation."""
    filing = place.filing
    files = live_attachments(filing)
    shared = [
        SectionView(s, answers(s, filing.content.get(s.key, {}), of_owner(files, s, None)))
        for s in filing.spec.shared_sections
    ]
    own = [
        SectionView(
            s,
            answers(s, place.content.get(s.key, {}), of_owner(files, s, place)),
            url=reverse("filings:section", args=[filing.pk, s.key]) if filing.state == State.DRAFT else "",
        )
        for s in filing.spec.participant_sections
    ]
    last = place.confirmations.select_related("confirmed_by").last()
    standing = place.standing == ParticipantState.CONFIRMED
    return {
        "filing": filing,
        "place": place,
        "form": form,
        "shared": shared,
        "own": own,
        "sha256": fingerprint(part),
        "last": last,
        "changes": changes(filing.spec, last.seen, part) if last is not None and not standing else [],
        "standing": standing,
        "open_now": may.is_editable(filing),
        "obstacles": linked_own(place) if not standing else [],
        "crumbs": crumbs(filing, _("核对并确认"), "member"),
    }


def linked_own(place: Participant) -> list[dict[str, Any]]:
    """What keeps this unit from confirming; its own gaps lead to its own page."""
    found = []
    for problem in confirming.obstacles(place):
        line = linked(place.filing, [problem])[0]
        key, _dot, name = problem.field.partition(".")
        own = any(s.key == key for s in place.filing.spec.participant_sections)
        url = reverse("filings:section", args=[place.filing_id, key]) + f"#id_{name}" if own else ""
        found.append(line | {"url": url})
    return found
