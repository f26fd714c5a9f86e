"""The same measures written by hand over Decimal, with an equal trace: what an engine could cost at least.

Figures and clauses are read from the law once (`Book`); rules are code. Lines are those of a quote, word for word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

FEN, YUAN, NOUGHT = Decimal("0.01"), Decimal(1), Decimal("0.00")
YI, WAN = Decimal(100_000_000), Decimal(10_000)
GRADES = {"excellent": "优秀", "good": "良好", "pass": "合格", "fail": "不合格"}
Lines = list[dict[str, Any]]


@dataclass
class Book:
    """Figures by `measure.name`, clauses and labels by measure, shares of a ceiling by grade, counties of the exception."""

    figures: Mapping[str, Decimal]
    clauses: Mapping[str, str]
    labels: Mapping[str, str]
    bases: Mapping[str, str]
    bands: Mapping[str, Decimal]
    counties: frozenset[str]
    stacked: Mapping[str, str]
    exception: str


def money(amount: Decimal) -> str:
    for size, word in ((YI, "亿元"), (WAN, "万元")):
        if amount >= size and amount % size == 0:
            return f"{int(amount / size):,}{word}"
    text = f"{amount:,f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "元"


def plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def share(rate: Decimal) -> str:
    return f"{(rate * 100).normalize():f}%"


def fen(value: Decimal, unit: Decimal = FEN) -> Decimal:
    return value.quantize(unit, rounding=ROUND_HALF_UP).quantize(FEN)


def line(code: str, label: str, amount: Decimal, clause: str, reading: str = "") -> dict[str, Any]:
    row = {"code": code, "label": label, "amount": f"{amount:.2f}", "clause": clause}
    return row | {"reading": reading} if reading else row


def estimate(book: Book, claim: Mapping[str, Any]) -> Lines:
    """The lines of one claim of `bench.claims`."""
    key, facts = claim["measure"], claim["facts"]
    if key.startswith("sub_incubator_space"):
        return _space(book, key, facts)
    if f"{key}.cap" in book.figures:
        return _capped(book, key, facts)
    if f"{key}.amount" in book.figures:
        amount = book.figures[f"{key}.amount"]
        return [line("base", f"{book.labels[key]}，定额 {money(amount)}", amount, book.clauses[key])]
    if key == "sub_instrument_sharing":
        return _instruments(book, key, facts)
    if key == "sub_whole_relocation":
        least, given = book.figures[f"{key}.floor"], Decimal(facts["set_amount"])
        said = f"议定 {money(given)}，不低于 {money(least)}"
        return [line("floor", said, fen(given), book.clauses[key])]
    return _matched(book, key, facts, claim["district"])


def _capped(book: Book, key: str, facts: Mapping[str, Any]) -> Lines:
    cap, clause = book.figures[f"{key}.cap"], book.clauses[key]
    if "set_amount" in facts:
        given = fen(Decimal(facts["set_amount"]))
        return [line("set", f"经办人拟定 {money(given)}，不超过上限 {money(cap)}", given, clause)]
    grade = facts["grade"]
    band = book.bands[grade]
    said = f"评价等次{GRADES[grade]}，按上限的{share(band)}拟定"
    return [
        line("base", f"上限：最高 {money(cap)}", cap, clause),
        line("grade", said, fen(cap * band) - cap, clause, "amb_cap_decision"),
    ]


def _space(book: Book, key: str, facts: Mapping[str, Any]) -> Lines:
    price, cap, clause = book.figures[f"{key}.unit_price"], book.figures[f"{key}.cap"], book.clauses[key]
    area = Decimal(facts["area"])
    exact, gross = fen(area * price), fen(area * price, YUAN)
    what = book.labels[key].removesuffix("补助")
    lines = [line("base", f"{what} {plain(area)} 平方米 × {plain(price)} 元", exact, clause)]
    if gross != exact:
        lines.append(line("rounding", "金额四舍五入到元", gross - exact, clause))
    if gross > cap:
        lines.append(line("cap", f"超过上限 {money(cap)} 的部分", cap - gross, clause))
    paid = Decimal(facts.get("paid_before", "0"))
    amount, left = min(gross, cap), max(cap - paid, NOUGHT)
    if amount > left:
        said = f"同一上限内已拨付 {money(paid)}，上限余额 {money(left)}"
        lines.append(line("paid", said, fen(left - amount), clause, "amb_space_cap_key"))
    return lines


def _instruments(book: Book, key: str, facts: Mapping[str, Any]) -> Lines:
    most, total = book.figures[f"{key}.rate_cap"], Decimal(facts["service_total"])
    rate = Decimal(facts["rate"]) if "rate" in facts else most
    said = f"{book.bases[key]} {plain(total)} 元 × {share(rate)}（比例最高 {share(most)}）"
    first = line("base", said, fen(total * rate), book.clauses[key], "amb_instrument_rate")
    return [first, line("stack", "在省级补助之上叠加，不扣减省级补助", NOUGHT, book.stacked[key])]


def _matched(book: Book, key: str, facts: Mapping[str, Any], district: str) -> Lines:
    paid, clause = Decimal(facts["provincial_subsidy"]), book.clauses[key]
    cost = Decimal(facts["actual_cost"]) if "actual_cost" in facts else None
    if cost is not None and district in book.counties:
        rate = book.figures[f"{key}.exception_rate"]
        amount = fen(cost * rate)
        said = f"例外地区：实际发生费用 {plain(cost)} 元 × {share(rate)}"
        lines = [line("exception", said, amount, book.exception, "amb_voucher_exception")]
    else:
        rate = book.figures.get(f"{key}.ratio") or book.figures[f"{key}.rate"]
        amount = fen(paid * rate)
        reading = "amb_usp_base" if key.startswith("sub_usp") else ""
        said = f"{book.bases[key]} {plain(paid)} 元 × {share(rate)}"
        lines = [line("base", said, amount, clause, reading)]
    said = f"在省级补助之上叠加，不扣减省级已到账的{money(paid)}"
    lines.append(line("stack", said, NOUGHT, book.stacked[key]))
    if cost is not None and amount + paid > cost:
        both = money(amount + paid)
        said = f"提示：省市补助合计 {both}，超过实际费用 {money(cost)}；原文未作限制，不扣减"
        lines.append(line("warning", said, NOUGHT, "", "amb_voucher_guard"))
    return lines
