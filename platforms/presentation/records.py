"""A record as people and programs read it."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from platforms.models import Record
from platforms.records import RecordKind
from platforms.selectors.records import Year


def cell(record: Record, kind: RecordKind, name: str) -> str:
    """The value of a column as people read it; a dash where there is none."""
    value, field = getattr(record, name), kind.field(name)
    if value is None or value == "":
        return "—"
    if field.choices:
        return str(getattr(record, f"get_{name}_display")())
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    if isinstance(value, datetime.date):
        return value.isoformat()
    return f"{value:,.2f}" if isinstance(value, Decimal) else str(value)


def is_number(kind: RecordKind, name: str) -> bool:
    """Whether a column stands to the right."""
    return (
        isinstance(kind.field(name), (models.DecimalField, models.IntegerField))
        and not kind.field(name).choices
    )


def is_short(kind: RecordKind, name: str) -> bool:
    """Whether a column is never broken: a date, a word of a list."""
    return isinstance(kind.field(name), models.DateField) or bool(kind.field(name).choices)


def head(kind: RecordKind) -> list[dict[str, Any]]:
    """The heads of the list's columns."""
    return [{"label": kind.column_label(name), "num": is_number(kind, name)} for name in kind.columns]


def line(record: Record, kind: RecordKind, code: str) -> dict[str, Any]:
    """One line of a list."""
    return {
        "title": str(record),
        "url": reverse("platforms:record", args=[code, kind.key, record.pk]),
        "cells": [
            {
                "label": kind.column_label(n),
                "text": cell(record, kind, n),
                "css": "num" if is_number(kind, n) else "fit" if is_short(kind, n) else "",
            }
            for n in kind.columns
        ],
        "struck": record.struck_at is not None,
    }


def facts(record: Record, kind: RecordKind) -> list[dict[str, str]]:
    """Every answer of a record."""
    return [{"label": kind.column_label(n), "value": cell(record, kind, n)} for n in kind.fields]


def values(record: Record, kind: RecordKind) -> dict[str, Any]:
    """What a form begins with."""
    found = {name: getattr(record, name) for name in kind.fields}
    return {k: (v.pk if isinstance(v, models.Model) else v) for k, v in found.items()}


def plain(record: Record, kind: RecordKind) -> dict[str, Any]:
    """For programs: keys, ISO dates, decimals as text; what it points to by its number."""
    found: dict[str, Any] = {}
    for name, value in values(record, kind).items():
        if isinstance(value, Decimal):
            value = format(value, "f")
        found[name] = value.isoformat() if isinstance(value, datetime.date) else value
    return found


def year_word(found: Year) -> tuple[str, str]:
    """Tone and words of a year's state."""
    return {
        "open": ("todo", _("登记中")),
        "due": ("act", _("待确认")),
        "confirmed": ("wait", _("已确认，待核收")),
        "accepted": ("done", _("已核收")),
        "returned": ("bad", _("已退回")),
    }[found.state]


def follow_events(record: Any) -> list[dict[str, Any]]:
    """What became of it, the latest first, for the timeline."""
    return [
        {
            "at": one.at,
            "label": f"{one.on:%Y-%m-%d} {one.get_standing_display()}",
            "actor": str(one.by),
            "detail": one.text,
        }
        for one in record.follow_ups.select_related("by")
    ]
