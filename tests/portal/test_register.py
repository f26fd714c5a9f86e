"""The public register as of any day: each filter, all together, pages, words, unknown kinds; page and API alike."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from filings.enums import EntityOrigin, HistoryKind
from filings.models import Entity, EntityLink, HistoryLine
from portal.selectors import register_pages
from portal.selectors.register import COLUMNS, Query, public_row, register_rows
from portal.selectors.register_pages import Mark, Place, page_of
from tests.makers.accounts import make_organisation
from tests.makers.desk import text
from tests.makers.register import end_entity, make_entity, raise_level

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 3, 2)
ONE = datetime.timedelta(days=1)
KIND = "innovation_consortium"


def names(query: Query, on: datetime.date = TODAY) -> list[str]:
    """What the page shows; and the whole list says the same."""
    shown = [row.name for row in page_of(query, on, Place(100)).rows]
    assert [row.name for row in register_rows(query, on)] == shown
    return shown


def page(**query: Any) -> str:
    answer = Client().get(reverse("portal:register"), query)
    assert answer.status_code == 200
    return text(answer)


def api(**query: Any) -> dict[str, Any]:
    answer = Client().get("/api/v1/public/register/", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.fixture
def four() -> dict[str, Entity]:
    """Two consortia and two incubators in two cities, one of each raised or ended in February."""
    made = {
        "甲": make_entity(KIND, name="甲联合体", district="370212", industry="qd_ai"),
        "乙": make_entity(KIND, name="乙联合体", district="370202", valid_until=TODAY - ONE),
        "丙": make_entity("incubator", name="丙孵化器", district="370303"),
        "丁": make_entity("incubator", name="丁孵化器", district="370305", level="provincial"),
    }
    raise_level(made["丙"], "provincial", TODAY - 10 * ONE)
    end_entity(made["丁"], "exited", TODAY - 20 * ONE)
    return made


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (Query(), "丙孵化器 丁孵化器 甲联合体 乙联合体"),
        (Query(kind=KIND), "甲联合体 乙联合体"),
        (Query(level="provincial"), "丙孵化器 丁孵化器"),
        (Query(level="municipal"), "甲联合体 乙联合体"),
        (Query(district="370300"), "丙孵化器 丁孵化器"),
        (Query(district="370303"), "丙孵化器"),
        (Query(district="370000"), "丙孵化器 丁孵化器 甲联合体 乙联合体"),
        (Query(district="999999"), ""),
        (Query(industry="qd_ai"), "甲联合体"),
        (Query(status="valid"), "丙孵化器 甲联合体"),
        (Query(status="expired"), "乙联合体"),
        (Query(status="exited"), "丁孵化器"),
        (Query(status="upcoming"), ""),
        (Query(text="孵"), "丙孵化器 丁孵化器"),
        (Query(text="孵化 丁"), "丁孵化器"),
        (Query(text="孵化器的"), ""),
        (Query(kind="incubator", level="provincial", district="370300", status="valid"), "丙孵化器"),
        (Query(text="联合", kind="incubator"), ""),
        (Query(text="联合体", status="valid", district="370200", industry="qd_ai"), "甲联合体"),
    ],
)
def test_each_filter_alone_and_together(four: dict[str, Entity], query: Query, found: str) -> None:
    assert names(query) == found.split()


def test_the_past_is_shown_as_it_was(four: dict[str, Entity]) -> None:
    """The control: the same question about today has another answer."""
    past = TODAY - 30 * ONE
    asked = Query(kind="incubator", level="municipal")
    assert names(asked, past) == ["丙孵化器"] and names(asked) == []
    assert names(Query(status="exited"), past) == [] and names(Query(status="exited")) == ["丁孵化器"]
    assert names(Query(kind=KIND, status="valid"), past) == ["甲联合体", "乙联合体"]
    assert names(Query(), datetime.date(2026, 1, 4)) == []
    row = public_row(register_rows(asked, past).get(), past)
    assert (row["level"], row["level_label"], row["status"]) == ("municipal", "市级", "valid")
    assert public_row(Entity.objects.get(pk=four["丙"].pk), past)["level"] == "municipal"
    assert public_row(Entity.objects.get(pk=four["丙"].pk), TODAY)["level"] == "provincial"


def test_the_page_and_the_api_answer_the_same(four: dict[str, Entity]) -> None:
    for query in (
        {},
        {"kind": "incubator"},
        {"level": "provincial", "on": "2026-02-01"},
        {"district": "370200", "status": "valid"},
        {"q": "孵化", "status": "exited"},
    ):
        rows = api(**query)["results"]
        shown = page(**query)
        for entity in four.values():
            assert (entity.code in {row["code"] for row in rows}) == (entity.code in shown), query


def test_an_open_end_is_said(four: dict[str, Entity]) -> None:
    assert "长期" in page(q="甲联合体")
    assert api(q="甲联合体")["results"][0]["valid_until"] is None
    entity = text(Client().get(reverse("portal:entity", args=[four["甲"].code])))
    assert "起，长期有效" in entity
    never = make_entity("incubator", name="戊孵化器", valid_until=datetime.date.max)
    for on in ("2026-03-02", "9999-12-31"):
        answer = Client().get(reverse("portal:entity", args=[never.code]), {"on": on})
        assert answer.status_code == 200 and "有效" in text(answer)


def test_a_kind_that_nobody_declares_is_shown_all_the_same() -> None:
    made = make_entity("kind_of_nobody", name="无人申报的主体")
    known = make_entity("maker_team", name="目录里的主体")
    shown = page()
    assert made.name in shown and "kind_of_nobody" in shown and "创业（创客）团队" in shown
    for entity in (made, known):
        assert Client().get(reverse("portal:entity", args=[entity.code])).status_code == 200
        body = Client().get(f"/api/v1/public/register/{entity.code}/")
        assert body.status_code == 200 and body.json()["lead_label"] == "牵头单位"
    assert [row["code"] for row in api(kind="kind_of_nobody")["results"]] == [made.code]


def test_levels_with_their_documents_and_links_of_the_day() -> None:
    centre = make_entity("incubator", name="甲孵化器", document_number="淄科字〔2026〕1 号")
    number = "鲁科字〔2026〕9 号"
    raise_level(centre, "provincial", TODAY, document_number=number, issued_by="山东省科学技术厅")
    cluster = make_entity("innovative_cluster", name="乙集群")
    EntityLink.objects.create(
        kind="platform_of", source=centre, target=cluster, since=TODAY - 5 * ONE, until=TODAY + 5 * ONE
    )

    def of(entity: Entity, on: datetime.date) -> dict[str, Any]:
        return Client().get(f"/api/v1/public/register/{entity.code}/", {"on": on.isoformat()}).json()

    before, now, later = of(centre, TODAY - ONE), of(centre, TODAY), of(centre, TODAY + 5 * ONE)
    assert [row["level"] for row in before["levels"]] == ["municipal"] and before["level"] == "municipal"
    assert [(row["level"], row["document_number"]) for row in now["levels"]] == [
        ("municipal", "淄科字〔2026〕1 号"),
        ("provincial", number),
    ]
    assert before["levels"][0]["until"] is None and now["levels"][0]["until"] == TODAY.isoformat()
    assert [link["name"] for link in now["links"]] == ["乙集群"] and later["links"] == []
    assert [link["name"] for link in of(cluster, TODAY)["links"]] == ["甲孵化器"]
    shown = text(Client().get(reverse("portal:entity", args=[centre.code])))
    assert number in shown and "山东省科学技术厅" in shown and "乙集群" in shown


def test_what_was_loaded_says_whether_the_unit_confirmed_it() -> None:
    make_entity("incubator", name="甲孵化器", origin=EntityOrigin.LOAD)
    make_entity("incubator", name="乙孵化器", origin=EntityOrigin.LOAD, confirmed_at=clock.now())
    found = {row["name"]: row for row in api()["results"]}
    assert found["甲孵化器"]["is_confirmed"] is False and "待单位确认" in found["甲孵化器"]["origin_label"]
    assert found["乙孵化器"]["is_confirmed"] is True
    code = found["甲孵化器"]["code"]
    assert "待单位确认" in text(Client().get(reverse("portal:entity", args=[code])))


def test_a_later_name_is_told_beside_the_earlier_one() -> None:
    entity = make_entity("incubator", name="新名孵化器")
    for on, old in ((TODAY - 5 * ONE, "旧名孵化器"), (TODAY, "中间名孵化器")):
        HistoryLine.objects.create(
            entity=entity,
            kind=HistoryKind.RENAMED,
            on=on,
            data={"from": old, "to": "新名"},
            recorded_at=clock.now(),
        )
    past = (TODAY - 8 * ONE).isoformat()
    assert api(on=past)["results"][0]["name_on_day"] == "旧名孵化器"
    assert api(on=(TODAY - ONE).isoformat())["results"][0]["name_on_day"] == "中间名孵化器"
    assert api()["results"][0]["name_on_day"] == "新名孵化器"
    assert "当时名称：旧名孵化器" in page(on=past) and "当时名称" not in page()


def test_columns_are_keys_of_a_row(four: dict[str, Entity]) -> None:
    row = public_row(register_rows(Query(), TODAY)[0], TODAY)
    assert {column.key for column in COLUMNS} <= set(row)


# --- pages -----------------------------------------------------------------------------------


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> list[Entity]:
    """Sixty incubators, while counting stops at forty and pages hold ten."""
    monkeypatch.setattr(register_pages, "CAP", 40)
    monkeypatch.setattr("portal.views.register.PAGE", 10)
    lead = make_organisation(district="370303")
    return [make_entity("incubator", name=f"孵化器{number:02d}", lead=lead) for number in range(60)]


def test_every_row_is_reached_once_also_beyond_the_count(many: list[Entity]) -> None:
    for query in (Query(), Query(text="孵化"), Query(kind="incubator", status="valid", level="municipal")):
        place, seen, starts = Place(10), [], []
        while True:
            found = page_of(query, TODAY, place)
            seen += [row.name for row in found.rows]
            starts.append(found.start)
            assert found.count <= found.end + 1 or not found.is_exact or found.count == 60
            if not found.has_next:
                break
            number = found.number_after
            mark = Mark.read(found.next_mark)
            place = Place(10, number) if number else Place(10, mark=mark)
        assert seen == sorted(seen) and len(set(seen)) == 60
        assert starts == [1, 11, 21, 31, 41, 51]


def test_nothing_is_claimed_that_was_not_counted(many: list[Entity]) -> None:
    first = page()
    assert "40 条以上" in first or "1000 条以上" in first
    assert "共 60 条" not in first
    few = page(q="孵化器01")
    assert "共 1 条" in few
    answer = api(page_size=10)
    assert (answer["count"], answer["count_is_exact"]) == (40, False)
    exact = api(page_size=10, q="孵化器01")
    assert (exact["count"], exact["count_is_exact"], exact["next"]) == (1, True, None)


def test_the_api_goes_on_to_the_end_by_its_own_links(many: list[Entity]) -> None:
    path, seen = "/api/v1/public/register/?page_size=10&status=valid", []
    while path:
        body = Client().get(path).json()
        seen += [row["name"] for row in body["results"]]
        path = (body["next"] or "").removeprefix("http://testserver")
    assert len(seen) == len(set(seen)) == 60
    assert Client().get("/api/v1/public/register/?page_size=10&page=5").status_code == 404
    assert Client().get("/api/v1/public/register/?after=nonsense").status_code == 422


def test_frequent_words_are_found_on_the_way_down_the_list(
    many: list[Entity], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other way to the same rows: the database is made to believe the words are everywhere."""
    expected = [row.name for row in register_rows(Query(text="化器1"), TODAY)][:10]
    monkeypatch.setattr(register_pages, "_is_frequent", lambda grams: True)
    found = page_of(Query(text="化器1", level="municipal"), TODAY, Place(10))
    assert [row.name for row in found.rows] == expected and found.is_exact == (not found.has_next)
    assert page_of(Query(text="没有"), TODAY, Place(10)).rows == []


def test_pages_cost_the_same_for_one_row_and_twenty_five() -> None:
    make_entity("incubator", name="甲孵化器")
    make_entity("kind_of_nobody", name="乙孵化器")

    def cost(path: str) -> int:
        Client().get(path)
        with CaptureQueriesContext(connection) as seen:
            assert Client().get(path).status_code == 200
        return len(seen)

    paths = (
        "/register/",
        "/register/?on=2026-02-01&q=孵化",
        "/register/?kind=kind_of_nobody",
        "/api/v1/public/register/?district=370300&level=municipal",
        "/",
    )
    one = [cost(path) for path in paths]
    for number in range(23):
        make_entity(
            "incubator" if number % 2 else "kind_of_nobody", name=f"孵化器{number}", district="370305"
        )
    assert [cost(path) for path in paths] == one


@pytest.mark.parametrize(
    "query",
    [
        "page=0", "page=-1", "page=99999999999999999999", "page=²", "page=1e3", "after=%%%", "after=W10",
        "after=WzEsImEiLDFd&page=7", "after=" + "A" * 5000, "after=bnVsbA", "after=WzEsIlx1MDAwMCIsMV0",
        "level=municipal'--", "level=national&level=x", "kind=" + "k" * 500, "district[]=1", "district=370300%27",
        "status=registered", "on=9999-12-31", "on=0001-01-01", "on=2026-02-30", "q=%25_%5C", "q=%F0%9F%98%80",
        "q=" + "a" * 300, "q=+++", "q=a+b+c+d+e+f+g+h", "industry=%C2%A0", "after=WzEsICJhIiwgMTAwMDAwMDAwMDAwMDAwMDAwMDAwMDBd",
    ],
)  # fmt: skip
def test_hostile_addresses_are_answered(query: str) -> None:
    make_entity("incubator")
    assert Client().get(f"/register/?{query}").status_code == 200
    assert Client().get(f"/api/v1/public/register/?{query}").status_code in (200, 404, 422)
