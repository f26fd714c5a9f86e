"""Colleagues: invitations that work once, roles that bite at once, an administrator that remains."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts import selectors
from accounts.models import Membership, User
from accounts.services import memberships
from core import clock, outbox
from core.actor import Actor
from core.errors import Invalid, NotAllowed, NotNow, NotVisible
from core.models import OutboxMail
from tests.makers.accounts import act, make_bureau, make_organisation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Any:
    return make_organisation()


@pytest.fixture
def admin(unit: Any) -> User:
    return make_user("unit_admin", unit)


def invite(admin: User, email: str = "new@example.cn", role: str = "filler", **given: Any) -> str:
    actor = act(admin)
    return memberships.invite_colleague(
        actor=actor, organisation=actor.organisation, email=email, role=role, **given
    )[1]


def test_a_guest_accepts_with_a_new_account(unit: Any, admin: User, mailoutbox: list[Any]) -> None:
    token = invite(admin, email="New@Example.cn")
    assert token not in OutboxMail.objects.get().body, (
        "a link that is as good as a password is stored readable"
    )
    outbox.deliver()
    assert token in mailoutbox[0].body
    assert OutboxMail.objects.get().body == ""
    made = memberships.accept_invitation(
        actor=Actor.public(), token=token, name="沈若溪", password="tide-window-42"
    )
    assert (made.user.email, made.role, made.organisation) == ("new@example.cn", "filler", unit)
    with pytest.raises(NotVisible):
        memberships.accept_invitation(actor=act(made.user), token=token)


def test_the_token_is_stored_as_a_digest_only(admin: User) -> None:
    token = invite(admin)
    stored = memberships.invitation_by_token(token)
    assert token not in {str(value) for value in vars(stored).values()}


def test_a_person_with_an_account_accepts_logged_in(unit: Any, admin: User) -> None:
    friend = make_user("filler", make_organisation(), email="new@example.cn")
    token = invite(admin)
    with pytest.raises(NotNow):
        memberships.accept_invitation(actor=Actor.public(), token=token, name="x", password="tide-window-42")
    with pytest.raises(NotAllowed, match="发给 ne"):
        memberships.accept_invitation(actor=act(make_user()), token=token)
    memberships.accept_invitation(actor=act(friend), token=token)
    assert act(friend, unit).roles == {"filler"}


def test_an_invitation_ends(unit: Any, admin: User, frozen: Any) -> None:
    token = invite(admin)
    frozen.move(days=7, seconds=1)
    with pytest.raises(NotVisible, match="过期"):
        memberships.accept_invitation(actor=Actor.public(), token=token, name="x", password="tide-window-42")
    assert invite(admin) != token


def test_an_invitation_is_withdrawn(unit: Any, admin: User) -> None:
    token = invite(admin)
    invitation = memberships.invitation_by_token(token)
    stranger = act(make_user("unit_admin", make_organisation()))
    with pytest.raises(NotAllowed):
        memberships.revoke_invitation(actor=stranger, invitation=invitation)
    memberships.revoke_invitation(actor=act(admin), invitation=invitation)
    with pytest.raises(NotVisible):
        memberships.invitation_by_token(token)
    with pytest.raises(NotNow):
        memberships.revoke_invitation(actor=act(admin), invitation=invitation)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"email": "nonsense"}, "email"),
        ({"role": "division_head"}, "role"),
        ({"until": date(2020, 1, 1)}, "until"),
    ],
)
def test_bad_invitations(admin: User, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        invite(admin, **given)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_the_same_invitation_is_not_sent_twice(admin: User) -> None:
    invite(admin)
    with pytest.raises(Invalid) as refused:
        invite(admin)
    assert refused.value.has("already_invited")


@pytest.mark.parametrize("role", ["filler", "signer"])
def test_only_administrators_invite(unit: Any, role: str) -> None:
    with pytest.raises(NotAllowed):
        invite(make_user(role, unit))


def test_roles_change_at_once_and_one_administrator_remains(unit: Any, admin: User) -> None:
    colleague = make_user("filler", unit)
    memberships.change_membership(
        actor=act(admin), organisation=unit, user=colleague, roles={"signer", "unit_admin"}
    )
    assert act(colleague).roles == {"signer", "unit_admin"}
    memberships.change_membership(actor=act(colleague), organisation=unit, user=admin, roles=set())
    assert act(admin).organisation is None
    with pytest.raises(Invalid) as refused:
        memberships.change_membership(
            actor=act(colleague), organisation=unit, user=colleague, roles={"filler"}
        )
    assert refused.value.has("last_administrator")
    assert act(colleague).roles == {"signer", "unit_admin"}


def test_a_delegation_ends_on_its_day(unit: Any, admin: User, frozen: Any) -> None:
    colleague = make_user("filler", unit)
    until = clock.today() + timedelta(days=3)
    memberships.change_membership(
        actor=act(admin), organisation=unit, user=colleague, roles={"filler"}, until=until
    )
    frozen.move(days=3)
    assert act(colleague).roles == {"filler"}
    frozen.move(days=1)
    assert act(colleague).organisation is None
    memberships.grant(actor=Actor.system(), user=colleague, organisation=unit, role="filler")
    assert act(colleague).roles == {"filler"}


def test_foreign_people_cannot_be_changed(admin: User, unit: Any) -> None:
    stranger = make_user("filler", make_organisation())
    with pytest.raises(NotVisible):
        memberships.change_membership(actor=act(admin), organisation=unit, user=stranger, roles={"filler"})
    with pytest.raises(NotAllowed):
        memberships.change_membership(
            actor=act(admin), organisation=make_organisation(), user=admin, roles={"filler"}
        )


def test_unit_roles_and_staff_roles_keep_apart(unit: Any) -> None:
    for organisation, role in ((unit, "case_officer"), (make_bureau(), "filler")):
        with pytest.raises(Invalid):
            memberships.grant(actor=Actor.system(), user=make_user(), organisation=organisation, role=role)


def test_the_database_refuses_what_must_never_be() -> None:
    bureau, user = make_bureau(), make_user("sysadmin", make_bureau())
    twice = {"user": user, "organisation": bureau, "since": clock.today()}
    for role in ("sysadmin", "secadmin"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(role=role, **twice)


def test_leaving(unit: Any, admin: User) -> None:
    colleague = make_user("filler", unit)
    memberships.leave(actor=act(colleague), organisation=unit)
    assert not selectors.memberships_of(colleague)
    with pytest.raises(Invalid):
        memberships.leave(actor=act(admin), organisation=unit)
