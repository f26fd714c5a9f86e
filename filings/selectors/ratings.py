"""What an entity's ratings mean today; what subsidies ask before they pay. No writes."""

from __future__ import annotations

from collections.abc import Callable

from filings.enums import OPEN_CANCELLATION, Grade
from filings.models import Entity, Rating

_doubts: list[Callable[[Rating], str]] = []


def register_doubt(ask: Callable[[Rating], str]) -> None:
    """Ask also here whether a rating is being corrected; called from AppConfig.ready of an app above."""
    if ask not in _doubts:
        _doubts.append(ask)


def doubt(rating: Rating) -> str:
    """Why nothing may rest on a rating now, although it is in force; empty if nothing speaks against it."""
    return next((said for said in (ask(rating) for ask in _doubts) if said), "")


def latest(entity: Entity) -> Rating | None:
    """The newest confirmed rating that was not corrected since."""
    rows = entity.ratings.filter(confirmed_at__isnull=False, superseded_by=None)
    return rows.order_by("-rated_on", "-pk").first()


def has_priority(entity: Entity) -> bool:
    """Whether support may be raised (eva_cons_excellent): the latest grade is 优秀."""
    last = latest(entity)
    return last is not None and last.grade == Grade.EXCELLENT


def on_hold(entity: Entity) -> bool:
    """Whether payments wait: a cancellation is under way, or the latest grade is 不合格. Held, never deleted."""
    last = latest(entity)
    if last is not None and last.grade == Grade.FAIL:
        return True
    return entity.cancellations.filter(state__in=OPEN_CANCELLATION).exists()
