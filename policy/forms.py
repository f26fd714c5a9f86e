"""What came in: a proposed value, from when, where, why. Shape only; the service judges."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import District
from accounts.selectors import places_within
from core.actor import Actor
from policy.enums import ValueKind
from policy.models import Clause, Document, EditableList, Parameter, Reading
from policy.values import NUMBERS

DATE = {"type": "date"}


class ProposalForm(forms.Form):
    """Common to every change: place, first day, reason."""

    place = forms.ModelChoiceField(
        label=_("适用地区"),
        queryset=District.objects.none(),
        help_text=_("新取值适用于该地区及其下级；下级另有取值的，从下级。"),
        error_messages={"invalid_choice": _("该地区不在您所在部门的管辖范围内。")},
    )
    valid_from = forms.DateField(
        label=_("自何日起"),
        widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
        help_text=_("按事实发生之日适用；原取值止于前一日。"),
    )
    reason = forms.CharField(
        label=_("变更理由"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
        help_text=_("写明依据的文件或决定，公开展示。"),
    )

    def __init__(self, *args: Any, actor: Actor, target: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.target = target
        bureau = actor.organisation
        if bureau is not None and bureau.jurisdiction_id:
            places = places_within(bureau.jurisdiction).select_related("parent").order_by("code")
            self.fields["place"].queryset = places
            self.fields["place"].initial = bureau.jurisdiction_id
        self.fields["place"].label_from_instance = lambda place: place.path_label

    def value(self) -> Any:
        """The stored JSON of what was filled in; forms without a single value field say it their way."""
        return stored(self.target.kind, self.cleaned_data["value"])

    def arguments(self) -> dict[str, Any]:
        """Keyword arguments of `propose_change`."""
        data = self.cleaned_data
        return {
            "target": self.target,
            "place": data.get("place"),
            "valid_from": data["valid_from"],
            "value": self.value(),
            "reason": data["reason"],
            "text": data.get("text", ""),
            "clause": data.get("clause"),
        }


def value_field(
    kind: str, *, label: Any, unit: str = "", options: list[dict[str, Any]] | None = None
) -> forms.Field:
    """The form field of a kind of value."""
    field: forms.Field
    if kind in (ValueKind.BOOL, ValueKind.CHOICE) and options:
        choices = [(str(option["value"]), option["label"]) for option in options]
        field = forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)
    elif kind == ValueKind.INTEGER:
        field = forms.IntegerField(label=label, min_value=0, max_value=1_000_000_000)
    elif kind in NUMBERS:
        field = forms.DecimalField(label=label, min_value=0, max_digits=18, decimal_places=4)
    elif kind == ValueKind.BOOL:
        choices = [("True", _("是")), ("False", _("否"))]
        field = forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)
    elif kind == ValueKind.LIST:
        field = forms.CharField(
            label=label, widget=forms.Textarea(attrs={"rows": 6}), help_text=_("每行一项。"), max_length=4000
        )
    else:
        field = forms.CharField(label=label, max_length=200)
    field.unit = unit  # type: ignore[attr-defined]
    return field


def stored(kind: str, cleaned: Any) -> Any:
    """A cleaned form value → stored JSON."""
    if kind == ValueKind.BOOL:
        return cleaned == "True" if isinstance(cleaned, str) else bool(cleaned)
    if kind in NUMBERS:
        return format(Decimal(cleaned), "f")
    if kind == ValueKind.LIST:
        return [line.strip() for line in str(cleaned).splitlines() if line.strip()]
    return cleaned


def shown_in_field(kind: str, value: Any) -> Any:
    """Stored JSON → the initial value of its field."""
    if kind == ValueKind.LIST:
        return "\n".join(str(entry) for entry in value or ())
    return str(value) if isinstance(value, bool) else value


class ClauseChoice(forms.ModelChoiceField):
    """Clauses by document and reference."""

    def label_from_instance(self, obj: Clause) -> str:  # type: ignore[override]
        return f"{obj.document.short_title} {obj.ref} {obj.title}"


class ParameterForm(ProposalForm):
    """A new value of a parameter."""

    clause = ClauseChoice(
        label=_("依据条款"),
        queryset=Clause.objects.select_related("document"),
        required=False,
        empty_label=_("沿用现行依据"),
    )
    field_order = ("value", "place", "valid_from", "clause", "reason")

    def __init__(self, *args: Any, current: Any = None, **kwargs: Any) -> None:
        target: Parameter = kwargs["target"]
        super().__init__(*args, **kwargs)
        unit = str(_("小数，如0.3")) if target.kind == ValueKind.RATE else target.unit
        self.fields["value"] = value_field(target.kind, label=_("新取值"), unit=unit)
        self.fields["value"].initial = shown_in_field(target.kind, current)
        self.order_fields(self.field_order)


class ReadingForm(ProposalForm):
    """A new reading: the machine value and its sentence."""

    text = forms.CharField(
        label=_("口径表述"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("展示给办事人的一句话；不填则用选项名称。"),
    )

    def __init__(self, *args: Any, current: Any = None, **kwargs: Any) -> None:
        target: Reading = kwargs["target"]
        super().__init__(*args, **kwargs)
        self.parts: dict[str, str] = {}
        if target.kind == ValueKind.JSON:
            self._structure(target, current or {})
        else:
            self.fields["value"] = value_field(
                target.kind, label=_("新口径"), unit=target.unit, options=target.options
            )
            self.fields["value"].initial = shown_in_field(target.kind, current)
        self.order_fields(["value", *self.parts, "text", "place", "valid_from", "reason"])

    def _structure(self, target: Reading, current: dict[str, Any]) -> None:
        """One field for each part of a structured value, of the kind the present value has."""
        for option in target.options:
            name, held = option["value"], current.get(option["value"])
            kind = ValueKind.DECIMAL if isinstance(held, str) else ValueKind.INTEGER
            kind = ValueKind.BOOL if isinstance(held, bool) else kind
            field = self.fields[f"value_{name}"] = value_field(kind, label=option["label"])
            field.initial = shown_in_field(kind, held)
            self.parts[f"value_{name}"] = kind

    def value(self) -> Any:
        if not self.parts:
            return super().value()
        return {
            name.removeprefix("value_"): stored(kind, self.cleaned_data[name])
            for name, kind in self.parts.items()
        }


class EntryForm(forms.Form):
    """A line of a list."""

    id = forms.SlugField(label=_("编号"), max_length=40, required=False)
    label = forms.CharField(label=_("名称"), max_length=60, required=False)
    group = forms.CharField(label=_("分组"), max_length=40, required=False)
    subfields = forms.CharField(label=_("细分领域"), max_length=200, required=False)

    def entry(self) -> dict[str, Any] | None:
        """The stored entry, None for an empty line."""
        data = self.cleaned_data
        if not any(data.get(name) for name in ("id", "label", "group", "subfields")):
            return None
        entry: dict[str, Any] = {"id": data.get("id", ""), "label": data.get("label", "").strip()}
        if data.get("group"):
            entry["group"] = data["group"].strip()
        if data.get("subfields"):
            parts = data["subfields"].replace(",", "、").replace("，", "、").split("、")
            entry["subfields"] = [part.strip() for part in parts if part.strip()]
        return entry


EntryFormSet = forms.formset_factory(EntryForm, extra=0, max_num=200, absolute_max=200, validate_max=True)


class ListForm(ProposalForm):
    """A new version of a list: the lines are a formset beside this form."""

    confirmed = forms.BooleanField(
        label=_("主管部门已确认本清单"), required=False, help_text=_("未确认的清单只作提示，不阻止申报。")
    )
    field_order = ("confirmed", "place", "valid_from", "reason")

    def __init__(self, *args: Any, current: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = current or {"items": [], "confirmed": False}
        self.fields["confirmed"].initial = held["confirmed"]
        initial = [{**entry, "subfields": "、".join(entry.get("subfields", ()))} for entry in held["items"]]
        bound = self.data if self.is_bound else None
        self.lines = EntryFormSet(bound, prefix="lines", initial=initial)

    def is_valid(self) -> bool:
        """The form and every line."""
        return super().is_valid() & self.lines.is_valid()

    def value(self) -> Any:
        entries = [form.entry() for form in self.lines.forms]
        return {
            "items": [entry for entry in entries if entry],
            "confirmed": self.cleaned_data["confirmed"],
        }


class DocumentForm(ProposalForm):
    """Validity of a document, and whether the bureau confirmed its number."""

    valid_from = forms.DateField(label=_("适用起始日"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"))
    valid_until = forms.DateField(
        label=_("失效日期"),
        required=False,
        widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
        help_text=_("留空表示未定失效日期。"),
    )
    number_confirmed = forms.BooleanField(
        label=_("文号已经主管部门确认"), required=False, help_text=_("确认之前，引用该文件时不印文号。")
    )
    field_order = ("valid_from", "valid_until", "number_confirmed", "reason")

    def __init__(self, *args: Any, current: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        target: Document = kwargs["target"]
        del self.fields["place"]  # a document is law where it is law
        self.initial = {
            "valid_from": target.valid_from,
            "valid_until": target.valid_until,
            "number_confirmed": target.number_confirmed,
        }

    def value(self) -> Any:
        def iso(day: date | None) -> str | None:
            return day.isoformat() if day else None

        data = self.cleaned_data
        return {
            "valid_from": iso(data["valid_from"]),
            "valid_until": iso(data["valid_until"]),
            "number_confirmed": data["number_confirmed"],
        }


FORMS: dict[type, type[ProposalForm]] = {
    Parameter: ParameterForm,
    Reading: ReadingForm,
    EditableList: ListForm,
    Document: DocumentForm,
}
