"""Form fields that recur on the pages of small matters: a day, a line of text, a text of several lines."""

from __future__ import annotations

from typing import Any

from django import forms


def day(label: Any, *, required: bool = True, hint: Any = "") -> forms.DateField:
    """A date, with the browser's own calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, help_text=hint)


def line(label: Any, most: int, *, required: bool = True, hint: Any = "") -> forms.CharField:
    """One line of at most so many characters."""
    return forms.CharField(label=label, max_length=most, required=required, help_text=hint)


def area(label: Any, most: int, *, required: bool = True, rows: int = 4, hint: Any = "") -> forms.CharField:
    """Several lines of at most so many characters in all."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=most, required=required, widget=widget, help_text=hint)
