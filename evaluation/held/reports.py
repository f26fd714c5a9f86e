"""Figures of annual reports that were handed in."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from filings.enums import Action
from filings.models import Filing
from filings.models.filing import ENDS_UNHAPPILY

if TYPE_CHECKING:
    from filings.models import Entity

Content = Mapping[str, Any]


def contents(entities: Sequence[Entity], last: datetime.date) -> dict[int, Content]:
    """By entity what its report of the year of a day says; reports that came to nothing say nothing. One query."""
    rows = Filing.objects.filter(
        entity__in=entities,
        action=Action.ANNUAL_REPORT,
        period=str(last.year),
        submitted_at__isnull=False,
    ).exclude(state__in=ENDS_UNHAPPILY)
    return dict(rows.order_by("pk").values_list("entity_id", "content"))


def origin(last: datetime.date) -> str:
    """Where such a figure stands."""
    return _("%(year)s 年度报告") % {"year": last.year}


def answers(content: Content, section: str) -> Mapping[str, Any]:
    """The answers of a section."""
    found = content.get(section)
    return found if isinstance(found, Mapping) else {}


def rows(content: Content, section: str, name: str) -> list[Mapping[str, Any]]:
    """The rows of a table in a section."""
    return [row for row in answers(content, section).get(name) or [] if isinstance(row, Mapping)]
