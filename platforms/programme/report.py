"""The annual report of a platform: the figures of its records prefilled, the rest in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from filings.fields import RowsField, SectionForm
from filings.programmes import Section
from filings.standard_sections import REPORT
from platforms.selectors import figures
from platforms.types import of

if TYPE_CHECKING:
    from filings.models import Entity


def _given(field: forms.Field) -> forms.Field:
    """Carried over from the records: shown apart from what is to be written."""
    field.given = True  # type: ignore[attr-defined]
    return field


class FigureRow(forms.Form):
    item = _given(forms.CharField(label=_("指标"), max_length=80))
    value = _given(forms.CharField(label=_("台账数据"), max_length=40, required=False))
    unit = _given(forms.CharField(label=_("单位"), max_length=10, required=False))
    note = forms.CharField(label=_("说明"), max_length=200, required=False)


class FiguresForm(SectionForm):
    figures = RowsField(
        FigureRow,
        label=_("年度数据"),
        required=False,
        help_text=_("已按本年度台账预填。与实际不符的，先更正台账，再在说明栏写明。"),
    )


FIGURES = Section("report_figures", _("年度数据"), FiguresForm, _("业务台账的年度合计。"))


def pages(records: tuple[str, ...]) -> tuple[Section, ...]:
    """A platform that keeps records reports their figures; all report in words."""
    return (FIGURES, REPORT) if records else (REPORT,)


def prefill(entity: Entity, period: str) -> dict[str, Any]:
    """Answers worked out from the records of a year."""
    if not of(entity.kind).traits.records:
        return {}
    rows = [
        {"item": found.label, "value": found.text, "unit": found.unit, "note": ""}
        for found in figures.of_year(entity, int(period))
    ]
    return {FIGURES.key: {"figures": rows}}
