"""What a filing says, as data that can be hashed, compared and shown. Pure: no queries, no clock.

`Answers` is the content of one section; files are listed as `{"section", "field", "name", "size", "sha256"}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.canonical import digest
from core.diff import Change, diff
from filings.fields import RowsField, shown
from filings.programmes import Programme

File = Mapping[str, Any]


def shared_part(programme: Programme, content: Mapping[str, Any], files: Iterable[File]) -> dict[str, Any]:
    """The sections every participant confirms, with the hashes of their files."""
    keys = {s.key for s in programme.shared_sections}
    return {
        "sections": {key: content.get(key, {}) for key in sorted(keys)},
        "files": sorted(
            (
                {k: f[k] for k in ("section", "field", "name", "sha256")}
                for f in files
                if f["section"] in keys
            ),
            key=lambda f: (f["section"], f["field"], f["sha256"]),
        ),
    }


def confirmed_part(
    shared: Mapping[str, Any], role: str, own: Mapping[str, Any], own_files: Iterable[File]
) -> dict[str, Any]:
    """Exactly what one participant confirms: the shared part, its role and its own section."""
    return {
        "shared": shared,
        "role": role,
        "own": dict(own),
        "own_files": sorted(
            ({k: f[k] for k in ("section", "field", "name", "sha256")} for f in own_files),
            key=lambda f: (f["section"], f["field"], f["sha256"]),
        ),
    }


def fingerprint(part: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON of a part."""
    return digest(part)


def changes(
    programme: Programme,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    names: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """Differences of two parts or snapshots, in words people know.

    Each has path, label, section, field, kind, what, old, new and, for a table row, cells (label, value).
    `names` gives the units of a snapshot their names by credit code.
    """
    found = diff(_comparable(old), _comparable(new))
    return [_labelled(programme, change, names or _names(old) | _names(new)) for change in found]


def _names(snapshot: Mapping[str, Any]) -> dict[str, str]:
    return {code: str(unit.get("name", code)) for code, unit in snapshot.get("participants", {}).items()}


def _comparable(part: Any) -> Any:
    """Files keyed by what they are instead of by position, so that a new one does not shift the others."""
    if not isinstance(part, Mapping):
        return part
    return {key: _files(value) if key in FILES else _comparable(value) for key, value in part.items()}


def _files(rows: Iterable[File]) -> dict[str, Any]:
    keyed: dict[str, Any] = {}
    for row in rows:
        keyed.setdefault(row["section"], {}).setdefault(row["field"], {})[row["sha256"]] = dict(row)
    return keyed


FILES = ("files", "own_files")
_ENVELOPE = {"shared", "sections", "own", "content", "participants", *FILES}


def _labelled(programme: Programme, change: Change, names: Mapping[str, str]) -> dict[str, Any]:
    path = [str(step) for step in change.path]
    steps = [step for step in path if step not in _ENVELOPE]
    unit = names.get(steps[0], "") if steps else ""
    inner = steps[1:] if unit else steps
    section = programme.section(inner[0]) if inner else None
    field = inner[1] if section is not None and len(inner) > 1 else ""
    form_field = section.form.base_fields.get(field) if section else None
    where = [unit] if unit else []
    if section is None:
        where += [_envelope_word(programme, step) for step in inner]
    else:
        where += [str(section.title), *([section.field_label(field)] if field else [])]
        where += _inside(form_field, inner[2:], change.what)
    return {
        "path": path,
        "label": " / ".join(word for word in where if word),
        "section": section.key if section else "",
        "field": field,
        "kind": change.kind,
        "what": change.what,
        "old": _said(form_field, inner[2:], change, change.old),
        "new": _said(form_field, inner[2:], change, change.new),
        "cells": _cells(form_field, change),
    }


def _envelope_word(programme: Programme, step: str) -> str:
    words = {"role": _("成员角色"), "name": _("单位名称"), "reasons": _("例外理由"), "action": _("事项")}
    condition = programme.condition(step)
    return str(condition.label) if condition else str(words.get(step, step))


def _inside(field: Any, steps: list[str], what: str) -> list[str]:
    """The row and the column of a table, in words."""
    if what == "file" or not steps or not isinstance(field, RowsField):
        return []
    column = field.row_form.base_fields.get(steps[1]) if len(steps) > 1 else None
    return [_("第 %(n)s 行") % {"n": steps[0]}, *([str(column.label)] if column else [])]


def _said(field: Any, steps: list[str], change: Change, value: Any) -> Any:
    """A value as people read it; files and rows stay what they are."""
    if change.what != "field" or field is None or value is None:
        return value
    if isinstance(field, RowsField):
        column = field.row_form.base_fields.get(steps[1]) if len(steps) > 1 else None
        return shown(column, value) if column else value
    return shown(field, value)


def _cells(field: Any, change: Change) -> list[dict[str, Any]]:
    row = change.new or change.old
    if change.what != "row" or not isinstance(field, RowsField) or not isinstance(row, Mapping):
        return []
    return [
        {"label": str(column.label), "value": shown(column, row.get(name))}
        for name, column in field.row_form.base_fields.items()
    ]
