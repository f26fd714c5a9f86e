"""Arithmetic and words that all feeds share."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from evaluation.feeds import Fact

if TYPE_CHECKING:
    from filings.models import Entity

FOUR = Decimal("0.0001")
HUNDRED = Decimal(100)
TEN_THOUSAND = Decimal(10_000)


def number(value: Any) -> Decimal | None:
    """An answer as a number; None for none and for what is no number."""
    try:
        found = Decimal(str(value)) if value not in (None, "") else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() else None


def four(value: Decimal) -> Decimal:
    """Four places, half-up: what the engine reads."""
    return value.quantize(FOUR, ROUND_HALF_UP)


def plain(value: Decimal) -> str:
    """As rows of inputs hold it: four places at most, half-up, without trailing zeros."""
    text = f"{four(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def cell(source: str, fact: Fact) -> dict[str, str]:
    """A fact as rows of inputs hold it."""
    value = {"value": plain(fact.value), "source": source, "note": fact.origin}
    return value if fact.target is None else value | {"target": plain(fact.target)}


def per_cent(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """A share in per cent; None where there is nothing to divide by."""
    return part / whole * HUNDRED if part is not None and whole else None


def growth(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    """By how many per cent more than before; None where there was nothing to grow from."""
    return (
        (now - before) / before * HUNDRED if now is not None and before is not None and before > 0 else None
    )


def total(values: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of what is known; None where nothing is."""
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


def facts(
    values: Mapping[int, Decimal | int | None],
    origin: str | Mapping[int, str],
    targets: Mapping[int, Decimal | None] | None = None,
) -> dict[int, Fact]:
    """By entity what is known, with where it stands (one for all, or by entity); what is not known is left out."""
    aims = targets or {}
    where = dict.fromkeys(values, origin) if isinstance(origin, str) else origin
    found = {}
    for pk, value in values.items():
        if value is not None:
            aim = aims.get(pk)
            found[pk] = Fact(four(Decimal(value)), None if aim is None else four(aim), where[pk])
    return found


def year_of(last: datetime.date) -> str:
    """The year a period is about, as pages say it."""
    return _("%(year)s 年度") % {"year": last.year}


def by_entity(rows: Iterable[tuple[int, Any]], entities: Sequence[Entity]) -> dict[int, list[Any]]:
    """(entity, thing) pairs gathered; an empty list for an entity with none."""
    found: dict[int, list[Any]] = {one.pk: [] for one in entities}
    for pk, thing in rows:
        if pk in found:
            found[pk].append(thing)
    return found
