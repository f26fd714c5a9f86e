"""x8: the working-day calendar. One for all offices: what is entered is shown with what it would move, then confirmed."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock
from core.errors import Invalid, NotNow, NotVisible, Problem, Stale, from_form
from filings import permissions_calendar as may
from filings.forms_calendar import ConfirmForm, DayForm, EnterForm, YearForm
from filings.presentation import calendar as shown
from filings.selectors import calendar as clocks
from filings.services import calendar as service
from filings.views.staff.base import DeskView


class CalendarView(DeskView):
    """What its pages share."""

    year: int

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.year = kwargs.get("year", clock.today().year)

    def crumbs(self, last: Any) -> list[dict[str, Any]]:
        year = {"label": _("%(y)s 年") % {"y": self.year}, "url": reverse("calendar:year", args=[self.year])}
        home = {"label": _("工作日历"), "url": reverse("calendar:home")}
        return [home, year, {"label": last, "url": ""}]

    def require_editable(self) -> None:
        if self.year not in shown.shown_years():
            raise NotVisible.one("year", _("没有这一年的日历。"))
        if self.year not in clocks.editable_years():
            raise NotNow.one("year", _("只能改动今年和以后两年的日历。"))

    def preview(self, form: YearForm, problems: list[Problem] | None = None) -> HttpResponse:
        """The second step: what the proposal would do. Raises Invalid."""
        actor = self.request.actor  # type: ignore[attr-defined]
        found = service.preview(actor=actor, year=self.year, **form.proposal())
        given = ConfirmForm(initial={**form.proposal(), "seen": found.fingerprint})
        context = {
            "form": form,
            "given": given,
            "year": self.year,
            "crumbs": self.crumbs(_("核对影响")),
            "may_confirm": may.changes_calendar(actor),
            "confirm_rule": may.changes_calendar.sentence,
            "problems": problems or [],
            **shown.preview(actor, found, whole=bool(form.cleaned_data["source"])),
        }
        return self.page("filings/calendar/preview.html", context, status=409 if problems else 200)

    def year_form(
        self, form: YearForm, problems: list[Problem] | None = None, status: int = 200
    ) -> HttpResponse:
        context = {
            "form": form,
            "year": self.year,
            "crumbs": self.crumbs(_("录入")),
            "problems": problems or [],
        }
        return self.page("filings/calendar/enter.html", context, status=status)


class YearView(CalendarView):
    access = may.reads_calendar

    def get(self, request: HttpRequest, year: int | None = None) -> HttpResponse:
        if self.year not in shown.shown_years():
            raise NotVisible.one("year", _("没有这一年的日历。"))
        actor = request.actor  # type: ignore[attr-defined]
        editable = self.year in clocks.editable_years()
        context = {
            "may_edit": editable and may.prepares_calendar(actor),
            "hint": clocks.hint(actor),
            **shown.year_page(self.year),
        }
        return self.page("filings/calendar/year.html", context)


class EnterView(CalendarView):
    """A year in one act."""

    access = may.prepares_calendar

    def get(self, request: HttpRequest, year: int) -> HttpResponse:
        self.require_editable()
        return self.year_form(EnterForm(initial={"complete": not clocks.is_complete(year)}))

    def post(self, request: HttpRequest, year: int) -> HttpResponse:
        self.require_editable()
        if "edit" in request.POST:
            return self.year_form(EnterForm(initial=request.POST.dict()))
        form = EnterForm(request.POST)
        if not form.is_valid():
            return self.year_form(form, status=422)
        try:
            return self.preview(form)
        except Invalid as error:
            return self.year_form(form, error.problems, 422)


class DayView(CalendarView):
    """One day."""

    access = may.prepares_calendar

    def get(self, request: HttpRequest, year: int) -> HttpResponse:
        self.require_editable()
        return self.day_form(DayForm(initial=self._initial(request)))

    def post(self, request: HttpRequest, year: int) -> HttpResponse:
        self.require_editable()
        form = DayForm(request.POST)
        if not form.is_valid():
            return self.day_form(form, status=422)
        proposal = YearForm({"text": form.text()})
        proposal.is_valid()
        try:
            return self.preview(proposal)
        except Invalid as error:
            problems = [
                Problem(p.code, p.message, "day" if p.field == "text" else "") for p in error.problems
            ]
            return self.day_form(form, problems, 422)

    def day_form(
        self, form: DayForm, problems: list[Problem] | None = None, status: int = 200
    ) -> HttpResponse:
        context = {
            "form": form,
            "year": self.year,
            "crumbs": self.crumbs(_("单独改动")),
            "problems": problems or [],
        }
        return self.page("filings/calendar/day.html", context, status=status)

    def _initial(self, request: HttpRequest) -> dict[str, Any]:
        """A row of the table that somebody wants to change: its days, and what is asked for."""
        given = request.GET
        days = {name: _day(given.get(key, "")) for name, key in (("day", "on"), ("last", "until"))}
        kinds = dict(DayForm.base_fields["kind"].choices)  # type: ignore[attr-defined]
        kind = given.get("kind", "")
        return {**days, **({"kind": kind} if kind in kinds else {})}


class ApplyView(CalendarView):
    """Put in force what was shown."""

    access = may.changes_calendar
    http_method_names = ["post"]

    def post(self, request: HttpRequest, year: int) -> HttpResponse:
        self.require_editable()
        form = ConfirmForm(request.POST)
        if not form.is_valid():
            return self.year_form(EnterForm(request.POST), from_form(form.errors), 422)
        actor, seen = request.actor, form.cleaned_data["seen"]  # type: ignore[attr-defined]
        try:
            found = service.apply(actor=actor, year=year, seen=seen, **form.proposal())
        except Invalid as error:
            return self.year_form(EnterForm(initial=request.POST.dict()), error.problems, 422)
        except Stale as error:
            return self.preview(form, error.problems)
        messages.success(request, _told(found))
        return redirect("calendar:year", year=year)


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def _told(found: service.Outcome) -> str:
    if found.changes_nothing:
        return _("与现有日历一致，没有改动。")
    numbers = {"d": len(found.changed), "n": len(found.moved)}
    return _("日历已更新：改动 %(d)s 天，移动 %(n)s 个期限。") % numbers
