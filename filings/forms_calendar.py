"""What is typed on the pages of the calendar. Shape only; what is right is decided by the service."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import calendar_text
from core.calendar_text import HOLIDAY, NONE, WORKDAY

BACK = "clear"


class YearForm(forms.Form):
    """A year's arrangement as it was published, or some rows of it."""

    use_required_attribute = False

    text = forms.CharField(
        label=_("放假安排"),
        required=False,
        strip=False,
        max_length=calendar_text.MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
        help_text=_(
            "粘贴国务院办公厅通知正文即可，例如“1月1日（周五）至3日（周日）放假，共3天。”也可以每行一天，"
            "例如“2027-01-01 放假 元旦”“2027-02-20 上班 春节”“2027-03-01 恢复”。"
        ),
    )
    source = forms.CharField(
        label=_("依据"),
        required=False,
        max_length=120,
        help_text=_(
            "通知名称和文号，例如“国务院办公厅关于2027年部分节假日安排的通知（国办发明电〔2026〕×号）”。"
        ),
    )
    complete = forms.BooleanField(label=_("本年放假安排已录全"), required=False)

    def proposal(self) -> dict[str, Any]:
        """As the service takes it."""
        return {name: self.cleaned_data[name] for name in ("text", "source", "complete")}


class EnterForm(YearForm):
    """Typed on a page of its own: with its ground."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("text", "source"):
            self.fields[name].required = True


class DayForm(forms.Form):
    """One day, or some days in a row."""

    use_required_attribute = False

    day = forms.DateField(
        label=_("日期"), widget=forms.DateInput(attrs={"type": "date", "class": "w-date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=_("至"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "w-date"}, format="%Y-%m-%d"),
        help_text=_("连续几天的，填写最后一天。"),
    )
    kind = forms.ChoiceField(
        label=_("类别"),
        choices=[
            (HOLIDAY, _("放假")),
            (WORKDAY, _("上班")),
            (BACK, _("恢复（不再单独规定）")),
        ],
        widget=forms.RadioSelect,
        initial=HOLIDAY,
    )
    note = forms.CharField(
        label=_("说明"), required=False, max_length=100, help_text=_("节日名称，或者临时安排的依据。")
    )

    def text(self) -> str:
        """The same as a plain row, which is what the preview reads."""
        kind = self.cleaned_data["kind"]
        kind = NONE if kind == BACK else kind
        given = self.cleaned_data
        return calendar_text.row(given["day"], kind, given["note"], given["last"])


class ConfirmForm(YearForm):
    """The proposal again, with the fingerprint of what was shown."""

    seen = forms.CharField(max_length=64)
