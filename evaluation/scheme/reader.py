"""Reads fields of untrusted JSON one by one and remembers what it could not read, with the way to the field."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Problem

#: Numbers stay below a milliard and have four decimals at most, so that the engine's integers never overflow.
MOST = Decimal(10) ** 9
NUMBER = re.compile(r"-?[0-9]{1,10}(?:\.[0-9]{1,4})?")


def text_of(number: Decimal) -> str:
    """A number as it is stored: no exponent, no zeros at the end."""
    return format(number.normalize(), "f") if number else "0"


class Reader:
    """Each method returns something usable, also when it has to complain."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def say(self, field: str, code: str, message: str) -> None:
        """Remember a problem; ``field`` is the way there, such as ``dimensions.0.indicators.2.weight``."""
        self.problems.append(Problem(code, message, field))

    def known(self, node: Mapping[str, Any], names: Collection[str], path: str) -> None:
        """Complain about fields nobody reads: most are slips of the pen."""
        for name in sorted(str(name) for name in node if name not in names):
            self.say(_join(path, name), "unknown_field", _("没有“%(name)s”这个字段") % {"name": name})

    def text(
        self, node: Mapping[str, Any], name: str, path: str, *, longest: int, needed: bool = False
    ) -> str:
        """A text without blanks around it."""
        value = node.get(name, "")
        if not isinstance(value, str):
            self.say(_join(path, name), "text", _("应填写文字"))
            return ""
        value = value.strip()
        if needed and not value:
            self.say(_join(path, name), "required", _("不能为空"))
        if len(value) > longest:
            self.say(_join(path, name), "too_long", _("不能超过 %(most)d 个字") % {"most": longest})
        return value

    def word(
        self, node: Mapping[str, Any], name: str, path: str, form: re.Pattern[str], *, needed: bool = True
    ) -> str:
        """A code or key of the given form."""
        value = self.text(node, name, path, longest=80, needed=needed)
        if value and not form.fullmatch(value):
            self.say(
                _join(path, name),
                "form",
                _("“%(value)s”格式不正确：以字母开头，由字母、数字和下划线组成") % {"value": value},
            )
        return value

    def choice(
        self,
        node: Mapping[str, Any],
        name: str,
        path: str,
        allowed: Collection[str],
        default: str | None = None,
    ) -> str:
        """One of the words allowed."""
        value = node.get(name, default)
        if isinstance(value, str) and value in allowed:
            return value
        if value is None:
            self.say(_join(path, name), "required", _("不能为空"))
        else:
            self.say(
                _join(path, name),
                "choice",
                _("“%(value)s”不在可选范围内：%(allowed)s")
                % {"value": value, "allowed": "、".join(word for word in allowed if word)},
            )
        return default or ""

    def flag(self, node: Mapping[str, Any], name: str, path: str) -> bool:
        """Yes or no; absent is no."""
        value = node.get(name, False)
        if not isinstance(value, bool):
            self.say(_join(path, name), "flag", _("应填写是或否"))
        return value is True

    def number(
        self,
        node: Mapping[str, Any],
        name: str,
        path: str,
        *,
        default: str | None = None,
        places: int = 4,
    ) -> Decimal:
        """A number written out, |x| ≤ 1e9, so many decimals at most."""
        value = node.get(name, default)
        if value in (None, "") and default is not None:
            value = default
        return self.number_at(value, _join(path, name), places=places)

    def number_at(self, value: Any, field: str, *, places: int = 4) -> Decimal:
        """The same for a value at hand."""
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if value is None or value == "":
            self.say(field, "required", _("不能为空"))
            return Decimal()
        if not isinstance(value, str) or not NUMBER.fullmatch(value.strip()):
            self.say(field, "number", _("应填写数字，小数不超过四位"))
            return Decimal()
        number = Decimal(value.strip())
        if abs(number) > MOST:
            self.say(field, "too_large", _("数值过大，绝对值不能超过十亿"))
            return Decimal()
        if number != number.quantize(Decimal(1).scaleb(-places)):
            self.say(field, "places", _("小数不能超过 %(places)d 位") % {"places": places})
        return number

    def optional(self, node: Mapping[str, Any], name: str, path: str, *, places: int) -> Decimal | None:
        """A number, or None where the field is absent or empty."""
        return None if node.get(name) in (None, "") else self.number(node, name, path, places=places)

    def rows(
        self, node: Mapping[str, Any], name: str, path: str, most: int, *, needed: bool = True
    ) -> Iterator[tuple[Mapping[str, Any], str]]:
        """Rows of a list with the way to each."""
        value, field = node.get(name, []), _join(path, name)
        if not isinstance(value, (list, tuple)):
            self.say(field, "list", _("应为列表"))
            return
        if needed and not value:
            self.say(field, "required", _("至少需要一项"))
        if len(value) > most:
            self.say(field, "too_many", _("不能超过 %(most)d 项") % {"most": most})
        for place, row in enumerate(value[:most]):
            if isinstance(row, Mapping):
                yield row, f"{field}.{place}"
            else:
                self.say(f"{field}.{place}", "shape", _("应为一组字段"))


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
