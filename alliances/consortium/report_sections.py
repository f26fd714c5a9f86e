"""What the annual report of a consortium asks: plan against actual, prefilled from the register."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import FigureKind
from accounts.models import OrganisationFigure
from filings.fields import Computed, FileField, RowsField, SectionForm
from filings.selectors.lifecycle import basis, members_on
from filings.standard_sections import long_text

if TYPE_CHECKING:
    from filings.models import Entity

PROGRESS = {
    "not_started": _("未启动"),
    "on_time": _("按计划推进"),
    "late": _("滞后"),
    "done": _("已完成"),
    "stopped": _("已终止"),
}


def _money(label: Any, *, required: bool = True) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=0, max_digits=14, decimal_places=2, required=required)


def _count(label: Any, **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=1000000, **kwargs)


def _given(field: forms.Field) -> forms.Field:
    """What is carried over from the filing: shown apart from what is to be written, and yet open to be put right."""
    field.given = True  # type: ignore[attr-defined]
    return field


def figure(value: Any) -> Decimal | None:
    """An amount as it is kept; None for none and for what is no number."""
    try:
        found = Decimal(str(value)) if value not in (None, "") else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() else None


def share(part: Decimal | None, whole: Decimal | None) -> str:
    """A share in per cent with one place; a dash where there is nothing to divide by."""
    return f"{part / whole * 100:.1f}%" if part is not None and whole else "—"


def _yuan(value: Decimal | None) -> str:
    return "—" if value is None else f"{value:,.2f}"


def _sum(values: Iterable[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


def _rows(data: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    return [row for row in data.get(name) or [] if isinstance(row, Mapping)]


class SummaryForm(SectionForm):
    summary = long_text(_("年度工作总结"))
    meetings = _count(_("决策调度会议（次）"), help_text=_("本年度召开的理事会、工作会等会议次数"))
    funds_used = long_text(_("经费管理和使用情况"))
    mechanisms_in_use = long_text(_("七项运行机制的运行情况"), help_text=_("写明每项机制的使用记录"))


class TaskProgressRow(forms.Form):
    name = _given(forms.CharField(label=_("攻关任务"), max_length=100))
    goal = _given(forms.CharField(label=_("考核指标（计划）"), max_length=300))
    ends_on = _given(
        forms.DateField(
            label=_("计划完成日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        )
    )
    planned = _given(_money(_("计划经费（元）")))
    spent = _money(_("累计到位经费（元）"))
    done = forms.IntegerField(label=_("完成进度（%）"), min_value=0, max_value=100)
    state = forms.ChoiceField(label=_("进展"), choices=[("", _("请选择")), *PROGRESS.items()])
    actual = forms.CharField(label=_("实际完成情况"), max_length=500)


class MilestoneProgressRow(forms.Form):
    task = _given(forms.CharField(label=_("攻关任务"), max_length=100))
    milestone = _given(forms.CharField(label=_("里程碑（计划）"), max_length=200))
    due_on = _given(
        forms.DateField(
            label=_("计划时间"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        )
    )
    done_on = forms.DateField(
        label=_("实际完成时间"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = forms.CharField(label=_("说明"), max_length=300, required=False)


class ProgressForm(SectionForm):
    tasks = RowsField(TaskProgressRow, label=_("任务进展（计划与实际）"), min_rows=1)
    milestones = RowsField(MilestoneProgressRow, label=_("里程碑（计划与实际）"), min_rows=0, required=False)

    def computed(self) -> list[Computed]:
        """What has arrived of the money planned, task by task and in all."""
        rows = _rows(self.data, "tasks")
        planned = [figure(row.get("planned")) for row in rows]
        spent = [figure(row.get("spent")) for row in rows]
        names = [str(row.get("name") or "") for row in rows]
        lines = zip(names, planned, spent, strict=True)
        all_planned, all_spent = _sum(planned), _sum(spent)
        return [
            Computed(
                heading=gettext("经费到位情况"),
                columns=(
                    (gettext("攻关任务"), ""),
                    (gettext("计划经费（元）"), "num"),
                    (gettext("累计到位（元）"), "num"),
                    (gettext("到位率"), "num"),
                ),
                rows=tuple((name, _yuan(plan), _yuan(real), share(real, plan)) for name, plan, real in lines),
                total=(gettext("合计"), _yuan(all_planned), _yuan(all_spent), share(all_spent, all_planned)),
            )
        ]


class OutputForm(SectionForm):
    joint_patents = _count(_("联合授权发明专利（件）"))
    standards_led = _count(_("主导制定标准（项）"))
    standards_joined = _count(_("参与制定标准（项）"))
    provincial_projects = _count(_("承担省级以上项目（项）"))
    platforms = _count(_("共建共享平台（个）"))
    contracts = _money(_("成果转化与技术合同额（元）"))
    new_product_sales = _money(_("新产品销售收入（元）"))
    talents = _count(_("引进和培养人才（人）"))
    scenarios = _count(_("开放应用场景（个）"))
    note = long_text(_("主要成果说明"), required=False)
    proof = FileField(
        label=_("佐证材料"), required=False, many=True, extensions=("pdf", "docx", "xlsx", "jpg", "png")
    )


class MemberReportRow(forms.Form):
    unit = _given(forms.CharField(label=_("成员单位"), max_length=120))
    planned = _given(forms.CharField(label=_("承诺投入"), max_length=300, required=False))
    actual = forms.CharField(label=_("实际投入"), max_length=300)
    rd = _money(_("研发投入（元）"), required=False)
    revenue = _money(_("主营业务收入（元）"), required=False)


class MembersReportForm(SectionForm):
    members = RowsField(MemberReportRow, label=_("各成员单位投入情况"), min_rows=1)

    def computed(self) -> list[Computed]:
        """R&D intensity: expenditure over main revenue, for each unit and weighted over those that gave both."""
        rows = _rows(self.data, "members")
        pairs = [(figure(row.get("rd")), figure(row.get("revenue"))) for row in rows]
        names = [str(row.get("unit") or "") for row in rows]
        both = [(rd, revenue) for rd, revenue in pairs if rd is not None and revenue]
        rd_of_both, revenue_of_both = _sum(rd for rd, _r in both), _sum(revenue for _rd, revenue in both)
        return [
            Computed(
                heading=gettext("研发投入强度"),
                columns=(
                    (gettext("成员单位"), ""),
                    (gettext("研发投入（元）"), "num"),
                    (gettext("主营业务收入（元）"), "num"),
                    (gettext("强度"), "num"),
                ),
                rows=tuple(
                    (name, _yuan(rd), _yuan(revenue), share(rd, revenue))
                    for name, (rd, revenue) in zip(names, pairs, strict=True)
                ),
                total=(
                    gettext("合计（加权）"),
                    _yuan(rd_of_both),
                    _yuan(revenue_of_both),
                    share(rd_of_both, revenue_of_both),
                ),
                note=gettext("强度 = 研发投入 ÷ 主营业务收入；合计只计两项都填写且收入不为零的单位。"),
            )
        ]


class OutlookForm(SectionForm):
    problems = long_text(_("存在的困难和需要协调的事项"), required=False)
    next_year = long_text(_("下一年度工作计划"))
    changes = long_text(_("成员、任务和机制的变化"), required=False)


def prefill(entity: Entity, period: str) -> dict[str, Any]:
    """The plan as filed, the members in force at the year's end with their figures of that year."""
    profile = getattr(entity, "consortium", None)
    tasks = [
        {
            "name": row.name,
            "goal": row.goal,
            "ends_on": row.ends_on.isoformat(),
            "planned": str(row.funds),
        }
        for row in (profile.tasks.all() if profile else ())
    ]
    milestones = [
        {"task": row.task, "milestone": row.milestone, "due_on": row.due_on.isoformat()}
        for row in (profile.milestones.all() if profile else ())
    ]
    return {
        "report_progress": {"tasks": tasks, "milestones": milestones},
        "report_members": {"members": _member_rows(entity, int(period))},
    }


def _member_rows(entity: Entity, year: int) -> list[dict[str, Any]]:
    day = _last_day_of(entity, year)
    rows = list(members_on(entity, day))
    figures: dict[tuple[int, str], str] = {
        (f.organisation_id, f.kind): str(f.value)
        for f in OrganisationFigure.objects.filter(
            organisation__in=[m.organisation_id for m in rows],
            year=year,
            kind__in=(FigureKind.RD_EXPENDITURE, FigureKind.MAIN_REVENUE),
        )
    }
    promised = _promises(entity)
    found = []
    for row in rows:
        line = {"unit": row.organisation.name, "planned": promised.get(row.organisation_id, "")}
        for name, kind in (("rd", FigureKind.RD_EXPENDITURE), ("revenue", FigureKind.MAIN_REVENUE)):
            if (value := figures.get((row.organisation_id, kind))) is not None:
                line[name] = value
        found.append(line)
    return found


def _last_day_of(entity: Entity, year: int) -> datetime.date:
    """The last day of the year on which the entity's validity ran."""
    last = datetime.date(year, 12, 31)
    end = entity.valid_until
    return end if end is not None and end.year == year else last


def _promises(entity: Entity) -> dict[int, str]:
    """What each unit wrote that it would contribute, from the last approved proposal."""
    filing = basis(entity)
    if filing is None:
        return {}
    notes = {
        p.organisation_id: str(p.content.get("member", {}).get("contribution_note") or "")
        for p in filing.participants.all()
    }
    return {pk: text[:300] for pk, text in notes.items()}
