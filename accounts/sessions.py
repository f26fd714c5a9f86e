"""When a session ends: after 30 idle minutes, and 12 hours after the login in any case.

Measured in real time; moving the demo clock logs nobody out.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

from core import clock

STARTED, SEEN = "session_started", "session_seen"
# Writing on every request would cost each page a write; a minute is exact enough for a limit of thirty.
RESOLUTION = 60


def begin(session: SessionBase) -> None:
    """Called at login."""
    session[STARTED] = session[SEEN] = _now()


def ended(session: SessionBase) -> str:
    """``"idle"``, ``"absolute"`` or empty. A session without a beginning has ended."""
    now = _now()
    if now - int(session.get(STARTED, 0)) >= settings.SESSION_ABSOLUTE_SECONDS:
        return "absolute"
    if now - int(session.get(SEEN, 0)) >= settings.SESSION_IDLE_SECONDS:
        return "idle"
    return ""


def touch(session: SessionBase) -> None:
    """Somebody is still there."""
    now = _now()
    if now - int(session.get(SEEN, 0)) >= RESOLUTION:
        session[SEEN] = now


def _now() -> int:
    return int(clock.wall().timestamp())
