"""A quote's payload, read: every shape error is found and named by its path, `claims.0.facts.area`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts import credit_code
from accounts.models import District
from core.errors import Problem, raise_if
from core.words import gettext as _
from policy.enums import Section
from policy.law import cite
from subsidies.facts import FACTS, BadFact, FactKind, read
from subsidies.selectors.measures import Known, known
from subsidies.terms import Facts, Terms

MOST = 200
REF = 40
CODE = re.compile(r"[0-9A-Z]{18}")
NAMES = frozenset({"ref", "measure", "organisation", "district", "entity", "facts"})


@dataclass(frozen=True)
class Claim:
    """One claim, read. `terms` are those of its district, or of its document's place where none was stated."""

    ref: str
    measure: Known
    terms: Terms
    facts: Facts
    organisation: str = ""
    district: str = ""
    entity: str = ""

    @property
    def is_here(self) -> bool:
        """Whether the measure's document is law in the district stated."""
        return not self.district or self.measure.reaches(self.district)


class Reader:
    """Reads one payload and gathers what is wrong with it."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.measures = known()
        self.districts = set(District.objects.values_list("code", flat=True))
        self.refs: set[str] = set()

    def bad(self, field: str, code: str, message: str, clause: str = "") -> None:
        """One more problem."""
        self.problems.append(Problem(code, message, field, clause))

    def text(self, row: Mapping[str, Any], name: str, path: str, longest: int) -> str:
        """A short text or nothing."""
        value = row.get(name)
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) > longest:
            self.bad(f"{path}.{name}", "invalid", _("应为不超过 %(n)s 字的文本。") % {"n": longest})
            return ""
        return value.strip()

    def claim(self, row: Any, at: int, on: date) -> Claim | None:
        """One claim, None if it cannot be read."""
        path = f"claims.{at}"
        if not isinstance(row, Mapping):
            self.bad(path, "invalid", _("每项申请应为一个对象。"))
            return None
        for name in sorted(set(map(str, row)) - NAMES):
            self.bad(f"{path}.{name[:REF]}", "unknown_field", _("没有这个字段。"))
        ref = self.ref(row, path, at)
        place = self.place(row, path)
        unit = credit_code.normalise(self.text(row, "organisation", path, REF))
        if unit and not CODE.fullmatch(unit):
            self.bad(f"{path}.organisation", "credit_code", _("统一社会信用代码应为 18 位。"))
        measure = self.measures.get(self.text(row, "measure", path, 80))
        if measure is None:
            self.bad(f"{path}.measure", "unknown_measure", _("没有这项支持措施。"))
            return None
        terms = self.terms(measure, on, place, path)
        if terms is None:
            return None
        facts = self.facts(terms, row.get("facts"), f"{path}.facts")
        return Claim(ref, measure, terms, facts, unit, place, self.text(row, "entity", path, REF))

    def ref(self, row: Mapping[str, Any], path: str, at: int) -> str:
        """What the caller calls the claim; its number if nothing was said."""
        ref = self.text(row, "ref", path, REF) or str(at + 1)
        if ref in self.refs:
            self.bad(f"{path}.ref", "duplicate_ref", _("ref 重复，每项申请须各不相同。"))
        self.refs.add(ref)
        return ref

    def place(self, row: Mapping[str, Any], path: str) -> str:
        """A district, city or zone that exists."""
        place = self.text(row, "district", path, 6)
        if place and place not in self.districts:
            self.bad(f"{path}.district", "unknown_district", _("没有这个区划代码。"))
            return ""
        return place

    def terms(self, measure: Known, on: date, place: str, path: str) -> Terms | None:
        """The terms in the district; where the document does not reach it, those of the document's own place."""
        try:
            return measure.terms(on, place if place and measure.reaches(place) else "")
        except KeyError:
            said = _("%(label)s在 %(on)s 尚未施行或者已经失效：依据自 %(day)s 起施行。") % {
                "label": measure.label,
                "on": on.isoformat(),
                "day": measure.valid_from.isoformat(),
            }
            self.bad(f"{path}.measure", "not_in_force", said, cite(measure.key))
            return None

    def facts(self, terms: Terms, given: Any, path: str) -> Facts:
        """Stated facts, read; unknown ones, wrong ones and missing ones are named with the clause."""
        clause = terms.law.cite(terms.key)
        if given is None:
            given = {}
        if not isinstance(given, Mapping):
            self.bad(path, "invalid", _("facts 应为一个对象。"))
            return {}
        found: dict[str, Any] = {}
        wanted = terms.facts
        for name, raw in given.items():
            if name not in wanted:
                said = _("该项措施不使用这个事实。")
                self.bad(f"{path}.{str(name)[:REF]}", "unknown_fact", said, clause)
            elif raw is not None:
                self.fact(terms, name, raw, path, found)
        for name, must in wanted.items():
            if must and given.get(name) is None:
                said = _("请填写%(label)s。") % {"label": FACTS[name].label}
                self.bad(f"{path}.{name}", "required", said, clause)
        return found

    def fact(self, terms: Terms, name: str, raw: Any, path: str, found: dict[str, Any]) -> None:
        """One fact into `found`."""
        try:
            value = read(name, raw)
            if FACTS[name].kind is FactKind.ENTITY_TYPE and not _is_entity_type(terms, value):
                raise BadFact("unknown_choice", _("没有这种主体类型。"))
            found[name] = value
        except BadFact as bad:
            said = _("%(label)s：%(message)s") % {"label": FACTS[name].label, "message": bad.message}
            self.bad(f"{path}.{name}", bad.code, said, terms.law.cite(terms.key))


def _is_entity_type(terms: Terms, key: str) -> bool:
    return terms.law.applies(key) and terms.law.item(key).section == Section.ENTITY_TYPE


def read_payload(payload: Any) -> tuple[date, list[Claim]]:
    """`{"date": "2021-06-30", "claims": [{ref, measure, organisation?, district?, entity?, facts}]}`.

    Raises Invalid with every problem: unknown names, bad numbers, a day on which a measure is not in force.
    """
    reader = Reader()
    if not isinstance(payload, Mapping):
        raise_if([Problem("invalid", _("请求应为一个对象。"))])
    for name in sorted(set(map(str, payload)) - {"date", "claims"}):
        reader.bad(name[:REF], "unknown_field", _("没有这个字段。"))
    on = _day(reader, payload.get("date"))
    rows = payload.get("claims")
    if not isinstance(rows, list) or not rows:
        reader.bad("claims", "required", _("请列出要测算的措施。"))
    elif len(rows) > MOST:
        reader.bad("claims", "too_many", _("一次最多测算 %(n)s 项。") % {"n": MOST})
    elif on is not None:
        claims = [reader.claim(row, at, on) for at, row in enumerate(rows)]
        raise_if(reader.problems)
        return on, [claim for claim in claims if claim is not None]
    raise_if(reader.problems)
    raise AssertionError("a payload without problems has claims")


def _day(reader: Reader, given: Any) -> date | None:
    try:
        return read("approval_date", given)
    except BadFact:
        reader.bad("date", "bad_date", _("请填写测算日期，写作 2026-01-31 的形式。"))
        return None
