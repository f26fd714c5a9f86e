"""Fills the database up to the sizes asked for, in blocks that are each one transaction."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection, models, transaction

from alliances.models import ConsortiumProfile
from core import clock
from filings import programmes
from filings.models import (
    Certificate,
    Correction,
    Decision,
    Entity,
    EntityMember,
    Filing,
    FilingEvent,
    IssuedDocument,
    Notice,
    Participant,
)
from portal.scale import cases, register, units
from portal.scale import recorded as records
from portal.scale.cases import Cast
from portal.scale.copying import copy_rows, take_ids

PROGRAMME = "consortium"
BLOCK = 5_000
# nothing refers to what comes after it
ORDER: tuple[type[models.Model], ...] = (
    Entity,
    Filing,
    Participant,
    FilingEvent,
    Decision,
    Notice,
    Correction,
    EntityMember,
    ConsortiumProfile,
    IssuedDocument,
    Certificate,
)
Say = Callable[[str], None]


def have() -> dict[str, int]:
    """How much of this data there is already."""
    made = units.units()
    leads = {unit.pk for unit in made}
    return {
        "organisations": units.made(),
        "filings": Filing.objects.filter(applicant__in=leads).count() if leads else 0,
        "entities": Certificate.objects.filter(entity__lead__in=leads).count() if leads else 0,
        "recorded": records.made(),
    }


def fill(*, organisations: int, filings: int, entities: int, say: Say, recorded: int = 0) -> dict[str, int]:
    """Bring the data up to so many of each; what is there already stays. ValueError for sizes that cannot be.

    `entities` come from filings, `recorded` ones of every kind from none.
    """
    before = have()
    more, filed = filings - before["filings"], entities - before["entities"]
    if not 0 <= filed <= max(more, 0):
        raise ValueError(
            f"{entities} entities do not fit {filings} filings: each comes from a filing of its own"
        )
    if (filings or recorded) and organisations < 10:
        raise ValueError("at least 10 organisations are needed to file anything")
    place = programmes.get(PROGRAMME).place
    units.add_units(before["organisations"], organisations, place)
    say(f"{organisations} organisations")
    if more > 0:
        _add_filings(before["filings"], filings, filed, say)
    _add_recorded(recorded, place, say)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return have()


def _add_recorded(wanted: int, city: str, say: Say) -> None:
    began = clock.wall()
    for first in range(records.made(), wanted, 10 * BLOCK):
        records.add(first, min(first + 10 * BLOCK, wanted), city)
        say(f"{first} recorded entities and more, {(clock.wall() - began).total_seconds():.0f} s")


def _add_filings(first: int, last: int, filed: int, say: Say) -> None:
    everybody, began = cases.cast(PROGRAMME), clock.wall()
    for start in range(first, last, BLOCK):
        stop = min(start + BLOCK, last)
        numbers = [(n, _is_filed(n - first, last - first, filed)) for n in range(start, stop)]
        with transaction.atomic():
            _block(numbers, everybody)
        if (stop - first) % (10 * BLOCK) == 0 or stop == last:
            say(f"{stop} filings, {(clock.wall() - began).total_seconds():.0f} s")


def _is_filed(index: int, count: int, filed: int) -> bool:
    """Spread `filed` evenly over `count`."""
    return (index + 1) * filed // count > index * filed // count


def _block(numbers: list[tuple[int, bool]], everybody: Cast) -> None:
    count = sum(filed for _n, filed in numbers)
    keys = iter(take_ids(Filing, len(numbers)))
    entities, papers = iter(take_ids(Entity, count)), iter(take_ids(IssuedDocument, count))
    rows = cases.no_rows()
    for number, filed in numbers:
        one = cases.draw(next(keys), number, filed, everybody)
        entity = next(entities) if filed else None
        cases.rows_of(one, everybody, rows, entity)
        if entity is not None:
            register.rows_of(one, everybody, rows, entity, next(papers))
    # History triggers without a context end in an aborted subtransaction, which walks every deferred check
    # still waiting: 1.6 ms a row. Checked at once, in the order of reference, they cost a sixtieth.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for model in ORDER:
        copy_rows(model, rows[model])
