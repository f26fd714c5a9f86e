"""Heads of the audit chain kept outside the database: one line an hour in a file (``AUDIT_ANCHOR_FILE``).

Whoever can rewrite every row of the database can also seal the whole chain again.  They cannot change a line
that was copied elsewhere before; operators ship this file to another host.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from django.conf import settings

from core import audit, clock
from core.canonical import moment_text


def place() -> Path | None:
    """The file, or ``None`` where no anchors are kept."""
    named = getattr(settings, "AUDIT_ANCHOR_FILE", "")
    return Path(named) if named else None


def write() -> audit.Head | None:
    """Append the present head unless it is the last line already; ``None`` when nothing was written."""
    file = place()
    if file is None:
        return None
    audit.seal_pending()
    head = audit.head()
    if head.position == 0 or head == last():
        return None
    line = {"at": moment_text(clock.wall()), "position": head.position, "digest": head.digest}
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="ascii") as stream:
        stream.write(json.dumps(line) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    return head


def last() -> audit.Head | None:
    """The newest anchor, or ``None``."""
    file = place()
    if file is None or not file.exists():
        return None
    lines = file.read_text(encoding="ascii").split("\n")
    kept = [json.loads(line) for line in lines if line.strip()]
    return audit.Head(kept[-1]["position"], kept[-1]["digest"]) if kept else None
