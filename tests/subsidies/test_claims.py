"""Claims from a draft to a decided award: prefilled, computed, bound, kept and computed again."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal

import pytest
from django.core.management import call_command

from core import clock
from core.errors import Invalid, NotAllowed, NotNow, NotVisible
from filings.enums import State
from filings.models import IssuedDocument, Rating
from filings.services import decision, submission
from policy.law import law_on
from subsidies.enums import AwardState
from subsidies.models import Award, Entitlement
from subsidies.presentation.award import tables
from subsidies.selectors.claims import standing
from subsidies.selectors.holdings import held_by
from subsidies.selectors.replay import differences, recompute
from subsidies.services import budgets, claims
from subsidies.workflow import WORKFLOW
from tests.makers import claims as make
from tests.makers import filings as spine
from tests.makers.law import figure

pytestmark = pytest.mark.django_db
NEW = "sub_incubator_space_new"


def test_from_a_draft_to_a_decided_award(frozen):
    case = make.make_claim_case()
    claim = make.start(case, NEW, area="8000")
    assert (claim.action, claim.title) == ("claim", f"新建孵化用房补助（{case.entity.name}）")
    assert claim.content["payee"]["account_name"] == case.unit.name
    claim = make.drive(case, claim, State.PROPOSED, frozen)
    award = Award.objects.get(claim=claim)
    assert (award.state, award.amount, award.year) == (AwardState.PROPOSED, Decimal("800000.00"), 2026)
    claim = make.drive(case, claim, State.FILED, frozen)
    award.refresh_from_db()
    assert claim.staff_label == "已核定"
    assert (award.state, award.decided_on) == (AwardState.DECIDED, make.today())
    assert award.document_number.startswith("淄科兑〔2026〕")
    letter = IssuedDocument.objects.get(filing=claim, kind="decision")
    assert "核定金额800,000.00元" in str(letter.data)
    assert not IssuedDocument.objects.filter(filing=claim, kind="certificate").exists()
    assert differences(award) == []
    assert Entitlement.objects.filter(granted=Decimal("800000.00")).count() == 1


def test_what_the_officer_sets_is_bound_by_the_clause(frozen):
    case = make.make_claim_case("public_tech_service_platform")
    claim = make.drive(case, make.start(case, "sub_ptsp_service"), State.ACCEPTED, frozen)
    officer = case.actor("officer")

    def propose(**award):
        return decision.propose(actor=officer, filing=spine.fresh(claim), award=award)

    with pytest.raises(Invalid) as found:
        propose()
    assert [(p.field, p.clause) for p in found.value.problems] == [
        ("set_amount", "淄政办字〔2020〕43号 四(三)1")
    ]
    with pytest.raises(Invalid) as found:
        propose(set_amount="1000000.01", reason="服务成效突出")
    assert [p.code for p in found.value.problems] == ["above_cap"]
    assert "100万元" in str(found.value.problems[0].message)
    with pytest.raises(Invalid, match="理由"):
        propose(set_amount="600000")
    with pytest.raises(Invalid, match="不能为负数"):
        propose(set_amount="-1", reason="误填")
    assert not Award.objects.exists()
    propose(set_amount="600000", reason="服务中小微企业 120 家")
    award = Award.objects.get()
    assert award.amount == Decimal("600000.00")
    assert award.asked["reason"] == "服务中小微企业 120 家"


def test_a_computed_amount_cannot_be_altered(frozen):
    case = make.make_claim_case()
    claim = make.drive(case, make.start(case, NEW, area="8000"), State.ACCEPTED, frozen)
    with pytest.raises(Invalid, match="不能另行拟定"):
        decision.propose(
            actor=case.actor("officer"), filing=claim, award={"set_amount": "1", "reason": "压减"}
        )
    assert spine.fresh(claim).state == State.ACCEPTED


def test_support_without_a_figure_is_recorded_by_two(frozen):
    case = make.make_claim_case("new_rd_institution")
    claim = make.drive(case, make.start(case, "sub_nri_negotiated"), State.ACCEPTED, frozen)
    officer = case.actor("officer")
    with pytest.raises(Invalid, match="支持内容"):
        decision.propose(actor=officer, filing=claim, award={})
    decision.propose(
        actor=officer,
        filing=spine.fresh(claim),
        award={"set_amount": "3000000", "reason": "经专题会议研究", "support": "分三年安排"},
    )
    award = Award.objects.get()
    assert award.amount == Decimal("3000000.00")
    assert [line["code"] for line in award.result["lines"]][-1] == "recorded"
    with pytest.raises(NotAllowed):
        decision.confirm(actor=officer, filing=spine.fresh(claim))
    decision.confirm(actor=case.actor("director"), filing=spine.fresh(claim))


def test_sent_back_gives_back_and_is_proposed_again(frozen):
    case = make.make_claim_case("public_tech_service_platform")
    award_given = {"set_amount": "600000", "reason": "服务成效"}
    claim = make.drive(case, make.start(case, "sub_ptsp_service"), State.PROPOSED, frozen, **award_given)
    assert sum(row.granted for row in Entitlement.objects.all()) == Decimal(
        "1200000.00"
    )  # once, and its group
    decision.send_back(actor=case.actor("director"), filing=spine.fresh(claim), comment="请核减")
    award = Award.objects.get()
    assert award.state == AwardState.RELEASED
    assert sum(row.granted for row in Entitlement.objects.all()) == 0
    make.drive(case, claim, State.PROPOSED, frozen, set_amount="500000", reason="核减后")
    award.refresh_from_db()
    assert (award.state, award.amount, award.proposal) == (AwardState.PROPOSED, Decimal("500000.00"), 2)
    decision.reject(actor=case.actor("director"), filing=spine.fresh(claim), comment="材料不实")
    award.refresh_from_db()
    assert award.state == AwardState.RELEASED


def test_what_is_decided_later_pays_the_difference_and_waits_for_the_earlier(frozen):
    case = make.make_claim_case()
    first = make.drive(case, make.start(case, NEW, area="6000"), State.PROPOSED, frozen)
    second = make.drive(case, make.start(case, NEW, area="8000"), State.PROPOSED, frozen)
    award = Award.objects.get(claim=second)
    assert award.amount == Decimal("400000.00")
    assert award.result["lines"][-1]["code"] == "difference"
    with pytest.raises(NotNow, match=spine.fresh(first).receipt_number):
        decision.confirm(actor=case.actor("director"), filing=spine.fresh(second))
    make.drive(case, first, State.FILED, frozen)
    make.drive(case, second, State.FILED, frozen)
    cap = Entitlement.objects.get(key__startswith="cap|")
    assert (cap.granted, cap.ceiling) == (Decimal("1000000.00"), Decimal("1000000.00"))
    assert [differences(one) for one in Award.objects.all()] == [[], []]


def test_an_earlier_proposal_that_fell_away_asks_for_a_new_one(frozen):
    case = make.make_claim_case()
    first = make.drive(case, make.start(case, NEW, area="6000"), State.PROPOSED, frozen)
    second = make.drive(case, make.start(case, NEW, area="8000"), State.PROPOSED, frozen)
    director = case.actor("director")
    decision.reject(actor=director, filing=spine.fresh(first), comment="材料不实")
    with pytest.raises(NotNow, match="重拟"):
        decision.confirm(actor=director, filing=spine.fresh(second))
    decision.send_back(actor=director, filing=spine.fresh(second), comment="按最新测算")
    make.drive(case, second, State.CONFIRMED, frozen)
    assert Award.objects.get(claim=second).amount == Decimal("800000.00")


SPACES = ("鲁（2026）第0001号 3号楼", "鲁(2026)第0001号3号楼")


def refusal(case, claim):
    with pytest.raises(Invalid) as found:
        submission.submit(actor=case.actor("applicant"), filing=claim)
    [problem] = found.value.problems
    return problem


def test_one_square_metre_is_supported_once(frozen):
    case, other = make.make_claim_case(), make.make_claim_case()
    make.decided(case, NEW, frozen, area="8000", space=SPACES[0])
    for one in (case, other):
        problem = refusal(one, make.start(one, "sub_incubator_space_renovated", area="500", space=SPACES[1]))
        assert (problem.code, problem.field) == ("same_space", "claim.space")
        assert problem.clause == "淄政办字〔2020〕43号 四(三)2"
        assert (case.unit.name in str(problem.message)) is False


def test_naming_the_building_of_another_stops_nobody_and_the_officer_is_told(frozen):
    case, other = make.make_claim_case(), make.make_claim_case()
    make.drive(other, make.start(other, NEW, area="1", space=SPACES[0]), State.PROPOSED)
    claim = make.drive(case, make.start(case, NEW, area="8000", space=SPACES[1]), State.SUBMITTED)
    told, shown = tables(claim, staff=True), tables(claim)
    assert told[-1].rows[0][1] == other.unit.name
    assert not [one for one in shown if other.unit.name in str(one)]
    assert refusal(case, make.start(case, NEW, area="8000", space=SPACES[0])).code == "same_space"


def test_a_revoked_award_holds_no_space(frozen):
    case = make.make_claim_case()
    award = make.decided(case, NEW, frozen, area="8000", space=SPACES[0])
    WORKFLOW.perform(award, "revoke", actor=case.actor("director"), comment="材料不实")
    again = make.start(case, NEW, area="8000", space=SPACES[0])
    assert make.drive(case, again, State.SUBMITTED).state == State.SUBMITTED


def test_a_payment_of_the_province_is_matched_once_whatever_the_date(frozen):
    case = make.make_claim_case()
    measure, facts = "sub_usp_provincial", {"provincial_subsidy": "1000000", "entity": None}
    make.decided(case, measure, frozen, payment="鲁财教指〔2026〕7号", **facts)
    later = make.start(case, measure, on=datetime.date(2026, 2, 21), payment="鲁财教指[2026]7", **facts)
    assert refusal(case, later).code == "same_payment"
    other = make.start(case, measure, payment="鲁财教指〔2026〕8号", **facts)
    make.drive(case, other, State.ACCEPTED, frozen)
    other.content["claim"]["payment"] = "鲁财教指〔2026〕7 号"
    other.save(update_fields=["content"])
    with pytest.raises(NotNow, match="同一笔省级补助"):
        make.drive(case, other, State.PROPOSED, frozen)
    assert sum(award.amount for award in Award.objects.all()) == Decimal("200000.00")


def test_a_head_office_is_supported_once(frozen):
    case = make.make_claim_case("rd_headquarters", level="municipal")
    for day, amount in ((20, "30000000"), (21, "50000000")):
        claim = make.start(case, "sub_rd_headquarters", on=datetime.date(2026, 2, day))
        claim = make.drive(case, claim, State.ACCEPTED)
        budgets.record_shares(
            actor=case.actor("officer"), claim=claim, shares={case.bureau: Decimal(100)}, reason="会议纪要"
        )
        make.drive(case, claim, State.FILED, frozen, set_amount=amount, reason="经专题会议研究")
    assert sum(award.amount for award in Award.objects.all()) == Decimal("50000000.00")


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"area": "-1"}, "negative", "facts.area"),
        ({"area": "99999999"}, "absurd", "facts.area"),
        ({"area": "1.234"}, "too_many_decimals", "facts.area"),
        ({}, "required", "facts.area"),
        ({"area": "10", "on": datetime.date(2019, 1, 1)}, "not_in_force", "claim.on"),
        ({"area": "10", "on": datetime.date(2026, 12, 31)}, "future", "claim.on"),
    ],
)
def test_bad_facts_are_refused_with_the_clause(frozen, facts, code, field):
    case = make.make_claim_case()
    claim = make.start(case, NEW, **facts)
    with pytest.raises(Invalid) as found:
        submission.submit(actor=case.actor("applicant"), filing=claim)
    assert (code, field) in {(p.code, p.field) for p in found.value.problems}
    assert all(p.clause for p in found.value.problems if p.code == code)


def test_an_entity_of_another_unit_is_not_there(frozen):
    case, other = make.make_claim_case(), make.make_claim_case()
    with pytest.raises(NotVisible):
        claims.start(actor=case.actor("applicant"), measure=NEW, entity=other.entity.code)
    with pytest.raises(NotAllowed):
        claims.start(actor=case.actor("applicant"), measure=NEW, entity=other.entity)


def test_what_is_claimed_elsewhere_is_said_with_the_clause(frozen):
    case = make.make_claim_case()
    with pytest.raises(Invalid) as found:
        claims.start(actor=case.actor("applicant"), measure="sub_sd15_tax")
    assert found.value.problems[0].clause
    far = make.make_claim_case(district="370212", place="370200")
    with pytest.raises(Invalid, match="不适用于贵单位所在地区"):
        claims.start(actor=far.actor("applicant"), measure=NEW)


def test_an_old_approval_is_not_new_any_more(frozen):
    case = make.make_claim_case("maker_space")
    claim = make.start(
        case, "sub_maker_provincial", on=datetime.date(2023, 5, 1), recognition_date="2023-05-01"
    )
    with pytest.raises(Invalid, match="新认定"):
        submission.submit(actor=case.actor("applicant"), filing=claim)


def test_prefilled_from_the_register(frozen):
    case = make.make_claim_case("maker_space")
    claim = make.start(case, "sub_maker_provincial", on=None, complete=False)
    assert claim.content["facts"] == {"level": "provincial", "recognition_date": make.DAY.isoformat()}
    assert claim.content["claim"]["on"] == make.DAY.isoformat()
    assert claim.entity == case.entity


def test_the_grade_that_decides_the_share_comes_from_the_last_evaluation(frozen):
    case = make.make_claim_case("public_tech_service_platform")
    Rating.objects.create(
        entity=case.entity,
        round="2025 年度绩效评价",
        rated_on=make.DAY,
        grade="good",
        recorded_at=clock.now(),
        confirmed_at=clock.now(),
    )
    claim = make.start(case, "sub_ptsp_service", on=None, complete=False)
    assert claim.content["facts"]["grade"] == "good"


def test_what_is_published_later_changes_nothing_that_was_decided(frozen):
    case = make.make_claim_case()
    award = make.decided(case, NEW, frozen, area="8000")
    figure("sub_incubator_space_new.unit_price", "150", datetime.date(2026, 1, 1))
    assert differences(award) == []
    again = recompute(award, law_on)
    assert Decimal(again["amount"]) == Decimal("1000000.00")
    out = io.StringIO()
    call_command("verify_awards", stdout=out)
    assert "1" in out.getvalue()
    Award.objects.filter(pk=award.pk).update(amount=Decimal("1.00"))
    with pytest.raises(SystemExit):
        call_command("verify_awards", stdout=out, stderr=out)
    assert award.claim.receipt_number in out.getvalue()


def test_a_matter_is_not_claimed_again_by_leaving_its_entity_out(frozen):
    case = make.make_claim_case()
    claim = make.start(case, NEW, area="6000", entity=None)
    with pytest.raises(Invalid, match=case.entity.name) as found:
        submission.submit(actor=case.actor("applicant"), filing=claim)
    assert [problem.code for problem in found.value.problems] == ["entity"]


def test_nor_by_another_type_of_the_same_platform(frozen):
    case = make.make_claim_case("enterprise_technology_centre", level="provincial")
    facts = {"level": "provincial", "approval_date": make.DAY.isoformat()}
    measure = "sub_platform_provincial"
    first = make.start(case, measure, platform_type="enterprise_technology_centre", **facts)
    make.drive(case, first, State.PROPOSED, frozen)
    second = make.start(case, measure, **facts)
    second.content["facts"].pop("platform_type", None)
    second.save(update_fields=["content"])
    make.drive(case, second, State.ACCEPTED, frozen)
    with pytest.raises((Invalid, NotNow)):
        make.drive(case, second, State.CONFIRMED, frozen)
    assert sum(award.amount for award in Award.objects.all()) == Decimal("500000.00")


def test_what_was_decided_is_not_claimed_once_more(frozen):
    case = make.make_claim_case()
    measure, facts = "sub_usp_provincial", {"provincial_subsidy": "1000000"}
    first = make.start(case, measure, entity=None, payment="鲁财教指〔2026〕1号", **facts)
    make.drive(case, first, State.FILED, frozen)
    again = make.start(case, measure, entity=None, payment="鲁财教指〔2026〕1号", **facts)
    problem = refusal(case, again)
    assert problem.code == "same_payment"
    assert spine.fresh(first).receipt_number in str(problem.message)


def test_a_unit_reads_nothing_of_what_is_only_proposed(frozen):
    case = make.make_claim_case()
    make.drive(case, make.start(case, NEW, area="6000"), State.PROPOSED, frozen)
    second = make.start(case, NEW, area="8000")
    estimate, office = standing(second, staff=False), standing(second, staff=True)
    assert (estimate.amount, office.amount) == (Decimal("800000.00"), Decimal("400000.00"))
    assert (estimate.asked["earlier"], len(office.asked["earlier"])) == ([], 1)


def test_what_a_unit_took_counts_with_its_amount_once_that_is_public(frozen):
    case = make.make_claim_case()
    claim = make.drive(case, make.start(case, NEW, area="6000"), State.CONFIRMED, frozen)

    def taken():
        return [(one.measure, one.amount) for one in held_by([case.unit], make.today())[0].taken]

    assert taken() == [(NEW, Decimal(0))]
    make.drive(case, claim, State.ON_NOTICE, frozen)
    assert taken() == [(NEW, Decimal("600000.00"))]
