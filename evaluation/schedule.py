"""What beat rings for in evaluations; ``config`` adds it to ``CELERY_BEAT_SCHEDULE``. No imports of models here."""

from __future__ import annotations

from typing import Any

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # often, because the day may change at any time where the clock can be moved; the job exists once a day
    "evaluation.ring": {"task": "evaluation.tasks.ring", "schedule": 300.0},
}
