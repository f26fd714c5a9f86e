"""The expert review: conflicts, the draw, scores and what they decide."""

import pytest
from django.urls import reverse

from core.errors import Invalid, NotAllowed, NotNow, NotVisible
from filings.enums import AssignmentState
from filings.permissions import material_reader
from filings.selectors.experts import conflicts_of
from filings.services import decision, review
from tests.makers import accounts as people
from tests.makers import filings as make
from tests.makers.accounts import act, as_person

pytestmark = pytest.mark.django_db


def expert_of(case, **facts):
    user = people.make_user("expert", case.bureau)
    return review.register_expert(actor=people.SYSTEM, user=user, **facts)


def test_conflicts_the_portal_can_see(frozen):
    case = make.make_case()
    filing = make.drive(case, "accepted", frozen)
    assert conflicts_of(filing, case.experts[0]) == []
    employed = expert_of(case, employer=case.members[3])
    assert "任职单位" in conflicts_of(filing, employed)[0]
    tied = expert_of(case)
    tied.ties.create(organisation=case.lead, kind="joint_project")
    assert "合作项目" in conflicts_of(filing, tied)[0]
    old = expert_of(case)
    old.ties.create(organisation=case.lead, kind="paid", until="2022-01-01")
    assert conflicts_of(filing, old) == []


def test_an_employer_in_a_shared_consortium_is_a_conflict(frozen):
    case = make.make_case()
    make.drive(case, "filed", frozen)
    employed = expert_of(case, employer=case.members[3])
    other = make.make_case()
    other.members[0] = case.members[0]
    other.member_users[0] = case.member_users[0]
    filing = make.drive(other, "accepted", frozen, name="青岛市另一创新联合体")
    assert any("同为" in ground for ground in conflicts_of(filing, employed))


def test_a_named_expert_in_conflict_refuses_the_panel(frozen):
    case = make.make_case()
    filing = make.drive(case, "accepted", frozen)
    tied = expert_of(case, employer=case.lead)
    chosen = [e.pk for e in case.experts[:4]] + [tied.pk]
    with pytest.raises(Invalid) as refused:
        review.open_review(actor=case.actor("officer"), filing=filing, experts=chosen)
    assert refused.value.has("conflict")
    filing.refresh_from_db()
    assert filing.state == "accepted"


def test_a_panel_of_four_is_too_small(frozen):
    case = make.make_case(experts=4)
    filing = make.drive(case, "accepted", frozen)
    with pytest.raises(Invalid, match="不少于 5 人"):
        review.open_review(actor=case.actor("officer"), filing=filing)


def test_who_stands_aside_sees_nothing_and_is_replaced(frozen):
    case = make.make_case(experts=6)
    filing = make.drive(case, "in_review", frozen)
    row = filing.panel.assignments.select_related("expert__user").first()
    me = act(row.expert.user, case.bureau)
    review.declare(actor=me, filing=filing, conflict=True, note="曾合作")
    with pytest.raises(NotNow):
        review.declare(actor=me, filing=filing, conflict=False)
    added = review.replace_expert(actor=case.actor("officer"), filing=filing)
    assert added.expert_id not in set(
        filing.panel.assignments.exclude(pk=added.pk).values_list("expert_id", flat=True)
    )
    with pytest.raises(Invalid):
        review.replace_expert(actor=case.actor("officer"), filing=filing)


def test_no_score_before_the_declaration_and_none_without_a_rationale(frozen):
    case = make.make_case()
    filing = make.drive(case, "in_review", frozen)
    row = filing.panel.assignments.select_related("expert__user").first()
    me = act(row.expert.user, case.bureau)
    good = [{"criterion": c.key, "value": "80", "rationale": "有据"} for c in filing.spec.criteria]
    with pytest.raises(NotAllowed):
        review.score(actor=me, filing=filing, scores=good)
    review.declare(actor=me, filing=filing, conflict=False)
    for bad in ("101", "-1", "NaN", "80.001", "abc", ""):
        with pytest.raises(Invalid):
            review.score(actor=me, filing=filing, scores=[{**good[0], "value": bad}, *good[1:]])
    with pytest.raises(Invalid):
        review.score(actor=me, filing=filing, scores=[{**good[0], "rationale": " "}, *good[1:]])
    with pytest.raises(Invalid):
        review.score(actor=me, filing=filing, scores=good[:-1])
    row.refresh_from_db()
    assert row.standing == AssignmentState.READY
    review.score(actor=me, filing=filing, scores=good)
    row.refresh_from_db()
    assert row.standing == AssignmentState.SCORED


def test_somebody_who_was_not_drawn(frozen):
    case = make.make_case(experts=5)
    filing = make.drive(case, "in_review", frozen)
    stranger = expert_of(case)
    with pytest.raises(NotVisible):
        review.declare(actor=act(stranger.user, case.bureau), filing=filing, conflict=False)


def test_the_panels_verdict_blocks_the_proposal(frozen):
    case = make.make_case()
    filing = make.drive(case, "in_review", frozen)
    make.score_everything(case, filing, "55")
    review.close_review(actor=case.actor("officer"), filing=filing)
    filing = make.fresh(filing)
    assert filing.panel.result["total"] == "55.00"
    with pytest.raises(Invalid) as refused:
        decision.propose(actor=case.actor("officer"), filing=filing, months=36)
    assert refused.value.has("elig_cons_lead_leading_enterprise")
    assert any("建设方向3" in p.clause for p in refused.value.problems)


def test_a_silent_expert_is_released_with_a_reason_and_the_review_can_end(frozen):
    case = make.make_case(experts=6)
    filing = make.drive(case, "in_review", frozen)
    officer = case.actor("officer")
    rows = list(filing.panel.assignments.select_related("expert__user"))
    silent, scored = rows[0], rows[1]
    review.declare(actor=act(silent.expert.user, case.bureau), filing=filing, conflict=False)
    marks = [{"criterion": c.key, "value": "80", "rationale": "有据"} for c in filing.spec.criteria]
    review.declare(actor=act(scored.expert.user, case.bureau), filing=filing, conflict=False)
    review.score(actor=act(scored.expert.user, case.bureau), filing=filing, scores=marks)
    with pytest.raises(Invalid):
        review.release_expert(actor=officer, filing=filing, assignment_id=silent.pk, reason=" ")
    with pytest.raises(NotNow):
        review.release_expert(actor=officer, filing=filing, assignment_id=scored.pk, reason="分数不合意")
    with pytest.raises(NotAllowed):
        review.release_expert(
            actor=case.actor("applicant"), filing=filing, assignment_id=silent.pk, reason="换人"
        )
    review.release_expert(actor=officer, filing=filing, assignment_id=silent.pk, reason="出国，无法评审")
    with pytest.raises(NotAllowed):
        review.score(actor=act(silent.expert.user, case.bureau), filing=filing, scores=marks)
    assert not material_reader(act(silent.expert.user, case.bureau), make.fresh(filing))
    review.replace_expert(actor=officer, filing=filing)
    for row in filing.panel.assignments.filter(standing=AssignmentState.INVITED).select_related(
        "expert__user"
    ):
        review.declare(actor=act(row.expert.user, case.bureau), filing=filing, conflict=False)
        review.score(actor=act(row.expert.user, case.bureau), filing=filing, scores=marks)
    review.close_review(actor=officer, filing=filing)
    assert make.fresh(filing).state == "reviewed"


def test_releasing_by_form(frozen):
    case = make.make_case(experts=6)
    filing = make.drive(case, "in_review", frozen)
    client = as_person(case.officer)
    url = reverse("filings:desk_expert_release", args=[filing.pk])
    row = filing.panel.assignments.first()
    assert client.post(url, {"assignment": row.pk, "comment": ""}).status_code == 422
    assert client.post(url, {"assignment": "9" * 40, "comment": "无法评审"}).status_code == 404
    page = client.post(url, {"assignment": row.pk, "comment": "无法评审"}, follow=True).content.decode()
    assert "已退出评审组" in page and "已更换" in page
