"""The filters of the auditor's desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from evaluation.selectors import audit as see
from filings.enums import Grade
from filings.programmes import for_kind


def kind_label(kind: str) -> str:
    """What a kind of entity is called."""
    try:
        return str(for_kind(kind).label)
    except KeyError:
        return kind


class AuditFilter(forms.Form):
    """What an auditor narrows lists by; a wrong value narrows nothing."""

    words = forms.CharField(label=_("名称、编号或者单位"), required=False, max_length=60)
    round = forms.ChoiceField(label=_("评价轮次"), required=False)
    kind = forms.ChoiceField(label=_("类别"), required=False)
    year = forms.ChoiceField(label=_("评价年度"), required=False)
    grade = forms.ChoiceField(label=_("等次"), required=False, choices=[("", _("全部")), *Grade.choices])
    district = forms.ChoiceField(label=_("区县"), required=False)

    def __init__(self, *args: Any, actor: Actor, only: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = ("", _("全部"))
        found: dict[str, list[tuple[str, Any]]] = {
            "round": [(row.code, row.name) for row in see.rounds(actor)],
            "kind": [(kind, kind_label(kind)) for kind in see.kinds(actor)],
            "year": [(str(year), str(year)) for year in see.years(actor)],
            "district": [(place.code, place.label) for place in see.places(actor).order_by("code")],
        }
        for name, choices in found.items():
            self.fields[name].choices = [first, *choices]  # type: ignore[attr-defined]
        for name in set(self.fields) - set(only or self.fields):
            del self.fields[name]

    def wanted(self) -> dict[str, str]:
        """What was asked for and is one of the choices."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
