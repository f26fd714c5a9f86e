"""How figures of the statistics look."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import template

register = template.Library()


@register.filter
def signed(share: Any) -> str:
    """A share (0.1234) as ``+12.3%``; a dash where there is nothing to compare with."""
    if share in (None, ""):
        return "—"
    try:
        return f"{Decimal(str(share)) * 100:+.1f}%"
    except InvalidOperation:
        return "—"
