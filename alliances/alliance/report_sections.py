"""What the annual report of an alliance asks beside that of every network: its yearly tasks, its R&D intensity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import SizeClass
from alliances.alliance import terms
from alliances.alliance.intensity import Line, measure, shown
from alliances.network import report_sections as shared
from alliances.reporting import figure, figures_of, given, last_day_of, money, rows_of, yuan
from alliances.selectors.yearly import of_year
from core import clock
from filings.fields import Computed, RowsField, SectionForm
from filings.programmes import Section
from filings.selectors.lifecycle import members_on
from policy.law import law_on

if TYPE_CHECKING:
    from filings.models import Entity

NO_FIRM = "none"
SIZES = [*SizeClass.choices, (NO_FIRM, _("非企业"))]


class TaskRow(forms.Form):
    label = given(forms.CharField(label=_("年度任务"), max_length=60))
    required_number = given(forms.IntegerField(label=_("要求"), min_value=0, max_value=1000))
    counted = given(forms.IntegerField(label=_("已认定"), min_value=0, max_value=1000))
    note = forms.CharField(label=_("完成情况说明"), max_length=500)


class TasksForm(SectionForm):
    tasks = RowsField(TaskRow, label=_("年度任务完成情况"), min_rows=1)


class FigureRow(forms.Form):
    unit = given(forms.CharField(label=_("单位"), max_length=120))
    size = given(forms.ChoiceField(label=_("规模"), choices=[("", _("未登记")), *SIZES], required=False))
    rd = money(_("研发投入（元）"), required=False)
    revenue = money(_("主营业务收入（元）"), required=False)


class FiguresForm(SectionForm):
    members = RowsField(FigureRow, label=_("成员单位研发投入"), min_rows=1)

    def computed(self) -> list[Computed]:
        """Each member's intensity, the weighted and the simple average, and the threshold with its clause."""
        rows = rows_of(self.data, "members")
        found = measure([_line(row) for row in rows], law_on(clock.today(), terms.PLACE))
        verdict = {True: gettext("达到"), False: gettext("未达到"), None: gettext("无法计算")}[found.met]
        left_out = "；".join(f"{line.name}：{line.why_left_out}" for line in found.left_out)
        words = gettext("%(basis)s %(value)s，%(verdict)s %(threshold)s 的要求（%(clause)s）。")
        note = words % {
            "basis": gettext("简单平均") if found.basis == "simple" else gettext("按收入加权"),
            "value": shown(found.value),
            "verdict": verdict,
            "threshold": shown(found.threshold),
            "clause": found.clause,
        }
        lines = tuple(
            (line.name, yuan(line.rd), yuan(line.revenue), shown(line.ratio)) for line in found.lines
        )
        mean = (gettext("简单平均"), "", "", shown(found.simple))
        return [
            Computed(
                heading=gettext("联盟研发投入强度"),
                columns=(
                    (gettext("单位"), ""),
                    (gettext("研发投入（元）"), "num"),
                    (gettext("主营业务收入（元）"), "num"),
                    (gettext("强度"), "num"),
                ),
                rows=(*lines, mean),
                total=(gettext("按收入加权"), "", "", shown(found.weighted)),
                note=note + (gettext("未计入：%(names)s。") % {"names": left_out} if left_out else ""),
            )
        ]


def _line(row: Any) -> Line:
    size = str(row.get("size") or "")
    enterprise = size != NO_FIRM
    return Line(
        name=str(row.get("unit") or ""),
        rd=figure(row.get("rd")),
        revenue=figure(row.get("revenue")),
        size=size if enterprise else "",
        enterprise=enterprise,
    )


TASKS = Section(
    "report_tasks",
    _("年度任务"),
    TasksForm,
    _("要求和已认定的次数按平时登记预填，请逐项说明。"),
    clauses=("obl_all_university", "obl_all_association", "obl_all_exchange_event", "obl_all_expo"),
)
FIGURES = Section(
    "report_figures",
    _("研发投入"),
    FiguresForm,
    _("已按成员单位登记的年度数据预填；两项都填写的单位计入平均。"),
    clauses=("obl_all_rd_intensity", "obl_all_rd_intensity_sme"),
)
REPORT = (
    shared.SUMMARY,
    TASKS,
    FIGURES,
    shared.RESULTS,
    shared.COOPERATION_OF_MEMBERS,
    shared.OUTLOOK,
)


def prefill(entity: Entity, period: str) -> dict[str, Any]:
    """Tasks of the year as they stand, members at its end with their figures."""
    year = int(period)
    _span, tasks = of_year(entity, year)
    rows = [
        {"label": str(t.rule.label), "required_number": 0 if t.exempt else t.required, "counted": t.counted}
        for t in tasks
    ]
    members = list(members_on(entity, last_day_of(entity, year)))
    known = figures_of((m.organisation_id for m in members), year)
    figures = []
    for member in members:
        unit = member.organisation
        line = {"unit": unit.name, "size": unit.size_class if unit.kind == "enterprise" else NO_FIRM}
        for name, kind in (("rd", "rd_expenditure"), ("revenue", "main_revenue")):
            if (value := known.get((unit.pk, kind))) is not None:
                line[name] = str(value)
        figures.append(line)
    return shared.prefill(entity, period) | {
        "report_tasks": {"tasks": rows},
        "report_figures": {"members": figures},
    }
