"""A unit registers; an officer of its place decides."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from accounts import permissions as may
from accounts import selectors
from accounts.enums import OrganisationState, Role
from accounts.forms.units import DecisionForm, PersonForm, RegistrationForm
from accounts.models import Organisation
from accounts.services import organisations
from accounts.stepup import StepUpMixin
from accounts.views.base import ServicePage, attach, crumbs
from core.errors import Invalid, NotNow, Stale

PAGE = 25
OFFICERS = may.has_role(Role.CASE_OFFICER, Role.DIVISION_HEAD, Role.DISTRICT_OFFICER)


class Register(ServicePage):
    """With an account for guests; people who are logged in only give the facts of the unit."""

    access = "public"
    template_name = "accounts/register.html"

    def get_form_class(self) -> type[forms.Form]:
        if self.request.user.is_authenticated:
            return RegistrationForm
        return type("GuestRegistrationForm", (RegistrationForm, PersonForm), {})

    def perform(self, form: Any) -> Organisation:
        data = form.cleaned_data
        person = None
        if "person_email" in data:
            person = organisations.Person(
                data["person_name"], data["person_email"], data["person_phone"], data["password"]
            )
        facts = {**form.facts(), "credit_code": data["credit_code"]}
        return organisations.register_organisation(actor=self.actor, facts=facts, person=person)

    def after(self, result: Organisation) -> HttpResponse:
        self.request.session["registered"] = {"name": result.name, "place": result.district.path_label}
        return HttpResponseRedirect(reverse("accounts:registered"))


class Registered(TemplateView):
    """The same words whether the e-mail already had an account or not."""

    access = "public"
    template_name = "accounts/registered.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(registered=self.request.session.get("registered"), **kwargs)


class Registrations(TemplateView):
    """Units of the place of the acting bureau, by state; the waiting ones first."""

    access = OFFICERS
    template_name = "accounts/registrations.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        state = self.request.GET.get("state", OrganisationState.PENDING)
        state = state if state in OrganisationState.values else OrganisationState.PENDING
        query = self.request.GET.get("q", "").strip()[:60]
        actor = self.request.actor  # type: ignore[attr-defined]
        found = selectors.registrations(actor, state, query)
        page = Paginator(found, PAGE).get_page(self.request.GET.get("page"))
        tabs = self._tabs(selectors.registration_counts(actor), state)
        return super().get_context_data(page=page, tabs=tabs, state=state, query=query, **kwargs)

    def _tabs(self, counts: dict[str, int], current: str) -> list[dict[str, Any]]:
        return [
            {
                "label": each.label,
                "url": f"?state={each}",
                "count": counts.get(each, 0),
                "current": each == current,
            }
            for each in OrganisationState
        ]


class Registration(StepUpMixin, View):
    """One registration: its facts, what is already known, the decision."""

    access = OFFICERS

    def get(self, request: HttpRequest, pk: int, form: Any = None, status: int = 200) -> HttpResponse:
        actor = request.actor  # type: ignore[attr-defined]
        unit = selectors.organisation_for(actor, pk)
        context = {
            "unit": unit,
            "form": form,
            "industry": selectors.industry_division(unit.industry_code),
            "may_decide": may.may_review_registration(actor, unit)
            and unit.state == OrganisationState.PENDING,
            "people": selectors.members_of(unit),
            "crumbs": crumbs(request, (_("单位登记"), reverse("accounts:registrations")), (unit.name, "")),
        }
        return render(request, "accounts/registration.html", context, status=status)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        unit = selectors.organisation_for(request.actor, pk)  # type: ignore[attr-defined]
        form = DecisionForm(request.POST)
        if not form.is_valid():
            return self.get(request, pk, form, 422)
        verb = organisations.approve if form.cleaned_data["decision"] == "approve" else organisations.reject
        data = {key: form.cleaned_data[key] for key in ("comment", "version")}
        try:
            verb(actor=request.actor, organisation=unit, **data)  # type: ignore[attr-defined]
        except (Invalid, NotNow, Stale) as error:
            attach(form, error)
            return self.get(request, pk, form, error.status)
        messages.success(request, _("已办理：%(name)s") % {"name": unit.name})
        return HttpResponseRedirect(reverse("accounts:registrations"))
