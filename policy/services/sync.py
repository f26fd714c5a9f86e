"""Make rows of a table equal to what the fixtures say, writing only what differs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import models

Values = Mapping[str, Any]


def sync(model: type[models.Model], keys: Sequence[str], rows: Iterable[Values]) -> int:
    """Create what is missing and update what differs, found by `keys`. Returns the number of rows written."""
    wanted = {tuple(row[key] for key in keys): row for row in rows}
    held = {tuple(getattr(obj, key) for key in keys): obj for obj in model._default_manager.all()}
    created = [model(**row) for key, row in wanted.items() if key not in held]
    updated, names = [], set()
    for key, row in wanted.items():
        obj = held.get(key)
        differing = [name for name, value in row.items() if obj is not None and getattr(obj, name) != value]
        if obj is not None and differing:
            for name in differing:
                setattr(obj, name, row[name])
            updated.append(obj)
            names.update(differing)
    model._default_manager.bulk_create(created)
    if updated:
        model._default_manager.bulk_update(updated, sorted(names))
    return len(created) + len(updated)
