"""The calculator: when and where, and the facts of each chosen measure. Values are read by the quote itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subsidies.facts import FACTS, Fact, FactKind
from subsidies.terms import Terms

BLANK = ("", gettext_lazy("未填写"))
NUMBERS = (FactKind.MONEY, FactKind.AREA, FactKind.RATE)


class WhenForm(forms.Form):
    """`date` of the matter and `district` of the unit."""

    date = forms.DateField(
        label=gettext_lazy("事项日期"),
        help_text=gettext_lazy("按这一天有效的政策测算。"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    district = forms.ChoiceField(
        label=gettext_lazy("单位注册地"),
        required=False,
        help_text=gettext_lazy("创新券在部分县另有规定。"),
    )

    def __init__(self, *args: Any, places: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["district"]
        field.choices = [("", _("未填写")), *places]


class FactsForm(forms.Form):
    """The facts of one measure as its terms name them; nothing is required here, the quote says what is missing."""

    def __init__(self, data: Any = None, *, terms: Terms, names: Mapping[str, str]) -> None:
        super().__init__(data, prefix=terms.key)
        self.terms = terms
        for name, must in terms.facts.items():
            self.fields[name] = _field(FACTS[name], terms, names, must)

    def stated(self) -> dict[str, Any]:
        """What was filled in, as a payload states it."""
        found: dict[str, Any] = {}
        for name in self.fields:
            text = str(self.data.get(self.add_prefix(name)) or "").strip()
            if not text:
                continue
            kind = FACTS[name].kind
            if kind is FactKind.BOOL:
                found[name] = {"yes": True, "no": False}.get(text, text)
            else:
                # people write 8,000 and ８０００; the quote itself takes neither
                found[name] = text.replace(",", "").replace("，", "") if kind in NUMBERS else text
        return found


def _field(fact: Fact, terms: Terms, names: Mapping[str, str], must: bool) -> forms.Field:
    shared: dict[str, Any] = {"label": fact.label, "required": False, "help_text": fact.hint}
    made: Any
    if fact.kind is FactKind.DATE:
        made = forms.CharField(**shared, widget=forms.DateInput(attrs={"type": "date"}))
    elif fact.kind in NUMBERS:
        attrs = {"inputmode": "decimal", "class": "w-num", "autocomplete": "off"}
        made = forms.CharField(**shared, widget=forms.TextInput(attrs=attrs))
    else:
        made = forms.ChoiceField(**shared, choices=[BLANK, *_choices(fact, terms, names)])
    made.optional = not must
    made.unit = str(fact.unit)
    return made


def _choices(fact: Fact, terms: Terms, names: Mapping[str, str]) -> list[tuple[str, Any]]:
    if fact.kind is FactKind.BOOL:
        return [("yes", _("是")), ("no", _("否"))]
    if fact.name == "platform_type":
        keys = terms.reading("subsidy.platform_award_types")
        return [(key, names.get(key, key)) for key in keys]
    if fact.kind is FactKind.ENTITY_TYPE:
        return [(key, names.get(key, key)) for key in terms.data.get("beneficiary", ())]
    return list(fact.choices)
