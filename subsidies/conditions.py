"""What a stated fact may not contradict: pure functions of terms and facts, each finding with its clause.

A finding is a `Problem` whose code is the condition or reading it rests on. Facts that are not stated count as
met; the conditions they would speak to are the assumptions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from accounts.enums import Level
from core.errors import Problem
from core.words import gettext as _
from policy.book import Citation
from subsidies.enums import SizeClass, SpaceKind
from subsidies.facts import FACTS
from subsidies.terms import COUNTIES, Facts, Terms, money, share

WINDOW = "subsidy.new_window_days"
TYPES = "subsidy.platform_award_types"


def assumptions(terms: Terms, facts: Facts, *, placed: bool) -> list[str]:
    """Ids of the conditions no stated fact speaks to; the county rule where no district was stated."""
    spoken = any(FACTS[name].about_condition for name in facts)
    found = [] if spoken else list(terms.requires)
    if terms.data.get("exceptions") and not placed:
        found.append(COUNTIES)
    return found


def contradictions(terms: Terms, facts: Facts, on: date) -> list[Problem]:
    """Every stated fact that contradicts a condition of the measure."""
    found: list[Problem] = []
    for names, check in CHECKS:
        if not names.isdisjoint(facts):
            found += newly(terms, facts, on) if check is None else check(terms, facts)
    return found


def _problem(
    terms: Terms, field: str, message: str, code: str = "", clause: Citation | None = None
) -> Problem:
    code = code or next(iter(terms.requires), terms.key)
    found = clause or terms.law.clause(code) or terms.clause()
    return Problem(code, message, f"facts.{field}", found.text if found else "")


def _level(terms: Terms, facts: Facts) -> Iterator[Problem]:
    wanted, given = str(terms.data.get("level", "")), facts.get("level")
    if given is not None and given != wanted:
        said = {"wanted": Level(wanted).label, "given": Level(given).label}
        yield _problem(terms, "level", _("该项支持面向%(wanted)s，填写的是%(given)s。") % said)


def why_not_new(terms: Terms, day: date, on: date) -> str:
    """Why an approval of a day is not new, empty where it is (amb_newly).

    It is dated after the document took effect, and in the year of the claim or so many years before.
    """
    window: Mapping[str, Any] = terms.reading(WINDOW)
    if day > on:
        return _("日期晚于测算日期。")
    if window["after_document_valid_from"] and day < terms.effective:
        return _("日期早于文件施行之日 %(day)s。") % {"day": terms.effective.isoformat()}
    if on.year - day.year > window["years_back"]:
        first = on.year - window["years_back"]
        return _("不属于新获批、新认定：须在 %(first)s 年以后。") % {"first": first}
    return ""


def newly(terms: Terms, facts: Facts, on: date) -> Iterator[Problem]:
    """The dates a claim states that are not new any more on a day."""
    for name in ("approval_date", "recognition_date"):
        day = facts.get(name)
        if day is not None and (said := why_not_new(terms, day, on)):
            yield _problem(terms, name, said)


def _type(terms: Terms, facts: Facts) -> Iterator[Problem]:
    given = facts.get("platform_type")
    if given is not None and given not in terms.reading(TYPES):
        yield _problem(terms, "platform_type", _("该平台类型不在奖励范围之内。"))


def _origin(terms: Terms, facts: Facts) -> Iterator[Problem]:
    given = facts.get("upgraded_from")
    if given is not None and given != terms.law.value(next(iter(terms.requires), "")):
        yield _problem(terms, "upgraded_from", _("该项补助面向由联盟升级的共同体。"))


def _space(terms: Terms, facts: Facts) -> Iterator[Problem]:
    given, allowed = facts.get("construction_kind"), terms.data.get("construction_kinds", ())
    if given is not None and given not in allowed:
        words = "、".join(str(SpaceKind(key).label) for key in allowed)
        said = _("该项补助面向%(words)s的用房。") % {"words": words}
        yield _problem(terms, "construction_kind", said, terms.key)


def _selected(terms: Terms, facts: Facts) -> Iterator[Problem]:
    if facts.get("selected") is False:
        yield _problem(terms, "selected", _("未入选当年示范。"))


def _received(terms: Terms, facts: Facts) -> Iterator[Problem]:
    """The provincial payment comes first: above the law's figure."""
    given = facts.get("provincial_subsidy")
    for key in terms.requires if given is not None else ():
        least = terms.law.value(key)
        if given <= least:
            said = _("须已获省级补助，且高于 %(least)s。") % {"least": money(least)}
            yield _problem(terms, "provincial_subsidy", said, key)


def _size(terms: Terms, facts: Facts) -> Iterator[Problem]:
    given = facts.get("size_class")
    if given is None:
        return
    size, data = SizeClass(given), terms.data
    fits = size.label in data["beneficiary_size"]
    if size is SizeClass.TEAM:
        fits = "maker_team" in data["beneficiary"]
    if not fits:
        said = _("%(size)s企业不在支持范围：面向中小微企业和创业（创客）团队。") % {"size": size.label}
        yield _problem(terms, "size_class", said)


def _bounds(terms: Terms, facts: Facts) -> Iterator[Problem]:
    """A ceiling, a floor and a rate of the clause bind who sets an amount."""
    amount, rate = facts.get("set_amount"), facts.get("rate")
    if amount is not None and terms.has("cap") and amount > terms.figure("cap"):
        said = _("拟定金额超过上限 %(cap)s。") % {"cap": money(terms.figure("cap"))}
        yield _problem(terms, "set_amount", said, "above_cap", terms.clause("cap"))
    if amount is not None and terms.has("floor") and amount < terms.figure("floor"):
        said = _("议定金额低于下限 %(floor)s。") % {"floor": money(terms.figure("floor"))}
        yield _problem(terms, "set_amount", said, "below_floor", terms.clause("floor"))
    if rate is not None and rate > terms.figure("rate_cap"):
        said = _("比例超过 %(most)s。") % {"most": share(terms.figure("rate_cap"))}
        yield _problem(terms, "rate", said, "above_rate", terms.clause("rate_cap"))


#: Facts with what looks at them, in the order in which findings are told; None is `newly`, which takes the day.
CHECKS: tuple[tuple[frozenset[str], Callable[[Terms, Facts], Iterator[Problem]] | None], ...] = (
    (frozenset({"level"}), _level),
    (frozenset({"approval_date", "recognition_date"}), None),
    (frozenset({"platform_type"}), _type),
    (frozenset({"upgraded_from"}), _origin),
    (frozenset({"construction_kind"}), _space),
    (frozenset({"selected"}), _selected),
    (frozenset({"provincial_subsidy"}), _received),
    (frozenset({"size_class"}), _size),
    (frozenset({"set_amount", "rate"}), _bounds),
)
