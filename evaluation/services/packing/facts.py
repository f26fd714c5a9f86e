"""Rows as plain JSON for a pack; experts are numbered, never named."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from core import clock
from core.canonical import canonical_json
from core.models import StoredFile

#: Path in the pack and what lies there: bytes, or a stored file that is copied piece by piece.
Item = tuple[str, bytes | StoredFile]


class Plain:
    """Turns values of rows into JSON. `experts` maps the people of panels to their numbers."""

    def __init__(self, experts: Mapping[int, int] | None = None) -> None:
        self.experts = dict(experts or {})

    def of(self, row: Model, *names: str, **more: Any) -> dict[str, Any]:
        """The named fields of a row, people and units by their names."""
        return {name: self.value(getattr(row, name)) for name in names} | {
            name: self.value(value) for name, value in more.items()
        }

    def value(self, value: Any) -> Any:
        if isinstance(value, datetime.datetime):
            return clock.local(value).isoformat()
        if isinstance(value, (datetime.date, Decimal)):
            return str(value)
        if isinstance(value, User):
            return self.person(value)
        if isinstance(value, Organisation):
            return {"name": value.name, "credit_code": value.credit_code or ""}
        if isinstance(value, StoredFile):
            return {"name": value.name, "sha256": value.sha256, "size": value.size}
        return value

    def person(self, user: User) -> str:
        """A name, for an expert of a panel the number."""
        if user.pk in self.experts:
            return str(_("专家%(n)s") % {"n": self.experts[user.pk]})
        return str(user)


def as_json(value: Any) -> bytes:
    """Canonical JSON: the same rows give the same bytes."""
    return (canonical_json(value) + "\n").encode("utf-8", "surrogatepass")


def safe(text: str) -> str:
    """A part of a path: nothing that a system would take for a path or refuse."""
    kept = "".join("_" if char in '/\\:*?"<>|' or ord(char) < 32 else char for char in text)
    return kept.strip(" .")[:80] or "_"


def numbered(users: Iterable[int]) -> dict[int, int]:
    """Numbers for people in their order."""
    return {user: number for number, user in enumerate(users, start=1)}
