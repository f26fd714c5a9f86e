"""What happens to a consortium once it is filed: change, exit of a member, annual report, renewal, exit, merger."""

import datetime

import pytest

from core import clock
from core.errors import Invalid, NotAllowed, NotNow
from filings.enums import Lamp, State
from filings.models import Certificate, Filing
from filings.periods import add_months
from filings.services import (
    confirming,
    drafting,
    entity_waivers,
    membership,
    participation,
    standing,
    submission,
)
from tests.makers import after
from tests.makers import filings as make

pytestmark = pytest.mark.django_db


# --- change ---------------------------------------------------------------------------------


def test_a_change_carries_over_what_was_confirmed(frozen):
    case, entity = after.filed(frozen)
    filing = after.start(case, entity, "change")
    standings = set(filing.participants.exclude(role="lead").values_list("standing", flat=True))
    assert standings == {"confirmed"}
    assert filing.title == entity.name and filing.content["tasks"]["tasks"]
    assert filing.attachments.filter(section="agreement").count() == 1


def test_editing_the_shared_part_of_a_change_asks_the_members_again(frozen):
    case, entity = after.filed(frozen)
    filing = after.start(case, entity, "change")
    data = {"funding_note": "按新的任务书分担。"}
    drafting.save_section(
        actor=case.actor("applicant"), filing=filing, section="tasks", data=data, strict=True
    )
    assert set(filing.participants.exclude(role="lead").values_list("standing", flat=True)) == {"voided"}
    after.describe(case, filing, "plan")
    with pytest.raises(Invalid) as refused:
        after.submit(case, filing)
    assert {p.code for p in refused.value.problems} == {"unconfirmed_member"}


def test_a_change_that_changes_nothing_is_none(frozen):
    case, entity = after.filed(frozen)
    filing = after.start(case, entity, "change")
    after.describe(case, filing, "other")
    with pytest.raises(Invalid) as refused:
        after.submit(case, filing)
    assert [p.code for p in refused.value.problems] == ["nothing_changed"]


def test_a_new_member_joins_and_another_leaves(frozen):
    case, entity = after.filed(frozen)
    filing = after.start(case, entity, "change")
    unit, _me = after.join(case, filing)
    leaving = filing.participants.get(organisation=case.members[0])
    with pytest.raises(Invalid):
        participation.remove(actor=case.actor("applicant"), filing=filing, participant=leaving)
    participation.remove(
        actor=case.actor("applicant"), filing=filing, participant=leaving, reason="合作任务已完成"
    )
    after.describe(case, filing, "members")
    filing = after.approve(case, after.submit(case, filing))
    assert filing.state == State.FILED and filing.staff_label == "已变更"
    entity = after.again(entity)
    gone = entity.members.get(organisation=case.members[0])
    assert gone.left_reason == "合作任务已完成" and gone.until == clock.today()
    assert entity.members.get(organisation=unit, until=None).ground_id == filing.pk
    kinds = list(entity.history.values_list("kind", flat=True))
    assert kinds == ["registered", "left", "joined"]
    old, new = entity.certificates.order_by("pk")
    assert (old.standing, new.number) == ("replaced", f"{entity.code}-G01")
    assert new.document.data["replaces"] == old.number
    assert new.valid_until == old.valid_until == entity.valid_until
    assert entity.status_on(clock.today()) == "valid" and old.status_on(clock.today()) == "replaced"


def test_a_change_that_breaks_a_condition_is_blocked_without_a_reason(frozen):
    case, entity = after.filed(frozen)
    filing = after.start(case, entity, "change")
    leaving = filing.participants.get(organisation=case.members[0])
    participation.remove(actor=case.actor("applicant"), filing=filing, participant=leaving, reason="合作结束")
    after.describe(case, filing, "members")
    with pytest.raises(Invalid) as refused:
        after.submit(case, filing)
    assert [p.code for p in refused.value.problems] == ["elig_cons_min_enterprises"]
    assert "青科规" in refused.value.problems[0].clause or refused.value.problems[0].clause


def test_a_new_name_is_on_the_register_and_in_the_history(frozen):
    case, entity = after.filed(frozen)
    filing = after.start(case, entity, "change")
    name = {"name": "青岛市智能感知创新联合体"}
    drafting.save_section(
        actor=case.actor("applicant"), filing=filing, section="basic", data=name, strict=True
    )
    after.describe(case, filing, "name")
    after.approve(case, after.submit(case, filing))
    entity = after.again(entity)
    assert entity.name == "青岛市智能感知创新联合体"
    line = entity.history.get(kind="renamed")
    assert line.data == {"from": "青岛市智能传感创新联合体", "to": "青岛市智能感知创新联合体"}


def test_only_one_change_at_a_time(frozen):
    case, entity = after.filed(frozen)
    after.start(case, entity, "change")
    with pytest.raises(Invalid) as refused:
        after.start(case, entity, "change")
    assert [p.code for p in refused.value.problems] == ["already_open"]


def test_nobody_but_the_lead_starts_anything(frozen):
    from filings.services import aftercare

    case, entity = after.filed(frozen)
    for who in (case.member(0), case.actor("officer"), case.actor("district")):
        with pytest.raises(NotAllowed):
            aftercare.start(actor=who, entity=entity, action="change")


# --- a member's own exit --------------------------------------------------------------------


def test_a_member_leaves_and_the_lamp_turns_red_with_a_duty(frozen):
    case, entity = after.filed(frozen)
    assert entity.lamp == Lamp.GREEN
    membership.leave(actor=case.member(0), entity=entity, reason="战略调整")
    entity = after.again(entity)
    assert entity.lamp == Lamp.RED
    assert [u["condition"] for u in entity.unmet] == ["elig_cons_min_enterprises"]
    duty = entity.duties.get(kind="rectify", standing="open")
    assert duty.organisation == case.lead and duty.due_at > clock.now() and duty.clause
    filing = after.start(case, entity, "change")
    after.join(case, filing)
    after.describe(case, filing, "members")
    after.approve(case, after.submit(case, filing))
    assert after.again(entity).lamp == Lamp.GREEN
    assert not entity.duties.filter(kind="rectify", standing="open").exists()


def test_a_waiver_of_two_people_turns_the_lamp_green(frozen):
    case, entity = after.filed(frozen)
    membership.leave(actor=case.member(0), entity=entity, reason="战略调整")
    key = "elig_cons_min_enterprises"
    officer, director = case.actor("officer"), case.actor("director")
    entity_waivers.ask(
        actor=case.actor("applicant"), entity=entity, condition=key, reason="正在洽谈新的企业。"
    )
    assert after.again(entity).lamp == Lamp.RED
    entity_waivers.grant(actor=director, entity=entity, condition=key, reason="同意例外半年。")
    with pytest.raises(Invalid):  # nobody confirms an exception of one's own
        entity_waivers.confirm(actor=director, entity=entity, condition=key)
    with pytest.raises(NotAllowed):
        entity_waivers.confirm(actor=officer, entity=entity, condition=key)
    entity_waivers.grant(actor=officer, entity=entity, condition=key, reason="同意例外半年。")
    entity_waivers.confirm(actor=director, entity=entity, condition=key)
    entity = after.again(entity)
    assert entity.lamp == Lamp.GREEN and entity.history.filter(kind="waived").count() == 1
    entity_waivers.end(actor=director, entity=entity, condition=key, reason="期限已到。")
    assert after.again(entity).lamp == Lamp.RED


def test_an_exit_announced_for_later_shows_amber_until_then(frozen):
    case, entity = after.filed(frozen)
    day = clock.today() + datetime.timedelta(days=30)
    membership.leave(actor=case.member(0), entity=entity, reason="战略调整", on=day)
    entity = after.again(entity)
    assert entity.lamp == Lamp.AMBER
    after.later(frozen, day)
    standing.refresh(entity)
    assert after.again(entity).lamp == Lamp.RED


@pytest.mark.parametrize("on", ["2026-03-09", "2027-01-01", "soon"])
def test_the_day_of_an_exit_is_checked(frozen, on):
    case, entity = after.filed(frozen)
    with pytest.raises(Invalid):
        membership.leave(actor=case.member(0), entity=entity, reason="战略调整", on=on)
    assert entity.members.filter(until=None).count() == 6


def test_the_lead_cannot_just_leave_and_nobody_leaves_twice(frozen):
    case, entity = after.filed(frozen)
    with pytest.raises(NotNow):
        membership.leave(actor=case.actor("applicant"), entity=entity, reason="战略调整")
    membership.leave(actor=case.member(0), entity=entity, reason="战略调整")
    with pytest.raises((NotAllowed, NotNow)):
        membership.leave(actor=case.member(0), entity=entity, reason="战略调整")


def test_a_member_removed_while_it_confirms_is_told(frozen):
    case, entity = after.filed(frozen)
    filing = after.start(case, entity, "change")
    place = filing.participants.get(organisation=case.members[0])
    participation.remove(actor=case.actor("applicant"), filing=filing, participant=place, reason="合作结束")
    with pytest.raises(NotNow) as refused:
        confirming.confirm(actor=case.member(0), filing=filing, participant=place)
    assert refused.value.problems[0].code == "declined"


def test_who_leaves_leaves_proposals_under_way_too(frozen):
    case, entity = after.filed(frozen)
    filing = after.start(case, entity, "change")
    membership.leave(actor=case.member(0), entity=entity, reason="战略调整")
    assert filing.participants.get(organisation=case.members[0]).standing == "declined"


# --- annual report ---------------------------------------------------------------------------


def test_the_annual_report_is_prefilled_and_filed_away(frozen):
    case, entity = after.filed(frozen)
    with pytest.raises(Invalid) as refused:
        after.start(case, entity, "annual_report", "2026")
    assert [p.code for p in refused.value.problems] == ["period"]
    after.later(frozen, datetime.date(2027, 1, 11))
    standing.refresh(entity)
    assert entity.duties.filter(kind="annual_report", standing="open").count() == 1
    filing = after.start(case, entity, "annual_report", "2026")
    rows = filing.content["report_progress"]["tasks"]
    assert rows[0]["goal"] == "噪声不高于 2 纳伏" and rows[0]["planned"] == "12000000.00"
    assert len(filing.content["report_members"]["members"]) == 6
    after.fill_report(case, filing)
    filing = after.submit(case, filing)
    assert not entity.duties.filter(kind="annual_report", standing="open").exists()
    from filings.services import examination

    examination.start(actor=case.actor("officer"), filing=filing)
    examination.record(actor=case.actor("officer"), filing=make.fresh(filing))
    filing = make.fresh(filing)
    assert (filing.state, filing.staff_label) == (State.FILED, "已归档")
    assert entity.history.filter(kind="reported").count() == 1
    with pytest.raises(Invalid):
        after.start(case, entity, "annual_report", "2026")


# --- renewal, expiry, exit ------------------------------------------------------------------


def test_a_renewal_a_day_too_early_and_a_day_too_late(frozen):
    case, entity = after.filed(frozen)
    end = entity.valid_until
    opens, closes = add_months(end, -6), add_months(end, 3)
    for day, code in (
        (opens - datetime.timedelta(days=1), "too_early"),
        (closes + datetime.timedelta(days=1), "too_late"),
    ):
        after.later(frozen, day)
        with pytest.raises(Invalid) as refused:
            after.start(case, entity, "renew")
        assert [p.code for p in refused.value.problems] == [code] and refused.value.problems[0].clause
    for day in (opens, closes):
        after.later(frozen, day)
        filing = after.start(case, entity, "renew")
        submission.withdraw(actor=case.actor("applicant"), filing=filing, comment="改日再办")


def test_the_window_of_an_end_on_29_february_is_clipped():
    assert add_months(datetime.date(2028, 2, 29), -6) == datetime.date(2027, 8, 29)
    assert add_months(datetime.date(2027, 8, 31), 6) == datetime.date(2028, 2, 29)
    assert add_months(datetime.date(2028, 8, 31), 6) == datetime.date(2029, 2, 28)


def test_a_draft_of_a_renewal_cannot_be_submitted_after_the_window(frozen):
    case, entity = after.filed(frozen)
    after.later(frozen, entity.valid_until)
    filing = after.start(case, entity, "renew")
    after.later(frozen, add_months(entity.valid_until, 3) + datetime.timedelta(days=1))
    with pytest.raises(Invalid) as refused:
        after.submit(case, filing)
    assert "too_late" in {p.code for p in refused.value.problems}


def test_a_renewal_goes_on_where_the_old_validity_ends(frozen):
    case, entity = after.filed(frozen)
    old_end = entity.valid_until
    after.later(frozen, add_months(old_end, -4))
    filing = after.start(case, entity, "renew")
    standings = set(filing.participants.exclude(role="lead").values_list("standing", flat=True))
    assert standings == {"invited"}
    me = case.actor("applicant")
    term = {"achievements": "三项任务全部完成。", "next_term": "开展第二代芯片研发。"}
    drafting.save_section(actor=me, filing=filing, section="term", data=term, strict=True)
    make.confirm_all(case, filing)
    filing = make.drive(case, State.FILED, frozen, filing=after.submit(case, filing))
    entity = after.again(entity)
    first, second = entity.certificates.order_by("pk")
    assert second.number == f"{entity.code}-B01"
    assert second.valid_from == old_end + datetime.timedelta(days=1)
    assert entity.valid_until == second.valid_until and entity.code == first.number
    assert entity.status_on(old_end) == entity.status_on(second.valid_from) == "valid"
    assert entity.history.filter(kind="renewed").count() == 1


def test_a_late_renewal_leaves_the_gap_it_had(frozen):
    case, entity = after.filed(frozen)
    old_end = entity.valid_until
    after.later(frozen, old_end + datetime.timedelta(days=40))
    assert entity.status_on(clock.today()) == "expired"
    filing = after.start(case, entity, "renew")
    term = {"achievements": "三项任务全部完成。", "next_term": "开展第二代芯片研发。"}
    drafting.save_section(
        actor=case.actor("applicant"), filing=filing, section="term", data=term, strict=True
    )
    make.confirm_all(case, filing)
    make.drive(case, State.FILED, frozen, filing=after.submit(case, filing))
    entity = after.again(entity)
    gap = old_end + datetime.timedelta(days=20)
    assert (entity.status_on(gap), entity.status_on(clock.today())) == ("expired", "valid")


def test_an_expired_consortium_cannot_be_changed(frozen):
    case, entity = after.filed(frozen)
    after.later(frozen, entity.valid_until + datetime.timedelta(days=1))
    for action in ("change", "exit"):
        with pytest.raises(Invalid) as refused:
            after.start(case, entity, action)
        assert "expired" in {p.code for p in refused.value.problems}


def test_the_whole_consortium_leaves_by_its_own_wish(frozen):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tests.makers.papers import pdf_bytes

    case, entity = after.filed(frozen)
    filing = after.start(case, entity, "exit")
    me = case.actor("applicant")
    data = {"reason": "任务已提前完成。", "aftermath": "知识产权按协议归属各方。"}
    drafting.save_section(actor=me, filing=filing, section="exit", data=data, strict=True)
    paper = SimpleUploadedFile("同意退出.pdf", pdf_bytes("同意退出"), "application/pdf")
    drafting.attach(actor=me, filing=filing, section="exit", field="resolution", upload=paper)
    filing = after.approve(case, after.submit(case, filing))
    entity = after.again(entity)
    assert (entity.standing, entity.ended_on) == ("exited", clock.today())
    assert Certificate.objects.get(entity=entity).status_on(clock.today()) == "ended"
    assert not entity.duties.filter(standing="open").exists()
    with pytest.raises(Invalid) as refused:
        after.start(case, entity, "change")
    assert [p.code for p in refused.value.problems] == ["ended"]
    assert Filing.objects.filter(entity=entity).count() == 2
