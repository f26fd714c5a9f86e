"""Colleagues of a unit: inviting them, changing what they may do, accepting an invitation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts import actors, selectors
from accounts import permissions as may
from accounts.access import access
from accounts.forms.people import ColleagueForm, InvitationForm
from accounts.forms.units import PersonForm
from accounts.models import Invitation, User
from accounts.services import memberships
from accounts.views.base import ServicePage, attach
from accounts.views.unit import ADMINISTRATORS
from core.errors import Invalid, NotNow


class Invite(ServicePage):
    access = ADMINISTRATORS
    template_name = "accounts/invite.html"
    form_class = InvitationForm

    def perform(self, form: forms.Form) -> Any:
        return memberships.invite_colleague(
            actor=self.actor, organisation=self.actor.organisation, **form.cleaned_data
        )

    def after(self, result: Any) -> HttpResponse:
        """The link is shown once, to be passed on where mail does not arrive."""
        invitation, token = result
        link = settings.SITE_URL + reverse("accounts:invitation", args=[token])
        context = self.get_context_data(form=InvitationForm(), invitation=invitation, link=link)
        return self.render_to_response(context)


@access(ADMINISTRATORS)
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw an invitation of one's own unit."""
    actor = request.actor  # type: ignore[attr-defined]
    invitation = get_object_or_404(Invitation, pk=pk, organisation=actor.organisation)
    memberships.revoke_invitation(actor=actor, invitation=invitation)
    messages.success(request, _("邀请已撤回。"))
    return HttpResponseRedirect(reverse("accounts:unit") + "#people")


class Colleague(ServicePage):
    """The roles of one colleague."""

    access = ADMINISTRATORS
    template_name = "accounts/colleague.html"
    form_class = ColleagueForm
    success_message = gettext_lazy("已保存，立即生效。")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated:
            rows = selectors.members_of(self.actor.organisation).filter(user_id=kwargs["pk"])
            self.rows = list(rows) if self.actor.organisation else []
            self.person = get_object_or_404(User, pk=kwargs["pk"] if self.rows else None)

    def get_initial(self) -> dict[str, Any]:
        return {"roles": [row.role for row in self.rows], "until": self.rows[0].until}

    def perform(self, form: forms.Form) -> Any:
        return memberships.change_membership(
            actor=self.actor,
            organisation=self.actor.organisation,
            user=self.person,
            roles=set(form.cleaned_data["roles"]),
            until=form.cleaned_data["until"],
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(person=self.person, **kwargs)

    def get_success_url(self) -> str:
        return reverse("accounts:unit") + "#people"


class Leave(ServicePage):
    """One leaves the unit one acts for."""

    access = may.is_unit_member
    template_name = "accounts/leave.html"
    form_class = forms.Form
    success_url = reverse_lazy("accounts:profile")
    success_message = gettext_lazy("您已退出该单位。")

    def perform(self, form: forms.Form) -> None:
        memberships.leave(actor=self.actor, organisation=self.actor.organisation)


class NewColleagueForm(PersonForm):
    """A guest who accepts: the e-mail is the invited one."""

    person_email = None  # type: ignore[assignment]
    field_order = ("person_name", "person_phone", "password", "password_again")


class AcceptInvitation(ServicePage):
    """What one is asked to join, by whom and as what; then accept, with a new account if one has none."""

    access = "public"
    template_name = "accounts/invitation.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.invitation = memberships.invitation_by_token(kwargs["token"])
        self.has_account = User.objects.filter(email=self.invitation.email).exists()

    def get_form_class(self) -> type[forms.Form]:
        return forms.Form if self.request.user.is_authenticated else NewColleagueForm

    def get_initial(self) -> dict[str, Any]:
        return {"person_name": self.invitation.name}

    def perform(self, form: forms.Form) -> Any:
        data = form.cleaned_data
        return memberships.accept_invitation(
            actor=self.actor,
            token=self.kwargs["token"],
            name=data.get("person_name", ""),
            phone=data.get("person_phone", ""),
            password=data.get("password", ""),
        )

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            made = self.perform(form)
        except (Invalid, NotNow) as error:
            attach(form, error, {"name": "person_name"})
            return self.form_invalid(form, status=error.status)
        messages.success(self.request, _("您已加入 %(name)s。") % {"name": made.organisation.name})
        if self.request.user.is_authenticated:
            self.request.session[actors.SESSION_KEY] = made.organisation_id
        return HttpResponseRedirect(reverse("accounts:unit"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        other = self.request.user.is_authenticated and self.request.user.email != self.invitation.email
        return super().get_context_data(
            invitation=self.invitation,
            email=memberships.masked(self.invitation.email),
            must_log_in=self.has_account and not self.request.user.is_authenticated,
            other_person=other,
            **kwargs,
        )
