"""What came in about a what-if: its name and year, one value, the day and reason for the second person. Shape only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import Actor
from policy.forms import DATE, ParameterForm, ReadingForm
from policy.models import Reading


class ScenarioForm(forms.Form):
    """A new scenario."""

    title = forms.CharField(
        label=_("名称"), max_length=120, help_text=_("写明拟改什么，例如“孵化用房补助提标”。")
    )
    year = forms.IntegerField(
        label=_("测算年度"),
        min_value=1990,
        max_value=9999,
        help_text=_("用该年度已核定的申领逐件重算。"),
        widget=forms.NumberInput(attrs={"class": "w-num"}),
    )
    note = forms.CharField(
        label=_("说明"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = clock.today().year - 1


def value_form(target: Any, *, actor: Actor, current: Any, data: Any = None) -> Any:
    """The form of the policy library for a value of this parameter or reading, without place, day and reason."""
    kind = ReadingForm if isinstance(target, Reading) else ParameterForm
    form = kind(data, actor=actor, target=target, current=current)
    for name in ("place", "valid_from", "reason", "clause"):
        form.fields.pop(name, None)
    return form


class ProposeForm(forms.Form):
    """From when, and why: for the second person and for the public history of the values."""

    valid_from = forms.DateField(
        label=_("自何日起"),
        widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
        help_text=_("按事实发生之日适用；原取值止于前一日，已作出的决定不受影响。"),
    )
    reason = forms.CharField(
        label=_("变更理由"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
        help_text=_("写明依据的文件或决定，公开展示。"),
    )


class SettleForm(forms.Form):
    """What the second person says."""

    comment = forms.CharField(
        label=_("复核意见"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("退回须写明理由。"),
    )
