"""更正评价结果: what was confirmed stays, a second run follows the corrected figures, each effect comes once."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.services import memberships
from core import clock, jobs
from core.actor import Actor
from core.errors import Invalid, NotAllowed, NotNow, PortalError
from core.models import Job
from evaluation.enums import CorrectionState, RoundState
from evaluation.models import Correction, Mark, Report, ResultChange, Round, Run, RunRow, Scheme
from evaluation.reporting.paper import Paper
from evaluation.services import correction_effects as effects
from evaluation.services import corrections, inputs, replay, report_corrections, runs
from filings.enums import CancellationState, EntityState, Grade
from filings.models import Cancellation, Entity, IssuedDocument, Rating
from filings.selectors import ratings as register
from filings.services import cancellation
from tests.core.threads import together
from tests.evaluation.schemes import indicator, scheme
from tests.makers import corrections as fix
from tests.makers import evaluation as make
from tests.makers.accounts import act, make_bureau, make_user

pytestmark = pytest.mark.django_db
#: Figures with which an incubator fails.
POOR = dict.fromkeys(("S1", "S2", "S3", "S4", "S5", "H1", "H2", "H3", "H4", "H5", "H6"), "0")


@pytest.fixture(autouse=True)
def blank(monkeypatch: Any) -> None:
    """Papers without a layout: a real one costs seconds."""
    monkeypatch.setattr(Paper, "render", lambda self: b"%PDF-1.7\n" + self.attachments["result.json"])


@pytest.fixture
def cast() -> make.Cast:
    return make.make_cast(3)


@pytest.fixture
def done(cast: make.Cast, frozen: Any) -> Round:
    return fix.confirmed_round(cast, frozen, {1: {"S1": "2"}, 2: POOR})


def poor(which: Correction, cast: make.Cast, entity: Entity | None = None) -> None:
    for code, value in POOR.items():
        fix.figure(which, cast, code, value, entity)


def again(row: Any) -> Any:
    row.refresh_from_db()
    return row


# --- opening -----------------------------------------------------------------------------------


def test_only_a_confirmed_round_is_corrected_and_one_at_a_time(cast: make.Cast, frozen: Any) -> None:
    row = make.open_round(make.round_of(cast), cast)
    with pytest.raises(NotNow, match="审定之前"):
        fix.opened(row, cast)
    row = make.close_reports(row, cast, frozen)
    make.figures(row, cast)
    make.scored(row, cast)
    row = make.confirmed(row, cast)
    fix.opened(row, cast)
    with pytest.raises(NotNow, match="已有一件更正"):
        fix.opened(row, cast)
    with pytest.raises(IntegrityError, match="one_open_correction"), transaction.atomic():
        Correction.objects.create(
            round=row, number=9, base=row.run, ground="figure", reason="x", opened_by=cast.officer.user,
            opened_at=clock.now(),
        )  # fmt: skip


def test_what_is_missing_is_said_at_once(done: Round, cast: make.Cast) -> None:
    with pytest.raises(Invalid) as refused:
        corrections.open_(actor=cast.officer, round=done, ground="mood", reason=" ", entities=["NOBODY-1"])
    assert [one.field for one in refused.value.problems] == ["ground", "reason", "entities"]
    assert "NOBODY-1" in refused.value.problems[2].message
    with pytest.raises(Invalid, match="请列明"):
        corrections.open_(actor=cast.officer, round=done, ground="figure", reason="x", entities=[" "])


def test_strangers_and_people_of_an_evaluated_unit_correct_nothing(done: Round, cast: make.Cast) -> None:
    bureau = make_bureau("370200")
    stranger = act(make_user("case_officer", organisation=bureau), bureau)
    colleague = make_user("case_officer", organisation=cast.bureau)
    lead = cast.entities[2].lead
    memberships.grant(actor=Actor.system(), user=colleague, organisation=lead, role="filler")
    own = act(colleague, cast.bureau)
    for actor, said in ((stranger, "组织评价的机关"), (own, "应当回避")):
        with pytest.raises(NotAllowed, match=said):
            fix.opened(done, cast, actor=actor)
    which = fix.opened(done, cast)
    for actor in (stranger, own):
        with pytest.raises(NotAllowed):
            inputs.correct(
                actor=actor, subject=fix.subject_of(done, cast.entity), code="S1", value="1", reason="x"
            )
        with pytest.raises(NotAllowed):
            corrections.act(actor=actor, correction=which, name="withdraw", comment="x")


def test_only_the_named_entities_move(done: Round, cast: make.Cast) -> None:
    which = fix.opened(done, cast)
    fix.figure(which, cast, "S1", "0")
    with pytest.raises(NotNow, match="已经评分"):
        fix.figure(which, cast, "S1", "0", cast.entities[1])
    corrections.name_entities(actor=cast.officer, correction=which, entities=[cast.entities[1].code])
    fix.figure(which, cast, "S1", "5", cast.entities[1])
    with pytest.raises(Invalid, match="已在本次更正中"):
        corrections.name_entities(actor=cast.officer, correction=which, entities=[cast.entities[1].code])
    with pytest.raises(NotNow, match="核验记录"):
        inputs.checked(actor=cast.officer, subject=fix.subject_of(done, cast.entity))


# --- the run -----------------------------------------------------------------------------------


def test_the_first_result_stays_and_both_replay_to_the_byte(done: Round, cast: make.Cast) -> None:
    first = done.run
    assert first is not None
    kept = list(RunRow.objects.filter(run=first).values_list("pk", "inputs", "outcome", "rank"))
    own = list(done.entities.order_by("pk").values_list("inputs", flat=True))
    which = fix.opened(done, cast)
    poor(which, cast)
    which = fix.settled(fix.submitted(which, cast), cast)
    again(done)
    assert (done.run, done.corrected_run, done.result) == (first, which.run, which.run)
    assert list(RunRow.objects.filter(run=first).values_list("pk", "inputs", "outcome", "rank")) == kept
    assert list(done.entities.order_by("pk").values_list("inputs", flat=True)) == own
    assert which.run is not None and which.run.number == first.number + 1
    assert which.run.entities == 3 and which.run.program == first.program
    for run in (first, which.run):
        found = replay.replay(run)
        assert found.is_equal, found.difference
        assert (found.inputs_sha256, found.outcome_sha256) == (run.inputs_sha256, run.outcome_sha256)


def test_a_run_with_the_same_figures_gives_the_same_digests(done: Round, cast: make.Cast) -> None:
    run = fix.run_of(fix.opened(done, cast), cast)
    assert done.run is not None
    assert (run.inputs_sha256, run.outcome_sha256) == (done.run.inputs_sha256, done.run.outcome_sha256)
    assert not ResultChange.objects.filter(run=run).exists()


def test_who_was_not_named_moves_through_the_ranks(done: Round, cast: make.Cast) -> None:
    which = fix.opened(done, cast)
    fix.figure(which, cast, "H1", "0")
    run = fix.run_of(which, cast)
    found = {one.subject.entity_id: one for one in ResultChange.objects.filter(run=run)}
    named, other = found[cast.entity.pk], found[cast.entities[1].pk]
    assert named.named and named.after.total < named.before.total
    assert not other.named and other.after.total == other.before.total
    assert (other.before.rank, other.after.rank) == (2, 1)
    assert cast.entities[2].pk not in found


def test_a_run_that_died_starts_over(done: Round, cast: make.Cast, monkeypatch: Any) -> None:
    which = fix.opened(done, cast)
    fix.figure(which, cast, "H1", "0")
    run = runs.start_correcting(actor=cast.officer, correction=which)
    with pytest.raises(NotNow, match="还没有完成"):
        runs.start_correcting(actor=cast.officer, correction=which)
    with monkeypatch.context() as patched:
        patched.setattr(runs.run_rows, "compare", lambda *given: 1 / 0)
        jobs.run(runs.job_of(run).pk)  # type: ignore[union-attr]
    assert not run.rows.exists() and not ResultChange.objects.filter(run=run).exists()
    jobs.run_pending()
    assert again(run).finished_at and ResultChange.objects.filter(run=run).count() == 2


# --- two people --------------------------------------------------------------------------------


def test_what_blocks_the_submission(done: Round, cast: make.Cast) -> None:
    which = fix.opened(done, cast, upload=None)
    with pytest.raises(Invalid) as refused:
        corrections.act(actor=cast.officer, correction=which, name="propose")
    assert {one.code for one in refused.value.problems} == {"comment_required", "unchanged", "run"}
    fix.figure(which, cast, "S1", "0")
    fix.run_of(which, cast)
    with pytest.raises(Invalid, match="没有附证明材料"):
        corrections.act(actor=cast.officer, correction=which, name="propose", comment="拟更正")
    subject = fix.subject_of(done, cast.entity)
    inputs.correct(
        actor=cast.officer, subject=subject, code="S2", value="3", reason="核定", upload=fix.paper("凭证.pdf")
    )
    with pytest.raises(Invalid, match="请重新评分"):
        corrections.act(actor=cast.officer, correction=which, name="propose", comment="拟更正")


def test_who_opened_or_changed_a_figure_does_not_confirm(done: Round, cast: make.Cast) -> None:
    which = fix.opened(done, cast)
    subject = fix.subject_of(done, cast.entity)
    inputs.correct(actor=cast.head, subject=subject, code="S1", value="0", reason="核定")
    which = fix.submitted(which, cast)
    for actor in (cast.officer, cast.head):
        with pytest.raises(NotAllowed):
            corrections.act(actor=actor, correction=which, name="confirm")
    with (
        pytest.raises(IntegrityError, match="needs another person"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE evaluation_correction SET state = 'confirmed', confirmed_by_id = %s, confirmed_at = now()"
            " WHERE id = %s",
            [cast.head.user_id, which.pk],
        )
    third = act(make_user("division_head", organisation=cast.bureau), cast.bureau)
    done_by = corrections.act(actor=third, correction=which, name="confirm")
    assert done_by.confirmed_by == third.user


def test_sent_back_it_is_worked_on_and_withdrawn_it_leaves_everything(done: Round, cast: make.Cast) -> None:
    which = fix.opened(done, cast)
    poor(which, cast)
    which = fix.submitted(which, cast)
    with pytest.raises(NotNow, match="不能再修改"):
        fix.figure(which, cast, "S1", "1")
    which = corrections.act(actor=cast.head, correction=which, name="send_back", comment="请补核收入")
    fix.figure(which, cast, "S1", "1")
    with pytest.raises(Invalid, match="请写明理由"):
        corrections.act(actor=cast.officer, correction=which, name="withdraw")
    which = corrections.act(actor=cast.officer, correction=which, name="withdraw", comment="原数据无误")
    jobs.run_pending()
    assert again(done).corrected_run is None
    assert not Rating.objects.filter(corrects__isnull=False).exists()
    assert not Report.objects.filter(issue=2).exists()
    with pytest.raises(NotNow):
        fix.figure(which, cast, "S1", "2")
    following = fix.opened(done, cast)
    held = following.named.get().inputs
    assert following.number == 2 and held == RunRow.objects.get(run=done.run, entity=cast.entity).inputs


# --- marks -------------------------------------------------------------------------------------


def test_a_veto_is_added_and_a_second_correction_takes_it_away(done: Round, cast: make.Cast) -> None:
    subject = fix.subject_of(done, cast.entity)
    which = fix.opened(done, cast)
    veto = inputs.state_mark(
        actor=cast.officer,
        subject=subject,
        kind="veto",
        key="forged",
        reason="处罚决定书",
        upload=fix.paper(),
    )
    run = fix.run_of(which, cast)
    with pytest.raises(Invalid, match="没有由另一人确认"):
        corrections.act(actor=cast.officer, correction=which, name="propose", comment="拟更正")
    inputs.confirm_mark(actor=cast.head, mark=veto)
    which = fix.settled(fix.submitted(which, cast), cast)
    assert RunRow.objects.get(run=which.run, entity=cast.entity).grade == Grade.FAIL
    told = Report.objects.get(run=which.run, entity=cast.entity).data["marks"]
    assert [one["key"] for one in told] == ["forged"]
    assert run.rows.get(entity=cast.entity).grade == Grade.EXCELLENT

    second = fix.opened(done, cast, ground="ruling", reason="法院判决撤销处罚")
    with pytest.raises(NotNow, match="另行登记撤回"):
        inputs.withdraw_mark(actor=cast.officer, mark=veto, reason="判决")
    with pytest.raises(Invalid, match="已经登记"):
        inputs.state_mark(actor=cast.officer, subject=subject, kind="veto", key="forged", reason="再次")
    back = inputs.reverse_mark(
        actor=cast.officer, mark=veto, reason="判决撤销", upload=fix.paper("判决书.pdf")
    )
    with pytest.raises(Invalid, match="须由另一人确认"):
        inputs.confirm_mark(actor=cast.officer, mark=back)
    inputs.confirm_mark(actor=cast.head, mark=back)
    second = fix.settled(fix.submitted(second, cast), cast)
    row = RunRow.objects.get(run=second.run, entity=cast.entity)
    assert (row.grade, row.inputs["vetoes"]) == (Grade.EXCELLENT, [])
    assert Report.objects.get(run=second.run, entity=cast.entity).data["marks"] == []
    assert again(veto).withdrawn_at is None
    names = Rating.objects.filter(entity=cast.entity).order_by("pk").values_list("round", flat=True)
    assert list(names) == [done.name, f"{done.name}（更正）", f"{done.name}（更正2）"]
    for found in (which.run, second.run):
        assert replay.replay(found).is_equal  # type: ignore[arg-type]


def test_after_the_confirmation_the_database_moves_no_figure_and_no_mark(
    done: Round, cast: make.Cast
) -> None:
    which = fix.opened(done, cast)
    poor(which, cast)
    which = fix.settled(fix.submitted(which, cast), cast)
    named = which.named.get()
    subject = named.subject
    moves = [
        ("UPDATE evaluation_correctedentity SET inputs = '{}' WHERE id = %s", [named.pk]),
        ("DELETE FROM evaluation_correctedentity WHERE id = %s", [named.pk]),
        ("UPDATE evaluation_correction SET state = 'open' WHERE id = %s", [which.pk]),
        ("UPDATE evaluation_correction SET reason = 'x' WHERE id = %s", [which.pk]),
        ("DELETE FROM evaluation_correction WHERE id = %s", [which.pk]),
        ("UPDATE evaluation_resultchange SET named = NOT named WHERE run_id = %s", [which.run_id]),
        ("UPDATE evaluation_round SET corrected_run_id = run_id WHERE id = %s", [done.pk]),
        ("UPDATE evaluation_round SET run_id = corrected_run_id WHERE id = %s", [done.pk]),
        ("UPDATE evaluation_roundentity SET inputs = '{}' WHERE id = %s", [subject.pk]),
    ]
    for query, given in moves:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(query, given)
    for correction in (None, which):
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
            Mark.objects.create(
                subject=subject,
                kind="veto",
                key="forged",
                reason="x",
                stated_at=clock.now(),
                correction=correction,
            )


# --- effects -----------------------------------------------------------------------------------


def test_ratings_and_reports_are_replaced_for_whom_the_result_changed(done: Round, cast: make.Cast) -> None:
    before = {one.entity_id: one for one in Report.objects.filter(round=done)}
    rated = {one.entity_id: one for one in Rating.objects.all()}
    which = fix.opened(done, cast)
    fix.figure(which, cast, "H1", "0")
    which = fix.settled(fix.submitted(which, cast), cast)
    assert which.applied_at is not None
    moved = {cast.entity.pk, cast.entities[1].pk}
    for entity in cast.entities:
        old, rating = again(before[entity.pk]), again(rated[entity.pk])
        assert (old.superseded_by is not None) == (entity.pk in moved)
        assert (rating.superseded_by is not None) == (entity.pk in moved)
    new = again(before[cast.entity.pk]).superseded_by
    assert new.issue == 2 and new.run == which.run and "台账重复计算" in new.reason
    assert new.data["replaces"]["number"] == before[cast.entity.pk].number
    beside = again(before[cast.entities[1].pk]).superseded_by
    assert "台账" not in beside.reason and "随之变动" in beside.data["replaces"]["reason"]
    rating = again(rated[cast.entity.pk]).superseded_by
    assert rating.report == again(new).stored and rating.rated_on == rated[cast.entity.pk].rated_on
    assert (rating.recorded_by, rating.confirmed_by) == (cast.officer.user, cast.head.user)
    whole = again(before[None]).superseded_by
    assert whole.run == which.run
    assert whole.data["rows"][0]["number"] == again(before[cast.entities[1].pk]).superseded_by.number
    assert new.data["history"] == []


def test_another_passing_grade_ends_the_proceedings(frozen: Any) -> None:
    cast = make.make_cast(2)
    row = fix.confirmed_round(cast, frozen, {0: POOR})
    case = Cancellation.objects.get(entity=cast.entity)
    assert register.on_hold(cast.entity)
    case = cancellation.serve(actor=cast.officer, cancellation=case)
    which = fix.opened(row, cast, ground="objection", reason="异议成立")
    with pytest.raises(Invalid, match="正在更正"):
        Cancellation.objects.filter(pk=case.pk).update(heard_at=clock.now())
        frozen.at(clock.start_of_day(case.hearing_until + datetime.timedelta(days=1)))
        heard = cancellation.close_hearing(actor=cast.officer, cancellation=case)
        cancellation.propose(actor=cast.officer, cancellation=heard, comment="拟取消")
    for code in POOR:
        fix.figure(which, cast, code, "1000")
    which = fix.settled(fix.submitted(which, cast), cast)
    assert again(case).state == CancellationState.DROPPED
    assert "已更正为" in case.decision and case.decided_by is None
    assert IssuedDocument.objects.filter(cancellation=case, kind="not_cancelled").count() == 1
    assert not register.on_hold(cast.entity)
    assert again(cast.entity).standing == EntityState.REGISTERED


def test_a_new_fail_opens_a_hearing_and_a_failed_one_that_stays_failed_keeps_its_case(frozen: Any) -> None:
    cast = make.make_cast(2)
    row = fix.confirmed_round(cast, frozen, {0: POOR})
    case = Cancellation.objects.get(entity=cast.entity)
    which = fix.opened(row, cast, *cast.entities)
    fix.figure(which, cast, "S1", "1")
    poor(which, cast, cast.entities[1])
    fix.settled(fix.submitted(which, cast), cast)
    fresh = Cancellation.objects.get(entity=cast.entities[1])
    assert (fresh.state, fresh.rating.grade) == (CancellationState.OPENED, Grade.FAIL)  # type: ignore[union-attr]
    assert again(case).state == CancellationState.OPENED and case.rating.is_in_force
    assert Cancellation.objects.filter(entity=cast.entity).count() == 1
    assert register.on_hold(cast.entities[1])


def test_a_cancellation_that_took_effect_stands_and_is_said(frozen: Any) -> None:
    cast = make.make_cast(2)
    row = fix.confirmed_round(cast, frozen, {0: POOR})
    case = cancellation.serve(actor=cast.officer, cancellation=Cancellation.objects.get(entity=cast.entity))
    frozen.at(clock.start_of_day(case.hearing_until + datetime.timedelta(days=1)))  # type: ignore[operator]
    case = cancellation.close_hearing(actor=cast.officer, cancellation=case)
    case = cancellation.propose(actor=cast.officer, cancellation=case, comment="拟取消")
    cancellation.confirm(actor=cast.head, cancellation=case, comment="同意")
    which = fix.opened(row, cast, ground="ruling", reason="复议决定撤销评价结果")
    for code in POOR:
        fix.figure(which, cast, code, "1000")
    which = fix.settled(fix.submitted(which, cast), cast)
    change = ResultChange.objects.get(run=which.run, subject__entity=cast.entity)
    assert change.stands == case and again(case).state == CancellationState.CONFIRMED
    assert again(cast.entity).standing == EntityState.CANCELLED
    said = row.events.get(name="correction_stands")
    assert said.exceptional and "须另行决定" in said.text and cast.entity.name in said.text


# --- one effect whatever is killed -------------------------------------------------------------


@pytest.mark.parametrize("at", ["rating", "report", "round", "finish"])
def test_a_job_that_dies_goes_on_where_it_was(
    done: Round, cast: make.Cast, monkeypatch: Any, at: str
) -> None:
    monkeypatch.setattr(report_corrections, "BLOCK", 1)
    which = fix.opened(done, cast)
    fix.figure(which, cast, "H1", "0")
    which = fix.settled(fix.submitted(which, cast), cast, carried_out=False)
    job = Job.objects.get(kind=corrections.JOB)
    place, name = {
        "rating": (effects, "carry_out"),
        "report": (report_corrections, "_replace"),
        "round": (report_corrections, "_of_round"),
        "finish": (effects, "_finish"),
    }[at]
    whole, calls = getattr(place, name), []

    def dies(*given: Any) -> Any:
        calls.append(given)
        found = whole(*given)
        if len(calls) == (2 if at in ("rating", "report") else 1):
            raise RuntimeError("killed")
        return found

    with monkeypatch.context() as patched:
        patched.setattr(place, name, dies)
        jobs.run(job.pk)
    assert again(job).state != Job.State.DONE
    jobs.run_pending()
    assert again(job).state == Job.State.DONE and again(which).applied_at is not None
    assert Rating.objects.filter(corrects__isnull=False).count() == 2
    assert Report.objects.filter(issue=2).count() == 3
    assert done.events.filter(name="correction_applied").count() == 1
    series = sorted(Report.objects.filter(round=done).values_list("number", flat=True))
    assert len(series) == len(set(series)) == 7
    effects.run_job(_Running(which))  # type: ignore[arg-type]
    assert Report.objects.filter(issue=2).count() == 3


class _Running:
    def __init__(self, which: Correction) -> None:
        self.payload = {"correction": which.pk}

    def progress(self, percent: int, message: str = "") -> None:
        assert 0 <= percent <= 100


def test_no_further_correction_while_one_is_being_carried_out(done: Round, cast: make.Cast) -> None:
    which = fix.opened(done, cast)
    poor(which, cast)
    fix.settled(fix.submitted(which, cast), cast, carried_out=False)
    with pytest.raises(NotNow, match="还没有全部登记"):
        fix.opened(done, cast)
    jobs.run_pending()
    assert fix.opened(done, cast).base == again(done).corrected_run


def test_without_the_second_person_nothing_follows(done: Round, cast: make.Cast) -> None:
    """Control: the job does nothing for a correction that is only submitted."""
    which = fix.opened(done, cast)
    poor(which, cast)
    which = fix.submitted(which, cast)
    effects.run_job(_Running(which))  # type: ignore[arg-type]
    assert again(done).state == RoundState.CONFIRMED
    assert not Rating.objects.filter(corrects__isnull=False).exists()
    assert Run.objects.filter(round=done).count() == 2


# --- at once -----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("second", ["confirm", "withdraw"])
def test_of_two_at_once_one_wins_and_effects_come_once(cast: make.Cast, frozen: Any, second: str) -> None:
    row = fix.confirmed_round(cast, frozen, {1: {"S1": "2"}})
    which = fix.opened(row, cast)
    fix.figure(which, cast, "H1", "0")
    which = fix.submitted(which, cast)
    third = act(make_user("division_head", organisation=cast.bureau), cast.bureau)
    found = together(
        lambda: corrections.act(actor=cast.head, correction=which, name="confirm"),
        lambda: corrections.act(actor=third, correction=which, name=second, comment="原数据无误"),
    )
    refused = [one for one in found if isinstance(one, PortalError)]
    assert len(refused) == 1 and refused[0].status == 409
    jobs.run_pending()
    won = again(which).state == CorrectionState.CONFIRMED
    assert again(row).corrected_run == (which.run if won else None)
    assert Rating.objects.filter(corrects__isnull=False).count() == (2 if won else 0)
    assert Job.objects.filter(kind=corrections.JOB).count() == int(won)


@pytest.mark.django_db(transaction=True)
def test_a_figure_does_not_move_under_a_submission(cast: make.Cast, frozen: Any) -> None:
    row = fix.confirmed_round(cast, frozen)
    which = fix.opened(row, cast)
    fix.figure(which, cast, "H1", "0")
    run = fix.run_of(which, cast)
    together(
        lambda: corrections.act(actor=cast.officer, correction=which, name="propose", comment="更正"),
        lambda: fix.figure(which, cast, "S1", "1"),
    )
    if again(which).state == CorrectionState.PROPOSED:
        assert runs.corrected_digest(which) == run.inputs_sha256
    else:
        assert which.changes.filter(code="S1").exists()


# --- who was not named -------------------------------------------------------------------------


def compared(cast: make.Cast) -> Scheme:
    """One indicator between the least and the most of all; one in three may be excellent."""
    came = make.scheme_for()
    return Scheme.objects.create(
        key="compared",
        version=1,
        authority=cast.bureau,
        label="相互比较",
        kinds=came.kinds,
        rule=came.rule,
        tree=scheme([indicator("X", "100", "minmax", params={})], excellent_share="34"),
        standing=came.standing,
        created_by=cast.officer.user,
        created_at=clock.now(),
        proposed_by=cast.officer.user,
        proposed_at=clock.now(),
        published_by=cast.head.user,
        published_at=clock.now(),
    )


def test_compared_figures_and_shares_follow_for_all_and_nobody_is_cancelled_meanwhile(
    cast: make.Cast, frozen: Any
) -> None:
    row = fix.confirmed_round(cast, frozen, {1: {"X": "400"}, 2: {"X": "0"}}, scheme=compared(cast))
    other = cast.entities[1]
    case = Cancellation.objects.get(entity=other)
    assert RunRow.objects.get(run=row.run, entity=other).grade == Grade.FAIL
    which = fix.opened(row, cast)
    fix.figure(which, cast, "X", "300")
    which = fix.submitted(which, cast)
    for carried_out in (False, True):
        with pytest.raises(Invalid, match="将因更正改变"):
            cancellation.serve(actor=cast.officer, cancellation=case)
        if not carried_out:
            which = fix.settled(which, cast, carried_out=False)
    jobs.run_pending()
    found = RunRow.objects.get(run=which.run, entity=other)
    assert (str(found.total), found.grade, found.rank) == ("100.00", Grade.EXCELLENT, 1)
    assert RunRow.objects.get(run=which.run, entity=cast.entity).grade == Grade.GOOD
    change = ResultChange.objects.get(run=which.run, subject__entity=other)
    assert change.regraded and not change.named
    assert again(case).state == CancellationState.DROPPED
    assert register.has_priority(other) and not register.has_priority(cast.entity)
    assert not register.on_hold(other)
    last = Cancellation.objects.get(entity=cast.entities[2])
    assert cancellation.serve(actor=cast.officer, cancellation=last).state == CancellationState.HEARING
