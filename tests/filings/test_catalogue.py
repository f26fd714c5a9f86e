"""Forty programmes are as easy to find one's way in as four: families, groups, own place first, search."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import District
from filings import programmes
from filings.presentation import catalogue
from tests.makers.accounts import as_person, make_bureau, make_organisation, make_user
from tests.makers.desk import text

STAGES = ("试验一段", "试验二段", "试验三段", "试验四段")
CITY = "370300"


@pytest.fixture
def many() -> Iterator[list[programmes.Programme]]:
    """Thirty-eight platform types in four groups, declared for Zibo, as long as the test runs."""
    kept = dict(programmes._registry)
    base = programmes.get("consortium")
    made = [
        replace(
            base,
            key=f"test_platform_{number}",
            label=f"第{number}类试验平台",
            title_label=f"第{number}类试验平台",
            entity_kind=f"test_platform_{number}",
            place=CITY,
            family="test_platform",
            family_label="试验平台",
            group=STAGES[number % 4],
            summary="",
            variants={},
        )
        for number in range(38)
    ]
    for spec in made:
        programmes.register(spec)
    yield made
    programmes._registry.clear()
    programmes._registry.update(kept)
    programmes._declared.cache_clear()


def test_families_hold_groups_and_counts(many: list[programmes.Programme]) -> None:
    found = {family.key: family for family in catalogue.families()}
    platform = found["test_platform"]
    assert platform.label == "试验平台" and platform.count == 38 and not platform.is_small
    assert [group.label for group in platform.groups] == list(STAGES)
    assert found["network"].programmes[0].key == "consortium"
    assert catalogue.families([]) == ()


def test_every_programme_stands_in_one_place_only(many: list[programmes.Programme]) -> None:
    keys = [p.key for family in catalogue.families() for p in family.programmes]
    assert sorted(keys) == sorted(p.key for p in programmes.all_programmes())


def test_search_asks_for_every_word(many: list[programmes.Programme]) -> None:
    def names(query: str) -> list[str]:
        return [p.key for f in catalogue.catalogue(many, text=query).here for p in f.programmes]

    assert names("第7类") == ["test_platform_7"]
    assert set(names("三段 平台")) == {p.key for p in many if p.group == STAGES[2]}
    assert names("没有这种") == [] and len(names("  ")) == 38


@pytest.mark.django_db
def test_those_of_the_own_place_come_first(many: list[programmes.Programme]) -> None:
    make_bureau(CITY), make_bureau("370200")
    district = District.objects.get(code="370303")
    found = catalogue.catalogue(place=district)
    assert found.place == "淄博市" and {p.place for f in found.here for p in f.programmes} == {CITY}
    away = dict(found.elsewhere)
    assert "青岛市" in away and away["青岛市"][0].programmes[0].key == "consortium"
    assert found.count == len(list(programmes.all_programmes()))
    nowhere = catalogue.catalogue(place=District.objects.get(code="370100"))
    assert not nowhere.elsewhere and nowhere.count == found.count


@pytest.mark.django_db
def test_the_page_groups_and_searches(many: list[programmes.Programme]) -> None:
    whole = text(Client().get(reverse("filings:programmes")))
    assert all(stage in whole for stage in STAGES) and "第37类试验平台" in whole and "创新联合体" in whole
    one = text(Client().get(reverse("filings:programmes"), {"q": "第12类"}))
    assert "第12类试验平台" in one and "第13类试验平台" not in one
    none = text(Client().get(reverse("filings:programmes"), {"q": "<b>%_'"}))
    assert "没有这个名称的类别" in none


@pytest.mark.django_db
def test_a_unit_sees_its_own_place_first_and_the_rest_folded(many: list[programmes.Programme]) -> None:
    unit = make_organisation(district="370303")
    client = as_person(make_user("unit_admin", unit))
    for name in ("filings:home", "filings:programmes"):
        page = client.get(reverse(name)).content.decode()
        assert page.index("第0类试验平台") < page.index("青岛市受理的类别")


@pytest.mark.django_db
def test_filters_of_officers_have_headings(many: list[programmes.Programme]) -> None:
    bureau = make_bureau(CITY)
    client = as_person(make_user("case_officer", bureau))
    listed = client.get(reverse("filings:worklist"), {"programme": "test_platform_3"}).content.decode()
    assert '<optgroup label="试验平台：试验三段">' in listed
    assert listed.count("第3类试验平台") >= 2  # offered, and named by the filter at work
    new = client.get("/filings/candidates/new/").content.decode()
    assert '<optgroup label="试验平台：试验二段">' in new or "第3类试验平台" in new


@pytest.mark.django_db
def test_the_api_lists_families_and_filters(many: list[programmes.Programme]) -> None:
    client = as_person(make_user("unit_admin", make_organisation(district="370303")))

    def keys(**query: str) -> list[str]:
        answer = client.get("/api/v1/programmes/", query)
        assert answer.status_code == 200, answer.content
        return [row["key"] for row in answer.json()]

    assert set(keys()) == {p.key for p in programmes.declared()}
    assert len(keys(family="test_platform", q="试验")) == 38
    assert keys(q="第5类") == ["test_platform_5"] and keys(place="999999") == []
    assert client.get("/api/v1/programmes/", {"colour": "red"}).status_code == 422
    row: dict[str, Any] = next(
        r for r in client.get("/api/v1/programmes/").json() if r["key"] == "test_platform_2"
    )
    assert (row["family_label"], row["group"], row["place"]) == ("试验平台", STAGES[2], CITY)
