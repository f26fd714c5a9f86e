"""The panel as officers see it: who has scored, each mark with what was dropped, spread, total, verdicts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from filings.enums import AssignmentState, Check
from filings.models import Filing, ReviewAssignment
from filings.selectors.reading import judgements, law_for
from filings.services.review import conclude

TONES = {
    AssignmentState.INVITED: "todo",
    AssignmentState.READY: "doing",
    AssignmentState.SCORED: "done",
    AssignmentState.CONFLICTED: "off",
}


def board_of(filing: Filing, *, names: bool) -> dict[str, Any] | None:
    """None without a panel. `names` shows who the experts are (officers and heads only); others see numbers."""
    panel = getattr(filing, "panel", None)
    if panel is None:
        return None
    rows = list(
        panel.assignments.select_related("expert__user", "expert__employer").prefetch_related("scores")
    )
    experts = [_expert(number, row, names) for number, row in enumerate(rows, start=1)]
    scored = [e for e in experts if e["scored"]]
    working = [r for r in rows if r.standing != AssignmentState.CONFLICTED]
    least = int(law_for(filing).value("procedure.panel_size"))
    result = panel.result if panel.closed_at else _so_far(filing, scored)
    return {
        "panel": panel,
        "pool_size": len(panel.pool),
        "experts": experts,
        "scored": scored,
        "done": len(scored),
        "total": len(working),
        "short": max(least - len(working), 0),
        "complete": bool(working) and len(scored) == len(working),
        "closed": panel.closed_at is not None,
        "result": result,
        "criteria": _criteria(filing, result, scored),
        "verdicts": [j for j in judgements(filing) if j.check == Check.EXPERT],
        "names": names,
    }


def _expert(number: int, row: ReviewAssignment, names: bool) -> dict[str, Any]:
    label = str(row.expert) if names else _("专家 %(n)s") % {"n": number}
    employer = row.expert.employer.name if row.expert.employer else row.expert.employer_name
    return {
        "pk": row.pk,
        "label": label,
        "employer": employer if names else "",
        "title": row.expert.title if names else "",
        "state": TONES[AssignmentState(row.standing)],
        "word": _("已更换") if is_released(row) else row.get_standing_display(),
        "waits": row.standing in (AssignmentState.INVITED, AssignmentState.READY),
        "declared_at": row.declared_at,
        "scored_at": row.scored_at,
        "note": row.conflict_note if names else "",
        "opinion": row.opinion,
        "scored": row.standing == AssignmentState.SCORED,
        "marks": {s.criterion: s for s in row.scores.all()},
    }


def is_released(row: ReviewAssignment) -> bool:
    """Aside without a declaration of its own: the office released this expert."""
    return row.standing == AssignmentState.CONFLICTED and row.conflict is None


def _so_far(filing: Filing, scored: list[dict[str, Any]]) -> dict[str, Any]:
    """What the panel would conclude from the marks given until now."""
    return conclude(filing) if scored else {}


def _criteria(filing: Filing, result: dict[str, Any], scored: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each criterion with every expert's mark; one lowest and one highest are struck where the rule drops them."""
    found = {row["criterion"]: row for row in result.get("criteria", ())}
    rows = []
    for criterion in filing.spec.criteria:
        row = found.get(criterion.key)
        marks = [e["marks"].get(criterion.key) for e in scored]
        gone = [Decimal(v) for v in (row or {}).get("dropped", ())]
        cells = []
        for mark in marks:
            value = mark.value if mark else None
            dropped = value in gone
            if dropped:
                gone.remove(value)  # type: ignore[arg-type]
            cells.append({"mark": mark, "dropped": dropped})
        rows.append({"criterion": criterion, "result": row, "cells": cells})
    return rows
