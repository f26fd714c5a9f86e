"""Signs of life that only real work can give."""

from __future__ import annotations

from datetime import timedelta

from core import clock
from core.models import Heartbeat

#: The worker beats every half minute; silence longer than this is an alarm.
SILENCE = timedelta(seconds=120)


def beat(name: str) -> None:
    """``name`` works at this moment of real time."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": clock.wall()})


def is_alive(name: str) -> bool:
    """Whether ``name`` has beaten within the last two minutes."""
    return Heartbeat.objects.filter(name=name, at__gte=clock.wall() - SILENCE).exists()
