"""Clusters with their statistics, driven by the real services.

case = make_case()                              # a strategic cluster in Zibo, its body, the city's and the province's DRC
owner = case.opened(2025, 4)                    # the return of 2025 Q4, in draft
case.reported(2025, 4)                          # signed; case.accepted(...), case.confirmed(...), case.locked(...)
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from accounts.models import Organisation, User
from clusters.enums_statistics import STRATEGIC, ReturnState
from clusters.models import ClusterReturn, Period
from clusters.selectors.statistics import sheet_of
from clusters.services import statistics_periods as periods
from clusters.services import statistics_returns as returns
from core.actor import Actor
from filings.models import Entity
from tests.makers.accounts import act, make_bureau, make_organisation, make_user
from tests.makers.register import make_entity
from tests.support.remembered import remembered

SYSTEM = Actor.system()
PEOPLE = {"head": "王明", "statistician": "李华", "filler": "赵青", "phone": "0533-0000000"}
# what a quarter adds to the year, and what simply stands
FLOWS = {
    "ind_main_revenue": "120000.50",
    "ind_profit": "9000",
    "ind_new_enterprises": "4",
    "ind_rd_expenditure": "4800",
}
STOCKS = {"ind_employment": "8600", "ind_researchers": "1200", "ind_platform_count": "14"}


def figures(number: int, **changed: Any) -> dict[str, Any]:
    """Plausible values of the n-th quarter of a year: flows add up, stocks stand."""
    values: dict[str, Any] = {key: str(Decimal(value) * number) for key, value in FLOWS.items()}
    return {**values, **STOCKS, **changed}


@dataclass
class Case:
    """Everybody around one cluster."""

    entity: Entity
    body: Organisation
    city: Organisation
    province: Organisation
    people: dict[str, User] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        """`filler`, `signer`, `city`, `province`."""
        home = {"city": self.city, "province": self.province}.get(name, self.body)
        return act(self.people[name], home)

    def period(self, year: int, number: int, cadence: str = "quarter") -> Period:
        return periods.open_period(
            actor=SYSTEM, entity_kind=self.entity.kind, cadence=cadence, year=year, number=number
        )

    def opened(self, year: int, number: int) -> ClusterReturn:
        return (
            self.period(year, number)
            .returns.select_related("period", "entity__lead", "entity__district")
            .get(entity=self.entity)
        )

    def filled(self, year: int, number: int, reason: str = "market", **changed: Any) -> ClusterReturn:
        """Filled in, with a reason wherever one is asked for."""
        owner = self.opened(year, number)
        returns.save(actor=self.actor("filler"), owner=owner, values=figures(number, **changed), facts=PEOPLE)
        asked = {row.key: (reason, "") for row in sheet_of(fresh(owner)).rows if row.asks_reason}
        if asked:
            returns.save(actor=self.actor("filler"), owner=owner, values={}, reasons=asked)
        return fresh(owner)

    def reported(self, year: int, number: int, **changed: Any) -> ClusterReturn:
        owner = self.filled(year, number, **changed)
        return returns.submit(actor=self.actor("signer"), owner=owner, declared=True)

    def accepted(self, year: int, number: int, **changed: Any) -> ClusterReturn:
        return returns.accept(actor=self.actor("city"), owner=self.reported(year, number, **changed))

    def confirmed(self, year: int, number: int, **changed: Any) -> ClusterReturn:
        return returns.confirm(actor=self.actor("province"), owner=self.accepted(year, number, **changed))

    def locked(self, year: int, number: int, **changed: Any) -> ClusterReturn:
        return returns.lock(actor=self.actor("province"), owner=self.confirmed(year, number, **changed))


def fresh(owner: ClusterReturn) -> ClusterReturn:
    """As it stands in the database."""
    rows = ClusterReturn.objects.select_related(
        "period", "entity__lead", "entity__district", "entity__authority"
    )
    return rows.get(pk=owner.pk)


def make_drc(jurisdiction: str, role: str) -> tuple[Organisation, User]:
    """A development and reform commission with one person."""
    names = {"370000": "山东省发展和改革委员会", "370200": "青岛市发展和改革委员会"}
    bureau = make_bureau(
        jurisdiction,
        name=names.get(jurisdiction, "淄博市发展和改革委员会"),
        department="development_reform",
    )
    return bureau, make_user(role, bureau)


@remembered
def make_case(
    *,
    district: str = "370303",
    kind: str = STRATEGIC,
    since: datetime.date = datetime.date(2021, 3, 1),
    name: str = "张店新材料战略性新兴产业集群",
    level: str = "provincial",
) -> Case:
    """A cluster on the register with its body, the city's and the province's DRC."""
    body = make_organisation("other", district=district)
    city, city_person = make_drc(f"{district[:4]}00", "municipal_drc")
    province, province_person = make_drc("370000", "provincial_drc")
    entity = make_entity(kind, lead=body, level=level, name=name, valid_from=since, authority=province)
    people = {
        "filler": make_user("filler", body),
        "signer": make_user("signer", body),
        "city": city_person,
        "province": province_person,
    }
    return Case(entity, body, city, province, people)


def another(case: Case, name: str, *, district: str = "370303") -> Case:
    """A second cluster under the same commissions."""
    body = make_organisation("other", district=district)
    entity = make_entity(
        case.entity.kind,
        lead=body,
        level="provincial",
        name=name,
        valid_from=case.entity.valid_from,
        authority=case.province,
    )
    own = {"filler": make_user("filler", body), "signer": make_user("signer", body)}
    return Case(entity, body, case.city, case.province, {**case.people, **own})


@remembered
def all_states(case: Case, year: int) -> dict[str, ClusterReturn]:
    """A return in each of its states, in the quarters of two years."""
    made = {
        ReturnState.LOCKED: case.locked(year, 1),
        ReturnState.CONFIRMED: case.confirmed(year, 2),
        ReturnState.ACCEPTED: case.accepted(year, 3),
        ReturnState.SUBMITTED: case.reported(year, 4),
    }
    return {str(state): row for state, row in made.items()}
