"""A scheme tried on figures that were evaluated before: totals and grades under it beside those of then. Nothing is stored.

Also the two views that help to weigh: entropy weights and TOPSIS over the scores of then. They never grade.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.actor import Actor
from evaluation import feeds, scheme
from evaluation.enums import RoundState
from evaluation.held.figures import cell
from evaluation.models import Run, RunRow, Scheme
from evaluation.permissions import round_reader
from evaluation.scheme import Indicator, SchemeDoc
from evaluation.scoring import Inputs, compile_scheme, score
from evaluation.scoring.analysis import entropy_weights, topsis
from evaluation.selectors.population import group_of
from filings.models import Entity

#: Rows a page is computed from; a round of more is tried on its first ones.
MOST = 2000
FEWEST = 3
NOTES = ("vetoes", "bonuses", "deductions")


def sources(actor: Actor, row: Scheme) -> list[Run]:
    """Finished runs over entities of the same kinds that the actor may read, the latest of each round first."""
    runs = Run.objects.filter(
        finished_at__isnull=False,
        trial=False,
        round__scheme__kinds__overlap=row.kinds,
        round__state__in=[RoundState.SCORED, RoundState.PROPOSED, RoundState.CONFIRMED],
    ).select_related("round__scheme", "round__authority__jurisdiction")
    found: dict[int, Run] = {}
    for run in runs.order_by("-finished_at", "-pk")[:60]:
        if run.round_id not in found and round_reader(actor, run.round):
            found[run.round_id] = run
    return list(found.values())


@dataclass(frozen=True)
class Line:
    """One entity, then and under the scheme tried; `moved` is by how many grades (up is positive)."""

    entity: Entity
    total_then: Decimal
    word_then: str
    rank_then: int
    total: Decimal
    word: str
    rank: int | None
    moved: int

    @property
    def difference(self) -> Decimal:
        return self.total - self.total_then


@dataclass(frozen=True)
class Trial:
    """What came out.

    Nothing was collected then for `absent` and `fetched` indicators: those count as missing, for these the portal's
    own figures of the period are taken as it knows them today.
    """

    lines: tuple[Line, ...]
    distribution: tuple[tuple[str, int, int], ...]
    absent: tuple[str, ...]
    fetched: tuple[str, ...]
    cut: bool

    @property
    def moved(self) -> int:
        return sum(line.moved != 0 for line in self.lines)


def rows_of(run: Run) -> list[RunRow]:
    """Its entities in the order of their ranks."""
    return list(run.rows.select_related("entity__district").order_by("rank", "pk")[: MOST + 1])


def tried(row: Scheme, run: Run) -> Trial:
    """The scheme over the inputs of a run. The scheme must be without problems."""
    program = compile_scheme(row.tree)
    rows = rows_of(run)
    cut, rows = len(rows) > MOST, rows[:MOST]
    doc = program.scheme
    known = {code for held in rows for code in (held.inputs.get("values") or {})}
    fresh = _fetched([one for one in doc.indicators if one.code not in known], rows, run)
    inputs = [_fitting(doc, held, fresh) for held in rows]
    outcome = score(program, Inputs.from_rows(program, inputs))
    then = scheme.parse(run.round.scheme.tree)
    lines = tuple(_line(doc, then, held, new) for held, new in zip(rows, outcome.rows(), strict=True))
    absent = tuple(one.code for one in doc.indicators if one.code not in known and one.code not in fresh)
    return Trial(lines, _distribution(doc, then, lines), absent, tuple(fresh), cut)


def _fetched(
    wanted: Sequence[Indicator], rows: Sequence[RunRow], run: Run
) -> dict[str, Mapping[int, dict[str, str]]]:
    """By indicator and entity what the feeds know of the period; indicators of which they know nothing are left out."""
    entities = [held.entity for held in rows]
    first, last = run.round.period_from, run.round.period_until
    found: dict[str, Mapping[int, dict[str, str]]] = {}
    for one in wanted:
        facts = feeds.read(one.feed, entities, first, last) if one.feed else {}
        if facts:
            found[one.code] = {pk: cell(one.source, fact) for pk, fact in facts.items()}
    return found


def _fitting(
    doc: SchemeDoc, held: RunRow, fresh: Mapping[str, Mapping[int, dict[str, str]]]
) -> dict[str, Any]:
    """What of the inputs the scheme asks for, with what was fetched, in the scheme's own groups."""
    inputs = held.inputs
    codes = {one.code for one in doc.indicators}
    values = {code: given for code, given in (inputs.get("values") or {}).items() if code in codes}
    values |= {code: facts[held.entity_id] for code, facts in fresh.items() if held.entity_id in facts}
    kept: dict[str, Any] = {"values": values, "group": group_of(doc, held.entity)}
    for name in NOTES:
        keys = {note.key for note in getattr(doc, name)}
        kept[name] = [key for key in inputs.get(name) or () if key in keys]
    return kept


def _line(doc: SchemeDoc, then: SchemeDoc, held: RunRow, new: Mapping[str, Any]) -> Line:
    grades = [band.grade for band in doc.bands]
    before, after = str(held.grade), str(new.get("grade") or "")
    moved = grades.index(before) - grades.index(after) if before in grades and after in grades else 0
    return Line(
        entity=held.entity,
        total_then=held.total,
        word_then=_word(then, before),
        rank_then=held.rank,
        total=Decimal(new["total"]),
        word=str(new.get("word") or ""),
        rank=int(new["rank"]) if new.get("rank") else None,
        moved=moved,
    )


def _word(doc: SchemeDoc, grade: str) -> str:
    return next((band.word for band in doc.bands if band.grade == grade), grade)


def _distribution(doc: SchemeDoc, then: SchemeDoc, lines: Sequence[Line]) -> tuple[tuple[str, int, int], ...]:
    """Grade by grade how many there were and would be, in the words of the scheme tried."""
    before, after = Counter(line.word_then for line in lines), Counter(line.word for line in lines)
    words = list(dict.fromkeys([band.word for band in doc.bands] + [band.word for band in then.bands]))
    return tuple((word, before[word], after[word]) for word in words)


# --- views that never grade ---


@dataclass(frozen=True)
class Weighed:
    """An indicator: what it weighs in the scheme and what the spread of the scores would give it."""

    code: str
    name: str
    weight: Decimal
    entropy: Decimal


@dataclass(frozen=True)
class Near:
    """An entity: how close to the ideal (0 to 1), its place by that, and its rank in the run."""

    entity: Entity
    closeness: Decimal
    place: int
    rank: int


@dataclass(frozen=True)
class Analysis:
    weights: tuple[Weighed, ...]
    ranking: tuple[Near, ...]
    entities: int


def analysed(row: Scheme, run: Run) -> Analysis | None:
    """Over the scores (0 to 100) of indicators that the run and the scheme share; None where there is too little."""
    rows = rows_of(run)[:MOST]
    doc = scheme.parse(row.tree)
    shared = [one for one in doc.indicators if rows and one.code in rows[0].outcome.get("indicators", {})]
    if len(rows) < FEWEST or not shared:
        return None
    matrix = [[_score(held, one.code) for one in shared] for held in rows]
    entropy = entropy_weights(matrix)
    weights = tuple(
        Weighed(one.code, one.name, one.weight, Decimal(str(round(share * 100, 2))))
        for one, share in zip(shared, entropy, strict=True)
    )
    near = topsis(matrix, [float(one.weight) for one in shared])
    order = sorted(range(len(rows)), key=lambda at: (-near[at], rows[at].rank))
    ranking = tuple(
        Near(rows[at].entity, Decimal(str(round(near[at], 4))), place, rows[at].rank)
        for place, at in enumerate(order, 1)
    )
    return Analysis(weights, ranking, len(rows))


def _score(held: RunRow, code: str) -> float:
    found = held.outcome["indicators"].get(code) or {}
    return float(found.get("score") or 0)
