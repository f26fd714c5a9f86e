"""An evaluated entity in a pack: its round, calculation, corrections, reports, what followed, the rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core import clock
from core.models import reference
from evaluation.models import Correction, ResultChange, RoundEntity, RunRow
from evaluation.selectors.corrections import touching
from evaluation.selectors.register import ratings_of
from evaluation.selectors.report_facts import clauses
from evaluation.services.packing import filing as filings
from evaluation.services.packing.facts import Item, Plain, as_json, safe
from filings.models import Cancellation
from policy.law import law_on
from policy.models import Clause


def items(subject: RoundEntity) -> Iterator[Item]:
    """Everything of the case, path by path."""
    plain = Plain(filings.experts_of(subject.filing))
    yield "case/round.json", as_json(_round(subject, plain))
    yield "case/entity.json", as_json(_entity(subject, plain))
    yield from _calculation(subject, plain)
    yield from _changes(subject, plain)
    yield from _corrections(subject, plain)
    yield from _reports(subject, plain)
    yield from _consequences(subject, plain)
    if subject.filing is not None:
        yield from filings.items(subject.filing, "self-assessment", plain)
    yield "rules/rules.json", as_json(_rules(subject))


def _round(subject: RoundEntity, plain: Plain) -> dict[str, Any]:
    row = subject.round
    return plain.of(
        row, "code", "name", "authority", "occasion", "state", "period_from", "period_until", "reports_until",
        "checks_until", "reviews_until", "agency", "document_number", "officer", "opened_at", "proposed_by",
        "proposed_at", "proposal", "confirmed_by", "confirmed_at", "stopped_because",
        scheme=plain.of(
            row.scheme, "key", "version", "label", "rule", "source", "authority", "published_at",
            "published_by", "tree",
        ),
        events=[
            plain.of(one, "at", "by", "text", "comment", "exceptional")
            for one in row.events.select_related("by").order_by("pk")
        ],
    )  # fmt: skip


def _entity(subject: RoundEntity, plain: Plain) -> dict[str, Any]:
    entity = subject.entity
    return plain.of(
        subject, "included", "exclusion", "exclusion_note", "checked_by", "checked_at", "inputs",
        entity=plain.of(
            entity, "code", "kind", "name", "level", "lead", "authority", "industry", "valid_from",
            "valid_until", "standing", "ended_on", "end_reason",
            district=entity.district.label,
            members=[
                plain.of(row, "organisation", "role", "since", "until")
                for row in entity.members.select_related("organisation").order_by("pk")
            ],
        ),
    )  # fmt: skip


def _calculation(subject: RoundEntity, plain: Plain) -> Iterator[Item]:
    """Every finished run: the program, what it read of this entity, what came of it."""
    rows = RunRow.objects.filter(entity=subject.entity_id, run__round=subject.round_id)
    for row in rows.select_related("run__started_by", "run__correction").order_by("run__number"):
        run, folder = row.run, f"calculation/run-{row.run.number:03d}"
        told = plain.of(
            run, "number", "trial", "engine", "started_by", "started_at", "finished_at", "entities",
            "inputs_sha256", "outcome_sha256", "summary", accepted=run.pk == subject.round.run_id,
            in_force=run.pk == subject.round.result_id, correction=_number(run.correction),
        )  # fmt: skip
        yield f"{folder}/run.json", as_json(told)
        yield f"{folder}/program.json", as_json(run.program)
        yield f"{folder}/inputs.json", as_json(row.inputs)
        yield f"{folder}/outcome.json", as_json(row.outcome)


def _changes(subject: RoundEntity, plain: Plain) -> Iterator[Item]:
    """Corrections of figures; vetoes, bonuses and deductions with their evidence."""
    names = ("code", "before", "after", "reason", "evidence", "made_by", "made_at")
    told = []
    for one in subject.changes.select_related("made_by", "evidence", "correction").order_by("pk"):
        path = f"case/changes/{one.pk}-{safe(one.evidence.name)}" if one.evidence is not None else ""
        told.append(plain.of(one, *names, correction=_number(one.correction), path=path))
        if one.evidence is not None:
            yield path, one.evidence
    yield "case/corrections.json", as_json(told)
    told = []
    marks = subject.marks.select_related(
        "evidence", "stated_by", "confirmed_by", "withdrawn_by", "correction"
    )
    for mark in marks.order_by("pk"):
        path = f"case/marks/{mark.pk}-{safe(mark.evidence.name)}" if mark.evidence is not None else ""
        told.append(
            plain.of(
                mark, "id", "kind", "key", "reason", "evidence", "stated_by", "stated_at", "confirmed_by",
                "confirmed_at", "withdrawn_by", "withdrawn_at", "withdrawn_because",
                correction=_number(mark.correction), reverses=mark.reverses_id, path=path,
            )
        )  # fmt: skip
        if mark.evidence is not None:
            yield path, mark.evidence
    yield "case/marks.json", as_json(told)


def _number(correction: Correction | None) -> int | None:
    return correction.number if correction is not None else None


def _corrections(subject: RoundEntity, plain: Plain) -> Iterator[Item]:
    """Corrections of the confirmed result, with the figures they put in place and what they moved of this entity."""
    told = []
    for row in touching(subject):
        stored = row.document
        path = f"case/correction-{row.number}/{safe(stored.name)}" if stored is not None else ""
        named = row.named.filter(subject=subject).first()
        moved = ResultChange.objects.filter(run=row.run, subject=subject).select_related("rating", "report")
        told.append(
            plain.of(
                row, "number", "state", "ground", "reason", "document", "opened_by", "opened_at", "proposed_by",
                "proposed_at", "proposal", "confirmed_by", "confirmed_at", "applied_at", "withdrawn_because",
                base=row.base.number,
                run=row.run.number if row.run is not None else None,
                named=named is not None,
                inputs=named.inputs if named is not None else None,
                changes=[_moved(one) for one in moved],
                path=path,
            )
        )  # fmt: skip
        if stored is not None:
            yield path, stored
    if told:
        yield "case/result-corrections.json", as_json(told)


def _moved(one: ResultChange) -> dict[str, Any]:
    """Before and after, and what followed."""
    sides = {"before": one.before, "after": one.after}
    found: dict[str, Any] = {
        name: {"total": str(row.total), "grade": row.grade, "rank": row.rank} for name, row in sides.items()
    }
    return found | {
        "rating": one.rating.round if one.rating is not None else None,
        "report": one.report.number if one.report is not None else None,
        "cancellation_stands": one.stands_id,
    }


def reports_of(subject: RoundEntity) -> Any:
    """Every issue of its report, then those of the round."""
    own = subject.round.reports.filter(entity=subject.entity_id) | subject.round.reports.filter(entity=None)
    return own.select_related("stored", "issued_by", "superseded_by").order_by("pk")


def _reports(subject: RoundEntity, plain: Plain) -> Iterator[Item]:
    told = []
    for row in reports_of(subject):
        path = f"reports/{row.pk}-{safe(row.number)}.pdf" if row.stored is not None else ""
        later = row.superseded_by.number if row.superseded_by is not None else ""
        told.append(
            plain.of(
                row, "kind", "issue", "number", "verification_code", "issued_at", "issued_by", "signed",
                "reason", "stored", "data", superseded_by=later, path=path,
            )
        )  # fmt: skip
        if row.stored is not None:
            yield path, row.stored
    yield "reports/reports.json", as_json(told)


def cancellations_of(subject: RoundEntity) -> list[Cancellation]:
    """Proceedings that this result opened."""
    rows = Cancellation.objects.filter(rating__in=ratings_of(subject))
    return list(rows.prefetch_related("statements", "pauses").order_by("pk"))


def _consequences(subject: RoundEntity, plain: Plain) -> Iterator[Item]:
    """The grade on the register; a hearing with its statements, letters and notice."""
    names: tuple[str, ...] = (
        "round",
        "rated_on",
        "grade",
        "word",
        "score",
        "by_whom",
        "summary",
        "recorded_by",
        "recorded_at",
    )
    names += ("confirmed_by", "confirmed_at", "refused_by", "refused_at", "refused_because")
    ratings = [plain.of(one, *names) for one in ratings_of(subject)]
    yield "consequences/ratings.json", as_json(ratings)
    for row in cancellations_of(subject):
        folder = f"consequences/cancellation-{row.pk}"
        yield f"{folder}/cancellation.json", as_json(_cancellation(row, plain))
        for one in row.statements.all():
            if one.stored is not None:
                yield f"{folder}/statements/{one.pk}-{safe(one.stored.name)}", one.stored
        rows = row.documents.select_related("stored", "issued_by").order_by("pk")
        yield from filings.papers(rows, f"{folder}/papers", plain)


def _cancellation(row: Cancellation, plain: Plain) -> dict[str, Any]:
    notice = getattr(row, "announcement", None)
    return plain.of(
        row, "state", "ground", "condition", "clause", "reason", "opened_at", "opened_by", "served_at",
        "hearing_days", "hearing_until", "heard_at", "weighed", "proposal", "proposed_by", "proposed_at",
        "decided_by", "decided_at", "decided_on", "decision",
        pauses=[plain.of(one, "since", "until", "days_left", "reason") for one in row.pauses.all()],
        statements=[
            plain.of(one, "text", "stored", "organisation", "stated_by", "stated_at")
            for one in row.statements.all()
        ],
        announcement=plain.of(notice, "number", "title", "body", "starts_on", "ends_on", "published_at")
        if notice is not None
        else None,
    )  # fmt: skip


def _rules(subject: RoundEntity) -> dict[str, Any]:
    """The rules the evaluation rests on with their citations, and the clauses in the library."""
    row = subject.round
    place = row.authority.jurisdiction.code if row.authority.jurisdiction is not None else ""
    day = clock.local(row.confirmed_at).date() if row.confirmed_at else clock.today()
    found = clauses(row.scheme.rule, law_on(day, place))
    cited = " ".join(one["citation"] for one in found)
    texts = [
        {"document": str(one.document), "ref": one.ref, "title": one.title, "summary": one.summary}
        for one in Clause.objects.select_related("document")
        if one.ref in cited and one.document.print_as in cited
    ]
    return {"on": day.isoformat(), "rules": found, "clauses": texts}


def objects_of(subject: RoundEntity) -> list[tuple[str, str]]:
    """(type, id) of everything whose audit entries belong to the case."""
    row = subject.round
    rows: list[Any] = [subject, row, row.scheme, subject.entity, *ratings_of(subject)]
    rows += [*reports_of(subject), *cancellations_of(subject), *touching(subject)]
    rows += [one.stored for one in reports_of(subject) if one.stored is not None]
    filing = subject.filing
    if filing is not None:
        rows += [filing, *filing.attachments.all(), *filing.participants.all(), *filing.documents.all()]
        panel = getattr(filing, "panel", None)
        rows += [panel, *panel.assignments.all()] if panel is not None else []
    return [reference(one) for one in rows]
