"""Telling people: a message in the portal at once, and a mail when they want it or the law's clock runs.

Both are written in the caller's transaction.  What is mailed is asked about again at the last moment
(:func:`compose`), so that who has finished, or has read it here, gets none.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts import notices
from accounts.models import Message, MessageSettings, Organisation, User
from accounts.services import mail
from core import clock, outbox

log = logging.getLogger(__name__)

#: What the outbox asks when it sends one of our mails: ``accounts.messages:12,13``.
RECHECK = "accounts.messages"
#: Lines of one mail; the rest is only counted.
LINES = 30


def tell(
    *,
    kind: str,
    to: Iterable[User],
    title: str,
    text: str = "",
    url: str = "",
    about: str = "",
    organisation: Organisation | None = None,
    once: str = "",
) -> list[Message]:
    """Tell each of ``to`` once, in the caller's transaction; returns the messages made.

    ``title`` and ``text`` hold nothing sensitive: the matter and what to do.  ``url`` is a path of the portal.
    ``about`` names the object for the kind's recheck.  With ``once`` a person who was told under this key before is
    left out.  People whose account is closed are skipped.  Raises ValueError for a kind that nobody registered, a
    missing title and an address outside the portal.
    """
    declared = notices.find(kind)
    if declared is None:
        raise ValueError(f"the kind of message {kind} is not registered")
    if not title.strip():
        raise ValueError("a message needs a title")
    if url and not (url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)):
        raise ValueError(f"{url} is not a path of the portal")
    people = {user.pk: user for user in to if user.is_active}
    draft = Message(
        kind=kind,
        title=title[:200],
        text=text,
        url=url,
        about=about,
        organisation=organisation,
        once=once,
        urgent=declared.urgent,
        created_at=clock.now(),
    )
    with transaction.atomic():
        made = _store(draft, people)
        _mail_at_once(declared, made)
    return made


def send(person: User, messages: list[Message], *, key: str) -> bool:
    """Queue one mail about ``messages``; whether it was new under this key and there is an address."""
    if not person.email:
        return False
    if len(messages) == 1:
        subject = _("【联创】%(title)s") % {"title": messages[0].title}
    else:
        subject = _("【联创】您有新的消息")
    queued = outbox.queue(
        to=person.email,
        subject=subject,
        key=key,
        unsubscribe=mail.unsubscribe_url(person),
        recheck=f"{RECHECK}:{','.join(str(message.pk) for message in messages)}",
    )
    if queued is None:
        return False
    Message.objects.filter(pk__in=[message.pk for message in messages]).update(mailed_at=clock.now())
    return True


def compose(reference: str) -> str | None:
    """The body of a mail about these messages as things stand now; ``None`` when nothing is left to say."""
    ids = [int(part) for part in reference.split(",")]
    unread = Message.objects.filter(pk__in=ids, read_at=None, dropped_at=None)
    messages = still_true(unread.select_related("user").order_by("created_at", "id"))
    if not messages:
        return None
    person = messages[0].user
    settings = settings_of([person]).get(person.pk)
    if not person.is_active or (settings is not None and settings.mail_off):
        return None
    return mail.text(
        "messages",
        messages=messages[:LINES],
        more=max(0, len(messages) - LINES),
        unsubscribe_url=mail.unsubscribe_url(person),
    )


def still_true(messages: Iterable[Message], *, patient: bool = False) -> list[Message]:
    """Those that still hold; the others are marked as dropped and neither counted nor mailed again.

    A matter that cannot be read raises; with `patient` its message is left for another time and the others go.
    """
    judged = [(message, holds) for message in messages if (holds := _holds(message, patient)) is not None]
    gone = [message.pk for message, holds in judged if not holds]
    if gone:
        Message.objects.filter(pk__in=gone).update(dropped_at=clock.now())
    return [message for message, holds in judged if holds]


def _holds(message: Message, patient: bool) -> bool | None:
    try:
        with transaction.atomic():
            return notices.holds(message)
    except Exception:
        if not patient:
            raise
        log.exception("message %s could not be judged", message.pk)
        return None


def settings_of(people: Iterable[User]) -> dict[int, MessageSettings]:
    """The settings of those who have made some, by person. One query."""
    return {row.user_id: row for row in MessageSettings.objects.filter(user__in=list(people))}


def _store(draft: Message, people: dict[int, User]) -> list[Message]:
    """One row for each person who has none under the key; of two who tell the same at once the first one does."""
    told: set[int] = set()
    for is_last in (False, False, True):
        if draft.once:
            rows = Message.objects.filter(once=draft.once, user__in=list(people))
            told = set(rows.values_list("user_id", flat=True))
        try:
            with transaction.atomic():
                return Message.objects.bulk_create(
                    _for(draft, people[pk]) for pk in sorted(people.keys() - told)
                )
        except IntegrityError:
            if is_last or not draft.once:
                raise
    return []


def _for(draft: Message, user: User) -> Message:
    fields = ("kind", "title", "text", "url", "about", "organisation", "once", "urgent", "created_at")
    return Message(user=user, **{name: getattr(draft, name) for name in fields})


def _mail_at_once(kind: notices.Kind, messages: list[Message]) -> None:
    settings = settings_of([message.user for message in messages]) if messages else {}
    for message in messages:
        if notices.wanted(kind, settings.get(message.user_id)) == notices.Choice.NOW:
            send(message.user, [message], key=f"message:{message.pk}")
