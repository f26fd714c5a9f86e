"""Letters to people: sent after the commit; a mail server that is down never undoes what happened."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string

log = logging.getLogger(__name__)


def send(template: str, *, to: list[str], subject: str, **context: Any) -> None:
    """Send ``templates/accounts/mail/<template>.txt`` to ``to`` once the transaction is committed."""
    recipients = [address for address in to if address]
    if not recipients:
        return
    body = render_to_string(f"accounts/mail/{template}.txt", {**context, "site_url": settings.SITE_URL})

    def deliver() -> None:
        try:
            send_mail(subject, body, None, recipients)
        except Exception:
            log.exception("mail %s was not sent", template)

    transaction.on_commit(deliver, robust=True)
