"""Lists of this app as workbooks. Amounts in yuan; a firm list that was exported can be changed and read back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from clusters.enums import Constraint
from clusters.models import ClusterFirm, KeyEnterprise, Project
from clusters.services.firm_workbook import COLUMNS, SHEET, cells_of
from core import clock
from core.xlsx import Column, Sheet, write
from filings.models import Entity


def firms(cluster: Entity, rows: QuerySet[ClusterFirm]) -> bytes:
    """The firms in the columns the import reads."""
    notes = (
        _("一行一家企业。日期写作 2026-01-31；重点企业填“是”或者“否”。"),
        _("企业退出的，填写退出日期和退出原因；退出日期起不再计入本集群。"),
        _("环节须为本集群产业链中的环节。"),
    )
    sheet = Sheet(SHEET, COLUMNS, (cells_of(row) for row in rows.iterator()), notes=notes)
    return write([sheet], meta={"title": f"{cluster.name} {_('集群企业名单')}", "cluster": cluster.code})


PROJECT_COLUMNS = (
    Column("cluster", _("集群"), width=28),
    Column("name", _("项目名称"), width=32),
    Column("kind", _("类别")),
    Column("domain", _("领域"), width=20),
    Column("stage", _("阶段"), width=8),
    Column("owner", _("建设单位"), width=28),
    Column("investment", _("总投资（元）"), kind="decimal", width=20),
    Column("constraints", _("要素制约"), width=22),
    Column("parallel", _("并联审批"), width=10),
    Column("entered_on", _("谋划入库"), kind="date", width=12),
    Column("reserve_by", _("计划储备"), kind="date", width=12),
    Column("reserved_on", _("转入储备"), kind="date", width=12),
    Column("start_by", _("计划开工"), kind="date", width=12),
    Column("started_on", _("实际开工"), kind="date", width=12),
    Column("complete_by", _("计划竣工"), kind="date", width=12),
    Column("completed_on", _("实际竣工"), kind="date", width=12),
    Column("blocker", _("存在问题"), width=32),
    Column("help_asked", _("需要协调的事项"), width=32),
)
YEAR_COLUMNS = (
    Column("cluster", _("集群"), width=28),
    Column("name", _("项目名称"), width=32),
    Column("year", _("年度"), kind="text", width=8),
    Column("planned", _("计划投资（元）"), kind="decimal", width=20),
    Column("made", _("完成投资（元）"), kind="decimal", width=20),
)


def projects(rows: Iterable[Project]) -> bytes:
    """Projects and their years, on two sheets. `rows` come with cluster and investments."""
    found = list(rows)
    sheets = [
        Sheet(_("项目储备库"), PROJECT_COLUMNS, (_project(row) for row in found)),
        Sheet(_("年度投资"), YEAR_COLUMNS, _years(found)),
    ]
    return write(sheets, meta={"title": str(_("项目储备库")), "date": clock.today().isoformat()})


def _project(row: Project) -> list[Any]:
    return [
        row.cluster.name,
        row.name,
        row.get_kind_display(),
        row.get_domain_display(),
        row.get_state_display(),
        row.owner_name,
        row.investment,
        "、".join(str(Constraint(name).label) for name in row.constraints),
        _("是") if row.parallel_approval else _("否"),
        row.entered_on,
        row.reserve_by,
        row.reserved_on,
        row.start_by,
        row.started_on,
        row.complete_by,
        row.completed_on,
        row.blocker,
        row.help_asked,
    ]


def _years(rows: Iterable[Project]) -> Iterator[list[Any]]:
    for row in rows:
        for year in row.investments.all():
            yield [row.cluster.name, row.name, str(year.year), year.planned, year.made]


ENTRY_COLUMNS = (
    Column("cluster", _("集群"), width=28),
    Column("name", _("企业名称"), width=30),
    Column("credit_code", _("统一社会信用代码"), width=22),
    Column("role", _("企业类型"), width=18),
    Column("size", _("规模"), width=8),
    Column("revenue", _("主营业务收入（元）"), kind="decimal", width=20),
    Column("year", _("收入所属年度"), width=12),
    Column("products", _("主要产品"), width=24),
    Column("since", _("入库日期"), kind="date", width=12),
    Column("reason", _("入库理由"), width=30),
    Column("until", _("出库日期"), kind="date", width=12),
    Column("end_reason", _("出库原因"), width=30),
)


def entries(rows: Iterable[KeyEnterprise]) -> bytes:
    """The key enterprise library. `rows` come with their cluster."""
    sheet = Sheet(_("重点企业库"), ENTRY_COLUMNS, (_entry(row) for row in rows))
    return write([sheet], meta={"title": str(_("重点企业库")), "date": clock.today().isoformat()})


def _entry(row: KeyEnterprise) -> list[Any]:
    return [
        row.cluster.name,
        row.name,
        row.credit_code,
        row.get_role_display(),
        row.get_size_class_display() if row.size_class else "",
        row.revenue,
        str(row.revenue_year or ""),
        row.products,
        row.since,
        row.reason,
        row.until,
        row.end_reason,
    ]
