"""How figures of the statistics look."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import template

from clusters.presentation.statistics import percent
from core.templatetags.ui import number

register = template.Library()
MONEY = "万元"  # data


@register.filter
def signed(share: Any) -> str:
    """A share (0.1234) as ``+12.3%``; 持平 where nothing changed, a dash where there is nothing to compare with."""
    if share in (None, ""):
        return "—"
    try:
        return percent(Decimal(str(share)))
    except InvalidOperation:
        return "—"


@register.filter
def measured(value: Any, unit: str) -> str:
    """A value of an indicator: money (万元) always with two places, so that a column can be compared; else as it is."""
    if value in (None, "") or unit != MONEY:
        return number(value)
    try:
        return f"{Decimal(str(value)):,.2f}"
    except InvalidOperation:
        return ""
