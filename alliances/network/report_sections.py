"""What annual reports of alliances and unions ask, prefilled from the register and from what the chair has kept."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliances.enums import RecordKind
from alliances.reporting import given, last_day_of
from alliances.selectors.records import numbers_of_year
from filings.fields import FileField, RowsField, SectionForm
from filings.programmes import Section
from filings.selectors.lifecycle import members_on
from filings.standard_sections import long_text

if TYPE_CHECKING:
    from filings.models import Entity

COOPERATION = {
    "strong": _("作用突出"),
    "good": _("作用良好"),
    "weak": _("作用不够"),
    "poor": _("作用差、协同意识弱"),
}


class SummaryForm(SectionForm):
    summary = long_text(_("年度工作总结"))
    mechanisms_in_use = long_text(_("运行机制的运行情况"))
    changes = long_text(_("成员和机制的变化"), required=False)


class ResultRow(forms.Form):
    kind = given(forms.CharField(label=_("成果类别"), max_length=40))
    number = forms.IntegerField(label=_("数量"), min_value=0, max_value=100000)
    note = forms.CharField(label=_("说明"), max_length=300, required=False)


class ResultsForm(SectionForm):
    results = RowsField(ResultRow, label=_("各类成果数量"), min_rows=0, required=False)
    proof = FileField(
        label=_("佐证材料"), required=False, many=True, extensions=("pdf", "docx", "xlsx", "jpg", "png")
    )


class CooperationRow(forms.Form):
    unit = given(forms.CharField(label=_("成员单位"), max_length=120))
    did = forms.CharField(label=_("发挥的作用"), max_length=300)
    level = forms.ChoiceField(label=_("协同情况"), choices=[("", _("请选择")), *COOPERATION.items()])
    measure = forms.CharField(label=_("拟采取的调整"), max_length=200, required=False)


class CooperationForm(SectionForm):
    """obl_all_member_cooperation: the alliance looks at its own members; a poor one is no ground to end the alliance."""

    members = RowsField(CooperationRow, label=_("成员发挥作用情况"), min_rows=1)


class OutlookForm(SectionForm):
    problems = long_text(_("存在的困难和需要协调的事项"), required=False)
    next_year = long_text(_("下一年度工作计划"))


SUMMARY = Section("report_summary", _("工作总结"), SummaryForm, _("本年度做了什么、机制怎样运行。"))
RESULTS = Section(
    "report_results", _("年度成果"), ResultsForm, _("数量已按平时登记的成果预填，可以更正和补充。")
)
COOPERATION_OF_MEMBERS = Section(
    "report_members",
    _("成员作用"),
    CooperationForm,
    _("各成员单位发挥作用、协同配合的情况；作用不好的由联盟及时调整。"),
)
OUTLOOK = Section("report_outlook", _("困难和下一步"), OutlookForm, _("需要协调的困难和下一年度计划。"))
REPORT = (SUMMARY, RESULTS, COOPERATION_OF_MEMBERS, OUTLOOK)


def prefill(entity: Entity, period: str) -> dict[str, Any]:
    """Results counted from the records of the year, members in force at its end."""
    year = int(period)
    numbers = numbers_of_year(entity, datetime.date(year, 1, 1), datetime.date(year, 12, 31))
    results = [
        {"kind": str(RecordKind(kind).label), "number": number} for kind, number in numbers.items() if number
    ]
    members = members_on(entity, last_day_of(entity, year))
    return {
        "report_results": {"results": results},
        "report_members": {"members": [{"unit": m.organisation.name} for m in members if m.role != "lead"]},
    }
