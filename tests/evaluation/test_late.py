"""填报逾期: proposed by the portal when the self-assessments are closed, counted once a person has confirmed it."""

import datetime

import pytest
from django.urls import reverse

from core import clock, jobs
from core.errors import Invalid, NotAllowed, NotNow
from core.models import AuditEntry
from evaluation.models import Mark
from evaluation.services import inputs, late, rounds, runs
from tests.api.caller import Caller
from tests.makers import evaluation as make
from tests.makers.accounts import act, as_person, make_user
from tests.makers.self_assessment import hand_in

pytestmark = pytest.mark.django_db

KIND = "innovation_consortium"


@pytest.fixture
def cast():
    """Three consortia: the first reports in time, the second a minute late, the third not at all."""
    return make.make_cast(3, kind=KIND)


def report(cast, entity):
    hand_in(act(make_user("unit_admin", entity.lead), entity.lead), cast, entity)


@pytest.fixture
def row(cast, frozen):
    found = make.open_round(make.round_of(cast), cast)
    frozen.at(clock.end_of_day(found.reports_until))
    report(cast, cast.entities[0])
    frozen.at(clock.start_of_day(found.reports_until + datetime.timedelta(days=1)))
    report(cast, cast.entities[1])
    closed = rounds.act(actor=cast.officer, round=found, name="close_reports")
    jobs.run_pending()
    return closed


def figures(row, cast):
    """Figures for everything; what experts would judge is set aside."""
    make.figures(row, cast)
    for subject in row.entities.filter(included=True):
        for code in ("M3", "M4"):
            given = {"code": code, "not_applicable": True, "reason": "本轮不组织专家评审"}
            inputs.correct(actor=cast.officer, subject=subject, **given)


def marks(row):
    return list(Mark.objects.filter(subject__round=row).order_by("subject__entity_id"))


def deducted(row):
    rows = row.entities.filter(included=True).order_by("entity_id")
    return [one.inputs["deductions"] for one in rows]


def test_who_was_late_or_silent_is_named_with_the_dates(cast, row):
    found = marks(row)
    assert [mark.subject.entity for mark in found] == cast.entities[1:]
    assert all((mark.key, mark.stated_by) == ("late_filing", None) for mark in found)
    day = row.reports_until
    next_day = day + datetime.timedelta(days=1)
    assert [mark.reason for mark in found] == [
        f"自评截止日期为 {day}，于 {next_day} 00:00 提交。",
        f"自评截止日期为 {day}，结束自评时仍未提交。",
    ]


def test_it_takes_nothing_until_somebody_confirms(cast, row):
    figures(row, cast)
    assert deducted(row) == [[], [], []]
    run = make.run_of(row, cast)
    with pytest.raises(Invalid) as refused:
        rounds.act(actor=cast.officer, round=row, name="accept_run", run=run)
    assert "marks" in [p.code for p in refused.value.problems]
    assert late.confirm(actor=cast.officer, round=row) == 2
    assert deducted(row) == [[], ["late_filing"], ["late_filing"]]
    assert AuditEntry.objects.filter(action="evaluation.late_confirmed").count() == 1
    run = make.scored(row, cast)
    assert [r.outcome["deduction"] for r in run.rows.order_by("entity_id")] == ["0.00", "2.00", "2.00"]


def test_one_that_was_withdrawn_stays_withdrawn(cast, row):
    excused = marks(row)[1]
    inputs.withdraw_mark(actor=cast.officer, mark=excused, reason="平台当日停机维护")
    assert late.confirm(actor=cast.officer, round=row) == 1
    assert late.confirm(actor=cast.officer, round=row) == 0
    assert deducted(row) == [[], ["late_filing"], []]


def test_what_an_officer_stated_before_is_not_stated_twice(cast, frozen):
    row = make.open_round(make.round_of(cast), cast)
    subject = row.entities.get(entity=cast.entities[2])
    inputs.state_mark(
        actor=cast.officer, subject=subject, kind="deduction", key="late_filing", reason="多次催报未果"
    )
    frozen.at(clock.start_of_day(row.reports_until + datetime.timedelta(days=1)))
    rounds.act(actor=cast.officer, round=row, name="close_reports")
    assert [mark.stated_by for mark in marks(row)] == [None, None, cast.officer.user]


def test_a_scheme_without_the_deduction_takes_nothing(cast, frozen):
    row = make.open_round(make.round_of(cast), cast)
    tree = row.scheme.tree
    kept = [one for one in tree["deductions"] if one["key"] != "late_filing"]
    row.scheme.tree = {**tree, "deductions": kept}
    assert len(kept) < len(tree["deductions"])
    assert late.propose(row) == 0


def test_only_the_bureau_confirms_and_only_before_the_score(cast, row):
    stranger = act(make_user("unit_admin", cast.entity.lead), cast.entity.lead)
    with pytest.raises(NotAllowed):
        late.confirm(actor=stranger, round=row)
    late.confirm(actor=cast.officer, round=row)
    figures(row, cast)
    rounds.act(actor=cast.officer, round=row, name="accept_run", run=make.run_of(row, cast))
    with pytest.raises(NotNow):
        late.confirm(actor=cast.officer, round=row)


def test_the_page_offers_it_in_one_click_or_one_by_one(cast, row):
    page = as_person(cast.officer.user)
    address = reverse("evaluation:round", args=[row.code])
    assert "有 2 个主体逾期提交或者没有提交自评" in page.get(address).content.decode()
    listed = page.get(reverse("evaluation:subjects", args=[row.code]) + "?tab=unsettled").content.decode()
    assert [entity.code in listed for entity in cast.entities] == [False, True, True]
    one = page.get(reverse("evaluation:subject", args=[row.code, marks(row)[0].subject_id])).content.decode()
    assert "系统提出" in one and "None" not in one
    answer = page.post(reverse("evaluation:late_confirm", args=[row.code]), {"form_key": "k"}, follow=True)
    assert "填报逾期的扣分已确认。" in answer.content.decode()
    assert "填报逾期</h2>" not in page.get(address).content.decode()
    assert runs.latest(row) is None
    assert deducted(row)[1] == ["late_filing"]


def test_the_api_does_the_same(cast, row):
    answer = Caller(cast.officer.user).post(f"rounds/{row.code}/late/confirm/")
    assert (answer.status, answer.body) == (200, {"confirmed": 2})
    refused = Caller(make_user("auditor", cast.bureau)).post(f"rounds/{row.code}/late/confirm/")
    assert refused.status == 403
