"""Activities and results: kept by the chair, judged by an officer who writes nothing else, counted, owed, read."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Message
from alliances.enums import RecordKind
from alliances.models import AllianceRecord
from alliances.selectors import yearly
from alliances.services import records
from core import clock
from core.errors import Invalid, NotAllowed, NotNow, Stale
from filings.models import Duty, Entity
from filings.services import duties
from tests.api.caller import Caller
from tests.makers import accounts as people
from tests.makers import alliances as made
from tests.makers.desk import browse, text
from tests.makers.filings import Case

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return made.make_case()


@pytest.fixture
def alliance(case: Case) -> Entity:
    return made.on_register(case)


def open_keys(entity: Entity) -> set[str]:
    scope = f"networkprofile:{entity.network.pk}"
    return set(Duty.objects.filter(scope=scope, standing="open").values_list("key", flat=True))


def codes(error: Any) -> set[str]:
    return {problem.code for problem in error.value.problems}


# --- what is owed --------------------------------------------------------------------------------


def test_what_is_missing_this_year_is_owed_by_its_end(case: Case, alliance: Entity, frozen: Any) -> None:
    """obl_all_university, obl_all_association, obl_all_exchange_event, obl_all_expo."""
    frozen.at(clock.start_of_day(datetime.date(2026, 5, 6)) + datetime.timedelta(hours=10))
    duties.sync(alliance.network)
    assert open_keys(alliance) == {"university", "association", "exchange_event:2026", "expo:2026"}
    link = Duty.objects.get(scope=f"networkprofile:{alliance.network.pk}", key="university")
    assert clock.local(link.due_at).date() == datetime.date(2026, 12, 31)  # the first whole year
    expo = Duty.objects.get(scope=f"networkprofile:{alliance.network.pk}", key="expo:2026")
    assert (expo.kind, expo.organisation) == ("yearly_task", case.lead)
    assert clock.local(expo.due_at).date() == datetime.date(2026, 12, 31)
    assert "三(四)" in expo.clause
    answer = text(browse(case.applicant).get(reverse("duties:list") + "?tab=later"))
    assert "参加本行业知名展会" in answer
    row = made.add_record(case, alliance, "expo")
    assert "expo:2026" not in open_keys(alliance)
    assert f"judge:{row.pk}" in open_keys(alliance)
    made.judge(case, row, counts=False)
    assert "expo:2026" in open_keys(alliance)
    made.judge(case, row, counts=True)
    assert not {"expo:2026", f"judge:{row.pk}"} & open_keys(alliance)


def test_last_years_rest_is_owed_until_its_report_is_due(case: Case, frozen: Any) -> None:
    """2 March 2026: the report of 2025 is due at the end of March. A first part-year owes nothing annual."""
    older = made.on_register(case, since=datetime.date(2024, 3, 4))
    duties.sync(older.network)
    assert {key for key in open_keys(older) if key.endswith("2025")} == {"exchange_event:2025", "expo:2025"}
    assert not {key for key in open_keys(older) if key.endswith("2024")}
    made.judge(case, made.add_record(case, older, "expo", held_on=datetime.date(2025, 9, 1)))
    assert {key for key in open_keys(older) if key.endswith("2025")} == {"exchange_event:2025"}
    frozen.at(clock.start_of_day(datetime.date(2026, 4, 1)) + datetime.timedelta(hours=10))
    duties.sync(older.network)
    assert not {key for key in open_keys(older) if key.endswith("2025")}
    link = Duty.objects.get(scope=f"networkprofile:{older.network.pk}", key="university")
    assert clock.local(link.due_at).date() == datetime.date(2025, 12, 31)  # stays, overdue, until it is made


def test_whoever_has_ended_owes_nothing(alliance: Entity) -> None:
    alliance.standing, alliance.ended_on, alliance.end_reason = "exited", clock.today(), "自行撤销"
    alliance.save()
    assert yearly.owed(alliance.network.pk) == []
    assert yearly.owed(0) == []
    assert alliance.network.pk not in set(yearly.living())


# --- who may -------------------------------------------------------------------------------------


def test_an_officer_judges_and_writes_nothing_else(case: Case, alliance: Entity) -> None:
    """obl_gov_non_interference, over services."""
    row = made.add_record(case, alliance, "expo")
    facts = records.Facts(kind="expo", title="改", held_on=clock.today())
    for who in ("officer", "director", "district"):
        actor = case.actor(who)
        with pytest.raises(NotAllowed):
            records.add(actor=actor, entity=alliance, facts=facts)
        with pytest.raises(NotAllowed):
            records.change(actor=actor, record=row, facts=facts)
        with pytest.raises(NotAllowed):
            records.withdraw(actor=actor, record=row, reason="改")
    before = AllianceRecord.objects.filter(pk=row.pk).values().get()
    made.judge(case, row)
    after = AllianceRecord.objects.filter(pk=row.pk).values().get()
    judged = {"counts", "basis", "judged_at", "judged_by_id", "version"}
    assert {key for key in after if after[key] != before[key]} == judged


def test_the_chair_does_not_judge_itself_and_a_member_writes_nothing(case: Case, alliance: Entity) -> None:
    row = made.add_record(case, alliance, "expo")
    with pytest.raises(NotAllowed):
        records.judge(actor=case.actor("applicant"), record=row, counts=True, basis="自己认定")
    with pytest.raises(NotAllowed):
        records.withdraw(actor=case.member(0), record=row, reason="改")


@pytest.mark.parametrize("who", ["officer", "director", "district"])
def test_no_page_and_no_call_lets_an_office_write(case: Case, alliance: Entity, who: str) -> None:
    """obl_gov_non_interference, over pages and API: 403 where it reads, never a change."""
    row = made.add_record(case, alliance, "expo")
    user = getattr(case, who)
    office = browse(user)
    pages = [
        reverse("alliances:record_add", args=[alliance.code]),
        reverse("alliances:record_change", args=[row.pk]),
        reverse("alliances:record_withdraw", args=[row.pk]),
        reverse("alliances:entity_gap_add", args=[alliance.code]),
    ]
    for page in pages:
        assert office.get(page).status_code == 403, page
        assert office.post(page, {"title": "改", "reason": "改"}).status_code == 403, page
    caller = Caller(user)
    body = {"kind": "expo", "title": "改", "held_on": clock.today().isoformat()}
    assert caller.post(f"alliances/{alliance.code}/records/", body).status == 403
    assert caller.post(f"alliance-records/{row.pk}/change/", body).status == 403
    assert caller.post(f"alliance-records/{row.pk}/withdraw/", {"reason": "改"}).status == 403
    gap = {"kind": "material", "title": "改", "chain": "改", "entity": alliance.code}
    assert caller.post("chain-gaps/", gap).status == 403
    row.refresh_from_db()
    assert (row.title, row.withdrawn_at, row.version) == ("中国国际先进陶瓷展", None, 1)


def test_another_tenant_finds_nothing(case: Case, alliance: Entity) -> None:
    row = made.add_record(case, alliance, "expo")
    outsider = people.make_user("unit_admin", people.make_organisation(district="370303"))
    qingdao = people.make_user("case_officer", people.make_bureau("370200"))
    code = alliance.code
    names = [
        *((name, [code]) for name in ("tasks", "intensity", "records", "record_add", "entity_gaps")),
        *((name, [row.pk]) for name in ("record", "record_change", "record_withdraw", "record_judge")),
    ]
    for user in (outsider, qingdao):
        stranger, caller = browse(user), Caller(user)
        for name, args in names:
            assert stranger.get(reverse(f"alliances:{name}", args=args)).status_code == 404, name
        for path in (f"alliances/{code}/records/", f"alliances/{code}/tasks/", f"alliance-records/{row.pk}/"):
            found, none = (
                caller.get(path),
                caller.get(path.replace(code, "ZB-LM-1999-1").replace(str(row.pk), "9")),
            )
            assert (found.status, found.body["errors"]) == (404, none.body["errors"])
        assert stranger.get(reverse("core:file", args=[row.evidence_id])).status_code == 404
    assert Client().get(reverse("alliances:records", args=[code])).status_code == 302


# --- what is kept --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"title": " "}, "required"),
        ({"title": "长" * 121}, "too_long"),
        ({"kind": "party"}, "kind"),
        ({"held_on": None}, "held_on"),
        ({"held_on": datetime.date(2026, 3, 3)}, "future"),
        ({"until": datetime.date(2020, 1, 1)}, "until"),
        ({"amount": Decimal("-1")}, "amount"),
        ({"amount": Decimal("NaN")}, "amount"),
        ({"amount": Decimal("0.001")}, "amount"),
        ({"summary": "有\x00字"}, "characters"),
    ],
)
def test_what_cannot_be_kept_is_said(case: Case, alliance: Entity, wrong: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        made.add_record(case, alliance, **{"kind": "expo", **wrong})
    assert code in codes(refused)


def test_without_evidence_it_does_not_count(case: Case, alliance: Entity) -> None:
    """amb_known, amb_high_level: an officer confirms with a basis, on evidence."""
    row = made.add_record(case, alliance, "exchange_event", evidence=False)
    with pytest.raises(Invalid) as refused:
        made.judge(case, row)
    assert codes(refused) == {"evidence"}
    with pytest.raises(Invalid) as refused:
        records.judge(actor=case.actor("officer"), record=row, counts=False, basis=" ")
    assert codes(refused) == {"required"}
    records.attach(actor=case.actor("applicant"), record=row, upload=made.paper())
    assert made.judge(case, row).counts is True
    assert Message.objects.filter(kind="alliance_record", user=case.applicant).count() == 1


def test_judged_it_stays_as_it_was_and_withdrawn_it_counts_no_more(case: Case, alliance: Entity) -> None:
    row = made.judge(case, made.add_record(case, alliance, "expo"))
    me = case.actor("applicant")
    with pytest.raises(NotNow):
        records.change(actor=me, record=row, facts=records.Facts("expo", "改", clock.today()))
    with pytest.raises(Stale):
        records.withdraw(actor=me, record=row, reason="重复登记", version=1)
    records.withdraw(actor=me, record=row, reason="重复登记", version=2)
    _span, tasks = yearly.of_year(alliance, 2026)
    assert next(task for task in tasks if task.rule.kind == "expo").counted == 0
    with pytest.raises(NotNow):
        made.judge(case, row)


def test_a_result_is_not_judged_and_an_ended_alliance_keeps_none(case: Case, alliance: Entity) -> None:
    row = made.add_record(case, alliance, "patent_pool")
    with pytest.raises(NotNow):
        made.judge(case, row)
    alliance.standing, alliance.ended_on, alliance.end_reason = "exited", clock.today(), "自行撤销"
    alliance.save()
    with pytest.raises(NotNow):
        made.add_record(case, alliance, "patent_pool")


def test_every_kind_of_result_can_be_kept(case: Case, alliance: Entity) -> None:
    """Joint projects, standards, patent pool, brands, public service platforms, joint talent."""
    for kind in RecordKind.values:
        made.add_record(case, alliance, kind, evidence=False, title=f"记录{kind}")
    assert alliance.alliance_records.count() == len(RecordKind.values) == 12


# --- pages ---------------------------------------------------------------------------------------


def test_the_page_of_the_year_shows_four_rows_with_their_clauses(case: Case, alliance: Entity) -> None:
    made.judge(case, made.add_record(case, alliance, "expo"))
    page = text(browse(case.applicant).get(reverse("alliances:tasks", args=[alliance.code])))
    for words in ("对接本行业知名高校院所", "对接省级及以上行业协会", "举办高水平行业交流活动", "三(四)"):
        assert words in page
    assert "登记活动" in page
    office = text(browse(case.officer).get(reverse("alliances:tasks", args=[alliance.code])))
    assert "登记活动</a>" not in office
    first = text(browse(case.applicant).get(reverse("alliances:tasks", args=[alliance.code]) + "?year=2025"))
    assert "首个不完整年度豁免" in first


def test_the_chair_adds_by_the_page_and_wrong_input_stays(case: Case, alliance: Entity) -> None:
    me, url = browse(case.applicant), reverse("alliances:record_add", args=[alliance.code])
    wrong = me.post(url, {"kind": "expo", "title": "展会", "held_on": "2026-13-01", "upload": made.paper()})
    assert wrong.status_code == 422
    assert "展会" in text(wrong)
    bad = made.paper("佐证.pdf")
    bad.file.write(b"garbage at the start")
    bad.seek(0)
    assert (
        me.post(url, {"kind": "expo", "title": "展会", "held_on": "2026-02-01", "upload": bad}).status_code
        == 422
    )
    good = {
        "kind": "expo",
        "title": "展会",
        "held_on": "2026-02-01",
        "upload": made.paper(),
        "is_public": "on",
    }
    answer = me.post(url, good)
    row = AllianceRecord.objects.get()
    assert answer["Location"] == reverse("alliances:record", args=[row.pk])
    judge = reverse("alliances:record_judge", args=[row.pk])
    officer = browse(case.officer)
    assert row.title in text(officer.get(reverse("alliances:waiting")))
    assert officer.post(judge, {"counts": "maybe", "basis": "系列展会"}).status_code == 422
    assert officer.post(judge, {"counts": "yes", "basis": "系列展会", "version": 1}).status_code == 302
    public = text(Client().get(reverse("alliances:public_records", args=[alliance.code])))
    assert "展会" in public
    assert "系列展会" not in public


def test_what_is_not_public_or_does_not_count_is_read_by_nobody_outside(case: Case, alliance: Entity) -> None:
    made.add_record(case, alliance, "expo", title="未认定的展会")
    made.add_record(case, alliance, "patent_pool", title="内部专利", is_public=False)
    made.add_record(case, alliance, "regional_brand", title="淄博陶瓷")
    page = text(Client().get(reverse("alliances:public_records", args=[alliance.code])))
    assert "淄博陶瓷" in page
    assert "未认定的展会" not in page
    assert "内部专利" not in page
    assert Client().get(reverse("alliances:public_records", args=["ZB-LM-1999-0001"])).status_code == 404


def test_the_intensity_shows_each_member_and_who_is_left_out(case: Case, alliance: Entity) -> None:
    from accounts.services import organisations
    from core.actor import Actor

    for unit, (rd, revenue) in zip(case.members, ((336, 6000), (224, 4000), (99, None)), strict=False):
        for year, values in made.figures(rd, revenue).items():
            given = {key: {"value": value, "origin": "self_reported"} for key, value in values.items()}
            organisations.set_figures(actor=Actor.system(), organisation=unit, year=year, values=given)
    page = text(browse(case.officer).get(reverse("alliances:intensity", args=[alliance.code])))
    for words in ("5.60%", "达到", "以中小企业为主", "缺主营业务收入", "两项数据均未填报", "二(四)"):
        assert words in page
    body = Caller(case.applicant).get(f"alliances/{alliance.code}/intensity/?year=2025").ok()
    assert (body["weighted"], body["met"], body["sme_dominated"]) == ("0.056", True, True)
    assert sum(line["counts"] for line in body["members"]) == 2
    none = Caller(case.applicant).get(f"alliances/{alliance.code}/intensity/?year=20x5")
    assert (none.status, none.fields) == (422, ["year"])


def test_a_member_does_not_read_the_figures_of_the_others(case: Case, alliance: Entity) -> None:
    from accounts.services import organisations
    from core.actor import Actor

    first, second = case.members[0], case.members[1]
    for unit, (rd, revenue) in ((first, (336, 6000)), (second, (224, 4000))):
        for year, values in made.figures(rd, revenue).items():
            given = {key: {"value": value, "origin": "self_reported"} for key, value in values.items()}
            organisations.set_figures(actor=Actor.system(), organisation=unit, year=year, values=given)
    person = people.make_user("unit_admin", second)
    page = text(browse(person).get(reverse("alliances:intensity", args=[alliance.code])))
    for words in ("6,000.00", "336.00", first.name + " 5.60%"):
        assert words not in page
    for words in ("4,000.00", "224.00", first.name, "5.60%", "其他成员单位的数据不在此显示"):
        assert words in page
    body = Caller(person).get(f"alliances/{alliance.code}/intensity/?year=2025").ok()
    shown = {line["name"]: (line["rd_expenditure"], line["counts"]) for line in body["members"]}
    assert shown[first.name] == (None, True)
    assert shown[second.name][0] is not None
    assert body["weighted"] == "0.056"


@pytest.mark.parametrize("name", ["records", "tasks"])
def test_a_list_of_25_costs_no_more_than_one_of_1(case: Case, alliance: Entity, name: str) -> None:
    me, url = browse(case.applicant), reverse(f"alliances:{name}", args=[alliance.code])
    assert _queries(me, url, lambda: made.add_record(case, alliance, "expo", evidence=False)) == 0


def test_the_bureaus_list_costs_the_same_for_25(case: Case, alliance: Entity) -> None:
    me, url = browse(case.officer), reverse("alliances:networks")
    assert _queries(me, url, lambda: made.on_register(made.make_case(enterprises=0, academics=0)), 12) == 0
    page = text(me.get(url))
    assert alliance.name in page
    assert text(me.get(url + "?q=没有这样的名称")).count(alliance.code) == 0


def _queries(me: Any, url: str, another: Any, rows: int = 25) -> int:
    """How many more queries a list costs with many rows than with one."""
    another()
    me.get(url)
    with CaptureQueriesContext(connection) as few:
        assert me.get(url).status_code == 200
    for _number in range(rows - 1):
        another()
    with CaptureQueriesContext(connection) as many:
        assert me.get(url).status_code == 200
    return len(many) - len(few)


# --- API -----------------------------------------------------------------------------------------


def test_the_api_keeps_and_judges(case: Case, alliance: Entity) -> None:
    chair, officer = Caller(case.applicant), Caller(case.officer)
    path = f"alliances/{alliance.code}/records/"
    made_ = chair.post(path, {"kind": "expo", "title": "展会", "held_on": "2026-02-01"}).ok(201)
    pk = made_["id"]
    assert chair.post(path, {"kind": "party", "title": "", "held_on": "x"}).status == 422
    assert officer.post(f"alliance-records/{pk}/judge/", {"counts": True, "basis": "系列展会"}).status == 422
    upload = chair.client.post(
        f"/api/v1/alliance-records/{pk}/evidence/", {"file": made.paper()}, headers=chair.headers
    )
    assert upload.status_code == 200, upload.content.decode()
    done = officer.post(f"alliance-records/{pk}/judge/", {"counts": True, "basis": "系列展会"}).ok()
    assert (done["counts"], done["has_evidence"]) == (True, True)
    rows = officer.get(path).ok()
    assert rows["count"] == 1
    tasks = chair.get(f"alliances/{alliance.code}/tasks/?year=2026").ok()["tasks"]
    assert [task["missing"] for task in tasks] == [1, 1, 1, 0]
    stale = chair.post(f"alliance-records/{pk}/withdraw/", {"reason": "重复", "version": 1})
    assert stale.status == 409


# --- accompaniment -------------------------------------------------------------------------------


def test_alliances_are_visited_each_half_year_and_their_problems_answered(
    case: Case, alliance: Entity
) -> None:
    """obl_gov_contact, obl_gov_coordination: by the rule of their own kind, in their own city."""
    from filings.selectors import accompany
    from filings.services import problems
    from tests.makers.register import make_entity

    make_entity("innovation_community", authority=case.bureau, valid_from=datetime.date(2024, 1, 8))
    officer = case.actor("officer")
    assert accompany.interval_of(officer) == 6
    assert list(accompany.unvisited(officer, 6)) == [alliance]
    assert "四(一)" in accompany.interval_clause(officer)
    row = problems.raise_problem(
        actor=case.member(0), entity=alliance, title="缺少检测平台", text="需要市里协调。"
    )
    duty = Duty.objects.get(scope=f"problem:{row.pk}", standing="open")
    assert (duty.organisation, "四(一)" in duty.clause) == (case.bureau, True)
