"""How the experts of a round have marked: entities by experts, means, spread, who stands apart. No writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from core import clock
from evaluation.models import Round
from evaluation.scheme import parse
from evaluation.self_assessment.sections import criteria_of
from filings.enums import AssignmentState, State
from filings.models import Expert, Filing, ReviewAssignment
from filings.programmes import Criterion
from policy.law import law_on

TWO = Decimal("0.01")
JUDGED = (State.ACCEPTED, State.IN_REVIEW, State.REVIEWED, State.FILED)


@dataclass(frozen=True)
class Cell:
    """What one expert made of one case; `total` is None while there is no mark."""

    assignment: ReviewAssignment
    total: Decimal | None = None
    apart: bool = False  # further from the mean of the others than the law's spread

    @property
    def aside(self) -> bool:
        return self.assignment.standing == AssignmentState.CONFLICTED


@dataclass
class Line:
    """One case: cells by number of the expert, mean of the totals, highest less lowest."""

    filing: Filing
    cells: dict[int, Cell] = field(default_factory=dict)
    mean: Decimal | None = None
    spread: Decimal | None = None
    wide: bool = False
    waiting: int = 0


@dataclass
class Overview:
    """Everybody who judges in a round, and every case; `limit` is the spread from which one is to look again."""

    experts: list[Expert]
    lines: list[Line]
    limit: Decimal
    means: dict[int, Decimal] = field(default_factory=dict)  # by expert, over what was marked

    @property
    def marked(self) -> int:
        return sum(cell.total is not None for line in self.lines for cell in line.cells.values())

    @property
    def places(self) -> int:
        return sum(not cell.aside for line in self.lines for cell in line.cells.values())

    @property
    def apart(self) -> int:
        return sum(cell.apart for line in self.lines for cell in line.cells.values())


def overview(row: Round) -> Overview:
    """The board of a round. A fixed number of queries."""
    criteria = criteria_of(parse(row.scheme.tree))
    limit = _limit(row)
    filings = Filing.objects.filter(evaluated_in__round=row, evaluated_in__included=True, state__in=JUDGED)
    lines = {filing.pk: Line(filing) for filing in filings.select_related("entity").order_by("entity__code")}
    people: dict[int, Expert] = {}
    for one in _assignments(row):
        line = lines.get(one.panel.filing_id)
        if line is not None:
            people[one.expert_id] = one.expert
            line.cells[one.expert_id] = Cell(one, _total(one, criteria))
    for line in lines.values():
        _judge(line, limit)
    found = Overview(sorted(people.values(), key=lambda e: e.pk), list(lines.values()), limit)
    found.means = _means(found.lines)
    return found


def _assignments(row: Round) -> Sequence[ReviewAssignment]:
    rows = ReviewAssignment.objects.filter(panel__filing__evaluated_in__round=row)
    rows = rows.select_related("panel", "expert__user", "expert__employer").prefetch_related("scores")
    return list(rows.order_by("pk"))


def _limit(row: Round) -> Decimal:
    place = row.authority.jurisdiction
    law = law_on(clock.today(), place.code if place else "")
    return Decimal(str(law.value("procedure.score_spread")))


def _total(one: ReviewAssignment, criteria: Sequence[Criterion]) -> Decimal | None:
    """The expert's own total of 100."""
    if one.standing != AssignmentState.SCORED:
        return None
    marks = {score.criterion: score.value for score in one.scores.all()}
    whole = sum((marks.get(c.key, Decimal(0)) * c.weight for c in criteria), Decimal(0))
    return (whole / 100).quantize(TWO, ROUND_HALF_UP)


def _judge(line: Line, limit: Decimal) -> None:
    totals = {pk: cell.total for pk, cell in line.cells.items() if cell.total is not None}
    line.waiting = sum(cell.total is None and not cell.aside for cell in line.cells.values())
    if not totals:
        return
    line.mean = _mean(list(totals.values()))
    line.spread = max(totals.values()) - min(totals.values())
    line.wide = line.spread > limit
    for pk, total in totals.items():
        others = [value for other, value in totals.items() if other != pk]
        if others and abs(total - _mean(others)) > limit:
            line.cells[pk] = Cell(line.cells[pk].assignment, total, apart=True)


def _mean(values: Sequence[Decimal]) -> Decimal:
    return (sum(values, Decimal(0)) / len(values)).quantize(TWO, ROUND_HALF_UP)


def _means(lines: Sequence[Line]) -> dict[int, Decimal]:
    totals: dict[int, list[Decimal]] = defaultdict(list)
    for line in lines:
        for pk, cell in line.cells.items():
            if cell.total is not None:
                totals[pk].append(cell.total)
    return {pk: _mean(values) for pk, values in totals.items()}
