"""The clock of a test."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from core import clock

# A Monday in working hours, in a year whose public holidays are known.
FIXED_NOW = datetime(2026, 3, 2, 10, 0, tzinfo=clock.SHANGHAI)


class Frozen:
    """Stands at `FIXED_NOW` until it is moved."""

    def __init__(self) -> None:
        self._freeze: Any = None
        self.at(FIXED_NOW)

    def at(self, moment: datetime) -> None:
        """Stand at `moment` (aware)."""
        self.release()
        self._freeze = clock.freeze(moment)
        self._freeze.__enter__()

    def move(self, **by: float) -> None:
        """Move by a timedelta given in its own words: `frozen.move(days=7)`."""
        self.at(clock.now() - clock.offset() + timedelta(**by))

    def release(self) -> None:
        """Back to real time."""
        if self._freeze:
            self._freeze.__exit__(None, None, None)
            self._freeze = None
