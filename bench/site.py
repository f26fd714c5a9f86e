"""The portal in this process: requests through every middleware, as an officer over N filings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections, connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import Membership, User
from bench.measure import Meter, on_cpu
from portal.scale import seeding, units

BASE = 10_000


@dataclass(frozen=True)
class Size:
    """How much to measure on."""

    filings: int
    base: int
    pairs: int
    calls: int


def fill(filings: int) -> None:
    """Synthetic data: a unit for every ten filings, three filings of ten on the register."""
    found = seeding.fill(
        organisations=max(filings // 10, 40), filings=filings, entities=filings * 3 // 10, say=print
    )
    if found["filings"] != filings:
        raise SystemExit(f"seeded {found}, wanted {filings} filings")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


@contextmanager
def _kept_connection() -> Iterator[None]:
    """Requests do not close the database connection: it is the one being measured, in tests it holds the data."""
    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)
    try:
        yield
    finally:
        signals.request_started.connect(close_old_connections)
        signals.request_finished.connect(close_old_connections)


class Site:
    """One officer's session; `get` is a whole request, `fetch` its body."""

    def __init__(self) -> None:
        bureau = units.bureau_of("370200")
        self.user: User = (
            Membership.objects.filter(organisation=bureau, role=Role.CASE_OFFICER).earliest("user_id").user
        )
        client = Client()
        client.force_login(self.user)
        self.cookies = "; ".join(f"{k}={v.value}" for k, v in client.cookies.items())
        self.handler, self.factory = WSGIHandler(), RequestFactory()

    def fetch(self, path: str, **headers: str) -> bytes:
        """The body; anything but 200 stops the run."""
        environ = self.factory.get(path, headers=headers).environ | {
            "HTTP_COOKIE": self.cookies,
            "HTTP_HOST": "127.0.0.1",
        }
        status: list[str] = []
        with _kept_connection():
            answer = self.handler(environ, lambda line, _headers: status.append(line))
            body = b"".join(answer)
            getattr(answer, "close", lambda: None)()
        if not status[0].startswith("200"):
            raise SystemExit(f"{path}: {status[0]}")
        return body

    def get(self, path: str, **headers: str) -> Callable[[], Any]:
        return lambda: self.fetch(path, **headers)

    def queries(self, path: str, **headers: str) -> int:
        """How many queries a request costs."""
        self.fetch(path, **headers)
        with CaptureQueriesContext(connection) as seen:
            self.fetch(path, **headers)
        return len(seen)


def meter() -> Meter:
    """This process and its one database backend."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = int(cursor.fetchone()[0])
    return Meter(lambda: on_cpu(pid))
