"""Shapes of what the public sends in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock


class RegisterForm(forms.Form):
    """Filters of the register; everything optional, wrong values fall away."""

    q = forms.CharField(label=_("名称、编号或单位"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("类别"), required=False)
    level = forms.ChoiceField(label=_("级别"), required=False)
    district = forms.ChoiceField(label=_("市、区县"), required=False)
    industry = forms.ChoiceField(label=_("产业领域"), required=False)
    status = forms.ChoiceField(label=_("状态"), required=False)
    on = forms.DateField(
        label=_("查询日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, options: dict[str, list[Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in options.items():
            self.fields[name].choices = [("", _("全部")), *choices]  # type: ignore[attr-defined]

    def value(self, name: str) -> Any:
        """The cleaned value, empty where it was wrong or absent."""
        return getattr(self, "cleaned_data", {}).get(name) or ""


class DayForm(forms.Form):
    """A day in the query string; today when absent or wrong."""

    on = forms.DateField(
        label=_("查询日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    @property
    def day(self) -> Any:
        self.is_valid()
        return self.cleaned_data.get("on") or clock.today()


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("核验码"), max_length=80, help_text=_("证书或回执二维码旁的一串字母和数字")
    )


class PaperForm(forms.Form):
    paper = forms.FileField(label=_("待比对的文件"), help_text=_("只在本次比对中读取，不保存"))


class ObjectionForm(forms.Form):
    name = forms.CharField(
        label=_("姓名或单位名称"), max_length=120, help_text=_("个人请署真实姓名，单位请注明全称")
    )
    contact = forms.CharField(
        label=_("联系方式"), max_length=120, help_text=_("仅供受理机关核实和答复，不公开")
    )
    text = forms.CharField(
        label=_("异议内容和依据"), max_length=5000, widget=forms.Textarea(attrs={"rows": 6})
    )


class ClockForm(forms.Form):
    days = forms.IntegerField(label=_("向后推移天数"), min_value=1, max_value=1500)
