"""Entities made in one stroke, for what follows from their dates alone; their whole story is `makers.after`."""

from __future__ import annotations

import datetime
import itertools
from typing import Any

from accounts.models import Organisation
from core import clock
from filings.models import Duty, Entity
from filings.services import duties
from tests.makers.accounts import make_bureau, make_organisation

_numbers = itertools.count(1)


def make_entity(
    lead: Organisation | None = None,
    *,
    valid_from: datetime.date = datetime.date(2025, 1, 1),
    valid_until: datetime.date = datetime.date(2027, 12, 31),
    **facts: Any,
) -> Entity:
    """A consortium on the register of Qingdao, led by a unit in 崂山区, without members or certificate."""
    number = next(_numbers)
    lead = lead or make_organisation()
    return Entity.objects.create(
        code=f"QD-LH-{number:04d}",
        kind="innovation_consortium",
        name=facts.pop("name", f"青岛市第{number}创新联合体"),
        name_key=f"{number:04d}",
        lead=lead,
        authority=make_bureau("370200"),
        district=lead.district,
        valid_from=valid_from,
        valid_until=valid_until,
        registered_at=clock.start_of_day(valid_from),
        **facts,
    )


def open_duties(matter: Any) -> dict[str, Duty]:
    """The open duties of a matter after its table has followed, by key."""
    return {duty.key: duty for duty in duties.sync(matter)}


def due(duty: Duty) -> datetime.date:
    return clock.local(duty.due_at).date()


def morning(year: int, month: int, day: int, hour: int = 9) -> datetime.datetime:
    """A moment in Asia/Shanghai."""
    return datetime.datetime(year, month, day, hour, tzinfo=clock.SHANGHAI)
