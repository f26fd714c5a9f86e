"""Unified social credit codes (GB 32100-2015) with both check digits.

Positions, counted from 1: 1 registering authority, 2 type, 3–8 region, 9–17 organisation code of which 17 is
its own check digit (GB 11714), 18 check digit of the whole.  Letters are legal in positions 1–8 too: codes of
village collectives start with N.
"""

from __future__ import annotations

import unicodedata
from operator import mul
from string import ascii_uppercase, digits

from django.utils.translation import gettext_lazy as _

from core.errors import Problem

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
# GB 11714 counts with every letter; 11 minus the rest, where 10 is X and 11 is 0.
_ORGANISATION_VALUES = {char: place for place, char in enumerate(digits + ascii_uppercase)}
_ORGANISATION_DIGITS = "0X987654321"
_HYPHENS = dict.fromkeys(map(ord, "-‐‑–—·"))
# Letters that the standard leaves out because they are misread, with what was probably meant.
LOOKALIKES = {"I": "1", "O": "0", "Z": "2", "S": "5", "V": "U"}


def normalise(code: str) -> str:
    """What a person typed or pasted, as it is stored: half-width, upper case, without spaces and hyphens."""
    text = unicodedata.normalize("NFKC", code or "").upper()
    return "".join(text.split()).translate(_HYPHENS)


def check_digit(first_17: str) -> str:
    """The 18th character for the first 17. Raises ValueError on a character outside the alphabet."""
    total = sum(ALPHABET.index(char) * weight for char, weight in zip(first_17, WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def organisation_digit(body: str) -> str:
    """The 17th character: the check digit over positions 9–16 (GB 11714: modulus 11, 10 is X, 11 is 0)."""
    values = map(_ORGANISATION_VALUES.__getitem__, body)
    return _ORGANISATION_DIGITS[sum(map(mul, values, ORGANISATION_WEIGHTS)) % 11]


def problems(code: str, field: str = "credit_code") -> list[Problem]:
    """Everything that is wrong with a code, in words that say where. Empty for a good code."""
    code = normalise(code)
    found = _shape_problems(code, field)
    if found:
        return found
    values = {"expected": organisation_digit(code[8:16]), "found": code[16]}
    if values["expected"] != values["found"]:
        text = _(
            "第 17 位（组织机构代码校验位，由第 9—16 位算出）不对：应为“%(expected)s”，现在是“%(found)s”。"
            "请对照营业执照逐位核对第 9—17 位。"
        )
        found.append(Problem("organisation_digit", text % values, field))
    values = {"expected": check_digit(code[:17]), "found": code[17]}
    if values["expected"] != values["found"]:
        text = _(
            "第 18 位（校验码，由前 17 位算出）不对：应为“%(expected)s”，现在是“%(found)s”。"
            "请对照营业执照逐位核对。"
        )
        found.append(Problem("check_digit", text % values, field))
    return found


def is_valid(code: str) -> bool:
    return not problems(code)


def grouped(code: str) -> str:
    """「91 370303 MAXX00015 H」: how a code is shown to people."""
    if len(code) != LENGTH:
        return code
    return " ".join((code[:2], code[2:8], code[8:17], code[17:]))


def make(prefix: str, district: str, mark: str, n: int) -> str:
    """A code for sample data whose two check digits pass.

    ``prefix`` two characters (91 company, 12 institute, 51 association), ``district`` six digits, ``mark``
    and ``n`` together eight characters: ``make("91", "370303", "MAXX", 1)`` is ``91370303MAXX00015H``.
    """
    body = f"{mark}{n:0{8 - len(mark)}d}"
    if len(prefix) + len(district) + len(body) != LENGTH - 2:
        raise ValueError("prefix, district, mark and number must fill 16 positions")
    first_17 = prefix + district + body + organisation_digit(body)
    return first_17 + check_digit(first_17)


def _shape_problems(code: str, field: str) -> list[Problem]:
    if not code:
        return [Problem("required", _("请填写统一社会信用代码。"), field)]
    if len(code) != LENGTH:
        message = _("统一社会信用代码应为 18 位，现在是 %(n)s 位。") % {"n": len(code)}
        return [Problem("length", message, field)]
    found = []
    for position, char in enumerate(code, start=1):
        if char in ALPHABET:
            continue
        values = {"position": position, "char": char, "hint": LOOKALIKES.get(char, "")}
        text = _("第 %(position)s 位是“%(char)s”，统一社会信用代码不使用这个字符。")
        if char in LOOKALIKES:
            text = _("第 %(position)s 位是字母“%(char)s”，统一社会信用代码不使用它，可能应为“%(hint)s”。")
        found.append(Problem("character", text % values, field))
    return found
