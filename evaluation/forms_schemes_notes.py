"""Vetoes, bonuses and deductions of a scheme as lines to fill in, its grades and the options around them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evaluation.forms_schemes import NUMBER, EditionForm, number
from evaluation.scheme.choices import Within
from filings.enums import Grade

NOTES = {"vetoes": _("一票否决"), "bonuses": _("加分"), "deductions": _("扣分")}
SPARE, MOST = 2, 40


class NotesForm(EditionForm):
    """Lines of the three kinds; a line without words is left out, so that emptying one removes it."""

    bonus_cap = number(_("加分合计上限"))
    deduction_cap = number(_("扣分合计上限"))

    def __init__(self, *args: Any, tree: Mapping[str, Any], **kwargs: Any) -> None:
        caps = {name: tree.get(name, "0") for name in ("bonus_cap", "deduction_cap")}
        kwargs["initial"] = {**caps, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.lines = {name: min(len(tree.get(name, ())) + SPARE, MOST) for name in NOTES}
        for name in NOTES:
            self._add(name, list(tree.get(name, ())))

    def _add(self, name: str, held: list[Mapping[str, str]]) -> None:
        for n in range(self.lines[name]):
            row = held[n] if n < len(held) else {}
            place = {"n": n + 1, "kind": NOTES[name]}
            self.fields[f"{name}_{n}_key"] = forms.CharField(
                required=False, max_length=40, widget=forms.HiddenInput(), initial=row.get("key", "")
            )
            self.fields[f"{name}_{n}_label"] = forms.CharField(
                label=gettext("%(kind)s第 %(n)s 项") % place,
                required=False,
                max_length=120,
                initial=row.get("label", ""),
            )
            if name != "vetoes":
                label = gettext("%(kind)s第 %(n)s 项的分值") % place
                self.fields[f"{name}_{n}_points"] = number(label, initial=row.get("points", ""))

    @property
    def tables(self) -> list[dict[str, Any]]:
        """The three tables as they stand on the page."""
        return [
            {
                "name": name,
                "label": label,
                "points": name != "vetoes",
                "lines": [
                    {part: self[f"{name}_{n}_{part}"] for part in self._parts(name)}
                    for n in range(self.lines[name])
                ],
            }
            for name, label in NOTES.items()
        ]

    def _parts(self, name: str) -> tuple[str, ...]:
        return ("key", "label") if name == "vetoes" else ("key", "label", "points")

    def into(self, tree: Mapping[str, Any]) -> dict[str, Any]:
        """The document with these lines."""
        data = self.cleaned_data
        caps = {name: data[name].strip() or "0" for name in ("bonus_cap", "deduction_cap")}
        return {**tree, **caps, **{name: self._kept(name) for name in NOTES}}

    def _kept(self, name: str) -> list[dict[str, str]]:
        data, found = self.cleaned_data, list[dict[str, str]]()
        keys = [data[f"{name}_{n}_key"] for n in range(self.lines[name])]
        for n, key in enumerate(keys):
            label = data[f"{name}_{n}_label"].strip()
            if label:
                row = {"key": key or _unused(name, keys + [one["key"] for one in found]), "label": label}
                if name != "vetoes":
                    row["points"] = data[f"{name}_{n}_points"].strip()
                found.append(row)
        return found

    def at(self, field: str) -> str:
        """The field of the page for a field of the document: lines left out are not counted there."""
        name, _dot, rest = field.partition(".")
        place, _dot, part = rest.partition(".")
        if name not in NOTES or not place.isdigit():
            return field
        filled = [
            n for n in range(self.lines[name]) if self.cleaned_data.get(f"{name}_{n}_label", "").strip()
        ]
        return f"{name}_{filled[int(place)]}_{part}" if int(place) < len(filled) else field


def _unused(name: str, taken: list[str]) -> str:
    stem = {"vetoes": "veto", "bonuses": "bonus", "deductions": "deduction"}[name]
    return next(key for n in range(1, 2 * MOST) if (key := f"{stem}_{n}") not in taken)


class BandsForm(EditionForm):
    """A line for each grade, from the highest; without a word the grade is not given."""

    whole_points = forms.BooleanField(label=_("总分四舍五入取整后再定等次"), required=False)
    excellent_share = number(_("优秀比例上限（%）"), help_text=_("参评主体中优秀不超过此比例；不限的留空。"))
    excellent_top = number(
        _("优秀须居前（%）"), help_text=_("参评 5 家以上时，名次在此比例以内才能评为优秀；不限的留空。")
    )
    compared_within = forms.ChoiceField(
        label=_("名次和百分位的比较范围"), choices=Within.choices, required=False, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, tree: Mapping[str, Any], **kwargs: Any) -> None:
        names = ("whole_points", "excellent_share", "excellent_top", "compared_within")
        kwargs["initial"] = {**{name: tree.get(name, "") for name in names}, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        held = {band["grade"]: band for band in tree["bands"]}
        for grade, label in Grade.choices:
            band = held.get(grade, {})
            self.fields[f"{grade}_word"] = forms.CharField(
                label=gettext("%(grade)s的名称") % {"grade": label},
                required=False,
                max_length=20,
                initial=band.get("word", ""),
            )
            self.fields[f"{grade}_from"] = forms.CharField(
                label=gettext("%(grade)s的分数线") % {"grade": label},
                required=False,
                max_length=20,
                widget=NUMBER,
                initial=band.get("from", ""),
            )

    @property
    def table(self) -> list[dict[str, Any]]:
        """A line for each grade."""
        return [
            {"grade": label, "word": self[f"{grade}_word"], "start": self[f"{grade}_from"]}
            for grade, label in Grade.choices
        ]

    def _given(self) -> list[str]:
        return [grade for grade in Grade.values if self.cleaned_data.get(f"{grade}_word", "").strip()]

    def into(self, tree: Mapping[str, Any]) -> dict[str, Any]:
        """The document with these grades and options."""
        data = self.cleaned_data
        bands = [
            {"grade": grade, "word": data[f"{grade}_word"].strip(), "from": data[f"{grade}_from"].strip()}
            for grade in self._given()
        ]
        shares = {name: data[name].strip() for name in ("excellent_share", "excellent_top")}
        options = {"whole_points": data["whole_points"], "compared_within": data["compared_within"]}
        return {**tree, "bands": bands, **shares, **options}

    def at(self, field: str) -> str:
        """The field of the page for a field of the document."""
        name, _dot, rest = field.partition(".")
        place, _dot, part = rest.partition(".")
        given = self._given()
        if name == "bands" and place.isdigit() and int(place) < len(given):
            return f"{given[int(place)]}_{part if part == 'from' else 'word'}"
        return "fail_word" if name == "bands" else field
