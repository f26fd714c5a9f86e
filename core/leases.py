"""Keeps a lease alive while work goes on, and lets it end soon after the worker was killed."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import DatabaseError, connection

from core import clock
from core.models import Job

log = logging.getLogger(__name__)


@contextmanager
def renewed(job_id: int, token: uuid.UUID, lease: timedelta) -> Iterator[None]:
    """A thread with a database connection of its own renews the lease four times in its length."""
    stop = threading.Event()
    thread = threading.Thread(target=_renew, args=(job_id, token, lease, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _renew(job_id: int, token: uuid.UUID, lease: timedelta, stop: threading.Event) -> None:
    try:
        while not stop.wait(lease.total_seconds() / 4):
            try:
                held = Job.objects.filter(pk=job_id, lease_token=token, state=Job.State.RUNNING)
                held.update(lease_until=clock.wall() + lease)
            except DatabaseError as error:
                # The next round tries again; if the database stays away the lease ends, as it should.
                log.warning("the lease of job %s was not renewed: %s", job_id, error)
                connection.close()
    finally:
        connection.close()
