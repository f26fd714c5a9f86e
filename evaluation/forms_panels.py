"""Forms of the experts' part of a round."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class PanelsForm(forms.Form):
    """Who judges: those ticked, or as many as the rule asks for, drawn from the pool."""

    experts = forms.MultipleChoiceField(
        label=_("指定专家"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("不勾选的，由系统在专家库中随机抽取。某一件须回避的专家，由系统抽取他人替补。"),
        error_messages={"invalid_choice": _("请选择列出的专家")},
    )
    seed = forms.CharField(
        label=_("抽取种子"),
        required=False,
        max_length=40,
        help_text=_("重放或者接着办理时填写原来的种子；留空则自动生成，随案保存。"),
    )
    comment = forms.CharField(
        label=_("办理意见"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, pool: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["experts"].choices = list(pool)  # type: ignore[attr-defined]


class CloseForm(forms.Form):
    comment = forms.CharField(
        label=_("办理意见"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class NoteForm(forms.Form):
    """What an agency has found about the figures of one entity."""

    text = forms.CharField(
        label=_("新的意见"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("写明指标编号、发现的问题和依据；由主管部门决定是否修正数据。"),
        error_messages={"required": _("请写明核验意见")},
    )
