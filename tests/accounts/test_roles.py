"""Staff roles need two persons, and nobody holds two of the three administrators' roles."""

from typing import Any

import pytest
from django.db import IntegrityError

from accounts import selectors
from accounts.models import RoleChange, User
from accounts.services import roles, users
from core import clock
from core.audit import AuditEntry
from core.errors import Invalid, NotAllowed, NotNow, NotVisible
from tests.makers.accounts import act, give_role, make_bureau, make_organisation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau() -> Any:
    return make_bureau("370200")


@pytest.fixture
def sysadmin(bureau: Any) -> User:
    return make_user("sysadmin", bureau)


@pytest.fixture
def secadmin(bureau: Any) -> User:
    return make_user("secadmin", bureau)


def propose(sysadmin: User, user: User, bureau: Any, role: str = "case_officer", **given: Any) -> RoleChange:
    values = {"act": "grant", "reason": "岗位调整", **given}
    return roles.propose_role_change(actor=act(sysadmin), user=user, organisation=bureau, role=role, **values)


def test_two_persons_give_a_role(bureau: Any, sysadmin: User, secadmin: User) -> None:
    person = make_user()
    epoch = person.session_epoch
    change = propose(sysadmin, person, bureau)
    assert act(person).roles == frozenset()
    done = roles.publish_role_change(actor=act(secadmin), change=change, version=change.version)
    assert done.state == "published" and done.state_changed_by == secadmin and done.decided_at
    assert act(person).roles == {"case_officer"}
    person.refresh_from_db()
    assert person.session_epoch > epoch
    assert person.password_changed_at is None  # chosen under the rules for applicants
    written = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"role_change.propose", "role_change.publish", "membership.grant"} <= written


def test_taking_a_role_needs_two_persons_too(bureau: Any, sysadmin: User, secadmin: User) -> None:
    person = make_user("case_officer", bureau)
    change = propose(sysadmin, person, bureau, act="end")
    assert act(person).roles == {"case_officer"}
    roles.publish_role_change(actor=act(secadmin), change=change)
    assert act(person).organisation is None


def test_who_may_not_publish(bureau: Any, sysadmin: User, secadmin: User) -> None:
    person = make_user()
    change = propose(sysadmin, person, bureau)
    others = [
        sysadmin,
        make_user("auditor", bureau),
        make_user("division_head", bureau),
        make_user("secadmin", make_bureau("370300")),
        person,
    ]
    for other in others:
        with pytest.raises(NotAllowed):
            roles.publish_role_change(actor=act(other), change=change)
    assert act(person).roles == frozenset()


def test_nobody_publishes_a_change_of_themselves(bureau: Any, sysadmin: User, secadmin: User) -> None:
    change = propose(sysadmin, secadmin, bureau, role="finance")
    with pytest.raises(Invalid) as refused:
        roles.publish_role_change(actor=act(secadmin), change=change)
    assert refused.value.has("own_role")
    second = make_user("secadmin", bureau)
    assert roles.publish_role_change(actor=act(second), change=change).state == "published"


def test_who_may_not_propose(bureau: Any, secadmin: User) -> None:
    for other in (secadmin, make_user("division_head", bureau), make_user("unit_admin", make_organisation())):
        with pytest.raises(NotAllowed):
            propose(other, make_user(), bureau)


def test_a_system_administrator_looks_after_the_own_place(sysadmin: User) -> None:
    with pytest.raises(NotVisible):
        propose(sysadmin, make_user(), make_bureau("370300"))
    assert propose(sysadmin, make_user(), make_bureau("370212"), role="district_officer").pk


@pytest.mark.parametrize("held", ["sysadmin", "secadmin", "auditor"])
@pytest.mark.parametrize("wanted", ["sysadmin", "secadmin", "auditor"])
def test_nobody_holds_two_of_the_three(held: str, wanted: str, sysadmin: User, secadmin: User) -> None:
    """Not even in two bureaus."""
    if held == wanted:
        return
    person = make_user(held, make_bureau("370212"))
    with pytest.raises(Invalid) as refused:
        propose(sysadmin, person, make_bureau("370214"), role=wanted)
    assert refused.value.has("separated_roles")


def test_two_open_proposals_cannot_smuggle_two_of_the_three(
    bureau: Any, sysadmin: User, secadmin: User
) -> None:
    person = make_user()
    first = propose(sysadmin, person, bureau, role="auditor")
    second = propose(sysadmin, person, bureau, role="sysadmin")
    roles.publish_role_change(actor=act(secadmin), change=first)
    with pytest.raises(Invalid) as refused:
        roles.publish_role_change(actor=act(secadmin), change=second)
    assert refused.value.has("separated_roles")
    second.refresh_from_db()
    assert second.state == "proposed" and act(person).roles == {"auditor"}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"reason": " "}, "reason"),
        ({"role": "filler"}, "role"),
        ({"act": "lend"}, "act"),
        ({"act": "end"}, "not_held"),
    ],
)
def test_bad_proposals(bureau: Any, sysadmin: User, given: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        propose(sysadmin, make_user(), bureau, **given)
    assert refused.value.has(code)


def test_a_proposal_is_made_and_decided_once(bureau: Any, sysadmin: User, secadmin: User) -> None:
    person = make_user()
    change = propose(sysadmin, person, bureau)
    with pytest.raises(Invalid) as refused:
        propose(sysadmin, person, bureau)
    assert refused.value.has("already_proposed")
    with pytest.raises(Invalid):
        roles.refuse_role_change(actor=act(secadmin), change=change, comment="")
    roles.refuse_role_change(actor=act(secadmin), change=change, comment="理由不足")
    with pytest.raises(NotNow):
        roles.publish_role_change(actor=act(secadmin), change=change)
    again = propose(sysadmin, person, bureau)
    with pytest.raises(NotAllowed):
        roles.withdraw_role_change(actor=act(secadmin), change=again)
    assert roles.withdraw_role_change(actor=act(sysadmin), change=again).state == "withdrawn"


def test_the_database_refuses_one_person(bureau: Any, sysadmin: User, secadmin: User) -> None:
    change = propose(sysadmin, make_user(), bureau)
    with pytest.raises(IntegrityError):
        RoleChange.objects.filter(pk=change.pk).update(
            state="published", state_changed_by=sysadmin, decided_at=clock.now()
        )


def test_a_closed_account_is_out_at_once(bureau: Any, sysadmin: User, client: Any) -> None:
    from accounts.services import tokens
    from core.actor import Actor

    person = make_user("case_officer", bureau)
    token = tokens.create_token(actor=Actor.system(), user=person)
    client.force_login(person)
    assert client.get("/accounts/profile/").status_code == 200
    users.set_active(actor=act(sysadmin), user=person, active=False, reason="离职")
    assert client.get("/accounts/profile/").status_code == 302
    from knox.models import AuthToken

    assert token and not AuthToken.objects.filter(user=person).exists()
    with pytest.raises(NotAllowed):
        users.set_active(actor=act(sysadmin), user=sysadmin, active=False, reason="x")
    outsider = make_user("unit_admin", make_organisation())
    with pytest.raises(NotVisible):
        users.set_active(actor=act(sysadmin), user=outsider, active=False, reason="x")


def test_people_of_units_are_not_offered(bureau: Any, sysadmin: User) -> None:
    applicant = make_user("unit_admin", make_organisation())
    newcomer = make_user()
    offered = set(selectors.staff_people(act(sysadmin)))
    assert newcomer in offered and sysadmin in offered and applicant not in offered
    elsewhere = give_role(make_user(), "case_officer", make_bureau("370300"))
    assert elsewhere not in set(selectors.staff_people(act(sysadmin)))
