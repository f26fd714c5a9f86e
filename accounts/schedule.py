"""What beat rings for in accounts; ``config`` adds it to ``CELERY_BEAT_SCHEDULE``.  No imports of models here."""

from __future__ import annotations

from typing import Any

# Asked more often than each hour, so that no hour slips through between two rings; an hour is queued once.
BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "accounts.digests": {"task": "accounts.tasks.digests", "schedule": 300.0},
    "accounts.tidy": {"task": "accounts.tasks.tidy", "schedule": 3600.0},
}
