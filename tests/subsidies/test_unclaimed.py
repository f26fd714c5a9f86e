"""应享未享: officers see who fits and has not claimed, in their own place, filtered, and the same as a file."""

from __future__ import annotations

import csv
import datetime
import io
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Organisation
from subsidies.selectors import unclaimed
from tests.makers.accounts import as_person, make_bureau, make_organisation, make_user
from tests.makers.register import make_entity

pytestmark = pytest.mark.django_db
LIST = "subsidies:unclaimed"
DAY = datetime.date(2025, 11, 20)


def approved(district: str = "370303", kind: str = "technology_innovation_centre") -> Organisation:
    unit = make_organisation(district=district)
    paper = {"document_number": "鲁科字〔2025〕18号", "document_date": DAY}
    make_entity(kind, level="provincial", lead=unit, valid_from=DAY, **paper)
    return unit


@pytest.fixture
def officer(frozen: Any) -> Client:
    return as_person(make_user("case_officer", make_bureau("370300")))


def page(officer: Client, **query: str) -> str:
    answer = officer.get(reverse(LIST), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_units_of_the_place_with_amount_and_deadline(officer: Client) -> None:
    here, elsewhere = approved(), approved("370212")
    text = page(officer)
    assert here.name in text and elsewhere.name not in text
    assert "新获批省级创新平台奖励" in text and "2026-12-31" in text and "免申即享" in text


def test_filters(officer: Client) -> None:
    centre, maker, far = approved(), approved(kind="maker_space"), approved("370305")
    assert maker.name not in page(officer, measure="sub_platform_provincial")
    only = page(officer, district="370305")
    assert far.name in only and centre.name not in only
    assert maker.name not in page(officer, q=centre.credit_code)
    assert centre.name in page(officer, free="1")
    assert page(officer, measure="moon", district="moon", page="99")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_file_holds_what_the_page_lists(officer: Client, kind: str) -> None:
    centre = approved()
    approved("370305")
    answer = officer.get(reverse("subsidies:unclaimed_export", args=[kind]), {"district": "370303"})
    assert answer.status_code == 200
    if kind == "csv":
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text)))
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    named = [row for row in rows if row and row[0] == centre.name]
    assert len(named) == 1 and centre.credit_code in named[0]
    assert sum(1 for row in rows if row and "奖励" in str(row[3:4])) == 1
    assert officer.get(reverse("subsidies:unclaimed_export", args=["pdf"])).status_code == 404


def test_a_list_that_is_cut_says_so_and_is_no_file(officer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for _n in range(3):
        approved()
    monkeypatch.setattr(unclaimed, "MOST", 2)
    assert "另有 1 家没有测算" in page(officer)
    for kind in ("csv", "xlsx"):
        assert officer.get(reverse("subsidies:unclaimed_export", args=[kind])).status_code == 409
    monkeypatch.setattr(unclaimed, "MOST", 3)
    assert "没有测算" not in page(officer)


def test_the_list_costs_the_same_for_one_and_for_25(officer: Client) -> None:
    approved()
    page(officer)
    with CaptureQueriesContext(connection) as one:
        page(officer)
    for _n in range(24):
        approved()
    with CaptureQueriesContext(connection) as many:
        assert page(officer).count("sub_platform_provincial/") == 25
    assert len(one) == len(many)


def test_only_officers_look(frozen: Any) -> None:
    unit = approved()
    assert as_person(make_user("filler", unit)).get(reverse(LIST)).status_code == 403
    assert Client().get(reverse(LIST)).status_code == 302
    qingdao = as_person(make_user("case_officer", make_bureau("370200")))
    assert unit.name not in qingdao.get(reverse(LIST)).content.decode()
    district = as_person(make_user("district_officer", make_bureau("370303")))
    assert unit.name in district.get(reverse(LIST)).content.decode()
