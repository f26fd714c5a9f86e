"""The reports of a round for those who run it: that of the round, how many are made, the archive of all."""

from __future__ import annotations

from typing import Any

from core.models import Job
from evaluation.enums import RoundState
from evaluation.models import Round
from evaluation.selectors.reports import current
from evaluation.services import report_archive


def of_round(row: Round) -> dict[str, Any] | None:
    """None until the result is confirmed; `ready` once every report is there and can be packed."""
    if row.state != RoundState.CONFIRMED:
        return None
    rows = list(current(row))
    made = [one for one in rows if one.stored is not None]
    job = Job.objects.filter(kind=report_archive.JOB, scope=f"round:{row.pk}").order_by("-pk").first()
    return {
        "whole": next((one for one in made if one.entity_id is None), None),
        "made": len(made),
        "all": len(rows),
        "ready": bool(rows) and len(made) == len(rows),
        "job": job,
        "packing": job is not None and not job.is_finished,
        "file": job.result.get("file", "") if job is not None else "",
    }
