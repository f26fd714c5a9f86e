"""Tables that the forms of a filing work out from its answers, and the report of the year before."""

from __future__ import annotations

from typing import Any

from filings.enums import Action
from filings.fields import Computed
from filings.models import Filing
from filings.models.filing import ENDS_UNHAPPILY
from filings.presentation.answers import Answer, answers, of_owner
from filings.programmes import Section
from filings.selectors.reading import live_attachments


def computed(filing: Filing, *, staff: bool = False) -> list[Computed]:
    """The tables of all sections, in their order, and those of the programme as staff or the unit read them."""
    found: list[Computed] = []
    for section in filing.spec.applicant_sections:
        form: Any = section.form(filing.content.get(section.key, {}))
        found += form.computed() if hasattr(form, "computed") else []
    return [*found, *filing.spec.hooks.computed(filing, staff)]


def report_before(filing: Filing) -> Filing | None:
    """The report of the latest earlier year that was handed in."""
    if filing.action != Action.ANNUAL_REPORT or filing.entity is None:
        return None
    rows = filing.entity.filings.filter(action=Action.ANNUAL_REPORT, period__lt=filing.period)
    return (
        rows.filter(submitted_at__isnull=False)
        .exclude(state__in=ENDS_UNHAPPILY)
        .order_by("-period", "-pk")
        .first()
    )


def answers_before(earlier: Filing | None, section: Section) -> dict[str, Answer]:
    """What that report says in a section, by field; only what was answered."""
    if earlier is None:
        return {}
    files = of_owner(live_attachments(earlier), section, None)
    found = answers(section, earlier.content.get(section.key, {}), files)
    return {a.name: a for a in found if a.text or a.rows or a.files}
