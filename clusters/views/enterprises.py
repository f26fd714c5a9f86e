"""重点企业库: entries in the library, one entry with its policy package, and the desk of 一企一策 requests (r12)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters import forms as typed
from clusters import permissions as may
from clusters.enums import RequestState
from clusters.models import KeyEnterprise, SupportRequest
from clusters.presentation import projects as shown
from clusters.presentation import workbooks
from clusters.selectors import clusters as clusters_seen
from clusters.selectors import enterprises as see
from clusters.services import enterprises, requests
from clusters.views.base import ClusterView, Sheet, as_attachment, crumbs, url
from clusters.views.firms import XLSX
from clusters.workflow_request import REQUEST
from core import clock
from core.errors import NotAllowed, NotNow
from filings.views.staff.acts import version_of

TABS = {"present": gettext_lazy("在库"), "left": gettext_lazy("已出库")}
REQUEST_TABS = {
    "open": gettext_lazy("未办结"),
    "mine": gettext_lazy("我负责的"),
    "overdue": gettext_lazy("已超期"),
    **{str(value): label for value, label in RequestState.choices},
}


class _Library(ClusterView):
    def shown(self, rows: Any, context: dict[str, Any]) -> HttpResponse:
        tab = self.tab_of(TABS)
        each = {"present": rows.filter(until=None), "left": rows.filter(until__isnull=False)}
        listed = self.listed(see.with_requests(each[tab]))
        context |= listed | {
            "tabs": self.tabs(TABS, {key: found.count() for key, found in each.items()}, tab),
            "tab": tab,
            "lines": [shown.entry_line(row) for row in listed["page"]],
        }
        return self.page("enterprises", context)


class Entries(_Library):
    """One cluster's."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        sight = self.sight(code)
        rows = KeyEnterprise.objects.filter(cluster=sight.cluster)
        size = see.size(sight.cluster) | {"count": rows.filter(until=None).count()}
        context = {
            "cluster": sight.cluster,
            "sight": sight,
            "size": size,
            "crumbs": crumbs(sight.cluster, (_("重点企业库"), "")),
        }
        return self.shown(rows.select_related("cluster"), context)


class AllEntries(_Library):
    """Those of every cluster this actor reads, and a firm's own."""

    access = may.has_clusters

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = see.entries(self.actor)
        context = {"cluster": None, "crumbs": crumbs(None, (_("重点企业库"), ""))}
        return self.shown(rows, context)


class Export(ClusterView):
    """The library as a workbook: of one cluster, or of all this actor reads."""

    def get(self, request: HttpRequest, code: str = "") -> HttpResponse:
        rows = see.entries(self.actor)
        if code:
            rows = rows.filter(cluster=self.sight(code).cluster)
        data = workbooks.entries(rows.order_by("cluster", "name_key"))
        return as_attachment(data, f"{code or 'clusters'}-enterprises.xlsx", XLSX)


class OneEntry(ClusterView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = see.get_entry(self.actor, pk)
        sight = clusters_seen.Sight(self.actor, row.cluster)
        asked = row.requests.select_related("enterprise__cluster", "owner", "raised_for")
        context = {
            "entry": row,
            "line": shown.entry_line(row),
            "sight": sight,
            "reads_cluster": may.viewer(self.actor, row.cluster),
            "may_ask": row.until is None and sight.is_open and may.asks_help(self.actor, row),
            "requests": [shown.request_line(r) for r in asked],
            "crumbs": crumbs(None, (_("重点企业库"), url("all_enterprises")), (row.name, "")),
        }
        return self.page("enterprise", context)


class Enter(Sheet):
    form_class = typed.EntryForm
    success_message = gettext_lazy("已列入重点企业库。")

    def prepare(self, **kwargs: Any) -> None:
        self.cluster = clusters_seen.get_visible(self.actor, kwargs["code"])
        may.body.require(self.actor, self.cluster)

    def back(self) -> str:
        return url("enterprises", self.cluster.code)

    def get_initial(self) -> dict[str, Any]:
        return {"since": clock.today()}

    def perform(self, form: Any) -> KeyEnterprise:
        return enterprises.enter(actor=self.actor, cluster=self.cluster, facts=form.facts())

    def around(self) -> dict[str, Any]:
        return self.sheet(_("列入重点企业库"), _("列入"))


class _OfEntry(Sheet):
    entry: KeyEnterprise
    rule = may.of("cluster", may.body)

    def prepare(self, **kwargs: Any) -> None:
        self.entry = see.get_entry(self.actor, kwargs["pk"])
        self.cluster = self.entry.cluster
        self.rule.require(self.actor, self.entry)

    def back(self) -> str:
        return url("enterprise", self.entry.pk)

    def around_entry(self, heading: Any, button: Any) -> dict[str, Any]:
        trail = (
            (_("重点企业库"), url("all_enterprises")),
            (self.entry.name, self.back()),
            (heading, ""),
        )
        return self.sheet(heading, button) | {"lead": self.entry.name, "crumbs": crumbs(None, *trail)}


class Edit(_OfEntry):
    form_class = typed.EntryForm
    success_message = gettext_lazy("已保存。")

    def get_initial(self) -> dict[str, Any]:
        return typed.entry_facts(self.entry)

    def perform(self, form: Any) -> KeyEnterprise:
        return enterprises.edit(actor=self.actor, enterprise=self.entry, facts=form.facts())

    def around(self) -> dict[str, Any]:
        return self.around_entry(_("修改入库信息"), _("保存"))


class Leave(_OfEntry):
    form_class = typed.EndEntryForm
    success_message = gettext_lazy("已登记出库。")

    def get_initial(self) -> dict[str, Any]:
        return {"until": clock.today()}

    def perform(self, form: Any) -> KeyEnterprise:
        return enterprises.leave(actor=self.actor, enterprise=self.entry, **form.cleaned_data)

    def around(self) -> dict[str, Any]:
        return self.around_entry(_("登记出库"), _("登记出库"))


class Ask(_OfEntry):
    form_class = typed.RequestForm
    rule = may.asks_help
    success_message = gettext_lazy("诉求已提交，受理后会确定责任部门和期限。")

    def perform(self, form: Any) -> SupportRequest:
        return requests.raise_request(actor=self.actor, enterprise=self.entry, **form.cleaned_data)

    def around(self) -> dict[str, Any]:
        return self.around_entry(_("提出诉求"), _("提交"))


# --- requests --------------------------------------------------------------------------------


class Requests(ClusterView):
    """The desk of 一企一策: what is asked, who sees to it, by when, how it came out."""

    access = may.has_clusters

    def get(self, request: HttpRequest) -> HttpResponse:
        tab = self.tab_of(REQUEST_TABS)
        rows = see.requests_of(self.actor)
        each = {key: see.request_tab(rows, key, self.actor) for key in REQUEST_TABS}
        listed = self.listed(each[tab])
        context = {
            "tabs": self.tabs(REQUEST_TABS, {key: found.count() for key, found in each.items()}, tab),
            "tab": tab,
            "lines": [shown.request_line(row) for row in listed["page"]],
            "crumbs": crumbs(None, (_("一企一策"), "")),
            **listed,
        }
        return self.page("requests", context)


class OneRequest(ClusterView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = see.get_request(self.actor, pk)
        office = self.actor.organisation_id not in (row.raised_for_id, row.enterprise.organisation_id)
        steps = row.steps.select_related("by", "organisation")
        context = {
            "row": row,
            "line": shown.request_line(row),
            "acts": shown.request_acts(self.actor, row),
            "events": shown.request_events(steps, office=office),
            "clause": see.size(row.enterprise.cluster)["clause"],
            "crumbs": crumbs(None, (_("一企一策"), url("requests")), (row.title, "")),
        }
        return self.page("request", context)


@dataclass(frozen=True)
class Act:
    """How a transition is asked for."""

    form: type[forms.Form]
    service: Callable[..., SupportRequest]
    done: Any
    consequence: Any = ""


ACTS: dict[str, Act] = {
    "assign": Act(typed.AssignForm, requests.assign, gettext_lazy("已受理，责任人会收到通知。")),
    "reassign": Act(typed.ReassignForm, requests.reassign, gettext_lazy("已改派，责任人会收到通知。")),
    "progress": Act(typed.StepForm, requests.progress, gettext_lazy("进展已登记。")),
    "answer": Act(typed.OutcomeForm, requests.answer, gettext_lazy("办理结果已答复，提出单位会收到通知。")),
    "settle": Act(
        typed.NothingForm,
        requests.settle,
        gettext_lazy("已办结，感谢反馈。"),
        gettext_lazy("确认诉求已经解决，此事办结。"),
    ),
    "reopen": Act(typed.CommentForm, requests.reopen, gettext_lazy("已退回责任人继续办理。")),
    "withdraw": Act(
        typed.CommentForm,
        requests.withdraw,
        gettext_lazy("诉求已撤回。"),
        gettext_lazy("撤回后不再办理；需要时可以重新提出。"),
    ),
}


class ActOnRequest(Sheet):
    """One transition: the form says what it needs, the service does it."""

    row: SupportRequest

    def prepare(self, **kwargs: Any) -> None:
        self.row = see.get_request(self.actor, kwargs["pk"])
        self.cluster = self.row.enterprise.cluster
        self.step = REQUEST[kwargs["name"]]
        self.said = ACTS[self.step.name]
        rule: Any = self.step.allowed
        if not rule(self.actor, self.row):
            raise NotAllowed.one("not_allowed", rule.refusal(self.actor, self.row))
        if self.row.state not in self.step.sources:
            words = _("当前状态为“%(state)s”，不能办理这一步。该事项可能已由他人办理。")
            raise NotNow.one("wrong_state", words % {"state": self.row.get_state_display()})

    def get_form_class(self) -> Any:
        return self.said.form

    def get_form_kwargs(self) -> dict[str, Any]:
        more = {"bureau": self.actor.organisation} if "assign" in self.step.name else {}
        return super().get_form_kwargs() | more

    def get_initial(self) -> dict[str, Any]:
        row = self.row
        return {
            "owner": row.owner_id or self.actor.user_id,
            "due_on": row.due_on,
            "department": row.department,
            "next_step": row.next_step,
            "outcome": row.outcome,
        }

    def back(self) -> str:
        return url("request", self.row.pk)

    def perform(self, form: Any) -> SupportRequest:
        return self.said.service(
            actor=self.actor, request=self.row, version=version_of(self.request), **form.cleaned_data
        )

    @property
    def success_message(self) -> Any:
        return self.said.done

    def around(self) -> dict[str, Any]:
        row = self.row
        facts = [
            {"label": _("企业"), "value": row.enterprise.name},
            {"label": _("具体情况"), "value": row.text},
        ]
        trail = ((_("一企一策"), url("requests")), (row.title, self.back()), (self.step.label, ""))
        more = {"consequence": self.said.consequence, "version": row.version, "facts": facts}
        return self.sheet(self.step.label, self.step.label, **more) | {
            "lead": row.title,
            "crumbs": crumbs(None, *trail),
        }
