"""Problems: raised, taken up, answered, settled or not; who may, what is owed, who is told, who reads."""

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Message
from core import clock, workdays
from core.errors import Invalid, NotAllowed, NotNow, NotVisible, PortalError, Stale
from filings.enums import DutyStanding, EntityState
from filings.models import Duty, Entity, Problem
from filings.selectors import accompany as see
from filings.services import problems
from filings.workflow_problem import PROBLEM
from tests.makers import accounts as people
from tests.makers.accompany import answered, assigned, held, leave, on_register, plan, raised
from tests.makers.desk import browse, text
from tests.makers.filings import Case, make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


@pytest.fixture
def entity(case: Case) -> Entity:
    return on_register(case)


def day(**by: int) -> datetime.date:
    return clock.today() + datetime.timedelta(**by)


def codes(error: Any) -> set[tuple[str, str]]:
    return {(p.code, p.field) for p in error.value.problems}


def open_duties(problem: Problem) -> list[tuple[str, Any]]:
    rows = Duty.objects.filter(scope=f"problem:{problem.pk}", standing=DutyStanding.OPEN)
    return [(row.key, row.person) for row in rows]


# --- the way -----------------------------------------------------------------------------------


def test_from_the_raising_to_the_end_with_what_is_owed(case: Case, entity: Entity) -> None:
    row = raised(case, entity)
    assert open_duties(row) == [("intake", None)]
    duty = Duty.objects.get(scope=f"problem:{row.pk}")
    assert duty.due_at == clock.end_of_day(workdays.add_workdays(day(), 3))
    assert duty.organisation == case.bureau
    row = assigned(case, row, days=5)
    assert open_duties(row) == [("answer", case.officer)]
    assert Duty.objects.get(scope=f"problem:{row.pk}", key="answer").due_at == clock.end_of_day(day(days=5))
    row = problems.answer(actor=case.actor("officer"), problem=row, answer="已协调开放市级中试基地。")
    assert open_duties(row) == []
    row = problems.settle(actor=case.actor("applicant"), problem=row)
    assert (row.state, row.satisfied) == ("closed", True)
    assert [step.name for step in row.steps.all()] == ["raise", "assign", "answer", "settle"]


def test_not_satisfied_goes_back_to_the_owner_and_the_first_answer_stays(case: Case, entity: Entity) -> None:
    row = answered(case, raised(case, entity))
    row = problems.reopen(actor=case.actor("applicant"), problem=row, comment="基地设备不适用。")
    assert (row.state, row.satisfied) == ("assigned", False)
    assert open_duties(row) == [("answer", case.officer)]
    assert row.due_on >= workdays.add_workdays(day(), 3)
    row = problems.answer(actor=case.actor("director"), problem=row, answer="另行协调专业中试线。")
    assert row.satisfied is None
    texts = [step.text for step in row.steps.filter(name__in=("answer", "reopen"))]
    assert texts == ["已协调开放市级中试基地。", "基地设备不适用。", "另行协调专业中试线。"]


def test_a_late_no_gives_the_owner_days_again(case: Case, entity: Entity, frozen: Any) -> None:
    row = answered(case, raised(case, entity))
    frozen.move(days=20)
    row = problems.reopen(actor=case.actor("applicant"), problem=row, comment="没有落实。")
    assert row.due_on == workdays.add_workdays(day(), 3)


def test_the_bureau_ends_it_only_after_thirty_days_of_silence(
    case: Case, entity: Entity, frozen: Any
) -> None:
    row = answered(case, raised(case, entity))
    frozen.move(days=30)
    with pytest.raises(Invalid) as refused:
        problems.close(actor=case.actor("officer"), problem=row)
    assert codes(refused) == {("silence", "")}
    frozen.move(days=1)
    row = problems.close(actor=case.actor("officer"), problem=row)
    assert (row.state, row.satisfied) == ("closed", None)


def test_another_owner_for_a_reason(case: Case, entity: Entity) -> None:
    row = assigned(case, raised(case, entity))
    given = {"actor": case.actor("officer"), "problem": row, "owner": case.director, "due_on": day(days=8)}
    with pytest.raises(Invalid) as refused:
        problems.reassign(**given, comment=" ")
    assert ("comment_required", "comment") in codes(refused)
    row = problems.reassign(**given, comment="需处室协调")
    assert open_duties(row) == [("answer", case.director)]


# --- bad input ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"title": " "}, ("required", "title")),
        ({"title": "长" * 101}, ("too_long", "title")),
        ({"text": ""}, ("required", "text")),
        ({"text": "长" * 3001}, ("too_long", "text")),
        ({"text": "a\x00b"}, ("characters", "text")),
    ],
)
def test_a_problem_that_says_nothing(
    case: Case, entity: Entity, given: dict[str, str], reason: tuple[str, str]
) -> None:
    with pytest.raises(Invalid) as refused:
        problems.raise_problem(
            actor=case.actor("applicant"), entity=entity, **({"title": "场地", "text": "不足"} | given)
        )
    assert codes(refused) == {reason}


def test_every_fault_of_an_assignment_at_once(case: Case, entity: Entity) -> None:
    row = raised(case, entity)
    with pytest.raises(Invalid) as refused:
        problems.assign(
            actor=case.actor("officer"),
            problem=row,
            owner=case.applicant,
            due_on=day(days=-1),
            department="部" * 81,
        )
    assert codes(refused) == {("owner", "owner"), ("due_on", "due_on"), ("too_long", "department")}
    for due in (None, datetime.date.min, datetime.date.max, day(days=367)):
        with pytest.raises(Invalid):
            problems.assign(actor=case.actor("officer"), problem=row, owner=case.officer, due_on=due)
    assert raised_state(row) == "raised"


def raised_state(row: Problem) -> str:
    return Problem.objects.get(pk=row.pk).state


def test_a_stale_page_and_a_second_officer(case: Case, entity: Entity) -> None:
    row = raised(case, entity)
    given = {"owner": case.officer, "due_on": day(days=5)}
    with pytest.raises(Stale):
        problems.assign(actor=case.actor("officer"), problem=row, version=row.version + 1, **given)
    problems.assign(actor=case.actor("officer"), problem=row, version=row.version, **given)
    with pytest.raises(NotNow):
        problems.assign(actor=case.actor("director"), problem=row, version=row.version, **given)


def test_the_table_ties_state_and_content(case: Case, entity: Entity) -> None:
    row = raised(case, entity)
    for state in ("assigned", "answered", "closed"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE filings_problem SET state = %s WHERE id = %s", [state, row.pk])


def test_an_ended_entity_raises_nothing_new_but_is_still_answered(case: Case, entity: Entity) -> None:
    row = assigned(case, raised(case, entity))
    Entity.objects.filter(pk=entity.pk).update(
        standing=EntityState.EXITED, ended_on=day(), end_reason="申请退出"
    )
    entity.refresh_from_db()
    with pytest.raises(NotNow):
        raised(case, entity)
    assert problems.answer(actor=case.actor("officer"), problem=row, answer="已办。").state == "answered"


# --- who ---------------------------------------------------------------------------------------


def everybody(case: Case) -> dict[str, Any]:
    def of(role: str, home: Any) -> Any:
        return people.act(people.make_user(role, home), home)

    return {
        "lead": case.actor("applicant"),
        "member": case.member(0),
        "other_member": case.member(1),
        "outsider": of("unit_admin", people.make_organisation()),
        "owner": case.actor("officer"),
        "officer": of("case_officer", case.bureau),
        "director": case.actor("director"),
        "auditor": of("auditor", case.bureau),
        "district": case.actor("district"),
        "zibo_officer": of("case_officer", people.make_bureau("370300")),
    }


MATRIX = {
    "raised": {"officer": {"assign"}, "owner": {"assign"}, "director": {"assign"}},
    "assigned": {
        "owner": {"reassign", "answer"},
        "director": {"reassign", "answer"},
        "officer": {"reassign"},
    },
    "answered": {
        "member": {"settle", "reopen"},
        "owner": {"close"},
        "officer": {"close"},
        "director": {"close"},
    },
    "closed": {},
}


@pytest.mark.parametrize("state", list(MATRIX))
def test_who_may_what_in_which_state(case: Case, entity: Entity, state: str) -> None:
    row = raised(case, entity, case.member(0))
    if state != "raised":
        row = assigned(case, row) if state == "assigned" else answered(case, row)
    if state == "closed":
        row = problems.settle(actor=case.member(0), problem=row)
    for name, actor in everybody(case).items():
        found = {t.name for t in PROBLEM.available(row, actor)}
        assert found == MATRIX[state].get(name, set()), name


def test_who_reads_a_members_problem(case: Case, entity: Entity) -> None:
    row = raised(case, entity, case.member(0))
    readers = {"lead", "member", "owner", "officer", "director", "auditor", "district"}
    for name, actor in everybody(case).items():
        listed = see.problems_of_unit(actor) | see.problems_on_desk(actor)
        assert listed.filter(pk=row.pk).exists() is (name in readers), name
        if name in readers:
            assert see.get_problem(actor, row.pk) == row
        else:
            with pytest.raises(NotVisible):
                see.get_problem(actor, row.pk)
    assert see.problem_rows(case.actor("applicant"), entity) == [row]
    assert see.problem_rows(case.member(1), entity) == []
    assert see.problem_rows(case.actor("district"), entity) == [row]


def test_a_unit_that_has_left_raises_nothing_but_reads_its_answer(case: Case, entity: Entity) -> None:
    row = raised(case, entity, case.member(0))
    leave(entity, case.members[0], clock.today())
    with pytest.raises(NotAllowed):
        raised(case, entity, case.member(0))
    row = answered(case, row)
    assert see.get_problem(case.member(0), row.pk).answer
    assert problems.settle(actor=case.member(0), problem=row).state == "closed"


def test_staff_do_not_raise_for_a_unit_but_on_a_visit(case: Case, entity: Entity) -> None:
    for who in ("officer", "director", "district"):
        with pytest.raises(NotAllowed):
            raised(case, entity, case.actor(who))
    given = {"actor": case.actor("officer"), "title": "人才短缺", "text": "缺少工艺工程师。"}
    with pytest.raises(NotNow):
        problems.raise_on_visit(visit=plan(case, entity), raised_for=case.lead, **given)
    visit = held(case, entity)
    with pytest.raises(Invalid) as refused:
        problems.raise_on_visit(visit=visit, raised_for=people.make_organisation(), **given)
    assert codes(refused) == {("raised_for", "raised_for")}
    row = problems.raise_on_visit(visit=visit, raised_for=case.members[1], **given)
    assert see.get_problem(case.member(1), row.pk).visit == visit
    with pytest.raises(NotAllowed):
        problems.raise_on_visit(
            visit=visit, raised_for=case.lead, **given | {"actor": case.actor("district")}
        )


# --- who is told -------------------------------------------------------------------------------


def test_the_owner_and_the_unit_are_told_and_nothing_of_the_matter(case: Case, entity: Entity) -> None:
    row = raised(case, entity)
    assert not Message.objects.exists()
    row = assigned(case, row)
    message = Message.objects.get()
    assert (message.user, message.kind, message.organisation) == (case.officer, "problem", case.bureau)
    assert problems.still_matters(message)
    row = problems.answer(actor=case.actor("officer"), problem=row, answer="已协调开放市级中试基地。")
    assert not problems.still_matters(message)
    told = Message.objects.exclude(pk=message.pk).get()
    assert told.user == case.applicant
    assert problems.still_matters(told)
    for one in (message, told):
        assert "中试" not in one.title + one.text
        assert one.url == reverse("filings:problem", args=[row.pk])


# --- pages -------------------------------------------------------------------------------------


def test_the_way_by_pages(case: Case, entity: Entity) -> None:
    unit, officer = browse(case.applicant), browse(case.officer)
    new = unit.get(reverse("filings:problem_new"))
    assert new["Location"] == reverse("filings:problem_raise", args=[entity.code])
    form = {"title": "中试场地不足", "text": "现有场地只够小试。", "form_key": "raise-1"}
    first, again = unit.post(new["Location"], form), unit.post(new["Location"], form)
    assert first["Location"] == again["Location"]
    row = Problem.objects.get()

    def do(client: Any, name: str, **data: Any) -> Any:
        version = Problem.objects.get(pk=row.pk).version
        url = reverse("filings:problem_act", args=[row.pk, name])
        assert client.get(url).status_code == 200
        return client.post(url, {"version": version, **data})

    assert "中试场地不足" in text(officer.get(reverse("filings:problems")))
    answer = do(officer, "assign", owner=case.officer.pk, due_on=day(days=5).isoformat())
    assert answer.status_code == 302
    page = officer.get(f"{reverse('filings:problems')}?tab=mine")
    assert [line["pk"] for line in page.context["lines"]] == [row.pk]
    do(officer, "answer", answer="已协调。")
    assert "请确认困难是否已经解决" in text(unit.get(first["Location"]))
    refused = do(unit, "reopen", comment="")
    assert refused.status_code == 422
    do(unit, "reopen", comment="没有落实。")
    do(officer, "answer", answer="重新协调。")
    do(unit, "settle")
    assert raised_state(row) == "closed"
    assert "没有落实。" in text(unit.get(first["Location"]))


def test_why_another_owner_was_named_stays_in_the_office(case: Case, entity: Entity) -> None:
    row = assigned(case, raised(case, entity))
    problems.reassign(
        actor=case.actor("officer"),
        problem=row,
        owner=case.director,
        due_on=day(days=5),
        comment="经办人工作量大",
    )
    url = reverse("filings:problem", args=[row.pk])
    assert "经办人工作量大" in text(browse(case.officer).get(url))
    assert "经办人工作量大" not in text(browse(case.applicant).get(url))


def test_bad_posts_are_answered_in_words(case: Case, entity: Entity) -> None:
    row, officer = raised(case, entity), browse(case.officer)
    url = reverse("filings:problem_act", args=[row.pk, "assign"])
    for wrong in ({"owner": "abc"}, {"due_on": "31.12.2026"}, {"department": "a\x00b"}, {"owner": "9" * 30}):
        form = {"owner": case.officer.pk, "due_on": day(days=5).isoformat(), "department": "市工信局"} | wrong
        assert officer.post(url, form).status_code == 422, wrong
    assert raised_state(row) == "raised"
    stale = officer.post(url, {"owner": case.officer.pk, "due_on": day(days=5).isoformat(), "version": 99})
    assert stale.status_code == 409
    assert officer.get(reverse("filings:problem_act", args=[row.pk, "settle"])).status_code == 409
    assert officer.get(reverse("filings:problem_act", args=[row.pk, "explode"])).status_code == 404


def test_pages_of_others_are_not_found(case: Case, entity: Entity) -> None:
    row = raised(case, entity)
    outsider = people.make_user("unit_admin", people.make_organisation())
    zibo = people.make_user("case_officer", people.make_bureau("370300"))
    for person in (outsider, zibo, case.member_users[0]):
        for name in ("", "do/assign/", "do/settle/"):
            url = reverse("filings:problem", args=[row.pk]) + name
            assert browse(person).get(url).status_code == 404, url
    for person in (outsider, zibo):
        assert browse(person).get(reverse("filings:problem_raise", args=[entity.code])).status_code == 404
        page = browse(person).get(reverse("filings:problems"))
        assert page.context["lines"] == []
    assert (
        browse(case.district).get(reverse("filings:problem_act", args=[row.pk, "assign"])).status_code == 403
    )


@pytest.mark.parametrize("staff", [True, False])
def test_the_list_costs_the_same_for_one_and_for_25(case: Case, staff: bool) -> None:
    def fill(count: int) -> None:
        for _number in range(count):
            entity = on_register(case)
            raised(case, entity)
            assigned(case, raised(case, entity))

    def cost() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    client, url = browse(case.officer if staff else case.applicant), reverse("filings:problems")
    fill(1)
    one = cost()
    fill(24)
    assert cost() == one


def test_a_problem_that_is_gone(case: Case, entity: Entity) -> None:
    row = Problem(pk=10**9, entity=entity, state="raised")
    with pytest.raises(PortalError):
        problems.assign(actor=case.actor("officer"), problem=row, owner=case.officer, due_on=day(days=1))
