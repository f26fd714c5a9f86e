"""What units send for an entity on the register: shape only, every decision is a service's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from filings.models import Entity
from filings.services.membership import MAX_TEXT


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class StartForm(forms.Form):
    """The year of a report, or the occasion; nothing for what else may be started."""

    period = forms.ChoiceField(
        label=_("报告年度"),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择报告年度"), "invalid_choice": _("请选择列出的年度")},
    )

    def __init__(
        self, *args: Any, years: list[str], occasions: Mapping[str, str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        period: Any = self.fields["period"]
        if occasions:
            period.label, period.choices = _("评价轮次"), list(occasions.items())
            period.initial = next(iter(occasions))
            period.error_messages |= {
                "required": _("请选择评价轮次"),
                "invalid_choice": _("请选择列出的轮次"),
            }
        elif years:
            period.choices, period.initial = [(year, year) for year in years], years[-1]
        else:
            del self.fields["period"]


class LeaveForm(forms.Form):
    reason = forms.CharField(
        label=_("退出原因"),
        max_length=MAX_TEXT,
        widget=_area(4),
        help_text=_("%(lead)s和受理机关可以看到。"),
        error_messages={"required": _("请写明退出原因")},
    )
    on = forms.DateField(
        label=_("退出日期"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("自这一天起不再是%(members)s，可以选今天至 90 天内。"),
        error_messages={"invalid": _("退出日期应为 2026-01-31 的形式")},
    )
    handover = forms.CharField(
        label=_("移交安排"),
        max_length=MAX_TEXT,
        required=False,
        widget=_area(4),
        help_text=_("承担的任务、经费、知识产权和共建平台如何移交。"),
    )

    def __init__(self, *args: Any, entity: Entity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.help_text = entity.spec.say(field.help_text)

    def clean_on(self) -> Any:
        return self.cleaned_data["on"] or clock.today()


class RemoveForm(forms.Form):
    """Why a unit that belongs to the entity is to leave it."""

    reason = forms.CharField(
        label=_("退出原因"),
        max_length=MAX_TEXT,
        widget=_area(),
        help_text=_("告知该单位，并写入登记主体的变更记录。"),
        error_messages={"required": _("请写明该单位退出的原因")},
    )


class AskForm(forms.Form):
    """Why a condition cannot be met again for now."""

    reason = forms.CharField(
        label=_("申请例外的理由"),
        max_length=MAX_TEXT,
        widget=_area(5),
        help_text=_("写明特殊情况、依据和打算何时补足。同意后，例外及公开的理由将在登记名录公布。"),
        error_messages={"required": _("请写明理由")},
    )
