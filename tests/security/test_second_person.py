"""The second person is never the first, whatever happens to cases, posts and covers in between.

By person: through services, pages and API, with the controls that show what each guard holds.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError

from accounts.models import Membership
from accounts.permissions import Rule
from core import clock
from core.errors import Invalid, NotAllowed, PortalError
from filings import guards
from filings.models import Decision
from filings.permissions import may_decide
from filings.services import decision, examination, review
from filings.services.absence import end_absence, set_absence
from filings.services.assignment import assign, reassign, take
from filings.workflow import WORKFLOW
from tests.api.caller import Caller
from tests.makers import accounts as people
from tests.makers import filings as make
from tests.makers.desk import browse, do

pytestmark = pytest.mark.django_db
DECIDING = ("confirm", "send_back", "reject")


@pytest.fixture
def case() -> make.Case:
    return make.make_case()


def cover(case, who, by):
    today = clock.today()
    head = people.make_user("division_head", case.bureau)
    return set_absence(
        actor=people.act(head, case.bureau), user=who, cover=by, since=today, until=today + timedelta(days=9)
    )


def cannot_decide(case, filing, user) -> None:
    """By service, page and API, in every bureau one belongs to, and by every act that decides."""
    filing = make.fresh(filing)
    homes = {row.organisation for row in Membership.objects.filter(user=user).select_related("organisation")}
    for home in homes:
        me = people.act(user, home)
        assert not {t.name for t in WORKFLOW.available(filing, me)} & set(DECIDING)
        with pytest.raises(NotAllowed):
            decision.confirm(actor=me, filing=filing)
        with pytest.raises(NotAllowed):
            decision.send_back(actor=me, filing=filing, comment="理由")
        with pytest.raises(NotAllowed):
            decision.reject(actor=me, filing=filing, comment="理由")
    browser, caller = browse(user), Caller(user)
    for name in DECIDING:
        assert do(browser, filing, name, comment="理由").status_code in (403, 404)
        answer = caller.post(f"filings/{filing.pk}/actions/{name}/", {"comment": "理由"})
        assert answer.status in (403, 404), (name, answer)
    assert make.fresh(filing).state == "proposed"
    assert Decision.objects.get(filing=filing).result == "open"


def propose(case, filing, user):
    return decision.propose(actor=people.act(user, case.bureau), filing=filing, months=24)


def test_a_head_who_covers_an_officer_and_proposed_cannot_confirm(case, frozen):
    filing = make.drive(case, "reviewed", frozen)
    row = cover(case, case.officer, case.director)
    propose(case, filing, case.director)
    cannot_decide(case, filing, case.director)
    end_absence(actor=case.actor("director"), absence_id=row.pk)
    cannot_decide(case, filing, case.director)
    # the control: another head can, by the same calls
    other = people.make_user("division_head", case.bureau)
    assert do(browse(other), filing, "confirm").status_code == 302
    assert make.fresh(filing).state == "confirmed"


def test_an_officer_covering_a_head_decides_nothing(case, frozen):
    filing = make.drive(case, "proposed", frozen)
    with pytest.raises(Invalid):
        cover(case, case.director, case.officer)
    cannot_decide(case, filing, case.officer)


@pytest.mark.parametrize("way", ["to me", "to another", "taken", "in bulk"])
def test_handing_the_case_on_changes_nothing(case, frozen, way):
    filing = make.drive(case, "reviewed", frozen)
    propose(case, filing, case.director)
    head, second = case.actor("director"), people.make_user("case_officer", case.bureau)
    if way == "to me":
        assign(actor=head, filing=filing, to=case.director, reason="原因")
    elif way == "to another":
        assign(actor=head, filing=filing, to=second, reason="原因")
    elif way == "taken":
        take(actor=people.act(second, case.bureau), filing=filing, reason="原因")
    else:
        reassign(actor=head, filings=[filing], to=second, reason="原因")
    cannot_decide(case, filing, case.director)


def test_an_officer_who_becomes_head_does_not_confirm_the_own_proposal(case, frozen):
    filing = make.drive(case, "proposed", frozen)
    people.give_role(case.officer, "division_head", case.bureau)
    cannot_decide(case, filing, case.officer)
    Membership.objects.filter(user=case.officer, role="case_officer").delete()
    cannot_decide(case, filing, case.officer)


def test_two_memberships_of_one_person_are_one_person(case, frozen):
    filing = make.drive(case, "reviewed", frozen)
    province = people.make_bureau("370000")
    for home in (province, case.district_bureau):
        people.give_role(case.director, "division_head", home)
    propose(case, filing, case.director)
    cannot_decide(case, filing, case.director)


def test_the_database_says_it_too(case, frozen):
    """The control: with the rule off, the constraint still refuses one person in both places."""
    filing = make.drive(case, "reviewed", frozen)
    propose(case, filing, case.director)
    anybody = Rule(lambda actor, obj: True, "")
    for name in DECIDING:
        object.__setattr__(WORKFLOW[name], "allowed", anybody)
    try:
        with pytest.raises(IntegrityError, match="decision_two_people"):
            decision.confirm(actor=case.actor("director"), filing=filing)
    finally:
        for name in DECIDING:
            object.__setattr__(WORKFLOW[name], "allowed", may_decide)


# --- refusing without a proposal -------------------------------------------------------------


def handled_by(case, frozen, user):
    """Examined and reviewed by one person."""
    filing = make.drive(case, "recommended", frozen)
    me = people.act(user, case.bureau)
    examination.start(actor=me, filing=filing)
    make.check_everything(case, filing)
    examination.accept(actor=me, filing=filing)
    review.open_review(actor=me, filing=filing, seed="2026")
    make.score_everything(case, make.fresh(filing))
    review.close_review(actor=me, filing=make.fresh(filing))
    return make.fresh(filing)


def test_who_handled_a_case_does_not_refuse_it_after_handing_it_on(case, frozen):
    filing = handled_by(case, frozen, case.director)
    head = case.actor("director")
    assign(actor=head, filing=filing, to=case.officer, reason="原因")
    with pytest.raises(Invalid) as refused:
        decision.reject(actor=head, filing=make.fresh(filing), comment="不同意")
    assert "two_people" in [p.code for p in refused.value.problems]
    answer = Caller(case.director).post(f"filings/{filing.pk}/actions/reject/", {"comment": "不同意"})
    assert answer.status == 422 and "two_people" in answer.codes
    assert do(browse(case.director), filing, "reject", comment="不同意").status_code == 422
    assert make.fresh(filing).state == "reviewed"
    other = people.act(people.make_user("division_head", case.bureau), case.bureau)
    assert decision.reject(actor=other, filing=filing, comment="任务重复").state == "rejected"


def test_looking_at_the_assignment_alone_would_let_it_pass(case, frozen, monkeypatch):
    """The control: as it was when only the present officer counted."""
    filing = handled_by(case, frozen, case.director)
    head = case.actor("director")
    assign(actor=head, filing=filing, to=case.officer, reason="原因")
    monkeypatch.setattr(guards, "_handled", lambda row, actor: row.assigned_to_id == actor.user_id)
    assert decision.reject(actor=head, filing=make.fresh(filing), comment="不同意").state == "rejected"


def test_a_proposer_who_was_sent_back_does_not_refuse_alone(case, frozen):
    filing = make.drive(case, "reviewed", frozen)
    propose(case, filing, case.director)
    other = people.act(people.make_user("division_head", case.bureau), case.bureau)
    decision.send_back(actor=other, filing=make.fresh(filing), comment="重拟")
    with pytest.raises(Invalid):
        decision.reject(actor=case.actor("director"), filing=make.fresh(filing), comment="不同意")


# --- one person, several posts ---------------------------------------------------------------


def cannot_handle(case, filing, user, words) -> None:
    me = people.act(user, case.bureau)
    assert not list(WORKFLOW.available(make.fresh(filing), me))
    calls = (
        lambda: examination.start(actor=me, filing=filing),
        lambda: take(actor=me, filing=filing, reason="原因"),
    )
    for call in calls:
        with pytest.raises(PortalError) as refused:
            call()
        assert refused.value.status == 403 and words in str(refused.value), refused.value
    assert do(browse(user), filing, "start_examination").status_code in (403, 404)
    answer = Caller(user, case.bureau).post(f"filings/{filing.pk}/actions/start_examination/", {})
    assert answer.status == 403
    answer = Caller(user, case.bureau).post(
        f"filings/{filing.pk}/assign/", {"officer": user.username, "reason": "原因"}
    )
    assert answer.status == 403


@pytest.mark.parametrize("moved", [True, False])
def test_who_recommended_neither_examines_nor_decides(case, frozen, moved):
    filing = make.drive(case, "recommended", frozen)
    if moved:
        Membership.objects.filter(user=case.district).delete()
    people.give_role(case.district, "division_head", case.bureau)
    cannot_handle(case, filing, case.district, "推荐")
    filing = make.drive(case, "proposed", frozen, filing=make.fresh(filing))
    cannot_decide(case, filing, case.district)


def test_who_submitted_for_the_unit_and_changed_sides_does_not_judge_it(case, frozen):
    filing = make.drive(case, "recommended", frozen)
    Membership.objects.filter(user=case.applicant).delete()
    people.give_role(case.applicant, "division_head", case.bureau)
    cannot_handle(case, filing, case.applicant, "代表申报单位")


def test_an_expert_of_the_panel_does_not_decide(case, frozen):
    filing = make.drive(case, "proposed", frozen)
    expert = filing.panel.assignments.first().expert.user
    people.give_role(expert, "division_head", case.bureau)
    cannot_decide(case, filing, expert)


def test_without_the_earlier_parts_they_may(case, frozen):
    """The control: the same posts, and nothing done before."""
    filing = make.drive(case, "recommended", frozen)
    other = people.make_user("district_officer", case.district_bureau)
    people.give_role(other, "division_head", case.bureau)
    me = people.act(other, case.bureau)
    assert {t.name for t in WORKFLOW.available(filing, me)} == {"start_examination"}
    filing = make.drive(case, "proposed", frozen, filing=filing)
    assert {t.name for t in WORKFLOW.available(filing, me)} == set(DECIDING)
    assert decision.confirm(actor=me, filing=filing).state == "confirmed"
