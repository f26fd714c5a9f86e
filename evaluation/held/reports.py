"""Figures of annual reports that were handed in."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from filings.enums import Action
from filings.models import Filing
from filings.models.filing import ENDS_UNHAPPILY

if TYPE_CHECKING:
    from filings.models import Entity

Content = Mapping[str, Any]


@dataclass(frozen=True)
class Handed:
    """The report that speaks for a period: of which year, and what it says."""

    year: int
    content: Content

    @property
    def origin(self) -> str:
        """Where such a figure stands."""
        return _("%(year)s 年度报告") % {"year": self.year}


def handed(entities: Sequence[Entity], first: datetime.date, last: datetime.date) -> dict[int, Handed]:
    """By entity the newest report of a year that the period is about; reports that came to nothing say nothing.

    A period that does not end with a year (a mid-term evaluation) ends before the report of its last year is due, so
    that the years of which more than half lies in it count too. One query.
    """
    years = [year for year in range(first.year, last.year) if first <= datetime.date(year, 7, 1) <= last]
    rows = Filing.objects.filter(
        entity__in=entities,
        action=Action.ANNUAL_REPORT,
        period__in=[str(year) for year in (*years, last.year)],
        submitted_at__isnull=False,
    ).exclude(state__in=ENDS_UNHAPPILY)
    found = rows.order_by("period", "pk").values_list("entity_id", "period", "content")
    return {pk: Handed(int(period), content) for pk, period, content in found}


def answers(content: Content, section: str) -> Mapping[str, Any]:
    """The answers of a section."""
    found = content.get(section)
    return found if isinstance(found, Mapping) else {}


def rows(content: Content, section: str, name: str) -> list[Mapping[str, Any]]:
    """The rows of a table in a section."""
    return [row for row in answers(content, section).get(name) or [] if isinstance(row, Mapping)]
