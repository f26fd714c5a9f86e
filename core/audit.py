"""The audit log: written with the business change, chained a few seconds later, verifiable at any time.

``record`` inserts an *unsealed* entry in the caller's transaction, so that an entry without its change, or a
change without its entry, cannot exist.  Writers never touch the chain: "lock the last row and append" forked
408 of 800 entries when measured.  One sealer at a time, under an advisory lock, gives entries their place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from core import clock
from core.actor import Actor
from core.canonical import canonical_json, moment_text, plain
from core.models import AuditEntry, AuditSeal, reference

#: Identity of the sealer's advisory lock; any constant that nothing else in the database uses.
SEAL_LOCK = 0x4C43_5345_414C
GENESIS = "0" * 64
BATCH = 5_000
#: The quick pass looks this far behind the newest sealed entry for transactions that committed late;
#: the full pass (``verify``) looks everywhere.
LATE_WINDOW = 50_000

OK, REFUSED, FAILED = "ok", "refused", "failed"


@dataclass(frozen=True)
class Broken:
    """The first place where the chain does not hold."""

    position: int
    entry_id: int | None
    reason: str

    def __str__(self) -> str:
        return f"position {self.position}, entry {self.entry_id}: {self.reason}"


@dataclass(frozen=True)
class Head:
    """The newest sealed position; written outside the database it proves that nothing before it changed."""

    position: int
    digest: str


def record(
    action: str,
    *,
    actor: Actor,
    obj: Any = None,
    detail: Mapping[str, Any] | None = None,
    result: str = OK,
    before: str = "",
    after: str = "",
) -> AuditEntry:
    """Write one entry in the current transaction.

    ``action`` is ``noun.verb``; ``obj`` a model instance; ``detail`` anything canonical JSON takes (never a
    secret or a document number); ``before``/``after`` are digests of the content where there is one.
    """
    object_type, object_id = reference(obj)
    return AuditEntry.objects.create(
        at=clock.now(),
        user_id=actor.user_id,
        organisation_id=actor.organisation_id,
        roles=sorted(actor.roles),
        ip=actor.ip[:45],
        request_id=_clean(actor.request_id)[:64],
        action=action,
        object_type=object_type,
        object_id=object_id,
        detail=_clean(plain(dict(detail or {}))),
        before=before,
        after=after,
        result=result,
    )


def _clean(value: Any) -> Any:
    """Text PostgreSQL can store: no NUL, no lone surrogates."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, list) else value


def entry_digest(entry: AuditEntry, position: int, previous: str) -> str:
    """SHA-256 over position, previous digest and every column, each prefixed with its length.

    The length prefix keeps two different rows from having one text (``ab|c`` against ``a|bc``).
    """
    columns = [
        str(position),
        previous,
        str(entry.pk),
        moment_text(entry.at),
        "" if entry.user_id is None else str(entry.user_id),
        "" if entry.organisation_id is None else str(entry.organisation_id),
        canonical_json(entry.roles),
        entry.ip,
        entry.request_id,
        entry.action,
        entry.object_type,
        entry.object_id,
        canonical_json(entry.detail),
        entry.before,
        entry.after,
        entry.result,
    ]
    sha = hashlib.sha256()
    for column in columns:
        data = column.encode("utf-8", "surrogatepass")
        sha.update(f"{len(data)}:".encode())
        sha.update(data)
    return sha.hexdigest()


def head() -> Head:
    """The newest sealed position (0 and the genesis digest for an empty chain)."""
    last = AuditSeal.objects.order_by("-position").values_list("position", "digest").first()
    return Head(0, GENESIS) if last is None else Head(*last)


def seal_pending(*, full: bool = False) -> int:
    """Give every committed, unsealed entry its place in the chain; returns how many were sealed.

    Any number of processes may call this at once; the advisory lock lets one of them work.
    """
    sealed = 0
    while True:
        with transaction.atomic():
            _lock_chain()
            count = _seal_batch(full)
        sealed += count
        if count < BATCH:
            return sealed


def _lock_chain() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEAL_LOCK])


def _seal_batch(full: bool) -> int:
    last = head()
    pending = AuditEntry.objects.filter(seal__isnull=True)
    if not full:
        newest = AuditSeal.objects.aggregate(newest=Max("entry_id"))["newest"] or 0
        pending = pending.filter(pk__gt=newest - LATE_WINDOW)
    seals = []
    for entry in pending.order_by("pk")[:BATCH]:
        digest = entry_digest(entry, last.position + 1, last.digest)
        seals.append(AuditSeal(entry=entry, position=last.position + 1, previous=last.digest, digest=digest))
        last = Head(last.position + 1, digest)
    AuditSeal.objects.bulk_create(seals)
    return len(seals)


def verify(anchor: Head | None = None) -> Broken | None:
    """Seal what is pending, then walk the whole chain; the first broken place, or ``None``.

    ``anchor`` is a head that was written elsewhere earlier: with it a chain that was cut off, or sealed
    again as a whole, is found too.
    """
    seal_pending(full=True)
    previous, position = GENESIS, 0
    for seal in _chain():
        position += 1
        broken = _check(seal, position, previous)
        if broken is None and anchor is not None and anchor.position == position:
            broken = _against(anchor, seal)
        if broken is not None:
            return broken
        previous = seal.digest
    if anchor is not None and anchor.position > position:
        return Broken(position + 1, None, f"the chain ends before the anchored position {anchor.position}")
    return None


def _chain() -> Iterator[AuditSeal]:
    # A seal whose entry is gone must still be seen, hence a left join instead of select_related.
    seals = AuditSeal.objects.order_by("position").iterator(chunk_size=BATCH)
    batch: list[AuditSeal] = []
    for seal in seals:
        batch.append(seal)
        if len(batch) == BATCH:
            yield from _with_entries(batch)
            batch = []
    yield from _with_entries(batch)


def _with_entries(batch: list[AuditSeal]) -> Iterator[AuditSeal]:
    entries = AuditEntry.objects.in_bulk([seal.entry_id for seal in batch])
    for seal in batch:
        seal._state.fields_cache["entry"] = entries.get(seal.entry_id)
        yield seal


def _check(seal: AuditSeal, position: int, previous: str) -> Broken | None:
    entry: AuditEntry | None = seal._state.fields_cache["entry"]
    if seal.position != position:
        return Broken(position, None, "the seal of this position is missing")
    if seal.previous != previous:
        return Broken(position, seal.entry_id, "the seal does not follow the one before it")
    if entry is None:
        return Broken(position, seal.entry_id, "the entry is missing")
    if entry_digest(entry, position, previous) != seal.digest:
        return Broken(position, seal.entry_id, "the entry or its seal was altered")
    return None


def _against(anchor: Head, seal: AuditSeal) -> Broken | None:
    if seal.digest == anchor.digest:
        return None
    return Broken(seal.position, seal.entry_id, "the chain differs from the anchor")
