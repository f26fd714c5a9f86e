"""People of the administration and their roles: proposed by one administrator, published by another."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from accounts import permissions as may
from accounts import selectors, workflow
from accounts.enums import ChangeState
from accounts.forms.people import NewPersonForm, RoleChangeForm
from accounts.models import RoleChange
from accounts.services import roles, users
from accounts.stepup import StepUpMixin
from accounts.views.base import ServicePage, crumbs
from core.errors import Invalid, NotNow, Stale

PAGE = 25


class People(TemplateView):
    """Who holds which role in which bureau."""

    access = may.may_see_people
    template_name = "accounts/people.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        actor = self.request.actor  # type: ignore[attr-defined]
        query = self.request.GET.get("q", "").strip()[:60]
        page = Paginator(selectors.staff_with_roles(actor, query), PAGE).get_page(
            self.request.GET.get("page")
        )
        return super().get_context_data(
            page=page,
            query=query,
            waiting=selectors.role_changes(actor).filter(state=ChangeState.PROPOSED).count(),
            may_propose=may.may_propose_roles(actor),
            **kwargs,
        )


class RoleChanges(TemplateView):
    """Proposals that wait, and those that were decided."""

    access = may.may_see_roles
    template_name = "accounts/role_changes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        actor = self.request.actor  # type: ignore[attr-defined]
        changes = selectors.role_changes(actor)
        decided = changes.exclude(state=ChangeState.PROPOSED)
        return super().get_context_data(
            waiting=changes.filter(state=ChangeState.PROPOSED),
            page=Paginator(decided, PAGE).get_page(self.request.GET.get("page")),
            may_propose=may.may_propose_roles(actor),
            **kwargs,
        )


class ProposeRole(StepUpMixin, ServicePage):
    access = may.may_propose_roles
    template_name = "accounts/role_propose.html"
    form_class = RoleChangeForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "actor": self.actor}

    def get_initial(self) -> dict[str, Any]:
        wanted = ("user", "organisation", "role", "act")
        return {name: self.request.GET[name] for name in wanted if name in self.request.GET}

    def perform(self, form: forms.Form) -> RoleChange:
        return roles.propose_role_change(actor=self.actor, **form.cleaned_data)

    def after(self, result: RoleChange) -> HttpResponse:
        messages.success(self.request, _("已提出，由安全管理员发布后生效。"))
        return HttpResponseRedirect(reverse("accounts:role_changes"))


class RoleChangePage(StepUpMixin, View):
    """One proposal: what would change, and the decision of the second person."""

    access = may.may_see_roles
    VERBS = {"publish": roles.publish_role_change, "refuse": roles.refuse_role_change}

    def get(self, request: HttpRequest, pk: int, problems: Any = (), status: int = 200) -> HttpResponse:
        actor = request.actor  # type: ignore[attr-defined]
        change = get_object_or_404(selectors.role_changes(actor), pk=pk)
        available = {each.name: each for each in workflow.ROLE_CHANGE.available(change, actor)}
        context = {
            "change": change,
            "problems": problems,
            "available": available,
            "why_not": "" if available else may.may_decide_role_change.refusal(actor, change),
            "held": selectors.memberships_of(change.user),
            "comment": request.POST.get("comment", ""),
            "crumbs": crumbs(
                request, (_("角色变更"), reverse("accounts:role_changes")), (change.user.name, "")
            ),
        }
        return render(request, "accounts/role_change.html", context, status=status)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        actor = request.actor  # type: ignore[attr-defined]
        change = get_object_or_404(selectors.role_changes(actor), pk=pk)
        try:
            self._decide(request, change)
        except (Invalid, NotNow, Stale) as error:
            return self.get(request, pk, error.problems, error.status)
        messages.success(request, _("已办理。"))
        return HttpResponseRedirect(reverse("accounts:role_changes"))

    def _decide(self, request: HttpRequest, change: RoleChange) -> None:
        actor = request.actor  # type: ignore[attr-defined]
        name = request.POST.get("decision", "")
        if name == "withdraw":
            roles.withdraw_role_change(actor=actor, change=change)
            return
        verb = self.VERBS.get(name)
        if verb is None:
            raise Invalid.one("decision", _("请选择发布或退回。"), "decision")
        version = request.POST.get("version", "")
        comment = request.POST.get("comment", "")[:2000]
        verb(
            actor=actor, change=change, comment=comment, version=int(version) if version.isdecimal() else None
        )


class NewPerson(StepUpMixin, ServicePage):
    """An account for a member of staff; roles are proposed afterwards."""

    access = may.may_propose_roles
    template_name = "accounts/person_new.html"
    form_class = NewPersonForm

    def perform(self, form: forms.Form) -> Any:
        return users.create_user(actor=self.actor, **form.cleaned_data)

    def after(self, result: Any) -> HttpResponse:
        messages.success(self.request, _("账号已建立。请提出角色，并请本人通过“忘记密码”设置密码。"))
        return HttpResponseRedirect(f"{reverse('accounts:role_propose')}?user={result.pk}")


class PersonPage(StepUpMixin, View):
    """One member of staff: roles, account open or closed."""

    access = may.may_see_people

    def get(self, request: HttpRequest, pk: int, problems: Any = (), status: int = 200) -> HttpResponse:
        actor = request.actor  # type: ignore[attr-defined]
        person = get_object_or_404(selectors.people_administered_by(actor), pk=pk)
        context = {
            "person": person,
            "held": selectors.staff_memberships(actor).filter(user=person),
            "problems": problems,
            "may_close": may.has_role("sysadmin", "secadmin")(actor) and person.pk != actor.user_id,
            "may_propose": may.may_propose_roles(actor) and person.pk != actor.user_id,
            "reason": request.POST.get("reason", ""),
            "crumbs": crumbs(request, (_("人员与角色"), reverse("accounts:people")), (person.name, "")),
        }
        return render(request, "accounts/person.html", context, status=status)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        actor = request.actor  # type: ignore[attr-defined]
        person = get_object_or_404(selectors.people_administered_by(actor), pk=pk)
        active = request.POST.get("act") == "open"
        try:
            users.set_active(actor=actor, user=person, active=active, reason=request.POST.get("reason", ""))
        except Invalid as error:
            return self.get(request, pk, error.problems, error.status)
        messages.success(request, _("账号已启用。") if active else _("账号已停用，其登录立即失效。"))
        return HttpResponseRedirect(reverse("accounts:people"))
