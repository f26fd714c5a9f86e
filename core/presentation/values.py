"""Stored values in words."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from django.utils.timezone import is_aware
from django.utils.translation import gettext as _

from core import clock


def local(value: Any) -> date | datetime | None:
    """``value`` in Asia/Shanghai; ISO text is read, anything else is no date."""
    if isinstance(value, str):
        try:
            value = (
                datetime.fromisoformat(value) if "T" in value or " " in value else date.fromisoformat(value)
            )
        except ValueError:
            return None
    if isinstance(value, datetime):
        return clock.local(value) if is_aware(value) else value
    return value if isinstance(value, date) else None


def iso(value: date | datetime) -> str:
    """``2026-11-22``, with the time if there is one."""
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else f"{value:%Y-%m-%d}"


def shown(value: Any) -> str:
    """A stored value in words: 是/否, lists with 、, rows as ``key：value``; absence is an empty string."""
    if value is None or value == "" or value == [] or value == {}:
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, (datetime, date)):
        return iso(local(value) or value)
    if isinstance(value, dict):
        return _row(value)
    if isinstance(value, (list, tuple)):
        mark = "\n" if any(isinstance(each, dict) for each in value) else "、"
        return mark.join(shown(each) for each in value)
    return str(value)


_LONG = re.compile(r"(?<![\d.,])\d{4,}(?=(?:\.\d+)? ?(?:元|平方米))")  # data


def grouped(text: str) -> str:
    """A sentence whose amounts in 元 and 平方米 have separators, as amounts in tables have; years are left alone."""
    return _LONG.sub(lambda found: f"{int(found[0]):,}", text)


def _row(row: dict[str, Any]) -> str:
    """A row or a file; keys that begin with an underscore are ours and not shown."""
    if "sha256" in row:
        return str(row.get("name", ""))
    return "；".join(f"{key}：{shown(each)}" for key, each in row.items() if not str(key).startswith("_"))
