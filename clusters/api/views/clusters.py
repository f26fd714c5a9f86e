"""Clusters, their firms, projects, key enterprises and requests for programs: the services of the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.describe import documented, page_of
from accounts.models import User
from accounts.permissions import Rule
from clusters import permissions as may
from clusters.api import shapes
from clusters.enums import RequestState
from clusters.models import ClusterFirm, KeyEnterprise, Project, SupportRequest
from clusters.selectors import clusters as see
from clusters.selectors import enterprises as library
from clusters.selectors import firms as firms_seen
from clusters.selectors import projects as reserve
from clusters.services import enterprises, firms, projects, requests
from clusters.workflow_request import REQUEST
from core import clock
from core.errors import Invalid, NotAllowed, NotNow
from filings.api.views.accompany import PAGING, reach
from filings.models import Entity

TABS = ("present", "left", "all")


class Clusters(ApiView):
    access = may.has_clusters
    paged = True

    @documented(page_of(shapes.ClusterOut), operation_id="clusters_list", parameters=PAGING)
    def get(self, request: Request) -> Response:
        """The clusters this actor manages, looks after or passes on."""
        return self.page(see.listed(self.actor), shapes.shown_cluster)


class ClusterView(ApiView):
    """Below one cluster: found for the actor (404), and asked whose the act is (403), before the body is read."""

    access = "login"
    paged = True
    rules: ClassVar[dict[str, Rule]] = {"POST": may.body}
    cluster: Entity

    def prepare(self, request: Request, **kwargs: Any) -> None:
        code = kwargs["code"]
        self.cluster = reach(self, request, lambda actor: see.get_visible(actor, code))
        rule = self.rules.get(str(request.method))
        if rule is not None:
            rule.require(self.actor, self.cluster)
        super().prepare(request, **kwargs)


class Firms(ClusterView):
    queries = ("tab",)

    @documented(
        page_of(shapes.ClusterFirmOut),
        operation_id="cluster_firms_list",
        parameters=[*PAGING, OpenApiParameter("tab", str, enum=list(TABS))],
    )
    def get(self, request: Request, code: str) -> Response:
        """Firms in force today, or those that left, or all; by name."""
        tab = request.query_params.get("tab", "present")
        if tab not in TABS:
            raise Invalid.one("tab", _("请选择 present、left 或者 all"), "tab")
        rows = firms_seen.on_list(self.cluster, tab, clock.today()).select_related("cluster")
        return self.page(rows, shapes.shown_firm)

    @documented(
        shapes.ClusterFirmOut,
        body=shapes.FirmIn,
        status=201,
        unsafe=True,
        operation_id="cluster_firms_create",
    )
    def post(self, request: Request, code: str) -> Response:
        """A firm joins."""
        facts = firms.FirmFacts(**self.given(shapes.FirmIn))
        made = firms.add(actor=self.actor, cluster=self.cluster, facts=facts)
        return Response(shapes.shown_firm(made), status=201)


class FirmLeave(ApiView):
    access = "login"
    firm: ClusterFirm

    def prepare(self, request: Request, **kwargs: Any) -> None:
        self.firm = reach(self, request, lambda actor: firms_seen.get_firm(actor, kwargs["pk"]))
        may.body.require(self.actor, self.firm.cluster)
        super().prepare(request, **kwargs)

    @documented(
        shapes.ClusterFirmOut, body=shapes.FirmLeaveIn, unsafe=True, operation_id="cluster_firms_leave"
    )
    def post(self, request: Request, pk: int) -> Response:
        """A firm leaves."""
        row = firms.leave(actor=self.actor, firm=self.firm, **self.given(shapes.FirmLeaveIn))
        return Response(shapes.shown_firm(row))


class Projects(ClusterView):
    @documented(page_of(shapes.ClusterProjectOut), operation_id="cluster_projects_list", parameters=PAGING)
    def get(self, request: Request, code: str) -> Response:
        """The project reserve of one cluster, those moved out as well."""
        rows = Project.objects.filter(cluster=self.cluster).order_by("-updated_at", "-id")

        def shown(row: Project) -> dict[str, Any]:
            row.cluster = self.cluster
            return shapes.shown_project(self.actor, row)

        return self.page(rows, shown)

    @documented(
        shapes.ClusterProjectOut,
        body=shapes.NewProjectIn,
        status=201,
        unsafe=True,
        operation_id="cluster_projects_create",
    )
    def post(self, request: Request, code: str) -> Response:
        """A project enters the library at 谋划."""
        data = self.given(shapes.NewProjectIn)
        entered_on = data.pop("entered_on", None)
        facts = projects.ProjectFacts(**data | {"constraints": tuple(data.get("constraints", ()))})
        made = projects.add(actor=self.actor, cluster=self.cluster, facts=facts, entered_on=entered_on)
        return Response(shapes.shown_project(self.actor, made), status=201)


class _ProjectView(ApiView):
    access = "login"
    project: Project

    def prepare(self, request: Request, **kwargs: Any) -> None:
        self.project = reach(self, request, lambda actor: reserve.get_project(actor, kwargs["pk"]))
        super().prepare(request, **kwargs)


class OneProject(_ProjectView):
    @documented(shapes.ClusterProjectOut, operation_id="cluster_projects_retrieve")
    def get(self, request: Request, pk: int) -> Response:
        """One project with where this actor may move it."""
        return Response(shapes.shown_project(self.actor, self.project))


class Move(_ProjectView):
    @documented(
        shapes.ClusterProjectOut, body=shapes.MoveIn, unsafe=True, operation_id="cluster_projects_move"
    )
    def post(self, request: Request, pk: int) -> Response:
        """To another stage; back or out with a comment."""
        row = projects.move(actor=self.actor, project=self.project, **self.given(shapes.MoveIn))
        return Response(shapes.shown_project(self.actor, row))


class Entries(ClusterView):
    @documented(page_of(shapes.KeyEnterpriseOut), operation_id="key_enterprises_list", parameters=PAGING)
    def get(self, request: Request, code: str) -> Response:
        """The key enterprise library of one cluster, those that left as well."""
        rows = KeyEnterprise.objects.filter(cluster=self.cluster).select_related("cluster")
        return self.page(rows.order_by("name_key", "id"), shapes.shown_entry)

    @documented(
        shapes.KeyEnterpriseOut,
        body=shapes.EntryIn,
        status=201,
        unsafe=True,
        operation_id="key_enterprises_create",
    )
    def post(self, request: Request, code: str) -> Response:
        """A firm enters the library."""
        facts = enterprises.EntryFacts(**self.given(shapes.EntryIn))
        made = enterprises.enter(actor=self.actor, cluster=self.cluster, facts=facts)
        return Response(shapes.shown_entry(made), status=201)


class AskHelp(ApiView):
    access = "login"
    entry: KeyEnterprise

    def prepare(self, request: Request, **kwargs: Any) -> None:
        self.entry = reach(self, request, lambda actor: library.get_entry(actor, kwargs["pk"]))
        may.asks_help.require(self.actor, self.entry)
        super().prepare(request, **kwargs)

    @documented(
        shapes.SupportRequestOut,
        body=shapes.SupportRequestIn,
        status=201,
        unsafe=True,
        operation_id="support_requests_create",
    )
    def post(self, request: Request, pk: int) -> Response:
        """The firm, or the body for it, asks for help."""
        given = self.given(shapes.SupportRequestIn)
        made = requests.raise_request(actor=self.actor, enterprise=self.entry, **given)
        return Response(shapes.shown_request(self.actor, made), status=201)


class Requests(ApiView):
    access = may.has_clusters
    paged = True
    queries = ("state",)

    @documented(
        page_of(shapes.SupportRequestOut),
        operation_id="support_requests_list",
        parameters=[*PAGING, OpenApiParameter("state", str, enum=list(RequestState.values))],
    )
    def get(self, request: Request) -> Response:
        """一企一策 requests this actor reads, what is due first on top."""
        state = request.query_params.get("state", "")
        if state and state not in RequestState.values:
            raise Invalid.one("state", _("没有这个状态"), "state")
        rows = library.requests_of(self.actor).select_related(
            "enterprise__cluster__authority", "enterprise__cluster__lead", "enterprise__organisation"
        )
        rows = rows.filter(state=state) if state else rows
        return self.page(
            rows.order_by("due_on", "raised_at", "id"), lambda row: shapes.shown_request(self.actor, row)
        )


class _RequestView(ApiView):
    access = "login"
    row: SupportRequest

    def prepare(self, request: Request, **kwargs: Any) -> None:
        self.row = reach(self, request, lambda actor: library.get_request(actor, kwargs["pk"]))
        super().prepare(request, **kwargs)


class OneRequest(_RequestView):
    @documented(shapes.SupportRequestOut, operation_id="support_requests_retrieve")
    def get(self, request: Request, pk: int) -> Response:
        """One request with what this actor may do."""
        return Response(shapes.shown_request(self.actor, self.row))


TAKES: dict[str, tuple[str, ...]] = {
    "assign": ("owner", "due_on", "department", "next_step"),
    "reassign": ("owner", "due_on", "department", "next_step", "comment"),
    "progress": ("text", "next_step"),
    "answer": ("outcome",),
    "settle": (),
    "reopen": ("comment",),
    "withdraw": ("comment",),
}
SERVICES: dict[str, Callable[..., SupportRequest]] = {name: getattr(requests, name) for name in TAKES}


class ActOnRequest(_RequestView):
    @documented(
        shapes.SupportRequestOut,
        body=shapes.SupportActionIn,
        unsafe=True,
        operation_id="support_requests_act",
    )
    def post(self, request: Request, pk: int, name: str) -> Response:
        """One of `available_actions`."""
        self._admit(name)
        data = self.given(shapes.SupportActionIn)
        given = {key: data.get(key, None if key in ("owner", "due_on") else "") for key in TAKES[name]}
        if given.get("owner"):
            given["owner"] = self._owner(str(given["owner"]))
        moved = SERVICES[name](actor=self.actor, request=self.row, version=data.get("version"), **given)
        return Response(shapes.shown_request(self.actor, library.get_request(self.actor, moved.pk)))

    def _admit(self, name: str) -> None:
        """Whether it is possible now and theirs to do is said before faults of the body."""
        step = REQUEST[name]
        rule: Any = step.allowed
        if not rule(self.actor, self.row):
            raise NotAllowed.one("not_allowed", rule.refusal(self.actor, self.row))
        if self.row.state not in step.sources:
            words = _("当前状态为“%(state)s”，不能办理这一步。该事项可能已由他人办理。")
            raise NotNow.one("wrong_state", words % {"state": self.row.get_state_display()})

    def _owner(self, username: str) -> User:
        bureau = self.actor.organisation
        found = library.handlers(bureau).filter(username=username).first() if bureau else None
        if found is None:
            raise Invalid.one("owner", _("责任人应为本部门的工作人员"), "owner")
        return found
