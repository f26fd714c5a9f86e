"""Celery's side of evaluations: a bell for the job of the day."""

from __future__ import annotations

from celery import shared_task

from evaluation.services import plans


@shared_task(name="evaluation.tasks.ring", expires=290)
def ring() -> None:
    """Queue today's look at the schedule, once."""
    plans.ring()
