"""What needs two people is done by two: exceptions, refusals, and nobody decides on the own unit."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from core.errors import Invalid, NotAllowed
from filings.conditions import Judgement
from filings.enums import Check, Stage, Strength
from filings.services import decision, examination, recommendation, review, submission, waivers
from filings.services.notice import notice_body
from tests.makers import accounts as people
from tests.makers import filings as make

pytestmark = pytest.mark.django_db
FEW = "elig_cons_min_enterprises"


def short_of_enterprises(to, frozen=None):
    """A filing with two enterprises and the applicant's reason for it."""
    case = make.make_case(enterprises=2)
    filing = make.start(case)
    make.invite_all(case, filing)
    make.confirm_all(case, filing)
    make.ask_waiver(case, filing, FEW)
    submission.submit(actor=case.actor("applicant"), filing=make.fresh(filing))
    return case, make.drive(case, to, frozen, filing=make.fresh(filing))


def grant(case, filing, who, reason="产业链较短，配套集中。"):
    return waivers.give_reason(actor=case.actor(who), filing=filing, condition=FEW, reason=reason)


def test_who_granted_an_exception_is_told_that_another_confirms_it():
    case, filing = short_of_enterprises("reviewed")
    grant(case, filing, "director")
    decision.propose(actor=case.actor("officer"), filing=filing, months=36)
    with pytest.raises(Invalid) as refused:
        decision.confirm(actor=case.actor("director"), filing=filing)
    assert "例外" in refused.value.problems[0].message
    assert make.fresh(filing).state == "proposed"
    other = people.act(people.make_user("division_head", case.bureau), case.bureau)
    decision.confirm(actor=other, filing=filing)
    waiver = filing.waivers.get()
    assert waiver.confirmed_by_id == other.user_id != waiver.granted_by_id


def test_the_page_says_so_too():
    case, filing = short_of_enterprises("reviewed")
    grant(case, filing, "director")
    decision.propose(actor=case.actor("officer"), filing=filing, months=36)
    client = Client()
    client.force_login(case.director, backend=settings.AUTHENTICATION_BACKENDS[-1])
    url = reverse("filings:desk_act", args=[filing.pk, "confirm"])
    answer = client.post(url, {"version": make.fresh(filing).version})
    assert answer.status_code == 422
    assert "例外" in answer.content.decode()


def test_an_exception_granted_by_the_officer_is_confirmed_by_the_head_and_public():
    """The control: the ordinary way is open."""
    case, filing = short_of_enterprises("reviewed")
    with pytest.raises(Invalid):
        decision.propose(actor=case.actor("officer"), filing=filing, months=36)
    grant(case, filing, "officer")
    decision.propose(actor=case.actor("officer"), filing=filing, months=36)
    decision.confirm(actor=case.actor("director"), filing=filing)
    assert [row["reason"] for row in notice_body(filing)["waivers"]] == ["产业链较短，配套集中。"]


def test_a_reason_changed_after_the_exception_was_granted_needs_it_granted_again():
    case, filing = short_of_enterprises("in_examination")
    grant(case, filing, "officer")
    filing = make.send_back(case, filing)
    make.ask_waiver(case, filing, FEW, "另一个理由。")
    waiver = filing.waivers.get()
    assert waiver.applicant_reason == "另一个理由。"
    assert waiver.granted_at is None and waiver.public_reason == ""


def test_the_same_reason_again_leaves_the_exception_standing():
    case, filing = short_of_enterprises("in_examination")
    grant(case, filing, "officer")
    said = filing.waivers.get().applicant_reason
    filing = make.send_back(case, filing)
    make.ask_waiver(case, filing, FEW, said)
    assert filing.waivers.get().granted_at is not None


def test_a_reason_is_given_before_submission_and_in_correction_only():
    case, filing = short_of_enterprises("submitted")
    with pytest.raises(Exception, match="已提交"):
        make.ask_waiver(case, filing, FEW, "提交以后")


def test_what_the_officer_failed_in_principle_needs_an_exception():
    """A failed line of the check list is not without effect because the machine counted enough units."""
    case = make.make_case()
    filing = make.drive(case, "in_examination")
    make.check_everything(case, filing)
    examination.record_check(
        actor=case.actor("officer"), filing=filing, item=FEW, result="fail", note="其中一家与本产业链无关"
    )
    with pytest.raises(Invalid) as refused:
        examination.accept(actor=case.actor("officer"), filing=filing)
    assert f"check-{FEW}" in [p.field for p in refused.value.problems]


def test_what_the_officer_failed_in_principle_passes_with_reason_and_exception():
    case = make.make_case()
    filing = make.start(case)
    make.invite_all(case, filing)
    make.confirm_all(case, filing)
    make.ask_waiver(case, filing, FEW)
    submission.submit(actor=case.actor("applicant"), filing=make.fresh(filing))
    filing = make.drive(case, "in_examination", filing=make.fresh(filing))
    make.check_everything(case, filing)
    officer = case.actor("officer")
    examination.record_check(
        actor=officer, filing=filing, item=FEW, result="fail", note="其中一家与本产业链无关"
    )
    examination.accept(actor=officer, filing=filing)
    review.open_review(actor=officer, filing=filing, seed="2026")
    make.score_everything(case, make.fresh(filing))
    review.close_review(actor=officer, filing=make.fresh(filing))
    with pytest.raises(Invalid) as refused:
        decision.propose(actor=officer, filing=filing, months=36)
    assert FEW in [p.code for p in refused.value.problems]
    grant(case, filing, "officer")
    decision.propose(actor=officer, filing=filing, months=36)


def test_who_examined_does_not_also_refuse_alone():
    case = make.make_case()
    filing = make.drive(case, "recommended")
    director = case.actor("director")
    examination.start(actor=director, filing=filing)
    make.check_everything(case, filing)
    examination.accept(actor=director, filing=filing)
    review.open_review(actor=director, filing=filing, seed="2026")
    make.score_everything(case, make.fresh(filing))
    review.close_review(actor=director, filing=make.fresh(filing))
    with pytest.raises(Invalid) as refused:
        decision.reject(actor=director, filing=filing, comment="不同意")
    assert "two_people" in [p.code for p in refused.value.problems]
    other = people.act(people.make_user("division_head", case.bureau), case.bureau)
    assert decision.reject(actor=other, filing=filing, comment="任务重复").state == "rejected"


@pytest.mark.parametrize(
    ("state", "who"), [("submitted", "district"), ("recommended", "officer"), ("proposed", "director")]
)
def test_nobody_decides_on_a_filing_of_the_own_unit(state, who, frozen):
    case = make.make_case()
    filing = make.drive(case, state, frozen)
    acts = {
        "district": lambda: recommendation.recommend(actor=case.actor("district"), filing=filing),
        "officer": lambda: examination.start(actor=case.actor("officer"), filing=filing),
        "director": lambda: decision.confirm(actor=case.actor("director"), filing=filing),
    }
    people.give_role(getattr(case, who), "filler", case.members[0])
    with pytest.raises(NotAllowed) as refused:
        acts[who]()
    assert "回避" in refused.value.problems[0].message


def test_expert_conditions_block_the_proposal_until_the_panel_has_spoken():
    def judged(met):
        return Judgement("x", "x", Strength.HARD, Stage.PROPOSAL, Check.EXPERT, met, "", "")

    assert judged(None).blocks_proposal and judged(False).blocks_proposal and not judged(True).blocks_proposal


def test_a_panel_that_fails_the_lead_blocks_the_proposal():
    case = make.make_case()
    filing = make.drive(case, "in_review")
    make.score_everything(case, filing, "59")
    review.close_review(actor=case.actor("officer"), filing=make.fresh(filing))
    with pytest.raises(Invalid) as refused:
        decision.propose(actor=case.actor("officer"), filing=filing, months=36)
    assert "elig_cons_lead_leading_enterprise" in [p.code for p in refused.value.problems]
