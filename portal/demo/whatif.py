"""The demonstration's what-if: what a dearer square metre and a lower ceiling would have come to."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from portal.demo import walk
from subsidies.services import scenarios

Row = Mapping[str, Any]


def load(data: Row, units: walk.Units) -> int:
    """How much did not fit today's date."""
    desk = walk.zibo(units)
    return sum(walk.tried(partial(_scenario, row, desk)) for row in data["scenarios"])


def _scenario(row: Row, desk: walk.Desk) -> None:
    """Its values, and a run that the worker computes."""
    made = scenarios.create(actor=desk.officer, title=row["title"], year=row["year"], note=row["note"])
    for one in row["values"]:
        scenarios.set_value(actor=desk.officer, scenario=made, name=one["name"], value=one["value"])
    scenarios.start(actor=desk.officer, scenario=made)
