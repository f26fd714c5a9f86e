"""What a filing says, as data that can be hashed, compared and shown. Pure: no queries, no clock.

`Answers` is the content of one section; files are listed as `{"section", "field", "name", "size", "sha256"}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from core.canonical import digest
from core.diff import Change, diff
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


def changes(programme: Programme, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Differences of two parts or snapshots, each with the labels people know: section, field, old, new."""
    return [_labelled(programme, change) for change in diff(dict(old), dict(new))]


def _labelled(programme: Programme, change: Change) -> dict[str, Any]:
    path = [str(step) for step in change.path]
    steps = [
        step
        for step in path
        if step not in ("shared", "sections", "own", "content", "participants", "files", "own_files")
    ]
    section = programme.section(steps[0]) if steps else None
    label = " / ".join(steps)
    if section is not None:
        names = [str(section.title)]
        if len(steps) > 1:
            names.append(section.field_label(steps[1]))
        names += steps[2:]
        label = " / ".join(names)
    return {
        "path": path,
        "label": label,
        "section": section.key if section else "",
        "field": steps[1] if section is not None and len(steps) > 1 else "",
        "kind": change.kind,
        "old": change.old,
        "new": change.new,
    }
