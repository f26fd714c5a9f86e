"""Money is ``Decimal`` yuan; 万元 is only a way of writing it.  Rounding happens in one place."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

FEN = Decimal("0.01")
WAN = Decimal(10_000)


def decimal(value: Decimal | int | str) -> Decimal:
    """An exact number; ``ValueError`` for floats, booleans, NaN, infinities and text that is no number."""
    if type(value) is Decimal and value.is_finite():
        return value
    if isinstance(value, bool) or not isinstance(value, (Decimal, int, str)):
        raise ValueError(f"{value!r} is not an exact number")
    try:
        number = Decimal(value.strip().replace(",", "")) if isinstance(value, str) else Decimal(value)
    except InvalidOperation:
        raise ValueError(f"{value!r} is not a number") from None
    if not number.is_finite():
        raise ValueError(f"{value!r} is not a finite number")
    return number


def rounded(value: Decimal | int | str, unit: Decimal = FEN) -> Decimal:
    """``value`` to the nearest multiple of ``unit``'s last place, halves away from zero (四舍五入)."""
    exact = value if type(value) is Decimal and value.is_finite() else decimal(value)
    return exact.quantize(unit, ROUND_HALF_UP)


def yuan(value: Decimal | int | str) -> Decimal:
    """An amount in yuan, rounded to the fen."""
    return rounded(value)


def from_wan(value: Decimal | int | str) -> Decimal:
    """Yuan of an amount written in 万元."""
    return rounded(decimal(value) * WAN)


def wan(value: Decimal | int | str) -> Decimal:
    """万元 of an amount in yuan, exact, without trailing zeros (12 345 600 → 1234.56)."""
    number = decimal(value) / WAN
    whole = number.to_integral_value()
    return whole if number == whole else number.normalize()


def two_places(amount: Decimal) -> str:
    """An amount in yuan for machines, with two places and no separators (1234567.80)."""
    text = str(amount)
    # What was rounded has its two places already, and then a format takes four times as long.
    return text if text[-3:-2] == "." else f"{amount:.2f}"


def shown(value: Decimal | int | str) -> str:
    """An amount in yuan as payments show it: separators and two places (1234567.8 → 1,234,567.80)."""
    return f"{yuan(value):,.2f}"
