"""政策找企业: of everything held of a unit, which measures fit, and which fail by one condition alone. Pure.

A measure that lacks two conditions or more, or has no matter to be for, is in neither list. Amounts come from the
calculators and are stacked like those of any quote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from policy.book import Citation
from subsidies.calculators import calculate
from subsidies.calculators.outcome import Outcome
from subsidies.conditions import assumptions
from subsidies.enums import Kind, Status
from subsidies.holdings import Held, Step, Subject, Taken
from subsidies.needs import Case, FactFrom, Lack, judge, kinds_of, lacks_of_beneficiary, last_day
from subsidies.stacking import ONCE, Entry, stack
from subsidies.terms import Terms

#: Kinds of unit, in the words of the catalogue; a measure for one of these needs no entity.
UNIT_KINDS = frozenset(
    {
        "enterprise",
        "university",
        "research_institute",
        "industry_association",
        "financial_institution",
        "service_institution",
        "maker_team",
    }
)
PLATFORM = "platform"
#: What nobody claims: it changes an order, or another authority grants it.
NOT_CLAIMED = frozenset({Kind.PRIORITY, Kind.TAX, Kind.REFERENCE})


@dataclass
class Match:
    """A measure whose conditions are met as far as data can say. `amount` in yuan, None where nobody computes one."""

    terms: Terms
    subject: Subject | None
    facts: tuple[FactFrom, ...]
    outcome: Outcome
    step: Step | None = None
    deadline: date | None = None
    assumed: tuple[str, ...] = ()
    excluded_by: str = ""

    @property
    def measure(self) -> str:
        return self.terms.key

    @property
    def amount(self) -> Decimal | None:
        return self.outcome.amount

    @property
    def status(self) -> Status:
        return self.outcome.status

    @property
    def clause(self) -> Citation | None:
        return self.terms.clause()

    @property
    def is_claimed(self) -> bool:
        """Whether it is something to apply for."""
        return self.terms.kind not in NOT_CLAIMED

    @property
    def values(self) -> dict[str, Any]:
        """The facts as the calculators take them."""
        return {fact.name: fact.value for fact in self.facts}


@dataclass(frozen=True)
class Near:
    """A measure that fails by one condition."""

    terms: Terms
    subject: Subject | None
    lack: Lack
    facts: tuple[FactFrom, ...] = ()

    @property
    def measure(self) -> str:
        return self.terms.key


@dataclass(frozen=True)
class Found:
    """What a unit can claim, best first, and what it nearly can, each with the one condition it lacks."""

    matches: list[Match] = field(default_factory=list)
    near: list[Near] = field(default_factory=list)


TermsOf = Callable[[str, str], Terms | None]


def match(held: Held, keys: Iterable[str], terms_of: TermsOf, on: date, names: Mapping[str, str]) -> Found:
    """`terms_of(measure, place)` are the terms in a place, None where the measure is not law there."""
    found = Found()
    for key in keys:
        for case in _cases(held, key, terms_of, on, names):
            if case.dropped or len(case.lacks) > 1:
                continue
            if case.lacks:
                found.near.append(Near(case.terms, case.subject, case.lacks[0], tuple(case.facts)))
            elif not _taken(case):
                found.matches.append(_match(case))
    _stack(found.matches, held, on)
    found.matches.sort(key=_first)
    found.near.sort(key=lambda near: (near.lack.kind == "window", near.terms.kind in NOT_CLAIMED))
    return found


def mine(held: Held) -> frozenset[str]:
    """What kind of beneficiary a unit is by itself."""
    return frozenset({held.kind, *(("maker_team",) if held.size_class == "team" else ())})


def _cases(held: Held, key: str, terms_of: TermsOf, on: date, names: Mapping[str, str]) -> Iterator[Case]:
    """Every matter of the unit the measure could be for, judged."""
    who = mine(held)
    base = terms_of(key, held.place)
    if base is not None and kinds_of(base) and kinds_of(base) <= UNIT_KINDS:
        if who & set(base.data.get("beneficiary", ())):
            yield judge(Case(base, held, on))
        return
    for subject in held.subjects:
        terms = terms_of(key, subject.place)
        if terms is None or not _is_for(terms, subject, who):
            continue
        case = judge(Case(terms, held, on, subject))
        if not case.dropped:
            case.lacks += lacks_of_beneficiary(case, who, lambda one: names.get(one, one))
        yield case


def _is_for(terms: Terms, subject: Subject, who: frozenset[str]) -> bool:
    """Whether a subject is of a kind the measure is for; a member's unit has to be a beneficiary itself."""
    allowed = set(terms.data.get("beneficiary", ()))
    if not subject.leads and not allowed & who:
        return False
    if subject.planned_level and terms.data.get("event") not in ("new_approval", "new_recognition"):
        return False
    if PLATFORM in allowed:
        kind = terms.law.item(subject.kind).data.get("kind") if terms.law.applies(subject.kind) else ""
        return kind == PLATFORM
    if subject.kind in kinds_of(terms):
        return True
    return terms.data.get("event") == "upgrade" and subject.kind in allowed


def _match(case: Case) -> Match:
    outcome = calculate(case.terms, case.values)
    deadline = None
    if case.step is not None:
        deadline = last_day(case.terms, case.step.day)
    return Match(
        terms=case.terms,
        subject=case.subject,
        facts=tuple(case.facts),
        outcome=outcome,
        step=case.step,
        deadline=deadline,
        assumed=tuple(assumptions(case.terms, case.values, placed=True)),
    )


def _taken(case: Case) -> bool:
    """Whether the same matter was granted, proposed or is being claimed: once, or once a year."""
    once = case.terms.data.get("once_per", "")
    same = [one for one in case.held.taken if _is_same(one, case)]
    if once == "building_area":
        return _nothing_left(case, same)
    if once in ONCE and not once.endswith("_year"):
        return bool(same)
    return any(one.year == case.on.year for one in same)


def _is_same(taken: Taken, case: Case) -> bool:
    """Of this measure, and of this matter as far as the claim named one."""
    of_matter = case.subject is None or not taken.entity or taken.entity == case.subject.code
    return taken.measure == case.terms.key and of_matter


def _nothing_left(case: Case, taken: list[Taken]) -> bool:
    """Space that was claimed does not count again, and what was granted counts against the ceiling."""
    used = sum((Decimal(str(one.facts.get("area") or 0)) for one in taken), Decimal(0))
    if taken and used >= case.values["area"]:
        return True
    if taken:
        case.facts[:] = [
            replace(fact, value=fact.value - used) if fact.name == "area" else fact for fact in case.facts
        ]
        said = _("已核定的补助")
        case.state("paid_before", sum((one.amount for one in taken), Decimal(0)), said)
    return False


def _stack(matches: list[Match], held: Held, on: date) -> None:
    """What excludes or limits each other among them, as in a quote."""
    by_ref = {_ref(one): one for one in matches}
    entries = [
        Entry(
            ref=ref,
            terms=one.terms,
            facts=one.values,
            outcome=one.outcome,
            organisation=held.code,
            entity=one.subject.code if one.subject else "",
            year=on.year,
        )
        for ref, one in by_ref.items()
    ]
    stack(entries)
    for entry in entries:
        one = by_ref[entry.ref]
        one.outcome, one.excluded_by = entry.outcome, entry.excluded_by or ""


def _ref(one: Match) -> str:
    """How lines about several claims name one of them: the measure and, in brackets, its matter."""
    return f"{one.terms.label}（{one.subject.name}）" if one.subject else one.terms.label


def _first(one: Match) -> tuple[Any, ...]:
    """Figures before promises, the higher before the lower, what ends sooner before what does not."""
    order = (Status.COMPUTED, Status.PROPOSED, Status.MANUAL, Status.EXCLUDED, Status.REFUSED)
    pays = one.outcome.pays
    return (not one.is_claimed, order.index(one.status), -pays, one.deadline or date.max, one.terms.key)
