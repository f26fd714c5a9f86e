"""Mail leaves by an outbox: the row is written with the change it tells of and sent afterwards.

A write that is rolled back leaves no mail, and neither a broker nor a mail server that is gone loses one.  Sending
cannot be part of a transaction: a worker killed between the server's answer and its own commit sends that one mail
again (at least once, never not at all), with the same Message-ID, by which receiving servers know it.
"""

from __future__ import annotations

import contextlib
import logging
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import mail
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, bell, clock, secrets
from core.actor import Actor
from core.errors import NotNow
from core.models import OutboxMail

log = logging.getLogger(__name__)

#: How long to wait after the first, second, … failure; after the last, a week, the mail is given up.
BACK_OFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
    *[timedelta(days=1)] * 7,
)
AT_ONCE = 200
#: Failures that lie with one mail; any other means that the server is gone, and the round ends.
_ABOUT_ONE_MAIL = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPDataError,
    ValueError,  # a header or address that cannot be written
)

#: ``recheck(reference)``: the body as it is true now, or ``None`` when nothing is left to say.
Recheck = Callable[[str], str | None]
_rechecks: dict[str, Recheck] = {}


class Outcome(Enum):
    """What came of one row."""

    SENT = "sent"
    DROPPED = "dropped"
    REFUSED = "refused"
    SERVER_GONE = "server gone"


def register_recheck(name: str, recheck: Recheck) -> None:
    """Called in ``AppConfig.ready``: mails queued with ``recheck="name:reference"`` are asked about when sent."""
    _rechecks[name] = recheck


def queue(
    *,
    to: str,
    subject: str,
    body: str = "",
    key: str = "",
    unsubscribe: str = "",
    recheck: str = "",
    not_before: datetime | None = None,
) -> OutboxMail | None:
    """Write a mail into the caller's transaction and ring after its commit; ``None`` if ``key`` was queued before.

    With ``recheck`` the registered function gives the body when the mail is sent, and may give none.
    ``unsubscribe`` is an address that takes a one-click POST (RFC 8058).  ``not_before`` is real time.
    """
    if recheck and recheck.partition(":")[0] not in _rechecks:
        raise ValueError(f"nobody rechecks {recheck}")
    facts = {
        "to": to,
        "subject": " ".join(subject.split())[:200],
        "body": secrets.seal(body),
        "unsubscribe": unsubscribe,
        "recheck": recheck,
        "not_before": not_before or clock.wall(),
    }
    if key:
        row, created = OutboxMail.objects.get_or_create(key=key, defaults=facts)
    else:
        row, created = OutboxMail.objects.create(**facts), True
    if created and not_before is None:
        transaction.on_commit(ring, robust=True)
    return row if created else None


def ring() -> bool:
    """Tell a worker that mail waits.  Harmless when it fails: beat rings every half minute."""
    return bell.ring("core.tasks.deliver_mail")


def deliver(limit: int = AT_ONCE) -> int:
    """Send what is due, each in a transaction of its own; returns how many were sent.

    Any number of workers may call this at once.  Nothing a mail server does is raised.
    """
    line = mail.get_connection()
    sent = 0
    try:
        for _turn in range(limit):
            outcome = _next(line)
            if outcome in (None, Outcome.SERVER_GONE):
                break
            sent += outcome is Outcome.SENT
    finally:
        _hang_up(line)
    return sent


def open_mails() -> Any:
    """What still waits, the longest first."""
    return OutboxMail.objects.filter(sent_at=None, dropped_at=None, given_up_at=None).order_by(
        "created_at", "id"
    )


def given_up() -> Any:
    """What could not be sent in a week, the newest first."""
    return OutboxMail.objects.filter(given_up_at__isnull=False).order_by("-given_up_at", "-id")


def waiting_for() -> timedelta:
    """How long the oldest mail that could go has been waiting; zero when none is."""
    oldest = open_mails().filter(not_before__lte=clock.wall()).values_list("created_at", flat=True).first()
    return timedelta(0) if oldest is None else max(timedelta(0), clock.wall() - oldest)


def retry(row: OutboxMail, *, actor: Actor) -> OutboxMail:
    """Try a failing or given-up mail again, with fresh attempts.  Raises :class:`NotNow` if it has gone."""
    with transaction.atomic():
        locked = OutboxMail.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if locked.sent_at or locked.dropped_at:
            raise NotNow.one("mail_gone", _("这封邮件已经发出或已取消，无需重试。"))
        locked.given_up_at, locked.attempts, locked.not_before = None, 0, clock.wall()
        locked.save(update_fields=["given_up_at", "attempts", "not_before"])
        audit.record("mail.retry", actor=actor, obj=locked)
        transaction.on_commit(ring, robust=True)
    return locked


def forget_old() -> int:
    """Remove finished mails after ``OUTBOX_KEEP_DAYS``; returns how many."""
    before = clock.wall() - timedelta(days=settings.OUTBOX_KEEP_DAYS)
    finished = OutboxMail.objects.exclude(sent_at=None, dropped_at=None, given_up_at=None)
    return finished.filter(created_at__lt=before).delete()[0]


def _next(line: Any) -> Outcome | None:
    """One due row, from lock to commit; ``None`` when no row is due and free."""
    with transaction.atomic():
        due = open_mails().filter(not_before__lte=clock.wall()).order_by("not_before", "id")
        row = due.select_for_update(of=("self",), skip_locked=True).first()
        return None if row is None else _attempt(row, line)


def _attempt(row: OutboxMail, line: Any) -> Outcome:
    try:
        with transaction.atomic():
            body = _body(row)
    except (
        Exception
    ) as error:  # whatever a recheck or a lost key raises: an untrue mail is worse than a late one
        log.exception("mail %s could not be composed", row.pk)
        _failed(row, error)
        return Outcome.REFUSED
    if body is None:
        _end(row, "dropped_at")
        return Outcome.DROPPED
    try:
        line.open()
        _letter(row, body, line).send()
    except Exception as error:  # noqa: BLE001 - every way in which a mail server can be down
        log.warning("mail %s was not sent: %s", row.pk, type(error).__name__)
        _hang_up(line)
        _failed(row, error)
        return Outcome.REFUSED if isinstance(error, _ABOUT_ONE_MAIL) else Outcome.SERVER_GONE
    _end(row, "sent_at")
    return Outcome.SENT


def _body(row: OutboxMail) -> str | None:
    name, _colon, about = row.recheck.partition(":")
    return _rechecks[name](about) if name else secrets.unseal(row.body)


def _letter(row: OutboxMail, body: str, line: Any) -> mail.EmailMessage:
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    headers = {"Message-ID": f"<mail-{row.pk}-{row.created_at:%Y%m%d%H%M%S}@{host}>"}
    headers["Auto-Submitted"] = "auto-generated"
    if row.unsubscribe:
        headers["List-Unsubscribe"] = f"<{row.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return mail.EmailMessage(row.subject, body, None, [row.to], headers=headers, connection=line)


def _end(row: OutboxMail, moment: str) -> None:
    """Sent or dropped: what stood in it is nobody's business any more."""
    setattr(row, moment, clock.wall())
    row.attempts, row.body, row.error = row.attempts + 1, "", ""
    row.save(update_fields=[moment, "attempts", "body", "error"])


def _failed(row: OutboxMail, error: Exception) -> None:
    row.attempts += 1
    row.error = f"{type(error).__name__}: {error}"[:500]
    if row.attempts > len(BACK_OFF):
        row.given_up_at = clock.wall()
        detail = {"attempts": row.attempts, "error": type(error).__name__}
        audit.record("mail.give_up", actor=Actor.system(), obj=row, detail=detail, result=audit.FAILED)
        log.error("mail %s was given up", row.pk)
    else:
        row.not_before = clock.wall() + BACK_OFF[row.attempts - 1]
    row.save(update_fields=["attempts", "error", "not_before", "given_up_at"])


def _hang_up(line: Any) -> None:
    with contextlib.suppress(OSError):
        line.close()
