"""A real Celery worker and a real scheduler on the test database."""

import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

from django.db import connection

from config.celery import app

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 90.0
QUEUE = app.conf.task_default_queue

_workers: list["Process"] = []


def environment(site_url: str) -> dict[str, str]:
    """What a process needs to work on the database and broker of this very test process."""
    made = connection.settings_dict
    host = quote(made["HOST"], safe="/")
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": f"postgres://{made['USER']}:{quote(made['PASSWORD'] or '')}@/{made['NAME']}"
        f"?host={host}&port={made['PORT'] or 5432}",
        "SITE_URL": site_url,
    }


class Process:
    """One `celery -A config …` process; its output is kept for the message when a test fails on it."""

    def __init__(self, log: Path, site_url: str, *arguments: str) -> None:
        self.log, self.resting = log, False
        with log.open("wb") as output:
            self.child = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "config", *arguments],
                cwd=ROOT,
                env=environment(site_url),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_for_worker(self) -> None:
        """Return when the worker answers; raise with its log when it ended or takes too long."""
        deadline = time.monotonic() + START_SECONDS
        while not app.control.ping(timeout=0.5, limit=1):
            if self.child.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"no worker:\n{self.log.read_text(errors='replace')[-3000:]}")

    def rest(self) -> None:
        """Take no further messages, whatever rings, until it is woken."""
        if not self.resting and self.child.poll() is None:
            app.control.cancel_consumer(QUEUE, reply=True, limit=1, timeout=5)
            self.resting = True

    def wake(self) -> None:
        """Take messages again."""
        if self.resting:
            app.control.add_consumer(QUEUE, reply=True, limit=1, timeout=5)
            self.resting = False

    def kill(self) -> None:
        """What a power cut would do: the worker and its children at once."""
        os.killpg(self.child.pid, 9)
        self.child.wait()

    def stop(self) -> None:
        """A warm stop, then a hard one."""
        if self.child.poll() is None:
            self.child.terminate()
            try:
                self.child.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()


def start_worker(log: Path, site_url: str) -> Process:
    """A worker with one process, ready to take messages."""
    worker = Process(log, site_url, "worker", "-c", "1", "-l", "info", "--without-gossip", "--without-mingle")
    worker.wait_for_worker()
    _workers.append(worker)
    return worker


def rest() -> None:
    """A worker that another test has started stays alive, and takes nothing of a test that did not ask for one."""
    for worker in _workers:
        worker.rest()


def start_scheduler(log: Path, site_url: str) -> Process:
    """A scheduler that reads its table from the database."""
    return Process(log, site_url, "beat", "-l", "info", "--pidfile=", "--max-interval", "1")


def forget_messages() -> None:
    """Empty the queue: a message of one test must not reach the next."""
    with app.connection_for_write() as link:
        app.control.purge(connection=link)
