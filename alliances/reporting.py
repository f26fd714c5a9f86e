"""What annual reports of alliances, consortia and communities have in common: plan shown apart from actual, money by member."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django import forms

from accounts.enums import FigureKind
from accounts.models import OrganisationFigure
from filings.selectors.lifecycle import basis, members_on

if TYPE_CHECKING:
    from filings.models import Entity

FIGURES = (("rd", FigureKind.RD_EXPENDITURE), ("revenue", FigureKind.MAIN_REVENUE))


def money(label: Any, *, required: bool = True) -> forms.DecimalField:
    """An amount in yuan."""
    return forms.DecimalField(label=label, min_value=0, max_digits=14, decimal_places=2, required=required)


def count(label: Any, **kwargs: Any) -> forms.IntegerField:
    """How many."""
    return forms.IntegerField(label=label, min_value=0, max_value=1000000, **kwargs)


def given(field: forms.Field) -> forms.Field:
    """What is carried over from the filing: shown apart from what is to be written, and yet open to be put right."""
    field.given = True  # type: ignore[attr-defined]
    return field


def figure(value: Any) -> Decimal | None:
    """An amount as it is kept; None for none and for what is no number."""
    try:
        found = Decimal(str(value)) if value not in (None, "") else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() else None


def share(part: Decimal | None, whole: Decimal | None) -> str:
    """A share in per cent with one place; a dash where there is nothing to divide by."""
    return f"{part / whole * 100:.1f}%" if part is not None and whole else "—"


def yuan(value: Decimal | None) -> str:
    """An amount with separators; a dash where there is none."""
    return "—" if value is None else f"{value:,.2f}"


def total(values: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of what is known; None where nothing is."""
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


def rows_of(data: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The rows of a table among raw answers."""
    return [row for row in data.get(name) or [] if isinstance(row, Mapping)]


def last_day_of(entity: Entity, year: int) -> datetime.date:
    """The last day of the year on which the entity's validity ran."""
    end = entity.valid_until
    return end if end is not None and end.year == year else datetime.date(year, 12, 31)


def figures_of(organisations: Iterable[int], year: int) -> dict[tuple[int, str], Decimal]:
    """(unit, kind of figure) → value of R&D expenditure and main revenue of a year. One query."""
    rows = OrganisationFigure.objects.filter(
        organisation__in=list(organisations), year=year, kind__in=[kind for _name, kind in FIGURES]
    )
    return {(row.organisation_id, row.kind): row.value for row in rows}


def member_rows(entity: Entity, year: int) -> list[dict[str, Any]]:
    """The members in force at the year's end with what they promised and their figures of that year."""
    rows = list(members_on(entity, last_day_of(entity, year)))
    known = figures_of((m.organisation_id for m in rows), year)
    promised = promises(entity)
    found = []
    for row in rows:
        line = {"unit": row.organisation.name, "planned": promised.get(row.organisation_id, "")}
        for name, kind in FIGURES:
            if (value := known.get((row.organisation_id, kind))) is not None:
                line[name] = str(value)
        found.append(line)
    return found


def promises(entity: Entity) -> dict[int, str]:
    """What each unit wrote that it would contribute, from the last approved proposal."""
    filing = basis(entity)
    if filing is None:
        return {}
    notes = {
        p.organisation_id: str(p.content.get("member", {}).get("contribution_note") or "")
        for p in filing.participants.all()
    }
    return {pk: text[:300] for pk, text in notes.items()}
