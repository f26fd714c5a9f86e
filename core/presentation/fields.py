"""Rendering of one bound form field.  Only classes are added: the widget keeps what its form gave it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.safestring import SafeString

from core.presentation import values

_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.NumberInput, "w-num"),
    (forms.DateInput, "w-date"),
)


def _class(field: forms.BoundField) -> str:
    widget = field.field.widget
    for kind, name in _CLASSES:
        if isinstance(widget, kind):
            return name
    return ""


def control(field: forms.BoundField, *, in_row: bool = False) -> SafeString:
    """The widget's HTML; numbers and dates get a narrow box, groups are described by hint and error."""
    given = field.field.widget.attrs.get("class", "")
    attrs: dict[str, Any] = {"class": f"{given} {_class(field)}".strip()} if given or _class(field) else {}
    described = described_by(field, in_row=in_row)
    if described and not field.use_fieldset:
        attrs["aria-describedby"] = described
    return field.as_widget(attrs=attrs)


def described_by(field: forms.BoundField, *, in_row: bool = False) -> str:
    """Ids of hint, unit and error of the control; in a row hint and unit stand in the table head."""
    if not field.auto_id:
        return ""
    ids = [f"{field.auto_id}_helptext"] if field.help_text and not in_row else []
    ids += [f"{field.auto_id}_unit"] if getattr(field.field, "unit", "") and not in_row else []
    ids += [f"{field.auto_id}_error"] if field.errors else []
    return " ".join(ids)


def value(field: forms.BoundField) -> str:
    """What a person chose or wrote, in words; labels of choices instead of their keys."""
    data = field.value()
    choices = getattr(field.field, "choices", None)
    if choices is not None:
        labels = {str(key): str(label) for key, label in _flat(choices)}
        chosen = data if isinstance(data, (list, tuple, set)) else [data]
        return "、".join(labels.get(str(each), str(each)) for each in chosen if each not in (None, ""))
    return values.shown(data)


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    """Choices without their groups."""
    flat: list[tuple[Any, Any]] = []
    for key, label in choices:
        if isinstance(label, (list, tuple)):
            flat.extend(label)
        else:
            flat.append((key, label))
    return flat
