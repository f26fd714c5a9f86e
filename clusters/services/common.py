"""What the services of this app have in common: texts, the cluster that must still stand, days."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.pinyin import sort_key
from core import clock
from core.errors import NotNow, Problem
from filings.enums import EntityState
from filings.models import Entity

EARLIEST = datetime.date(1990, 1, 1)  # before that there were no high-tech zones


def still_registered(cluster: Entity) -> None:
    """Nothing is written any more about a cluster that has ended."""
    if cluster.standing != EntityState.REGISTERED:
        words = _("“%(name)s”%(standing)s，不再维护")
        found = words % {"name": cluster.name, "standing": cluster.get_standing_display()}
        raise NotNow.one("ended", found)


def locked(cluster: Entity) -> Entity:
    """The cluster's row, so that two who write the same list wait for each other."""
    return Entity.objects.select_for_update(of=("self",), no_key=True).get(pk=cluster.pk)


def day_problems(day: Any, field: str, *, required: str = "", future: bool = False) -> list[Problem]:
    """Why a day cannot be: missing, before there was anything, or still to come."""
    if day is None:
        return [Problem("required", required, field)] if required else []
    if not isinstance(day, datetime.date) or day < EARLIEST:
        return [Problem("date", _("日期应不早于 %(day)s") % {"day": EARLIEST.isoformat()}, field)]
    if not future and day > clock.today():
        return [Problem("future", _("日期不能晚于今天"), field)]
    return []


def unit_with(code: str) -> Organisation | None:
    """The unit registered here under a credit code."""
    return Organisation.objects.filter(credit_code=code).first() if code else None


def named(name: str) -> dict[str, str]:
    """A name with what it is sorted by."""
    return {"name": name, "name_key": sort_key(name)[:240]}


def changed(row: Any, values: dict[str, Any]) -> list[str]:
    """Set what differs; the names of the fields set."""
    fields = [name for name, value in values.items() if getattr(row, name) != value]
    for name in fields:
        setattr(row, name, values[name])
    return fields


def one_of(value: str, allowed: Iterable[str], field: str, words: str) -> list[Problem]:
    return [] if value in set(allowed) else [Problem("choice", words, field)]
