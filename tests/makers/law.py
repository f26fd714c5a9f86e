"""Changes of the law by the two people it takes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from accounts.models import District
from policy.models import Parameter, ParameterValue, Reading, ReadingValue
from policy.services.changes import propose_change, publish_change
from tests.makers.accounts import act, make_bureau, make_user

FIRST = date(2021, 1, 1)


def _publish(target: Any, value: Any, place: str, since: date) -> None:
    bureau = make_bureau(place)
    change = propose_change(
        actor=act(make_user("case_officer", bureau)),
        target=target,
        place=District.objects.get(code=place),
        valid_from=since,
        value=value,
        reason="市科技局口径",
    )
    publish_change(actor=act(make_user("division_head", bureau)), change=change)


def reading(setting: str, value: Any, place: str = "370300") -> None:
    """A doubt is read otherwise from 2021 on; said again, from the day after."""
    target = Reading.objects.get(setting=setting)
    held = ReadingValue.objects.filter(reading=target, place=place).count()
    _publish(target, value, place, FIRST + timedelta(days=held))


def figure(key: str, value: Any, since: date, place: str = "370300") -> None:
    """A figure changes on a day."""
    target = Parameter.objects.get(key=key)
    assert ParameterValue.objects.filter(parameter=target).exists()
    _publish(target, value, place, since)
