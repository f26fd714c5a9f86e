"""The checks of a return: pure functions, the same for the page, the workbook and the API.

*Hard* findings stand in the way of submission; *soft* ones ask for a coded reason. Every finding names its check,
so that a figure that was explained once can be traced.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

HARD, SOFT = "hard", "soft"
LARGEST = Decimal("9999999999999")  # thirteen digits before the point: no cluster earns more in 万元
COUNTED = frozenset({"家", "人", "个", "项", "件"})  # data
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Indicator:
    """One line of the form, as it was law when the period opened. `kind`: flow, stock or ratio."""

    key: str
    label: str
    unit: str
    kind: str
    cumulative: bool = False
    may_be_negative: bool = False
    required: bool = True

    @property
    def places(self) -> int:
        """Decimal places it may have: none where something is counted."""
        return 0 if self.unit in COUNTED else 2

    @property
    def is_constant(self) -> bool:
        """Whether it stands until it changes, so that the last period's value is offered."""
        return self.kind == "stock"

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Indicator:
        return cls(**{name: row[name] for name in cls.__dataclass_fields__ if name in row})


@dataclass(frozen=True)
class Found:
    """One finding on one indicator; `code` is the check."""

    code: str
    severity: str
    message: str
    indicator: str = ""

    def as_dict(self) -> dict[str, str]:
        return {"code": self.code, "severity": self.severity, "message": self.message}


@dataclass(frozen=True)
class Entry:
    """A value with what it is compared with. `previous` is of the same year where the indicator is cumulative."""

    value: Decimal | None = None
    previous: Decimal | None = None
    same: Decimal | None = None
    history: Sequence[Decimal] = ()
    cumulates: bool = False  # the previous period belongs to the same year


@dataclass(frozen=True)
class Limits:
    """Thresholds of the law: `change` as a share, `history` the fewest values an own history needs."""

    change: Decimal = Decimal("0.3")
    history: int = 4


@dataclass
class Result:
    """Findings by indicator."""

    found: dict[str, list[Found]] = field(default_factory=dict)

    def of(self, key: str, severity: str = "") -> list[Found]:
        return [row for row in self.found.get(key, []) if not severity or row.severity == severity]

    def all(self, severity: str = "") -> list[Found]:
        return [row for key in self.found for row in self.of(key, severity)]

    @property
    def is_clean(self) -> bool:
        return not self.all()


def parse(raw: Any, indicator: Indicator) -> tuple[Decimal | None, Found | None]:
    """What was typed, or stood in a cell, as a number: (value, what is wrong). An empty field is (None, None).

    Thousands separators and full-width digits are read; words, units and several numbers are not.
    """
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None, None
    text = repr(raw) if isinstance(raw, float) else str(raw)
    text = unicodedata.normalize("NFKC", text).strip().replace(",", "")
    try:
        if isinstance(raw, bool):
            raise InvalidOperation
        value = Decimal(text)
    except InvalidOperation:
        words = _("“%(label)s”应填写数字，现为“%(text)s”。")
        return None, _found(indicator, "not_a_number", HARD, words, text=str(raw)[:30])
    if not value.is_finite():
        return None, _found(indicator, "not_a_number", HARD, _("“%(label)s”应填写数字。"))
    if abs(value) > LARGEST:
        return None, _found(
            indicator, "too_large", HARD, _("“%(label)s”的数值过大，请核对单位（%(unit)s）。")
        )
    return value + 0, None


def check_value(indicator: Indicator, entry: Entry, limits: Limits) -> list[Found]:
    """Everything that can be said of one value by itself and its own past."""
    if entry.value is None:
        words = _("“%(label)s”还没有填写。")
        return [_found(indicator, "missing", HARD, words)] if indicator.required else []
    hard = list(_shape(indicator, entry))
    return hard or list(_compared(indicator, entry, limits))


def check(
    indicators: Iterable[Indicator],
    entries: Mapping[str, Entry],
    limits: Limits,
    broken: Iterable[Found] = (),
) -> Result:
    """Every check of a return. `broken` are values that could not be read; they count as hard findings of theirs."""
    unread = {row.indicator: row for row in broken}
    result = Result()
    for indicator in indicators:
        key = indicator.key
        found = [unread[key]] if key in unread else check_value(indicator, entries.get(key, Entry()), limits)
        if found:
            result.found[key] = found
    labels = {indicator.key: indicator for indicator in indicators}
    for row in _across(labels, {key: entry.value for key, entry in entries.items() if key not in unread}):
        result.found.setdefault(row.indicator, []).append(row)
    return result


def change(value: Decimal | None, base: Decimal | None) -> Decimal | None:
    """The change as a share of the base: 0.31 is +31 %. None without both, or from nothing."""
    if value is None or base is None or base == 0:
        return None
    return (value - base) / abs(base)


def _shape(indicator: Indicator, entry: Entry) -> Iterable[Found]:
    value = entry.value or Decimal(0)
    if value < 0 and not indicator.may_be_negative:
        yield _found(indicator, "negative", HARD, _("“%(label)s”不能为负数。"))
    if value != value.to_integral_value() and indicator.places == 0:
        yield _found(indicator, "fraction", HARD, _("“%(label)s”应为整数（%(unit)s）。"))
    elif value != round(value, 2):
        yield _found(indicator, "places", HARD, _("“%(label)s”最多两位小数。"))
    if indicator.kind == "ratio" and value > HUNDRED:
        yield _found(indicator, "over_hundred", HARD, _("“%(label)s”不能超过 100%%。"))
    falls = indicator.cumulative and entry.cumulates and not indicator.may_be_negative
    if falls and entry.previous is not None and value < entry.previous:
        words = _("“%(label)s”为本年累计数，不能小于上期的 %(base)s。")
        yield _found(indicator, "cumulative_falls", HARD, words, base=_number(entry.previous))


def _compared(indicator: Indicator, entry: Entry, limits: Limits) -> Iterable[Found]:
    value = entry.value or Decimal(0)
    share = change(value, entry.same)
    if share is not None and abs(share) >= limits.change:
        words = _("“%(label)s”比上年同期%(way)s %(share)s%%，超过 %(limit)s%%。")
        yield _found(
            indicator,
            "change",
            SOFT,
            words,
            way=_("增长") if share > 0 else _("下降"),
            share=_percent(abs(share)),
            limit=_percent(limits.change),
        )
    elif entry.same == 0 and value != 0:
        yield _found(indicator, "from_nothing", SOFT, _("“%(label)s”上年同期为 0，本期不为 0。"))
    if entry.same is not None and indicator.may_be_negative and value * entry.same < 0:
        words = _("“%(label)s”由盈转亏。") if value < 0 else _("“%(label)s”由亏转盈。")
        yield _found(indicator, "sign", SOFT, words)
    if len(entry.history) >= limits.history and not min(entry.history) <= value <= max(entry.history):
        words = _("“%(label)s”超出本集群历史范围（%(low)s 至 %(high)s）。")
        low, high = _number(min(entry.history)), _number(max(entry.history))
        yield _found(indicator, "out_of_history", SOFT, words, low=low, high=high)


def _across(labels: Mapping[str, Indicator], values: Mapping[str, Decimal | None]) -> Iterable[Found]:
    """What two values say of each other."""
    staff, researchers = values.get("ind_employment"), values.get("ind_researchers")
    if staff is not None and researchers is not None and researchers > staff:
        words = _("“%(label)s”不能多于“%(other)s”。")
        yield _found(
            labels["ind_researchers"],
            "more_than_staff",
            HARD,
            words,
            other=labels["ind_employment"].label,
        )
    revenue, spent = values.get("ind_main_revenue"), values.get("ind_rd_expenditure")
    if revenue is not None and spent is not None and revenue >= 0 and spent > revenue:
        words = _("“%(label)s”大于“%(other)s”，请核对单位。")
        yield _found(
            labels["ind_rd_expenditure"],
            "rd_over_revenue",
            SOFT,
            words,
            other=labels["ind_main_revenue"].label,
        )


def _found(indicator: Indicator, code: str, severity: str, words: str, **given: Any) -> Found:
    text = words % {"label": indicator.label, "unit": indicator.unit, **given}
    return Found(code, severity, text, indicator.key)


def _percent(share: Decimal) -> str:
    return f"{share * 100:.1f}"


def _number(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
