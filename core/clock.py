"""The only source of time.

``now()`` and ``today()`` are real time plus the offset of one database row that web, worker and scheduler all
read, so that a demo or a test can let a public notice run out.  Production (``CLOCK_MAY_MOVE = False``)
never reads the row and refuses to write it.  Leases and heartbeats use ``wall()``, which nobody can shift.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.cached import Cached
from core.errors import NotNow

SHANGHAI = ZoneInfo("Asia/Shanghai")

_frozen: datetime | None = None


def _load_offset() -> timedelta:
    from core.models import ClockOffset

    found = ClockOffset.objects.filter(pk=1).values_list("offset", flat=True).first()
    return timedelta(0) if found is None else found


_offset = Cached(_load_offset)


def allowed() -> bool:
    """Whether this installation may shift its clock (demo and tests)."""
    return bool(getattr(settings, "CLOCK_MAY_MOVE", False))


def offset() -> timedelta:
    """The present shift; always zero in production."""
    if not allowed():
        return timedelta(0)
    # A stopped clock is this process's own: nobody else's shift has to be noticed.
    return _offset() if _frozen is None else _offset.held()


def wall() -> datetime:
    """Real time, aware, in UTC: for leases, heartbeats and measuring, never for business dates."""
    return timezone.now()


def now() -> datetime:
    """Business time, aware, in UTC."""
    base = _frozen if _frozen is not None and allowed() else timezone.now()
    return base + offset()


def local(moment: datetime | None = None) -> datetime:
    """``moment`` (default: now) in Asia/Shanghai."""
    return (moment or now()).astimezone(SHANGHAI)


def today() -> date:
    """The business date in Asia/Shanghai."""
    return local().date()


def end_of_day(day: date) -> datetime:
    """The last second of ``day`` in Asia/Shanghai: a time limit includes its last day."""
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=SHANGHAI)


def start_of_day(day: date) -> datetime:
    """Midnight at the beginning of ``day`` in Asia/Shanghai."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def shift(by: timedelta) -> timedelta:
    """Move the clock of the whole installation by ``by``; returns the new offset.

    Raises :class:`NotNow` where an offset is not allowed.
    """
    from core.models import ClockOffset

    _refuse_in_production()
    row, _created = ClockOffset.objects.get_or_create(pk=1)
    row.offset += by
    row.save(update_fields=["offset"])
    _offset.forget()
    return row.offset


def reset() -> None:
    """Back to real time."""
    from core.models import ClockOffset

    _refuse_in_production()
    ClockOffset.objects.filter(pk=1).update(offset=timedelta(0))
    _offset.forget()


def forget() -> None:
    """Drop the cached offset of this process (tests)."""
    _offset.forget()


@contextmanager
def freeze(moment: datetime) -> Iterator[None]:
    """Stop the clock of this process at ``moment`` (tests); ``shift`` still moves it."""
    global _frozen
    _refuse_in_production()
    before, _frozen = _frozen, moment
    try:
        yield
    finally:
        _frozen = before


def _refuse_in_production() -> None:
    if not allowed():
        raise NotNow.one("clock_fixed", _("正式环境不允许调整系统时间。"))
