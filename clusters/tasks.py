"""Celery's side of the clusters: a bell for the job of the day."""

from __future__ import annotations

from celery import shared_task

from clusters.services import statistics_periods


@shared_task(name="clusters.tasks.ring", expires=290)
def ring() -> None:
    """Queue what today still has to see, once."""
    statistics_periods.ring()
