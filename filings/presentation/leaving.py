"""What a member's exit would do to the lamp, told before it is recorded."""

from __future__ import annotations

import datetime
from typing import Any

from filings.models import Entity
from filings.selectors.lifecycle import standing_judgements, stands_in_the_way


def effect(entity: Entity, unit: int, on: datetime.date) -> dict[str, Any]:
    """The conditions unmet from the day of the exit on, and which of them already are without it.

    `lines` are what the exit itself brings about; `already` what stands in the way anyhow.
    """
    before = {j.condition for j in standing_judgements(entity, on) if stands_in_the_way(j)}
    after = [j for j in standing_judgements(entity, on, without=unit) if stands_in_the_way(j)]
    lines = [
        {"label": j.label, "message": j.message, "clause": j.clause, "new": j.condition not in before}
        for j in after
    ]
    return {
        "on": on,
        "lines": lines,
        "breaks": any(line["new"] for line in lines),
        "already": bool(lines) and not any(line["new"] for line in lines),
        "conditions": [
            {
                "strength": str(j.strength),
                "met": j.met,
                "message": f"{j.label}：{j.message}",
                "clause": j.clause,
                "waiver": (j.waiver or {}).get("public_reason", ""),
            }
            for j in standing_judgements(entity, on, without=unit)
        ],
    }
