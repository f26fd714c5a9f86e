"""What a claim states: the facts that exist, and raw input turned into exact values. Pure.

Money in yuan and areas in 平方米 with at most two decimals, rates as fractions. Numbers are written with
Arabic digits and one point, as text or as JSON numbers; nothing negative, nothing absurd, no NaN.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.enums import Level
from core.words import gettext
from filings.enums import Grade
from subsidies.enums import SizeClass, SpaceKind

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NUMBER = re.compile(r"(?P<sign>[+-]?)(?P<whole>[0-9]+)(?:\.(?P<places>[0-9]*))?")
LONGEST = 400  # characters of a number that is still read, to say what is wrong with it
MONEY_DIGITS = 12  # before the point: beyond any budget of a province
AREA_DIGITS = 7  # ten million square metres: beyond any building
PLACES = {"money": 2, "area": 2, "rate": 6}
#: How nearly every number is written; any other text is looked at closely.
USUAL = {
    "money": re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,2})?"),
    "area": re.compile(r"[0-9]{1,7}(?:\.[0-9]{1,2})?"),
    "rate": re.compile(r"0(?:\.[0-9]{1,6})?"),
}


class FactKind(Enum):
    """How a fact is written."""

    MONEY = "money"
    AREA = "area"
    RATE = "rate"
    DATE = "date"
    BOOL = "bool"
    CHOICE = "choice"
    ENTITY_TYPE = "entity_type"


@dataclass(frozen=True)
class Fact:
    """A fact that measures may take; `about_condition`: stating it speaks to the measure's condition."""

    name: str
    kind: FactKind
    label: str | Promise
    unit: str | Promise = ""
    choices: tuple[tuple[str, str | Promise], ...] = ()
    hint: str | Promise = ""
    about_condition: bool = False

    @cached_property
    def usual(self) -> re.Pattern[str] | None:
        """Of a number, text that needs no second look."""
        return USUAL.get(self.kind.value)

    @cached_property
    def words(self) -> frozenset[str]:
        """What a choice may be."""
        return frozenset(str(key) for key, _label in self.choices)


class BadFact(ValueError):
    """What is wrong with a value: a code for programs and a sentence for people."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)


_YUAN = _("元")
_EVERY = (
    Fact(
        "area",
        FactKind.AREA,
        _("孵化用房面积"),
        _("平方米"),
        hint=_("以验收或者测绘报告为准，最多两位小数。"),
    ),
    Fact("construction_kind", FactKind.CHOICE, _("建设方式"), choices=tuple(SpaceKind.choices)),
    Fact("paid_before", FactKind.MONEY, _("同一上限内已拨付"), _YUAN),
    Fact("level", FactKind.CHOICE, _("批复级别"), choices=tuple(Level.choices), about_condition=True),
    Fact("approval_date", FactKind.DATE, _("批复日期"), about_condition=True),
    Fact("recognition_date", FactKind.DATE, _("认定日期"), about_condition=True),
    Fact("platform_type", FactKind.ENTITY_TYPE, _("平台类型"), about_condition=True),
    Fact("grade", FactKind.CHOICE, _("评价等次"), choices=tuple(Grade.choices)),
    Fact(
        "set_amount", FactKind.MONEY, _("经办人拟定金额"), _YUAN, hint=_("由主管部门填写；单位测算时可不填。")
    ),
    Fact("upgraded_from", FactKind.ENTITY_TYPE, _("由何种主体升级"), about_condition=True),
    Fact("selected", FactKind.BOOL, _("已入选当年示范"), about_condition=True),
    Fact("provincial_subsidy", FactKind.MONEY, _("已到账的省级补助"), _YUAN, about_condition=True),
    Fact("actual_cost", FactKind.MONEY, _("实际发生费用"), _YUAN),
    Fact(
        "size_class", FactKind.CHOICE, _("企业规模"), choices=tuple(SizeClass.choices), about_condition=True
    ),
    Fact("service_total", FactKind.MONEY, _("实际服务创新总额"), _YUAN),
    Fact("rate", FactKind.RATE, _("本轮比例"), hint=_("写作小数，如 0.25。")),
)
FACTS: dict[str, Fact] = {fact.name: fact for fact in _EVERY}


def read(name: str, raw: Any) -> Any:
    """A raw value as Decimal, date, bool or word. Raises `BadFact`; KeyError for a fact that does not exist."""
    fact = FACTS[name]
    usual = fact.usual
    if usual is not None:
        return Decimal(raw) if type(raw) is str and usual.fullmatch(raw) else _number(fact.kind, raw)
    if type(raw) is str and raw in fact.words:
        return raw
    if fact.kind is FactKind.BOOL:
        return _bool(raw)
    if not isinstance(raw, str):
        raise BadFact("invalid", gettext("应为文本。"))
    text = raw.strip()
    if fact.kind is FactKind.DATE:
        return _date(text)
    if fact.kind is FactKind.CHOICE and text not in fact.words:
        words = "、".join(str(key) for key, _label in fact.choices)
        raise BadFact("unknown_choice", gettext("应为 %(words)s 之一。") % {"words": words})
    return text


def _bool(raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise BadFact("invalid", gettext("应为 true 或 false。"))
    return raw


def _date(text: str) -> date:
    try:
        if not DATE.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise BadFact("bad_date", gettext("日期应写作 2026-01-31 的形式。")) from None


def _number(kind: FactKind, raw: Any) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float, Decimal)):
        raise BadFact("bad_number", gettext("应为数字。"))
    text = raw.strip() if isinstance(raw, str) else _plain(raw)
    found = NUMBER.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        raise BadFact("bad_number", gettext("应为数字，用阿拉伯数字书写，不加分隔号。"))
    number = Decimal(text)
    if number < 0:
        raise BadFact("negative", gettext("不能为负数。"))
    if len((found["places"] or "").rstrip("0")) > PLACES[kind.value]:
        said = gettext("最多 %(n)s 位小数。") % {"n": PLACES[kind.value]}
        raise BadFact("too_many_decimals", said)
    digits = len(found["whole"].lstrip("0"))
    if digits > (MONEY_DIGITS if kind is FactKind.MONEY else AREA_DIGITS):
        raise BadFact("absurd", gettext("数值过大，请核对单位（元、平方米）。"))
    if kind is FactKind.RATE and number > 1:
        raise BadFact("bad_rate", gettext("比例写作不大于1的小数，如 0.25。"))
    return abs(number)  # so that -0 is 0


def _plain(raw: int | float | Decimal) -> str:
    """A JSON number as it was written, never in scientific notation; text no number matches for NaN."""
    if isinstance(raw, int):
        # CPython refuses to print integers beyond some thousand digits
        return str(raw) if abs(raw) < 10**LONGEST else "9" * LONGEST
    exact = Decimal(str(raw))
    return f"{exact:f}" if exact.is_finite() else ""
