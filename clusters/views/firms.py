"""集群企业: the list by day and tab, one form for joining and changing, one for leaving, and the workbook."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters import permissions as may
from clusters.forms import FirmFilter, FirmForm, LeaveForm, firm_facts
from clusters.models import ClusterFirm
from clusters.presentation import clusters as shown
from clusters.presentation import workbooks
from clusters.selectors import clusters as clusters_seen
from clusters.selectors import firms as see
from clusters.services import firms
from clusters.views.base import ClusterView, Sheet, as_attachment, crumbs, url
from core import clock
from filings.models import Entity

TABS = {"present": gettext_lazy("在册"), "left": gettext_lazy("已退出"), "all": gettext_lazy("全部")}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Firms(ClusterView):
    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        sight = self.sight(code)
        filters = FirmFilter(request.GET, links=clusters_seen.profile_of(sight.cluster).link_names)
        tab = self.tab_of(TABS)
        each = self._each(sight.cluster, filters.wanted())
        listed = self.listed(each[tab])
        rows = list(listed["page"])
        context = {
            "cluster": sight.cluster,
            "sight": sight,
            "tabs": self.tabs(TABS, {key: found.count() for key, found in each.items()}, tab),
            "tab": tab,
            "filter": filters,
            "narrowed": bool(filters.wanted()),
            "lines": shown.firm_lines(rows, see.elsewhere(rows), clock.today()),
            "crumbs": crumbs(sight.cluster, (_("集群企业"), "")),
        }
        return self.page("firms", context | listed)

    def _each(self, cluster: Entity, wanted: dict[str, Any]) -> dict[str, QuerySet[ClusterFirm]]:
        """The rows of every tab."""
        words, link, key = wanted.get("q", ""), wanted.get("link", ""), "key" in wanted
        today = clock.today()
        return {
            tab: see.narrowed(see.on_list(cluster, tab, today), words=words, link=link, key=key)
            for tab in TABS
        }


class Export(ClusterView):
    """The whole list as a workbook, as it stands on the page's tab."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        cluster = self.sight(code).cluster
        rows = see.on_list(cluster, self.tab_of(TABS), clock.today())
        data = workbooks.firms(cluster, rows)
        return as_attachment(data, f"{cluster.code}-firms.xlsx", XLSX)


class _FirmSheet(Sheet):
    firm: ClusterFirm

    def prepare(self, **kwargs: Any) -> None:
        self.firm = see.get_firm(self.actor, kwargs["pk"])
        self.cluster = self.firm.cluster
        may.body.require(self.actor, self.cluster)

    def back(self) -> str:
        return url("firms", self.cluster.code)


class Add(Sheet):
    form_class = FirmForm
    success_message = gettext_lazy("已纳入集群企业名单。")

    def prepare(self, **kwargs: Any) -> None:
        self.cluster = clusters_seen.get_visible(self.actor, kwargs["code"])
        may.body.require(self.actor, self.cluster)

    def back(self) -> str:
        return url("firms", self.cluster.code)

    def get_initial(self) -> dict[str, Any]:
        return {"joined_on": clock.today()}

    def perform(self, form: Any) -> ClusterFirm:
        return firms.add(actor=self.actor, cluster=self.cluster, facts=form.facts())

    def around(self) -> dict[str, Any]:
        return self.sheet(_("纳入企业"), _("纳入"))


class Edit(_FirmSheet):
    form_class = FirmForm
    success_message = gettext_lazy("已保存。")

    def get_initial(self) -> dict[str, Any]:
        return firm_facts(self.firm)

    def perform(self, form: Any) -> ClusterFirm:
        return firms.edit(actor=self.actor, firm=self.firm, facts=form.facts())

    def around(self) -> dict[str, Any]:
        return self.sheet(_("修改企业信息"), _("保存"))


class Leave(_FirmSheet):
    form_class = LeaveForm
    success_message = gettext_lazy("已登记退出。")

    def get_initial(self) -> dict[str, Any]:
        return {"left_on": clock.today()}

    def perform(self, form: Any) -> ClusterFirm:
        return firms.leave(actor=self.actor, firm=self.firm, **form.cleaned_data)

    def around(self) -> dict[str, Any]:
        facts = [
            {"label": _("企业"), "value": self.firm.name},
            {"label": _("纳入日期"), "value": f"{self.firm.joined_on:%Y-%m-%d}"},
        ]
        return self.sheet(_("登记退出"), _("登记退出"), facts=facts)
