"""The demonstration's platforms: applications in several states, what hosts keep, what is open, who is cultivated."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from accounts import credit_code
from core import clock
from filings.models import Entity, Filing
from filings.services import drafting
from platforms.models import Edition, Instrument
from platforms.services import cultivation, opening, records
from portal.demo import walk
from portal.demo.people import admin

Row = Mapping[str, Any]
# those that came in with the older registers
KNOWN = {
    "sharing": "instrument_sharing_unit",
    "forum": "technology_forum",
    "transfer": "technology_transfer_institution",
}
MONEY = ("built_area", "usable_area", "dedicated_area", "area", "original_value", "amount")


class Platforms:
    def __init__(self, data: Row, units: walk.Units) -> None:
        self.data, self.texts, self.units = data, data["texts"], units
        self.desk = walk.zibo(units)
        self.made: dict[str, Entity] = {}

    def load(self) -> int:
        """How much did not fit today's date."""
        left_out = sum(walk.tried(partial(self.file, row)) for row in self.data["filings"])
        for key, kind in KNOWN.items():
            self.made[key] = Entity.objects.select_related("lead", "authority", "district").get(kind=kind)
        plan: list[Callable[[], Any]] = [
            *(partial(self.record, row["of"], line) for row in self.data["records"] for line in row["rows"]),
            *(partial(self.offer, row) for row in self.data["offers"]),
            *(partial(self.cultivate, row) for row in self.data["cultivation"]),
        ]
        return left_out + sum(walk.tried(act) for act in plan)

    def file(self, row: Row) -> None:
        lead = self.units[row["lead"]]
        basic = {
            "type": row["kind"],
            "name": row["name"],
            "industry": row["industry"],
            "field": row["field"],
            "address": self.texts["address"],
            "contact_name": self.texts["contact"],
            "contact_phone": "0533-0000000",
        }
        parts = {"capability": self.texts["capability"], "management": self.texts["management"]}

        def begin() -> Filing:
            me = admin(lead)
            return walk.fill(
                me, drafting.start(actor=me, programme=row["kind"]), {"basic": basic, **parts}, {}
            )

        start = row["start"] if "start" in row else walk.ago(row["ago"])
        given = {"to": row["to"]} if "to" in row else {}
        road = walk.Road(begin, self.desk, start, **given)
        if road.run().entity_id is not None:
            self.made[row["key"]] = road.entity()

    def record(self, of: str, row: Row) -> None:
        """One line a host keeps, written some days after the day it is about."""
        entity = self.made[of]
        values = {name: Decimal(v) if name in MONEY else v for name, v in row.items() if name != "kind"}
        self._complete(entity, row, values)
        days = [v for v in values.values() if isinstance(v, datetime.date)]
        with walk.on(max(max(days) + datetime.timedelta(days=3), entity.registered_at.date())):
            made = records.add(actor=admin(entity.lead), entity=entity, kind=row["kind"], values=values)
        if follow := row.get("follow"):
            day = row["signed_on"] + datetime.timedelta(days=follow["days"])
            with walk.on(max(day, entity.registered_at.date())):
                records.follow(
                    actor=self.desk.officer,
                    record=made,
                    on=day,
                    text=follow["text"],
                    standing=follow["standing"],
                )

    def _complete(self, entity: Entity, row: Row, values: dict[str, Any]) -> None:
        """What the file says in short: a tenant's code, who paid, which instrument or edition it belongs to."""
        values.pop("follow", None)
        if row["kind"] == "tenant":
            values["kind"] = values.pop("tenant")
            number = values.pop("n")
            values["credit_code"] = credit_code.make("91", "370303", "MAXX", number) if number else ""
        if row["kind"] == "service":
            paid = values.pop("paid")
            values["through_network"] = True
            values["instrument"] = Instrument.objects.filter(entity=entity).order_by("pk").first()
            values["paid_on"] = row["served_on"] + datetime.timedelta(days=9) if paid else None
        if row["kind"] == "project":
            values["edition"] = Edition.objects.get(entity=entity)

    def offer(self, row: Row) -> None:
        entity = self.made[row["of"]]
        with walk.on(walk.ago(75)):
            opening.publish(
                actor=admin(entity.lead), entity=entity, values={k: v for k, v in row.items() if k != "of"}
            )

    def cultivate(self, row: Row) -> None:
        with walk.on(walk.ago(row["ago"])):
            made = cultivation.enter(
                actor=self.desk.officer,
                organisation=self.units[row["unit"]],
                target_kind=row["kind"],
                target_level=row["level"],
                apply_year=clock.today().year + row["year"],
                supports=row["supports"],
                ground=row["ground"],
            )
        for text in row.get("steps", ()):
            with walk.on(walk.ago(row["ago"] - 30)):
                day = walk.ago(-20)
                made = cultivation.step(
                    actor=self.desk.officer, entry=made, text=text, next_step=row["next"], next_on=day
                )
        if left := row.get("left"):
            with walk.on(walk.ago(left["ago"])):
                cultivation.leave(
                    actor=self.desk.officer, entry=made, outcome=left["outcome"], reason=left["reason"]
                )


def load(data: Row, units: walk.Units) -> int:
    return Platforms(data, units).load()
