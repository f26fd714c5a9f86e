"""x4: the pool of experts, kept by officers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.permissions import has_role
from core import clock
from core.errors import Invalid, NotVisible, Problem, from_form
from filings.forms_staff import ExpertForm, TieForm
from filings.models import Expert
from filings.selectors.experts import everybody
from filings.services import experts
from filings.views.staff.base import DeskView, desk_crumbs

PER_PAGE = 20
keeper = has_role(Role.CASE_OFFICER, Role.DIVISION_HEAD)


def _initial(expert: Expert) -> dict[str, Any]:
    return {
        "username": expert.user.username,
        "employer": expert.employer.credit_code if expert.employer else "",
        "employer_name": expert.employer_name,
        "title": expert.title,
        "fields_text": "、".join(expert.fields),
        "is_active": expert.is_active,
    }


class ExpertsView(DeskView):
    access = keeper

    def get(self, request: HttpRequest) -> HttpResponse:
        words = request.GET.get("q", "")[:60]
        page = Paginator(everybody(words), PER_PAGE).get_page(request.GET.get("page"))
        context = {"page": page, "words": words, "today": clock.today()}
        return self.page("filings/staff/experts.html", context)


class ExpertView(DeskView):
    """One expert: facts and ties. Without `pk` a new one."""

    access = keeper

    def get(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        expert = self._expert(pk)
        return self._page(expert, ExpertForm(initial=_initial(expert) if expert else {}), TieForm())

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        expert = self._expert(pk)
        data = request.POST.copy()
        if expert is not None:
            data["username"] = expert.user.username
        form = ExpertForm(data)
        if not form.is_valid():
            return self._page(expert, form, TieForm(), from_form(form.errors), status=422)
        given = form.cleaned_data
        given["fields"] = given.pop("fields_text")
        try:
            made = experts.save_expert(actor=request.actor, **given)  # type: ignore[attr-defined]
        except Invalid as error:
            return self._page(expert, form, TieForm(), error.problems, status=422)
        messages.success(request, _("专家信息已保存。"))
        return HttpResponseRedirect(reverse("filings:expert", args=[made.pk]))

    def _expert(self, pk: int | None) -> Expert | None:
        return None if pk is None else self._known(pk)

    def _known(self, pk: int | None) -> Expert:
        found = Expert.objects.select_related("user", "employer").filter(pk=pk).first()
        if found is None:
            raise NotVisible.one("expert", _("没有这位专家。"))
        return found

    def _page(
        self,
        expert: Expert | None,
        form: ExpertForm,
        tie_form: TieForm,
        problems: list[Problem] | None = None,
        *,
        status: int = 200,
    ) -> HttpResponse:
        label = str(expert) if expert else _("添加专家")
        context = {
            "expert": expert,
            "form": form,
            "tie_form": tie_form,
            "ties": list(expert.ties.select_related("organisation")) if expert else [],
            "today": clock.today(),
            "problems": problems or [],
            "crumbs": [
                desk_crumbs()[0],
                {"label": _("专家库"), "url": reverse("filings:experts")},
                {"label": label, "url": ""},
            ],
        }
        return self.page("filings/staff/expert.html", context, status=status)


class TieView(ExpertView):
    """Add a tie."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        expert = self._known(pk)
        form = TieForm(request.POST)
        if not form.is_valid():
            return self._page(
                expert, ExpertForm(initial=_initial(expert)), form, from_form(form.errors), status=422
            )
        experts.add_tie(actor=request.actor, expert=expert, **form.cleaned_data)  # type: ignore[attr-defined]
        messages.success(request, _("利害关系已登记：组成评审组时自动核对，正在评审的有关申报件即时回避。"))
        return HttpResponseRedirect(f"{reverse('filings:expert', args=[expert.pk])}#ties")


class EndTieView(ExpertView):
    """A tie that ended."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int | None = None, tie: int = 0) -> HttpResponse:
        expert = self._known(pk)
        experts.end_tie(actor=request.actor, expert=expert, tie_id=tie)  # type: ignore[attr-defined]
        messages.success(request, _("已登记终止日期。"))
        return HttpResponseRedirect(f"{reverse('filings:expert', args=[expert.pk])}#ties")
