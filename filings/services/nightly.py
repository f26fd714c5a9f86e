"""Once a day every matter is looked at: what time alone has made due appears, what was missed is escalated.

The day's job only plans: it queues a job for each slice of matters, so that none runs long, and each matter is
a transaction of its own. Every job may run twice. A day that was skipped is not made up for: what counts is
how things stand today.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock, jobs
from core.models import Job
from filings import owed
from filings.enums import DutyStanding
from filings.models import Duty, Entity
from filings.services import absence, duties, reminders, standing

log = logging.getLogger(__name__)

DUTIES = "filings.duties"
DUTIES_SLICE = "filings.duties_slice"
REMINDERS = "filings.reminders"
REMINDERS_SLICE = "filings.reminders_slice"
SLICE = 400  # matters in one job
REMIND_FROM = 7  # o'clock: the digest that most people get leaves at eight


def ring() -> None:
    """Queue what today still has to see: the look at every matter and, in the morning, once that is over, the reminders.

    Called every few minutes, so that a clock that was moved, and a night without a scheduler, are caught up
    with; each job exists once a day.
    """
    today = clock.today().isoformat()
    jobs.enqueue(DUTIES, period=today)
    if clock.local().hour >= REMIND_FROM and _is_over(today):
        jobs.enqueue(REMINDERS, period=today)


def _is_over(period: str) -> bool:
    """Whether every matter of a day has been looked at, or given up."""
    looks = Job.objects.filter(kind__in=(DUTIES, DUTIES_SLICE), period=period)
    return not looks.exclude(state__in=(Job.State.DONE, Job.State.FAILED)).exists()


def plan_duties(running: jobs.Running) -> dict[str, Any]:
    """Every matter that time can move, and every one with an open duty."""
    absence.tell_covers()
    planned = {name: _queue(DUTIES_SLICE, running, name, _matters(name)) for name in owed.sources()}
    return {"matters": planned}


def _matters(name: str) -> set[int]:
    scopes = Duty.objects.filter(standing=DutyStanding.OPEN, scope__startswith=f"{name}:")
    return owed.living(name) | {int(s.partition(":")[2]) for s in scopes.values_list("scope", flat=True)}


def plan_reminders(running: jobs.Running) -> dict[str, Any]:
    """The matters in which, as the table stands, somebody is to be reminded today."""
    matters: dict[str, set[int]] = {}
    for duty in reminders.candidates():
        if reminders.is_time(duty):
            name, _colon, number = duty.scope.partition(":")
            matters.setdefault(name, set()).add(int(number))
    planned = {name: _queue(REMINDERS_SLICE, running, name, pks) for name, pks in sorted(matters.items())}
    return {"matters": planned}


def _queue(kind: str, running: jobs.Running, name: str, pks: Iterable[int]) -> int:
    ordered = sorted(pks)
    for start in range(0, len(ordered), SLICE):
        part = ordered[start : start + SLICE]
        jobs.enqueue(
            kind,
            scope=f"{name}:{part[0]}-{part[-1]}",
            period=running.job.period,
            payload={"name": name, "pks": part},
        )
    return len(ordered)


def run_duties(running: jobs.Running) -> dict[str, Any]:
    """A slice: the table follows the source, the lamp of an entity its conditions; then what was missed is escalated."""
    return _each(running, _look_at)


def _look_at(scope: str) -> int:
    name, _colon, number = scope.partition(":")
    entity = Entity.objects.filter(pk=int(number)).first() if name == "entity" else None
    if entity is not None:
        standing.refresh(entity)
    else:
        duties.sync_scope(scope)
    return reminders.escalate_in(scope)


def run_reminders(running: jobs.Running) -> dict[str, Any]:
    """A slice: each matter is asked again, and who still owes something is told."""
    return _each(running, reminders.remind_in)


def _each(running: jobs.Running, act: Callable[[str], int]) -> dict[str, Any]:
    """Each matter in a transaction of its own. One that fails stops no other, but the job ends as failed and is tried again."""
    payload: Mapping[str, Any] = running.payload
    done, failed = 0, []
    for place, pk in enumerate(payload["pks"]):
        scope = f"{payload['name']}:{pk}"
        try:
            with transaction.atomic():
                done += act(scope)
        except Exception:
            log.exception("%s failed in %s", running.job.kind, scope)
            failed.append(scope)
        if place % 25 == 0:
            running.progress(100 * place // len(payload["pks"]))
    if failed:
        raise RuntimeError(
            _("%(n)s 件未能处理：%(some)s") % {"n": len(failed), "some": "、".join(failed[:20])}
        )
    return {"done": done}


def register_jobs() -> None:
    """Called when the app is ready."""
    jobs.register(DUTIES, plan_duties)
    jobs.register(DUTIES_SLICE, run_duties, atomic=False)
    jobs.register(REMINDERS, plan_reminders)
    jobs.register(REMINDERS_SLICE, run_reminders, atomic=False)
