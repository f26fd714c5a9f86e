"""The address of a person's calendar: made, renewed, taken back. Whoever has it reads the calendar without a login."""

from __future__ import annotations

import datetime
import hashlib
import secrets

from django.db import transaction

from accounts.actors import actor_for
from accounts.models import User
from core import audit, clock
from core.actor import Actor
from filings.models import CalendarFeed
from filings.selectors.duties import has_duties

READ_AT_MOST = datetime.timedelta(hours=1)  # how often the moment of the last reading is written


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def live(actor: Actor) -> CalendarFeed | None:
    """The feed of this person in the organisation acted for."""
    return CalendarFeed.objects.filter(
        user=actor.user, organisation=actor.organisation, revoked_at=None
    ).first()


@transaction.atomic
def renew(*, actor: Actor) -> str:
    """A new address; the one before ends at once. Returns the token, which is kept nowhere. Raises NotAllowed."""
    has_duties.require(actor, None)
    _revoke(actor)
    token = secrets.token_urlsafe(32)
    made = CalendarFeed.objects.create(
        user=actor.user,
        organisation=actor.organisation,
        token_hash=_digest(token),
        created_at=clock.now(),
    )
    audit.record("calendar.renewed", actor=actor, obj=made)
    return token


@transaction.atomic
def revoke(*, actor: Actor) -> bool:
    """End the address, if there is one."""
    ended = _revoke(actor)
    if ended is not None:
        audit.record("calendar.revoked", actor=actor, obj=ended)
    return ended is not None


def _revoke(actor: Actor) -> CalendarFeed | None:
    # one at a time for a person, whether there is a feed yet or not
    User.objects.select_for_update(of=("self",)).get(pk=actor.user.pk)
    found = live(actor)
    if found is not None:
        found.revoked_at = clock.now()
        found.save(update_fields=["revoked_at"])
    return found


def reader_of(token: str) -> Actor | None:
    """Who reads by this address today, with the rights of today; None when it is unknown, taken back or worth nothing now."""
    feed = (
        CalendarFeed.objects.select_related("user", "organisation")
        .filter(token_hash=_digest(token), revoked_at=None)
        .first()
    )
    if feed is None:
        return None
    actor = actor_for(feed.user, feed.organisation)
    if not has_duties(actor):
        return None
    now = clock.now()
    if feed.last_read_at is None or now - feed.last_read_at > READ_AT_MOST:
        CalendarFeed.objects.filter(pk=feed.pk).update(last_read_at=now)
    return actor
