"""What beat rings for in core; ``config`` adds it to ``CELERY_BEAT_SCHEDULE``.  No imports of models here."""

from __future__ import annotations

from typing import Any

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "core.seal_audit": {"task": "core.tasks.seal_audit", "schedule": 10.0},
    "core.sweep": {"task": "core.tasks.sweep", "schedule": 30.0},
    "core.deliver_mail": {"task": "core.tasks.deliver_mail", "schedule": 30.0},
    "core.heartbeat": {"task": "core.tasks.heartbeat", "schedule": 30.0},
    "core.anchor_audit": {"task": "core.tasks.anchor_audit", "schedule": 3600.0},
    "core.tidy": {"task": "core.tasks.tidy", "schedule": 3600.0},
}
