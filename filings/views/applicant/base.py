"""What the pages of a unit share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from accounts.permissions import is_unit_member
from core import clock
from core.actor import Actor
from core.errors import PortalError
from core.idempotency import new_key
from filings import permissions as may
from filings.models import Filing, Participant
from filings.presentation.wording import headline, words
from filings.selectors.filings import get_visible
from filings.selectors.lifecycle import members_on
from filings.selectors.reading import active_participants


class UnitView(View):
    """A page for people who act for a unit."""

    access: Any = is_unit_member

    @property
    def actor(self) -> Actor:
        return self.request.actor  # type: ignore[attr-defined,no-any-return]

    def visible(self, pk: int) -> Filing:
        """A filing this unit leads or takes part in; otherwise the answer is that it does not exist."""
        return get_visible(self.actor, pk)

    def led(self, pk: int) -> Filing:
        """A filing this unit leads; a member that may see it is told who may open the page."""
        filing = self.visible(pk)
        may.applicant.saying(filing.spec.say(_("本页由%(lead)s办理。"))).require(self.actor, filing)
        return filing

    def page(self, template: str, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
        filing = context.get("filing")
        said = words(filing) if filing is not None else {}
        shown = {"form_key": new_key(), **said, **context}
        return render(self.request, f"filings/applicant/{template}.html", shown, status=status)


def is_htmx(request: HttpRequest) -> bool:
    """A quickened request that wants a part, not the page."""
    return request.headers.get("HX-Request") == "true"


def crumbs(filing: Filing | None, last: Any = "", hub: str = "tasks") -> list[dict[str, Any]]:
    """My filings › filing › page."""
    found: list[dict[str, Any]] = [{"label": _("我的申报"), "url": reverse("filings:home")}]
    if filing is not None:
        url = reverse(f"filings:{hub}", args=[filing.pk]) if last else ""
        found.append({"label": headline(filing), "url": url})
    if last:
        found.append({"label": last, "url": ""})
    return found


def take_problems(form: forms.Form, error: PortalError, names: Mapping[str, str] | None = None) -> None:
    """A service's reasons beside the fields they speak of, the others above the form, each with its clause."""
    for problem in error.problems:
        name = (names or {}).get(problem.field, problem.field)
        text = f"{problem.message}{_('（依据：%(clause)s）') % {'clause': problem.clause} if problem.clause else ''}"
        form.add_error(name if name in form.fields else None, text)


def places(filing: Filing) -> list[Participant]:
    """Who takes part, with the filing known to each."""
    rows = active_participants(filing)
    for row in rows:
        row.filing = filing
    return rows


def belongs(filing: Filing, place: Participant) -> bool:
    """Whether the unit is a member of the entity today: to be left out of a change then means to leave it."""
    if filing.entity is None:
        return False
    rows = members_on(filing.entity, clock.today())
    return rows.filter(organisation_id=place.organisation_id).exists()


def first_message(problems: Iterable[Any]) -> str:
    return "；".join(str(problem.message) for problem in problems)
