"""No filing is cancelled without reasons, a hearing that ran its days and a second person: not by service, table or SQL.

Pages and API are in `test_cancellation_pages.py`.
"""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction

from core import clock, jobs, workdays
from core.actor import Actor
from core.errors import Invalid, NotAllowed, NotNow, NotVisible, PortalError
from filings import workflow_cancellation as table
from filings.enums import CancellationState as S
from filings.models import Cancellation, Entity, IssuedDocument, Notice
from filings.services import aftercare, cancellation, membership, nightly, ratings, standing
from portal.selectors.verification import verify
from tests.makers import after
from tests.makers.accounts import act, make_user
from tests.makers.papers import pdf_bytes

pytestmark = pytest.mark.django_db
REASON = "评价结论为不合格。"


def fresh(row):
    return Cancellation.objects.select_related("entity").get(pk=row.pk)


def heard(case, entity, frozen):
    """Served, its days run, the hearing closed."""
    row = after.serve(case, entity)
    after.hearing_ends(row, frozen)
    return cancellation.close_hearing(actor=case.actor("officer"), cancellation=row)


def proposed(case, entity, frozen):
    row = heard(case, entity, frozen)
    return cancellation.propose(actor=case.actor("officer"), cancellation=row, comment="拟取消。")


def confirm(case, row):
    return cancellation.confirm(actor=case.actor("director"), cancellation=row, comment="同意。")


def sql(text, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(text, values)


# --- the straight way -------------------------------------------------------------------------


def test_the_whole_way_ends_the_filing_with_letter_announcement_and_history(frozen):
    case, entity = after.filed(frozen)
    row = after.serve(case, entity)
    assert row.hearing_days == 5 and row.hearing_until == workdays.add_workdays(clock.today(), 5)
    letter = row.documents.get(kind="hearing")
    assert letter.data["number"] and letter.data["paragraphs"]
    served_on = clock.today()
    after.hearing_ends(row, frozen)
    row = cancellation.close_hearing(actor=case.actor("officer"), cancellation=row)
    row = cancellation.propose(actor=case.actor("officer"), cancellation=row, comment="拟取消。")
    row = confirm(case, row)
    entity = after.again(entity)
    today = clock.today()
    assert (entity.standing, entity.ended_on, entity.end_reason) == ("cancelled", today, "绩效评价不合格")
    assert entity.history.get(kind="cancelled").on == today
    assert not entity.duties.filter(standing="open").exists()
    told = Notice.objects.get(cancellation=row)
    assert (
        told.number.startswith("QD-GG-") and told.body["ground"] == "绩效评价不合格" and told.body["clause"]
    )
    assert row.documents.filter(kind="cancellation").count() == 1
    code = entity.certificates.get().document.verification_code
    assert verify(code, served_on).status == "valid"
    assert verify(code, today).status == "revoked"
    assert verify(code, today - datetime.timedelta(days=1)).status == "valid"


def test_a_case_that_is_dropped_sends_a_letter_and_leaves_the_filing(frozen):
    case, entity = after.filed(frozen)
    row = proposed(case, entity, frozen)
    done = cancellation.drop(actor=case.actor("director"), cancellation=row, comment="陈述意见成立。")
    assert done.state == S.DROPPED and after.again(entity).standing == "registered"
    letter = IssuedDocument.objects.get(cancellation=row, kind="not_cancelled")
    assert any("陈述意见成立" in text for text in letter.data["paragraphs"])
    assert not Notice.objects.filter(cancellation=row).exists()
    with pytest.raises(NotNow):
        cancellation.propose(actor=case.actor("officer"), cancellation=done, comment="再拟。")


def test_a_case_that_was_never_served_is_dropped_without_a_letter(frozen):
    case, entity = after.filed(frozen)
    after.rate(case, entity, "fail")
    row = Cancellation.objects.get(entity=entity)
    cancellation.drop(actor=case.actor("director"), cancellation=row, comment="评价结果将更正。")
    assert not row.documents.exists()


# --- nobody skips the hearing -----------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(cancellation.ACTIONS))
def test_no_act_leads_past_the_hearing(frozen, name):
    """From `opened` and from `hearing`, one act after the other: none reaches `proposed` before the days have run."""
    case, entity = after.filed(frozen)
    after.rate(case, entity, "fail")
    row = Cancellation.objects.get(entity=entity)
    payload = {"comment": REASON, "weighed": REASON}
    for who in ("officer", "director"):
        for first in (None, "serve"):
            if first and fresh(row).state == S.OPENED:
                cancellation.act(actor=case.actor("officer"), cancellation=fresh(row), name=first, payload={})
            try:
                with transaction.atomic():
                    done = cancellation.act(
                        actor=case.actor(who), cancellation=fresh(row), name=name, payload=payload
                    )
                    assert done.state not in (S.HEARD, S.PROPOSED, S.CONFIRMED)
                    raise NotNow.one("undo", "")
            except PortalError:
                pass
            assert after.again(entity).standing == "registered"


def test_the_last_day_belongs_to_the_unit(frozen):
    case, entity = after.filed(frozen)
    row = after.serve(case, entity)
    after.later(frozen, row.hearing_until)
    with pytest.raises(Invalid) as refused:
        cancellation.close_hearing(actor=case.actor("officer"), cancellation=row)
    assert [p.code for p in refused.value.problems] == ["hearing_open"] and refused.value.problems[0].clause
    cancellation.state_views(actor=case.actor("applicant"), cancellation=row, text="最后一天的意见。")
    after.later(frozen, row.hearing_until + datetime.timedelta(days=1))
    cancellation.close_hearing(actor=case.actor("officer"), cancellation=row)


def test_confirming_early_is_refused_by_guard_then_by_constraint(frozen, monkeypatch):
    """The row is moved to `proposed` behind the executor's back; the guard sees it, and without the guard the table."""
    case, entity = after.filed(frozen)
    row = after.serve(case, entity)
    officer = case.officer.pk
    sql(
        "UPDATE filings_cancellation SET state='proposed', heard_at=now(), proposed_by_id=%s, proposed_at=now(),"
        " proposal='x' WHERE id=%s",
        officer,
        row.pk,
    )
    with pytest.raises(Invalid) as refused:
        confirm(case, fresh(row))
    assert "hearing_open" in {p.code for p in refused.value.problems}
    unguarded = table.Workflow(
        noun="cancellation",
        transitions=tuple(
            table.Transition(t.name, t.sources, t.target, t.allowed, (), t.needs_comment, t.label)
            for t in table.CANCELLATION
        ),
    )
    monkeypatch.setattr(cancellation, "CANCELLATION", unguarded)
    with pytest.raises(DatabaseError, match="cancellation_after_hearing"), transaction.atomic():
        confirm(case, fresh(row))
    assert after.again(entity).standing == "registered" and fresh(row).state == S.PROPOSED


def test_raw_sql_cannot_cancel_an_entity(frozen):
    case, entity = after.filed(frozen)
    end = "UPDATE filings_entity SET standing='cancelled', ended_on=%s, end_reason='x' WHERE id=%s"
    with pytest.raises(DatabaseError, match="only by a confirmed cancellation"):
        sql(end, clock.today(), entity.pk)
    row = after.serve(case, entity)
    with pytest.raises(DatabaseError, match="only by a confirmed cancellation"):
        sql(end, clock.today(), entity.pk)
    decided = (
        "UPDATE filings_cancellation SET state='confirmed', heard_at=now(), proposed_by_id=%s, proposed_at=now(),"
        " proposal='x', decided_by_id=%s, decided_at=now(), decided_on=%s, decision='x' WHERE id=%s"
    )
    far = row.hearing_until + datetime.timedelta(days=1)
    with pytest.raises(DatabaseError, match="confirmed only after it was proposed"):
        sql(decided, case.officer.pk, case.director.pk, far, row.pk)
    with pytest.raises(DatabaseError, match="only by a confirmed cancellation"):
        Entity.objects.bulk_update([_cancelled(entity)], ["standing", "ended_on", "end_reason"])


def _cancelled(entity):
    entity.standing, entity.ended_on, entity.end_reason = "cancelled", clock.today(), "x"
    return entity


def test_raw_sql_cannot_confirm_with_a_rating_that_passed(frozen):
    case, entity = after.filed(frozen)
    row = proposed(case, entity, frozen)
    sql("UPDATE filings_rating SET grade='pass' WHERE id=%s", row.rating_id)
    with pytest.raises(DatabaseError, match="only a failed evaluation in force"):
        sql(
            "UPDATE filings_cancellation SET state='confirmed', decided_by_id=%s, decided_at=now(), decided_on=%s,"
            " decision='x' WHERE id=%s",
            case.director.pk,
            clock.today(),
            row.pk,
        )


def test_no_job_moves_a_case(frozen):
    case, entity = after.filed(frozen)
    row = proposed(case, entity, frozen)
    after.later(frozen, clock.today() + datetime.timedelta(days=60))
    standing.refresh(entity)
    nightly.ring()
    jobs.run_pending()
    assert fresh(row).state == S.PROPOSED and after.again(entity).standing == "registered"


@pytest.mark.parametrize(
    "name", ["propose_cancellation", "confirm_cancellation", "drop", "serve", "close_hearing"]
)
def test_the_system_does_not_act(frozen, name):
    case, entity = after.filed(frozen)
    states = {"serve": S.OPENED, "close_hearing": S.HEARING, "propose_cancellation": S.HEARD}
    row = proposed(case, entity, frozen)
    if name in states:
        row = Cancellation(pk=row.pk, entity=entity, state=states[name])
    rule = table.CANCELLATION[name].allowed
    assert not rule(Actor.system(), row)
    if row.state == S.PROPOSED:
        with pytest.raises(NotAllowed):
            cancellation.act(actor=Actor.system(), cancellation=row, name=name, payload={"comment": REASON})


# --- grounds ----------------------------------------------------------------------------------


def corrected(case, row, grade="pass"):
    made = ratings.record_rating(
        actor=case.actor("officer"),
        entity=row.entity,
        round=row.rating.round,
        rated_on=clock.today(),
        grade=grade,
        corrects=row.rating,
    )
    return ratings.confirm(actor=case.actor("director"), rating=made)


def test_a_rating_that_was_corrected_cannot_cancel(frozen, monkeypatch):
    """Even where the case had not ended with the correction."""
    case, entity = after.filed(frozen)
    row = proposed(case, entity, frozen)
    monkeypatch.setattr(ratings, "_follow", lambda *given: None)
    corrected(case, row)
    with pytest.raises(Invalid) as refused:
        confirm(case, fresh(row))
    assert [p.code for p in refused.value.problems] == ["not_failed"]


def test_a_corrected_rating_ends_the_case_and_the_unit_is_told(frozen):
    case, entity = after.filed(frozen)
    row = proposed(case, entity, frozen)
    corrected(case, row)
    ended = fresh(row)
    assert ended.state == S.DROPPED and ended.decided_by is None and "已更正为" in ended.decision
    assert ended.documents.filter(kind="not_cancelled").count() == 1
    with pytest.raises(NotNow):
        confirm(case, ended)
    assert after.again(entity).standing == "registered"


def test_a_rating_corrected_to_another_failed_one_keeps_the_case(frozen):
    case, entity = after.filed(frozen)
    row = proposed(case, entity, frozen)
    made = corrected(case, row, "fail")
    kept = fresh(row)
    assert (kept.state, kept.rating) == (S.PROPOSED, made)
    assert Cancellation.objects.filter(entity=entity).count() == 1
    assert confirm(case, kept).state == S.CONFIRMED


@pytest.mark.parametrize("grade", ["excellent", "good", "pass"])
def test_who_passed_is_not_even_asked(frozen, grade):
    case, entity = after.filed(frozen)
    after.rate(case, entity, grade)
    assert not Cancellation.objects.exists()
    with pytest.raises(Invalid) as refused:
        cancellation.open_(
            actor=case.actor("officer"), entity=entity, ground="failed_evaluation", reason=REASON
        )
    assert [p.code for p in refused.value.problems] == ["not_failed"]


def test_a_lost_condition_cancels_only_after_the_time_to_rectify(frozen):
    case, entity = after.filed(frozen)
    key = "elig_cons_min_enterprises"
    membership.leave(actor=case.member(0), entity=entity, reason="战略调整")

    def open_(condition=key, ground="condition_lost"):
        given = {"ground": ground, "condition": condition, "reason": REASON}
        return cancellation.open_(actor=case.actor("officer"), entity=after.again(entity), **given)

    with pytest.raises(Invalid) as refused:
        open_()
    assert [p.code for p in refused.value.problems] == ["still_running"]
    for bad in ({"condition": "elig_cons_min_academia"}, {"condition": ""}, {"ground": "x"}):
        with pytest.raises(Invalid):
            open_(**bad)
    due = entity.duties.get(kind="rectify", standing="open").due_at
    after.later(frozen, clock.local(due).date() + datetime.timedelta(days=1))
    row = open_()
    assert "建设方向1" in row.clause
    with pytest.raises(NotNow):
        open_()
    with pytest.raises(Invalid) as refused:
        cancellation.open_(actor=case.actor("officer"), entity=entity, ground="condition_lost", reason=" ")
    assert refused.value.problems[0].field == "reason"
    cancellation.serve(actor=case.actor("officer"), cancellation=row)


# --- who --------------------------------------------------------------------------------------


def test_the_second_person_is_another_person_whatever_the_post(frozen):
    case, entity = after.filed(frozen)
    row = heard(case, entity, frozen)
    row = cancellation.propose(actor=case.actor("director"), cancellation=row, comment="拟取消。")
    for who in ("director", "officer"):
        with pytest.raises(NotAllowed):
            cancellation.confirm(actor=case.actor(who), cancellation=row, comment="同意。")
    other = make_user("division_head", case.bureau)
    done = cancellation.confirm(actor=act(other, case.bureau), cancellation=row, comment="同意。")
    assert done.decided_by == other


def test_the_table_too_wants_two_people(frozen):
    case, entity = after.filed(frozen)
    row = proposed(case, entity, frozen)
    with pytest.raises(DatabaseError, match="cancellation_two_people"):
        sql("UPDATE filings_cancellation SET decided_by_id=proposed_by_id WHERE id=%s", row.pk)


def test_outsiders_and_members_cannot_act(frozen):
    case, entity = after.filed(frozen)
    row = after.serve(case, entity)
    for who in (case.actor("applicant"), case.member(0), case.actor("district")):
        with pytest.raises(NotAllowed):
            cancellation.act(actor=who, cancellation=row, name="pause", payload={"comment": REASON})
    with pytest.raises(NotVisible):
        cancellation.state_views(actor=case.member(0), cancellation=row, text="成员的意见。")
    with pytest.raises(NotVisible):
        cancellation.act(actor=case.actor("officer"), cancellation=row, name="skip", payload={})


# --- the hearing ------------------------------------------------------------------------------


def test_a_pause_keeps_the_days_that_were_left(frozen):
    case, entity = after.filed(frozen)
    row = after.serve(case, entity)
    two_gone = workdays.add_workdays(clock.today(), 2)
    after.later(frozen, two_gone)
    row = cancellation.pause(actor=case.actor("officer"), cancellation=row, comment="等待单位补充鉴定材料。")
    assert row.pauses.get().days_left == 3
    after.later(frozen, two_gone + datetime.timedelta(days=40))
    with pytest.raises(NotNow):
        cancellation.close_hearing(actor=case.actor("officer"), cancellation=fresh(row))
    cancellation.state_views(actor=case.actor("applicant"), cancellation=fresh(row), text="暂停期间的意见。")
    row = cancellation.resume(actor=case.actor("officer"), cancellation=fresh(row))
    assert row.hearing_until == workdays.add_workdays(clock.today(), 3)
    with pytest.raises(Invalid):
        cancellation.close_hearing(actor=case.actor("officer"), cancellation=fresh(row))


def test_the_october_holiday_and_its_make_up_day_count_as_they_are(frozen):
    case, entity = after.filed(frozen)
    after.later(frozen, datetime.date(2026, 9, 29))
    row = after.serve(case, entity)
    # 30 September, 8, 9 and 10 October (a Saturday worked), 12 October
    assert row.hearing_until == datetime.date(2026, 10, 12)


def test_what_the_unit_says_is_answered_and_comes_in_time(frozen):
    case, entity = after.filed(frozen)
    row = after.serve(case, entity)
    lead = case.actor("applicant")
    paper = SimpleUploadedFile("证据.pdf", pdf_bytes("证据"), "application/pdf")
    said = cancellation.state_views(actor=lead, cancellation=row, text="成果未计入。", upload=paper)
    assert said.stored.name == "证据.pdf" and said.organisation == case.lead
    with pytest.raises(Invalid):
        bad = SimpleUploadedFile("x.exe", b"MZ", "application/pdf")
        cancellation.state_views(actor=lead, cancellation=row, text="再补充。", upload=bad)
    for text in ("", " ", "字" * 5001, "a\x00b"):
        with pytest.raises(Invalid):
            cancellation.state_views(actor=lead, cancellation=row, text=text)
    after.hearing_ends(row, frozen)
    with pytest.raises(NotNow):
        cancellation.state_views(actor=lead, cancellation=row, text="迟到的意见。")
    row = cancellation.close_hearing(actor=case.actor("officer"), cancellation=row)
    with pytest.raises(NotNow):
        cancellation.state_views(actor=lead, cancellation=row, text="迟到的意见。")
    with pytest.raises(Invalid) as refused:
        cancellation.propose(actor=case.actor("officer"), cancellation=row, comment="拟取消。")
    assert [p.code for p in refused.value.problems] == ["weighed"]
    row = cancellation.propose(
        actor=case.actor("officer"), cancellation=row, comment="拟取消。", weighed="不予采纳，理由如下。"
    )
    back = cancellation.return_proposal(actor=case.actor("director"), cancellation=row, comment="理由不足。")
    assert back.state == S.HEARD


def test_renewal_and_exit_wait_while_a_case_is_open(frozen):
    case, entity = after.filed(frozen)
    after.later(frozen, entity.valid_until - datetime.timedelta(days=30))
    row = after.serve(case, entity)
    for action in ("renew", "exit"):
        with pytest.raises(Invalid) as refused:
            aftercare.start(actor=case.actor("applicant"), entity=after.again(entity), action=action)
        assert "cancellation_open" in {p.code for p in refused.value.problems}
    cancellation.drop(actor=case.actor("director"), cancellation=row, comment="不予取消。")
    assert after.start(case, entity, "renew").pk
