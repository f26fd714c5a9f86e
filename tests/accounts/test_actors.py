"""Which unit a person acts for, by session, header, or the object asked about."""

import pytest
from django.test import RequestFactory

from accounts import actors
from accounts.enums import REGISTRANT
from accounts.services import users
from core import clock
from core.cached import request_scope
from core.errors import NotAllowed, NotVisible
from tests.makers.accounts import act, give_role, make_bureau, make_organisation, make_user

pytestmark = pytest.mark.django_db


def test_roles_are_those_of_the_unit_acted_for() -> None:
    qingdao, zibo = make_bureau("370200"), make_bureau("370300")
    user = give_role(make_user("case_officer", qingdao), "division_head", zibo)
    assert act(user, qingdao).roles == {"case_officer"}
    assert act(user, zibo).roles == {"division_head"}
    assert act(user, zibo.credit_code).organisation == zibo
    assert act(user, qingdao).acting_in(zibo).roles == {"division_head"}
    assert act(user, qingdao).acting_in(make_bureau("370100")).roles == frozenset()


def test_the_default_is_the_one_used_last() -> None:
    first, second = make_bureau("370200"), make_bureau("370300")
    user = give_role(make_user("case_officer", first), "case_officer", second)
    default = act(user).organisation
    other = second if default == first else first
    users.choose_organisation(actor=act(user), organisation=other)
    user.refresh_from_db()
    assert act(user).organisation == other


def test_choosing_a_foreign_unit_is_not_found() -> None:
    user = make_user("unit_admin", make_organisation())
    with pytest.raises(NotVisible):
        users.choose_organisation(actor=act(user), organisation=make_organisation())


def test_a_unit_without_approval_gives_no_rights_but_its_registration() -> None:
    user = make_user("unit_admin", make_organisation(approved=False))
    assert act(user).roles == {REGISTRANT}


def test_a_closed_account_acts_for_nobody() -> None:
    user = make_user("unit_admin", make_organisation())
    user.is_active = False
    assert act(user).user is None


def test_header_chooses_the_unit_and_refuses_a_foreign_one() -> None:
    mine, foreign = make_organisation(), make_organisation()
    user = make_user("unit_admin", mine)

    def ask(code: str) -> actors.Actor:
        return actors.from_header(RequestFactory().get("/", headers={"X-Organisation": code}), user)

    assert ask(mine.credit_code.lower()).organisation == mine
    assert ask("").organisation == mine
    with pytest.raises(NotAllowed):
        ask(foreign.credit_code)
    with pytest.raises(NotAllowed):
        ask("nonsense")


def test_without_a_header_one_acts_in_the_unit_the_object_belongs_to() -> None:
    qingdao, zibo = make_bureau("370200"), make_bureau("370300")
    user = give_role(make_user("case_officer", qingdao), "division_head", zibo)
    actor = act(user, qingdao)
    assert actors.for_object(actor, [None, zibo]).organisation == zibo
    assert actors.for_object(actor, [qingdao, zibo]) == actor
    assert actors.for_object(actor, [make_organisation()]) == actor


def test_one_query_makes_an_actor(django_assert_num_queries: object) -> None:
    user = give_role(make_user("case_officer", make_bureau("370200")), "case_officer", make_bureau("370300"))
    with request_scope():
        clock.today()
        with django_assert_num_queries(1):  # type: ignore[operator]
            actor = act(user)
            assert actor.organisation.jurisdiction.label
