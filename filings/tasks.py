"""Celery's side of the spine: a bell for the jobs of the day."""

from __future__ import annotations

from celery import shared_task

from filings.services import nightly


@shared_task(name="filings.tasks.ring", expires=290)
def ring() -> None:
    """Queue what today still has to see, once."""
    nightly.ring()
