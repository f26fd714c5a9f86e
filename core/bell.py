"""Telling a worker that there is work.  What is to be done stands in PostgreSQL; a bell may be lost or ring twice."""

from __future__ import annotations

import logging
from typing import Any

from celery import current_app
from django.conf import settings

log = logging.getLogger(__name__)


def ring(task: str, *args: Any) -> bool:
    """Ask a worker to run ``task``; whether the broker took the message.  A failure is harmless: a sweep follows."""
    if not getattr(settings, "JOBS_RING", True):
        return False
    try:
        current_app.send_task(task, args=list(args), retry=False)
    except Exception as error:  # noqa: BLE001 - every way in which a broker can be down
        log.warning("%s %s was not announced: %s", task, args, error)
        return False
    return True
