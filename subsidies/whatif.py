"""What awards would have come to under another law: pure functions over facts that were read once.

Each award is computed and stacked against the earlier ones it was decided with, as `computing.computed` does it. An
award whose measure has no figure keeps what two officers recorded; what an officer set below a ceiling stays as set.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from policy.book import Law
from subsidies.calculators import calculate
from subsidies.calculators.outcome import ZERO, Outcome
from subsidies.conditions import contradictions
from subsidies.entitlement import due
from subsidies.enums import Status
from subsidies.stacking import Entry
from subsidies.terms import Facts, terms_of

#: The law of a day in a place.
LawOf = Callable[[date, str], Law]


@dataclass(frozen=True, slots=True)
class Case:
    """A decided award: what was asked, read, and what was decided (yuan).

    `effective` is the first day of the measure's document; `organisation` and `entity` name whose it is, as in a quote.
    `earlier` are the awards it was stacked against. `unit` and `district` are what totals are made by.
    """

    award: int
    ref: str
    measure: str
    effective: date
    on: date
    place: str
    facts: Facts
    decided: Decimal
    organisation: str
    entity: str = ""
    earlier: tuple[Earlier, ...] = ()
    unit: int = 0
    district: str = ""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An award that was there before, with what it was paid (yuan)."""

    award: int
    case: Case
    paid: Decimal


@dataclass(frozen=True)
class Overlay:
    """Other values (typed) for parameters by key and readings by setting, in `place` and below it."""

    place: str
    figures: Mapping[str, Any]
    readings: Mapping[str, Any]

    def over(self, law_of: LawOf) -> LawOf:
        """The same law with these values, worked out once for each law beneath."""

        found: dict[int, tuple[Law, Law]] = {}

        def changed(on: date, place: str) -> Law:
            law = law_of(on, place)
            # one for each period and place: what a law of a day holds is shared by all days of its period
            key = id(law.derived)
            if key not in found:
                found[key] = law, law.replaced(self.place, self.figures, self.readings)
            return found[key][1]

        return changed


@dataclass(frozen=True, slots=True)
class Came:
    """What one award comes to under one law, in yuan."""

    case: Case
    amount: Decimal
    status: Status


def amounts(cases: Iterable[Case], law_of: LawOf, plain: LawOf) -> Iterator[Came]:
    """What every case comes to, one after another in the order given, as the bureau would have decided them.

    A case limits those after it by what it came to here; an award of another year by what was paid, under its own law
    (`plain`).
    """
    came: dict[int, tuple[Case, Decimal]] = {}
    for case in cases:
        try:
            own = _entry(case, law_of)
        except KeyError:  # its document was withdrawn since: nothing to compare
            yield Came(case, case.decided, Status.MANUAL)
            continue
        earlier = [_before(row, own, came, law_of, plain) for row in case.earlier]
        # without earlier awards stacking adds only notes
        outcome = due(own, earlier).outcome if earlier else own.outcome
        # nothing computes it: what two officers recorded stands
        amount = case.decided if outcome.amount is None else outcome.pays
        came[case.award] = case, amount
        yield Came(case, amount, outcome.status)


@dataclass
class Total:
    """Awards of one measure, district or unit: how many, how many change, how many would be refused; yuan."""

    claims: int = 0
    changed: int = 0
    refused: int = 0
    decided: Decimal = ZERO
    before: Decimal = ZERO
    after: Decimal = ZERO

    def add(self, before: Came, after: Came) -> None:
        """One award more."""
        self.claims += 1
        self.changed += before.amount != after.amount
        self.refused += after.status is Status.REFUSED and before.status is not Status.REFUSED
        self.decided += before.case.decided
        self.before += before.amount
        self.after += after.amount


@dataclass
class Compared:
    """Totals in all, by measure, by district and by unit, and both results of every award."""

    total: Total = field(default_factory=Total)
    measures: dict[str, Total] = field(default_factory=lambda: defaultdict(Total))
    districts: dict[str, Total] = field(default_factory=lambda: defaultdict(Total))
    units: dict[int, Total] = field(default_factory=lambda: defaultdict(Total))
    awards: list[tuple[Came, Came]] = field(default_factory=list)


def compare(
    cases: Sequence[Case], law_of: LawOf, overlay: Overlay, tell: Callable[[int], None] = lambda done: None
) -> Compared:
    """The awards of a year under the law and under it with other values; `tell` hears how many are done."""
    found = Compared()
    pairs = zip(amounts(cases, law_of, law_of), amounts(cases, overlay.over(law_of), law_of), strict=True)
    for done, (before, after) in enumerate(pairs, start=1):
        case = before.case
        for total in (
            found.total,
            found.measures[case.measure],
            found.districts[case.district],
            found.units[case.unit],
        ):
            total.add(before, after)
        found.awards.append((before, after))
        tell(done)
    return found


def _before(
    row: Earlier, own: Entry, came: Mapping[int, tuple[Case, Decimal]], law_of: LawOf, plain: LawOf
) -> tuple[Entry, Decimal]:
    """An earlier award; given for the same platform it counts as the claimant's, whoever got it."""
    again = came.get(row.award)
    case, paid = again or (row.case, row.paid)
    entry = _entry(case, law_of if again else plain)
    if own.entity and entry.entity == own.entity:
        entry.organisation = own.organisation
    return entry, paid


def _entry(case: Case, law_of: LawOf) -> Entry:
    """The case computed for itself; refused where a measure is not law or the facts contradict it."""
    terms = terms_of(case.measure, law_of(case.on, case.place), case.effective)
    refused = contradictions(terms, case.facts, case.on)
    outcome = Outcome(Status.REFUSED, ()) if refused else calculate(terms, case.facts)
    return Entry(case.ref, terms, case.facts, outcome, case.organisation, case.entity, case.on.year)
