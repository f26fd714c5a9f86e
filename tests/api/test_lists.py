"""Lists: pages, filters, and a query count that does not grow with the rows."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from filings.models import Entity, EntityMember, Filing, Notice
from tests.api.caller import Caller
from tests.makers.filings import drive, make_case, start


@pytest.fixture
def case(db):
    return make_case(experts=0)


def copies(filing: Filing, count: int) -> None:
    """More filings like this one, as plain rows."""
    rows = []
    for number in range(count):
        row = Filing.objects.get(pk=filing.pk)
        row.pk, row.title = None, f"{filing.title}{number}"
        if row.receipt_number:
            row.receipt_number = f"{row.receipt_number}-{number}"
        rows.append(row)
    Filing.objects.bulk_create(rows)


def registered(filing: Filing, count: int, first: int = 0) -> list[Entity]:
    """Entities on the register with a member each."""
    made = []
    for number in range(first, first + count):
        entity = Entity.objects.create(
            code=f"QD-LH-2026-{number:04d}",
            kind="innovation_consortium",
            name=f"联合体{number}",
            name_key=f"lianheti{number:04d}",
            lead=filing.applicant,
            authority=filing.authority,
            district=filing.district,
            industry="qd_ai",
            valid_from=datetime.date(2026, 1, 1),
            valid_until=datetime.date(2028, 12, 31),
            registered_at=clock.now() - datetime.timedelta(days=2),
        )
        EntityMember.objects.create(
            entity=entity, organisation=filing.applicant, role="lead", since=entity.valid_from, ground=filing
        )
        made.append(entity)
    return made


def queries(caller: Caller, path: str) -> int:
    caller.get(path)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        caller.get(path).ok(200)
    return len(seen)


def test_the_list_costs_the_same_for_1_and_25(case) -> None:
    filing = drive(case, "submitted")
    callers = {"applicant": Caller(case.applicant), "district": Caller(case.district)}
    one = {who: queries(caller, "filings/") for who, caller in callers.items()}
    copies(filing, 24)
    for who, caller in callers.items():
        assert queries(caller, "filings/") == one[who] <= 12
    assert callers["district"].get("filings/").ok()["count"] == 25


def test_the_register_and_notices_cost_the_same_for_1_and_25(case) -> None:
    filing = start(case)
    registered(filing, 1)
    nobody = Caller()

    def notice(number: int) -> None:
        Notice.objects.create(
            filing=filing, number=f"GS{number}", title="公示", body={}, days=5, published_at=clock.now(),
            starts_on=clock.today(), ends_on=clock.today() + datetime.timedelta(days=7),
            published_by=case.officer, closed_at=clock.now(),
        )  # fmt: skip

    notice(0)
    paths = ("public/register/", "public/notices/")
    one = [queries(nobody, path) for path in paths]
    registered(filing, 24, 1)
    for number in range(1, 25):
        notice(number)
    assert [queries(nobody, path) for path in paths] == one


def test_the_case_costs_the_same_for_2_and_12_members(case) -> None:
    small = drive(case, "in_examination")
    many = make_case(enterprises=8, academics=4, experts=0)
    large = drive(many, "in_examination")
    assert queries(Caller(case.officer), f"filings/{small.pk}/") == queries(
        Caller(many.officer), f"filings/{large.pk}/"
    )


def test_pages_and_filters(case) -> None:
    filing = start(case)
    copies(filing, 4)
    caller = Caller(case.applicant)
    page = caller.get("filings/?page_size=2").ok()
    assert (page["count"], len(page["results"]), page["previous"]) == (5, 2, None)
    assert "page=2" in page["next"]
    assert caller.get("filings/?page_size=2&page=3").ok()["next"] is None
    assert caller.get("filings/?state=submitted").ok()["count"] == 0
    assert caller.get("filings/?state=submitted&state=draft").ok()["count"] == 5
    assert caller.get("filings/?programme=consortium&action=establish").ok()["count"] == 5
    ids = [row["id"] for row in caller.get("filings/").ok()["results"]]
    assert ids == sorted(ids, reverse=True)


def test_the_register_is_public_and_filtered_by_day(case) -> None:
    filing = start(case)
    registered(filing, 3)
    nobody = Caller()
    assert nobody.get("public/register/?status=valid").ok()["count"] == 3
    assert nobody.get("public/register/?status=expired").ok()["count"] == 0
    assert nobody.get("public/register/?status=expired&on=2029-01-01").ok()["count"] == 3
    assert nobody.get("public/register/?industry=other").ok()["count"] == 0
    entry = nobody.get("public/register/QD-LH-2026-0001/").ok()
    assert entry["lead"] == case.lead.name
    later = nobody.get("public/register/QD-LH-2026-0001/?on=2029-01-01").ok()
    assert later["status"] == "expired"
    assert nobody.get("public/register/QD-LH-2026-9999/").status == 404
    assert "contact" not in nobody.get("public/register/QD-LH-2026-0001/").text
    assert Caller(case.applicant).get("entities/").ok()["count"] == 3


def test_programmes_describe_themselves(case) -> None:
    caller = Caller(case.applicant)
    assert {"consortium", "key_laboratory"} <= {row["key"] for row in caller.get("programmes/").ok()}
    told = caller.get("programmes/consortium/").ok()
    assert told["sections"]["basic"]["properties"]["months"]["type"] == "integer"
    assert told["sections"]["agreement"]["x-files"]["agreement"]["required"] is True
    rules = {rule["condition"]: rule for rule in told["rules"]}
    assert rules["elig_cons_min_enterprises"]["strength"] == "in_principle"
    assert all(rule["clause"] for rule in told["rules"])
    assert told["procedure"]["longest_validity_months"] == 36
    assert sum(row["weight"] for row in told["procedure"]["criteria"]) == 100
    assert caller.get("programmes/nothing/").status == 404
