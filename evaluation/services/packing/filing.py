"""A filing in a pack: every version, its files, what happened, corrections, scores, papers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from evaluation.services.packing.facts import Item, Plain, as_json, numbered, safe
from filings.models import Filing, IssuedDocument, ReviewAssignment


def experts_of(filing: Filing | None) -> dict[int, int]:
    """People of the panel by number; nobody where nobody reviewed."""
    if filing is None:
        return {}
    rows = ReviewAssignment.objects.filter(panel__filing=filing).order_by("pk")
    return numbered(rows.values_list("expert__user_id", flat=True))


def items(filing: Filing, folder: str, plain: Plain) -> Iterator[Item]:
    """Everything of a filing below `folder`."""
    yield f"{folder}/filing.json", as_json(_core(filing, plain))
    for version in filing.versions.order_by("number"):
        told = plain.of(version, "number", "sha256", "created_at", "created_by", "snapshot")
        yield f"{folder}/versions/{version.number:03d}.json", as_json(told)
    yield from _files(filing, folder, plain)
    yield f"{folder}/timeline.json", as_json(_timeline(filing, plain))
    yield f"{folder}/handling.json", as_json(_handling(filing, plain))
    yield f"{folder}/scores.json", as_json(_scores(filing, plain))
    yield from papers(filing.documents.select_related("stored", "issued_by"), f"{folder}/papers", plain)


def _core(filing: Filing, plain: Plain) -> dict[str, Any]:
    return plain.of(
        filing, "programme", "action", "state", "title", "period", "receipt_number", "applicant", "authority",
        "created_at", "created_by", "submitted_at", "accepted_at", "reviewed_at", "filed_at", "ended_at",
        "assigned_to", "due_at", "reason", "version", "content",
        participants=[
            plain.of(row, "organisation", "role", "standing", "standing_at", "content")
            for row in filing.participants.select_related("organisation")
        ],
    )  # fmt: skip


def _files(filing: Filing, folder: str, plain: Plain) -> Iterator[Item]:
    """Files as handed in, removed ones too; what is said of them beside."""
    rows = list(filing.attachments.select_related("stored", "created_by").order_by("pk"))
    told = []
    for row in rows:
        path = f"{folder}/files/{row.pk}-{safe(row.stored.name)}"
        told.append(
            plain.of(row, "section", "field", "stored", "created_at", "created_by", "removed_at", path=path)
        )
        yield path, row.stored
    yield f"{folder}/files.json", as_json(told)


def _timeline(filing: Filing, plain: Plain) -> list[dict[str, Any]]:
    rows = filing.events.select_related("actor", "organisation").order_by("at", "pk")
    names = ("at", "actor", "organisation", "label", "source", "target", "comment", "staff_only")
    return [plain.of(row, *names) for row in rows]


def _handling(filing: Filing, plain: Plain) -> dict[str, Any]:
    """Checks, corrections, exceptions, decisions and notices."""
    return {
        "checks": [
            plain.of(row, "item", "machine", "machine_note", "result", "note", "checked_at", "checked_by")
            for row in filing.checks.order_by("pk")
        ],
        "corrections": [
            plain.of(
                row, "round", "number", "section", "field", "message", "standing", "before", "answer",
                "created_at", "created_by", "answered_at", "answered_by", "closed_at", "closed_by",
            )
            for row in filing.corrections.order_by("pk")
        ],
        "waivers": [
            plain.of(
                row, "condition", "applicant_reason", "applicant_at", "public_reason", "granted_by",
                "granted_at", "confirmed_by", "confirmed_at", "ended_on", "ended_because",
            )
            for row in filing.waivers.order_by("pk")
        ],
        "decisions": [
            plain.of(
                row, "months", "opinion", "document_number", "document_date", "proposed_by", "proposed_at",
                "result", "comment", "decided_by", "decided_at",
            )
            for row in filing.decisions.order_by("pk")
        ],
        "notices": [
            plain.of(row, "number", "title", "body", "starts_on", "ends_on", "published_at", "closed_at")
            for row in filing.notices.order_by("pk")
        ],
    }  # fmt: skip


def _scores(filing: Filing, plain: Plain) -> dict[str, Any]:
    """What the experts gave and why, each under a number; the draw's seed, so that it can be replayed."""
    panel = getattr(filing, "panel", None)
    if panel is None:
        return {"panel": None, "experts": []}
    rows = panel.assignments.select_related("expert__user").prefetch_related("scores").order_by("pk")
    return {
        "panel": plain.of(panel, "seed", "drawn", "opened_at", "closed_at", "result"),
        "note": _("专家只以编号出现"),
        "experts": [
            plain.of(
                row, "standing", "conflict", "opinion", "declared_at", "scored_at",
                expert=row.expert.user,
                scores=[
                    plain.of(score, "criterion", "value", "rationale") for score in row.scores.order_by("pk")
                ],
            )
            for row in rows
        ],
    }  # fmt: skip


def papers(rows: Any, folder: str, plain: Plain) -> Iterator[Item]:
    """Issued papers as they were rendered, with what is known of each."""
    told = []
    row: IssuedDocument
    for row in rows:
        path = f"{folder}/{row.pk}-{safe(row.number)}.pdf" if row.stored is not None else ""
        told.append(
            plain.of(row, "number", "verification_code", "issued_at", "issued_by", "stored", "data",
                     kind=row.kind_label, path=path)
        )  # fmt: skip
        if row.stored is not None:
            yield path, row.stored
    yield f"{folder}.json", as_json(told)
