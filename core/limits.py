"""How often something may be asked for from one address; counted in the cache that all workers share."""

from __future__ import annotations

from django.core.cache import cache
from django.utils.translation import gettext as _

from core import clock
from core.errors import TooMany

HOUR = 3600


def count(what: str, address: str, *, hourly: int, said: str = "") -> None:
    """One more of `what` from `address`; raises TooMany, with the sentence `said`, beyond `hourly` in the running hour."""
    now = int(clock.wall().timestamp()) // HOUR
    key = f"limits:{what}:{address}:{now}"
    cache.add(key, 0, timeout=HOUR)
    if cache.incr(key) > hourly:
        sentence = said or _("提交过于频繁，请一小时后再试，或按公示所列联系方式提出。")
        raise TooMany.one("too_many", sentence)
