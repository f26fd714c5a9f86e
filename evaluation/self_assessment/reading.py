"""What a self-assessment says, as figures the engine reads. No writes.

Section `dimension_<code>` answers `<code>_value`, `<code>_target` and `<code>_note` of each indicator, codes in
lower case.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evaluation.held.figures import number, plain
from evaluation.scheme import Dimension, Indicator, SchemeDoc
from filings.enums import State
from filings.models import Filing

#: A withdrawn or refused report says nothing; one that is being written neither.
COUNTS = (
    State.SUBMITTED,
    State.RECOMMENDED,
    State.IN_EXAMINATION,
    State.IN_CORRECTION,
    State.ACCEPTED,
    State.IN_REVIEW,
    State.REVIEWED,
    State.FILED,
)


def section_of(dimension: Dimension) -> str:
    """Key of the section that asks for a dimension."""
    return f"dimension_{dimension.code.lower()}"


def stated(filing: Filing, doc: SchemeDoc) -> dict[str, dict[str, str]]:
    """By code what the unit states; indicators it left open are not there."""
    if filing.state not in COUNTS:
        return {}
    found = {}
    for dimension in doc.dimensions:
        answers = filing.content.get(section_of(dimension)) or {}
        for one in dimension.indicators:
            row = _row(answers, one)
            if row is not None:
                found[one.code] = row
    return found


def _row(answers: Mapping[str, Any], one: Indicator) -> dict[str, str] | None:
    name = one.code.lower()
    value, target = number(answers.get(f"{name}_value")), number(answers.get(f"{name}_target"))
    if value is None:
        return None
    row = {"value": plain(value), "source": "self", "note": str(answers.get(f"{name}_note") or "")[:300]}
    return row if target is None else row | {"target": plain(target)}


def expert_means(filing: Filing, doc: SchemeDoc) -> dict[str, dict[str, str]]:
    """By code the mean of the panel, once its review was closed; 0–100 with four places."""
    panel = getattr(filing, "panel", None)
    if panel is None or panel.closed_at is None:
        return {}
    known = {one.code.lower(): one.code for one in doc.indicators}
    return {
        known[row["criterion"].lower()]: {"value": row["mean"], "source": "expert", "note": ""}
        for row in panel.result.get("criteria", ())
        if row["criterion"].lower() in known
    }
