"""What is owed for an entity on the register, read off its dates, reports, conditions, visits and ratings."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from core import clock, workdays
from filings.enums import Action, DutyKind, State
from filings.models import Cancellation, Duty, Entity, Filing, HearingStatement, Rating, Visit, Waiver
from filings.services import duties
from tests.makers.accounts import make_bureau, make_user
from tests.makers.after import filed
from tests.makers.duties import due, make_entity, morning, open_duties

pytestmark = pytest.mark.django_db

D = datetime.date


def kinds(entity: Entity) -> set[str]:
    return {duty.kind for duty in open_duties(entity).values()}


def filed_away(entity: Entity, action: str, *, period: str = "", state: str = State.IN_EXAMINATION) -> Filing:
    """A filing on an entity as its submission left it; the steps in between do not matter here."""
    made = Filing(
        programme="consortium",
        action=action,
        applicant=entity.lead,
        authority=entity.authority,
        district=entity.district,
        entity=entity,
        period=period,
        title=entity.name,
        created_at=clock.now(),
        created_by=make_user("unit_admin", entity.lead),
        submitted_at=clock.now(),
        recommended_at=clock.now(),
        examined_at=clock.now(),
        receipt_number=f"T-{entity.pk}-{action}-{period}",
        state=state,
    )
    if state == State.WITHDRAWN:
        made.ended_at = clock.now()
    made.save()
    return made


# --- renewal ---


@pytest.mark.parametrize(
    ("today", "owed"),
    [
        (D(2026, 8, 27), False),  # a day too early
        (D(2026, 8, 28), True),
        (D(2027, 2, 28), True),
        (D(2027, 5, 28), True),
        (D(2027, 5, 29), False),  # a day too late: a fresh filing
    ],
)
def test_a_renewal_is_owed_while_its_window_is_open(frozen: Any, today: D, owed: bool) -> None:
    entity = make_entity(valid_from=D(2024, 3, 1), valid_until=D(2027, 2, 28))
    frozen.at(morning(today.year, today.month, today.day))
    assert (DutyKind.RENEWAL in kinds(entity)) is owed


def test_a_validity_that_ends_on_29_february(frozen: Any) -> None:
    entity = make_entity(valid_from=D(2025, 3, 1), valid_until=D(2028, 2, 29))
    frozen.at(morning(2027, 8, 28))
    assert DutyKind.RENEWAL not in kinds(entity)
    frozen.at(morning(2027, 8, 29))
    duty = next(d for d in open_duties(entity).values() if d.kind == DutyKind.RENEWAL)
    assert (duty.opens_on, due(duty)) == (D(2027, 8, 29), D(2028, 2, 29))
    assert (duty.organisation, duty.authority) == (entity.lead, entity.authority)
    assert clock.local(duty.due_at).time() == datetime.time(23, 59, 59)
    frozen.at(morning(2028, 5, 29))
    assert DutyKind.RENEWAL in kinds(entity)
    frozen.at(morning(2028, 5, 30))
    assert DutyKind.RENEWAL not in kinds(entity)


def test_a_renewal_handed_in_ends_the_duty_and_one_withdrawn_opens_it_again(frozen: Any) -> None:
    entity = make_entity(valid_from=D(2023, 6, 1), valid_until=D(2026, 5, 31))
    assert DutyKind.RENEWAL in kinds(entity)
    made = filed_away(entity, Action.RENEW)
    assert DutyKind.RENEWAL not in kinds(entity)
    Filing.objects.filter(pk=made.pk).update(state=State.WITHDRAWN, ended_at=clock.now())
    assert DutyKind.RENEWAL in kinds(entity)


# --- annual report ---


def reports(entity: Entity) -> dict[str, Duty]:
    return {k: d for k, d in open_duties(entity).items() if d.kind == DutyKind.ANNUAL_REPORT}


def test_a_report_for_each_year_that_has_ended(frozen: Any) -> None:
    entity = make_entity(valid_from=D(2024, 5, 1), valid_until=D(2027, 4, 30))
    found = reports(entity)
    assert sorted(found) == ["annual_report:2024", "annual_report:2025"]
    duty = found["annual_report:2025"]
    assert (duty.opens_on, due(duty), duty.organisation) == (D(2026, 1, 1), D(2026, 3, 31), entity.lead)
    filed_away(entity, Action.ANNUAL_REPORT, period="2025")
    assert sorted(reports(entity)) == ["annual_report:2024"]


@pytest.mark.parametrize(("start", "counts"), [(D(2025, 10, 1), True), (D(2025, 10, 2), False)])
def test_a_first_year_of_less_than_three_months_counts_not(frozen: Any, start: D, counts: bool) -> None:
    entity = make_entity(valid_from=start, valid_until=D(2028, 9, 30))
    assert ("annual_report:2025" in reports(entity)) is counts


def test_a_year_begins_to_be_owed_on_new_years_day(frozen: Any) -> None:
    entity = make_entity(valid_from=D(2025, 1, 1), valid_until=D(2027, 12, 31))
    frozen.at(morning(2025, 12, 31))
    assert reports(entity) == {}
    frozen.at(morning(2026, 1, 1))
    assert sorted(reports(entity)) == ["annual_report:2025"]


def test_the_last_year_of_a_validity_is_reported_too(frozen: Any) -> None:
    entity = make_entity(valid_from=D(2024, 1, 1), valid_until=D(2026, 6, 30))
    frozen.at(morning(2027, 1, 4))
    assert "annual_report:2026" in reports(entity)
    frozen.at(morning(2028, 1, 4))
    assert "annual_report:2027" not in reports(entity)


# --- conditions, exceptions, visits, ratings ---

UNMET = {
    "condition": "elig_cons_min_enterprises",
    "label": "上下游企业不少于 3 家",
    "message": "现有 2 家",
    "clause": "青科规〔2025〕2号 三",
}


def test_an_unmet_condition_is_to_be_rectified_by_a_date_that_stays(frozen: Any) -> None:
    entity = make_entity(unmet=[UNMET], lamp="red")
    duty = open_duties(entity)["rectify:elig_cons_min_enterprises"]
    first = duty.due_at
    assert due(duty) == workdays.add_workdays(clock.today(), 30)
    assert (duty.clause, duty.organisation, duty.authority) == (
        UNMET["clause"],
        entity.lead,
        entity.authority,
    )
    frozen.move(days=10)
    again = open_duties(entity)["rectify:elig_cons_min_enterprises"]
    assert (again.pk, again.due_at) == (duty.pk, first)
    assert duties.still_owed(again)
    Entity.objects.filter(pk=entity.pk).update(unmet=[])
    assert "rectify:elig_cons_min_enterprises" not in open_duties(entity)
    Entity.objects.filter(pk=entity.pk).update(unmet=[UNMET])
    assert open_duties(entity)["rectify:elig_cons_min_enterprises"].due_at > first


def test_an_exception_waits_for_one_officer_and_then_for_a_second(frozen: Any) -> None:
    entity = make_entity()
    officer = make_user("case_officer", entity.authority)
    asked = Waiver.objects.create(entity=entity, condition="elig_cons_min_enterprises")
    assert DutyKind.WAIVER not in kinds(entity)  # nobody has asked yet
    Waiver.objects.filter(pk=asked.pk).update(applicant_reason="仅有 2 家", applicant_at=clock.now())
    duty = open_duties(entity)[f"waiver:{asked.pk}"]
    assert (duty.organisation, duty.first_person) == (entity.authority, None)
    assert due(duty) == workdays.add_workdays(clock.today(), 10)
    Waiver.objects.filter(pk=asked.pk).update(
        public_reason="同意", granted_by=officer, granted_at=clock.now()
    )
    assert open_duties(entity)[f"waiver:{asked.pk}:confirm"].first_person == officer
    Waiver.objects.filter(pk=asked.pk).update(confirmed_at=clock.now())
    assert DutyKind.WAIVER not in kinds(entity)


def test_a_rating_waits_for_the_second_person(frozen: Any) -> None:
    entity = make_entity()
    officer = make_user("case_officer", entity.authority)
    rating = Rating.objects.create(
        entity=entity,
        round="2025",
        rated_on=clock.today(),
        grade="good",
        recorded_by=officer,
        recorded_at=clock.now(),
    )
    duty = open_duties(entity)[f"rating:{rating.pk}"]
    assert (duty.first_person, duty.organisation) == (officer, entity.authority)
    Rating.objects.filter(pk=rating.pk).update(confirmed_at=clock.now())
    assert DutyKind.RATING not in kinds(entity)


def test_a_visit_every_so_many_months_as_the_law_has_it(frozen: Any) -> None:
    case, entity = filed(frozen)
    Entity.objects.filter(pk=entity.pk).update(officer=case.officer)
    start = clock.local(entity.registered_at).date()
    duty = open_duties(entity)["visit"]
    assert (duty.person, duty.organisation) == (case.officer, case.bureau)
    assert due(duty) == start.replace(month=start.month + 3)
    frozen.move(days=30)
    planned = Visit.objects.create(
        entity=entity,
        planned_on=clock.today(),
        visitor=case.officer,
        purpose="进展",
        created_by=case.officer,
        created_at=clock.now(),
    )
    assert "visit" not in open_duties(entity)  # it is owed by the date planned
    Visit.objects.filter(pk=planned.pk).update(held_on=clock.today(), findings="正常")
    assert due(open_duties(entity)["visit"]) > due(duty)


@pytest.mark.parametrize("standing", ["exited", "merged"])
def test_an_entity_that_has_ended_owes_nothing(frozen: Any, standing: str) -> None:
    entity = make_entity(unmet=[UNMET])
    assert open_duties(entity)
    Entity.objects.filter(pk=entity.pk).update(standing=standing, ended_on=clock.today(), end_reason="退出")
    assert open_duties(entity) == {}


def test_a_kind_nobody_declares_owes_nothing(frozen: Any) -> None:
    entity = make_entity(unmet=[UNMET])
    Entity.objects.filter(pk=entity.pk).update(kind="gone")
    assert open_duties(entity) == {}


# --- cancellation ---


def cancelling(entity: Entity, **facts: Any) -> Cancellation:
    return Cancellation.objects.create(
        entity=entity,
        ground="condition_lost",
        clause="青科规〔2025〕2号",
        reason="不再符合条件",
        opened_at=clock.now(),
        opened_by=make_user("case_officer", make_bureau("370200")),
        **facts,
    )


def test_the_steps_of_a_cancellation_are_the_bureaus(frozen: Any) -> None:
    row = cancelling(make_entity())
    duty = open_duties(row)["cancellation:serve"]
    assert (duty.organisation, duty.person, duty.entity) == (
        row.entity.authority,
        row.opened_by,
        row.entity,
    )
    served = {"served_at": clock.now(), "hearing_days": 5, "hearing_until": D(2026, 3, 9)}
    Cancellation.objects.filter(pk=row.pk).update(state="heard", heard_at=clock.now(), **served)
    assert list(open_duties(row)) == ["cancellation:propose"]
    Cancellation.objects.filter(pk=row.pk).update(
        state="proposed", proposed_at=clock.now(), proposed_by=row.opened_by
    )
    duty = open_duties(row)["cancellation:decide"]
    assert (duty.person, duty.first_person) == (None, row.opened_by)
    Cancellation.objects.filter(pk=row.pk).update(
        state="dropped", decided_at=clock.now(), decided_on=clock.today(), decision="不予取消"
    )
    assert open_duties(row) == {}


def test_the_hearing_is_the_units_until_it_has_spoken_or_the_days_are_over(frozen: Any) -> None:
    served = {"served_at": clock.now(), "hearing_days": 5, "hearing_until": D(2026, 3, 9)}
    row = cancelling(make_entity(), state="hearing", **served)
    duty = open_duties(row)["hearing"]
    assert (due(duty), duty.legal, duty.organisation) == (D(2026, 3, 9), True, row.entity.lead)
    frozen.at(morning(2026, 3, 10))
    assert list(open_duties(row)) == ["cancellation:close"]
    frozen.at(morning(2026, 3, 9, 23))
    assert list(open_duties(row)) == ["hearing"]
    Cancellation.objects.filter(pk=row.pk).update(state="paused")
    assert open_duties(row) == {}  # the clock stands still
    Cancellation.objects.filter(pk=row.pk).update(state="hearing")
    HearingStatement.objects.create(
        cancellation=row,
        text="已整改",
        organisation=row.entity.lead,
        stated_by=make_user("unit_admin", row.entity.lead),
        stated_at=clock.now(),
    )
    assert open_duties(row) == {}
