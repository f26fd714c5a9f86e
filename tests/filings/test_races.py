"""Two people at once: one wins, one is told; with the lock taken away the race shows."""

import threading

import pytest
from django.db import connection

from core.errors import PortalError
from core.workflow import Workflow
from filings.models import Decision, Filing
from filings.services import decision, submission
from tests.makers import accounts as people
from tests.makers import filings as make


def at_once(*calls):
    """Run the calls together; their results or refusals, in order."""
    barrier, outcome = threading.Barrier(len(calls)), [None] * len(calls)

    def run(index, call):
        try:
            barrier.wait(10)
            outcome[index] = call()
        except PortalError as refusal:
            outcome[index] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(i, c)) for i, c in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcome


def two_deciders(frozen):
    case = make.make_case()
    filing = make.drive(case, "proposed", frozen)
    second = people.make_user("division_head", case.bureau)
    one, two = case.actor("director"), people.act(second, case.bureau)
    return filing, (
        lambda: decision.confirm(actor=one, filing=filing, version=filing.version),
        lambda: decision.reject(actor=two, filing=filing, comment="任务重复", version=filing.version),
    )


@pytest.mark.django_db(transaction=True)
def test_two_deciders_one_wins_one_is_told(frozen):
    filing, calls = two_deciders(frozen)
    outcome = at_once(*calls)
    refusals = [o for o in outcome if isinstance(o, PortalError)]
    assert len(refusals) == 1
    assert refusals[0].status == 409
    # who comes second is told that it is done, or that the page is older than what somebody else did
    assert any(words in str(refusals[0]) for words in ("可能已由他人办理", "已被他人更新"))
    filing.refresh_from_db()
    assert filing.state in ("confirmed", "rejected")
    assert filing.events.filter(source="proposed").count() == 1
    assert Decision.objects.filter(filing=filing).exclude(result="open").count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_win(frozen, monkeypatch):
    """The control: the same two calls, the row read without a lock and both past the check before either writes."""
    filing, calls = two_deciders(frozen)
    barrier = threading.Barrier(2)
    checked = Workflow._check

    def read(self, obj):
        return Filing.objects.get(pk=obj.pk)

    def check_then_wait(self, *args, **kwargs):
        checked(self, *args, **kwargs)
        barrier.wait(10)

    monkeypatch.setattr(Workflow, "_locked", read)
    monkeypatch.setattr(Workflow, "_check", check_then_wait)
    outcome = at_once(*calls)
    assert not [o for o in outcome if isinstance(o, PortalError)]
    assert filing.events.filter(source="proposed").count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_double_click_submits_once(frozen):
    case = make.make_case()
    filing = make.start(case)
    make.invite_all(case, filing)
    make.confirm_all(case, filing)
    me = case.actor("applicant")
    outcome = at_once(*[lambda: submission.submit(actor=me, filing=filing)] * 4)
    assert sum(not isinstance(o, PortalError) for o in outcome) == 1
    assert filing.versions.count() == 1
    assert filing.documents.count() == 1
