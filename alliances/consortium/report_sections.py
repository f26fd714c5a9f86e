"""What the annual report of a consortium asks: plan against actual, prefilled from the register."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliances.reporting import count, figure, given, member_rows, money, rows_of, share, total, yuan
from filings.fields import Computed, FileField, RowsField, SectionForm
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


class SummaryForm(SectionForm):
    summary = long_text(_("年度工作总结"))
    meetings = count(_("决策调度会议（次）"), help_text=_("本年度召开的理事会、工作会等会议次数"))
    funds_used = long_text(_("经费管理和使用情况"))
    mechanisms_in_use = long_text(_("七项运行机制的运行情况"), help_text=_("写明每项机制的使用记录"))


class TaskProgressRow(forms.Form):
    name = given(forms.CharField(label=_("攻关任务"), max_length=100))
    goal = given(forms.CharField(label=_("考核指标（计划）"), max_length=300))
    ends_on = given(
        forms.DateField(
            label=_("计划完成日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        )
    )
    planned = given(money(_("计划经费（元）")))
    spent = money(_("累计到位经费（元）"))
    done = forms.IntegerField(label=_("完成进度（%）"), min_value=0, max_value=100)
    state = forms.ChoiceField(label=_("进展"), choices=[("", _("请选择")), *PROGRESS.items()])
    actual = forms.CharField(label=_("实际完成情况"), max_length=500)


class MilestoneProgressRow(forms.Form):
    task = given(forms.CharField(label=_("攻关任务"), max_length=100))
    milestone = given(forms.CharField(label=_("里程碑（计划）"), max_length=200))
    due_on = given(
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
        rows = rows_of(self.data, "tasks")
        planned = [figure(row.get("planned")) for row in rows]
        spent = [figure(row.get("spent")) for row in rows]
        names = [str(row.get("name") or "") for row in rows]
        lines = zip(names, planned, spent, strict=True)
        all_planned, all_spent = total(planned), total(spent)
        return [
            Computed(
                heading=gettext("经费到位情况"),
                columns=(
                    (gettext("攻关任务"), ""),
                    (gettext("计划经费（元）"), "num"),
                    (gettext("累计到位（元）"), "num"),
                    (gettext("到位率"), "num"),
                ),
                rows=tuple((name, yuan(plan), yuan(real), share(real, plan)) for name, plan, real in lines),
                total=(gettext("合计"), yuan(all_planned), yuan(all_spent), share(all_spent, all_planned)),
            )
        ]


class OutputForm(SectionForm):
    joint_patents = count(_("联合授权发明专利（件）"))
    standards_led = count(_("主导制定标准（项）"))
    standards_joined = count(_("参与制定标准（项）"))
    provincial_projects = count(_("承担省级以上项目（项）"))
    platforms = count(_("共建共享平台（个）"))
    contracts = money(_("成果转化与技术合同额（元）"))
    new_product_sales = money(_("新产品销售收入（元）"))
    talents = count(_("引进和培养人才（人）"))
    scenarios = count(_("开放应用场景（个）"))
    note = long_text(_("主要成果说明"), required=False)
    proof = FileField(
        label=_("佐证材料"), required=False, many=True, extensions=("pdf", "docx", "xlsx", "jpg", "png")
    )


class MemberReportRow(forms.Form):
    unit = given(forms.CharField(label=_("成员单位"), max_length=120))
    planned = given(forms.CharField(label=_("承诺投入"), max_length=300, required=False))
    actual = forms.CharField(label=_("实际投入"), max_length=300)
    rd = money(_("研发投入（元）"), required=False)
    revenue = money(_("主营业务收入（元）"), required=False)


class MembersReportForm(SectionForm):
    members = RowsField(MemberReportRow, label=_("各成员单位投入情况"), min_rows=1)

    def computed(self) -> list[Computed]:
        """R&D intensity: expenditure over main revenue, for each unit and weighted over those that gave both."""
        rows = rows_of(self.data, "members")
        pairs = [(figure(row.get("rd")), figure(row.get("revenue"))) for row in rows]
        names = [str(row.get("unit") or "") for row in rows]
        both = [(rd, revenue) for rd, revenue in pairs if rd is not None and revenue]
        rd_of_both, revenue_of_both = total(rd for rd, _r in both), total(revenue for _rd, revenue in both)
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
                    (name, yuan(rd), yuan(revenue), share(rd, revenue))
                    for name, (rd, revenue) in zip(names, pairs, strict=True)
                ),
                total=(
                    gettext("合计（加权）"),
                    yuan(rd_of_both),
                    yuan(revenue_of_both),
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
        "report_members": {"members": member_rows(entity, int(period))},
    }
