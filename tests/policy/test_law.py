"""The law of a day and a place: frozen, cited, and only where and when a document is law."""

from dataclasses import FrozenInstanceError
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.cached import request_scope
from policy.book import covers, depth
from policy.law import cite, law_on
from policy.models import Document

DAY = date(2026, 3, 2)
GUIDELINE = "《青岛市创新联合体组建工作指引》（据青岛日报报道）"


@pytest.mark.parametrize(
    ("jurisdiction", "place", "reaches"),
    [
        ("370200", "370212", True),
        ("370200", "3702GX", True),
        ("370200", "370200", True),
        ("370200", "370303", False),
        ("370200", "370000", False),
        ("370000", "370212", True),
        ("370000", "3703WC", True),
        ("370000", "110000", False),
        ("371000", "371002", True),
        ("371000", "371100", False),
        ("370212", "370211", False),
        ("000000", "370212", True),
    ],
)
def test_where_a_law_reaches(jurisdiction: str, place: str, reaches: bool) -> None:
    assert covers(jurisdiction, place) is reaches


def test_how_narrow_a_place_is() -> None:
    assert [depth(place) for place in ("000000", "370000", "370200", "370212", "3702GX")] == [0, 1, 2, 3, 3]


@pytest.mark.django_db
def test_the_guideline_is_law_in_qingdao_and_nowhere_else() -> None:
    here, there = law_on(DAY, "370212"), law_on(DAY, "370303")
    assert here["fil_cons_validity"].value == 36
    assert here["elig_cons_min_enterprises"].value == 3
    assert here["elig_cons_min_academia"].value == 2
    assert here.applies("elig_cons_lead_is_enterprise")
    assert "fil_cons_validity" not in there
    assert not there.applies("elig_cons_lead_is_enterprise")
    assert there.cite("fil_cons_validity") == ""


@pytest.mark.django_db
def test_the_province_is_law_in_both_cities() -> None:
    for place in ("370212", "370303"):
        law = law_on(DAY, place)
        assert law["elig_clu_key_scale"].value == Decimal("100000000000")
        assert law.cite("tgt_sd15_level") == "鲁政办发〔2015〕4号 主要目标(三)"
    assert law_on(DAY, "370303")["sub_platform_national.amount"].value == Decimal("2000000")
    assert "sub_platform_national.amount" not in law_on(DAY, "370212")


@pytest.mark.django_db
def test_a_law_begins_on_its_day() -> None:
    assert "fil_cons_validity" not in law_on(date(2025, 3, 5), "370200")
    assert "fil_cons_validity" in law_on(date(2025, 3, 6), "370200")
    assert "sub_maker_national.amount" not in law_on(date(2020, 4, 9), "370303")
    assert law_on(date(2020, 4, 10), "370303")["sub_maker_national.amount"].value == 500_000


@pytest.mark.django_db
def test_a_document_that_ended_is_no_law_afterwards() -> None:
    Document.objects.filter(key="qd2025_5").update(valid_until=date(2026, 6, 30))
    from policy.services import revision

    revision.bump()
    assert "fil_cons_validity" in law_on(date(2026, 6, 30), "370200")
    after = law_on(date(2026, 7, 1), "370200")
    assert "fil_cons_validity" not in after
    assert not after.applies("elig_cons_min_enterprises")


@pytest.mark.django_db
def test_figures_readings_and_lists() -> None:
    law = law_on(DAY, "370212")
    assert law.reading("consortium.lead_counts_as_enterprise") is False
    assert law.reading("amb_cons_lead_counted") is False
    assert law.reading("filing.renewal_window_days")["open_months_before"] == 6
    assert law.reading_of("consortium.waiver_allowed").text.startswith("按软性条件处理")
    assert law.reading_of("consortium.waiver_allowed").provenance == "proposed_default"
    industries = law.list("qingdao_10_1")
    assert not industries.confirmed
    assert {"id": "qd_ai", "label": "人工智能"}.items() <= dict(industries[1]).items()
    assert "qd_life_health" in industries.ids
    assert law["procedure.notice"].value == 5
    assert law["procedure.notice"].is_proposed_default
    assert law["procedure.notice"].clause is None
    assert law_on(DAY, "370303")["sub_innovation_voucher_match.exception_rate"].value == Decimal("0.30")
    assert law.item("elig_cons_min_academia").data["hardness"] == "in_principle"
    with pytest.raises(KeyError):
        law.reading("no.such.setting")


@pytest.mark.django_db
def test_how_clauses_are_printed() -> None:
    law = law_on(DAY, "370212")
    assert law.cite("fil_cons_validity") == f"{GUIDELINE}备案制度2"
    assert str(law["fil_cons_validity"].clause) == f"{GUIDELINE}备案制度2"
    assert law.cite_all("elig_cons_direction") == f"{GUIDELINE}导语3；{GUIDELINE}备案制度1"
    assert cite("sub_incubator_space_new") == "淄政办字〔2020〕43号 四(三)2"
    assert cite("no_such_item") == ""
    assert "5号" not in law.cite("fil_cons_validity")


@pytest.mark.django_db
def test_the_law_cannot_be_changed_by_its_readers() -> None:
    law: Any = law_on(DAY, "370212")
    with pytest.raises(TypeError):
        law["fil_cons_validity"] = 48
    with pytest.raises(FrozenInstanceError):
        law["fil_cons_validity"].value = 48
    with pytest.raises(TypeError):
        law.reading("subsidy.cap_bands")["good"] = "1"
    with pytest.raises(TypeError):
        law.list("qingdao_10_1")[0]["label"] = "别的"


@pytest.mark.django_db
def test_the_law_costs_one_query_a_request() -> None:
    law_on(DAY, "370212")
    with request_scope(), CaptureQueriesContext(connection) as queries:
        for place in ("370212", "370303", "370200"):
            for day in (DAY, date(2025, 6, 1), date(2024, 6, 1)):
                law_on(day, place)
    assert len(queries) == 1


@pytest.mark.django_db
def test_a_law_is_built_once_for_a_period_in_which_nothing_changes() -> None:
    first, second = law_on(date(2021, 3, 1), "370300"), law_on(date(2021, 9, 1), "370300")
    assert first.derived is second.derived
    assert (first.on, second.on) == (date(2021, 3, 1), date(2021, 9, 1))
    assert dict(first) == dict(second)
    assert law_on(date(2020, 4, 9), "370300").derived is not law_on(date(2020, 4, 10), "370300").derived


@pytest.mark.django_db
def test_a_law_with_other_values_reads_as_if_they_were_published() -> None:
    law = law_on(date(2021, 6, 30), "370303")
    other = law.replaced(
        "370300", {"sub_platform_national.amount": Decimal(3)}, {"subsidy.overlap_action": "block"}
    )
    assert other.value("sub_platform_national.amount") == 3
    assert other.clause("sub_platform_national.amount") == law.clause("sub_platform_national.amount")
    assert other.reading("subsidy.overlap_action") == other.reading("amb_general_overlap") == "block"
    assert law.value("sub_platform_national.amount") == 2_000_000
    elsewhere = law_on(date(2021, 6, 30), "370300")
    assert elsewhere.replaced("370303", {"sub_platform_national.amount": Decimal(3)}, {}) is elsewhere
    assert "sub_nothing.amount" not in law.replaced("370300", {"sub_nothing.amount": Decimal(3)}, {})
