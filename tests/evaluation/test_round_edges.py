"""Where a round could go wrong at its edges: other people's entities, odd addresses, stale pages, no grade, told twice."""

import datetime
import threading
import time
from contextlib import closing

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.urls import reverse

from accounts.models import Message
from core import clock, jobs
from core.errors import Invalid, NotAllowed, NotNow, NotVisible, Stale
from core.models import Job
from evaluation.enums import GATHERING, RoundState
from evaluation.models import InputChange, Round, RoundEntity
from evaluation.scheme import parse
from evaluation.selectors import exceptions
from evaluation.services import collecting, inputs, report_archive, rounds, runs
from filings.enums import Grade
from filings.models import Rating
from filings.services import ratings
from tests.filings.test_races import at_once
from tests.makers import evaluation as make
from tests.makers.accounts import act, as_person, make_bureau, make_organisation, make_user
from tests.makers.papers import pdf_bytes
from tests.makers.register import make_entity

pytestmark = pytest.mark.django_db

ODD = ("²", "٣", "9" * 5000, "99999999999", "-1", "1.5", "abc", "")


@pytest.fixture
def cast():
    return make.make_cast(2)


@pytest.fixture
def officer(cast):
    return as_person(cast.officer.user)


@pytest.fixture
def checked(cast, frozen):
    row = make.open_round(make.round_of(cast), cast)
    row = make.close_reports(row, cast, frozen)
    make.figures(row, cast)
    return row


def url(name, row, *more):
    return reverse(f"evaluation:{name}", args=[row.code, *more])


# --- whom it is about ---


def test_only_what_the_bureau_registered_is_left_out(cast, officer):
    row = make.round_of(cast)
    foreign = make_entity(make.KIND, authority=make_bureau("370200"))
    other_kind = make_entity("maker_space", authority=cast.bureau)
    for pk in (foreign.pk, other_kind.pk, 987654321):
        with pytest.raises(NotVisible):
            rounds.leave_out(actor=cast.officer, round=row, entity_id=pk, reason="不属于本次评价")
        assert officer.post(url("leave_out", row, pk), {"reason": "不属于本次评价"}).status_code == 404
    assert not row.entities.exists()
    page = officer.get(url("population", row)).content.decode()
    assert foreign.name not in page


def test_who_was_left_out_under_another_scheme_is_not_carried_on(cast):
    row = make.round_of(cast)
    rounds.leave_out(actor=cast.officer, round=row, entity_id=cast.entity.pk, reason="涉诉")
    space = make_entity("maker_space", authority=cast.bureau, valid_from=make.BEGAN)
    rounds.edit(actor=cast.officer, round=row, scheme=make.scheme_for("maker_space"))
    rounds.open_(actor=cast.officer, round=row)
    assert [one.entity_id for one in row.entities.all()] == [space.pk]


# --- no grade ---


def set_aside(cast, row, entity):
    subject = row.entities.get(entity=entity)
    for one in parse(row.scheme.tree).indicators:
        inputs.correct(
            actor=cast.officer, subject=subject, code=one.code, not_applicable=True, reason="全年停业改造"
        )
    return subject


def test_a_result_without_a_grade_for_everybody_is_none(checked, cast, officer):
    set_aside(cast, checked, cast.entity)
    run = make.run_of(checked, cast)
    assert run.summary["ungraded"] == 1
    page = officer.get(url("results", checked))
    assert page.status_code == 200
    assert "未评定" in page.content.decode()
    with pytest.raises(Invalid, match="有 1 个主体没有任何可计分的指标"):
        rounds.act(actor=cast.officer, round=checked, name="accept_run", run=run)
    subject = checked.entities.get(entity=cast.entity)
    inputs.correct(actor=cast.officer, subject=subject, code="S1", value="1", reason="上半年有一家")
    make.scored(checked, cast)


def test_a_veto_grades_whoever_has_no_indicator(checked, cast):
    subject = set_aside(cast, checked, cast.entity)
    mark = inputs.state_mark(actor=cast.officer, subject=subject, kind="veto", key="refused", reason="未参加")
    inputs.confirm_mark(actor=cast.head, mark=mark)
    run = make.scored(checked, cast)
    assert run.rows.get(entity=cast.entity).grade == Grade.FAIL


def test_no_rating_is_recorded_without_a_grade(cast):
    with pytest.raises(Invalid, match="没有评定等次"):
        ratings.conclude(
            proposed_by=cast.officer, confirmed_by=cast.head, entity=cast.entity,
            round="2025 年度绩效评价", rated_on=clock.today(), grade="",
        )  # fmt: skip
    assert not Rating.objects.exists()


# --- who did it ---


def test_an_auditor_reads_who_withdrew_a_veto(checked, cast):
    subject = checked.entities.first()
    mark = inputs.state_mark(
        actor=cast.officer, subject=subject, kind="veto", key="forged", reason="查处决定"
    )
    inputs.confirm_mark(actor=cast.head, mark=mark)
    third = act(make_user("case_officer", cast.bureau), cast.bureau)
    inputs.withdraw_mark(actor=third, mark=mark, reason="决定已撤销")
    auditor = act(make_user("auditor", cast.bureau), cast.bureau)
    [line] = [exceptions.line("marks", row) for row in exceptions.rows("marks", auditor)]
    assert str(third.user) in line.people
    assert "决定已撤销" in line.reason


# --- odd addresses ---


@pytest.mark.parametrize("asked", ODD)
def test_a_number_that_is_none_is_no_fault_of_ours(checked, cast, officer, asked):
    make.run_of(checked, cast)
    for name in ("results", "results_xlsx"):
        assert officer.get(url(name, checked), {"run": asked}).status_code in (200, 404)
    act_on = url("round_act", checked, "accept_run")
    assert officer.get(act_on, {"run": asked}).status_code == 200
    assert officer.get(reverse("evaluation:plan_keep"), {"plan": asked}).status_code == 200
    assert officer.get(reverse("evaluation:rounds"), {"page": asked}).status_code == 200
    if asked:  # a run that does not exist is never replaced by another
        page = officer.post(f"{act_on}?run={asked}", {"comment": ""})
        assert page.status_code == 422
        assert "请选择要采用的评分" in page.content.decode()


def test_a_reason_the_database_cannot_hold_is_refused(checked, cast, officer):
    subject = checked.entities.first()
    mark = inputs.state_mark(actor=cast.head, subject=subject, kind="veto", key="forged", reason="查处决定")
    there = url("mark_settle", checked, subject.pk, mark.pk, "withdraw")
    assert officer.post(there, {"reason": "登记\x00有误"}).status_code == 302
    mark.refresh_from_db()
    assert mark.withdrawn_at is None
    assert officer.post(there, {"reason": "登记有误"}).status_code == 302
    mark.refresh_from_db()
    assert mark.withdrawn_because == "登记有误"


@pytest.mark.parametrize(
    "changes",
    [
        {"period_until": datetime.date.max},
        {"period_from": datetime.date.min},
        {
            "reports_until": datetime.date.max,
            "checks_until": datetime.date.max,
            "reviews_until": datetime.date.max,
        },
        {"occasion": "expiry", "due_from": datetime.date.min, "due_until": datetime.date.max},
    ],
)
def test_a_day_that_no_page_could_count_to_is_refused(cast, officer, changes):
    """Every unit's own pages count the workdays to the end of its calendar: the year 9999 took them minutes."""
    with pytest.raises(Invalid) as refused:
        make.round_of(cast, **changes)
    assert {one.field for one in refused.value.problems} == set(changes) - {"occasion"}
    row = make.open_round(make.round_of(cast), cast)
    later = dict.fromkeys(("reports_until", "checks_until", "reviews_until"), datetime.date.max)
    with pytest.raises(Invalid):
        rounds.extend(actor=cast.officer, round=row, reason="顺延", **later)


# --- stale pages ---


def hidden(page, name):
    return page.context["form"][name].value()


def test_a_page_that_is_behind_does_not_overwrite_a_draft(cast, officer):
    row = make.round_of(cast)
    page = officer.get(url("round_edit", row))
    old = {
        name: page.context["form"][name].value() for name in page.context["form"].fields if name != "agency"
    }
    old = {name: "" if value is None else value for name, value in old.items()} | {"agency": ""}
    rounds.edit(actor=cast.head, round=row, document_number="淄科〔2026〕7号")
    answer = officer.post(url("round_edit", row), old | {"name": "晚到的名称"})
    assert answer.status_code == 409
    row.refresh_from_db()
    assert (row.name, row.document_number) == ("2025 年度绩效评价", "淄科〔2026〕7号")
    assert "晚到的名称" in answer.content.decode()
    assert hidden(answer, "version") == str(row.version)
    again = old | {"name": "晚到的名称", "version": hidden(answer, "version")}
    assert officer.post(url("round_edit", row), again).status_code == 302


def test_a_page_that_is_behind_does_not_move_the_calendar(cast, officer):
    row = make.open_round(make.round_of(cast), cast)
    page = officer.get(url("round_extend", row))
    dates = {name: hidden(page, name) for name in ("reports_until", "checks_until", "reviews_until")}
    typed = {**dates, "version": hidden(page, "version"), "reason": "报送系统维护"}
    later = {name: day + datetime.timedelta(days=9) for name, day in dates.items()}
    rounds.extend(actor=cast.head, round=row, reason="节假日顺延", **later)
    assert officer.post(url("round_extend", row), typed).status_code == 409
    row.refresh_from_db()
    assert row.reports_until == later["reports_until"]
    with pytest.raises(Stale):
        rounds.extend(actor=cast.officer, round=row, reason="再次调整", version=1, **dates)


def test_a_figure_that_changed_meanwhile_is_looked_at_again(checked, cast, officer):
    subject = checked.entities.first()
    there = url("correct", checked, subject.pk, "S1")
    typed = {"value": "7", "reason": "以台账为准", "seen": hidden(officer.get(there), "seen")}
    inputs.correct(actor=cast.head, subject=subject, code="S1", value="3", reason="现场核查")
    answer = officer.post(there, typed)
    assert answer.status_code == 409
    assert InputChange.objects.filter(subject=subject, after__value="7").count() == 0
    typed["seen"] = hidden(answer, "seen")
    assert officer.post(there, typed).status_code == 302
    subject.refresh_from_db()
    assert subject.inputs["values"]["S1"]["value"] == "7"


# --- an agency knows its part of the work alone ---


def test_an_agency_sees_neither_drafts_nor_results(cast, frozen):
    unit = make_organisation("other", district="370303")
    me = act(make_user("unit_admin", unit), unit)
    caller = as_person(me.user)
    row = make.round_of(cast, agency=unit)
    address = f"/api/v1/rounds/{row.code}/"
    assert caller.get(address).status_code == 404
    assert caller.get("/api/v1/rounds/").json()["count"] == 0
    row = make.close_reports(make.open_round(row, cast), cast, frozen)
    assert caller.get(address).status_code == 200
    make.figures(row, cast)
    subject = row.entities.first()
    paper = SimpleUploadedFile("查处决定.pdf", pdf_bytes(), "application/pdf")
    mark = inputs.state_mark(
        actor=cast.officer, subject=subject, kind="veto", key="forged", reason="查处决定", upload=paper
    )
    assert not inputs.may_read(me, mark.evidence)
    assert inputs.may_read(cast.head, mark.evidence)
    inputs.confirm_mark(actor=cast.head, mark=mark)
    make.scored(row, cast)
    make.confirmed(row, cast)
    told = caller.get(address).json()
    assert told["runs"] == []
    assert str(told).find("grades") == -1
    with pytest.raises(NotAllowed):
        report_archive.order(actor=me, round=row)
    job = report_archive.order(actor=cast.officer, round=row)
    jobs.run_pending()
    job.refresh_from_db()
    file = reverse("core:file", args=[job.result["file"]])
    assert caller.get(file).status_code == 404
    with closing(as_person(cast.head.user).get(file)) as answer:
        assert answer.status_code == 200


# --- each once ---


def test_whoever_is_told_is_told_once_however_often_the_job_runs(cast):
    for entity in cast.entities:
        make_user("unit_admin", entity.lead)
    row = make.open_round(make.round_of(cast), cast)
    told = Message.objects.filter(title__contains=row.name)
    assert told.count() == 2
    later = {name: getattr(row, name) + datetime.timedelta(days=5) for name in (
        "reports_until", "checks_until", "reviews_until"
    )}  # fmt: skip
    rounds.extend(actor=cast.officer, round=row, reason="顺延", **later)
    jobs.run_pending()
    assert told.count() == 4
    for job in Job.objects.filter(kind="evaluation.collect"):
        Job.objects.filter(pk=job.pk).update(state="queued", attempts=0, finished_at=None, progress=0)
        jobs.run(job.pk)
    assert told.count() == 4


def test_a_run_is_scored_anew_where_a_figure_moved_meanwhile(checked, cast, monkeypatch):
    """A figure changes after it was read and before it is stored: that attempt leaves nothing, the next one is whole."""
    from evaluation.services import run_rows

    subject, moved, store = checked.entities.first(), [], run_rows.store

    def late(run_id, rows, **given):
        if not moved:
            moved.append(True)
            values = subject.inputs["values"] | {"S1": {"value": "2", "source": "officer", "note": ""}}
            RoundEntity.objects.filter(pk=subject.pk).update(inputs=subject.inputs | {"values": values})
        return store(run_id, rows, **given)

    subject.refresh_from_db()
    monkeypatch.setattr(run_rows, "store", late)
    made = runs.start(actor=cast.officer, round=checked)
    runs.run_now(made)
    assert made.finished_at is not None
    assert made.rows.get(entity=subject.entity).inputs["values"]["S1"]["value"] == "1000"
    assert runs.job_of(made).state == Job.State.DONE


# --- many, and at once ---


def test_the_list_of_entities_costs_the_same_however_many(frozen, django_assert_max_num_queries):
    cast = make.make_cast(6)
    row = make.close_reports(make.open_round(make.round_of(cast), cast), cast, frozen)
    key = row.scheme.tree["bonuses"][0]["key"]
    for subject in row.entities.all():
        inputs.state_mark(actor=cast.officer, subject=subject, kind="bonus", key=key, reason="获奖文件")
    client = as_person(cast.officer.user)
    with django_assert_max_num_queries(11):
        told = client.get(f"/api/v1/rounds/{row.code}/entities/").json()
    assert [len(one["marks"]) for one in told["results"]] == [1] * 6


def accepted_and_corrected(frozen, monkeypatch):
    """One accepts a run while another corrects a figure it was made from; who comes second is told."""
    cast = make.make_cast(2)
    row = make.close_reports(make.open_round(make.round_of(cast), cast), cast, frozen)
    make.figures(row, cast)
    run, subject = make.run_of(row, cast), row.entities.first()
    gather, wrote = collecting._gather, threading.Event()

    def slowly(*args, **given):
        gather(*args, **given)
        wrote.set()
        time.sleep(0.5)

    def corrects():
        wrote.wait(20)
        try:
            return inputs.correct(actor=cast.head, subject=subject, code="S1", value="2", reason="现场核查")
        except IntegrityError as broken:
            return broken

    monkeypatch.setattr(collecting, "_gather", slowly)
    said = at_once(lambda: rounds.act(actor=cast.officer, round=row, name="accept_run", run=run), corrects)
    row.refresh_from_db()
    return row, run, said


@pytest.mark.django_db(transaction=True)
def test_nobody_corrects_a_figure_while_its_score_is_accepted(frozen, monkeypatch):
    row, run, (first, second) = accepted_and_corrected(frozen, monkeypatch)
    assert isinstance(first, Round)
    assert isinstance(second, NotNow)
    assert (row.state, row.run) == (RoundState.SCORED, run)
    assert not InputChange.objects.filter(after__value="2").exists()


@pytest.mark.django_db(transaction=True)
def test_without_holding_the_round_both_would_go_through_or_break(frozen, monkeypatch):
    """The control: the state is read and not held."""
    monkeypatch.setattr(collecting, "holds", lambda pk: Round.objects.get(pk=pk).state in GATHERING)
    monkeypatch.setattr(rounds, "_locked", lambda row: Round.objects.get(pk=row.pk))
    _row, _run, (_first, second) = accepted_and_corrected(frozen, monkeypatch)
    assert isinstance(second, IntegrityError)  # nobody was told: it broke at the database's own guard
