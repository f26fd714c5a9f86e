"""Work outside the request.  PostgreSQL holds the job of record; the broker is only a bell.

A message carries a job's id and may be lost or delivered twice: losing it costs one sweep, and a second
delivery finds the lease taken or the job done.  An *atomic* job (the default) commits its effects together
with "done" under its lease token, so that even two workers which both believe to hold the lease leave one
effect.  Attempts are counted before work begins, so a job that kills its worker stops after three starts.
"""

from __future__ import annotations

import logging
import threading
import traceback
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core import audit, bell, clock, leases
from core.actor import Actor
from core.canonical import plain
from core.errors import NotNow, PortalError
from core.models import Job

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
#: Short, so that the job of a killed worker is taken up soon; a living worker renews it (core.leases).
LEASE = timedelta(seconds=60)
#: A queued job older than this has lost its bell.
BELL_LOST = timedelta(seconds=20)
RING_AT_MOST = 200

Handler = Callable[["Running"], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Kind:
    """A registered kind of job: what to run and whether it commits as one piece."""

    name: str
    handler: Handler
    atomic: bool = True


_kinds: dict[str, Kind] = {}


class LeaseLost(Exception):
    """Another worker has taken the job; whatever this one did is rolled back."""


class Running:
    """What a handler gets: ``job``, its ``payload`` and a way to say how far it is."""

    def __init__(self, job: Job, token: uuid.UUID) -> None:
        self.job, self.token = job, token

    @property
    def payload(self) -> dict[str, Any]:
        return self.job.payload

    def progress(self, percent: int, message: str = "") -> None:
        """Shown in the page and renews the lease; raises :class:`LeaseLost`.

        Visible at once for a kind registered with ``atomic=False``; otherwise only when the job commits.
        """
        held = Job.objects.filter(pk=self.job.pk, lease_token=self.token, state=Job.State.RUNNING)
        share = max(0, min(100, percent))
        if not held.update(progress=share, message=message[:200], lease_until=clock.wall() + LEASE):
            raise LeaseLost(self.job.pk)

    def beside(self, percent: int, message: str = "") -> None:
        """As :meth:`progress`, for a handler in the middle of a transaction of its own: seen at once, never raises.

        It goes through another connection, because what this one writes is seen only when it commits.  The handler
        must not have written the job's row itself.
        """
        thread = threading.Thread(target=_shown, args=(self.job.pk, self.token, percent, message[:200]))
        thread.start()
        thread.join()


def _shown(job_id: int, token: uuid.UUID, percent: int, message: str) -> None:
    try:
        held = Job.objects.filter(pk=job_id, lease_token=token, state=Job.State.RUNNING)
        held.update(progress=max(0, min(99, percent)), message=message)
    except DatabaseError as error:
        log.warning("the progress of job %s was not shown: %s", job_id, error)
    finally:
        connection.close()


def register(kind: str, handler: Handler, *, atomic: bool = True) -> None:
    """Say what runs for ``kind``; called in ``AppConfig.ready``.

    ``handler(running)`` may run twice and may die anywhere; what it returns becomes ``Job.result``.
    With ``atomic=False`` it commits its own pieces and must itself be able to start over.
    """
    known = _kinds.get(kind)
    if known is not None and known.handler is not handler:
        raise ValueError(f"the job kind {kind} is registered already")
    _kinds[kind] = Kind(kind, handler, atomic)


def kinds() -> list[str]:
    """Every registered kind."""
    return sorted(_kinds)


def enqueue(
    kind: str,
    *,
    scope: str = "",
    period: str = "",
    payload: Mapping[str, Any] | None = None,
    actor: Actor | None = None,
    not_before: datetime | None = None,
) -> Job:
    """The job for (kind, scope, period): the existing one, whatever its state, or a new one.

    The row is written in the caller's transaction and the bell rings after its commit, so no job exists for a
    write that was rolled back, and none is lost when the broker is down.
    """
    if kind not in _kinds:
        raise ValueError(f"no handler is registered for {kind}")
    job, created = Job.objects.get_or_create(
        kind=kind,
        scope=scope,
        period=period,
        defaults={
            "payload": plain(dict(payload or {})),
            "created_by_id": actor.user_id if actor else None,
            "not_before": not_before,
        },
    )
    if created and not_before is None:
        transaction.on_commit(lambda: ring(job.pk))
    return job


def retry(job: Job, *, actor: Actor) -> Job:
    """Queue a failed job again with fresh attempts; raises :class:`NotNow` if it has not failed."""
    with transaction.atomic():
        moved = Job.objects.filter(pk=job.pk, state=Job.State.FAILED).update(
            state=Job.State.QUEUED, attempts=0, error="", progress=0, message="", finished_at=None
        )
        if not moved:
            raise NotNow.one("job_not_failed", _("只有失败的任务可以重试。"))
        audit.record("job.retry", actor=actor, obj=job, detail={"kind": job.kind, "scope": job.scope})
        transaction.on_commit(lambda: ring(job.pk))
    job.refresh_from_db()
    return job


def ring(job_id: int) -> bool:
    """Tell a worker; whether the broker took the message.  A failure is harmless: the sweeper rings again."""
    return bell.ring("core.tasks.run_job", job_id)


def run(job_id: int, *, renew: bool = False) -> Job | None:
    """Do the job if it is free: the finished or requeued job, or ``None`` when there was nothing to do.

    ``renew`` keeps the lease alive from a thread of its own while the handler works (workers only).
    """
    job = _claim(job_id)
    if job is None or job.lease_token is None:
        return None
    running = Running(job, job.lease_token)
    try:
        with leases.renewed(job.pk, job.lease_token, LEASE) if renew else nullcontext():
            _perform(running)
    except LeaseLost:
        log.warning("job %s lost its lease", job_id)
    except Exception as error:  # noqa: BLE001 - a handler may fail in any way; the job records it
        _failed(running, error)
    job.refresh_from_db()
    return job


def run_pending(limit: int = 1000) -> int:
    """Run every job that may start now, in this process, until none is left; returns how many ran."""
    ran = 0
    while ran < limit:
        job_id = _due(clock.wall()).values_list("pk", flat=True).first()
        if job_id is None:
            return ran
        run(job_id)
        ran += 1
    return ran


def sweep() -> int:
    """Give up what was started too often and ring for what waits without a worker; returns how many rang."""
    now = clock.wall()
    spent = Q(state=Job.State.RUNNING, lease_until__lt=now, attempts__gte=MAX_ATTEMPTS)
    for job in Job.objects.filter(spent):
        _give_up(job)
    waiting = _due(now).filter(Q(state=Job.State.RUNNING) | Q(created_at__lt=now - BELL_LOST))
    return sum(ring(job_id) for job_id in waiting.values_list("pk", flat=True)[:RING_AT_MOST])


def _due(now: datetime) -> Any:
    """Queued and old enough, or running under an expired lease with an attempt left."""
    queued = Q(state=Job.State.QUEUED) & (Q(not_before=None) | Q(not_before__lte=now))
    abandoned = Q(state=Job.State.RUNNING, lease_until__lt=now)
    return Job.objects.filter(queued | abandoned, attempts__lt=MAX_ATTEMPTS).order_by("pk")


def _claim(job_id: int) -> Job | None:
    """Take the lease: of two workers one gets it, and nobody waits for a row another is finishing."""
    now = clock.wall()
    with transaction.atomic():
        free = _due(now).filter(pk=job_id).select_for_update(of=("self",), skip_locked=True).first()
        if free is None:
            return None
        free.state = Job.State.RUNNING
        free.attempts += 1
        free.lease_token, free.lease_until, free.started_at = uuid.uuid4(), now + LEASE, now
        free.save(update_fields=["state", "attempts", "lease_token", "lease_until", "started_at"])
    return free


@contextmanager
def _piece(atomic: bool) -> Iterator[None]:
    if atomic:
        with transaction.atomic():
            yield
    else:
        yield


def _perform(running: Running) -> None:
    kind = _kinds.get(running.job.kind)
    if kind is None:
        raise LookupError(f"no handler is registered for {running.job.kind}")
    with _piece(kind.atomic):
        result = kind.handler(running)
        done = _held(running).update(
            state=Job.State.DONE,
            result=plain(dict(result or {})),
            progress=100,
            error="",
            finished_at=clock.wall(),
            lease_token=None,
            lease_until=None,
        )
        if not done:
            raise LeaseLost(running.job.pk)


def _held(running: Running) -> Any:
    return Job.objects.filter(pk=running.job.pk, lease_token=running.token, state=Job.State.RUNNING)


def _failed(running: Running, error: Exception) -> None:
    """Back to the queue while attempts are left; a refusal by our own rules stays one however often."""
    log.error("job %s failed: %s", running.job.pk, error, exc_info=error)
    final = running.job.attempts >= MAX_ATTEMPTS or isinstance(error, PortalError)
    text = str(error) if isinstance(error, PortalError) else "".join(traceback.format_exception_only(error))
    _held(running).update(
        state=Job.State.FAILED if final else Job.State.QUEUED,
        error=text[:4000],
        finished_at=clock.wall() if final else None,
        lease_token=None,
        lease_until=None,
    )


def _give_up(job: Job) -> None:
    Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, lease_token=job.lease_token).update(
        state=Job.State.FAILED,
        error=_("任务连续 %(n)s 次中途停止，已停止重试。") % {"n": job.attempts},
        finished_at=clock.wall(),
        lease_token=None,
        lease_until=None,
    )
    log.error("job %s (%s) was given up after %s starts", job.pk, job, job.attempts)
