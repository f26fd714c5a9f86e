"""No way around the hearing: mergers, exits, announced exits, conflicts of interest, what was under way meanwhile."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from core import clock, workdays
from core.errors import Invalid, NotAllowed, NotNow, PortalError
from filings.enums import FINAL_STATES
from filings.models import Cancellation, Filing
from filings.selectors.owed_filing import owed
from filings.services import (
    applying,
    cancellation,
    confirming,
    decision,
    drafting,
    entity_waivers,
    examination,
    issue,
    membership,
    participation,
    ratings,
    recommendation,
    standing,
)
from filings.services.applying import Document
from tests.api.caller import Caller
from tests.makers import accounts as people
from tests.makers import after
from tests.makers import filings as make
from tests.makers.desk import browse
from tests.makers.papers import pdf_bytes

pytestmark = pytest.mark.django_db


def codes(refused):
    return [p.code for p in refused.value.problems]


def open_case(case, entity):
    """A failed evaluation has opened the procedure; the unit has not been told."""
    after.rate(case, entity, "fail")
    return Cancellation.objects.get(entity=entity, state="opened")


def confirmed(case, filing):
    """Decided, and only the document is missing."""
    officer = case.actor("officer")
    examination.start(actor=officer, filing=make.fresh(filing))
    make.check_everything(case, make.fresh(filing))
    examination.accept(actor=officer, filing=make.fresh(filing))
    decision.propose(actor=officer, filing=make.fresh(filing), months="")
    return decision.confirm(actor=case.actor("director"), filing=make.fresh(filing))


def merger(case, entity, other_case, other):
    """A change that absorbs another consortium, decided and not yet issued."""
    filing = after.start(case, entity, "change")
    after.describe(case, filing, "merger")
    me = case.actor("applicant")
    drafting.save_section(
        actor=me, filing=filing, section="merger", data={"absorbs": other.code}, strict=True
    )
    for index in range(len(case.members)):
        place = filing.participants.get(organisation=case.members[index])
        confirming.confirm(actor=case.member(index), filing=filing, participant=place)
    place = participation.invite(
        actor=me, filing=filing, code=other_case.lead.credit_code, role="chain_enterprise"
    )
    heir = other_case.actor("applicant")
    drafting.save_section(actor=heir, filing=filing, section="member", data=make.MEMBER, strict=True)
    place.refresh_from_db()
    confirming.confirm(actor=heir, filing=filing, participant=place)
    filing = after.submit(case, filing)
    if filing.spec.procedure.recommendation:
        recommendation.recommend(actor=case.actor("district"), filing=filing)
    return confirmed(case, filing)


def leave_request(case, entity):
    filing = after.start(case, entity, "exit")
    me = case.actor("applicant")
    section = filing.spec.section("exit")
    drafting.save_section(
        actor=me,
        filing=filing,
        section="exit",
        data={"reason": "攻关任务完成", "aftermath": "无"},
        strict=True,
    )
    for name in section.files:
        paper = SimpleUploadedFile("同意.pdf", pdf_bytes("同意"), "application/pdf")
        drafting.attach(actor=me, filing=filing, section="exit", field=name, upload=paper)
    return confirmed(case, after.submit(case, filing))


# --- mergers --------------------------------------------------------------------------------


def test_an_accomplice_does_not_absorb_one_that_is_being_cancelled(frozen):
    case, entity = after.filed(frozen)
    other_case, other = after.filed(frozen)
    filing = merger(case, entity, other_case, other)
    open_case(other_case, other)
    with pytest.raises(Invalid) as refused:
        issue.issue(actor=case.actor("officer"), filing=make.fresh(filing))
    assert codes(refused) == ["absorbs"]
    assert after.again(other).standing == "registered"


def test_a_cancelled_one_is_not_turned_into_a_merged_one(frozen):
    case, entity = after.filed(frozen)
    other_case, other = after.filed(frozen)
    filing = merger(case, entity, other_case, other)
    row = open_case(other_case, other)
    end(other_case, row, frozen)
    with pytest.raises(Invalid):
        issue.issue(actor=case.actor("officer"), filing=make.fresh(filing))
    other = after.again(other)
    assert other.standing == "cancelled" and other.linked_from.count() == 0


def test_absorbing_asks_again_under_the_lock(frozen):
    """The control for the guard: the service itself refuses, whatever was judged before."""
    case, entity = after.filed(frozen)
    other_case, other = after.filed(frozen)
    filing = merger(case, entity, other_case, other)
    open_case(other_case, other)
    document = Document("测试〔2026〕1号", clock.today(), 0)
    with pytest.raises(NotNow), transaction.atomic():
        applying.change(make.fresh(filing), document, case.actor("officer"))
    assert after.again(other).standing == "registered"


def end(case, row, frozen):
    """Served, heard, proposed by the officer, confirmed by the director."""
    officer = case.actor("officer")
    cancellation.serve(actor=officer, cancellation=row)
    after.hearing_ends(row, frozen)
    cancellation.close_hearing(actor=officer, cancellation=row)
    cancellation.propose(actor=officer, cancellation=row, comment="事实清楚", weighed="未陈述申辩")
    second = people.act(people.make_user("division_head", case.bureau), case.bureau)
    return cancellation.confirm(actor=second, cancellation=row, comment="同意")


def test_nobody_is_merged_by_a_confirmation_that_did_not_say_so(frozen):
    """Invited as a plain member, and named as what is to be merged once it has confirmed."""
    case, entity = after.filed(frozen)
    other_case, other = after.filed(frozen)
    filing = after.start(case, entity, "change")
    after.describe(case, filing, "members")
    me, heir = case.actor("applicant"), other_case.actor("applicant")
    place = participation.invite(
        actor=me, filing=filing, code=other_case.lead.credit_code, role="chain_enterprise"
    )
    drafting.save_section(actor=heir, filing=filing, section="member", data=make.MEMBER, strict=True)
    place.refresh_from_db()
    confirming.confirm(actor=heir, filing=filing, participant=place)
    for section in ("change", "merger"):
        try:
            drafting.save_section(
                actor=me, filing=filing, section=section, data={"absorbs": other.code}, strict=False
            )
        except PortalError:
            continue
    with pytest.raises(Invalid) as refused:
        after.submit(case, filing)
    assert {"absorbs", "unconfirmed_member"} <= set(codes(refused))


def test_the_next_change_starts_without_what_the_last_one_asked_for(frozen):
    case, entity = after.filed(frozen)
    other_case, other = after.filed(frozen)
    issue.issue(actor=case.actor("officer"), filing=merger(case, entity, other_case, other))
    assert after.again(other).standing == "merged"
    filing = after.start(case, entity, "change")
    assert not {"change", "merger", "lead_change"} & set(filing.content)
    assert not filing.attachments.filter(section="change").exists()


# --- exits and renewals under way -----------------------------------------------------------


@pytest.mark.parametrize("served", [False, True])
def test_an_exit_asked_for_before_does_not_overtake_the_hearing(frozen, served):
    case, entity = after.filed(frozen)
    filing = leave_request(case, entity)
    row = open_case(case, entity)
    if served:
        cancellation.serve(actor=case.actor("officer"), cancellation=row)
    with pytest.raises(Invalid):
        issue.issue(actor=case.actor("officer"), filing=make.fresh(filing))
    answer = Caller(case.officer).post(f"filings/{filing.pk}/actions/issue/", {})
    assert answer.status == 422
    assert after.again(entity).standing == "registered"


def test_what_was_decided_for_an_entity_that_ended_can_be_closed(frozen):
    """Nothing may stay open for ever: neither the filing nor the duty to issue it."""
    case, entity = after.filed(frozen)
    filing = leave_request(case, entity)
    end(case, open_case(case, entity), frozen)
    filing = make.fresh(filing)
    assert filing.state == "confirmed" and owed(filing.pk)
    head = people.act(people.make_user("division_head", case.bureau), case.bureau)
    decision.reject(actor=head, filing=filing, comment="主体已被取消备案资格")
    filing = make.fresh(filing)
    assert filing.state in FINAL_STATES and not owed(filing.pk)


def test_what_was_confirmed_is_not_refused_while_it_can_be_issued(frozen):
    case, entity = after.filed(frozen)
    filing = leave_request(case, entity)
    head = people.act(people.make_user("division_head", case.bureau), case.bureau)
    with pytest.raises(PortalError):
        decision.reject(actor=head, filing=filing, comment="改变主意")
    assert make.fresh(filing).state == "confirmed"


# --- grounds --------------------------------------------------------------------------------


def test_a_condition_that_is_still_met_ends_nothing(frozen):
    """A member has said that it will go; until it goes the condition is met, whatever the lamp warns of."""
    case, entity = after.filed(frozen)
    membership.leave(
        actor=case.member(0),
        entity=entity,
        reason="战略调整",
        on=clock.today() + datetime.timedelta(days=90),
    )
    entity = after.again(entity)
    assert entity.lamp == "amber"
    duty = entity.duties.get(kind="rectify", standing="open")
    after.later(frozen, workdays.add_workdays(clock.local(duty.due_at).date(), 1))
    assert after.again(entity).members.get(organisation=case.members[0]).until > clock.today()
    standing.refresh(entity)
    ground = next(g.key for g in entity.spec.grounds if g.needs_condition)
    with pytest.raises(Invalid):
        cancellation.open_(
            actor=case.actor("officer"),
            entity=after.again(entity),
            ground=ground,
            reason="成员不足",
            condition="elig_cons_min_enterprises",
        )
    row = Cancellation.objects.create(
        entity=entity,
        ground=ground,
        condition="elig_cons_min_enterprises",
        clause="第一条",
        reason="成员不足",
        opened_at=clock.now(),
    )
    with pytest.raises(Invalid) as refused:
        cancellation.serve(actor=case.actor("officer"), cancellation=row)
    assert codes(refused) == ["met"]


def test_a_correction_of_a_correction_has_a_name_that_fits(frozen):
    case, entity = after.filed(frozen)
    row = after.rate(case, entity, "good", "轮" * 70)
    officer, head = case.actor("officer"), case.actor("director")
    for grade in ("pass", "good", "pass", "good"):
        made = ratings.record_rating(
            actor=officer,
            entity=entity,
            round=row.round[:70],
            rated_on=clock.today(),
            grade=grade,
            corrects=row,
        )
        row = ratings.confirm(actor=head, rating=made)
    assert row.is_in_force and entity.ratings.filter(superseded_by=None).count() == 1


# --- conflicts of interest ------------------------------------------------------------------


@pytest.mark.parametrize("announced", [False, True])
def test_who_works_for_a_member_does_nothing_with_its_entity(frozen, announced):
    case, entity = after.filed(frozen)
    for user in (case.officer, case.director):
        people.give_role(user, "filler", case.members[0])
    if announced:
        day = clock.today() + datetime.timedelta(days=60)
        membership.leave(actor=case.member(0), entity=entity, reason="战略调整", on=day)
    officer, head = case.actor("officer"), case.actor("director")
    entity = after.again(entity)
    rating = {"round": "2026", "rated_on": clock.today(), "grade": "excellent"}
    tries = (
        lambda: ratings.record_rating(actor=officer, entity=entity, **rating),
        lambda: cancellation.open_(actor=officer, entity=entity, ground="failed_evaluation", reason="不合格"),
        lambda: entity_waivers.grant(
            actor=officer, entity=entity, condition="elig_cons_min_enterprises", reason="同意"
        ),
        lambda: entity_waivers.confirm(actor=head, entity=entity, condition="elig_cons_min_enterprises"),
        lambda: entity_waivers.end(
            actor=head, entity=entity, condition="elig_cons_min_enterprises", reason="结束"
        ),
    )
    for act in tries:
        with pytest.raises(NotAllowed) as refused:
            act()
        assert "回避" in str(refused.value)
    caller = Caller(case.officer, case.bureau)
    body = rating | {"rated_on": clock.today().isoformat()}
    assert caller.post(f"entities/{entity.code}/ratings/", body).status == 403
    page = browse(case.officer).post(f"/filings/entities/{entity.code}/ratings/new/", body)
    assert page.status_code in (403, 404)
    # the control: somebody else can
    other = people.act(people.make_user("case_officer", case.bureau), case.bureau)
    made = ratings.record_rating(actor=other, entity=entity, **rating)
    with pytest.raises(NotAllowed):
        ratings.confirm(actor=head, rating=made)
    row = cancellation.start(
        actor=other, entity=entity, ground="failed_evaluation", reason="事实", clause="第一条"
    )
    with pytest.raises(NotAllowed):
        cancellation.serve(actor=officer, cancellation=row)


def test_a_loop_of_pauses_takes_no_day_from_the_unit(frozen):
    case, entity = after.filed(frozen)
    officer = case.actor("officer")
    row = cancellation.serve(actor=officer, cancellation=open_case(case, entity))
    last = row.hearing_until
    for _turn in range(6):
        cancellation.pause(actor=officer, cancellation=row, comment="补充调查")
        row = cancellation.resume(actor=officer, cancellation=row)
        assert row.hearing_until >= last
    after.later(frozen, last)
    cancellation.pause(actor=officer, cancellation=row, comment="补充调查")
    with pytest.raises(PortalError):
        cancellation.close_hearing(actor=officer, cancellation=row)
    after.later(frozen, last + datetime.timedelta(days=30))
    row = cancellation.resume(actor=officer, cancellation=row)
    assert row.hearing_until > clock.today()
    with pytest.raises(PortalError):
        cancellation.close_hearing(actor=officer, cancellation=row)
    assert Filing.objects.filter(entity=entity).count() == 1
