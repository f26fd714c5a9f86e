"""One's own messages and how one wants mail."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import notices, selectors
from accounts import permissions as may
from accounts.models import Message, MessageSettings, User
from accounts.services import mail
from core import audit, clock
from core.actor import Actor
from core.errors import Invalid, NotVisible


def read(*, actor: Actor, pk: int) -> Message:
    """Mark one's own message as read; it stays read.  Raises NotVisible for somebody else's."""
    with transaction.atomic():
        message = selectors.messages_of(actor).select_for_update(of=("self",)).filter(pk=pk).first()
        if message is None:
            raise NotVisible()
        if message.read_at is None:
            message.read_at = clock.now()
            message.save(update_fields=["read_at"])
            audit.record("message.read", actor=actor, obj=message)
    return message


def read_all(*, actor: Actor, kind: str = "") -> int:
    """Mark all one's own messages, or those of one kind, as read; returns how many were not."""
    may.is_authenticated.require(actor)
    unread = selectors.messages_of(actor).filter(read_at=None)
    if kind:
        unread = unread.filter(kind=kind)
    with transaction.atomic():
        count = unread.update(read_at=clock.now())
        if count:
            audit.record(
                "message.read_all", actor=actor, obj=actor.user, detail={"kind": kind, "count": count}
            )
    return count


def settings_of(user: User) -> MessageSettings:
    """The settings of this person, or unsaved ones with the defaults."""
    return MessageSettings.objects.filter(user=user).first() or MessageSettings(user=user)


def save_settings(
    *, actor: Actor, digest_hour: int, by_kind: dict[str, str], mail_off: bool
) -> MessageSettings:
    """Store how this person wants mail.  Raises Invalid; a legal clock cannot be chosen away for its kind alone."""
    may.is_authenticated.require(actor)
    if not 0 <= digest_hour <= 23:
        raise Invalid.one("hour", _("请选择 0 至 23 之间的整点。"), "digest_hour")
    for key, choice in by_kind.items():
        kind = notices.find(key)
        if kind is None or choice not in kind.choices:
            raise Invalid.one("choice", _("该类消息不能这样设置。"), key)
    with transaction.atomic():
        row, __ = MessageSettings.objects.select_for_update(of=("self",)).get_or_create(user=actor.user)
        row.digest_hour, row.mail_off = digest_hour, mail_off
        row.by_kind = {**row.by_kind, **by_kind}
        row.save()
        detail = {"hour": digest_hour, "by_kind": by_kind, "mail_off": mail_off}
        audit.record("message.settings", actor=actor, obj=row, detail=detail)
    return row


def unsubscribe(*, actor: Actor, token: str) -> None:
    """Switch off the mails of the person behind a link.  Says nothing about whether there is one."""
    user = mail.unsubscribing(token)
    if user is None:
        return
    with transaction.atomic():
        row, __ = MessageSettings.objects.select_for_update(of=("self",)).get_or_create(user=user)
        if not row.mail_off:
            row.mail_off = True
            row.save(update_fields=["mail_off"])
            audit.record("message.unsubscribe", actor=actor, obj=row, detail={"user": user.pk})


def forget_old() -> int:
    """Remove what was read, or fell away, more than ``MESSAGES_KEEP_DAYS`` ago; returns how many."""
    before = clock.now() - timedelta(days=settings.MESSAGES_KEEP_DAYS)
    done = Q(read_at__isnull=False) | Q(dropped_at__isnull=False)
    return Message.objects.filter(done, created_at__lt=before).delete()[0]
