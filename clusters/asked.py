"""Fields and small tables that the applications of both kinds of cluster ask for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import credit_code
from accounts.enums import DistrictKind
from accounts.models import District
from clusters.enums import LinkPosition, ParkLevel
from core import clock
from filings.fields import RowsField, SectionForm
from policy.law import law_on

NAMES = 300  # characters for the names of a link's local firms


def text(
    label: Any, *, help_text: Any = "", required: bool = True, rows: int = 4, limit: int = 3000
) -> forms.CharField:
    """A text of several lines."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=limit, widget=widget
    )


def yuan(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DecimalField:
    """An amount in yuan, not negative."""
    return forms.DecimalField(
        label=label, min_value=0, max_digits=18, decimal_places=2, required=required, help_text=help_text
    )


def day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A date with the browser's own calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, help_text=help_text)


def choices(
    label: Any, options: Any, *, help_text: Any = "", required: bool = True
) -> forms.MultipleChoiceField:
    """Several of a few, as boxes."""
    return forms.MultipleChoiceField(
        label=label,
        choices=options,
        help_text=help_text,
        required=required,
        widget=forms.CheckboxSelectMultiple,
    )


def industries_of(place: str, key: str) -> Any:
    """The entries of a list of the law in force today, as choices; asked anew for every form."""

    def found() -> list[tuple[str, str]]:
        listed = law_on(clock.today(), place).list(key)
        return [("", str(_("请选择"))), *listed.labels().items()]

    return found


def places_below(code: str) -> Any:
    """What lies directly below a place: the districts of a city, the cities of a province."""

    def found() -> list[tuple[str, str]]:
        rows = District.objects.filter(parent__code=code).exclude(kind=DistrictKind.ZONE)
        return list(rows.order_by("code").values_list("code", "label"))

    return found


class CodeField(forms.CharField):
    """A unified social credit code, without its blanks and in capitals."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("统一社会信用代码"))
        kwargs.setdefault("max_length", 30)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        code = credit_code.normalise(super().clean(value) or "")
        for problem in credit_code.problems(code) if code else ():
            raise forms.ValidationError(str(problem.message), code=problem.code)
        return code


class ChainRow(forms.Form):
    """One link of the chain and the local firms that stand in it."""

    name = forms.CharField(label=_("环节名称"), max_length=60)
    position = forms.ChoiceField(label=_("位置"), choices=LinkPosition.choices)
    firms = forms.CharField(label=_("本地企业（用顿号分开）"), max_length=NAMES, required=False)
    gap = forms.CharField(label=_("短板和缺项"), max_length=NAMES, required=False)


class ParkRow(forms.Form):
    """One park that carries the cluster."""

    name = forms.CharField(label=_("园区名称"), max_length=80)
    level = forms.ChoiceField(label=_("级别"), choices=ParkLevel.choices)
    industry = forms.CharField(label=_("主导产业"), max_length=100, required=False)


class FirmRow(forms.Form):
    """A firm the cluster begins with."""

    name = forms.CharField(label=_("企业名称"), max_length=120)
    credit_code = CodeField()
    products = forms.CharField(label=_("主要产品"), max_length=300, required=False)
    chain_link = forms.CharField(label=_("所在环节"), max_length=60, required=False)
    is_key = forms.BooleanField(label=_("重点企业"), required=False)


class FirmsForm(SectionForm):
    """The first firms; the full list is kept, and read from a workbook, once the cluster is on the register."""

    firms = RowsField(FirmRow, label=_("龙头和骨干企业"), min_rows=1)

    def clean_firms(self) -> Any:
        rows = self.cleaned_data.get("firms") or []
        codes = [row.get("credit_code") for row in rows if row.get("credit_code")]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise forms.ValidationError(
                _("同一家企业只填一行：%(codes)s") % {"codes": "、".join(twice)}, code="twice"
            )
        return rows
