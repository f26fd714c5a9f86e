"""A scheme made ready for the arithmetic: the same figures as scaled integers. A run freezes its JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from evaluation.scheme.checks import problems
from evaluation.scheme.choices import Direction, Method, Missing
from evaluation.scheme.document import Indicator, Note, SchemeDoc
from evaluation.scheme.params import PERCENTILE
from evaluation.scheme.reading import as_json, parse
from evaluation.scoring.numbers import FULL, SCALE, scaled

#: Changes with every change of the arithmetic, so that a frozen run says by which rules it was scored.
EDITION = "1"


#: By code of an indicator and name of a group: figures of earlier rounds.
Before = Mapping[str, Mapping[str, Sequence[int]]]


class BadProgram(ValueError):
    """A scheme that must not be used, or a frozen program of another edition."""


@dataclass(frozen=True, slots=True)
class Step:
    """From a threshold on: points, and ``increment`` more for each whole ``per``, up to ``cap``."""

    start: int
    points: int
    per: int
    increment: int
    cap: int


@dataclass(frozen=True, slots=True)
class Rule:
    """One indicator. Everything in ten-thousandths; ``percentiles`` replace ``low`` and ``high`` in large groups."""

    code: str
    weight: int
    method: str
    down: bool
    spreads: bool
    low: int = 0
    high: int = 0
    base: int = 0
    growth: bool = False
    percentiles: tuple[int, int] | None = None
    cap: int = SCALE
    full: int = FULL
    steps: tuple[Step, ...] = ()

    @property
    def of_group(self) -> bool:
        """Whether the score depends on what the others of the group reached."""
        return self.percentiles is not None or self.method in (Method.MINMAX, Method.RANK)

    @property
    def most(self) -> int:
        """The highest score: 100, or more where attainment above the target counts."""
        return self.cap * 100 if self.method == Method.TARGET else FULL


@dataclass(frozen=True, slots=True)
class Line:
    """A grade from so many hundredths on."""

    grade: str
    word: str
    start: int


@dataclass(frozen=True)
class Program:
    """A compiled scheme. ``parts`` holds the places of each dimension's indicators; ``limits`` are percent · 100.

    Notes are pairs of key and hundredths; vetoes have no points. ``before`` are figures of earlier rounds that
    percentiles are taken over too, in ten-thousandths by code and name of the group.
    """

    scheme: SchemeDoc
    rules: tuple[Rule, ...]
    parts: tuple[tuple[int, ...], ...]
    bands: tuple[Line, ...]
    vetoes: tuple[tuple[str, int], ...]
    bonuses: tuple[tuple[str, int], ...]
    deductions: tuple[tuple[str, int], ...]
    bonus_cap: int
    deduction_cap: int
    limits: tuple[int, ...]
    before: Before = field(default_factory=dict)

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the indicators in the order of the columns."""
        return tuple(rule.code for rule in self.rules)

    @cached_property
    def columns(self) -> tuple[tuple[str, bool], ...]:
        """Code of each column, and whether its value needs a target."""
        return tuple((rule.code, rule.method == Method.TARGET) for rule in self.rules)

    def as_json(self) -> dict[str, Any]:
        """What a run freezes: edition of the arithmetic, the whole scheme, and earlier figures where there are any."""
        frozen = {"edition": EDITION, "scheme": as_json(self.scheme)}
        return frozen | ({"before": self.before} if self.before else {})

    @classmethod
    def from_json(cls, frozen: Mapping[str, Any]) -> Program:
        """The program again. Raises ``BadProgram`` for one of another edition."""
        if frozen.get("edition") != EDITION:
            raise BadProgram(f"edition {frozen.get('edition')!r} instead of {EDITION}")
        return compile_scheme(frozen["scheme"], frozen.get("before") or {})


def compile_scheme(doc: SchemeDoc | Mapping[str, Any], before: Before | None = None) -> Program:
    """The program of a scheme without problems, with earlier figures for its percentiles.

    Raises ``BadProgram`` (naming the first field) for a scheme that has any, so that nothing is ever scored by
    weights of 99.
    """
    found = problems(as_json(doc) if isinstance(doc, SchemeDoc) else doc)
    if found:
        raise BadProgram("; ".join(f"{one.field}: {one.message}" for one in found[:5]))
    scheme = doc if isinstance(doc, SchemeDoc) else parse(doc)
    places = iter(range(len(scheme.indicators)))
    return Program(
        scheme=scheme,
        rules=tuple(_rule(row) for row in scheme.indicators),
        parts=tuple(tuple(next(places) for _row in part.indicators) for part in scheme.dimensions),
        bands=tuple(Line(band.grade, band.word, _hundredths(band.start)) for band in scheme.bands),
        vetoes=_points(scheme.vetoes),
        bonuses=_points(scheme.bonuses),
        deductions=_points(scheme.deductions),
        bonus_cap=_hundredths(scheme.bonus_cap),
        deduction_cap=_hundredths(scheme.deduction_cap),
        limits=tuple(
            _hundredths(share)
            for share in (scheme.excellent_share, scheme.excellent_top)
            if share is not None
        ),
        before=before or {},
    )


def _rule(row: Indicator) -> Rule:
    common = {
        "code": row.code,
        "weight": int(row.weight * SCALE),
        "method": row.method,
        "down": row.direction == Direction.DOWN,
        "spreads": row.missing == Missing.REDISTRIBUTE,
    }
    return Rule(**common, **_figures(row.method, row.params))  # type: ignore[arg-type]


def _figures(method: str, params: Mapping[str, Any]) -> dict[str, Any]:
    if method == Method.EFFICACY:
        found = {"base": scaled(params["base"]), "growth": params["growth"]}
        marks = [PERCENTILE.fullmatch(params[name]) for name in ("low", "high")]
        if all(marks):
            names = ("fallback_low", "fallback_high")
            found["percentiles"] = tuple(int(mark[1]) for mark in marks if mark)
        else:
            names = ("low", "high")
        return found | {"low": scaled(params[names[0]]), "high": scaled(params[names[1]])}
    if method == Method.TARGET:
        return {"cap": scaled(params["cap"])}
    if method in (Method.COUNT, Method.POINTS):
        return {"full": scaled(params["full"])}
    if method in (Method.STEP, Method.LEVELS):
        full = scaled(params["full"])
        rows = params["steps"] if method == Method.STEP else params["table"]
        return {"full": full, "steps": tuple(_step(row, full) for row in rows)}
    return {}


def _step(row: Mapping[str, str], full: int) -> Step:
    points = scaled(row["points"])
    rises = "per" in row
    return Step(
        start=scaled(row["from"]),
        points=points,
        per=scaled(row["per"]) if rises else 1,
        increment=scaled(row["increment"]) if rises else 0,
        cap=scaled(row["cap"]) if "cap" in row else full if rises else points,
    )


def _points(notes: tuple[Note, ...]) -> tuple[tuple[str, int], ...]:
    return tuple((note.key, _hundredths(note.points or Decimal())) for note in notes)


def _hundredths(number: Decimal) -> int:
    return int(number * 100)
