"""Registration, facts and yearly figures of a unit."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import credit_code, selectors
from accounts.enums import (
    REGISTRABLE_KINDS,
    DistrictKind,
    FigureKind,
    FigureOrigin,
    OrganisationKind,
    SizeClass,
    Title,
)
from accounts.forms.words import PlainWords
from accounts.models import District, Organisation, OrganisationFigure

BLANK = ("", _("请选择"))
WAN = Decimal(10_000)


class PlaceField(forms.ModelChoiceField):
    """Districts and zones in groups by city; a city itself where its districts are not kept."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=District.objects.none(), empty_label=_("请选择"), **kwargs)

    def load(self) -> None:
        """Read the places now: one query for queryset and choices alike."""
        places = list(
            District.objects.exclude(kind=DistrictKind.PROVINCE).select_related("parent", "maps_to")
        )
        cities = [place for place in places if place.kind == DistrictKind.CITY]
        self.queryset = District.objects.exclude(kind=DistrictKind.PROVINCE).select_related(
            "parent__parent", "maps_to"
        )
        self.choices = [BLANK, *((city.label, list(self._below(city, places))) for city in cities)]

    @staticmethod
    def _below(city: District, places: list[District]) -> Iterator[tuple[int, str]]:
        inner = [place for place in places if place.parent_id == city.pk]
        yield from ((place.pk, place.path_label) for place in (inner or [city]))


class CreditCodeField(forms.CharField):
    """Says which position is wrong and why; spaces and full-width characters are taken as meant."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "class": "w-code", "spellcheck": "false"})
        super().__init__(widget=widget, max_length=60, **kwargs)

    def clean(self, value: Any) -> str:
        code = credit_code.normalise(str(super().clean(value)))
        found = credit_code.problems(code)
        if found:
            raise forms.ValidationError([forms.ValidationError(str(p.message), code=p.code) for p in found])
        return code


class UnitFactsForm(PlainWords, forms.Form):
    """What a unit says about itself."""

    name = forms.CharField(label=_("单位名称"), max_length=120, help_text=_("与营业执照或登记证书一致。"))
    kind = forms.ChoiceField(
        label=_("单位类别"), choices=[BLANK, *((kind.value, kind.label) for kind in REGISTRABLE_KINDS)]
    )
    size_class = forms.ChoiceField(
        label=_("企业规模"),
        required=False,
        choices=[BLANK, *SizeClass.choices],
        help_text=_("企业填写；依据《统计上大中小微型企业划分办法》。"),
    )
    district = PlaceField(label=_("注册地"), help_text=_("营业执照登记的住所所在区（市）或功能区。"))
    industry_code = forms.RegexField(
        label=_("国民经济行业代码"),
        required=False,
        regex=r"^[A-Ta-t]?\d{2,4}$",
        error_messages={"invalid": _("请填写 2—4 位行业代码，如 3985 或 C3985。")},
        help_text=_("GB/T 4754—2017，2—4 位数字。"),
        widget=forms.TextInput(attrs={"class": "w-date"}),
    )
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    titles = forms.MultipleChoiceField(
        label=_("资质称号"), required=False, choices=Title.choices, widget=forms.CheckboxSelectMultiple
    )
    contact_name = forms.CharField(label=_("联系人"), max_length=60)
    contact_phone = forms.CharField(
        label=_("联系电话"),
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    contact_email = forms.EmailField(label=_("联系邮箱"), required=False)

    FACTS = (
        "name", "kind", "size_class", "district", "industry_code", "address", "titles",
        "contact_name", "contact_phone", "contact_email",
    )  # fmt: skip

    def __init__(self, *args: Any, unit: Organisation | None = None, **kwargs: Any) -> None:
        if unit is not None:
            kwargs["initial"] = {name: getattr(unit, name) for name in self.FACTS} | {"version": unit.version}
        super().__init__(*args, **kwargs)
        cast(PlaceField, self.fields["district"]).load()
        if unit is not None and unit.is_bureau:
            kinds = cast(forms.ChoiceField, self.fields["kind"])
            kinds.choices = [(OrganisationKind.BUREAU.value, OrganisationKind.BUREAU.label)]

    def facts(self) -> dict[str, Any]:
        """As the services take them."""
        return {name: self.cleaned_data[name] for name in self.FACTS if name in self.cleaned_data}

    def clean_industry_code(self) -> str:
        """With the letter of its section, whether it was typed or not."""
        code = str(self.cleaned_data["industry_code"]).upper()
        if not code:
            return ""
        digits = code.lstrip("ABCDEFGHIJKLMNOPQRST")
        division = selectors.industry_division(code)
        if division is None:
            raise forms.ValidationError(
                _("GB/T 4754—2017 中没有以 %(n)s 开头的行业大类。") % {"n": digits[:2]}, code="industry"
            )
        return division.code[:1] + digits

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if data and data.get("kind") == OrganisationKind.ENTERPRISE and not data.get("size_class"):
            self.add_error("size_class", _("请选择企业规模。"))
        return data


class ProfileForm(UnitFactsForm):
    """The same for a unit that exists; what its approval was given for is locked."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, unit: Organisation, may_correct: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, unit=unit, **kwargs)
        if unit.is_approved and not may_correct:
            for name in ("name", "kind", "district"):
                self.fields[name].disabled = True


class RegistrationForm(UnitFactsForm):
    """A unit asks to be registered."""

    credit_code = CreditCodeField(label=_("统一社会信用代码"), help_text=_("18 位，可带空格。"))
    field_order = ("credit_code", *UnitFactsForm.FACTS)


class PersonForm(PlainWords, forms.Form):
    """The account of who registers or accepts; not for people who are logged in."""

    person_name = forms.CharField(
        label=_("您的姓名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    person_phone = forms.CharField(
        label=_("您的手机"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    person_email = forms.EmailField(
        label=_("您的邮箱"),
        help_text=_("用它登录，也用它接收通知。"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=_("设置密码"),
        strip=False,
        help_text=_("至少 8 位；不要用姓名、单位名称或常见密码。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password_again = forms.CharField(
        label=_("再输入一次密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or {}
        if "password" in data and "password_again" in data and data["password"] != data["password_again"]:
            self.add_error("password_again", _("两次输入的密码不一致。"))
        return data


class FiguresForm(PlainWords, forms.Form):
    """One year: value, origin and note of each figure. Money is typed in 万元 and stored in yuan."""

    def __init__(
        self,
        *args: Any,
        held: dict[str, OrganisationFigure],
        by_officer: bool,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = self._initial(held)
        super().__init__(*args, **kwargs)
        origins = [o for o in FigureOrigin if by_officer or o != FigureOrigin.OFFICER]
        choices = [BLANK, *((origin.value, origin.label) for origin in origins)]
        for kind in FigureKind:
            confirmed = kind in held and held[kind].origin == FigureOrigin.OFFICER and not by_officer
            self._add(kind, [*choices, *self._kept(held.get(kind), choices)], disabled=confirmed)

    def _add(self, kind: FigureKind, choices: list[Any], disabled: bool) -> None:
        value = forms.DecimalField(
            label=kind.label,
            required=False,
            min_value=0,
            max_digits=18,
            decimal_places=6 if kind.is_money else 0,
            disabled=disabled,
            widget=forms.NumberInput(attrs={"step": "any" if kind.is_money else "1", "inputmode": "decimal"}),
        )
        value.unit = _("万元") if kind.is_money else _("人")  # type: ignore[attr-defined]
        self.fields[kind.value] = value
        self.fields[f"{kind.value}_origin"] = forms.ChoiceField(
            label=_("数据来源"), required=False, choices=choices, disabled=disabled
        )
        self.fields[f"{kind.value}_note"] = forms.CharField(
            label=_("来源说明"), required=False, max_length=200, disabled=disabled
        )

    def rows(self) -> list[dict[str, Any]]:
        """Bound fields by figure, for the table."""
        return [
            {"kind": kind, "value": self[kind.value], "origin": self[f"{kind.value}_origin"], "note":
            self[f"{kind.value}_note"]} for kind in FigureKind ]  # fmt: skip

    def values(self) -> dict[str, dict[str, Any]]:
        """As the service takes them, in yuan; disabled rows are left out."""
        return {
            kind.value: {
                "value": self._stored(kind),
                "origin": self.cleaned_data[f"{kind.value}_origin"],
                "note": self.cleaned_data[f"{kind.value}_note"],
            }
            for kind in FigureKind
            if not self.fields[kind.value].disabled
        }

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or {}
        for kind in FigureKind:
            if data.get(kind.value) is not None and not data.get(f"{kind.value}_origin"):
                self.add_error(f"{kind.value}_origin", _("请选择数据来源。"))
        return data

    def _stored(self, kind: FigureKind) -> Decimal | None:
        value = self.cleaned_data.get(kind.value)
        if value is None:
            return None
        return (value * WAN if kind.is_money else Decimal(value)).quantize(Decimal("0.01"))

    @staticmethod
    def _initial(held: dict[str, OrganisationFigure]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for kind, figure in held.items():
            value = figure.value / WAN if FigureKind(kind).is_money else figure.value
            found[kind] = f"{value:.6f}".rstrip("0").rstrip(".")
            found[f"{kind}_origin"], found[f"{kind}_note"] = figure.origin, figure.note
        return found

    @staticmethod
    def _kept(figure: OrganisationFigure | None, choices: list[Any]) -> list[Any]:
        """An origin the unit may not choose but that stands there must stay showable."""
        if figure is None or figure.origin in dict(choices):
            return []
        return [(figure.origin, FigureOrigin(figure.origin).label)]


class DecisionForm(PlainWords, forms.Form):
    """A decision with its reason, made from the page of one version."""

    comment = forms.CharField(required=False, max_length=2000)
    version = forms.IntegerField()
    decision = forms.ChoiceField(choices=[("approve", ""), ("reject", "")])
