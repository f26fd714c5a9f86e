"""Two at the same moment: what is on record afterwards is true, whoever was faster."""

import threading

import pytest
from django.db import connection

from core.errors import PortalError
from filings.content import fingerprint
from filings.models import Certificate, Confirmation, Filing
from filings.selectors.reading import part_to_confirm
from filings.services import confirming, drafting, issue, notice, submission
from tests.core.threads import together
from tests.makers import filings as make

pytestmark = pytest.mark.django_db(transaction=True)


def standing_is_true(filing):
    """Every standing confirmation is over what is there now."""
    for row in Confirmation.objects.filter(participant__filing=filing, voided_at=None).select_related(
        "participant"
    ):
        row.participant.filing = filing
        if row.participant.role != "lead" and row.sha256 != fingerprint(part_to_confirm(row.participant)):
            return False
    return True


def ready():
    case = make.make_case()
    filing = make.start(case)
    make.invite_all(case, filing)
    me = case.member(0)
    drafting.save_section(actor=me, filing=filing, section="member", data=make.MEMBER, strict=True)
    return case, filing, filing.participants.get(organisation=case.members[0])


def edit(case, filing, text):
    return drafting.save_section(
        actor=case.actor("applicant"),
        filing=filing,
        section="tasks",
        data={"funding_note": text},
        strict=True,
    )


def test_confirming_and_editing_leave_no_confirmation_over_other_content():
    case, filing, place = ready()
    for turn in range(4):
        place.refresh_from_db()
        together(
            lambda: confirming.confirm(actor=case.member(0), filing=filing, participant=place),
            lambda t=turn: edit(case, filing, f"第 {t} 稿"),
        )
        now = Filing.objects.get(pk=filing.pk)
        assert standing_is_true(now)
        place.refresh_from_db()
        has = place.confirmations.filter(voided_at=None).exists()
        assert has == (place.standing == "confirmed")


def test_without_the_lock_a_confirmation_stands_over_other_content(monkeypatch):
    """The control: the member has read the filing, then the lead saves, then the member's confirmation is written."""
    case, filing, place = ready()
    read, saved = threading.Event(), threading.Event()
    genuine = confirming.record

    def late(row, actor, **words):
        part = part_to_confirm(row)
        read.set()
        saved.wait(10)
        monkeypatch.setattr(confirming, "part_to_confirm", lambda *a, **k: part)
        return genuine(row, actor, **words)

    class Unlocked:
        def get(self, pk):
            return Filing.objects.get(pk=pk)

    monkeypatch.setattr(confirming, "record", late)
    monkeypatch.setattr(Filing.objects, "select_for_update", lambda **k: Unlocked(), raising=False)

    def member():
        try:
            return confirming.confirm(actor=case.member(0), filing=filing, participant=place)
        finally:
            connection.close()

    thread = threading.Thread(target=member)
    thread.start()
    assert read.wait(10)
    edit(case, filing, "趁机改写")
    saved.set()
    thread.join(20)
    monkeypatch.undo()
    assert not standing_is_true(Filing.objects.get(pk=filing.pk))


def test_what_was_submitted_is_what_is_there():
    case = make.make_case()
    filing = make.start(case)
    make.invite_all(case, filing)
    make.confirm_all(case, filing)
    done = together(
        lambda: submission.submit(actor=case.actor("applicant"), filing=filing),
        lambda: drafting.save_section(
            actor=case.actor("applicant"),
            filing=filing,
            section="basic",
            data={"background": "最后一刻"},
            strict=True,
        ),
        lambda: edit(case, filing, "最后一刻改分工"),
    )
    now = Filing.objects.get(pk=filing.pk)
    assert not [d for d in done if isinstance(d, Exception) and not isinstance(d, PortalError)]
    assert standing_is_true(now)
    if now.state == "submitted":
        assert now.versions.get().snapshot["content"] == now.content
    else:
        assert not now.versions.exists()


def test_two_issue_one_certificate(frozen):
    case = make.make_case()
    filing = make.drive(case, "on_notice", frozen)
    make.run_out_notice(filing, frozen)
    notice.close(actor=case.actor("officer"), filing=filing)
    done = together(*[lambda: issue.issue(actor=case.actor("officer"), filing=filing) for _n in range(3)])
    assert sum(isinstance(d, Filing) for d in done) == 1
    assert all(d.status == 409 for d in done if not isinstance(d, Filing))
    assert Certificate.objects.filter(filing=filing).count() == 1


def test_two_publish_one_notice(frozen):
    case = make.make_case()
    filing = make.drive(case, "confirmed", frozen)
    done = together(*[lambda: notice.publish(actor=case.actor("officer"), filing=filing) for _n in range(3)])
    assert sum(isinstance(d, Filing) for d in done) == 1
    assert filing.notices.count() == 1
