"""Candidates: found, cultivated, ready, linked to what they hand in; only the officers of their bureau know of them."""

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.errors import Invalid, NotAllowed, NotNow, NotVisible
from core.models import AuditEntry
from filings.enums import CandidateStage
from filings.models import Candidate
from filings.selectors import candidates as see
from filings.services import candidates
from filings.services.candidates import Facts
from tests.makers import accounts as people
from tests.makers.desk import browse, text
from tests.makers.filings import Case, drive, make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


def day(**by: int) -> datetime.date:
    return clock.today() + datetime.timedelta(**by)


def codes(error: Any) -> set[tuple[str, str]]:
    return {(p.code, p.field) for p in error.value.problems}


def found(case: Case, **facts: Any) -> Candidate:
    facts = {"name": "海洋装备创新联合体", "officer": case.officer} | facts
    return candidates.add(actor=case.actor("officer"), programme="consortium", facts=Facts(**facts))


def move(case: Case, row: Candidate, stage: str, text: str = "已座谈两次。", **more: Any) -> Candidate:
    return candidates.advance(actor=case.actor("officer"), candidate=row, stage=stage, text=text, **more)


# --- the way -----------------------------------------------------------------------------------


def test_every_move_and_remark_is_a_step_with_its_date(case: Case, frozen: Any) -> None:
    row = found(case, next_step="首次走访", next_on=day(days=7))
    frozen.move(days=7)
    row = move(case, row, "cultivated", next_step="梳理成员", next_on=day(days=20))
    row = move(case, row, "cultivated", "已联系两家高校。", next_step="签协议", next_on=day(days=30))
    row = move(case, row, "mature")
    steps = [(s.stage, s.text) for s in row.steps.all()]
    assert steps == [
        ("found", "列入培育名单"),
        ("cultivated", "已座谈两次。"),
        ("cultivated", "已联系两家高校。"),
        ("mature", "已座谈两次。"),
    ]
    assert row.steps.last().at == clock.now()
    assert AuditEntry.objects.filter(action="candidate.advance").count() == 3


def test_dropping_needs_a_reason_and_ends_the_next_step(case: Case) -> None:
    row = found(case, next_step="首次走访", next_on=day(days=7))
    with pytest.raises(Invalid) as refused:
        move(case, row, "dropped", " ")
    assert "移出理由" in str(refused.value)
    row = move(case, row, "dropped", "牵头单位迁出本市。")
    assert (row.stage, row.next_step, row.next_on) == ("dropped", "", None)


def test_what_the_unit_hands_in_is_offered_and_linked(case: Case) -> None:
    row = found(case, organisation=case.lead)
    draft = drive(case, "draft")
    assert see.filings_to_link(row) == []
    filing = drive(case, "submitted", filing=draft)
    assert see.filings_to_link(row) == [filing]
    assert see.candidates_of(case.actor("officer")).get().has_applied
    client, url = browse(case.officer), reverse("filings:candidate", args=[row.pk])
    assert "关联这件申报" in text(client.get(url))
    client.post(f"{url}link/", {"filing": filing.pk})
    row.refresh_from_db()
    assert (row.stage, row.filing) == ("applied", filing)
    assert "关联这件申报" not in text(client.get(url))
    assert client.post(f"{url}link/", {"filing": filing.pk}).status_code == 404


def test_applied_is_reached_by_a_filing_of_that_unit_alone(case: Case) -> None:
    row = found(case, organisation=people.make_organisation())
    filing = drive(case, "submitted")
    with pytest.raises(NotNow):
        move(case, row, "applied")
    with pytest.raises(NotVisible):
        candidates.link(actor=case.actor("officer"), candidate=row, filing_id=filing.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Candidate.objects.filter(pk=row.pk).update(stage=CandidateStage.APPLIED)


def test_back_from_applied_the_link_is_gone_but_told(case: Case) -> None:
    row, filing = found(case, organisation=case.lead), drive(case, "submitted")
    row = candidates.link(actor=case.actor("officer"), candidate=row, filing_id=filing.pk)
    row = move(case, row, "cultivated", "本次申报撤回，继续培育。")
    assert row.filing is None
    assert any(str(filing) in step.text for step in row.steps.all())


# --- what is right -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"name": " "}, ("required", "name")),
        ({"name": "长" * 121}, ("too_long", "name")),
        ({"idea": "a\x00b"}, ("characters", "idea")),
        ({"officer": None}, ("officer", "officer")),
        ({"industry": "alchemy"}, ("industry", "industry")),
        ({"next_on": datetime.date.min}, ("next_on", "next_on")),
        ({"next_on": datetime.date.max}, ("next_on", "next_on")),
    ],
)
def test_facts_that_are_wrong(case: Case, facts: dict[str, Any], reason: tuple[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        found(case, **facts)
    assert codes(refused) == {reason}
    assert not Candidate.objects.exists()


def test_a_place_outside_the_city_and_a_person_of_another_bureau(case: Case) -> None:
    zibo = people.make_bureau("370300")
    place = people.make_district_tree()["370303"]
    with pytest.raises(Invalid) as refused:
        found(case, district=place, officer=people.make_user("case_officer", zibo))
    assert codes(refused) == {("district", "district"), ("officer", "officer")}


def test_a_unit_is_on_the_list_once_and_brings_its_district(case: Case) -> None:
    unit = people.make_organisation(district="370214")
    row = found(case, organisation=unit)
    assert row.district == unit.district
    with pytest.raises(Invalid) as refused:
        found(case, organisation=unit)
    assert codes(refused) == {("twice", "organisation")}
    move(case, row, "dropped", "暂无意愿。")
    again = found(case, organisation=unit)
    with pytest.raises(Invalid) as refused:
        move(case, row, "found", "重新联系。")
    assert codes(refused) == {("twice", "stage")}
    assert again.pk != row.pk


def test_a_day_gone_by_does_not_stand_in_the_way_of_another_correction(case: Case, frozen: Any) -> None:
    row = found(case, next_on=day(days=1))
    frozen.move(days=5)
    assert see.is_overdue(row)
    changed = candidates.edit(
        actor=case.actor("officer"),
        candidate=row,
        facts=Facts(name="改名", officer=case.officer, next_on=row.next_on),
    )
    assert changed.name == "改名"


# --- who ---------------------------------------------------------------------------------------


def test_only_officers_of_the_bureau(case: Case) -> None:
    row = found(case, organisation=case.lead)

    def of(role: str, home: Any) -> Any:
        return people.act(people.make_user(role, home), home)

    others = [
        case.actor("applicant"),
        case.actor("district"),
        of("auditor", case.bureau),
        of("case_officer", people.make_bureau("370300")),
        of("case_officer", case.district_bureau),
    ]
    for actor in others:
        assert not see.candidates_of(actor).exists()
        with pytest.raises(NotVisible):
            see.get_candidate(actor, row.pk)
        with pytest.raises(NotAllowed):
            candidates.advance(actor=actor, candidate=row, stage="mature", text="试试")
    assert see.get_candidate(case.actor("director"), row.pk) == row


def test_a_bureau_without_a_programme_keeps_no_list(case: Case) -> None:
    zaozhuang = people.make_bureau("370400")  # no policy of the library makes it decide on anything
    officer = people.make_user("case_officer", zaozhuang)
    with pytest.raises(Invalid):
        candidates.add(
            actor=people.act(officer, zaozhuang),
            programme="consortium",
            facts=Facts(name="甲", officer=officer),
        )
    assert browse(officer).get(reverse("filings:candidates")).status_code == 200
    assert browse(officer).get(reverse("filings:candidate_new")).status_code == 409


# --- pages -------------------------------------------------------------------------------------


def test_add_advance_and_edit_by_pages(case: Case) -> None:
    client = browse(case.officer)
    form = {
        "programme": "consortium",
        "name": "海洋装备创新联合体",
        "organisation": case.lead.credit_code,
        "officer": case.officer.pk,
        "industry": "qd_ai",
        "next_step": "首次走访",
        "next_on": day(days=7).isoformat(),
        "form_key": "add-1",
    }
    first, again = (client.post(reverse("filings:candidate_new"), form) for _n in range(2))
    assert first["Location"] == again["Location"]
    row = Candidate.objects.get()
    page = text(client.get(first["Location"]))
    assert "lamp" in page
    assert case.lead.name in page
    url = reverse("filings:candidate_advance", args=[row.pk])
    assert client.post(url, {"stage": "cultivated", "text": ""}).status_code == 422
    assert client.post(url, {"stage": "applied", "text": "已报"}).status_code == 422
    assert client.post(url, {"stage": "cultivated", "text": "已座谈。"}).status_code == 302
    client.post(reverse("filings:candidate_edit", args=[row.pk]), form | {"name": "改名", "form_key": ""})
    row.refresh_from_db()
    assert (row.name, row.stage) == ("改名", "cultivated")


@pytest.mark.parametrize(
    "wrong",
    [
        {"organisation": "123"},
        {"organisation": "91370200MA3C000000"},
        {"officer": "abc"},
        {"district": "-1"},
        {"next_on": "morgen"},
        {"name": ""},
        {"idea": "a\x00b"},
    ],
)
def test_what_was_typed_stays_when_it_is_refused(case: Case, wrong: dict[str, str]) -> None:
    form = {"name": "甲", "officer": case.officer.pk, "next_step": "联系龙头企业"} | wrong
    page = browse(case.officer).post(reverse("filings:candidate_new"), form)
    assert page.status_code == 422
    assert "联系龙头企业" in text(page)
    assert not Candidate.objects.exists()


def test_pages_of_others_are_not_found(case: Case) -> None:
    row = found(case)
    zibo = people.make_user("case_officer", people.make_bureau("370300"))
    for person in (zibo, case.applicant, case.district):
        for name in ("", "edit/", "advance/"):
            url = reverse("filings:candidate", args=[row.pk]) + name
            assert browse(person).get(url).status_code == 404
    assert browse(case.applicant).get(reverse("filings:candidates")).status_code == 403


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("q=海洋", 1),
        ("q=空天", 0),
        ("stage=found", 1),
        ("stage=mature", 0),
        ("industry=qd_ai", 1),
        ("overdue=on", 0),
        ("district=%(laoshan)s", 1),
        ("district=%(shinan)s", 0),
        ("officer=%(director)s", 0),
        ("stage=nix&district=abc&overdue=on&overdue=", 1),
    ],
)
def test_filters(case: Case, query: str, count: int) -> None:
    places = people.make_district_tree()
    found(case, district=places["370212"], industry="qd_ai")
    words = {
        "laoshan": places["370212"].pk,
        "shinan": places["370202"].pk,
        "director": case.director.pk,
    }
    page = browse(case.officer).get(f"{reverse('filings:candidates')}?{query % words}")
    assert len(page.context["cards"]) == count


def test_what_is_overdue(case: Case, frozen: Any) -> None:
    found(case, next_on=day(days=1))
    frozen.move(days=2)
    page = browse(case.officer).get(f"{reverse('filings:candidates')}?overdue=on")
    assert len(page.context["cards"]) == 1
    assert "已逾期" in text(page)


@pytest.mark.parametrize("view", ["list", "board"])
def test_list_and_board_cost_the_same_for_one_and_for_25(case: Case, view: str) -> None:
    def fill(count: int) -> None:
        for number in range(count):
            for stage in ("cultivated", "mature"):
                row = found(case, organisation=people.make_organisation(), name=f"培育对象{number}")
                move(case, row, stage)

    def cost() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    client, url = browse(case.officer), f"{reverse('filings:candidates')}?view={view}"
    fill(1)
    one = cost()
    fill(24)
    assert cost() == one
