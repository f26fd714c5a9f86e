"""The public finder: a credit code or a few answers."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import credit_code
from accounts.enums import Level
from core import clock
from filings.enums import Grade
from subsidies.enums import SizeClass
from subsidies.facts import BadFact, read

BLANK = ("", gettext_lazy("未填写"))
APPROVED = (Level.PROVINCIAL, Level.NATIONAL)
UNITS = (
    ("enterprise", gettext_lazy("企业")),
    ("university", gettext_lazy("高等院校")),
    ("research_institute", gettext_lazy("科研院所")),
    ("industry_association", gettext_lazy("行业协会（学会）")),
)
NUMBERS = {
    "area_new": ("area", gettext_lazy("新建孵化用房（平方米）")),
    "area_renovation": ("area", gettext_lazy("改建孵化用房（平方米）")),
    "area_extension": ("area", gettext_lazy("扩建孵化用房（平方米）")),
    "service_total": ("service_total", gettext_lazy("本年度对外服务总额（元）")),
    "provincial_subsidy": ("provincial_subsidy", gettext_lazy("已到账的省级补助（元）")),
    "actual_cost": ("actual_cost", gettext_lazy("实际发生费用（元）")),
}


class FinderForm(forms.Form):
    """All by GET: the address holds everything, nothing is stored."""

    code = forms.CharField(
        label=gettext_lazy("统一社会信用代码"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("只查登记名录的公开信息。不填代码的，填写下面几项。"),
    )
    kind = forms.ChoiceField(label=gettext_lazy("单位类别"), required=False, choices=[BLANK, *UNITS])
    size_class = forms.ChoiceField(
        label=gettext_lazy("规模"), required=False, choices=[BLANK, *SizeClass.choices]
    )
    district = forms.ChoiceField(label=gettext_lazy("单位注册地"), required=False)
    platform = forms.ChoiceField(label=gettext_lazy("已登记或者获批的主体"), required=False)
    level = forms.ChoiceField(label=gettext_lazy("级别"), required=False, choices=[BLANK, *Level.choices])
    approved_on = forms.DateField(
        label=gettext_lazy("批复（认定）日期"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    grade = forms.ChoiceField(
        label=gettext_lazy("最近一次评价等次"), required=False, choices=[BLANK, *Grade.choices]
    )
    from_alliance = forms.BooleanField(label=gettext_lazy("由联盟升级而来（共同体）"), required=False)
    selected = forms.BooleanField(label=gettext_lazy("已入选当年示范（众创空间）"), required=False)

    def __init__(self, *args: Any, places: Iterable[Any], platforms: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["district"].choices = [BLANK, *places]
        fields["platform"].choices = [BLANK, *platforms]
        for name, (_fact, label) in NUMBERS.items():
            attrs = {"inputmode": "decimal", "class": "w-num", "autocomplete": "off"}
            fields[name] = forms.CharField(
                label=label, required=False, max_length=40, widget=forms.TextInput(attrs=attrs)
            )

    def clean_code(self) -> str:
        """Without blanks, in capitals; a wrong check digit is said here."""
        code = credit_code.normalise(self.cleaned_data["code"])
        if code and not credit_code.is_valid(code):
            raise forms.ValidationError(_("代码有误，应为 18 位且校验码正确。"))
        return code

    def clean(self) -> dict[str, Any]:
        """Numbers exactly; without a code at least what kind of unit it is and where."""
        for name, (fact, _label) in NUMBERS.items():
            self.cleaned_data[name] = self._number(name, fact)
        data = self.cleaned_data
        if not self.errors and not data.get("code"):
            for name in ("kind", "district"):
                if not data.get(name):
                    self.add_error(name, _("请填写，或者填写统一社会信用代码。"))
        day = data.get("approved_on")
        if day and day > clock.today():
            self.add_error("approved_on", _("日期晚于今天。"))
        if data.get("platform") and not data.get("level"):
            self.add_error("level", _("请选择级别。"))
        if (
            data.get("platform")
            and data.get("level") in APPROVED
            and not day
            and "approved_on" not in self.errors
        ):
            self.add_error("approved_on", _("省级、国家级的请填写批复（认定）日期。"))
        return data

    def _number(self, name: str, fact: str) -> Decimal | None:
        text = str(self.cleaned_data.get(name) or "").strip().replace(",", "").replace("，", "")
        if not text:
            return None
        try:
            found: Decimal = read(fact, text)
        except BadFact as bad:
            self.add_error(name, bad.message)
            return None
        return found
