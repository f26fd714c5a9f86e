"""Does a confirmed round lose, double or tear anything while its workers are killed? Used by a command and by the tests."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path

from django.conf import settings
from django.db import connection

from core import files, jobs
from core.actor import Actor
from core.canonical import sha256
from core.errors import PortalError
from core.models import Job
from evaluation.enums import ReportKind
from evaluation.models import Report, Round, RunRow
from evaluation.services.replay import replay
from filings.models import Rating

ROOT = Path(__file__).resolve().parents[1]
#: Longest wait between a worker's first word and its end.
LATEST_KILL = 2.5
#: A worker that holds its leases for two seconds, so that what was killed is taken up at once.
WORKER = """
import time
from datetime import timedelta
import django
django.setup()
from core import jobs
jobs.LEASE = timedelta(seconds=2)
print("ready", flush=True)
while True:
    jobs.sweep()
    jobs.run_pending()
    time.sleep(0.05)
"""
SYSTEM = Actor.system("prove_evaluation")


@dataclass
class Verdict:
    """What was found after the last job had ended. All but the first four should be nought."""

    kills: int = 0
    retried: int = 0
    entities: int = 0
    reports: int = 0
    lost: int = 0
    doubled: int = 0
    torn: int = 0
    gaps: int = 0
    differing: int = 0

    @property
    def faults(self) -> int:
        return self.lost + self.doubled + self.torn + self.gaps + self.differing

    def __add__(self, other: Verdict) -> Verdict:
        return Verdict(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


def environment() -> dict[str, str]:
    """What a process needs to work on the present database."""
    made = connection.settings_dict
    address = f"postgres://{made['USER']}@/{made['NAME']}?host={made['HOST']}&port={made['PORT'] or 5432}"
    return {
        **os.environ,
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": str(settings.SETTINGS_MODULE),
    }


def start_worker() -> subprocess.Popen[str]:
    """A worker on the present database; returns when it works."""
    worker = subprocess.Popen(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", WORKER],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    if worker.stdout is None or worker.stdout.readline().strip() != "ready":
        raise RuntimeError("the worker did not start")
    return worker


def kill(worker: subprocess.Popen[str]) -> None:
    """What a power cut would do: the worker and its children at once."""
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    if worker.stdout is not None:
        worker.stdout.close()


def harass(kills: int, chance: random.Random, start: Callable[[], subprocess.Popen[str]]) -> int:
    """Kill so many workers at moments of chance, then let one finish; how many jobs had to be queued again."""
    retried = 0
    for _turn in range(kills):
        worker = start()
        time.sleep(chance.uniform(0.0, LATEST_KILL))
        kill(worker)
    worker = start()
    try:
        while unfinished():
            retried += _retry()
            time.sleep(0.2)
        return retried
    finally:
        kill(worker)


def unfinished() -> bool:
    """Whether anything of an evaluation is still to be done."""
    return Job.objects.exclude(state=Job.State.DONE).filter(kind__startswith="evaluation.").exists()


def _retry() -> int:
    """A job that killed three workers is given up with its reason; somebody queues it again."""
    done = 0
    for job in Job.objects.filter(state=Job.State.FAILED, kind__startswith="evaluation."):
        try:
            jobs.retry(job, actor=SYSTEM)
            done += 1
        except PortalError:
            continue
    return done


def judge(row: Round) -> Verdict:
    """Count what is missing, double, torn or different in a round whose jobs have all ended."""
    row.refresh_from_db()
    entities = list(row.entities.filter(included=True).values_list("entity_id", flat=True))
    rated = Counter(
        Rating.objects.filter(entity__in=entities, round=row.name).values_list("entity_id", flat=True)
    )
    reports = list(Report.objects.filter(round=row).select_related("stored"))
    issued = Counter(one.entity_id for one in reports)
    wanted: list[int | None] = [*entities, None]
    whole = [one for one in reports if _is_whole(one)]
    numbers = sorted(int(one.number.rpartition("〕")[2].rstrip("号")) for one in reports)  # data
    gaps = numbers[-1] - numbers[0] + 1 - len(numbers) if numbers else 0
    rows = RunRow.objects.filter(run_id=row.run_id).count()
    return Verdict(
        entities=len(entities),
        reports=len(reports),
        lost=sum(rated[pk] == 0 for pk in entities)
        + sum(issued[pk] == 0 for pk in wanted)
        + max(len(entities) - rows, 0),
        doubled=sum(count - 1 for count in (*rated.values(), *issued.values())),
        torn=len(reports) - len(whole),
        gaps=gaps,
        differing=0 if row.run is not None and replay(row.run).is_equal else 1,
    )


def _is_whole(report: Report) -> bool:
    """Its bytes are there, are those of the digest, and end as a PDF ends."""
    if report.stored is None:
        return False
    try:
        data = files.read_checked(report.stored)
    except PortalError:
        return False
    ends = b"%%EOF" in data[-64:]
    known = report.kind in (ReportKind.ENTITY, ReportKind.ROUND)
    return ends and known and sha256(data) == report.stored.sha256
