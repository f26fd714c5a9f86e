"""What is due for a claim after others were decided: the difference to what all of them are entitled to. Pure.

The entitlement of a set of claims is what stacking leaves of them; it does not depend on their order. A claim is
paid what the entitlement of all claims tied to it exceeds what was granted before, and never more than it would be
paid alone. So whatever the order, the total is the entitlement.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from subsidies.calculators.outcome import ZERO, Line, Outcome
from subsidies.enums import Unit
from subsidies.stacking import (
    ONCE,
    Entry,
    action_of,
    cap_key,
    group_key,
    once_key,
    overlap_key,
    shares_cap,
    stack,
)
from subsidies.terms import money

LEVELS = "platform_and_level"


@dataclass(frozen=True)
class Limit:
    """A row of `Entitlement`: its key, the ceiling as known now, and the clause."""

    key: str
    ceiling: Decimal
    clause: str = ""
    unit: str = Unit.YUAN


@dataclass(frozen=True)
class Due:
    """What a claim is paid: its outcome with the line of the difference, the limits it takes from, what it is tied to."""

    outcome: Outcome
    limits: tuple[Limit, ...]
    tied: frozenset[str]  # refs of earlier claims its amount depends on
    before: Decimal  # yuan granted before to those


def ties(entry: Entry) -> Iterator[tuple[str, Hashable]]:
    """Kind and key of everything by which claims limit each other; those that share one are looked at together."""
    terms = entry.terms
    if terms.data.get("once_per") in ONCE:
        yield "once", once_key(entry)
    if shares_cap(entry):
        yield "cap", cap_key(entry)
    if terms.data.get("exclusive_group"):
        yield "group", group_key(entry)
    if terms.data.get("once_per") == LEVELS:
        yield "level", (terms.key, entry.matter)
    if terms.data.get("lower_level"):
        yield "level", (terms.data["lower_level"], entry.matter)
    if action_of(entry, entry) == "block":
        yield "overlap", overlap_key(entry)


def tied_to(own: Entry, others: Iterable[Entry]) -> list[Entry]:
    """Those among others that limit the claim, directly or through one another."""
    reached, waiting = set(ties(own)), list(others)
    found: list[Entry] = []
    while True:
        near = [one for one in waiting if not reached.isdisjoint(ties(one))]
        if not near:
            return found
        found += near
        waiting = [one for one in waiting if one not in near]
        for one in near:
            reached.update(ties(one))


def due(own: Entry, earlier: list[tuple[Entry, Decimal]]) -> Due:
    """Stack the claim with those before it, each with what it was granted, and say what is left for it."""
    alone = own.outcome.pays
    paid = {id(entry): amount for entry, amount in earlier}
    near = tied_to(own, [entry for entry, _paid in earlier])
    gross = {id(entry): entry.outcome.pays for entry in (own, *near)}
    stack([own, *(entry for entry, _paid in earlier)])
    if not own.live and own.excluded_by is None:
        return Due(own.outcome, (), frozenset(), ZERO)
    before = sum((paid[id(entry)] for entry in near), ZERO)
    entitled = sum((entry.outcome.pays for entry in (own, *near)), ZERO)
    left = min(max(entitled - before, ZERO), alone)
    outcome = own.outcome
    if left != outcome.pays:
        outcome = outcome.plus(_difference(own, near, entitled, before, left))
    limits = tuple(_limits(own, [own, *near], gross))
    return Due(outcome, limits, frozenset(entry.ref for entry in near), before)


def _difference(own: Entry, near: list[Entry], entitled: Decimal, before: Decimal, left: Decimal) -> Line:
    said = _("合并应享 %(all)s，此前已核定 %(before)s（%(refs)s），本次补差 %(left)s") % {
        "all": money(entitled),
        "before": money(before),
        "refs": "、".join(sorted(entry.ref for entry in near)),
        "left": money(left),
    }
    rule = own.terms.data.get("exclusive_group") or own.terms.key
    reading = "amb_higher_of_scope" if own.terms.data.get("exclusive_group") else ""
    return Line("difference", said, left - own.outcome.pays, own.terms.law.clause(rule), reading)


def _limits(own: Entry, together: list[Entry], gross: dict[int, Decimal]) -> Iterator[Limit]:
    """The ceilings that stand in the database behind what was computed."""
    for kind, key in ties(own):
        same = [entry for entry in together if (kind, key) in set(ties(entry))]
        rule = own.terms.data.get("exclusive_group") if kind == "group" else own.terms.key
        clause = own.terms.law.cite(str(rule))
        if kind == "once":
            ceiling = max(gross[id(entry)] for entry in same)
        elif kind == "cap":
            ceiling = max(entry.terms.figure("cap") for entry in same)
        elif kind == "group":
            ceiling = sum((entry.outcome.pays for entry in same), ZERO)
        else:
            continue
        yield Limit(f"{kind}|{_text(key)}", ceiling, clause)


def _text(key: Hashable) -> str:
    return "|".join(_text(part) for part in key) if isinstance(key, tuple) else str(key)
