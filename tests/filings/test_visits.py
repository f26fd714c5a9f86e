"""Visits: planned, held, called off; who may, what cannot be, what is owed, what a unit reads of it."""

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.errors import Invalid, NotAllowed, NotNow, NotVisible
from core.models import AuditEntry
from filings.enums import DutyStanding, EntityState
from filings.models import Duty, Entity, Visit
from filings.selectors import accompany as see
from filings.services import duties, visits
from tests.makers import accounts as people
from tests.makers.accompany import held, on_register, plan
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


# --- what is owed ------------------------------------------------------------------------------


def test_a_planned_visit_is_owed_by_its_visitor_until_it_is_held(case: Case, entity: Entity) -> None:
    row = plan(case, entity, days=3)
    duty = Duty.objects.get(scope=f"visit:{row.pk}")
    assert (duty.kind, duty.person, duty.organisation) == ("visit", case.officer, case.bureau)
    assert duty.due_at == clock.end_of_day(day(days=3))
    assert duty.entity == entity
    assert duty.clause
    assert duties.still_owed(duty)
    visits.record(actor=case.actor("officer"), visit=row, held_on=day(), findings="进展正常。")
    duty.refresh_from_db()
    assert duty.standing == DutyStanding.DONE
    assert not duties.still_owed(duty)


def test_the_duty_follows_another_day_and_another_visitor(case: Case, entity: Entity) -> None:
    row = plan(case, entity)
    visits.change(
        actor=case.actor("officer"),
        visit=row,
        kind="call",
        planned_on=day(days=9),
        visitor=case.director,
        purpose="电话了解进展",
    )
    duty = Duty.objects.get(scope=f"visit:{row.pk}", standing=DutyStanding.OPEN)
    assert (duty.person, duty.due_at) == (case.director, clock.end_of_day(day(days=9)))


def test_a_visit_called_off_is_owed_no_more(case: Case, entity: Entity) -> None:
    row = visits.call_off(actor=case.actor("officer"), visit=plan(case, entity), reason="单位停产检修")
    assert not Duty.objects.filter(scope=f"visit:{row.pk}", standing=DutyStanding.OPEN).exists()
    with pytest.raises(NotNow):
        visits.record(actor=case.actor("officer"), visit=row, held_on=day(), findings="进展正常。")


def test_an_unplanned_visit_leaves_no_duty(case: Case, entity: Entity) -> None:
    row = held(case, entity)
    assert row.planned_on == row.held_on == day()
    assert not Duty.objects.filter(scope=f"visit:{row.pk}", standing=DutyStanding.OPEN).exists()


# --- what cannot be ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"days": -1}, ("planned_on", "planned_on")),
        ({"planned_on": datetime.date.max}, ("planned_on", "planned_on")),
        ({"kind": "telepathy"}, ("kind", "kind")),
        ({"visitor": None}, ("visitor", "visitor")),
        ({"purpose": "   "}, ("required", "purpose")),
        ({"purpose": "长" * 201}, ("too_long", "purpose")),
        ({"purpose": "a\x00b"}, ("characters", "purpose")),
    ],
)
def test_a_plan_that_cannot_be(case: Case, entity: Entity, given: Any, reason: tuple[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        plan(case, entity, **given)
    assert codes(refused) == {reason}
    assert not Visit.objects.exists()


def test_the_visitor_is_one_of_the_bureau(case: Case, entity: Entity) -> None:
    with pytest.raises(Invalid) as refused:
        plan(case, entity, visitor=case.applicant)
    assert codes(refused) == {("visitor", "visitor")}


@pytest.mark.parametrize("held_on", ["tomorrow", "before", "long_ago"])
def test_a_visit_is_held_between_the_registration_and_today(case: Case, entity: Entity, held_on: str) -> None:
    wrong = {
        "tomorrow": day(days=1),
        "before": entity.valid_from - datetime.timedelta(days=1),
        "long_ago": datetime.date.min,
    }
    with pytest.raises(Invalid) as refused:
        visits.record(
            actor=case.actor("officer"), visit=plan(case, entity), held_on=wrong[held_on], findings="正常"
        )
    assert codes(refused) == {("held_on", "held_on")}


def test_the_first_and_the_last_possible_day(case: Case, entity: Entity) -> None:
    assert held(case, entity, held_on=entity.valid_from).held_on == entity.valid_from
    assert held(case, entity, held_on=day()).held_on == day()


def test_findings_are_asked_for_together_with_the_day(case: Case, entity: Entity) -> None:
    with pytest.raises(Invalid) as refused:
        visits.record(
            actor=case.actor("officer"), visit=plan(case, entity), held_on=day(days=1), findings=" "
        )
    assert codes(refused) == {("held_on", "held_on"), ("required", "findings")}


def test_the_table_refuses_a_visit_without_findings_or_held_and_called_off(
    case: Case, entity: Entity
) -> None:
    row = plan(case, entity)
    for wrong in ({"findings": ""}, {"findings": "正常", "called_off": "没有去"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Visit.objects.filter(pk=row.pk).update(held_on=day(), **wrong)


def test_an_entity_that_has_ended_is_visited_no_more(case: Case, entity: Entity) -> None:
    Entity.objects.filter(pk=entity.pk).update(
        standing=EntityState.EXITED, ended_on=day(), end_reason="申请退出"
    )
    entity.refresh_from_db()
    with pytest.raises(NotNow):
        plan(case, entity)


def test_recorded_once(case: Case, entity: Entity) -> None:
    row = held(case, entity)
    with pytest.raises(NotNow):
        visits.record(actor=case.actor("officer"), visit=row, held_on=day(), findings="另一种说法")
    with pytest.raises(NotNow):
        visits.call_off(actor=case.actor("officer"), visit=row, reason="没有去")
    row.refresh_from_db()
    assert row.findings == "中试线排期紧张。"


# --- who ---------------------------------------------------------------------------------------


def everybody(case: Case) -> dict[str, Any]:
    unit, zibo = people.make_organisation(), people.make_bureau("370300")

    def of(role: str, home: Any) -> Any:
        return people.act(people.make_user(role, home), home)

    return {
        "applicant": case.actor("applicant"),
        "member": case.member(0),
        "outsider": of("unit_admin", unit),
        "officer": case.actor("officer"),
        "director": case.actor("director"),
        "auditor": of("auditor", case.bureau),
        "finance": of("finance", case.bureau),
        "district": case.actor("district"),
        "zibo_officer": of("case_officer", zibo),
    }


def test_who_plans_and_who_reads(case: Case, entity: Entity) -> None:
    row = held(case, entity)
    given = {
        "entity": entity,
        "kind": "call",
        "planned_on": day(),
        "visitor": case.officer,
        "purpose": "回访",
    }
    for name, actor in everybody(case).items():
        if name in ("officer", "director"):
            visits.plan(actor=actor, **given)
        else:
            with pytest.raises(NotAllowed):
                visits.plan(actor=actor, **given)
        reads = name in ("officer", "director", "auditor", "finance", "district")
        assert see.visits_on_desk(actor).filter(pk=row.pk).exists() is reads, name
        if reads:
            assert see.get_visit(actor, row.pk) == row
        else:
            with pytest.raises(NotVisible):
                see.get_visit(actor, row.pk)


def test_a_unit_reads_day_kind_and_purpose_of_held_visits_and_nothing_else(
    case: Case, entity: Entity
) -> None:
    held(case, entity)
    plan(case, entity)
    for actor in (case.actor("applicant"), case.member(0)):
        rows = see.visit_rows(actor, entity)
        assert [(r["day"], r["kind"], r["purpose"], r["visit"]) for r in rows] == [
            (day(), "座谈", "座谈中试需求", None)
        ]
    staff = see.visit_rows(case.actor("district"), entity)
    assert [r["state"] for r in staff] == ["planned", "held"]
    assert staff[1]["visit"].findings


def test_each_act_is_audited(case: Case, entity: Entity) -> None:
    held(case, entity)
    visits.call_off(actor=case.actor("officer"), visit=plan(case, entity), reason="单位停产检修")
    acts = AuditEntry.objects.filter(action__startswith="visit.").values_list("action", flat=True)
    assert sorted(acts) == ["visit.call_off", "visit.plan", "visit.plan", "visit.record"]


# --- whom to visit next ------------------------------------------------------------------------


def test_who_was_not_visited_for_a_quarter_is_listed(case: Case, entity: Entity, frozen: Any) -> None:
    actor = case.actor("officer")
    assert see.interval_of(actor) == 3
    assert [e.pk for e in see.unvisited(actor, 3)] == [entity.pk]
    held(case, entity)
    assert not see.unvisited(actor, 3)
    frozen.move(days=93)
    assert [e.pk for e in see.unvisited(actor, 3)] == [entity.pk]
    plan(case, entity)
    assert not see.unvisited(actor, 3)


# --- pages -------------------------------------------------------------------------------------


def test_plan_record_and_read_by_pages(case: Case, entity: Entity) -> None:
    client = browse(case.officer)
    url = reverse("filings:visit_plan", args=[entity.code])
    form = {
        "planned_on": day(days=2).isoformat(),
        "kind": "on_site",
        "visitor": case.officer.pk,
        "purpose": "了解任务进展",
        "form_key": "plan-1",
    }
    first, again = client.post(url, form), client.post(url, form)
    assert first.status_code == again.status_code == 302
    assert first["Location"] == again["Location"]
    row = Visit.objects.get()
    page = client.get(reverse("filings:visits"))
    assert [line["pk"] for line in page.context["lines"]] == [row.pk]
    client.post(
        reverse("filings:visit_record", args=[row.pk]),
        {"held_on": day().isoformat(), "findings": "进展正常。", "present": "总工"},
    )
    page = text(client.get(reverse("filings:visit", args=[row.pk])))
    assert "进展正常。" in page
    assert "登记困难" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"held_on": "2026-13-40"},
        {"held_on": ""},
        {"held_on": "0001-01-01"},
        {"held_on": "9999-12-31"},
        {"findings": ""},
        {"findings": "长" * 5001},
        {"findings": "a\x00b"},
    ],
)
def test_what_was_typed_stays_when_it_is_refused(case: Case, entity: Entity, wrong: dict[str, str]) -> None:
    row = plan(case, entity)
    form = {"held_on": day().isoformat(), "findings": "进展正常。", "present": "总工程师和项目负责人"} | wrong
    page = browse(case.officer).post(reverse("filings:visit_record", args=[row.pk]), form)
    assert page.status_code == 422
    assert "总工程师和项目负责人" in text(page)
    row.refresh_from_db()
    assert row.held_on is None


def test_pages_of_others_are_not_found(case: Case, entity: Entity) -> None:
    row, outsider = plan(case, entity), people.make_organisation()
    unit = people.make_user("unit_admin", outsider)
    zibo = people.make_user("case_officer", people.make_bureau("370300"))
    addresses = [
        reverse("filings:visit", args=[row.pk]),
        reverse("filings:visit_record", args=[row.pk]),
        reverse("filings:visit_call_off", args=[row.pk]),
        reverse("filings:visit_plan", args=[entity.code]),
    ]
    for person in (unit, zibo):
        for url in addresses:
            assert browse(person).get(url).status_code == 404, url
    # a unit of the entity knows the entity, not the visit
    lead = browse(case.applicant)
    assert lead.get(addresses[0]).status_code == 404
    assert lead.get(addresses[3]).status_code == 403
    assert lead.get(reverse("filings:visits")).status_code == 403
    assert browse(case.district).get(addresses[1]).status_code == 403


@pytest.mark.parametrize("tab", ["planned", "overdue", "held", "called_off", "due"])
def test_the_list_costs_the_same_for_one_and_for_25(case: Case, tab: str, frozen: Any) -> None:
    def fill(count: int) -> None:
        for _number in range(count):
            entity = on_register(case)
            if tab == "held":
                held(case, entity)
            elif tab == "called_off":
                visits.call_off(actor=case.actor("officer"), visit=plan(case, entity), reason="改期")
            elif tab != "due":
                plan(case, entity, days=0 if tab == "overdue" else 5)

    def cost() -> int:
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            page = client.get(url)
        assert page.status_code == 200
        return len(seen)

    client, url = browse(case.officer), f"{reverse('filings:visits')}?tab={tab}"
    fill(1)
    if tab == "overdue":
        frozen.move(days=1)
    one = cost()
    if tab == "overdue":
        frozen.move(days=-1)
    fill(24)
    if tab == "overdue":
        frozen.move(days=1)
    assert cost() == one
    found = client.get(f"{url}&q=智能&officer={case.officer.pk if tab != 'due' else ''}")
    assert found.context["page"].paginator.count == 25


def test_filters_that_make_no_sense_are_said(case: Case, entity: Entity) -> None:
    plan(case, entity)
    page = browse(case.officer).get(f"{reverse('filings:visits')}?officer=abc&tab=nix&page=99")
    assert page.status_code == 200
    assert "以下条件无法识别" in text(page)
    assert page.context["lines"]
