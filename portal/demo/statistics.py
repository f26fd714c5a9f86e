"""The demonstration's statistics: years taken over, the last quarters through the whole chain, the newest half done."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from accounts.models import Organisation
from clusters.enums_statistics import INNOVATIVE, STRATEGIC, DispatchState, ReturnState
from clusters.models import ClusterReturn, DispatchSheet, Period
from clusters.services import statistics_dispatch as dispatch
from clusters.services import statistics_half_year as half_year
from clusters.services import statistics_history as history
from clusters.services import statistics_periods as periods
from clusters.services import statistics_returns as returns
from clusters.statistics_calendar import Span
from core import workdays
from core.actor import Actor
from filings.models import Entity
from portal.demo import walk
from portal.demo.people import SYSTEM, actor, admin

Row = Mapping[str, Any]
Quarter = tuple[int, int]
# how far a return goes, and what is done on the way
WAY = (ReturnState.DRAFT, ReturnState.SUBMITTED, ReturnState.ACCEPTED, ReturnState.CONFIRMED)
CENT = Decimal("0.01")


class Figures:
    """What one cluster reports: a year's size, spread over its quarters; the same on every machine."""

    def __init__(self, data: Row, key: str, output: Decimal) -> None:
        self.data, self.output = data, output
        draw = random.Random(f"{key}-figures")  # noqa: S311 - sample data
        self.shares = {name: draw.randint(low, high) for name, (low, high) in data["ranges"].items()}
        self.wobble = [Decimal(draw.randint(97, 103)) / 100 for _n in range(16)]

    def of(self, quarter: Quarter, changed: Row | None = None) -> dict[str, Decimal]:
        """The seven indicators: money in 万元 from the year's beginning, heads as they stand."""
        year, number = quarter
        s, changed = self.shares, changed or {}
        grown = (1 + Decimal(s["growth"]) / 100) ** (year - 2023)
        done = Decimal(self.data["quarters"][number - 1]) * grown
        wobble = self.wobble[(year - 2023) * 4 + number - 1]
        revenue = (self.output / 10000 * done * wobble * Decimal(changed.get("revenue", 1))).quantize(CENT)
        staff = int(self.output / 10_000_000 * s["staff_share"] / 10 * grown)
        return {
            "ind_main_revenue": revenue,
            "ind_profit": Decimal(changed.get("profit", revenue * s["margin"] / 100)).quantize(CENT),
            "ind_new_enterprises": Decimal(int(s["new_firms"] * done)),
            "ind_employment": Decimal(staff),
            "ind_researchers": Decimal(staff * s["researcher_share"] // 100),
            "ind_rd_expenditure": (revenue * s["research"] / 1000).quantize(CENT),
            "ind_platform_count": Decimal(s["platforms"] + (year - 2023)),
            "ind_localisation_rate": Decimal(min(96, s["localisation"] + 2 * (year - 2023))),
        }


class Statistics:
    """Every quarter in its turn; `clusters` is {key: entity} of the file of the clusters."""

    def __init__(self, data: Row, clusters: Row, units: walk.Units) -> None:
        self.data, self.desk = data, walk.province(units)
        self.city_desk = walk.zibo(units)
        rows = {row["key"]: row for row in clusters["strategic"]["clusters"]}
        entities = Entity.objects.filter(kind=STRATEGIC).select_related("lead", "district__parent")
        named = {entity.name: entity for entity in entities}
        self.clusters = {key: named[row["name"]] for key, row in rows.items()}
        self.keys = {entity.pk: key for key, entity in self.clusters.items()}
        self.figures = {key: Figures(data, key, Decimal(row["output"])) for key, row in rows.items()}

    def load(self) -> None:
        for quarter in self.quarters("first", "workflow", inside=False):
            self.take_over(quarter)
        for quarter in self.quarters("workflow", "last"):
            self.quarter(quarter)
            if quarter == (self.data["half_year"]["year"], 2 * self.data["half_year"]["half"]):
                self.half_year()
        self.innovative()

    def quarters(self, first: str, last: str, *, inside: bool = True) -> Iterator[Quarter]:
        year, number = self.data[first]
        end = tuple(self.data[last])
        while (year, number) < end or (inside and (year, number) == end):
            yield year, number
            year, number = (year, number + 1) if number < 4 else (year + 1, 1)

    def event(self, key: str, quarter: Quarter) -> Row:
        events = self.data["events"]
        return next((e for e in events if e["of"] == key and tuple(e["at"]) == quarter), {})

    def take_over(self, quarter: Quarter) -> None:
        figures = {entity: self.figures[key].of(quarter) for key, entity in self.clusters.items()}
        span = Span("quarter", *quarter)
        with walk.on(span.ends_on + datetime.timedelta(days=20)):
            history.take_over(
                actor=SYSTEM,
                entity_kind=STRATEGIC,
                cadence="quarter",
                year=quarter[0],
                number=quarter[1],
                figures=figures,
            )

    # --- a quarter through the chain -------------------------------------------------------------

    def open(self, kind: str, quarter: Quarter) -> Period:
        year, number = quarter
        with walk.on(Span("quarter", year, number).ends_on + datetime.timedelta(days=1)):
            return periods.open_period(
                actor=SYSTEM, entity_kind=kind, cadence="quarter", year=year, number=number
            )

    def quarter(self, quarter: Quarter) -> None:
        period = self.open(STRATEGIC, quarter)
        newest = list(quarter) == self.data["last"]
        goals = {key: state for state, keys in self.data["newest"].items() for key in keys} if newest else {}
        for owner in period.returns.select_related("period", "entity__lead", "entity__district__parent"):
            key = self.keys.get(owner.entity_id)
            event = self.event(key, quarter) if key else {}
            if key and not event.get("missing"):
                values = self.figures[key].of(quarter, event)
                goal = goals.get(key, ReturnState.CONFIRMED)
                self.report(owner, values, goal, event, self.city(owner.entity), self.desk.officer)
        for number, sheet in enumerate(period.dispatches.select_related("entity__district__parent")):
            self.dispatch(sheet, number if newest else 99)

    def city(self, cluster: Entity) -> Actor:
        place = cluster.district.city or cluster.district
        bureau = Organisation.objects.get(jurisdiction=place, department="development_reform")
        return actor(walk.CITY_DRC.get(place.code, "citydrc2"), bureau)

    def report(
        self,
        owner: ClusterReturn,
        values: Mapping[str, Decimal],
        goal: str,
        event: Row,
        city: Actor,
        province: Actor,
    ) -> None:
        """Filled in, signed, reviewed and confirmed as far as it is to go; each a few days after the other."""
        body = admin(owner.entity.lead)
        day = owner.period.due_on + datetime.timedelta(days=event.get("late", -2))
        reason = tuple(event.get("reason") or self.data["reason"])
        with walk.on(day):
            owner = returns.save(
                actor=body,
                owner=owner,
                values=values,
                reasons=dict.fromkeys(values, reason),
                facts=self.data["people"],
            )
            if goal == ReturnState.DRAFT:
                return
            owner = returns.submit(actor=body, owner=owner, declared=True)
        if goal == ReturnState.SUBMITTED:
            return
        day = workdays.add_workdays(day, 3)
        with walk.on(day):
            if goal == ReturnState.RETURNED:
                given = self.data["returned"]
                returns.return_values(
                    actor=city, owner=owner, returned=given["values"], comment=given["comment"]
                )
                return
            owner = returns.accept(actor=city, owner=owner)
        if goal == ReturnState.CONFIRMED:
            with walk.on(workdays.add_workdays(day, 3)):
                returns.confirm(actor=province, owner=owner)

    def dispatch(self, sheet: DispatchSheet, number: int) -> None:
        """The city's sheet of the quarter: of the newest some are not written yet, some not received."""
        if number < 2 or sheet.state != DispatchState.DRAFT:
            return
        city = self.city(sheet.entity)
        with walk.on(sheet.period.ends_on + datetime.timedelta(days=13)):
            sheet = dispatch.save(actor=city, sheet=sheet, texts=self.data["dispatch"])
            sheet = dispatch.submit(actor=city, sheet=sheet)
        if number >= 6:
            with walk.on(sheet.period.ends_on + datetime.timedelta(days=20)):
                dispatch.receive(actor=self.desk.officer, sheet=sheet)

    def half_year(self) -> None:
        given = self.data["half_year"]
        end = datetime.date(given["year"], 6 * given["half"], 30)
        with walk.on(end + datetime.timedelta(days=32)):
            made = half_year.start(
                actor=self.desk.officer, entity_kind=STRATEGIC, year=given["year"], half=given["half"]
            )
            made = half_year.save(actor=self.desk.officer, report=made, texts=given["texts"])
            made = half_year.freeze(actor=self.desk.officer, report=made)
        with walk.on(end + datetime.timedelta(days=35)):
            half_year.issue(actor=self.desk.director, report=made)

    def innovative(self) -> None:
        """Zibo's own clusters: accepted by the bureau's officer, confirmed by the head of its division."""
        period = self.open(INNOVATIVE, tuple(self.data["last"]))
        for owner in period.returns.select_related("period", "entity__lead", "entity__cluster"):
            output = owner.entity.cluster.output_value or Decimal(0)
            values = Figures(self.data, owner.entity.name, output).of(tuple(self.data["last"]))
            goal = self.data["innovative"].get(owner.entity.name, ReturnState.DRAFT)
            self.report(owner, values, goal, {}, self.city_desk.officer, self.city_desk.director)


def load(data: Row, clusters: Row, units: walk.Units) -> None:
    Statistics(data, clusters, units).load()
