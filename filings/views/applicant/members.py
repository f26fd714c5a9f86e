"""Building the consortium: whom to invite, who has confirmed, what the conditions say to it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from core.errors import Invalid, NotVisible
from filings.enums import ParticipantRole, Stage, State, Strength
from filings.forms import InviteForm, ReasonForm
from filings.forms_after import RemoveForm
from filings.models import Filing, Participant
from filings.presentation.answers import SectionView, answers, of_owner
from filings.presentation.status import lamp_lines, place_status
from filings.selectors.reading import judgements, live_attachments
from filings.services import participation, waivers
from filings.views.applicant.base import UnitView, belongs, crumbs, places, take_problems

NAMES = {"organisation": "code"}


class Members(UnitView):
    """The list of members with the lamp beside it; inviting by credit code."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        filing = self.led(pk)
        if not filing.spec.has_members:
            return redirect("filings:tasks", pk=pk)
        return self.page("members", members_page(filing, InviteForm(filing=filing)))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        filing = self.led(pk)
        form = InviteForm(request.POST, filing=filing)
        place = self.invite(filing, form) if form.is_valid() else None
        if place is None:
            return self.page("members", members_page(filing, form), status=422)
        messages.success(
            request, _("已邀请“%(name)s”，请通知对方登录确认。") % {"name": place.organisation.name}
        )
        return redirect("filings:members", pk=pk)

    def invite(self, filing: Filing, form: InviteForm) -> Participant | None:
        try:
            return participation.invite(actor=self.actor, filing=filing, **form.cleaned_data)
        except Invalid as error:
            take_problems(form, error, NAMES)
            return None


def members_page(
    filing: Filing, form: forms.Form, reason_form: ReasonForm | None = None, condition: str = ""
) -> dict[str, Any]:
    """Members, lamp, and the in-principle conditions that are short, each with a place for its reason."""
    found = judgements(filing)
    failed = set(filing.checks.filter(result="fail").values_list("item", flat=True))
    short = [
        {
            "judgement": j,
            "form": reason_form
            if reason_form is not None and j.condition == condition
            else ReasonForm(
                initial={"reason": (j.waiver or {}).get("applicant_reason", "")},
                auto_id=f"id_{j.condition}_%s",
            ),
            "url": reverse("filings:reason", args=[filing.pk, j.condition]),
            "given": (j.waiver or {}).get("applicant_reason", ""),
        }
        for j in found
        if j.strength == Strength.IN_PRINCIPLE and (j.met is False or j.condition in failed)
    ]
    return {
        "filing": filing,
        "form": form,
        "rows": member_rows(filing),
        "gone": gone_rows(filing),
        "conditions": lamp_lines(
            filing, [j for j in found if j.stage == Stage.SUBMISSION and concerns(j)], False
        ),
        "short": short,
        "is_draft": filing.state == State.DRAFT,
        "can_reason": filing.state in (State.DRAFT, State.IN_CORRECTION),
        "crumbs": crumbs(filing, filing.spec.words.members),
    }


def concerns(judgement: Any) -> bool:
    """The conditions that speak of the members, and those of the lead that no section holds."""
    return (
        not judgement.fields or "members" in judgement.fields or judgement.strength == Strength.IN_PRINCIPLE
    )


def member_rows(filing: Filing) -> list[dict[str, Any]]:
    """Each place with its status and what it wrote; the lead reads its members' sections here."""
    files = live_attachments(filing)
    rows = []
    for place in places(filing):
        state, word = place_status(place)
        own = [
            SectionView(s, answers(s, place.content.get(s.key, {}), of_owner(files, s, place)))
            for s in filing.spec.participant_sections
            if place.role != ParticipantRole.LEAD
        ]
        removable = filing.state == State.DRAFT and place.role != ParticipantRole.LEAD
        rows.append(
            {
                "place": place,
                "state": state,
                "word": word,
                "sections": own if place.content else [],
                "remove_url": reverse("filings:member_remove", args=[filing.pk, place.pk])
                if removable
                else "",
            }
        )
    return rows


def gone_rows(filing: Filing) -> list[Participant]:
    return list(
        filing.participants.filter(standing__in=("declined", "removed")).select_related("organisation")
    )


class Remove(UnitView):
    """Take a unit off the list: asked first, since its confirmation is lost."""

    def get(self, request: HttpRequest, pk: int, place: int) -> HttpResponse:
        filing = self.led(pk)
        found = the_place(filing, place)
        return self.page("member_remove", remove_page(filing, found, RemoveForm()))

    def post(self, request: HttpRequest, pk: int, place: int) -> HttpResponse:
        filing = self.led(pk)
        found = the_place(filing, place)
        form = RemoveForm(request.POST)
        form.fields["reason"].required = filing.entity_id is not None
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            try:
                participation.remove(actor=self.actor, filing=filing, participant=found, reason=reason)
            except Invalid as error:
                take_problems(form, error)
        if not form.is_valid():
            return self.page("member_remove", remove_page(filing, found, form), status=422)
        messages.success(request, _("已将“%(name)s”移出成员名单。") % {"name": found.organisation.name})
        return redirect("filings:members", pk=pk)


def remove_page(filing: Filing, place: Participant, form: RemoveForm) -> dict[str, Any]:
    """A unit of a founding just goes; one on the register is told why."""
    return {
        "filing": filing,
        "place": place,
        "form": form if filing.entity_id is not None else None,
        "belongs": belongs(filing, place),
        "crumbs": crumbs(filing, filing.spec.say(_("移出%(members)s"))),
    }


def the_place(filing: Filing, pk: int) -> Participant:
    found = filing.participants.select_related("organisation").filter(pk=pk).first()
    if found is None:
        raise NotVisible.one("participant", filing.spec.say(_("没有这个%(members)s")))
    return found


class Reason(UnitView):
    """The written reason for an in-principle condition that is not met."""

    def get(self, request: HttpRequest, pk: int, condition: str) -> HttpResponse:
        return redirect("filings:members", pk=self.led(pk).pk)

    def post(self, request: HttpRequest, pk: int, condition: str) -> HttpResponse:
        filing = self.led(pk)
        form = ReasonForm(request.POST, auto_id=f"id_{condition}_%s")
        if form.is_valid():
            try:
                reason = form.cleaned_data["reason"]
                waivers.give_reason(actor=self.actor, filing=filing, condition=condition, reason=reason)
            except Invalid as error:
                take_problems(form, error)
        if not form.is_valid():
            context = members_page(filing, InviteForm(filing=filing), form, condition)
            return self.page("members", context | {"reason_errors": form}, status=422)
        messages.success(request, _("理由已保存。受理机关将审查是否同意例外。"))
        return redirect("filings:members", pk=pk)
