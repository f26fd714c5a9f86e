"""项目储备库: table and board, one project, its moves, its years, its lists."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters import permissions as may
from clusters.enums import ProjectStage
from clusters.forms import (
    CheckForm,
    MoveForm,
    NewProjectForm,
    ProjectFilter,
    ProjectForm,
    YearsForm,
    project_facts,
)
from clusters.models import Project, ProjectMove
from clusters.presentation import projects as shown
from clusters.presentation import workbooks
from clusters.presentation.clusters import stage_figures
from clusters.selectors import clusters as clusters_seen
from clusters.selectors import projects as see
from clusters.services import projects
from clusters.views.base import ClusterView, Sheet, as_attachment, crumbs, url
from clusters.views.firms import XLSX
from clusters.workflow_project import ACT_OF, PROJECT, is_back
from core import clock
from core.errors import NotNow, NotVisible
from filings.views.staff.acts import version_of

MOST_ON_BOARD = 200  # a library has about twenty


class _Library(ClusterView):
    """Projects as table or board, the filters in the address."""

    def shown(self, rows: Any, context: dict[str, Any], *, writes: bool) -> HttpResponse:
        filters = ProjectFilter(self.request.GET)
        wanted = filters.wanted()
        found = see.narrowed(rows, wanted)
        board = self.request.GET.get("view") == "board"
        if "stage" not in wanted:
            found = found.exclude(state=ProjectStage.DROPPED)
        context |= {
            "filter": filters,
            "narrowed": bool(wanted),
            "board": board,
            "views": self._views(board),
            "figures": stage_figures(see.by_stage(found)),
            "query": self.request.GET.urlencode(),
        }
        if board:
            context["columns"] = shown.columns(found.order_by("-updated_at")[:MOST_ON_BOARD], writes=writes)
        else:
            listed = self.listed(found.order_by("-updated_at", "-id"))
            context |= listed | {"lines": [shown.project_line(p, writes=writes) for p in listed["page"]]}
        return self.page("projects", context)

    def _views(self, board: bool) -> list[dict[str, Any]]:
        query = self.request.GET.copy()
        query.pop("page", None)
        found = []
        for key, label in (("list", _("列表")), ("board", _("看板"))):
            query["view"] = key
            current = board == (key == "board")
            found.append({"label": label, "url": f"?{query.urlencode()}", "count": None, "current": current})
        return found


class Projects(_Library):
    """One cluster's."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        sight = self.sight(code)
        rows = Project.objects.filter(cluster=sight.cluster).select_related("cluster")
        count = rows.exclude(state=ProjectStage.DROPPED).count()
        context = {
            "cluster": sight.cluster,
            "sight": sight,
            "size": see.size(sight.cluster, count),
            "crumbs": crumbs(sight.cluster, (_("项目储备库"), "")),
        }
        return self.shown(rows, context, writes=sight.writes or sight.reviews)


class AllProjects(_Library):
    """Those of every cluster this actor reads."""

    access = may.has_clusters

    def get(self, request: HttpRequest) -> HttpResponse:
        waiting = [shown.move_line(m, may_check=True) for m in see.unchecked(self.actor)[:20]]
        context = {"cluster": None, "waiting": waiting, "crumbs": crumbs(None, (_("项目储备库"), ""))}
        return self.shown(see.projects(self.actor), context, writes=False)


class Export(ClusterView):
    """What the page shows, as a workbook: of one cluster, or of all this actor reads."""

    def get(self, request: HttpRequest, code: str = "") -> HttpResponse:
        rows = see.projects(self.actor)
        if code:
            rows = rows.filter(cluster=self.sight(code).cluster)
        found = see.narrowed(rows, ProjectFilter(request.GET).wanted())
        data = workbooks.projects(found.prefetch_related("investments").order_by("cluster", "name"))
        return as_attachment(data, f"{code or 'clusters'}-projects.xlsx", XLSX)


class OneProject(ClusterView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = see.get_project(self.actor, pk)
        sight = clusters_seen.Sight(self.actor, row.cluster)
        moves = row.moves.select_related("by", "organisation", "checked_by")
        context = {
            "project": row,
            "sight": sight,
            "line": shown.project_line(row, writes=False),
            "dates": shown.project_dates(row),
            "acts": shown.project_acts(self.actor, row) if sight.is_open else [],
            "moves": [shown.move_line(m, may_check=sight.reviews) for m in moves],
            "years": list(row.investments.all()),
            "listings": list(row.listings.all()),
            "crumbs": crumbs(
                row.cluster, (_("项目储备库"), url("projects", row.cluster.code)), (row.name, "")
            ),
        }
        return self.page("project", context)


class Add(Sheet):
    form_class = NewProjectForm
    success_message = gettext_lazy("已列入项目储备库。")

    def prepare(self, **kwargs: Any) -> None:
        self.cluster = clusters_seen.get_visible(self.actor, kwargs["code"])
        may.body.require(self.actor, self.cluster)

    def back(self) -> str:
        return url("projects", self.cluster.code)

    def get_initial(self) -> dict[str, Any]:
        return {"entered_on": clock.today()}

    def perform(self, form: Any) -> Project:
        day = form.cleaned_data["entered_on"]
        return projects.add(actor=self.actor, cluster=self.cluster, facts=form.facts(), entered_on=day)

    def around(self) -> dict[str, Any]:
        return self.sheet(_("列入项目"), _("列入"))


class _OfProject(Sheet):
    """A form about one project."""

    project: Project
    rule = may.body

    def prepare(self, **kwargs: Any) -> None:
        self.project = see.get_project(self.actor, kwargs["pk"])
        self.cluster = self.project.cluster
        self.rule.require(self.actor, self.cluster)

    def back(self) -> str:
        return url("project", self.project.pk)

    def around_project(self, heading: Any, button: Any, **more: Any) -> dict[str, Any]:
        trail = ((self.project.name, self.back()), (heading, ""))
        facts = [
            {"label": _("项目"), "value": self.project.name},
            {"label": _("阶段"), "value": self.project.get_state_display()},
        ]
        return self.sheet(heading, button, facts=facts) | {
            "lead": self.project.name,
            "crumbs": crumbs(self.cluster, *trail),
            "version": self.project.version,
            **more,
        }


class Edit(_OfProject):
    form_class = ProjectForm
    success_message = gettext_lazy("已保存。")

    def get_initial(self) -> dict[str, Any]:
        return project_facts(self.project)

    def perform(self, form: Any) -> Project:
        version = version_of(self.request)
        return projects.edit(actor=self.actor, project=self.project, facts=form.facts(), version=version)

    def around(self) -> dict[str, Any]:
        return self.around_project(_("修改项目"), _("保存"), facts=[])


class Move(_OfProject):
    form_class = MoveForm
    rule = may.viewer
    success_message = gettext_lazy("阶段已变动。")

    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        self.target = kwargs["target"]
        if self.target not in ACT_OF:
            raise NotVisible.one("unknown_action", _("没有这项操作。"))
        self.step = PROJECT[ACT_OF[ProjectStage(self.target)]]
        rule: Any = self.step.allowed
        rule.require(self.actor, self.project)
        if self.project.state not in self.step.sources:
            words = _("当前阶段为“%(stage)s”，不能办理这一步。该事项可能已由他人办理。")
            raise NotNow.one("wrong_state", words % {"stage": self.project.get_state_display()})

    def get_initial(self) -> dict[str, Any]:
        return {"moved_on": clock.today()}

    def perform(self, form: Any) -> Project:
        return projects.move(
            actor=self.actor,
            project=self.project,
            target=self.target,
            version=version_of(self.request),
            **form.cleaned_data,
        )

    def around(self) -> dict[str, Any]:
        back = is_back(self.project.state, self.target)
        words = _("退回前面的阶段或者移出须写明原因，已登记的后续日期清空，变动记录保留。") if back else ""
        label = ProjectStage(self.target).label
        heading = _("变动到“%(stage)s”") % {"stage": label}
        return self.around_project(heading, _("登记变动"), consequence=words, danger=self.step.danger)


class Years(_OfProject):
    form_class = YearsForm
    template_name = "clusters/years.html"
    success_message = gettext_lazy("年度投资已保存。")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"project": self.project}

    def perform(self, form: Any) -> Project:
        return projects.set_investments(actor=self.actor, project=self.project, years=form.figures())

    def around(self) -> dict[str, Any]:
        return self.around_project(_("年度投资"), _("保存"))


class Check(Sheet):
    """A reviewer looks at a move."""

    form_class = CheckForm
    success_message = gettext_lazy("核对结果已登记。")
    move: ProjectMove

    def prepare(self, **kwargs: Any) -> None:
        found = ProjectMove.objects.select_related("project").filter(pk=kwargs["pk"]).first()
        if found is None:
            raise NotVisible.one("move", _("没有找到这次变动，或您无权查看。"))
        project = see.get_project(self.actor, found.project_id)
        self.move, self.cluster = found, project.cluster
        found.project = project
        may.reviewer.require(self.actor, self.cluster)

    def back(self) -> str:
        return url("project", self.move.project_id)

    def get_initial(self) -> dict[str, Any]:
        return {"result": "confirmed"}

    def perform(self, form: Any) -> ProjectMove:
        return projects.check(actor=self.actor, move=self.move, **form.cleaned_data)

    def around(self) -> dict[str, Any]:
        move = self.move
        facts = [
            {"label": _("项目"), "value": move.project.name},
            {"label": _("变动"), "value": shown.move_line(move, may_check=False)["words"]},
            {"label": _("日期"), "value": f"{move.moved_on:%Y-%m-%d}"},
            {"label": _("原因"), "value": move.reason},
        ]
        return self.sheet(_("核对阶段变动"), _("登记核对结果"), facts=facts)
