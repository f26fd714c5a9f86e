"""The bureau's readings of what the guideline leaves open decide what happens after filing."""

import datetime

import pytest

from core import clock, workdays
from core.errors import Invalid
from filings.models import Cancellation
from filings.periods import add_months
from filings.selectors.lifecycle import law_of, renewal_window
from filings.services import cancellation, issue, submission
from policy.law import Law
from tests.makers import after
from tests.makers import filings as make

pytestmark = pytest.mark.django_db


def read_as(monkeypatch, setting, value):
    plain = Law.reading

    def reading(self, key):
        return value if key == setting else plain(self, key)

    monkeypatch.setattr(Law, "reading", reading)


def test_the_window_of_a_renewal(frozen, monkeypatch):
    _case, entity = after.filed(frozen)
    window = renewal_window(entity, law_of(entity))
    assert (window.opens, window.closes) == (
        add_months(entity.valid_until, -6),
        add_months(entity.valid_until, 3),
    )
    read_as(monkeypatch, "filing.renewal_window_days", {"open_months_before": 1, "close_months_after": 0})
    window = renewal_window(entity, law_of(entity))
    assert (window.opens, window.closes) == (add_months(entity.valid_until, -1), entity.valid_until)


def test_where_a_renewed_validity_starts(frozen, monkeypatch):
    case, entity = after.filed(frozen)
    after.later(frozen, add_months(entity.valid_until, -4))
    filing = after.start(case, entity, "renew")
    dated = clock.today()
    following = entity.valid_until + datetime.timedelta(days=1)
    assert issue.renewed_first_day(filing, entity, dated) == following
    late = following + datetime.timedelta(days=20)
    assert issue.renewed_first_day(filing, entity, late) == late
    read_as(monkeypatch, "filing.renewal_start", "document_date")
    assert issue.renewed_first_day(filing, entity, dated) == dated


def test_how_long_a_unit_may_state_its_views(frozen, monkeypatch):
    case, entity = after.filed(frozen)
    row = after.serve(case, entity)
    assert row.hearing_days == 5
    assert row.hearing_until == workdays.add_workdays(clock.today(), 5)
    other_case, other = after.filed(frozen)
    read_as(
        monkeypatch,
        "filing.cancel_procedure",
        {"statement_working_days": 10, "reapply_bar_months": 0},
    )
    assert after.serve(other_case, other).hearing_days == 10


def cancelled(case, entity, frozen):
    row = after.serve(case, entity)
    after.hearing_ends(row, frozen)
    officer = case.actor("officer")
    cancellation.close_hearing(actor=officer, cancellation=row)
    row = Cancellation.objects.get(pk=row.pk)
    cancellation.propose(actor=officer, cancellation=row, comment="建议取消备案资格。")
    row = Cancellation.objects.get(pk=row.pk)
    return cancellation.confirm(actor=case.actor("director"), cancellation=row, comment="同意取消。")


def test_whether_a_cancelled_lead_has_to_wait(frozen, monkeypatch):
    case, entity = after.filed(frozen)
    cancelled(case, entity, frozen)
    filing = make.start(case, name="青岛市智能感知创新联合体")
    make.invite_all(case, filing)
    make.confirm_all(case, filing)
    six = {"statement_working_days": 5, "reapply_bar_months": 6}
    with monkeypatch.context() as patched:
        read_as(patched, "filing.cancel_procedure", six)
        with pytest.raises(Invalid) as refused:
            submission.submit(actor=case.actor("applicant"), filing=make.fresh(filing))
        assert [p.code for p in refused.value.problems] == ["barred"] and refused.value.problems[0].clause
    submission.submit(
        actor=case.actor("applicant"), filing=make.fresh(filing)
    )  # 0 months unless said otherwise
    assert make.fresh(filing).state == "submitted"
