"""The report of a round."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.presentation.columns import Columns, columns
from evaluation.reporting.bounded import bounded
from evaluation.reporting.entity import (
    ClauseLine,
    Part,
    calendar,
    clauses,
    digests,
    in_pairs,
    period,
    scheme_name,
    word_of,
)
from evaluation.reporting.lines import ZERO, decimal
from evaluation.scheme.words import figure, notes

#: Rows that are printed; the whole list travels as a workbook.
PRINTED = 200
#: Width of a class of scores.
CLASS = 5
TWO = Decimal("0.01")
TEXTS = ("name", "code", "lead", "district", "level", "group")
FIGURES = ("base", "bonus", "deduction", "total")


@dataclass(frozen=True)
class Ranked:
    """One entity in the ranking."""

    rank: int
    name: str
    code: str
    lead: str
    district: str
    level: str
    group: str
    base: Decimal
    bonus: Decimal
    deduction: Decimal
    total: Decimal
    grade: str
    word: str
    vetoed: bool
    number: str
    former_word: str
    former_total: Decimal | None
    move: str  # up, down, same or new

    @property
    def change(self) -> Decimal | None:
        """Points more or less than in the former round."""
        return None if self.former_total is None else self.total - self.former_total

    @property
    def change_text(self) -> str:
        """The change with its sign; a dash where there is no former score."""
        if self.change is None:
            return "—"
        return f"{'+' if self.change > 0 else '−' if self.change < 0 else ''}{abs(self.change)}"


@dataclass(frozen=True)
class GradeLine:
    """How many reached a grade."""

    grade: str
    word: str
    line: str
    count: int
    share: Decimal


@dataclass(frozen=True)
class PlaceLine:
    """The results of one district."""

    district: str
    count: int
    mean: Decimal
    best: Decimal
    grades: tuple[int, ...]


@dataclass(frozen=True)
class Left:
    """An entity of the kind that was not evaluated, and why."""

    name: str
    code: str
    reason: str


@dataclass(frozen=True)
class ShiftLine:
    """What happens when a grade line is moved."""

    word: str
    line: str
    step: str
    moved: str
    changed: int


@dataclass(frozen=True)
class Moves:
    """Changes of grade against the former round."""

    up: int
    down: int
    same: int
    new: int
    rows: tuple[Ranked, ...]

    @property
    def known(self) -> bool:
        """Whether anybody took part in both rounds."""
        return bool(self.up or self.down or self.same)


@dataclass(frozen=True)
class RoundReport:
    """Everything a report of a round shows."""

    office: str
    number: str
    title: str
    issued_on: str
    is_sample: bool
    facts: tuple[Part, ...]
    calendar: tuple[Part, ...]
    count: int
    mean: Decimal
    median: Decimal
    best: Decimal
    least: Decimal
    ranking: tuple[Ranked, ...]
    grades: tuple[GradeLine, ...]
    districts: tuple[PlaceLine, ...]
    moves: Moves
    excluded: tuple[Left, ...]
    shifts: tuple[ShiftLine, ...]
    exceptions: tuple[Part, ...]
    clauses: tuple[ClauseLine, ...]
    notes: tuple[str, ...]
    digests: tuple[Part, ...]
    opinion: str
    replaces: str
    reason: str
    distribution: Columns
    scores: Columns

    @property
    def shift_steps(self) -> tuple[str, ...]:
        """By how much each line is moved, as the head of a table."""
        return tuple(dict.fromkeys(row.step for row in self.shifts))

    @property
    def shift_rows(self) -> tuple[tuple[str, str, tuple[int, ...]], ...]:
        """A line of the table for each grade: its word, where its line is, what each move changes."""
        found: dict[tuple[str, str], list[int]] = {}
        for row in self.shifts:
            found.setdefault((row.word, row.line), []).append(row.changed)
        return tuple((word, line, tuple(changed)) for (word, line), changed in found.items())

    @property
    def printed(self) -> tuple[Ranked, ...]:
        """The rows of the ranking that are printed."""
        return self.ranking[:PRINTED]

    @property
    def unprinted(self) -> int:
        """How many are only in the workbook."""
        return max(len(self.ranking) - PRINTED, 0)

    @property
    def pairs(self) -> tuple[tuple[Part, Part | None], ...]:
        """The facts two by two, for a table of four columns."""
        return in_pairs(self.facts)

    @property
    def printed_moves(self) -> tuple[Ranked, ...]:
        """The changes of grade that are printed."""
        return self.moves.rows[:PRINTED]

    @property
    def printed_excluded(self) -> tuple[Left, ...]:
        """The exclusions that are printed."""
        return self.excluded[:PRINTED]

    @property
    def is_grouped(self) -> bool:
        """Whether entities were compared within groups."""
        return len({row.group for row in self.ranking}) > 1


def round_report(data: Mapping[str, Any]) -> RoundReport:
    """The report that frozen `data` describes.

    `data`: office, number, issued_on, is_sample, round {name, …, calendar, opinion}, scheme, rows [{name, code, lead,
    district, level, group, base, bonus, deduction, total, grade, word, rank, of, veto, number, former {grade, word,
    total}}], excluded [{name, code, reason}], sensitivity (rows of `scoring.sensitivity`), exceptions [{label, text}],
    clauses, run, replaces.
    """
    data = bounded(data)
    bands = data["scheme"].get("bands") or ()
    ranking = tuple(_ranked(row, bands) for row in data.get("rows") or ())
    totals = sorted(row.total for row in ranking)
    return RoundReport(
        office=str(data["office"]),
        number=str(data.get("number") or ""),
        title=str(data["round"]["name"]),
        issued_on=str(data.get("issued_on") or ""),
        is_sample=bool(data.get("is_sample")),
        facts=_facts(data, len(ranking)),
        calendar=calendar(data["round"]),
        count=len(ranking),
        mean=_mean(totals),
        median=_median(totals),
        best=totals[-1] if totals else ZERO,
        least=totals[0] if totals else ZERO,
        ranking=ranking,
        grades=_grades(ranking, bands),
        districts=_districts(ranking, bands),
        moves=_moves(ranking),
        excluded=tuple(
            Left(str(row.get("name", "")), str(row.get("code", "")), str(row.get("reason", "")))
            for row in data.get("excluded") or ()
        ),
        shifts=_shifts(data.get("sensitivity") or (), bands),
        exceptions=tuple(
            Part(str(row.get("label", "")), str(row.get("text", ""))) for row in data.get("exceptions") or ()
        ),
        clauses=clauses(data.get("clauses") or ()),
        notes=notes(data["scheme"]),
        digests=digests(data["run"]),
        opinion=str(data["round"].get("opinion") or ""),
        replaces=str((data.get("replaces") or {}).get("number") or ""),
        reason=str((data.get("replaces") or {}).get("reason") or ""),
        distribution=_distribution(ranking, bands),
        scores=_scores(ranking, bands),
    )


def _facts(data: Mapping[str, Any], count: int) -> tuple[Part, ...]:
    round_ = data["round"]
    rows = (
        (_("评价类型"), round_.get("occasion")),
        (_("评价期"), period(round_)),
        (_("指标体系"), scheme_name(data["scheme"])),
        (_("通知文号"), round_.get("document_number")),
        (_("受托评估机构"), round_.get("agency")),
        (
            _("参评主体"),
            _("%(n)s 家；未纳入 %(m)s 家") % {"n": count, "m": len(data.get("excluded") or ())},
        ),
    )
    return tuple(Part(label, str(text)) for label, text in rows if text)


def _ranked(row: Mapping[str, Any], bands: Sequence[Mapping[str, Any]]) -> Ranked:
    former = row.get("former") or {}
    order = [band.get("grade") for band in bands]
    move = "new"
    if former.get("grade") in order and row.get("grade") in order:
        before, now = order.index(former["grade"]), order.index(row["grade"])
        move = "up" if now < before else "down" if now > before else "same"
    texts: dict[str, Any] = {key: str(row.get(key) or "") for key in TEXTS}
    figures: dict[str, Any] = {key: decimal(row.get(key)) for key in FIGURES}
    return Ranked(
        rank=int(decimal(row.get("rank"))),
        **texts,
        **figures,
        grade=str(row.get("grade", "")),
        word=str(row.get("word", "")),
        vetoed=bool(row.get("veto")),
        number=str(row.get("number") or ""),
        former_word=str(former.get("word") or word_of(bands, former.get("grade"))),
        former_total=decimal(former["total"]) if former.get("total") not in (None, "") else None,
        move=move,
    )


def _mean(values: Sequence[Decimal]) -> Decimal:
    return (sum(values, ZERO) / len(values)).quantize(TWO, ROUND_HALF_UP) if values else ZERO


def _median(values: Sequence[Decimal]) -> Decimal:
    if not values:
        return ZERO
    half = len(values) // 2
    return values[half] if len(values) % 2 else _mean(values[half - 1 : half + 1])


def _grades(ranking: Sequence[Ranked], bands: Sequence[Mapping[str, Any]]) -> tuple[GradeLine, ...]:
    counted = Counter(row.grade for row in ranking)
    return tuple(
        GradeLine(
            str(band.get("grade", "")),
            str(band.get("word", "")),
            figure(band.get("from", "0")),
            counted[str(band.get("grade", ""))],
            Decimal(counted[str(band.get("grade", ""))]) / len(ranking) if ranking else ZERO,
        )
        for band in bands
    )


def _districts(ranking: Sequence[Ranked], bands: Sequence[Mapping[str, Any]]) -> tuple[PlaceLine, ...]:
    places: dict[str, list[Ranked]] = {}
    for row in ranking:
        places.setdefault(row.district or _("未登记区域"), []).append(row)
    found = []
    for name, rows in places.items():
        totals, counted = [row.total for row in rows], Counter(row.grade for row in rows)
        grades = tuple(counted[str(band.get("grade", ""))] for band in bands)
        found.append(PlaceLine(name, len(rows), _mean(totals), max(totals), grades))
    return tuple(sorted(found, key=lambda place: (-place.mean, place.district)))


def _moves(ranking: Sequence[Ranked]) -> Moves:
    counted = Counter(row.move for row in ranking)
    rows = tuple(row for row in ranking if row.move in ("up", "down"))
    return Moves(counted["up"], counted["down"], counted["same"], counted["new"], rows)


def _shifts(rows: Sequence[Mapping[str, Any]], bands: Sequence[Mapping[str, Any]]) -> tuple[ShiftLine, ...]:
    """Each line with each of its moves."""
    return tuple(
        ShiftLine(
            word=str(row.get("word") or word_of(bands, row.get("grade"))),
            line=figure(row.get("from", "0")),
            step=_signed(move.get("by")),
            moved=figure(move.get("from", "0")),
            changed=int(decimal(move.get("changed"))),
        )
        for row in rows
        for move in row.get("moves") or ()
    )


def _signed(step: Any) -> str:
    number = decimal(step)
    return f"{'+' if number > 0 else '−'}{figure(abs(number))}"


def _distribution(ranking: Sequence[Ranked], bands: Sequence[Mapping[str, Any]]) -> Columns:
    rows = [
        (
            found.word,
            found.count,
            _("%(n)s 家，%(share)s%%") % {"n": found.count, "share": f"{found.share * 100:.1f}"},
        )
        for found in _grades(ranking, bands)
    ]
    return columns(_("等次分布"), rows, gap=0.5, width=300, height=150)


def _scores(ranking: Sequence[Ranked], bands: Sequence[Mapping[str, Any]]) -> Columns:
    """Classes of five points from the lowest score on, with the lines of the grades."""
    if not ranking:
        return columns(_("得分分布"), [])
    first = int(min(row.total for row in ranking) // CLASS)
    last = max(int(max(row.total for row in ranking) // CLASS), first)
    counted = Counter(int(row.total // CLASS) for row in ranking)
    rows = [
        (str(at * CLASS), counted[at], str(counted[at]) if counted[at] else "")
        for at in range(first, last + 1)
    ]
    marks = [
        (float(decimal(band.get("from")) / CLASS) - first, str(band.get("word", "")))
        for band in bands
        if first * CLASS < decimal(band.get("from")) < (last + 1) * CLASS
    ]
    return columns(
        _("得分分布（每 5 分一档）"), rows, unit=_("家"), marks=marks, gap=0.12, width=300, height=150
    )
