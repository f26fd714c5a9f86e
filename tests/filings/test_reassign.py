"""Many cases handed over at once: each is answered for, two heads at once do not undo each other."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from core.errors import Invalid, NotAllowed, PortalError
from filings.models import Filing
from filings.services.assignment import BULK_LIMIT, assign, reassign
from tests.makers import accounts as people
from tests.makers import filings as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> make.Case:
    return make.make_case(experts=0)


def copies(filing: Filing, count: int, **changes: object) -> list[Filing]:
    """More cases of the same kind, without driving each."""
    made = []
    for number in range(count):
        row = make.fresh(filing)
        row.pk, row.receipt_number = None, f"QD-SL-2026-8{number:03d}"
        for name, value in changes.items():
            setattr(row, name, value)
        row.save(force_insert=True)
        made.append(row)
    return made


def test_many_are_handed_over_and_each_is_answered_for(case, frozen):
    filing = make.drive(case, "in_examination")
    open_ones = copies(filing, 3)
    mine = copies(filing, 1, receipt_number="x", assigned_to_id=case.director.pk)[0]
    second, head = case.director, case.actor("director")
    partner_case = make.drive(case, "in_examination", filing=None, name="另一联合体")
    people.give_role(case.director, "filler", case.members[0])
    rows = [*open_ones, mine, partner_case]
    trial = reassign(actor=head, filings=rows, to=second, reason="", dry_run=True)
    assert trial.entry is None
    assert Filing.objects.filter(assigned_to=second).count() == 1
    done = reassign(actor=head, filings=rows, to=second, reason="集中办理")
    assert [(r.filing.pk, r.result, r.note) for r in done.rows] == [
        (r.filing.pk, r.result, r.note) for r in trial.rows
    ]
    results = {r.filing.pk: r for r in done.rows}
    # the copies have no members of their own, so the head's unit takes part in one only
    assert [results[row.pk].result for row in open_ones] == ["done"] * 3
    assert results[mine.pk].result == "skipped"
    assert results[partner_case.pk].result == "failed" and "回避" in results[partner_case.pk].note
    assert done.entry is not None and len(done.entry.detail["rows"]) == 5
    assert make.fresh(partner_case).assigned_to == case.officer


def test_many_have_a_limit_and_a_reason(case):
    filing = make.drive(case, "in_examination")
    head = case.actor("director")
    second = people.make_user("case_officer", case.bureau)
    with pytest.raises(Invalid):
        reassign(actor=head, filings=[], to=second, reason="原因")
    with pytest.raises(Invalid):
        reassign(actor=head, filings=[filing], to=second, reason="")
    with pytest.raises(Invalid):
        reassign(actor=head, filings=[filing], to=case.district, reason="原因")
    many = [Filing(pk=number) for number in range(1, BULK_LIMIT + 2)]
    with pytest.raises(Invalid) as refused:
        reassign(actor=head, filings=many, to=second, reason="原因")
    assert str(BULK_LIMIT) in refused.value.problems[0].message


def test_a_case_of_another_bureau_is_not_handed_over(case):
    filing = make.drive(case, "in_examination")
    zibo = people.make_bureau("370300")
    head = people.act(people.make_user("division_head", zibo), zibo)
    officer = people.make_user("case_officer", zibo)
    done = reassign(actor=head, filings=[filing], to=officer, reason="原因")
    assert [row.result for row in done.rows] == ["failed"]
    with pytest.raises(NotAllowed):
        assign(actor=head, filing=filing, to=officer, reason="原因")


def at_once(*calls):
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


def two_heads(case):
    filing = make.drive(case, "in_examination")
    one, two = (people.make_user("case_officer", case.bureau) for _n in range(2))
    other = people.act(people.make_user("division_head", case.bureau), case.bureau)
    seen = {filing.pk: filing.assigned_to_id}
    calls = [
        lambda: reassign(actor=case.actor("director"), filings=[filing], to=one, reason="一", seen=seen),
        lambda: reassign(actor=other, filings=[filing], to=two, reason="二", seen=seen),
    ]
    return filing, calls


@pytest.mark.django_db(transaction=True)
def test_of_two_heads_at_once_one_is_told(case):
    filing, calls = two_heads(case)
    results = [row.result for handover in at_once(*calls) for row in handover.rows]
    assert sorted(results) == ["done", "failed"]
    assert filing.events.filter(name="assigned").exclude(actor=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_looking_at_who_had_it_both_would_win(case, monkeypatch):
    """The control: the same two calls, and nobody asks what the page showed."""
    from filings.services import assignment

    filing, calls = two_heads(case)
    refusal = assignment._refusal
    monkeypatch.setattr(assignment, "_refusal", lambda a, r, p, s: refusal(a, r, p, assignment.UNSEEN))
    results = [row.result for handover in at_once(*calls) for row in handover.rows]
    assert results == ["done", "done"]
    assert filing.events.filter(name="assigned").exclude(actor=None).count() == 2
