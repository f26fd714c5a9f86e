"""Figures the portal holds: every feed a scheme names exists for its kinds, and reads what is there."""

import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from accounts.models import OrganisationFigure
from alliances.enums import RecordKind
from alliances.models import AllianceRecord, ConsortiumProfile
from clusters.models import ClusterFirm, ClusterProfile
from core import clock
from evaluation import feeds
from evaluation.held import figures
from evaluation.services import scheme_load
from filings.models import Filing
from platforms.models import Tenant
from tests.makers import after, statistics
from tests.makers.accounts import make_organisation, make_user
from tests.makers.register import make_entity

FIXTURES = Path(__file__).parents[2] / "fixtures"
FIRST, LAST = datetime.date(2025, 1, 1), datetime.date(2025, 12, 31)


def read(key, entity, first=FIRST, last=LAST):
    return feeds.read(key, [entity], first, last).get(entity.pk)


@pytest.mark.django_db
def test_every_feed_that_a_scheme_names_is_there_for_its_kinds():
    found, wrong = scheme_load.read(FIXTURES / scheme_load.FOLDER)
    assert not wrong
    known = feeds.known()
    for scheme in found:
        for part in scheme.tree["dimensions"]:
            for row in part["indicators"]:
                if row.get("feed"):
                    feed = known[row["feed"]]
                    assert not feed.kinds or set(scheme.kinds) <= set(feed.kinds), (scheme.key, row["code"])
                    assert feed.source == row["source"], (scheme.key, row["code"])


def test_a_feed_nobody_registered_knows_nothing():
    assert feeds.read("nothing.at_all", [], FIRST, LAST) == {}


@pytest.mark.parametrize(
    ("now", "before", "found"),
    [("110", "100", "10"), ("100", "0", None), ("100", "-5", None), (None, "5", None), ("50", "100", "-50")],
)
def test_growth_needs_something_to_grow_from(now, before, found):
    got = figures.growth(figures.number(now), figures.number(before))
    assert got == (None if found is None else Decimal(found))


def test_numbers_are_read_with_care():
    assert figures.number("NaN") is None and figures.number("x") is None and figures.number("") is None
    assert figures.number(3) == 3
    assert figures.four(Decimal("0.00005")) == Decimal("0.0001")
    assert figures.per_cent(Decimal(1), Decimal(0)) is None


@pytest.mark.django_db
def test_the_report_of_a_consortium(frozen):
    """Handed in, it counts; milestones and money bring their targets; one that came to nothing says nothing."""
    case, entity = after.filed(frozen)
    after.later(frozen, datetime.date(2027, 1, 11))
    filing = after.start(case, entity, "annual_report", "2026")
    first, last = datetime.date(2026, 1, 1), datetime.date(2026, 12, 31)
    assert read("consortium.meetings", entity, first, last) is None
    after.fill_report(case, filing)
    filing = after.submit(case, filing)
    meetings = read("consortium.meetings", entity, first, last)
    assert (meetings.value, meetings.origin) == (Decimal(4), "2026 年度报告")
    assert read("consortium.contracts", entity, first, last).value == 250
    assert read("consortium.standards", entity, first, last).value == 1
    half_year = read("consortium.meetings", entity, datetime.date(2026, 1, 1), datetime.date(2027, 6, 30))
    assert (half_year.value, half_year.origin) == (Decimal(4), "2026 年度报告")
    assert read("consortium.meetings", entity, datetime.date(2026, 9, 1), datetime.date(2027, 6, 30)) is None
    funding = read("consortium.funding", entity, first, last)
    assert (funding.value, funding.target) == (500, 1200)
    assert read("consortium.milestones", entity, first, last) is None  # none was due in 2026
    assert read("consortium.mechanisms", entity, first, last).value == 7
    profile = ConsortiumProfile.objects.get(entity=entity)
    profile.mechanisms["mech_cons_synergy"] = "encouraged, not one of the seven"
    profile.save()
    assert read("consortium.mechanisms", entity, first, last).value == 7
    assert read("consortium.composition", entity, first, last).value == 2
    Filing.objects.filter(pk=filing.pk).update(state="withdrawn", ended_at=clock.now())
    assert read("consortium.meetings", entity, first, last) is None


@pytest.mark.django_db
def test_milestones_due_in_the_period(frozen):
    case, entity = after.filed(frozen)
    after.later(frozen, datetime.date(2028, 1, 11))
    filing = after.start(case, entity, "annual_report", "2027")
    after.fill_report(case, filing)
    after.submit(case, filing)
    period = datetime.date(2027, 1, 1), datetime.date(2027, 12, 31)
    fact = read("consortium.milestones", entity, *period)
    assert (fact.value, fact.target) == (0, 1)


@pytest.mark.django_db
def test_what_the_chair_of_an_alliance_keeps():
    entity = make_entity("industry_alliance", valid_from=datetime.date(2024, 1, 5))
    user = make_user("unit_admin", entity.lead)

    def keep(kind, day, counts=None, until=None):
        judged = {"counts": counts, "basis": "依据", "judged_at": clock.now()} if counts is not None else {}
        AllianceRecord.objects.create(
            entity=entity, kind=kind, title="活动", held_on=day, until=until, created_at=clock.now(),
            created_by=user, **judged,
        )  # fmt: skip

    keep(RecordKind.EXCHANGE, datetime.date(2025, 5, 1), counts=True)
    keep(RecordKind.EXCHANGE, datetime.date(2025, 6, 1), counts=False)
    keep(RecordKind.EXCHANGE, datetime.date(2025, 7, 1))
    keep(RecordKind.EXCHANGE, datetime.date(2024, 7, 1), counts=True)
    keep(RecordKind.UNIVERSITY, datetime.date(2024, 7, 1), counts=True)
    keep(RecordKind.UNIVERSITY, datetime.date(2024, 8, 1), counts=True, until=datetime.date(2024, 12, 1))
    keep(RecordKind.TECHNICAL_STANDARD, datetime.date(2025, 8, 1))
    assert read("alliance.exchanges", entity).value == 1
    assert read("alliance.universities", entity).value == 1
    assert read("alliance.standards", entity).value == 1
    assert read("alliance.expos", entity).value == 0


@pytest.mark.django_db
def test_the_members_of_an_alliance_grow_together():
    """Only who gave both years is in the sum; somebody who has left is not."""
    units = [make_organisation(district="370303") for _ in range(3)]
    entity = make_entity("industry_alliance", valid_from=datetime.date(2024, 1, 5), members=units)
    for unit, year, value in ((0, 2024, 100), (0, 2025, 120), (1, 2024, 300), (1, 2025, 320), (2, 2025, 900)):
        OrganisationFigure.objects.create(
            organisation=units[unit], kind="main_revenue", year=year, value=value, origin="self_reported"
        )
    fact = read("alliance.members_revenue_growth", entity)
    assert fact.value == 10
    assert read("alliance.members_tax_growth", entity) is None


@pytest.mark.django_db
def test_the_links_of_a_chain_and_the_giants_of_a_cluster():
    entity = make_entity("innovative_cluster", valid_from=datetime.date(2024, 1, 5))
    user = make_user("case_officer", entity.authority)
    ClusterProfile.objects.create(
        entity=entity, chain=[{"name": "材料"}, {"name": "芯片"}, {"name": "整机"}, {"name": "应用"}]
    )
    for link, left in (("材料", None), ("芯片", None), ("整机", datetime.date(2025, 3, 1)), ("其他", None)):
        unit = make_organisation(district="370303")
        ClusterFirm.objects.create(
            cluster=entity, organisation=unit, credit_code=unit.credit_code, name=unit.name,
            name_key=unit.name, joined_on=datetime.date(2024, 2, 1), left_on=left,
            leave_reason="迁出" if left else "", chain_link=link, recorded_by=user, recorded_at=clock.now(),
        )  # fmt: skip
        OrganisationFigure.objects.create(
            organisation=unit, kind="main_revenue", year=2025, origin="self_reported",
            value=Decimal(10) ** 10 if link in ("材料", "整机") else 5,
        )  # fmt: skip
    assert read("cluster.chain_links", entity).value == 50
    assert read("cluster.giants", entity).value == 1
    assert read("cluster.alliance_grade", entity) is None
    assert read("cluster.projects_on_time", entity) is None


@pytest.mark.django_db
def test_the_statistics_of_a_cluster():
    """The last reported return of the period; what nobody has reported yet says nothing."""
    case = statistics.make_case()
    quarter = datetime.date(2025, 1, 1), datetime.date(2025, 3, 31)
    case.opened(2025, 1)
    assert read("statistics.main_revenue", case.entity, *quarter) is None
    case.reported(2025, 1)
    revenue = read("statistics.main_revenue", case.entity, *quarter)
    assert (revenue.value, revenue.origin) == (Decimal("12.0001"), "统计报表（2025年第1季度）")
    assert read("statistics.profit_rate", case.entity, *quarter).value == Decimal("7.5000")
    assert read("statistics.researcher_share", case.entity, *quarter).value == Decimal("13.9535")
    assert read("statistics.platform_count", case.entity, *quarter).value == 14
    assert read("statistics.employment_growth", case.entity, *quarter) is None  # nothing a year before
    assert read("statistics.main_revenue", make_entity("incubator"), *quarter) is None


@pytest.mark.django_db
def test_the_records_of_a_platform():
    """Amounts in the unit of the indicator, shares in per cent, of the year the period ends in."""
    entity = make_entity("incubator", valid_from=datetime.date(2024, 1, 5))
    user = make_user("unit_admin", entity.lead)
    for name, graduated in (("甲", datetime.date(2025, 5, 1)), ("乙", None)):
        Tenant.objects.create(
            entity=entity, kind="enterprise", name=name, entered_on=datetime.date(2024, 3, 1),
            graduated_on=graduated, created_by=user,
        )  # fmt: skip
    assert read("records.graduation_rate", entity).value == 50
    assert read("records.tenants", entity).origin == "业务台账（2025 年度）"
    assert read("records.contracts", entity) is None  # an incubator keeps none
