"""The demonstration's alliances and communities of Zibo, and what their chairs, the bureau and visits have brought."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from alliances.services import gaps, records, scenarios
from core import clock
from core.actor import Actor
from filings.models import Entity, Filing
from filings.services import drafting, problems, visits
from portal.demo import walk
from portal.demo.people import actor, admin

Row = Mapping[str, Any]
SECOND = "elig_all_one_per_cluster"


class Alliances:
    """Everything of the file, entity by entity; `made` are those on the register by their key."""

    def __init__(self, data: Row, units: walk.Units) -> None:
        self.data, self.texts, self.units = data, data["texts"], units
        self.desk = walk.zibo(units)
        self.made: dict[str, Entity] = {}

    def load(self) -> int:
        """Foundings first, then what happened afterwards; how much did not fit today's date."""
        rules = {("charter", "rules"): "管理及运行办法"}  # data
        found, data = self.found, self.data
        plan: list[Callable[[], Any]] = [
            *(partial(found, row, "alliance", self.answers_of_alliance, rules) for row in data["alliances"]),
            *(partial(found, row, "community", self.answers_of_community, {}) for row in data["communities"]),
            *(partial(self.gap, row) for row in data["gaps"]),
            *(partial(self.scenario, row) for row in data["scenarios"]),
            *(partial(self.live, row) for row in data["lives"]),
        ]
        return sum(walk.tried(act) for act in plan)

    def live(self, row: Row) -> None:
        with walk.on(walk.ago(row["ago"])):
            getattr(self, row["do"])(row)

    # --- foundings -------------------------------------------------------------------------------

    def found(self, row: Row, programme: str, answers: Any, files: Mapping[tuple[str, str], str]) -> None:
        lead = self.units[row["lead"]]

        def begin() -> Filing:
            me = admin(lead)
            filing = drafting.start(actor=me, programme=programme)
            filing = walk.fill(me, filing, answers(row), files)
            walk.gather(me, filing, [self.units[key] for key in row["members"]], self.texts["member"])
            return walk.fresh(filing)

        exceptions = {SECOND: (row["second"], "")} if "second" in row else {}
        start = row["start"] if "start" in row else walk.ago(row["ago"])
        given = {"to": row["to"]} if "to" in row else {}
        road = walk.Road(
            begin, self.desk, start, months=row.get("months", ""), exceptions=exceptions, **given
        )
        filing = road.run()
        if filing.entity_id is not None:
            entity = road.entity()
            self.made[row.get("key", row["name"])] = entity
            for record in row.get("records", ()):
                self.record(entity, record)

    def answers_of_alliance(self, row: Row) -> dict[str, Any]:
        lead = self.units[row["lead"]]
        core = {
            "code": lead.credit_code,
            "name": lead.name,
            "basis": "leader",
            "note": self.texts["core_note"],
        }
        return {
            "basic": self.basic(row) | {"chain": row["chain"], "form": "agreement"},
            "core": {"core": [core]},
            "charter": self.texts["charter"],
            "mechanisms": self.texts["mechanisms"],
        }

    def answers_of_community(self, row: Row) -> dict[str, Any]:
        lead = self.units[row["lead"]]
        return {
            "basic": self.basic(row) | {"predecessor": self.made[row["predecessor"]].code},
            "elements": {"elements": row["elements"]},
            "operator": {
                "operator": lead.name,
                "operator_code": lead.credit_code,
                "relation": row["relation"],
            },
        }

    def basic(self, row: Row) -> dict[str, Any]:
        """What both are asked first; the cluster by its name, where it is on the register by then."""
        cluster = Entity.objects.filter(kind="innovative_cluster", name=row["cluster"]).first()
        return {
            "name": row["name"],
            "industry": row["industry"],
            "cluster": cluster.code if cluster else "",
            "aim": row["aim"],
            "contact_name": self.texts["member"]["contact_name"],
            "contact_phone": self.texts["member"]["contact_phone"],
        }

    # --- what its chair keeps --------------------------------------------------------------------

    def record(self, entity: Entity, row: Row) -> None:
        """An activity or a result, and some days later what an officer says of it."""
        facts = records.Facts(
            kind=row["kind"],
            title=row["title"],
            held_on=walk.ago(row["ago"]),
            partner=row.get("partner", ""),
            number=row.get("number", ""),
            amount=Decimal(row["amount"]) if "amount" in row else None,
        )
        with walk.on(walk.ago(row["ago"] - 4)):
            upload = walk.paper("活动和成果佐证")  # data
            made = records.add(actor=admin(entity.lead), entity=entity, facts=facts, upload=upload)
        if "counts" in row:
            basis = row.get("basis") or self.texts["counts"][row["kind"]]
            with walk.on(walk.ago(row["ago"] - 12)):
                records.judge(actor=self.desk.officer, record=made, counts=row["counts"], basis=basis)

    def gap(self, row: Row) -> None:
        """What a chain lacks: kept by the chair of its alliance, or by the bureau."""
        entity = self.made.get(row["of"])
        me = admin(entity.lead) if entity else self.desk.officer
        facts = gaps.Facts(row["kind"], row["title"], row["chain"], row["detail"])
        with walk.on(walk.ago(row["ago"])):
            made = gaps.add(actor=me, facts=facts, entity=entity)
            if take := row.get("take"):
                due = clock.today() + datetime.timedelta(days=take["days"])
                made = gaps.take_on(
                    actor=me, gap=made, closer=take["closer"], project=take["project"], due_on=due
                )
        if close := row.get("close"):
            with walk.on(walk.ago(close["ago"])):
                gaps.close(actor=me, gap=made, closed_on=clock.today(), result=close["result"])

    def scenario(self, row: Row) -> None:
        entity = self.made.get(row["of"])
        by_bureau = row["by"] == "bureau"
        me = self.desk.officer if by_bureau else admin(self.units[row["by"]])
        since, until = (clock.today() + datetime.timedelta(days=row[name]) for name in ("since", "until"))
        facts = scenarios.Facts(
            title=row["title"],
            need=row["need"],
            contact=self.texts["member"]["contact_name"],
            since=since,
            field=row["field"],
            offer=row["offer"],
            until=until,
        )
        with walk.on(walk.ago(max(3, -row["since"] + 8))):
            made = scenarios.open_(actor=me, facts=facts, entity=entity)
        if row["publish"] and not by_bureau:
            with walk.on(walk.ago(max(1, -row["since"] + 4))):
                made = scenarios.publish(actor=self.desk.officer, scenario=made)
        if "outcome" in row:
            with walk.on(walk.ago(-row["until"])):
                scenarios.end(actor=me, scenario=made, outcome=row["outcome"])

    # --- visits and problems ---------------------------------------------------------------------

    def visit(self, row: Row) -> None:
        officer, entity = self.desk.officer, self.made[row["of"]]
        made = visits.hold(
            actor=officer,
            entity=entity,
            kind="on_site",
            held_on=clock.today(),
            visitor=officer.user,
            **{name: row[name] for name in ("purpose", "findings", "present", "follow_up")},
        )
        if raised := row.get("problem"):
            row_ = problems.raise_on_visit(
                actor=officer, visit=made, raised_for=entity.lead, title=raised["title"], text=raised["text"]
            )
            row_ = self._assign(row_, raised["department"], 30)
            row_ = problems.answer(actor=officer, problem=row_, answer=raised["answer"])
            problems.settle(actor=admin(entity.lead), problem=row_)

    def problem(self, row: Row) -> None:
        entity = self.made[row["of"]]
        lead: Actor = admin(entity.lead)
        made = problems.raise_problem(actor=lead, entity=entity, title=row["title"], text=row["text"])
        self._assign(made, row["department"], row["due"])

    def _assign(self, problem: Any, department: str, days: int) -> Any:
        due = clock.today() + datetime.timedelta(days=days)
        problems.assign(
            actor=self.desk.director,
            problem=problem,
            owner=actor("officer", self.units["zb_stb"]).user,
            due_on=due,
            department=department,
        )
        return type(problem).objects.get(pk=problem.pk)


def load(data: Row, units: walk.Units) -> int:
    return Alliances(data, units).load()
