"""Rights end at once, other people's keys open nothing, and readers change nothing."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.services import memberships, users
from core import files
from core.errors import PortalError
from core.models import AuditEntry
from filings.models import Filing
from filings.services import confirming, corrections, drafting, examination, participation
from filings.workflow import WORKFLOW
from tests.api.caller import Caller
from tests.makers import accounts as people
from tests.makers import filings as make

pytestmark = pytest.mark.django_db


def browse(user):
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def test_a_token_ends_with_the_password_it_was_given_for():
    user = people.make_user("unit_admin", people.make_organisation())
    caller, client = Caller(user), Client()
    assert caller.get("filings/").status == 200
    client.post("/accounts/login/", {"login": user.username, "password": people.PASSWORD})
    new = "Another-Word-2026-x"
    done = client.post(
        "/accounts/password/change/", {"oldpassword": people.PASSWORD, "password1": new, "password2": new}
    )
    assert done.status_code == 302
    user.refresh_from_db()
    assert user.check_password(new)
    assert caller.get("filings/").status == 401


def test_a_token_of_somebody_who_left_a_unit_opens_nothing_there():
    case = make.make_case()
    filing = make.start(case)
    other = people.make_user("filler", case.lead)
    caller = Caller(other)
    assert caller.get(f"filings/{filing.pk}/").status == 200
    memberships.change_membership(
        actor=case.actor("applicant"), organisation=case.lead, user=other, roles=set()
    )
    assert caller.get(f"filings/{filing.pk}/").status == 404
    assert caller.get("filings/").ok()["count"] == 0
    foreign = {"X_Organisation": case.lead.credit_code}
    assert caller.get(f"filings/{filing.pk}/", **foreign).status == 403


def test_a_closed_account_is_out_with_token_and_session():
    bureau = people.make_bureau("370200")
    admin = people.act(people.make_user("sysadmin", bureau), bureau)
    user = people.make_user("case_officer", bureau)
    caller, client = Caller(user), browse(user)
    assert client.get(reverse("filings:worklist")).status_code == 200
    users.set_active(actor=admin, user=user, active=False, reason="调离")
    assert caller.get("filings/").status == 401
    assert client.get(reverse("filings:worklist")).status_code == 302


def test_a_key_of_another_person_is_just_another_key():
    case = make.make_case()
    mine, theirs = Caller(case.applicant), Caller(case.member_users[0])
    body = {"programme": "consortium", "action": "establish"}
    first = mine.post("filings/", body, Idempotency_Key="k-1").ok(201)
    second = theirs.post("filings/", body, Idempotency_Key="k-1")
    assert second.status == 201 and second.body["id"] != first["id"]
    again = mine.post("filings/", body, Idempotency_Key="k-1").ok(201)
    assert again["id"] == first["id"]


def test_a_key_does_not_carry_over_to_another_unit_of_the_same_person():
    """The same body sent for another unit is another wish."""
    people.make_bureau("370200")
    one, two = people.make_organisation(), people.make_organisation()
    user = people.make_user("unit_admin", one)
    people.give_role(user, "unit_admin", two)
    caller = Caller(user)
    body = {"programme": "consortium", "action": "establish"}
    first = caller.post("filings/", body, Idempotency_Key="k", X_Organisation=one.credit_code).ok(201)
    second = caller.post("filings/", body, Idempotency_Key="k", X_Organisation=two.credit_code)
    assert second.status == 409 or second.ok(201)["applicant"]["credit_code"] == two.credit_code
    assert first["applicant"]["credit_code"] == one.credit_code


def test_nobody_confirms_declines_or_answers_for_another_unit():
    case = make.make_case()
    filing = make.start(case)
    places = make.invite_all(case, filing)
    me = case.member(0)
    for act in (
        lambda: confirming.confirm(actor=me, filing=filing, participant=places[1]),
        lambda: participation.decline(actor=me, filing=filing, participant=places[1]),
        lambda: participation.remove(actor=me, filing=filing, participant=places[1]),
        lambda: confirming.confirm(actor=case.actor("applicant"), filing=filing, participant=places[1]),
        lambda: confirming.confirm(actor=me, filing=filing, participant=filing.participants.get(role="lead")),
        lambda: drafting.save_section(actor=me, filing=filing, section="tasks", data={"funding_note": "x"}),
        lambda: drafting.save_section(
            actor=case.actor("applicant"), filing=filing, section="member", data={"capability": "x"}
        ),
    ):
        with pytest.raises(PortalError) as refused:
            act()
        assert refused.value.status == 403
    caller = Caller(case.member_users[0])
    for verb in ("sign", "decline"):
        assert caller.post(f"filings/{filing.pk}/participants/{places[1].pk}/{verb}/").status == 403


def test_a_correction_is_answered_by_whom_it_was_put_to():
    case = make.make_case()
    filing = make.drive(case, "in_examination")
    places = [filing.participants.get(organisation=unit) for unit in case.members[:2]]
    items = [
        {"section": "member", "field": "capability", "message": "请补充", "participant": places[0].pk},
        {"section": "tasks", "field": "funding_note", "message": "请补充"},
    ]
    filing = examination.return_for_correction(actor=case.actor("officer"), filing=filing, items=items)
    of_member, of_lead = filing.corrections.order_by("number")
    outsider = people.make_organisation()
    stranger = people.act(people.make_user("unit_admin", outsider), outsider)
    for actor, item in (
        (case.actor("applicant"), of_member),
        (case.member(1), of_member),
        (case.member(0), of_lead),
        (stranger, of_lead),
        (case.actor("officer"), of_lead),
    ):
        with pytest.raises(PortalError):
            corrections.answer(actor=actor, filing=filing, correction_id=item.pk, text="代答", value="x")
    other = make.make_case()
    foreign = make.start(other)
    with pytest.raises(PortalError) as refused:
        corrections.answer(actor=other.actor("applicant"), filing=foreign, correction_id=of_lead.pk, text="x")
    assert refused.value.status == 404


def test_an_attachment_is_not_reached_through_another_filing():
    case, other = make.make_case(), make.make_case()
    mine, theirs = make.start(case), make.start(other)
    paper = theirs.attachments.get()
    caller = Caller(case.applicant)
    assert caller.call("DELETE", f"filings/{mine.pk}/attachments/{paper.pk}/").status == 404
    assert caller.call("DELETE", f"filings/{theirs.pk}/attachments/{paper.pk}/").status == 404
    with pytest.raises(PortalError):
        drafting.detach(actor=case.actor("applicant"), filing=mine, attachment_id=paper.pk)
    assert not files.may_read(case.actor("applicant"), paper.stored)
    paper.refresh_from_db()
    assert paper.removed_at is None


def test_readers_change_nothing():
    case = make.make_case()
    filing = make.drive(case, "in_examination")
    before = Filing.objects.filter(pk=filing.pk).values().get()
    expert = case.experts[0].user
    readers = [people.make_user(role, case.bureau) for role in ("auditor", "finance", "secadmin", "sysadmin")]
    for user in (*readers, expert):
        caller, client = Caller(user), browse(user)
        for name in {t.name for t in WORKFLOW}:
            answer = caller.post(f"filings/{filing.pk}/actions/{name}/", {"comment": "x", "months": 12})
            assert answer.status in (403, 404, 409), (user, name, answer)
        for path, body in (
            ("checks/", {"item": "elig_cons_plan", "result": "pass"}),
            ("waivers/", {"condition": "elig_cons_min_academia", "reason": "x"}),
            ("notes/", {"text": "x"}),
            ("reviews/", {"conflict": False}),
            ("participants/", {"organisation": case.lead.credit_code, "role": "academic"}),
        ):
            assert caller.post(f"filings/{filing.pk}/{path}", body).status in (403, 404), (user, path)
        for name, data in (
            ("desk_note", {"text": "x"}),
            ("desk_waiver", {"condition": "elig_cons_min_academia", "reason": "x"}),
            ("desk_examination", {"result-elig_cons_plan": "pass"}),
            ("desk_expert_add", {}),
        ):
            answer = client.post(reverse(f"filings:{name}", args=[filing.pk]), data)
            assert answer.status_code in (403, 404, 405), (user, name)
        assert client.post(reverse("filings:expert_new"), {"username": user.username}).status_code == 403
    assert Filing.objects.filter(pk=filing.pk).values().get() == before
    assert not filing.notes.exists()
    assert not filing.checks.exclude(result="").exists()
    assert AuditEntry.objects.filter(action="request.refused").count() >= 20


def test_a_tie_recorded_during_the_review_closes_it_for_that_expert():
    """AC-6: whoever the portal knows to be in conflict neither reads on nor scores."""
    from filings.services import experts, review

    case = make.make_case()
    filing = make.drive(case, "in_review")
    expert = filing.panel.assignments.select_related("expert__user").first().expert
    me = people.act(expert.user, case.bureau)
    review.declare(actor=me, filing=filing, conflict=False)
    experts.add_tie(
        actor=case.actor("officer"), expert=expert, organisation=case.members[0], kind="shareholding"
    )
    assert Caller(expert.user).get(f"filings/{filing.pk}/").status == 404
    marks = [{"criterion": c.key, "value": "99", "rationale": "好"} for c in filing.spec.criteria]
    with pytest.raises(PortalError):
        review.score(actor=me, filing=filing, scores=marks)
    row = filing.panel.assignments.get(expert=expert)
    assert row.standing == "conflicted" and "持股" in row.conflict_note
    assert filing.panel.assignments.filter(standing="conflicted").count() == 1


def test_one_address_cannot_bury_a_notice_in_objections(frozen):
    """Each unanswered objection keeps the notice from being closed."""
    case = make.make_case()
    filing = make.drive(case, "on_notice", frozen)
    url, client = reverse("portal:notice", args=[filing.notices.get().pk]), Client()
    given = {"name": "某人", "contact": "0532", "text": "数据存疑"}
    seen = [client.post(url, given).status_code for _n in range(22)]
    assert seen == [302] * 20 + [429] * 2
    assert filing.notices.get().objections.count() == 20
    assert client.get(url).status_code == 200
