"""Proposed changes, and the dated values they are about."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from core.actor import Actor
from core.errors import NotVisible
from policy.book import covers, depth
from policy.enums import ChangeState, Subject
from policy.models import (
    Change,
    Document,
    EditableList,
    EditableListVersion,
    Parameter,
    ParameterValue,
    Reading,
    ReadingValue,
)
from policy.permissions import may_see_changes

#: subject → (model of its dated values, name of the foreign key to the subject)
VALUES: dict[str, tuple[Any, str]] = {
    Subject.PARAMETER: (ParameterValue, "parameter"),
    Subject.READING: (ReadingValue, "reading"),
    Subject.LIST: (EditableListVersion, "editable_list"),
}
MODELS: dict[type, Subject] = {
    Parameter: Subject.PARAMETER,
    Reading: Subject.READING,
    EditableList: Subject.LIST,
    Document: Subject.DOCUMENT,
}


def values_of(subject: str, target: Any) -> QuerySet[Any]:
    """Every dated value of a parameter, reading or list, latest start first within a place."""
    model, name = VALUES[subject]
    return (
        model.objects.filter(**{name: target})
        .select_related("place__parent", "clause__document", "proposed_by", "published_by", "change")
        .order_by("place_id", "-valid_from")
    )


def periods(change: Change) -> QuerySet[Any]:
    """The dated values of the change's subject in exactly its place, by start."""
    model, name = VALUES[change.subject]
    return model.objects.filter(**{name: change.target}, place_id=change.place_id).order_by("valid_from")


def covering(subject: str, target: Any, place: str, on: date) -> Any:
    """The dated value in force on a day in exactly that place, None if there is none."""
    model, name = VALUES[subject]
    return (
        model.objects.filter(**{name: target}, place_id=place, valid_from__lte=on)
        .filter(Q(valid_until__isnull=True) | Q(valid_until__gte=on))
        .first()
    )


def content_of(subject: str, row: Any) -> Any:
    """What a dated value says, in the shape a change proposes it."""
    if row is None:
        return None
    if subject == Subject.LIST:
        return {"items": row.items, "confirmed": row.confirmed}
    return row.value


def document_content(document: Document) -> dict[str, Any]:
    """What may be changed about a document."""
    return {
        "valid_from": document.valid_from.isoformat(),
        "valid_until": document.valid_until.isoformat() if document.valid_until else None,
        "number_confirmed": document.number_confirmed,
    }


def snapshot(change: Change) -> dict[str, Any] | None:
    """What is in force where and when the change would begin: {id, value, valid_from}; for a document its state."""
    if change.subject == Subject.DOCUMENT:
        return {"value": document_content(Document.objects.get(pk=change.target.pk))}
    row = covering(change.subject, change.target, change.place_id, change.valid_from)
    if row is None:
        return None
    return {
        "id": row.pk,
        "value": content_of(change.subject, row),
        "valid_from": row.valid_from.isoformat(),
    }


def visible_changes(actor: Actor) -> QuerySet[Change]:
    """Proposed and decided changes: staff see all, the public none (what is published is in the history)."""
    rows = Change.objects.select_related(
        "parameter",
        "reading",
        "editable_list",
        "document",
        "place__parent",
        "proposed_by",
        "state_changed_by",
        "clause",
    )
    return rows if may_see_changes(actor) else rows.none()


def change_for(actor: Actor, pk: int) -> Change:
    """One change this actor may see. Raises NotVisible."""
    found = visible_changes(actor).filter(pk=pk).first()
    if found is None:
        raise NotVisible
    return found


def pending_for(subject: str, target: Any) -> QuerySet[Change]:
    """Changes of a subject that wait for the second person."""
    _model, name = VALUES.get(subject, (None, "document"))
    return Change.objects.filter(**{name: target}, state=ChangeState.PROPOSED).select_related(
        "place", "proposed_by"
    )


def waiting() -> QuerySet[Change]:
    """Changes that wait for a second person."""
    return Change.objects.filter(state=ChangeState.PROPOSED)


def in_force(subject: str, target: Any, place: str, on: date) -> Any:
    """The dated value a place lives under: of the values in force, the narrowest that contains it."""
    model, name = VALUES[subject]
    live = [row for row in model.objects.filter(**{name: target}) if row.covers(on)]
    around = [row for row in live if covers(row.place_id, place)] or live
    return max(around, key=lambda row: depth(row.place_id), default=None)
