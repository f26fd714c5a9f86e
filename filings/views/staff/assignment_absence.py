"""r14: who is away, who covers. Everybody says it for oneself, a head for anybody of the bureau."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import people_with_role
from core import clock
from core.errors import Invalid, Problem, from_form
from filings import permissions as may
from filings.forms_assignment import AbsenceForm
from filings.selectors import assignment
from filings.services.absence import end_absence, set_absence
from filings.views.staff.base import DeskView

SHOWN = 30  # absences of the past listed


class AbsenceView(DeskView):
    """The own absences, whom one covers, and the form."""

    access = may.has_work

    def get(self, request: HttpRequest) -> HttpResponse:
        wanted = str(request.GET.get("user", ""))
        initial = {"user": wanted} if wanted.isdecimal() else {}
        return self.listed(self.form(initial=initial))

    def post(self, request: HttpRequest) -> HttpResponse:
        actor, form = request.actor, self.form(request.POST)  # type: ignore[attr-defined]
        if not form.is_valid():
            return self.listed(form, from_form(form.errors), status=422)
        given = {"user": actor.user, **form.cleaned_data}
        try:
            made = set_absence(actor=actor, **given)
        except Invalid as error:
            return self.listed(form, error.problems, status=422)
        words = _("已登记：%(name)s %(since)s 至 %(until)s 休假，由%(cover)s代办。")
        span = {"since": made.since.isoformat(), "until": made.until.isoformat()}
        messages.success(request, words % {"name": made.user, "cover": made.cover, **span})
        return HttpResponseRedirect(reverse("assignment:absence"))

    def form(self, data: Any = None, **kwargs: Any) -> AbsenceForm:
        actor = self.request.actor  # type: ignore[attr-defined]
        covers = [(person, str(person)) for person in self._colleagues()]
        if may.may_arrange(actor):
            initial = {"user": str(actor.user_id), **kwargs.pop("initial", {})}
            return AbsenceForm(data, covers=covers, people=covers, initial=initial, **kwargs)
        kwargs.pop("initial", None)
        return AbsenceForm(data, covers=[row for row in covers if row[0].pk != actor.user_id], **kwargs)

    def _colleagues(self) -> list[User]:
        bureau = self.request.actor.organisation  # type: ignore[attr-defined]
        return list(people_with_role(bureau, *assignment.COVERED_BY))

    def listed(
        self, form: AbsenceForm, problems: list[Problem] | None = None, *, status: int = 200
    ) -> HttpResponse:
        actor = self.request.actor  # type: ignore[attr-defined]
        bureau, heads = actor.organisation, may.may_arrange(actor)
        context = {
            "form": form,
            "mine": list(assignment.absences_of(actor.user, bureau)[:SHOWN]),
            "covers": list(assignment.covers_of(actor.user, bureau)),
            "others": list(assignment.absences_ahead(bureau).exclude(user=actor.user)) if heads else [],
            "heads": heads,
            "today": clock.today(),
            "problems": problems or [],
        }
        return self.page("filings/staff/assignment_absence.html", context, status=status)


class EndView(DeskView):
    """Back early, or not going."""

    access = may.has_work
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        done = end_absence(actor=request.actor, absence_id=pk)  # type: ignore[attr-defined]
        messages.success(request, _("%(name)s的代办已结束，工作由本人办理。") % {"name": done.user})
        return HttpResponseRedirect(reverse("assignment:absence"))
