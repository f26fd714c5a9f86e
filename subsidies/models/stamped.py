"""What payments, batches, revocations and claw-backs have in common."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models

from core.workflow import StatefulModel


class Stamped(StatefulModel):
    """Its services say with each step what belongs to the state that is reached."""

    class Meta:
        abstract = True

    def stamp(self, moment: datetime, data: Mapping[str, Any]) -> list[str]:
        """What belongs to the state reached; the services hand it over in `data["fields"]`."""
        changed: Mapping[str, Any] = data.get("fields") or {}
        for name, value in changed.items():
            setattr(self, name, value)
        return list(changed)


def person(**more: Any) -> models.ForeignKey[Any, Any]:
    """Who did it."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", **more)
