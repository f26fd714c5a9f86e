"""What is owed while a filing is under way, and how the table of duties follows."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from core import clock
from core.actor import Actor
from filings.enums import DutyKind, State
from filings.models import Duty, Filing
from filings.owed import owed_in, scope_of
from filings.services import duties, notice, review, submission
from tests.makers.accounts import act, make_bureau
from tests.makers.duties import due, morning, open_duties
from tests.makers.filings import Case, correct, drive, fresh, make_case, run_out_notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


def only(matter: Any) -> Duty:
    (found,) = open_duties(matter).values()
    return found


def test_a_draft_and_a_closed_filing_owe_nothing(case: Case) -> None:
    filing = drive(case, "draft")
    assert open_duties(filing) == {}
    filing = drive(case, "submitted", filing=filing)
    assert open_duties(filing)
    submission.withdraw(actor=case.actor("applicant"), filing=filing, comment="另行申报")
    assert open_duties(fresh(filing)) == {}
    assert not Duty.objects.filter(standing="open").exists()


@pytest.mark.parametrize(
    ("state", "kind", "who", "assigned"),
    [
        (State.SUBMITTED, DutyKind.RECOMMEND, "district_bureau", False),
        (State.RECOMMENDED, DutyKind.EXAMINE, "bureau", True),
        (State.IN_EXAMINATION, DutyKind.EXAMINE, "bureau", True),
        (State.IN_CORRECTION, DutyKind.CORRECT, "lead", False),
        (State.ACCEPTED, DutyKind.REVIEW, "bureau", True),
        (State.CONFIRMED, DutyKind.PUBLISH, "bureau", True),
    ],
)
def test_each_state_is_owed_by_whom_it_waits_for(
    case: Case, frozen: Any, state: str, kind: str, who: str, assigned: bool
) -> None:
    filing = drive(case, state, frozen)
    duty = only(filing)
    assert (duty.kind, duty.organisation) == (kind, getattr(case, who))
    assert duty.person == (filing.assigned_to if assigned else None)
    assert duty.due_at == filing.due_at
    assert duty.legal is (kind == DutyKind.CORRECT)
    assert duty.authority == (case.bureau if who == "lead" else None)
    assert filing.title in duty.title


def test_without_a_bureau_in_the_district_the_authority_recommends(frozen: Any) -> None:
    filing = drive(make_case(district="370202"), "submitted", frozen)
    assert only(filing).organisation == filing.authority


def test_the_bureau_of_a_zone_comes_before_the_district_it_maps_to(frozen: Any) -> None:
    district = make_bureau("370211")
    case = make_case(district="3702XH")
    filing = drive(case, "submitted", frozen)
    assert only(filing).organisation == district
    zone = make_bureau("3702XH")
    assert only(filing).organisation == zone


def test_every_expert_owes_a_score_until_it_is_given(case: Case, frozen: Any) -> None:
    filing = drive(case, "in_review", frozen)
    found = open_duties(filing).values()
    scores = [duty for duty in found if duty.kind == DutyKind.SCORE]
    assert {duty.person for duty in scores} == {e.user for e in case.experts}
    assert [d.kind for d in found if d.kind != DutyKind.SCORE] == [DutyKind.REVIEW]
    first = filing.panel.assignments.select_related("expert__user").first()
    review.declare(actor=act(first.expert.user, case.bureau), filing=filing, conflict=True, note="亲属任职")
    assert len(open_duties(filing)) == len(scores)  # one score less, the organising stays
    score_everything_but(case, filing, first)
    assert only(filing).kind == DutyKind.REVIEW


def score_everything_but(case: Case, filing: Filing, gone: Any) -> None:
    for row in filing.panel.assignments.exclude(pk=gone.pk).select_related("expert__user"):
        me = act(row.expert.user, case.bureau)
        review.declare(actor=me, filing=filing, conflict=False)
        marks = [{"criterion": c.key, "value": "80", "rationale": "依据明确。"} for c in filing.spec.criteria]
        review.score(actor=me, filing=filing, scores=marks)


def test_the_second_person_is_a_duty_without_a_name_and_not_the_first(case: Case, frozen: Any) -> None:
    filing = drive(case, "proposed", frozen)
    duty = only(filing)
    assert (duty.kind, duty.person, duty.first_person) == (DutyKind.DECIDE, None, case.officer)


def test_a_notice_is_to_be_closed_on_the_next_working_day(case: Case, frozen: Any) -> None:
    """Across the October holiday: the day after the notice is its make-up day, a Saturday."""
    frozen.at(morning(2026, 9, 24))
    filing = drive(case, "on_notice", frozen)
    ends = filing.notices.get().ends_on
    duty = only(filing)
    assert duty.opens_on == ends + datetime.timedelta(days=1)
    assert (ends, due(duty)) == (datetime.date(2026, 10, 9), datetime.date(2026, 10, 10))


def test_an_objection_has_its_own_legal_date(case: Case, frozen: Any) -> None:
    filing = drive(case, "on_notice", frozen)
    made = notice.object_to(
        actor=Actor.public(), notice_id=filing.notices.get().pk, name="测试", contact="0532", text="依据不足"
    )
    duty = open_duties(filing)[f"objection:{made.pk}"]
    assert (duty.due_at, duty.legal, duty.organisation) == (made.due_at, True, case.bureau)
    assert "测试" not in duty.title and "0532" not in duty.title
    notice.answer_objection(
        actor=case.actor("officer"), filing=filing, objection_id=made.pk, outcome="dismissed", reply="不成立"
    )
    assert f"objection:{made.pk}" not in open_duties(filing)


def test_after_the_notice_the_document_is_owed_within_its_own_limit(case: Case, frozen: Any) -> None:
    filing = drive(case, "on_notice", frozen)
    run_out_notice(filing, frozen)
    notice.close(actor=case.actor("officer"), filing=filing)
    duty = only(filing)
    assert duty.key == "publish:issue" and clock.today() < due(duty)


# --- the table follows ---


def test_following_twice_changes_nothing(case: Case, frozen: Any) -> None:
    filing = drive(case, "in_review", frozen)
    duties.sync(filing)
    before = list(Duty.objects.order_by("pk").values())
    frozen.move(hours=2)
    duties.sync(filing)
    assert list(Duty.objects.order_by("pk").values()) == before


def test_what_is_done_is_closed_and_stays_on_record(case: Case, frozen: Any) -> None:
    filing = drive(case, "in_correction", frozen)
    duty = only(filing)
    frozen.move(days=2)
    correct(case, filing)
    only(filing)
    duty.refresh_from_db()
    assert (duty.standing, duty.done_at) == ("done", clock.now())
    assert not duties.still_owed(duty)


def test_a_date_that_moves_is_a_new_occasion_to_remind(case: Case, frozen: Any) -> None:
    filing = drive(case, "in_correction", frozen)
    duty = only(filing)
    Duty.objects.filter(pk=duty.pk).update(reminded_on=clock.today(), escalated_at=clock.now())
    assert only(filing).reminded_on is not None
    Filing.objects.filter(pk=filing.pk).update(due_at=filing.due_at + datetime.timedelta(days=1))
    moved = only(filing)
    assert (moved.pk, moved.reminded_on, moved.escalated_at) == (duty.pk, None, None)
    assert not duties.still_owed(duty)  # the date that was known before


def test_another_officer_is_to_be_reminded_afresh(case: Case, frozen: Any) -> None:
    filing = drive(case, "in_examination", frozen)
    duty = only(filing)
    Duty.objects.filter(pk=duty.pk).update(reminded_on=clock.today(), escalated_at=clock.now())
    Filing.objects.filter(pk=filing.pk).update(assigned_to=case.director)
    again = only(filing)
    assert (again.person, again.reminded_on) == (case.director, None)
    assert again.escalated_at is not None


def test_an_unknown_programme_or_matter_owes_nothing(case: Case, frozen: Any) -> None:
    filing = drive(case, "submitted", frozen)
    Filing.objects.filter(pk=filing.pk).update(programme="gone")
    assert owed_in(scope_of(filing)) == []
    assert owed_in("filing:999999") == owed_in("nothing:1") == []
    assert duties.sync_scope("nothing:1") == []
