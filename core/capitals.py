"""Amounts in capitals (人民币大写) for payments and receipts, which nobody alters with a stroke of the pen.

《正确填写票据和结算凭证的基本规定》: a run of zeros is one 零; 整 follows 元 and neither 角 nor 分; a 零 stands before 分
where there is no 角.  Before 角 it may be left out, and is.
"""

from __future__ import annotations

from decimal import Decimal

from core.money import FEN, decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"  # data
PLACES = ("", "拾", "佰", "仟")  # data
GROUPS = ("", "万", "亿", "万亿")  # data
CURRENCY, YUAN, JIAO, FEN_SIGN, WHOLE, NONE = "人民币", "元", "角", "分", "整", "零"  # data
#: Sixteen digits before the point: four groups of four.
LIMIT = Decimal(10) ** 16


def capitals(amount: Decimal | int | str) -> str:
    """`16409.02` → `人民币壹万陆仟肆佰零玖元零贰分`.

    Raises ValueError for what is negative, has parts of a fen, or has more than sixteen digits before the point.
    """
    number = decimal(amount)
    if number < 0 or number >= LIMIT or number != number.quantize(FEN):
        raise ValueError(f"{amount} cannot be written in capitals")
    yuan, cents = divmod(int(number * 100), 100)
    jiao, fen = divmod(cents, 10)
    text = f"{_whole(yuan)}{YUAN}" if yuan or not cents else ""
    if not cents:
        return f"{CURRENCY}{text}{WHOLE}"
    if jiao:
        text += f"{DIGITS[jiao]}{JIAO}"
    elif yuan:
        text += NONE
    return f"{CURRENCY}{text}{f'{DIGITS[fen]}{FEN_SIGN}' if fen else ''}"


def _whole(number: int) -> str:
    """The part before the point, in groups of four digits."""
    if number == 0:
        return NONE
    groups: list[int] = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    text, gap = "", False
    for height in range(len(groups) - 1, -1, -1):
        group = groups[height]
        if group == 0:
            # 亿 of the group above 万亿 is said once, with what stands below it
            gap = bool(text)
            continue
        if text and (gap or group < 1000):
            text += NONE
        text += _group(group) + _height(groups, height)
        gap = False
    return text


def _height(groups: list[int], height: int) -> str:
    """万亿 is written 万 where 亿 follows with digits of its own."""
    if height == 3 and groups[2]:
        return GROUPS[1]
    return GROUPS[height]


def _group(group: int) -> str:
    """Up to four digits with their places."""
    text, gap = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if digit == 0:
            gap = bool(text)
            continue
        text += (NONE if gap else "") + DIGITS[digit] + PLACES[place]
        gap = False
    return text
