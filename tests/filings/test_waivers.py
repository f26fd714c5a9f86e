"""原则上: a written reason to submit, an officer's public ground to propose, a second person to confirm."""

import pytest

from core.errors import Invalid, NotAllowed, NotNow
from filings.services import decision, submission, waivers
from tests.makers import filings as make

pytestmark = pytest.mark.django_db

SHORT = "elig_cons_min_enterprises"


def short_of_one(frozen):
    case = make.make_case(enterprises=2)
    filing = make.start(case)
    make.invite_all(case, filing)
    make.confirm_all(case, filing)
    return case, make.fresh(filing)


def test_two_enterprises_without_a_reason(frozen):
    case, filing = short_of_one(frozen)
    with pytest.raises(Invalid) as refused:
        submission.submit(actor=case.actor("applicant"), filing=filing)
    [problem] = refused.value.problems
    assert problem.code == SHORT
    assert "现有 2 家，要求不少于 3 家" in problem.message
    assert problem.clause.endswith("建设方向1")


def test_the_whole_way_of_an_exception(frozen):
    case, filing = short_of_one(frozen)
    make.ask_waiver(case, filing, SHORT)
    submission.submit(actor=case.actor("applicant"), filing=filing)
    filing = make.drive(case, "reviewed", frozen, filing=make.fresh(filing))
    with pytest.raises(Invalid) as refused:
        decision.propose(actor=case.actor("officer"), filing=filing, months=24)
    assert refused.value.has(SHORT)
    with pytest.raises(Invalid):
        waivers.give_reason(actor=case.actor("officer"), filing=filing, condition=SHORT, reason="  ")
    waivers.give_reason(
        actor=case.actor("officer"), filing=filing, condition=SHORT, reason="该环节企业稀缺，同意例外。"
    )
    filing = make.drive(case, "filed", frozen, filing=make.fresh(filing))
    row = filing.waivers.get()
    assert row.confirmed_by == case.director and row.granted_by == case.officer
    assert filing.entity.waivers.get().public_reason == "该环节企业稀缺，同意例外。"
    assert filing.notices.get().body["waivers"][0]["reason"] == "该环节企业稀缺，同意例外。"


def test_a_hard_condition_has_no_exception(frozen):
    case, filing = short_of_one(frozen)
    with pytest.raises(Invalid, match="不是“原则上”"):
        make.ask_waiver(case, filing, "elig_cons_lead_is_enterprise")


def test_an_officer_cannot_grant_what_nobody_asked_for(frozen):
    case = make.make_case()
    filing = make.drive(case, "in_examination", frozen)
    with pytest.raises(NotNow):
        waivers.give_reason(actor=case.actor("officer"), filing=filing, condition=SHORT, reason="同意")
    with pytest.raises(NotAllowed):
        waivers.give_reason(actor=case.member(0), filing=filing, condition=SHORT, reason="同意")


def test_the_reason_is_fixed_once_submitted(frozen):
    case = make.make_case()
    filing = make.drive(case, "submitted", frozen)
    with pytest.raises(NotNow):
        make.ask_waiver(case, filing, SHORT)
