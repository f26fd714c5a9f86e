"""The audit log for those who may read it: who did what, to what, when, with what result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from django.db.models import QuerySet

from accounts.models import Organisation, User
from core.models import AuditEntry


@dataclass(frozen=True)
class Query:
    """Filters of the log, as in the query string."""

    action: str = ""
    who: str = ""
    object: str = ""
    result: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Self:
        return cls(
            **{name: str(given.get(name, "")).strip()[:100] for name in ("action", "who", "object", "result")}
        )

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def entries(query: Query) -> QuerySet[AuditEntry]:
    """Matching entries, newest first. `who` is a user name, `object` a type or `type/id`."""
    rows = AuditEntry.objects.order_by("-pk")
    if query.action:
        rows = rows.filter(action=query.action)
    if query.who:
        rows = rows.filter(
            user_id__in=list(User.objects.filter(username=query.who).values_list("pk", flat=True))
        )
    if query.object:
        kind, _slash, number = query.object.partition("/")
        rows = rows.filter(object_type__iendswith=kind)
        if number:
            rows = rows.filter(object_id=number)
    if query.result:
        rows = rows.filter(result=query.result)
    return rows


def rows(page: Iterable[AuditEntry]) -> list[dict[str, Any]]:
    """Entries with names instead of ids; three queries whatever the number."""
    found = list(page)
    people = dict(User.objects.filter(pk__in={e.user_id for e in found}).values_list("pk", "username"))
    units = dict(
        Organisation.objects.filter(pk__in={e.organisation_id for e in found}).values_list("pk", "name")
    )
    return [
        {"entry": e, "who": people.get(e.user_id or 0, ""), "unit": units.get(e.organisation_id or 0, "")}
        for e in found
    ]


def actions() -> list[str]:
    """Every action on record, for the filter."""
    return sorted(AuditEntry.objects.order_by().values_list("action", flat=True).distinct())
