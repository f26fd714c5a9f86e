"""Shape of section content in JSON: the right types under the right names. What the values mean is the form's matter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from core.errors import Invalid, Problem
from filings.fields import RowsField, answer_fields
from filings.programmes import Programme

MAX_TEXT = 20_000
_BIGGEST = 10**15


def check_content(spec: Programme, content: Mapping[str, Any], root: str = "content") -> None:
    """Raise Invalid with every section and field that is unknown or of the wrong type."""
    problems: list[Problem] = []
    for key, values in content.items():
        path = f"{root}.{key}"[:200]
        section = spec.section(key)
        if section is None:
            problems.append(Problem("unknown_section", _("没有这个填写页"), path))
        elif not isinstance(values, dict):
            problems.append(Problem("type", _("应为对象"), path))
        else:
            problems += _object(section.form, values, path)
    if problems:
        raise Invalid(problems)


def check_value(form: type[forms.Form], name: str, value: Any, path: str) -> None:
    """Raise Invalid unless `value` has the type of that one answer."""
    problems = list(_object(form, {name: value}, path))
    if problems:
        raise Invalid(problems)


def _object(form: type[forms.Form], values: Mapping[str, Any], path: str) -> Iterator[Problem]:
    fields = answer_fields(form)
    for name, value in values.items():
        field = fields.get(name)
        if field is None:
            yield Problem("unknown_field", _("没有这个栏目"), f"{path}.{name}"[:200])
        else:
            yield from _value(field, value, f"{path}.{name}")


def _value(field: forms.Field, value: Any, path: str) -> Iterator[Problem]:
    if value is None:
        return
    if isinstance(field, RowsField):
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            yield Problem("type", _("应为表格行的列表"), path)
            return
        for number, row in enumerate(value[:200]):
            yield from _object(field.row_form, row, f"{path}.{number}")
        return
    words = _mismatch(field, value)
    if words:
        yield Problem("type", words, path)


def _mismatch(field: forms.Field, value: Any) -> str:
    """What a value should have been; empty when its type fits."""
    if isinstance(field, forms.BooleanField):
        return "" if isinstance(value, bool) else _("应为 true 或 false")
    if isinstance(field, forms.MultipleChoiceField):
        fits = isinstance(value, list) and all(isinstance(v, str) for v in value) and len(value) <= 200
        return "" if fits else _("应为文本的列表")
    if isinstance(field, (forms.IntegerField, forms.DecimalField)):
        number = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < _BIGGEST
        text = isinstance(value, str) and len(value) <= 40
        return "" if number or text else _("应为数字")
    return "" if isinstance(value, str) and len(value) <= MAX_TEXT else _("应为文本")
