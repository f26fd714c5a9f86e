"""The demonstration's clusters: recognised in Zibo, recorded in the province, with firms, projects and key enterprises.

What the file does not spell out is drawn from a generator seeded with the cluster's key, so that every start is alike.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from itertools import product
from typing import Any

from accounts import credit_code
from accounts.models import Organisation
from clusters.enums import ListingKind, MoveCheck, ProjectStage
from clusters.models import KeyEnterprise
from clusters.services import enterprises, listings, projects, requests
from core import clock
from core.actor import Actor
from filings.enums import Action
from filings.models import Entity, Filing
from filings.services import drafting
from portal.demo import walk
from portal.demo.people import actor, admin

Row = Mapping[str, Any]
FIRST_CODE = 301  # the numbers of firms that are known by their code alone
# how many of twenty stand where, and when the stages were reached
STAGES = (
    ProjectStage.RESERVED,
    ProjectStage.STARTED,
    ProjectStage.COMPLETED,
)
ROLES = ("leader", "backbone", "chain_master", "specialist", "backbone", "platform")


class Clusters:
    """Everything of the file; `made` are the strategic clusters on the register by their key."""

    def __init__(self, data: Row, units: walk.Units) -> None:
        self.data, self.texts, self.units = data, data["texts"], units
        self.zibo, self.province = walk.zibo(units), walk.province(units)
        self.made: dict[str, Entity] = {}
        self.number = FIRST_CODE

    def load(self) -> int:
        """How much did not fit today's date."""
        strategic = self.data["strategic"]
        for row in strategic["clusters"]:
            self.made[row["key"]] = self.record(row)
            self.projects(row)
            self.key_enterprises(row)
        self.ask()
        for row in self.data["listings"]:
            self.listing(row)
        own = [
            (row, "innovative_cluster", self.zibo, self.innovative(row)) for row in self.data["innovative"]
        ]
        above = [
            (row, "strategic_cluster", self.province, self.strategic(row, "provincial"))
            for row in strategic["applications"]
        ]
        return sum(walk.tried(partial(self.recognise, *given)) for given in (*own, *above))

    # --- onto the register -----------------------------------------------------------------------

    def record(self, row: Row) -> Entity:
        """A cluster that a higher authority recognised years ago, put on record from its document."""
        paper = self.data["strategic"][row["level"]]
        approval = {name: str(paper[name]) for name in ("number", "dated", "issued_by")}
        answers = self.strategic(row, row["level"]) | {"approval": approval | {"level": row["level"]}}
        files = {
            ("plan", "plan_file"): "集群建设方案",  # data
            ("body", "proof"): "明确管理机构的文件",  # data
            ("approval", "document"): "批复文件",  # data
        }

        def begin() -> Filing:
            me = admin(self.units[row["lead"]])
            filing = drafting.start(actor=me, programme="strategic_cluster", action=Action.RECORD_APPROVAL)
            return walk.fill(me, filing, answers, files)

        road = walk.Road(begin, self.province, self.data["strategic"]["since"])
        road.run()
        return road.entity()

    def recognise(self, row: Row, programme: str, desk: walk.Desk, answers: Row) -> None:
        """An application, as far as the file says."""
        files = {("plan", "plan_file"): "集群建设方案"}  # data
        if programme == "strategic_cluster":
            files[("body", "proof")] = "明确管理机构的文件"  # data

        def begin() -> Filing:
            me = admin(self.units[row["lead"]])
            filing = drafting.start(actor=me, programme=programme)
            return walk.fill(me, filing, answers, files)

        start = row["start"] if "start" in row else walk.ago(row["ago"])
        given = {"to": row["to"]} if "to" in row else {}
        walk.Road(begin, desk, start, **given).run()

    def basic(self, row: Row, regions: list[str]) -> dict[str, Any]:
        return {
            "name": row["name"],
            "industry": row["industry"],
            "regions": regions,
            "output_value": row["output"],
            "overview": self.texts["overview"],
            "contact_name": self.texts["contact"],
            "contact_phone": "0533-0000000",
        }

    def innovative(self, row: Row) -> dict[str, Any]:
        firms = [self.units[key] for key in row["firms"]]
        links = [
            {
                "name": name,
                "position": place,
                "firms": "" if place == "downstream" else "、".join(f.name for f in firms[number::2][:3]),
                "gap": "本地应用企业不足" if place == "downstream" else "",  # data
            }
            for number, (name, place) in enumerate(row["links"])
        ]
        return {
            "basic": self.basic(row, row["regions"]),
            "carrier": {"carrier": row["carrier"], "carrier_name": row["carrier_name"]},
            "chain": {"links": links},
            "base": self.texts["base"],
            "plan": self.texts["plan"],
            "firms": {
                "firms": [
                    {
                        "name": firm.name,
                        "credit_code": firm.credit_code,
                        "chain_link": links[number % len(links)]["name"],
                        "is_key": number < 2,
                    }
                    for number, firm in enumerate(firms)
                ]
            },
        }

    def strategic(self, row: Row, level: str) -> dict[str, Any]:
        city = self.units[row["lead"]].district.city
        paper, firms = self.data["strategic"][level], self.firms(row)
        positions = ("upstream", "midstream", "downstream")
        links = [
            {
                "name": name,
                "position": positions[number],
                "firms": "、".join(firm["name"] for firm in firms if firm["chain_link"] == name),
                "gap": "",
            }
            for number, name in enumerate(row["links"])
        ]
        return {
            "basic": self.basic(row, [city.code] if city else []),
            "body": {
                "document": paper["body"],
                "named_on": paper["named_on"],
                "covers": ["planning", "management", "statistics"],
                "head": self.texts["contact"],
                "staff": 8,
            },
            "parks": {"parks": [{"name": row["park"], "level": "national", "industry": row["links"][1]}]},
            "chain": {"links": links},
            "plan": self.texts["strategic_plan"],
            "firms": {"firms": firms},
        }

    def firms(self, row: Row) -> list[dict[str, Any]]:
        """Nine firms, three in each link; their names end with what they make."""
        place = self.units[row["lead"]].district
        marks = random.Random(row["key"]).sample(self.data["marks"], 3)  # noqa: S311 - sample data
        found = []
        for number, (link, mark) in enumerate(product(row["links"], marks)):
            code = credit_code.make("91", place.code, "MAXX", self.number)
            self.number += 1
            found.append(
                {
                    "name": f"{row['name'][:2]}{mark}{link}有限公司",  # data
                    "credit_code": code,
                    "products": link,
                    "chain_link": link,
                    "is_key": number % 3 == 0,
                }
            )
        return found

    # --- what its body keeps ---------------------------------------------------------------------

    def city(self, cluster: Entity) -> Actor:
        """Who reviews it: the city's commission."""
        place = cluster.district.city or cluster.district
        bureau = Organisation.objects.get(jurisdiction=place, department="development_reform")
        return actor(walk.CITY_DRC.get(place.code, "citydrc2"), bureau)

    def projects(self, row: Row) -> None:
        """18 to 23, in all four stages; what the city moved is checked, what the body moved lately is not."""
        cluster, draw = self.made[row["key"]], random.Random(f"{row['key']}-projects")  # noqa: S311
        body, city = admin(cluster.lead), self.city(cluster)
        names = list(product(self.data["marks"], row["links"], self.data["endings"]))
        draw.shuffle(names)
        for number, (mark, link, (ending, kind, domain)) in enumerate(names[: row["projects"]]):
            share = number / row["projects"]
            reached = 3 if share < 0.2 else 2 if share < 0.5 else 1 if share < 0.8 else 0
            entered = datetime.date(2023, 2, 1) + datetime.timedelta(days=draw.randrange(0, 600))
            facts = projects.ProjectFacts(
                name=f"{row['name'][:2]}{mark}{link}{ending}",
                kind=kind,
                domain=domain,
                owner_name=f"{row['name'][:2]}{mark}{link}有限公司",  # data
                investment=Decimal(draw.randrange(80, 2600) * 1_000_000),
                content=self.texts["project"],
                location=row["park"],
                constraints=("land",) if number % 7 == 3 else ("energy",) if number % 9 == 5 else (),
                parallel_approval=number % 3 == 0,
            )
            with walk.on(walk.ago(60)):
                made = projects.add(actor=body, cluster=cluster, facts=facts, entered_on=entered)
                projects.check(actor=city, move=made.moves.get(), result=MoveCheck.CONFIRMED)
                for step, stage in enumerate(STAGES[:reached], start=1):
                    day = entered + datetime.timedelta(days=step * draw.randrange(120, 180))
                    if day > clock.today():
                        break
                    made = projects.move(actor=city, project=made, target=stage, moved_on=day)
                if reached >= 2:
                    self.invest(body, made, entered.year)
            if number == row["projects"] - 1:
                with walk.on(walk.ago(6)):
                    day = clock.today()
                    projects.move(actor=body, project=made, target=ProjectStage.RESERVED, moved_on=day)

    def invest(self, body: Actor, project: Any, first: int) -> None:
        share = (project.investment / 4).quantize(Decimal(1))
        years = [projects.YearFigures(first + n, share, share if n < 2 else None) for n in range(3)]
        projects.set_investments(actor=body, project=project, years=years)

    def key_enterprises(self, row: Row) -> None:
        cluster, body = self.made[row["key"]], admin(self.made[row["key"]].lead)
        draw = random.Random(f"{row['key']}-firms")  # noqa: S311 - sample data
        with walk.on(walk.ago(200)):
            for number, firm in enumerate(cluster.firms.order_by("pk")[: row["keys"]]):
                facts = enterprises.EntryFacts(
                    name=firm.name,
                    credit_code=firm.credit_code,
                    role=ROLES[number],
                    since=datetime.date(2024, 1, 15),
                    reason=self.texts["reason"],
                    size_class="large" if number == 0 else "medium",
                    revenue=Decimal(draw.randrange(200, 9000) * 1_000_000),
                    revenue_year=2025,
                    products=firm.products,
                )
                enterprises.enter(actor=body, cluster=cluster, facts=facts)

    # --- 一企一策 ----------------------------------------------------------------------------------

    def ask(self) -> None:
        """The requests of the file, one to each of the first firms of Zibo and of some other clusters."""
        keys = ("zb_func", "zb_func", "zb_bio", "zb_func", "zb_func", "qd_rail", "yt_bio", "jn_it")
        taken: set[int] = set()
        for number, key in enumerate(keys):
            rows = KeyEnterprise.objects.filter(cluster=self.made[key]).exclude(pk__in=taken)
            firm = rows.select_related("cluster__lead").order_by("pk")[0]
            taken.add(firm.pk)
            self.request(firm, self.data["requests"][number % len(self.data["requests"])])

    def request(self, firm: KeyEnterprise, row: Row) -> None:
        body, city, goal = admin(firm.cluster.lead), self.city(firm.cluster), row["to"]
        given = {name: row[name] for name in ("kind", "title", "text")}
        with walk.on(walk.ago(45 if goal == "late" else 28)):
            made = requests.raise_request(actor=body, enterprise=firm, **given)
            if goal == "raised":
                return
            due = clock.today() + datetime.timedelta(days=30)
            made = requests.assign(
                actor=city,
                request=made,
                owner=city.user,
                due_on=due,
                department=city.organisation.name if city.organisation else "",
                next_step=row.get("next_step", ""),
            )
        if "outcome" in row:
            with walk.on(walk.ago(12)):
                made = requests.answer(actor=city, request=made, outcome=row["outcome"])
                if goal == "closed":
                    requests.settle(actor=body, request=made)

    def listing(self, row: Row) -> None:
        listings.add(
            actor=self.province.officer,
            cluster=self.made[row["of"]],
            kind=ListingKind(row["kind"]),
            since=datetime.date.fromisoformat(row["since"]),
            document=row["document"],
        )


def load(data: Row, units: walk.Units) -> int:
    return Clusters(data, units).load()
