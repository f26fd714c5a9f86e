"""名单 and 工作记录: short forms about a cluster or a project; and the workbook of firms coming in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters import permissions as may
from clusters.forms import EndListingForm, ImportForm, ListingForm, WorkForm
from clusters.models import Listing, Project, WorkRecord
from clusters.selectors import clusters as see
from clusters.selectors import projects as projects_seen
from clusters.selectors.standing import TOPICS
from clusters.services import firm_workbook, listings
from clusters.services.marked import keep_marked
from clusters.views.base import ClusterView, Sheet, crumbs, url
from core import clock
from core.errors import NotVisible
from policy.law import law_on

SHOWN = 100  # errors on the page; the marked workbook has them all


class Add(Sheet):
    """A cluster on a list."""

    form_class = ListingForm
    success_message = gettext_lazy("已登记。")
    project: Project | None = None

    def prepare(self, **kwargs: Any) -> None:
        self.cluster = see.get_visible(self.actor, kwargs["code"])
        may.keeper.require(self.actor, self.cluster)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"project": self.project}

    def perform(self, form: Any) -> Listing:
        given = form.cleaned_data
        return listings.add(actor=self.actor, cluster=self.cluster, project=self.project, **given)

    def around(self) -> dict[str, Any]:
        return self.sheet(_("登记列入名单"), _("登记"))


class AddProject(Add):
    """A project on a list."""

    def prepare(self, **kwargs: Any) -> None:
        self.project = projects_seen.get_project(self.actor, kwargs["pk"])
        self.cluster = self.project.cluster
        may.reviewer.require(self.actor, self.cluster)

    def back(self) -> str:
        return url("project", self.project.pk) if self.project else super().back()


class End(Sheet):
    form_class = EndListingForm
    success_message = gettext_lazy("已登记移出。")
    listing: Listing

    def prepare(self, **kwargs: Any) -> None:
        rows = Listing.objects.filter(pk=kwargs["pk"], cluster__in=see.visible_to(self.actor))
        found = rows.select_related("cluster__authority", "cluster__district__parent", "project").first()
        if found is None:
            raise NotVisible.one("listing", _("没有找到这条记录，或您无权查看。"))
        self.listing, self.cluster = found, found.cluster
        listings.keeper_of(found.kind).require(self.actor, self.cluster)

    def back(self) -> str:
        project = self.listing.project_id
        return url("project", project) if project else url("cluster", self.cluster.code)

    def perform(self, form: Any) -> Listing:
        return listings.end(actor=self.actor, listing=self.listing, **form.cleaned_data)

    def around(self) -> dict[str, Any]:
        facts = [
            {"label": _("名单"), "value": self.listing.get_kind_display()},
            {"label": _("文件"), "value": self.listing.document},
        ]
        return self.sheet(_("移出名单"), _("登记移出"), facts=facts)


class Work(Sheet):
    form_class = WorkForm
    success_message = gettext_lazy("工作记录已登记。")

    def prepare(self, **kwargs: Any) -> None:
        self.cluster = see.get_visible(self.actor, kwargs["code"])
        self.topic = kwargs["topic"]
        found = TOPICS.get(self.topic)
        if found is None or found.kind != self.cluster.kind:
            raise NotVisible.one("topic", _("没有这个事项。"))
        found.by.require(self.actor, self.cluster)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"topic": self.topic}

    def get_initial(self) -> dict[str, Any]:
        return {"done_on": clock.today()}

    def perform(self, form: Any) -> WorkRecord:
        given = form.cleaned_data
        return listings.record_work(actor=self.actor, cluster=self.cluster, topic=self.topic, **given)

    def around(self) -> dict[str, Any]:
        law = law_on(clock.today(), self.cluster.spec.place)
        facts = [
            {"label": _("事项"), "value": law.item(self.topic).label},
            {"label": _("依据"), "value": law.cite(self.topic)},
        ]
        return self.sheet(_("登记工作记录"), _("登记"), facts=facts)


class Import(Sheet):
    """A workbook of firms: what it brings, or every wrong cell; the same file comes back marked."""

    form_class = ImportForm
    template_name = "clusters/import.html"
    found: firm_workbook.Imported | None = None
    marked: Any = None

    def prepare(self, **kwargs: Any) -> None:
        self.cluster = see.get_visible(self.actor, kwargs["code"])
        may.body.require(self.actor, self.cluster)

    def back(self) -> str:
        return url("firms", self.cluster.code)

    def perform(self, form: forms.Form) -> firm_workbook.Imported:
        data = form.cleaned_data["workbook"].read()
        dry = form.cleaned_data["dry"]
        found = firm_workbook.import_firms(actor=self.actor, cluster=self.cluster, data=data, dry=dry)
        self.found = found
        if found.errors:
            self.marked = keep_marked(actor=self.actor, cluster=self.cluster, data=data, errors=found.errors)
        return found

    def after(self, result: firm_workbook.Imported) -> HttpResponse:
        """Nothing to lead away from: what came of it is on the page."""
        status = 422 if result.errors else 200
        return self.render_to_response(
            self.get_context_data(form=self.get_form_class()(cluster=self.cluster)), status=status
        )

    def around(self) -> dict[str, Any]:
        errors = self.found.errors if self.found else []
        return self.sheet(_("导入集群企业名单"), _("导入")) | {
            "found": self.found,
            "wrong": errors[:SHOWN],
            "more": max(0, len(errors) - SHOWN),
            "marked": self.marked,
            "most": firm_workbook.MOST_ROWS,
            "cluster": self.cluster,
        }


class Records(ClusterView):
    """Every piece of work recorded for a cluster, the newest first."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        cluster = self.sight(code).cluster
        rows = WorkRecord.objects.filter(cluster=cluster).select_related("organisation", "recorded_by")
        listed = self.listed(rows)
        law = law_on(clock.today(), cluster.spec.place)
        lines = [
            {
                "row": row,
                "label": law.item(row.topic).label if law.applies(row.topic) else row.topic,
                "part": str(TOPICS[row.topic].parts.get(row.part, "")) if row.topic in TOPICS else "",
                "clause": law.cite(row.topic),
            }
            for row in listed["page"]
        ]
        context = {"cluster": cluster, "lines": lines, "crumbs": crumbs(cluster, (_("工作记录"), ""))}
        return self.page("records", context | listed)
