"""Chain gaps and application scenarios: kept by whoever keeps them, read by everybody."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliances.models import ChainGap, Scenario
from alliances.services import gaps, scenarios
from core import clock
from core.errors import Invalid, NotAllowed, NotNow, Stale
from core.xlsx import read
from filings.models import Entity
from tests.api.caller import Caller
from tests.makers import accounts as people
from tests.makers import alliances as made
from tests.makers.desk import browse, text
from tests.makers.filings import Case
from tests.makers.register import make_entity

pytestmark = pytest.mark.django_db
FACTS = gaps.Facts(kind="material", title="高纯氧化铝粉体依赖进口", chain="先进陶瓷", detail="年需求 200 吨")


@pytest.fixture
def case() -> Case:
    return made.make_case()


@pytest.fixture
def alliance(case: Case) -> Entity:
    return made.on_register(case)


def day(**by: int) -> datetime.date:
    return clock.today() + datetime.timedelta(**by)


# --- gaps ----------------------------------------------------------------------------------------


def test_from_open_to_closed_with_date_and_result(case: Case, alliance: Entity) -> None:
    """reg_chain_gaps: closed by a joint project, by whom, when, with what result."""
    me = case.actor("applicant")
    row = gaps.add(actor=me, facts=FACTS, entity=alliance)
    assert (row.status, row.keeper, row.authority) == ("open", None, case.bureau)
    with pytest.raises(NotNow):
        gaps.close(actor=me, gap=row, closed_on=day(), result="已国产化")
    row = gaps.take_on(
        actor=me, gap=row, closer=case.members[0].name, project="粉体联合攻关", due_on=day(days=90)
    )
    assert row.status == "closing"
    with pytest.raises(Invalid):
        gaps.close(actor=me, gap=row, closed_on=day(days=1), result="已国产化")
    with pytest.raises(Stale):
        gaps.change(actor=me, gap=row, facts=FACTS, version=1)
    row = gaps.close(actor=me, gap=row, closed_on=day(), result="国产粉体通过验证，替代进口。")
    assert row.status == "closed"
    with pytest.raises(NotNow):
        gaps.change(actor=me, gap=row, facts=FACTS)


def test_each_keeps_its_own(case: Case, alliance: Entity) -> None:
    """obl_gov_non_interference: an alliance's list is its chair's; a bureau keeps its own, also for a cluster."""
    officer, chair = case.actor("officer"), case.actor("applicant")
    cluster = make_entity("innovative_cluster", authority=case.bureau)
    ours = gaps.add(actor=officer, facts=FACTS, entity=cluster)
    plain = gaps.add(actor=officer, facts=FACTS)
    theirs = gaps.add(actor=chair, facts=FACTS, entity=alliance)
    assert {ours.keeper, plain.keeper} == {case.bureau}
    with pytest.raises(NotAllowed):
        gaps.add(actor=officer, facts=FACTS, entity=alliance)
    with pytest.raises(NotAllowed):
        gaps.change(actor=officer, gap=theirs, facts=FACTS)
    with pytest.raises(NotAllowed):
        gaps.change(actor=chair, gap=plain, facts=FACTS)
    with pytest.raises(NotAllowed):
        gaps.add(actor=case.member(0), facts=FACTS, entity=alliance)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"kind": "thing"}, "kind"), ({"title": ""}, "title"), ({"chain": "长" * 101}, "chain")],
)
def test_a_wrong_gap_is_said(case: Case, wrong: dict[str, Any], field: str) -> None:
    facts = gaps.Facts(**{"kind": "material", "title": "粉体", "chain": "陶瓷", **wrong})
    with pytest.raises(Invalid) as refused:
        gaps.add(actor=case.actor("officer"), facts=facts)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_everybody_reads_the_list_and_the_file_holds_the_same(case: Case, alliance: Entity) -> None:
    chair = case.actor("applicant")
    gaps.add(actor=chair, facts=FACTS, entity=alliance)
    row = gaps.add(actor=chair, facts=gaps.Facts("equipment", '=HYPERLINK("x")', "先进陶瓷"), entity=alliance)
    gaps.take_on(actor=chair, gap=row, closer="某装备公司")
    stranger = Client()
    page = text(stranger.get(reverse("alliances:gaps")))
    assert FACTS.title in page
    assert alliance.name in page
    only = text(stranger.get(reverse("alliances:gaps") + "?tab=closing&kind=equipment"))
    assert "某装备公司" in only
    assert FACTS.title not in only
    assert stranger.get(reverse("alliances:gaps") + "?tab=nonsense&kind=nonsense&page=x").status_code == 200
    answer = stranger.get(reverse("alliances:gaps_file") + "?tab=closing")
    sheets = read(answer.content, max_rows=50, max_columns=20)
    cells = [cell for row in sheets[0].rows for cell in row]
    assert "某装备公司" in cells
    assert FACTS.title not in cells
    assert not sheets[0].formulas
    body = Caller().get("public/chain-gaps/?status=open").ok()
    assert [line["title"] for line in body["results"]] == [FACTS.title]
    assert Caller().get("public/chain-gaps/?status=nonsense").status == 422


def test_pages_of_a_gap(case: Case, alliance: Entity) -> None:
    chair, officer = browse(case.applicant), browse(case.officer)
    add = reverse("alliances:entity_gap_add", args=[alliance.code])
    assert chair.post(add, {"kind": "", "title": "粉体", "chain": "陶瓷"}).status_code == 422
    chair.post(add, {"kind": "material", "title": "粉体", "chain": "陶瓷"})
    row = ChainGap.objects.get()
    kept = reverse("alliances:entity_gaps", args=[alliance.code])
    assert "登记补链单位" in text(chair.get(kept))
    assert "登记补链单位" not in text(officer.get(kept))
    take_on, close = (reverse(f"alliances:{name}", args=[row.pk]) for name in ("gap_take_on", "gap_close"))
    assert officer.post(take_on, {"closer": "某公司"}).status_code == 403
    assert chair.post(take_on, {"closer": "某公司", "due_on": "2020-01-01"}).status_code == 422
    assert chair.post(take_on, {"closer": "某公司", "version": 1}).status_code == 302
    assert chair.post(close, {"closed_on": "2026-03-02", "result": "已替代进口"}).status_code == 302
    row.refresh_from_db()
    assert row.status == "closed"
    own = officer.post(reverse("alliances:gap_add"), {"kind": "technology", "title": "烧结", "chain": "陶瓷"})
    assert own["Location"] == reverse("alliances:gaps_kept")
    assert "烧结" in text(officer.get(reverse("alliances:gaps_kept")))
    assert Client().get(reverse("alliances:gap_add")).status_code == 302


def test_the_lists_cost_the_same_for_1_and_25(case: Case, alliance: Entity) -> None:
    chair = case.actor("applicant")
    facts = scenarios.Facts("场景", "需求", "0533-0000000", clock.today())
    for url in (reverse("alliances:gaps"), reverse("alliances:scenarios")):
        counts = []
        for number in (1, 24):
            for _number in range(number):
                gaps.add(actor=chair, facts=FACTS, entity=alliance)
                scenarios.open_(actor=case.actor("officer"), facts=facts)
            Client().get(url)
            with CaptureQueriesContext(connection) as queries:
                assert Client().get(url).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1], url


# --- scenarios -----------------------------------------------------------------------------------


def scenario(**given: Any) -> scenarios.Facts:
    known = {
        "title": "智能产线试用",
        "need": "陶瓷窑炉视觉检测",
        "contact": "0533-0000000",
        "since": clock.today(),
    }
    return scenarios.Facts(**known | given)


def test_a_unit_puts_one_forward_and_the_bureau_publishes_it(
    case: Case, alliance: Entity, frozen: Any
) -> None:
    """reg_scenarios: opened by firms or by the city; owner, need, open from and until."""
    row = scenarios.open_(actor=case.member(0), facts=scenario(until=day(days=30)), entity=alliance)
    assert row.status_on(clock.today()) == "waiting"
    stranger = Client()
    assert row.title not in text(stranger.get(reverse("alliances:scenarios")))
    assert stranger.get(reverse("alliances:scenario", args=[row.pk])).status_code == 404
    officer = case.actor("officer")
    row = scenarios.send_back(actor=officer, scenario=row, reason="请写明开放的条件")
    assert row.status_on(clock.today()) == "returned"
    row = scenarios.change(actor=case.member(0), scenario=row, facts=scenario(offer="开放一条产线"))
    row = scenarios.publish(actor=officer, scenario=row)
    assert row.status_on(clock.today()) == "open"
    assert row.title in text(stranger.get(reverse("alliances:scenarios")))
    assert row.title in text(stranger.get(reverse("alliances:scenario", args=[row.pk])))
    with pytest.raises(NotNow):
        scenarios.publish(actor=officer, scenario=row)
    with pytest.raises(NotNow):
        scenarios.send_back(actor=officer, scenario=row, reason="再改")
    row = scenarios.end(actor=case.member(0), scenario=row, outcome="两家企业试用")
    frozen.move(days=1)
    assert row.status_on(clock.today()) == "ended"
    assert row.title in text(stranger.get(reverse("alliances:scenarios") + "?tab=ended"))


def test_what_the_city_opens_is_public_at_once(case: Case) -> None:
    row = scenarios.open_(actor=case.actor("officer"), facts=scenario(since=day(days=3)))
    assert (row.owner, row.status_on(clock.today())) == (case.bureau, "upcoming")
    body = Caller().get("public/scenarios/?status=upcoming").ok()
    assert [line["title"] for line in body["results"]] == [row.title]
    assert Caller().get("public/scenarios/?status=waiting").status == 422


def test_who_may_what_with_a_scenario(case: Case, alliance: Entity) -> None:
    row = scenarios.open_(actor=case.member(0), facts=scenario())
    with pytest.raises(NotAllowed):
        scenarios.publish(actor=case.member(0), scenario=row)
    with pytest.raises(NotAllowed):
        scenarios.change(actor=case.actor("officer"), scenario=row, facts=scenario())
    with pytest.raises(NotAllowed):
        scenarios.open_(actor=case.actor("district"), facts=scenario())
    outsider = people.make_user("unit_admin", people.make_organisation(district="370303"))
    with pytest.raises(NotAllowed):
        scenarios.open_(actor=people.act(outsider), facts=scenario(), entity=alliance)
    other = people.make_user("case_officer", people.make_bureau("370200"))
    for user in (outsider, other):
        assert browse(user).get(reverse("alliances:scenario", args=[row.pk])).status_code == 404
        assert Caller(user).post(f"scenarios/{row.pk}/publish/", {}).status == 404
    assert Caller(case.officer).post(f"scenarios/{row.pk}/publish/", {}).ok()["status"] == "open"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"title": ""}, "title"), ({"since": None}, "since"), ({"until": datetime.date(2020, 1, 1)}, "until")],
)
def test_a_wrong_scenario_is_said(case: Case, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        scenarios.open_(actor=case.member(0), facts=scenario(**wrong))
    assert [problem.field for problem in refused.value.problems] == [field]


def test_pages_of_a_scenario(case: Case, alliance: Entity) -> None:
    me, officer = browse(case.member_users[0]), browse(case.officer)
    add = reverse("alliances:scenario_add")
    assert alliance.name in text(me.get(add))
    assert me.post(add, {"title": "试用"}).status_code == 422
    good = {
        "title": "试用",
        "need": "检测",
        "contact": "0533-0000000",
        "since": "2026-03-02",
        "entity": alliance.code,
    }
    me.post(add, good)
    row = Scenario.objects.get()
    assert row.entity == alliance
    assert "试用" in text(officer.get(reverse("alliances:scenarios_kept")))
    assert officer.post(reverse("alliances:scenario_publish", args=[row.pk]), {}).status_code == 302
    assert me.post(reverse("alliances:scenario_publish", args=[row.pk]), {}).status_code == 403
    assert me.get(reverse("alliances:scenario_change", args=[row.pk])).status_code == 200
    assert me.post(reverse("alliances:scenario_end", args=[row.pk]), {"outcome": "已试用"}).status_code == 302
