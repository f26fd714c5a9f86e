"""The audit log of a case as a pack carries it: entries with their seals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q

from core.canonical import moment_text
from core.models import AuditEntry

COLUMNS = (
    "id", "user_id", "organisation_id", "roles", "ip", "request_id", "action", "object_type", "object_id",
    "detail", "before", "after", "result",
)  # fmt: skip


def sealed(entry: AuditEntry) -> dict[str, Any]:
    """An entry and its seal, as `verify_pack` reads them."""
    found = {name: getattr(entry, name) for name in COLUMNS} | {"at": moment_text(entry.at)}
    seal = entry.seal
    return {
        "entry": found,
        "seal": {"position": seal.position, "previous": seal.previous, "digest": seal.digest},
    }


def entries_of(objects: Sequence[tuple[str, str]]) -> Iterable[dict[str, Any]]:
    """Sealed entries about these objects in the order of the chain."""
    by_type: dict[str, list[str]] = {}
    for kind, key in objects:
        by_type.setdefault(kind, []).append(key)
    asked = Q(pk__in=())
    for kind, keys in by_type.items():
        asked |= Q(object_type=kind, object_id__in=keys)
    rows = AuditEntry.objects.filter(asked, seal__isnull=False).select_related("seal")
    return [sealed(entry) for entry in rows.order_by("seal__position")]
