"""What goes out of evaluations: plain dictionaries in the shapes of `shapes_rounds`."""

from __future__ import annotations

from typing import Any

from core.actor import Actor
from evaluation import permissions as may
from evaluation.models import Mark, Report, Round, RoundEntity, Run, RunRow
from evaluation.selectors import rounds as see
from evaluation.selectors.corrections import figures_of
from evaluation.workflow import WORKFLOW
from filings.api.shown import day, moment, unit
from filings.models import Entity

DATES = ("period_from", "period_until", "reports_until", "checks_until", "reviews_until")


def _unit(row: Any) -> dict[str, str] | None:
    return None if row is None else unit(row.credit_code, row.name)


def row(found: Round) -> dict[str, Any]:
    """A line of the list."""
    scheme = found.scheme
    return {
        "id": found.pk,
        "code": found.code,
        "name": found.name,
        "version": found.version,
        "authority": _unit(found.authority),
        "scheme": {
            "id": scheme.pk,
            "key": scheme.key,
            "version": scheme.version,
            "title": scheme.label,
        },
        "occasion": found.occasion,
        "state": found.state,
        "state_label": found.get_state_display(),
        **{name: day(getattr(found, name)) for name in DATES},
        "run": found.result.number if found.result is not None else None,
        "opened_at": moment(found.opened_at),
        "confirmed_at": moment(found.confirmed_at),
    }


def round_(found: Round, actor: Actor) -> dict[str, Any]:
    """One round with how far it is, its runs and what this actor may do next."""
    return row(found) | {
        "due_from": day(found.due_from),
        "due_until": day(found.due_until),
        "least_months": found.least_months,
        "agency": _unit(found.agency),
        "document_number": found.document_number,
        "stopped_because": found.stopped_because,
        "progress": see.progress(found),
        "runs": [run(one) for one in see.runs(found)] if may.result_reader(actor, found) else [],
        "available_actions": [step.name for step in WORKFLOW.available(found, actor)],
    }


def run(found: Run) -> dict[str, Any]:
    """A run with how far its job is; `.job` as `see.runs` sets it."""
    job = getattr(found, "job", None)
    finished = found.finished_at is not None
    state = job.state if job is not None else "failed"
    return {
        "number": found.number,
        "trial": found.trial,
        "correction": found.correction.number if found.correction is not None else None,
        "state": "done" if finished else "running" if state == "done" else state,
        "progress": 100 if finished else job.progress if job is not None else 0,
        "error": "" if finished or job is None else job.error,
        "engine": found.engine,
        "entities": found.entities,
        "inputs_sha256": found.inputs_sha256,
        "outcome_sha256": found.outcome_sha256,
        "grades": found.summary.get("grades", {}),
        "started_at": moment(found.started_at),
        "finished_at": moment(found.finished_at),
    }


def entity(found: Entity) -> dict[str, Any]:
    return {
        "code": found.code,
        "name": found.name,
        "kind": found.kind,
        "lead": _unit(found.lead),
        "district": found.district.code,
    }


def result(found: RunRow) -> dict[str, Any]:
    """A row of the ranking."""
    outcome = found.outcome
    return {
        "rank": found.rank,
        "compared_with": outcome["of"],
        "entity": entity(found.entity),
        "total": outcome["total"],
        "grade": outcome["grade"],
        "word": outcome["word"],
        **{name: outcome[name] for name in ("base", "bonus", "deduction")},
        "vetoes": outcome.get("veto") or [],
        "indicators": outcome["indicators"],
    }


def mark(found: Mark) -> dict[str, Any]:
    state = "withdrawn" if found.withdrawn_at else "confirmed" if found.confirmed_at else "waiting"
    return {
        "id": found.pk,
        "kind": found.kind,
        "key": found.key,
        "reason": found.reason,
        "correction": found.correction.number if found.correction is not None else None,
        "reverses": found.reverses_id,
        "state": state,
        "stated_at": moment(found.stated_at),
        "confirmed_at": moment(found.confirmed_at),
        "withdrawn_at": moment(found.withdrawn_at),
        "withdrawn_because": found.withdrawn_because,
    }


def subject(found: RoundEntity) -> dict[str, Any]:
    """An entity of the population with its figures."""
    return {
        "id": found.pk,
        "entity": entity(found.entity),
        "included": found.included,
        "exclusion": found.exclusion,
        "exclusion_note": found.exclusion_note,
        "filing": found.filing_id,
        "checked_at": moment(found.checked_at),
        "values": figures_of(found).get("values", {}),
        "marks": [mark(one) for one in found.marks.all()],
    }


def report(found: Report) -> dict[str, Any]:
    later = found.superseded_by
    return {
        "id": found.pk,
        "number": found.number,
        "kind": found.kind,
        "issue": found.issue,
        "round": found.round.code,
        "round_name": found.round.name,
        "entity": entity(found.entity) if found.entity is not None else None,
        "verification_code": found.verification_code,
        "issued_at": moment(found.issued_at),
        "sha256": found.stored.sha256 if found.stored is not None else None,
        "size": found.stored.size if found.stored is not None else None,
        "signed": found.signed,
        "reason": found.reason,
        "superseded_by": later.number if later is not None else None,
    }
