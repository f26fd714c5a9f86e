"""Celery's side of things: one service call each.  Every task may run twice."""

from __future__ import annotations

from celery import shared_task

from accounts.services import digest, messages


@shared_task(name="accounts.tasks.digests", expires=290)
def digests() -> None:
    """Queue the digests of the hour."""
    digest.enqueue_due()


@shared_task(name="accounts.tasks.tidy")
def tidy() -> None:
    """Remove messages that were read long ago."""
    messages.forget_old()
