"""What becomes of a round when the broker dies in the middle and comes back empty, under two workers and two schedulers?

Its messages are only bells: what is to be done stands in PostgreSQL. Nobody here rings for the first job of a round
either, so that all of it rests on the sweep.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django_celery_beat.models import IntervalSchedule, PeriodicTask

from core import clock
from core.embedded.valkey import installed
from core.models import Job
from evaluation import proving
from evaluation.models import Plan, Report, Round
from evaluation.proving_rows import SCHEME, People, make_round
from evaluation.services import plans
from evaluation.services.rounds import CONSEQUENCES

#: Longest time that all of it may take beside the time without a broker.
PATIENCE = 300.0


@dataclass
class Outcome:
    """What was found at the end; `back` are the seconds from the broker's return to the last job's end."""

    verdict: proving.Verdict
    planned: int
    back: float


class Broker:
    """A broker without a file: whatever kills it empties it."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "broker.sock"
        self.child: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        self.socket.unlink(missing_ok=True)
        command = [str(installed()), "--port", "0", "--unixsocket", str(self.socket), "--save", ""]
        self.child = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own program
        _until(self.socket.exists, 15)

    def kill(self) -> None:
        if self.child is not None:
            self.child.kill()
            self.child.wait()
            self.child = None


@contextmanager
def processes(url: str) -> Iterator[None]:
    """Two workers and two schedulers; killed at the end, whatever they are doing."""
    celery = [sys.executable, "-m", "celery", "-A", "config"]
    commands = [[*celery, "worker", "-c", "1", "-n", f"{name}@proving"] for name in ("one", "two")]
    commands += [[*celery, "beat", "--pidfile=", "--max-interval", "1"]] * 2
    started = [
        subprocess.Popen(  # noqa: S603 - our own program
            command,
            cwd=proving.ROOT,
            env=proving.environment() | {"REDIS_URL": url},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
        )
        for command in commands
    ]
    try:
        yield
    finally:
        for child in started:
            proving.kill(child)


def prove(who: People, size: int, gone: float, *, sweep_every: int = 0) -> Outcome:
    """A round under way and one confirmed in the dark; `gone` seconds without a broker; judged when all has ended.

    `sweep_every`: seconds between sweeps beside those of the schedule, for a trial that is not to take long.
    """
    _often("evaluation.tasks.ring", 1)
    if sweep_every:
        _often("core.tasks.sweep", sweep_every)
    plan = plans.keep(actor=who.officer, scheme_key=SCHEME, occasion="yearly", month=1)
    rounds = [make_round(who, 1, size)]
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker(Path(folder))
        broker.start()
        try:
            with processes(broker.url):
                _until(lambda: _begun(rounds[0]), PATIENCE)
                broker.kill()
                rounds.append(make_round(who, 2, size))
                time.sleep(gone)
                broker.start()
                returned = time.monotonic()
                _until(lambda: not proving.unfinished() and _planned(plan) > 0, PATIENCE)
                back = time.monotonic() - returned
        finally:
            broker.kill()
    found = [proving.judge(row) for row in rounds]
    return Outcome(found[0] + found[1], _planned(plan), back)


def _begun(row: Round) -> bool:
    """In the middle: ratings are being recorded or reports made."""
    return Job.objects.filter(kind=CONSEQUENCES, state=Job.State.DONE).exists() or (
        Report.objects.filter(round=row).exists()
    )


def _planned(plan: Plan) -> int:
    """How many rounds the schedule has set up; one is right, whoever asked."""
    return plan.rounds.count()


def _often(task: str, seconds: int) -> None:
    every, _made = IntervalSchedule.objects.get_or_create(every=seconds, period=IntervalSchedule.SECONDS)
    PeriodicTask.objects.update_or_create(
        name=f"proving {task}", defaults={"task": task, "interval": every, "start_time": clock.wall()}
    )


def _until(condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds:.0f} s")
        time.sleep(0.1)
