"""Letters to people, by way of the outbox: a mail server that is down never undoes what happened."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import signing
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User
from core import outbox

_UNSUBSCRIBE = "accounts.unsubscribe"


def send(template: str, *, to: list[str], subject: str, **context: Any) -> None:
    """Queue ``templates/accounts/mail/<template>.txt`` for each address of ``to`` in the caller's transaction."""
    recipients = [address for address in to if address]
    if not recipients:
        return
    body = text(template, **context)
    for address in recipients:
        outbox.queue(to=address, subject=subject, body=body)


def text(template: str, **context: Any) -> str:
    """The words of a mail."""
    return render_to_string(f"accounts/mail/{template}.txt", {**context, "site_url": settings.SITE_URL})


def unsubscribe_url(user: User) -> str:
    """An address that switches off this person's mails without a login, and can do nothing else."""
    token = signing.Signer(salt=_UNSUBSCRIBE).sign_object(user.pk)
    return settings.SITE_URL + reverse("messages:unsubscribe", args=[token])


def unsubscribing(token: str) -> User | None:
    """Whose mails a link switches off; ``None`` for a token that is not ours."""
    try:
        pk = signing.Signer(salt=_UNSUBSCRIBE).unsign_object(token)
    except (signing.BadSignature, ValueError):
        return None
    return User.objects.filter(pk=pk).first()
