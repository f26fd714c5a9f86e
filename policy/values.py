"""Values of parameters and readings as people write and read them. Pure.

`fits` says whether stored JSON is of a kind, `parse` turns typed text into stored JSON, `show` turns stored
JSON into words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from core.money import FEN, decimal
from core.words import gettext as _
from policy.enums import ValueKind

NUMBERS = frozenset({ValueKind.MONEY, ValueKind.DECIMAL, ValueKind.RATE})
DIGITS = 16  # before the point; no budget of a province needs more
YI, WAN = "0" * 8, "0" * 4  # what a round number of 亿 or 万 ends in
GROUP = 3


def fits(kind: str, value: Any) -> bool:
    """Whether stored JSON is of the kind: money, decimals and rates are strings, counts are integers."""
    if kind == ValueKind.BOOL:
        return isinstance(value, bool)
    if kind == ValueKind.INTEGER:
        return isinstance(value, int) and not isinstance(value, bool)
    if kind in NUMBERS:
        try:
            return (
                isinstance(value, str) and Decimal(value).is_finite() and Decimal(value).adjusted() < DIGITS
            )
        except InvalidOperation:
            return False
    if kind in (ValueKind.TEXT, ValueKind.CHOICE):
        return isinstance(value, str) and bool(value)
    return isinstance(value, list) if kind == ValueKind.LIST else isinstance(value, dict)


def problem(kind: str, value: Any, options: Iterable[Mapping[str, Any]] = ()) -> str:
    """Why a stored value cannot hold, empty if it can. No figure of a policy is negative, no rate above 1."""
    if not fits(kind, value):
        return _("取值与类型不符。")
    if kind == ValueKind.INTEGER and value < 0:
        return _("取值不能为负数。")
    if kind in NUMBERS:
        number = Decimal(value)
        if number < 0:
            return _("取值不能为负数。")
        if kind == ValueKind.MONEY and number != number.quantize(FEN):
            return _("金额最多两位小数。")
        if kind == ValueKind.RATE and number > 1 and number != 1:
            return _("比例写作不大于1的小数，如0.3。")
    if kind == ValueKind.LIST and not value:
        return _("列表不能为空。")
    allowed = [option["value"] for option in options]
    if kind in (ValueKind.CHOICE, ValueKind.BOOL) and allowed and value not in allowed:
        return _("请在所列选项中选择。")
    return ""


def parse(kind: str, text: str) -> Any:
    """Typed text → stored JSON. Raises ValueError with a sentence."""
    text = text.strip()
    if not text:
        raise ValueError(_("请填写取值。"))
    if kind == ValueKind.INTEGER:
        if not text.lstrip("-").isdigit():
            raise ValueError(_("请填写整数。"))
        return int(text)
    if kind in NUMBERS:
        try:
            return format(decimal(text), "f")
        except ValueError:
            raise ValueError(_("请填写数字。")) from None
    if kind == ValueKind.LIST:
        return [line.strip() for line in text.splitlines() if line.strip()]
    return text


def show(kind: str, value: Any, unit: str = "", names: Mapping[str, str] | None = None) -> str:
    """A stored value in words: `36个月`, `200万元`, `30%`, `是`, or the entries of a list joined."""
    names = names or {}
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if kind == ValueKind.MONEY:
        return money(value if type(value) is Decimal else Decimal(str(value)), unit or _("元"))
    if kind == ValueKind.RATE:
        percent = (Decimal(str(value)) * 100).normalize()
        return f"{percent:f}%"
    if isinstance(value, (list, tuple)):
        return "、".join(names.get(str(entry), str(entry)) for entry in value)
    if isinstance(value, Mapping):
        return "；".join(f"{names.get(str(key), key)}：{show('', held)}" for key, held in value.items())
    text = names.get(str(value), str(value))
    return f"{text}{unit}" if unit else text


def money(amount: Decimal, unit: str) -> str:
    """Round amounts in 万 or 亿, so that 2000000元 reads 200万元. On the digits: arithmetic takes twice the time."""
    text = str(amount)
    whole, _point, places = (f"{amount:f}" if "E" in text else text).partition(".")
    places = places.rstrip("0")
    if places:
        return f"{_grouped(whole)}.{places}{unit}"
    if whole.endswith(YI) and whole[0] != "-":
        return f"{_grouped(whole.removesuffix(YI))}{_('亿')}{unit}"
    if whole.endswith(WAN) and whole[0] != "-":
        return f"{_grouped(whole.removesuffix(WAN))}{_('万')}{unit}"
    return f"{_grouped(whole)}{unit}"


def _grouped(whole: str) -> str:
    """`1,234,567` of the digits of an integer."""
    if len(whole) <= GROUP or whole[0] == "-":
        return whole if whole[0] != "-" else f"-{_grouped(whole[1:])}"
    return f"{_grouped(whole[:-GROUP])},{whole[-GROUP:]}"
