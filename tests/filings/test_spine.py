"""The straight way of a consortium through the services, and the ways it branches."""

import pytest

from core import clock
from core.errors import Invalid
from filings.enums import ParticipantState, State
from filings.services import submission
from tests.makers import filings as make

pytestmark = pytest.mark.django_db


def test_a_consortium_reaches_the_register(frozen):
    case = make.make_case()
    filing = make.drive(case, "filed", frozen)
    certificate = filing.certificate
    assert certificate.months == 36
    assert certificate.valid_from == clock.today()
    assert certificate.status_on(clock.today()) == "valid"
    assert (
        certificate.status_on(certificate.valid_until.replace(year=certificate.valid_until.year + 1))
        == "expired"
    )
    assert filing.entity.members.count() == 6
    assert filing.entity.consortium.tasks.count() == 1
    assert filing.receipt_number == "QD-SL-2026-0001"
    assert certificate.number == "QD-LH-2026-0001"


def test_a_correction_voids_only_what_changed(frozen):
    case = make.make_case()
    filing = make.drive(case, "in_correction", frozen)
    lead = filing.participants.get(role="lead")
    assert filing.participants.exclude(pk=lead.pk).filter(standing=ParticipantState.CONFIRMED).count() == 5
    filing = make.correct(case, filing)
    assert filing.state == State.IN_EXAMINATION
    assert filing.versions.count() == 2
    filing = make.drive(case, "accepted", frozen, filing=filing)


def test_submission_names_every_obstacle_with_its_clause(frozen):
    case = make.make_case(district="370303", enterprises=2)
    filing = make.start(case)
    make.invite_all(case, filing)
    with pytest.raises(Invalid) as refused:
        submission.submit(actor=case.actor("applicant"), filing=filing)
    codes = {p.code for p in refused.value.problems}
    assert {"unconfirmed_member", "elig_cons_lead_registered_qd", "elig_cons_min_enterprises"} <= codes
    assert all(
        "《青岛市创新联合体组建工作指引》" in p.clause
        for p in refused.value.problems
        if p.code.startswith("elig")
    )


def test_thirty_seven_months_are_refused_with_the_clause(frozen):
    case = make.make_case()
    with pytest.raises(Invalid) as refused:
        make.start(case, months=37)
    assert "不得超过 36 个月" in str(refused.value)
    assert "备案制度2" in str(refused.value)


@pytest.mark.parametrize("result", ["fail", "na"])
def test_a_check_that_does_not_pass_says_why(frozen, result):
    from filings.services import examination

    case = make.make_case()
    filing = make.drive(case, "in_examination", frozen)
    item = filing.checks.first().item
    with pytest.raises(Invalid, match="请写明原因"):
        examination.record_check(actor=case.actor("officer"), filing=filing, item=item, result=result)
    examination.record_check(
        actor=case.actor("officer"), filing=filing, item=item, result=result, note="见说明"
    )


def test_the_timeline_names_the_state_that_was_really_left(frozen):
    """A page made earlier still says draft; what is recorded comes from the row."""
    case = make.make_case()
    old = make.start(case)
    make.drive(case, "submitted", frozen, filing=make.fresh(old))
    submission.withdraw(actor=case.actor("applicant"), filing=old, comment="改期申报")
    assert old.events.get(name="withdraw").source == "submitted"
