"""How the mail stands, for the system administrator: how much waits, what fails and why.  Never what is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.services.memberships import masked
from core import outbox
from core.models import OutboxMail

SHOWN = 50


@dataclass(frozen=True)
class Trouble:
    """One mail that did not go: the address is masked, since it may be a stranger's."""

    pk: int
    to: str
    subject: str
    attempts: int
    error: str
    next_at: datetime | None


@dataclass(frozen=True)
class Overview:
    """``oldest``: how long the oldest mail that could go has been waiting."""

    waiting: int
    oldest: timedelta
    given_up: int
    troubles: list[Trouble]

    @property
    def minutes(self) -> int:
        return int(self.oldest.total_seconds() // 60)


def overview() -> Overview:
    """Four queries, however much waits."""
    failing = [*outbox.given_up()[:SHOWN], *outbox.open_mails().filter(attempts__gt=0)[:SHOWN]]
    return Overview(
        waiting=outbox.open_mails().count(),
        oldest=outbox.waiting_for(),
        given_up=outbox.given_up().count(),
        troubles=list(_troubles(failing[:SHOWN])),
    )


def _troubles(rows: Iterable[OutboxMail]) -> Iterable[Trouble]:
    for row in rows:
        to, next_at = masked(row.to), None if row.given_up_at else row.not_before
        yield Trouble(row.pk, to, row.subject, row.attempts, row.error.replace(row.to, to), next_at)
