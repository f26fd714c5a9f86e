"""r9, r10: the notice with its objections, and what was issued."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock, workdays
from core.errors import Invalid, NotNow, NotVisible, Problem, from_form
from filings import permissions as may
from filings.enums import Action, State
from filings.forms_staff import ObjectionForm
from filings.models import Certificate, Filing
from filings.presentation.comparing import moves
from filings.presentation.computed import computed
from filings.presentation.wording import words
from filings.services.documents import verification_url
from filings.services.notice import answer_objection
from filings.views.staff.base import DeskView, desk_crumbs, overtaken
from filings.views.staff.case import acts_of
from filings.views.staff.contexts import granted, notices
from filings.views.staff.parts import clock_panel


class NoticeView(DeskView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.notice_page(self.case(pk), {})

    def notice_page(
        self,
        filing: Filing,
        forms: dict[int, ObjectionForm],
        problems: list[Problem] | None = None,
        *,
        status: int = 200,
    ) -> HttpResponse:
        actor = self.request.actor  # type: ignore[attr-defined]
        rows = notices(filing)
        if not rows:
            raise NotVisible.one("notice", _("本件还没有公示。"))
        may_answer = filing.state == State.ON_NOTICE and may.may_answer_objection(actor, filing)
        for objection in (o for n in rows for o in n.objections.all()):
            blank = ObjectionForm(auto_id=f"id_{objection.pk}_%s")
            open_one = may_answer and objection.answered_at is None
            objection.form = forms.get(objection.pk, blank) if open_one else None  # type: ignore[attr-defined]
        context = {
            "filing": filing,
            "crumbs": desk_crumbs(filing, _("公示与异议")),
            "notices": rows,
            "left": max(workdays.workdays_between(clock.today(), rows[0].ends_on), 0),
            "over": clock.today() > rows[0].ends_on,
            "acts": acts_of(filing, actor),
            "clock": clock_panel(filing),
            "problems": problems or [],
        }
        return self.page("filings/staff/notice.html", context, status=status)


class ObjectionView(NoticeView):
    """Answer one objection; refused, the page comes back with what was typed."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, objection: int) -> HttpResponse:
        filing, actor = self.case(pk), request.actor  # type: ignore[attr-defined]
        may.may_answer_objection.require(actor, filing)
        form = ObjectionForm(request.POST, auto_id=f"id_{objection}_%s")
        if not form.is_valid():
            return self.notice_page(filing, {objection: form}, from_form(form.errors), status=422)
        try:
            answer_objection(actor=actor, filing=filing, objection_id=objection, **form.cleaned_data)
        except Invalid as error:
            return self.notice_page(filing, {objection: form}, error.problems, status=422)
        except NotNow as error:
            raise overtaken(filing, error) from error
        messages.success(request, _("异议已答复。"))
        return HttpResponseRedirect(reverse("filings:desk_notice", args=[filing.pk]))


class ResultView(DeskView):
    """What was issued: certificate, validity, paper and the address by which anyone checks it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        filing = self.case(pk)
        if filing.state != State.FILED or (filing.entity is None and filing.spec.registers):
            raise NotVisible.one("certificate", _("本件还没有办结。"))
        context = {
            "filing": filing,
            **words(filing),
            "crumbs": desk_crumbs(filing, _("办理结果")),
            "decision": filing.decisions.exclude(document_number="").last(),
            "moves": moves(filing, filing.subject) if filing.action == Action.CHANGE else [],
            "computed": computed(filing, staff=True),
            **granted(filing),
            **(self.certificate(filing) if filing.spec.registers else {}),
        }
        return self.page("filings/staff/result.html", context)

    def certificate(self, filing: Filing) -> dict[str, Any]:
        """The certificate of this filing; nothing where it made none."""
        made = Certificate.objects.select_related("document__stored").filter(filing=filing).first()
        if made is None:
            return {}
        return {
            "certificate": made,
            "paper": made.document,
            "verify_url": verification_url(made.document.verification_code),
            "status": made.status_on(clock.today()),
        }
