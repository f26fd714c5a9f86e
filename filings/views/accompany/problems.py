"""困难诉求: the office's tabs, a unit's own list, one page for each problem and each act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.permissions import is_unit_member
from core.errors import NotAllowed, NotNow
from filings.enums import ProblemState
from filings.forms_accompany import (
    AnswerForm,
    AssignForm,
    MatterFilter,
    NothingForm,
    ProblemForm,
    ReassignForm,
    ReopenForm,
)
from filings.models import Entity, Problem
from filings.permissions_accompany import matter_staff
from filings.permissions_entity import entity_unit
from filings.presentation import accompany as shown
from filings.selectors import accompany as see
from filings.selectors import entities
from filings.services import problems
from filings.views.accompany.base import AccompanyView, Sheet
from filings.views.staff.acts import version_of
from filings.views.staff.base import desk_reader
from filings.workflow_problem import PROBLEM, silence_until

STAFF_TABS = {
    "open": gettext_lazy("未办结"),
    "mine": gettext_lazy("我负责的"),
    "overdue": gettext_lazy("已超期"),
    **dict(ProblemState.choices),
}
UNIT_TABS = {"open": gettext_lazy("未办结"), ProblemState.CLOSED.value: ProblemState.CLOSED.label}
EMPTY = {
    "open": gettext_lazy("没有未办结的困难诉求。"),
    "mine": gettext_lazy("没有等待您答复的困难诉求。"),
    "overdue": gettext_lazy("没有超过答复期限的困难诉求。"),
    "raised": gettext_lazy("没有等待受理的困难诉求。单位提出后出现在这里。"),
    "assigned": gettext_lazy("没有正在协调的困难诉求。"),
    "answered": gettext_lazy("没有等待单位确认的答复。"),
    "closed": gettext_lazy("还没有办结的困难诉求。"),
}


def crumbs(*trail: tuple[Any, str]) -> list[dict[str, Any]]:
    """Problems › page."""
    first = (_("困难诉求"), reverse("filings:problems"))
    return [{"label": label, "url": url} for label, url in (first, *trail)]


class Problems(AccompanyView):
    """Staff see those of the entities they look after, a unit its own and those of the entities it leads."""

    access = (desk_reader | is_unit_member).saying(is_unit_member.sentence)

    def get(self, request: HttpRequest) -> HttpResponse:
        staff = desk_reader(self.actor, None)
        labels = STAFF_TABS if staff else UNIT_TABS
        tab = self.tab_of(labels)
        filters = MatterFilter(request.GET, actor=self.actor)
        wanted = filters.wanted() if staff else {}
        rows = self._rows(staff, wanted)
        each = {key: see.problem_tab(rows, key, self.actor) for key in labels}
        listed = self.listed(each[tab])
        context = {
            "tabs": self.tabs(labels, {key: found.count() for key, found in each.items()}, tab),
            "tab": tab,
            "filter": filters if staff else None,
            "narrowed": bool(wanted),
            "empty": EMPTY[tab],
            "staff": staff,
            "lines": [shown.problem_line(row) for row in listed["page"]],
            **listed,
        }
        return self.page("problems", context)

    def _rows(self, staff: bool, wanted: dict[str, Any]) -> QuerySet[Problem]:
        rows = see.problems_on_desk(self.actor) if staff else see.problems_of_unit(self.actor)
        if "officer" in wanted:
            rows = rows.filter(owner=wanted["officer"])
        return see.by_words(rows, wanted.get("q", ""), "entity__", "title")


class PickEntity(AccompanyView):
    """Which of the unit's entities the problem belongs to; with one there is nothing to choose."""

    access = is_unit_member

    def get(self, request: HttpRequest) -> HttpResponse:
        listed = self.listed(see.of_unit(self.actor))
        found = list(listed["page"])
        if len(found) == 1 and listed["page"].number == 1:
            return HttpResponseRedirect(reverse("filings:problem_raise", args=[found[0].code]))
        return self.page("pick", {"crumbs": crumbs((_("提出困难"), "")), "visiting": False, **listed})


class Raise(Sheet):
    form_class = ProblemForm
    entity: Entity
    success_message = gettext_lazy("困难诉求已提交，受理后会确定责任人和答复期限。")

    def prepare(self, **kwargs: Any) -> None:
        self.entity = entities.get_visible(self.actor, kwargs["code"])
        entity_unit.require(self.actor, self.entity)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"entity": self.entity}

    def perform(self, form: forms.Form) -> Problem:
        return problems.raise_problem(actor=self.actor, entity=self.entity, **form.cleaned_data)

    def after(self, result: Problem) -> HttpResponse:
        return HttpResponseRedirect(reverse("filings:problem", args=[result.pk]))

    def around(self) -> dict[str, Any]:
        days = see.intake_days(self.entity)
        facts = [{"label": _("受理时限"), "value": _("%(n)s 个工作日") % {"n": days}}]
        return {
            "heading": _("提出困难"),
            "lead": self.entity.name,
            "button": _("提交"),
            "facts": [*shown.entity_facts(self.entity), *facts],
            "back": reverse("filings:problems"),
            "crumbs": crumbs((_("提出困难"), "")),
        }


class OneProblem(AccompanyView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = see.get_problem(self.actor, pk)
        staff = matter_staff(self.actor, row)
        steps = row.steps.select_related("by", "organisation")
        waits = row.state == ProblemState.ANSWERED
        context = {
            "problem": row,
            "line": shown.problem_line(row),
            "staff": staff,
            "acts": shown.problem_acts(self.actor, row),
            "awaits": shown.awaits(self.actor, row),
            "silence_until": silence_until(row) if waits else None,
            "events": shown.problem_events(steps, staff=staff),
            "facts": shown.entity_facts(row.entity),
            "crumbs": crumbs((row.title, "")),
        }
        return self.page("problem", context)


@dataclass(frozen=True)
class Act:
    """How a transition is asked for."""

    form: type[forms.Form]
    service: Callable[..., Problem]
    done: Any
    consequence: Any = ""


ACTS: dict[str, Act] = {
    "assign": Act(AssignForm, problems.assign, gettext_lazy("已受理，责任人会收到通知。")),
    "reassign": Act(ReassignForm, problems.reassign, gettext_lazy("已改派，责任人会收到通知。")),
    "answer": Act(AnswerForm, problems.answer, gettext_lazy("答复已发出，单位会收到通知。")),
    "settle": Act(
        NothingForm,
        problems.settle,
        gettext_lazy("已办结，感谢反馈。"),
        gettext_lazy("确认困难已经解决，此事办结。"),
    ),
    "reopen": Act(
        ReopenForm,
        problems.reopen,
        gettext_lazy("已退回责任人继续协调。"),
        gettext_lazy("退回责任人继续协调，责任人会再次答复。"),
    ),
    "close": Act(
        NothingForm,
        problems.close,
        gettext_lazy("已办结，单位会收到通知。"),
        gettext_lazy("单位在答复后规定的期限内没有反馈，此事办结。"),
    ),
}


class ActOnProblem(Sheet):
    """One transition: the form says what it needs, the service does it."""

    problem: Problem

    def prepare(self, **kwargs: Any) -> None:
        self.problem = see.get_problem(self.actor, kwargs["pk"])
        self.step = PROBLEM[kwargs["name"]]
        self.said = ACTS[self.step.name]
        rule: Any = self.step.allowed
        if self.problem.state not in self.step.sources:
            words = _("当前状态为“%(state)s”，不能办理这一步。该事项可能已由他人办理。")
            raise NotNow.one("wrong_state", words % {"state": self.problem.get_state_display()})
        if not rule(self.actor, self.problem):
            raise NotAllowed.one("not_allowed", rule.refusal(self.actor, self.problem))

    def get_form_class(self) -> Any:
        return self.said.form

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"entity": self.problem.entity}

    def get_initial(self) -> dict[str, Any]:
        row = self.problem
        return {
            "owner": row.owner_id or row.entity.officer_id,
            "due_on": row.due_on,
            "department": row.department,
            "answer": row.answer,
        }

    def perform(self, form: forms.Form) -> Problem:
        return self.said.service(
            actor=self.actor, problem=self.problem, version=version_of(self.request), **form.cleaned_data
        )

    @property
    def success_message(self) -> Any:
        return self.said.done

    def after(self, result: Problem) -> HttpResponse:
        return HttpResponseRedirect(reverse("filings:problem", args=[result.pk]))

    def around(self) -> dict[str, Any]:
        row, url = self.problem, reverse("filings:problem", args=[self.problem.pk])
        return {
            "heading": self.step.label,
            "lead": row.title,
            "consequence": self.said.consequence,
            "button": self.step.label,
            "version": row.version,
            "facts": [
                {"label": _("登记主体"), "value": row.entity.name},
                {"label": _("提出单位"), "value": row.raised_for.name},
                {"label": _("具体情况"), "value": row.text},
                *([{"label": _("答复"), "value": row.answer}] if row.answer else []),
            ],
            "back": url,
            "crumbs": crumbs((row.title, url), (self.step.label, "")),
        }
