"""A workbook that was refused, given back with its errors in the cells; read by who sent it and nobody else."""

from __future__ import annotations

from collections.abc import Sequence

from core import audit, files
from core.actor import Actor
from core.models import StoredFile
from core.xlsx import CellError, mark
from filings.models import Entity

KIND = "clusters.marked"
MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def keep_marked(*, actor: Actor, cluster: Entity, data: bytes, errors: Sequence[CellError]) -> StoredFile:
    """The marked workbook, kept for the sender to fetch. Raises BadWorkbook."""
    stored = files.store_generated(
        mark(data, errors),
        name=f"{cluster.code}-marked.xlsx",
        actor=actor,
        kind=KIND,
        mime=MIME,
        owner=cluster,
    )
    audit.record("cluster_firm.import_refused", actor=actor, obj=cluster, detail={"errors": len(errors)})
    return stored


def may_read(actor: Actor, stored: StoredFile) -> bool:
    """Whoever sent the workbook."""
    return actor.user is not None and stored.created_by_id == actor.user_id
