"""A round from its setting up to the ratings on the spine, and what may not happen on the way."""

import datetime
import hashlib
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Message
from core import clock, jobs
from core.errors import Invalid, NotAllowed, NotNow
from evaluation import feeds
from evaluation.enums import Exclusion, RoundState
from evaluation.feeds import Fact
from evaluation.models import Round, RoundEntity, Run, RunRow
from evaluation.scheme import parse
from evaluation.scoring import EDITION, compile_scheme
from evaluation.selectors.population import candidates
from evaluation.services import collecting, inputs, plans, rounds, runs
from filings.enums import Grade
from filings.models import Rating
from tests.makers import evaluation as make
from tests.makers.accounts import act, make_bureau, make_user
from tests.makers.register import make_entity

pytestmark = pytest.mark.django_db

NONE = dict.fromkeys(("S1", "S2", "S3", "S4", "S5"), "0")


@pytest.fixture
def cast():
    return make.make_cast(3)


def checking(cast, frozen, **given):
    row = make.open_round(make.round_of(cast, **given), cast)
    return make.close_reports(row, cast, frozen)


def test_a_round_goes_from_its_setting_up_to_ratings(cast, frozen):
    row = checking(cast, frozen)
    make.figures(row, cast)
    run = make.scored(row, cast)
    make.confirmed(row, cast)
    row.refresh_from_db()
    assert row.state == RoundState.CONFIRMED
    assert row.run == run
    assert run.entities == 3
    assert len(run.outcome_sha256) == 64
    ratings = Rating.objects.filter(entity__in=cast.entities)
    assert {(one.grade, one.round) for one in ratings} == {(Grade.EXCELLENT, row.name)}
    assert all(one.confirmed_by == cast.head.user and one.recorded_by == cast.officer.user for one in ratings)
    assert all(one.rating_id for one in row.entities.all())


def test_the_consequences_are_recorded_once_however_often_the_job_runs(cast, frozen):
    row = checking(cast, frozen)
    make.figures(row, cast)
    make.scored(row, cast)
    make.confirmed(row, cast)
    before = list(Rating.objects.values_list("pk", flat=True))
    job = jobs.enqueue(rounds.CONSEQUENCES, scope="again", payload={
        "round": row.pk, "proposed_by": cast.officer.user_id, "confirmed_by": cast.head.user_id
    })  # fmt: skip
    RoundEntity.objects.filter(round=row).update(rating=None)
    jobs.run(job.pk)
    assert list(Rating.objects.values_list("pk", flat=True)) == before
    assert RoundEntity.objects.filter(round=row, rating=None).count() == 0


def test_a_rating_is_of_the_day_of_the_decision_whenever_the_worker_gets_to_it(cast, frozen):
    row = checking(cast, frozen)
    make.figures(row, cast)
    make.scored(row, cast)
    rounds.act(actor=cast.officer, round=row, name="propose", comment="按评分结果拟定等次。")
    day = clock.today()
    frozen.at(clock.end_of_day(day))
    rounds.act(actor=cast.head, round=row, name="confirm")
    frozen.at(clock.start_of_day(day + datetime.timedelta(days=2)))
    jobs.run_pending()
    assert set(Rating.objects.values_list("rated_on", flat=True)) == {day}


def test_who_proposed_may_not_confirm(cast, frozen):
    row = checking(cast, frozen)
    make.figures(row, cast)
    make.scored(row, cast)
    rounds.act(actor=cast.head, round=row, name="propose", comment="拟定")
    with pytest.raises(NotAllowed, match="由您拟定"):
        rounds.act(actor=cast.head, round=row, name="confirm")


def test_a_round_is_not_closed_twice(cast, frozen):
    row = checking(cast, frozen)
    make.figures(row, cast)
    make.scored(row, cast)
    make.confirmed(row, cast)
    with pytest.raises(NotNow, match="已审定"):
        rounds.act(actor=cast.head, round=row, name="confirm")


def test_the_reports_are_not_closed_before_the_deadline_while_some_are_missing(cast):
    row = make.open_round(make.round_of(cast), cast)
    with pytest.raises(Invalid, match="还有 3 个主体没有提交自评"):
        rounds.act(actor=cast.officer, round=row, name="close_reports")


def test_a_run_made_before_a_correction_is_not_accepted(cast, frozen):
    row = checking(cast, frozen)
    make.figures(row, cast)
    run = make.run_of(row, cast)
    subject = row.entities.first()
    inputs.correct(actor=cast.officer, subject=subject, code="S1", value="1", reason="复核")
    with pytest.raises(Invalid, match="数据又有变动"):
        rounds.act(actor=cast.officer, round=row, name="accept_run", run=run)


def test_a_trial_is_never_a_result(cast, frozen):
    row = checking(cast, frozen)
    trial = make.run_of(row, cast, trial=True)
    with pytest.raises(Invalid, match="不能采用"):
        rounds.act(actor=cast.officer, round=row, name="accept_run", run=trial)


def test_a_veto_counts_once_a_second_person_has_confirmed_it(cast, frozen):
    row = checking(cast, frozen)
    make.figures(row, cast)
    subject = row.entities.first()
    veto = row.scheme.tree["vetoes"][0]["key"]
    mark = inputs.state_mark(
        actor=cast.officer, subject=subject, kind="veto", key=veto, reason="行政处罚决定书"
    )
    assert make.run_of(row, cast).summary["grades"]["fail"] == 0
    with pytest.raises(Invalid, match="须由另一人确认"):
        inputs.confirm_mark(actor=cast.officer, mark=mark)
    run = make.run_of(row, cast)
    with pytest.raises(Invalid, match="没有由另一人确认"):
        rounds.act(actor=cast.officer, round=row, name="accept_run", run=run)
    inputs.confirm_mark(actor=cast.head, mark=mark)
    run = make.run_of(row, cast)
    assert run.summary["grades"]["fail"] == 1
    failed = RunRow.objects.get(run=run, grade=Grade.FAIL)
    assert failed.entity_id == subject.entity_id
    assert failed.outcome["veto"] == [veto]


def test_the_population_says_why_somebody_is_left_out(cast, frozen):
    late = make_entity(make.KIND, authority=cast.bureau, valid_from=datetime.date(2025, 11, 1))
    over = make_entity(
        make.KIND,
        authority=cast.bureau,
        valid_from=datetime.date(2022, 1, 5),
        valid_until=datetime.date(2024, 12, 31),
    )
    other = make_entity(make.KIND, authority=make_bureau("370200"), valid_from=make.BEGAN)
    row = make.round_of(cast)
    rounds.leave_out(actor=cast.officer, round=row, entity_id=cast.entity.pk, reason="停业整改")
    make.open_round(row, cast)
    found = dict(row.entities.values_list("entity_id", "exclusion"))
    assert found[late.pk] == Exclusion.NOT_YET
    assert found[over.pk] == Exclusion.NOT_VALID
    assert found[cast.entity.pk] == Exclusion.BY_OFFICER
    assert other.pk not in found
    assert row.entities.filter(included=True).count() == 2


FROZEN = {
    "population": "DELETE FROM evaluation_roundentity WHERE round_id = %s",
    "scheme": "UPDATE evaluation_round SET period_until = period_until + 1 WHERE id = %s",
    "rows": "DELETE FROM evaluation_runrow WHERE run_id IN (SELECT id FROM evaluation_run WHERE round_id = %s)",
    "totals": "UPDATE evaluation_runrow SET total = 100 WHERE run_id IN (SELECT id FROM evaluation_run WHERE round_id = %s)",
    "digest": "UPDATE evaluation_run SET outcome_sha256 = 'x' WHERE round_id = %s",
    "figures": "UPDATE evaluation_roundentity SET inputs = '{}' WHERE round_id = %s",
}


@pytest.mark.parametrize("what", FROZEN)
def test_the_database_refuses_to_change_what_is_frozen(cast, frozen, what):
    row = checking(cast, frozen)
    make.figures(row, cast)
    make.scored(row, cast)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FROZEN[what], [row.pk])


def test_before_the_opening_the_same_is_possible(cast):
    row = make.round_of(cast)
    with connection.cursor() as cursor:
        cursor.execute(FROZEN["population"], [row.pk])
        cursor.execute(FROZEN["scheme"], [row.pk])


def test_a_run_that_died_half_way_starts_over(cast, frozen, monkeypatch):
    row = checking(cast, frozen)
    make.figures(row, cast)
    run = runs.start(actor=cast.officer, round=row)
    written = runs.run_rows.store
    with monkeypatch.context() as patched:

        def dies(run_id, rows):
            written(run_id, list(rows)[:1])
            raise RuntimeError("killed")

        patched.setattr(runs.run_rows, "store", dies)
        jobs.run(runs.job_of(run).pk)
    run.refresh_from_db()
    assert run.finished_at is None
    assert not run.rows.exists()
    jobs.run_pending()
    run.refresh_from_db()
    assert run.rows.count() == 3
    assert Run.objects.filter(round=row).count() == 1


def test_a_second_run_gives_the_same_digests(cast, frozen):
    row = checking(cast, frozen)
    make.figures(row, cast)
    first, second = make.run_of(row, cast), make.run_of(row, cast)
    assert (first.inputs_sha256, first.outcome_sha256) == (second.inputs_sha256, second.outcome_sha256)


def test_officers_of_another_bureau_may_nothing(cast, frozen):
    row = checking(cast, frozen)
    bureau = make_bureau("370200")
    other = act(make_user("case_officer", organisation=bureau), bureau)
    with pytest.raises(NotAllowed):
        runs.start(actor=other, round=row)
    with pytest.raises(NotAllowed):
        inputs.correct(actor=other, subject=row.entities.first(), code="S1", value="1", reason="x")


def test_the_schedule_makes_one_round_a_period_however_often_it_is_asked(cast):
    plan = plans.keep(actor=cast.officer, scheme_key=make.scheme_for().key, occasion="yearly", month=3)
    for _turn in range(3):
        plans.set_up(plan)
    row = Round.objects.get(plan=plan)
    assert (row.state, row.plan_period) == (RoundState.DRAFT, "2025")
    with pytest.raises(IntegrityError), transaction.atomic():
        Round.objects.filter(pk=make.round_of(cast, name="另一轮").pk).update(plan=plan, plan_period="2025")


def test_whoever_fell_due_while_the_schedule_stood_still_is_evaluated(cast, frozen):
    """A mid-term evaluation 18 months after the registration, asked for again only two months later."""
    plan = plans.keep(actor=cast.officer, scheme_key=make.scheme_for().key, occasion="midterm")
    began = clock.today()
    due = plans.add_months(began, 1).replace(day=20)
    entity = make_entity(make.KIND, authority=cast.bureau, valid_from=plans.add_months(due, -18))
    assert plans.set_up(plan) is None
    frozen.at(clock.start_of_day(plans.add_months(began, 3)))
    row = plans.set_up(plan)
    assert row is not None and row.due_from <= due <= row.due_until
    assert [found.entity for found in candidates(row) if found.included] == [entity]
    frozen.at(clock.start_of_day(plans.add_months(began, 5)))
    assert plans.set_up(plan) is None  # once


def test_one_plan_that_is_refused_keeps_no_other_from_its_round(cast, monkeypatch):
    plans.keep(actor=cast.officer, scheme_key=make.scheme_for().key, occasion="yearly", month=1)
    plans.keep(actor=cast.officer, scheme_key=make.scheme_for().key, occasion="midterm")
    made = plans.set_up

    def refusing(plan):
        if plan.occasion == "midterm":
            raise Invalid.one("far", "日期不在范围内")
        return made(plan)

    monkeypatch.setattr(plans, "set_up", refusing)
    job = jobs.enqueue(plans.JOB, period="2026-03-02")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["rounds"]) == ("done", [Round.objects.get().code])
    assert list(job.result["refused"].values()) == ["日期不在范围内"]
    told = Message.objects.filter(title__contains="没有建立轮次：日期不在范围内")
    assert {one.user for one in told} == {cast.officer.user, cast.head.user}


def test_figures_that_move_while_they_are_scored_are_not_stored_beside_another_result(cast, frozen):
    row = checking(cast, frozen)
    make.figures(row, cast)
    run = runs.start(actor=cast.officer, round=row)
    blocks = list(runs.run_rows.read(row.pk))
    results = [
        runs.run_rows.Result(one.entity, one.version, "{}", "1.00", "fail", 1)
        for block in blocks
        for one in block
    ]
    make.figures(row, cast, full=False)
    with pytest.raises(NotNow, match="数据被修改"), transaction.atomic():
        runs.run_rows.store(run.pk, results)
    assert not run.rows.exists()


def test_an_entity_to_which_nothing_applies_is_stored_without_a_grade(cast, frozen):
    row = checking(cast, frozen)
    make.figures(row, cast)
    subject = row.entities.filter(included=True).first()
    values = {code: {"not_applicable": "停产"} for code in subject.inputs["values"]}
    type(subject).objects.filter(pk=subject.pk).update(inputs=subject.inputs | {"values": values})
    run = Run.objects.create(
        round=row,
        number=9,
        program=compile_scheme(row.scheme.tree).as_json(),
        engine=EDITION,
        started_at=clock.now(),
    )
    with transaction.atomic():
        runs.write(run)
    assert run.summary["ungraded"] == 1
    found = run.rows.get(entity=subject.entity)
    assert (found.grade, found.rank, found.outcome["word"]) == ("", 0, "")
    digest = hashlib.sha256()
    for one in run.rows.select_related("entity").order_by("entity__code"):
        runs.add(digest, one.entity.code, runs.run_rows.text_of(one.outcome))
    assert digest.hexdigest() == run.outcome_sha256, "what is stored is what was digested"


def test_a_figure_beyond_what_can_be_scored_is_missing_and_stops_nobody(cast, frozen, monkeypatch):
    row = make.open_round(make.round_of(cast), cast)
    one = next(one for one in parse(row.scheme.tree).indicators if one.feed)
    known = {cast.entities[0].pk: Fact(Decimal("1E12")), cast.entities[1].pk: Fact(Decimal("0.00005"))}
    monkeypatch.setitem(
        feeds._feeds, one.feed, feeds.Feed(one.feed, "x", "", "register", lambda *_asked: known)
    )
    collecting.collect(row)
    held = {subject.entity_id: subject.inputs["values"][one.code] for subject in row.entities.all()}
    assert "超出可计分的范围" in held[cast.entities[0].pk]["missing"]
    assert held[cast.entities[1].pk]["value"] == "0.0001"
    assert make.run_of(row, cast).entities == 3
