"""Two filings of one entity, and what one of them carried over: the second never undoes the first in silence."""

import datetime
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from core.errors import Invalid, NotVisible
from core.models import StoredFile
from filings.enums import FINAL_STATES
from filings.models import Attachment, Filing
from filings.periods import add_months
from filings.selectors.filings import get_visible
from filings.services import (
    confirming,
    drafting,
    issue,
    membership,
    participation,
    recommendation,
    submission,
)
from filings.services.reading_files import may_read_attachment
from tests.makers import after
from tests.makers import filings as make
from tests.makers.papers import pdf_bytes
from tests.security.test_after_filing_endings import codes, confirmed, leave_request

pytestmark = pytest.mark.django_db


def in_window(entity, frozen):
    after.later(frozen, add_months(entity.valid_until, -3))


@pytest.mark.parametrize(("first", "second"), [("renew", "change"), ("change", "renew")])
def test_a_change_and_a_renewal_are_not_under_way_together(frozen, first, second):
    """Each would write all members and the whole plan as they stood when it began."""
    case, entity = after.filed(frozen)
    in_window(entity, frozen)
    before = after.start(case, entity, first)
    with pytest.raises(Invalid) as refused:
        after.start(case, entity, second)
    assert codes(refused) == ["already_open"]
    submission.withdraw(actor=case.actor("applicant"), filing=make.fresh(before), comment="先办另一件")
    assert after.start(case, entity, second).state == "draft"


def test_a_report_and_an_exit_may_be_under_way_beside_them(frozen):
    """The control: what writes neither members nor plan waits for nobody."""
    case, entity = after.filed(frozen)
    in_window(entity, frozen)
    after.start(case, entity, "change")
    after.start(case, entity, "annual_report", str(clock.today().year - 1))
    assert after.start(case, entity, "exit").state == "draft"


def test_a_draft_begun_before_another_was_issued_is_not_submitted(frozen):
    """As when both were begun before the rule: what was carried over is not what holds now."""
    case, entity = after.filed(frozen)
    in_window(entity, frozen)
    renewal = after.start(case, entity, "renew")
    Filing.objects.filter(pk=renewal.pk).update(action="exit")  # out of sight
    frozen.at(clock.now() + datetime.timedelta(hours=1))
    change = after.start(case, entity, "change")
    unit, _me = after.join(case, change)
    after.describe(case, change, "members")
    after.approve(case, after.submit(case, change))
    Filing.objects.filter(pk=renewal.pk).update(action="renew")
    with pytest.raises(Invalid) as refused:
        after.submit(case, renewal)
    assert "overtaken" in codes(refused)
    assert entity.members.filter(organisation=unit, until=None).exists()


def test_a_member_that_is_going_and_is_asked_back_in_another_role(frozen):
    """It has announced its exit, and the change that is issued meanwhile gives it another role: no error, no revival."""
    case, entity = after.filed(frozen)
    day = clock.today() + datetime.timedelta(days=60)
    membership.leave(actor=case.member(4), entity=entity, reason="战略调整", on=day)
    filing = after.start(case, entity, "change")
    gone = case.members[4]
    place = participation.invite(
        actor=case.actor("applicant"), filing=filing, code=gone.credit_code, role="other_member"
    )
    me = case.member(4)
    drafting.save_section(actor=me, filing=filing, section="member", data=make.MEMBER, strict=True)
    place.refresh_from_db()
    confirming.confirm(actor=me, filing=filing, participant=place)
    after.join(case, filing, "university", "academic")
    after.describe(case, filing, "members")
    filing = after.approve(case, after.submit(case, filing))
    assert filing.state == "filed"
    rows = entity.members.filter(organisation=gone).order_by("pk")
    assert rows[0].until is not None
    assert [r.role for r in rows if r.until is None or r.until > day] in ([], ["other_member"])


def test_a_file_that_was_carried_over_is_read_by_the_same_people(frozen):
    """A member's own file comes with it; no other member reads it, and who left before does not either."""
    case, entity = _with_own_file(frozen)
    old = Attachment.objects.get(participant__organisation=case.members[1])
    membership.leave(actor=case.member(2), entity=entity, reason="战略调整")
    change = after.start(case, entity, "change")
    unit, me = after.join(case, change)
    copy = Attachment.objects.get(filing=change, participant__organisation=case.members[1])
    assert copy.stored_id == old.stored_id
    stored = StoredFile.objects.get(pk=copy.stored_id)
    assert may_read_attachment(case.member(1), stored)
    for stranger in (case.member(0), case.member(2), me):
        assert not may_read_attachment(stranger, stored)
    agreement = Attachment.objects.get(filing=change, section="agreement").stored
    assert may_read_attachment(me, agreement)
    place = change.participants.get(organisation=unit)
    participation.remove(actor=case.actor("applicant"), filing=change, participant=place, reason="不再合作")
    assert not may_read_attachment(me, agreement)
    with pytest.raises(NotVisible):
        get_visible(me, change.pk)


def _with_own_file(frozen):
    case = make.make_case()
    filing = make.start(case)
    make.invite_all(case, filing)
    section = filing.spec.participant_sections[0]
    name = next(iter(section.files))
    paper = SimpleUploadedFile("合作证明.pdf", pdf_bytes("合作证明"), "application/pdf")
    drafting.save_section(
        actor=case.member(1), filing=filing, section="member", data=make.MEMBER, strict=True
    )
    drafting.attach(actor=case.member(1), filing=filing, section=section.key, field=name, upload=paper)
    make.confirm_all(case, filing)
    submission.submit(actor=case.actor("applicant"), filing=make.fresh(filing))
    filing = make.drive(case, "filed", frozen, filing=make.fresh(filing))
    return case, after.again(filing.subject)


def test_editing_the_own_section_of_a_change_asks_only_that_member_again(frozen):
    case, entity = after.filed(frozen)
    filing = after.start(case, entity, "change")
    data = make.MEMBER | {"capability": "能力有变化。"}
    drafting.save_section(actor=case.member(0), filing=filing, section="member", data=data, strict=True)
    found = dict(filing.participants.values_list("organisation_id", "standing"))
    assert found[case.members[0].pk] == "voided" and found[case.members[1].pk] == "confirmed"


def test_a_change_decided_in_time_and_issued_after_the_end_is_refused(frozen):
    case, entity = after.filed(frozen)
    after.later(frozen, entity.valid_until - datetime.timedelta(days=3))
    filing = after.start(case, entity, "change")
    after.join(case, filing)
    after.describe(case, filing, "members")
    filing = after.submit(case, filing)
    if filing.spec.procedure.recommendation:
        recommendation.recommend(actor=case.actor("district"), filing=filing)
    filing = confirmed(case, filing)
    after.later(frozen, entity.valid_until + datetime.timedelta(days=5))
    with pytest.raises(Invalid) as refused:
        issue.issue(actor=case.actor("officer"), filing=make.fresh(filing))
    assert "expired" in codes(refused)
    assert make.fresh(filing).state not in FINAL_STATES


def test_a_former_lead_ends_nothing(frozen):
    """It asked for the exit of the whole while it led; before that is issued another unit leads."""
    case, entity = after.filed(frozen)
    filing = leave_request(case, entity)
    entity = after.again(entity)
    entity.lead = case.members[0]
    entity.save(update_fields=["lead"])
    with pytest.raises(Invalid) as refused:
        issue.issue(actor=case.actor("officer"), filing=make.fresh(filing))
    assert codes(refused) == ["not_lead"]
    assert after.again(entity).standing == "registered"


def test_a_former_lead_hands_nothing_in(frozen):
    case, entity = after.filed(frozen)
    after.later(frozen, datetime.date(2027, 1, 11))
    filing = after.start(case, entity, "annual_report", "2026")
    after.fill_report(case, filing)
    entity = after.again(entity)
    entity.lead = case.members[0]
    entity.save(update_fields=["lead"])
    with pytest.raises(Invalid) as refused:
        after.submit(case, filing)
    assert codes(refused) == ["not_lead"]


def locks(queries):
    """The tables whose rows were locked, in order, each the first time."""
    found = [
        re.search(r'FROM "(\w+)"', q["sql"])[1]
        for q in queries
        if "FOR " in q["sql"] and "UPDATE" in q["sql"][-60:]
    ]
    return list(dict.fromkeys(found))


def test_whoever_changes_both_locks_the_entity_before_its_filing(frozen):
    """A member that leaves and an officer who issues at the same moment wait in one order, never for each other."""
    case, entity = after.filed(frozen)
    filing = leave_request(case, entity)
    with CaptureQueriesContext(connection) as seen:
        issue.issue(actor=case.actor("officer"), filing=make.fresh(filing))
    assert locks(seen.captured_queries)[:2] == ["filings_entity", "filings_filing"]
    other_case, other = after.filed(frozen)
    after.start(other_case, other, "change")
    with CaptureQueriesContext(connection) as seen:
        membership.leave(actor=other_case.member(0), entity=other, reason="战略调整")
    assert locks(seen.captured_queries)[:2] == ["filings_entity", "filings_filing"]
    whole = [q["sql"] for q in seen.captured_queries if 'FROM "filings_entity"' in q["sql"]]
    assert not any(sql.rstrip().endswith('FOR UPDATE OF "filings_entity"') for sql in whole)
