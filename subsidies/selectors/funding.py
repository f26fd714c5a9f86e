"""Who bears an award and out of which budget: the law where it says so, else case by case. No writes."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.enums import DistrictKind, OrganisationKind
from accounts.models import District, Organisation
from core.errors import NotNow
from core.money import yuan
from policy.book import Law
from policy.enums import Section
from policy.law import law_on
from policy.models import Item
from subsidies.models import Award, Budget, BudgetMeasure, PayerShare
from subsidies.selectors import measures

SPLIT = "subsidy.payer_split"
SPLIT_READING = "amb_floor_payer"
QUOTA, FEWEST = "quota_max", "quota_min"
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Part:
    """A share of an award and the budget that bears it."""

    budget: Budget
    amount: Decimal


@dataclass(frozen=True)
class Quota:
    """How many awards of a measure a year allows, and where the law says so."""

    measure: str
    place: str
    year: int
    allowed: int
    least: int
    clause: str


def law_of(award: Any) -> Law:
    """The law of the award's facts."""
    return law_on(award.on, award.place)


def needs_shares(measure: str, on: datetime.date, place: str) -> bool:
    """Whether the shares of city and district are recorded for each case (`amb_floor_payer`)."""
    law = law_on(on, place)
    return bool(_split(law, measure) == "per_case")


def _split(law: Law, measure: str) -> str:
    """city, district or per_case; what is no matter of the reading is paid by the city."""
    if SPLIT_READING not in law.item(measure).data.get("amb", ()):
        return "city"
    return str(law.reading(SPLIT))


def case_by_case() -> frozenset[str]:
    """Measures whose payer the law leaves open. One query."""
    rows = Item.objects.filter(section=Section.SUBSIDY, data__amb__contains=[SPLIT_READING])
    return frozenset(rows.values_list("key", flat=True))


def parts(award: Award, year: int) -> list[Part]:
    """The budgets of a year that bear an award, in a fixed order; their sum is its amount.

    NotNow where shares are not recorded yet, or a payer has no budget for the measure.
    """
    law = law_of(award)
    split = _split(law, award.measure)
    if split == "per_case":
        shares = list(
            PayerShare.objects.filter(claim_id=award.claim_id).select_related("payer__jurisdiction")
        )
        if sum((row.percent for row in shares), Decimal(0)) != HUNDRED:
            words = _("“%(measure)s”由哪级财政承担须逐案登记：请先登记市、区县分担比例，合计应为 100%%")
            name = law.item(award.measure).label
            raise NotNow.one("payer_shares", words % {"measure": name}, clause=law.cite(award.measure))
        found = [
            (_budget(award, row.payer.jurisdiction.code, year, payer=row.payer_id), row.percent)
            for row in shares
            if row.payer.jurisdiction
        ]
    else:
        found = [(_budget(award, _place(award, split), year), HUNDRED)]
    return _divided(award, found)


def _place(award: Award, split: str) -> str:
    if split == "district":
        return award.place
    place = District.objects.select_related("parent").get(code=measures.one(award.measure).place)
    if place.kind in (DistrictKind.CITY, DistrictKind.PROVINCE) or place.parent is None:
        return place.code
    return place.parent.code


def _budget(award: Award, place: str, year: int, *, payer: int | None = None) -> Budget:
    """The budget of the measure itself before that of all measures, of the payer where one is recorded.

    A budget bears nothing before a second person has confirmed its first amount. NotNow where several bureaus of
    the place could bear it: which one is a person's decision.
    """
    rows = BudgetMeasure.objects.filter(
        payer__jurisdiction__code=place,
        year=year,
        measure__in=(award.measure, ""),
        budget__entries_made__gt=0,
    )
    if payer is not None:
        rows = rows.filter(payer_id=payer)
    near = list(rows.select_related("budget").order_by("-measure", "budget_id"))
    own = [row for row in near if row.payer_id == award.claim.authority_id]
    if not own and len({row.payer_id for row in near}) > 1:
        raise NotNow.one("payers", _("该地有多个部门编列了预算，请由受理机关编列或者只留一个"))
    found = next(iter(own or near), None)
    if found is None:
        words = _("%(year)s 年没有为“%(measure)s”安排%(place)s的预算")
        where = District.objects.filter(code=place).values_list("label", flat=True).first() or place
        law = law_of(award)
        name = law.item(award.measure).label
        raise NotNow.one("no_budget", words % {"year": year, "measure": name, "place": where})
    return found.budget


def _divided(award: Award, wanted: Sequence[tuple[Budget, Decimal]]) -> list[Part]:
    """Shares to the fen; the last takes what rounding leaves."""
    found, rest = [], award.amount
    for place, (budget, percent) in enumerate(sorted(wanted, key=lambda row: row[0].pk)):
        last = place == len(wanted) - 1
        amount = rest if last else min(rest, yuan(award.amount * percent / HUNDRED))
        rest -= amount
        if amount:
            found.append(Part(budget, amount))
    return found


def quota_of(award: Award) -> Quota | None:
    """The yearly number of awards of its measure, where the law has one (`….quota_max`)."""
    law = law_of(award)
    key = f"{award.measure}.{QUOTA}"
    if key not in law:
        return None
    figure = law[key]
    place = measures.one(award.measure).place
    fewest = f"{award.measure}.{FEWEST}"
    least = int(law[fewest].value) if fewest in law else 0
    return Quota(award.measure, place, award.year, int(figure.value), least, law.cite(key))


def payers_for(claim: Any) -> tuple[Organisation | None, Organisation | None]:
    """The bureaus that may share a claim: that of the city and that of the district, each if there is one.

    A bureau that keeps budgets stands before one that does not.
    """
    return _bureau(claim.authority.jurisdiction), _bureau(claim.district)


def _bureau(place: District | None) -> Organisation | None:
    rows = Organisation.objects.filter(kind=OrganisationKind.BUREAU, jurisdiction=place)
    has_budgets = Exists(Budget.objects.filter(payer=OuterRef("pk")))
    return rows.order_by(has_budgets.desc(), "pk").first() if place is not None else None
