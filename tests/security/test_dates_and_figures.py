"""Months, dates and marks nobody should get past the door."""

import datetime
import math

import pytest

from core import clock
from core.errors import Invalid, NotAllowed, NotNow, PortalError
from filings.models import Certificate, ReviewScore
from filings.periods import last_day
from filings.services import decision, issue, notice, review, submission
from tests.makers import filings as make
from tests.makers.accounts import act

pytestmark = pytest.mark.django_db


NO_MONTHS = (
    *(True, False, 0, -1, 37, 10**9, 12.5, 36.0, math.nan, math.inf),
    *("36.5", "1e1", "", None, [36], "²", "-3"),
)


def test_only_whole_months_up_to_the_law_s_longest():
    case = make.make_case()
    filing = make.drive(case, "reviewed")
    for months in NO_MONTHS:
        with pytest.raises(Invalid):
            decision.propose(actor=case.actor("officer"), filing=filing, months=months)
    assert not filing.decisions.exists()
    decision.propose(actor=case.actor("officer"), filing=filing, months=36)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-03-10", 36, "2029-03-09"),
        ("2024-02-29", 36, "2027-02-27"),
        ("2026-01-31", 1, "2026-02-27"),
        ("2026-12-31", 2, "2027-02-27"),
        ("2026-01-01", 12, "2026-12-31"),
    ],
)
def test_validity_runs_to_the_day_before(start, months, end):
    assert last_day(datetime.date.fromisoformat(start), months) == datetime.date.fromisoformat(end)


def closed_notice(frozen):
    case = make.make_case()
    filing = make.drive(case, "on_notice", frozen)
    ends = filing.notices.get().ends_on
    make.run_out_notice(filing, frozen)
    notice.close(actor=case.actor("officer"), filing=filing)
    return case, make.fresh(filing), ends


def test_the_document_is_not_older_than_the_end_of_its_notice(frozen):
    case, filing, ends = closed_notice(frozen)
    for back in (0, 1, 30, 3650):
        day = ends - datetime.timedelta(days=back)
        with pytest.raises(Invalid) as refused:
            issue.issue(actor=case.actor("officer"), filing=filing, document_date=day)
        assert refused.value.problems[0].field == "document_date"
    assert not Certificate.objects.exists()


def test_the_day_after_the_notice_is_the_first_possible(frozen):
    case, filing, ends = closed_notice(frozen)
    first = ends + datetime.timedelta(days=1)
    frozen.at(clock.start_of_day(first) + datetime.timedelta(hours=200))
    issue.issue(actor=case.actor("officer"), filing=filing, document_date=first.isoformat())
    made = Certificate.objects.get()
    assert made.valid_from == first
    assert made.valid_until == last_day(first, 36)


def test_other_dates_are_refused(frozen):
    case, filing, _ends = closed_notice(frozen)
    for day in ("2036-01-01", "0001-01-01", "9999-12-31", "2026-02-30", "x", "2026-3-1\n"):
        with pytest.raises(Invalid):
            issue.issue(actor=case.actor("officer"), filing=filing, document_date=day)
    assert not Certificate.objects.exists()


def test_issued_once(frozen):
    case, filing, _ends = closed_notice(frozen)
    issue.issue(actor=case.actor("officer"), filing=filing)
    with pytest.raises(NotNow):
        issue.issue(actor=case.actor("officer"), filing=filing)
    assert Certificate.objects.count() == 1


def test_an_objection_nobody_answered_stands_in_the_way_of_the_certificate(frozen):
    """It may arrive in the last second of the notice, while the officer closes it."""
    case, filing, _ends = closed_notice(frozen)
    late = filing.notices.get()
    late.objections.create(
        receipt="YY-2026-9999",
        name="某单位",
        contact="0532",
        text="数据存疑",
        received_at=clock.now(),
        due_at=clock.now(),
    )
    with pytest.raises(Invalid) as refused:
        issue.issue(actor=case.actor("officer"), filing=filing)
    assert "open_objection" in [p.code for p in refused.value.problems]


def reviewer_of(case, filing):
    row = filing.panel.assignments.select_related("expert__user").first()
    return act(row.expert.user, case.bureau)


NO_MARKS = (
    *("-1", "100.01", "NaN", "sNaN", "Infinity", "-Infinity", "1e3", "1E+400000", "1E-999999"),
    *("", "x", "85.123", None),
)


def test_marks_that_are_none():
    case = make.make_case()
    filing = make.drive(case, "in_review")
    me = reviewer_of(case, filing)
    review.declare(actor=me, filing=filing, conflict=False)
    for value in NO_MARKS:
        given = [{"criterion": c.key, "value": value, "rationale": "理由"} for c in filing.spec.criteria]
        with pytest.raises(Invalid):
            review.score(actor=me, filing=filing, scores=given)
    assert not ReviewScore.objects.exists()


def test_no_mark_before_the_declaration_after_a_conflict_or_after_the_close():
    case = make.make_case(experts=6)
    filing = make.drive(case, "in_review")
    rows = list(filing.panel.assignments.select_related("expert__user"))
    first, second = (act(row.expert.user, case.bureau) for row in rows[:2])
    marks = [{"criterion": c.key, "value": "80", "rationale": "理由"} for c in filing.spec.criteria]
    with pytest.raises(NotAllowed):
        review.score(actor=first, filing=filing, scores=marks)
    review.declare(actor=first, filing=filing, conflict=False)
    review.score(actor=first, filing=filing, scores=marks)
    review.declare(actor=first, filing=filing, conflict=True, note="后来想起")
    assert not ReviewScore.objects.exists()
    with pytest.raises(PortalError):
        review.score(actor=first, filing=filing, scores=marks)
    review.replace_expert(actor=case.actor("officer"), filing=filing)
    for row in filing.panel.assignments.exclude(standing="conflicted").select_related("expert__user"):
        me = act(row.expert.user, case.bureau)
        review.declare(actor=me, filing=filing, conflict=False)
        review.score(actor=me, filing=filing, scores=marks)
    review.close_review(actor=case.actor("officer"), filing=make.fresh(filing))
    with pytest.raises(NotNow):
        review.score(actor=second, filing=filing, scores=marks)


def test_nothing_is_withdrawn_once_it_is_proposed(frozen):
    case = make.make_case()
    filing = make.drive(case, "proposed", frozen)
    goes_on = (
        lambda: decision.confirm(actor=case.actor("director"), filing=filing),
        lambda: notice.publish(actor=case.actor("officer"), filing=filing),
    )
    for step in goes_on:
        with pytest.raises(NotNow):
            submission.withdraw(actor=case.actor("applicant"), filing=filing, comment="不申报了")
        step()
    with pytest.raises(NotNow):
        submission.withdraw(actor=case.actor("applicant"), filing=filing, comment="不申报了")


def test_on_notice_who_answered_the_objection_does_not_refuse(frozen):
    case = make.make_case()
    filing = make.drive(case, "on_notice", frozen)
    from core.actor import Actor

    made = notice.object_to(
        actor=Actor.public(),
        notice_id=filing.notices.get().pk,
        name="某单位",
        contact="0532",
        text="数据存疑",
    )
    director = case.actor("director")
    with pytest.raises(Invalid):
        decision.reject(actor=director, filing=filing, comment="无人异议成立")
    notice.answer_objection(
        actor=director, filing=filing, objection_id=made.pk, outcome="upheld", reply="属实"
    )
    with pytest.raises(Invalid) as refused:
        decision.reject(actor=director, filing=filing, comment="异议成立")
    assert "two_people" in [p.code for p in refused.value.problems]
