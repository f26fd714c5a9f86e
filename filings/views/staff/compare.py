"""Differences of two snapshots in people's words: section, field, row, file; and where on the case they belong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from core.diff import Change, diff
from core.presentation.values import shown as plain
from core.templatetags.ui import yuan
from filings.enums import ParticipantRole
from filings.fields import RowsField, shown
from filings.programmes import Programme, Section

Snapshot = Mapping[str, Any]


def cell(field: forms.Field | None, value: Any) -> Any:
    """One stored value as text; amounts with separators."""
    if field is None:
        return plain(value)
    if isinstance(field, forms.DecimalField) and value not in (None, ""):
        return yuan(value)
    if isinstance(field, RowsField):
        return plain(value)
    return shown(field, value)


def differences(spec: Programme, old: Snapshot, new: Snapshot) -> list[dict[str, Any]]:
    """Changes from `old` to `new` with `label`, `kind`, `what`, `old`, `new`, `cells` and `at` (owner, section, field)."""
    names = {
        code: str(part.get("name") or code)
        for side in (old, new)
        for code, part in (side.get("participants") or {}).items()
    }
    found = [_described(spec, change, names) for change in diff(_placed(old), _placed(new))]
    return [row for row in found if row is not None]


def _placed(snapshot: Snapshot) -> dict[str, Any]:
    """Files are paired by where they stand, not by their place in a list."""
    people = {
        code: {**part, "files": _files(part.get("files") or ())}
        for code, part in (snapshot.get("participants") or {}).items()
    }
    return {**snapshot, "participants": people, "files": _files(snapshot.get("files") or ())}


def _files(rows: Any) -> list[dict[str, Any]]:
    seen: dict[str, int] = {}
    placed = []
    for row in rows:
        at = f"{row['section']}.{row['field']}"
        seen[at] = seen.get(at, 0) + 1
        placed.append({**{k: v for k, v in row.items() if k != "id"}, "_id": f"{at}.{seen[at]}"})
    return placed


def _described(spec: Programme, change: Change, names: Mapping[str, str]) -> dict[str, Any] | None:
    head, *rest = change.path
    owner, who = "", ""
    if head == "participants" and rest:
        owner, *rest = rest
        who = names.get(owner, owner)
        head, *rest = rest or ["name"]
    row = {"kind": change.kind, "what": change.what, "old": change.old, "new": change.new, "cells": ()}
    if head == "content" and rest:
        return row | _answer(spec, change, rest, owner, who)
    if head == "files" and rest:
        section, name, *_number = rest[0].split(".")
        labels = [who, *_place(spec.section(section), name)]
        return row | {"label": " / ".join(filter(None, labels)), "at": (owner, section, name)}
    if head == "reasons" and rest:
        condition = spec.condition(rest[0])
        label = _("例外理由：%(what)s") % {"what": condition.label if condition else rest[0]}
        return row | {"label": label, "at": ("", "reasons", rest[0])}
    if head == "role":
        words = dict(ParticipantRole.choices)
        label = _("%(who)s 的角色") % {"who": who}
        return row | {
            "label": label,
            "old": words.get(change.old, change.old),
            "new": words.get(change.new, change.new),
            "at": (owner, "", ""),
        }
    if head == "name":
        return row | {"label": _("成员单位"), "at": (owner, "", "")}
    return row | {"label": change.dotted, "at": ("", "", "")}


def _place(section: Section | None, name: str) -> list[str]:
    return [] if section is None else [str(section.title), section.field_label(name)]


def _answer(
    spec: Programme, change: Change, rest: list[str], owner: str, who: str
) -> dict[str, Any]:
    """A change inside a section: of the field, of one row of its table, or of one cell of a row."""
    section = spec.section(rest[0])
    name = rest[1] if len(rest) > 1 else ""
    field = section.form.base_fields.get(name) if section else None
    labels = [who, *(_place(section, name) if name else [str(section.title) if section else rest[0]])]
    old, new, cells = change.old, change.new, ()
    if isinstance(field, RowsField) and len(rest) > 2:
        columns = field.row_form.base_fields
        labels.append(str(_("第 %(n)s 行") % {"n": rest[2]}))
        if len(rest) > 3:
            column = columns.get(rest[3])
            labels.append(str(column.label) if column else rest[3])
            old, new = cell(column, old), cell(column, new)
        else:
            old, new = _row(columns, old), _row(columns, new)
    elif field is not None:
        old, new = cell(field, old), cell(field, new)
    return {
        "label": " / ".join(filter(None, labels)),
        "old": old,
        "new": new,
        "cells": cells,
        "at": (owner, rest[0], name),
    }


def _row(columns: Mapping[str, forms.Field], row: Any) -> str:
    if not isinstance(row, Mapping):
        return ""
    return "\n".join(
        f"{field.label}：{cell(field, row.get(name))}" for name, field in columns.items()
    )
