"""My unit: facts, figures by year with their origin, colleagues and invitations."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts import permissions as may
from accounts import selectors
from accounts.enums import REGISTRANT, UNIT_ROLES, FigureKind, OrganisationState, Role
from accounts.forms.units import FiguresForm, ProfileForm
from accounts.models import Organisation
from accounts.services import organisations
from accounts.views.base import ServicePage, crumbs
from core import clock
from core.errors import NotVisible

MEMBERS = may.has_role(*sorted(UNIT_ROLES), REGISTRANT).saying(may.is_unit_member.sentence)


class Unit(View):
    """The unit one acts for; people without any are offered to register one."""

    access = "login"

    def get(self, request: HttpRequest) -> HttpResponse:
        actor = request.actor  # type: ignore[attr-defined]
        if actor.organisation is None:
            return render(request, "accounts/no_unit.html")
        return render(request, "accounts/unit.html", unit_context(request, actor.organisation))


class OrganisationPage(View):
    """Any unit this actor may see."""

    access = "login"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        unit = selectors.organisation_for(request.actor, pk)  # type: ignore[attr-defined]
        return render(request, "accounts/unit.html", unit_context(request, unit))


def unit_context(request: HttpRequest, unit: Organisation) -> dict[str, Any]:
    """What the page of a unit shows, and which of its buttons."""
    actor = request.actor  # type: ignore[attr-defined]
    years = selectors.figures_by_year(unit)
    own = unit.pk == actor.organisation_id
    may_invite = may.may_administer_unit(actor, unit)
    return {
        "unit": unit,
        "own": own,
        "years": years,
        "industry": selectors.industry_division(unit.industry_code),
        "kinds": list(FigureKind),
        "last_year": clock.today().year - 1,
        "colleagues": selectors.colleagues(unit),
        "invitations": selectors.open_invitations(unit) if may_invite else [],
        "may_edit": may.may_edit_profile(actor, unit),
        "may_figures": may.may_edit_figures(actor, unit),
        "may_invite": may_invite,
        "crumbs": crumbs(request, (_("我的单位") if own else _("单位"), ""), (unit.name, "")),
    }


class UnitEdit(ServicePage):
    """Facts of a unit. A refused registration is corrected here and sent again."""

    access = "login"
    template_name = "accounts/unit_edit.html"
    form_class = ProfileForm

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated:
            self.unit = selectors.organisation_for(self.actor, kwargs["pk"])

    def get_form_kwargs(self) -> dict[str, Any]:
        may.may_edit_profile.require(self.actor, self.unit)
        correct = may.may_correct_approved_facts(self.actor, self.unit)
        return {**super().get_form_kwargs(), "unit": self.unit, "may_correct": correct}

    def perform(self, form: Any) -> Organisation:
        facts, version = form.facts(), form.cleaned_data["version"]
        if self.unit.state == OrganisationState.REJECTED and self.unit.pk == self.actor.organisation_id:
            return organisations.resubmit(
                actor=self.actor, organisation=self.unit, facts=facts, version=version
            )
        return organisations.update_profile(
            actor=self.actor, organisation=self.unit, facts=facts, version=version
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        again = self.unit.state == OrganisationState.REJECTED
        return super().get_context_data(organisation=self.unit, again=again, **kwargs)

    def after(self, result: Organisation) -> HttpResponse:
        return HttpResponseRedirect(unit_url(self.request, result))


class Figures(ServicePage):
    """The figures of one year."""

    access = "login"
    template_name = "accounts/figures.html"
    form_class = FiguresForm
    success_message = _("已保存。")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated:
            self.unit = selectors.organisation_for(self.actor, kwargs["pk"])
            self.year = kwargs["year"]
            if not 1990 <= self.year <= clock.today().year:
                raise NotVisible()

    def get_form_kwargs(self) -> dict[str, Any]:
        may.may_edit_figures.require(self.actor, self.unit)
        held = {figure.kind: figure for figure in self.unit.figures.filter(year=self.year)}
        return {**super().get_form_kwargs(), "held": held, "by_officer": may.is_staff(self.actor)}

    def perform(self, form: Any) -> Any:
        return organisations.set_figures(
            actor=self.actor, organisation=self.unit, year=self.year, values=form.values()
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        this_year = clock.today().year
        years = range(this_year - 5, this_year + 1)
        return super().get_context_data(organisation=self.unit, year=self.year, years=years, **kwargs)

    def after(self, result: Any) -> HttpResponse:
        return HttpResponseRedirect(unit_url(self.request, self.unit) + "#figures")


def unit_url(request: HttpRequest, unit: Organisation) -> str:
    """The page of a unit: short for one's own."""
    if unit.pk == request.actor.organisation_id:  # type: ignore[attr-defined]
        return reverse("accounts:unit")
    return reverse("accounts:organisation", args=[unit.pk])


ADMINISTRATORS = may.has_role(Role.UNIT_ADMIN)
