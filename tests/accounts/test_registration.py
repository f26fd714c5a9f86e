"""A unit registers, an officer of its place decides, the unit corrects and asks again."""

from typing import Any

import pytest

from accounts import credit_code, selectors
from accounts.models import Invitation, Organisation, User
from accounts.services import organisations
from accounts.services.organisations import Person
from core import outbox
from core.actor import Actor
from core.audit import AuditEntry
from core.errors import Invalid, NotAllowed, NotNow, Stale
from tests.makers.accounts import PASSWORD, act, make_bureau, make_district_tree, make_organisation, make_user

pytestmark = pytest.mark.django_db
CODE = credit_code.make("91", "370212", "MATT", 9000)


def facts(**changed: Any) -> dict[str, Any]:
    return {
        "credit_code": CODE,
        "name": "崂山明衡科技有限公司",
        "kind": "enterprise",
        "size_class": "small",
        "district": make_district_tree()["370212"],
        "contact_name": "林知远",
        "contact_phone": "0532-0000000",
        "titles": ["high_tech"],
        **changed,
    }


PERSON = Person("林知远", "Lin@example.cn", "0532-0000000", "tide-window-42")


def register(person: Person | None = PERSON, **changed: Any) -> Organisation:
    return organisations.register_organisation(actor=Actor.public(), facts=facts(**changed), person=person)


def test_a_guest_registers_a_unit_and_becomes_its_administrator() -> None:
    unit = register()
    user = User.objects.get(email="lin@example.cn")
    assert unit.state == "pending" and not unit.is_approved
    assert unit.sort_key.startswith("lao shan ming heng")
    assert user.check_password("tide-window-42")
    assert act(user).organisation == unit and act(user).roles == {"registrant"}
    assert AuditEntry.objects.filter(action="registration.submit", object_id=str(unit.pk)).count() == 1


def test_a_known_email_gets_an_invitation_and_nobody_learns_of_it(mailoutbox: list[Any]) -> None:
    owner = make_user(email="lin@example.cn")
    unit = register()
    assert User.objects.filter(email="lin@example.cn").count() == 1
    assert not selectors.memberships_of(owner)
    assert Invitation.objects.get(organisation=unit).email == "lin@example.cn"
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"credit_code": CODE[:-1] + "0"}, "credit_code", "第 18 位"),
        ({"name": " "}, "name", "单位名称"),
        ({"kind": "bureau"}, "kind", "类别"),
        ({"size_class": ""}, "size_class", "规模"),
        ({"district": None}, "district", "注册地"),
        ({"titles": ["king"]}, "titles", "称号"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(changed: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        register(**changed)
    assert any(p.field == field and words in str(p.message) for p in refused.value.problems)
    assert not Organisation.objects.filter(kind="enterprise").exists()
    assert not User.objects.filter(email="lin@example.cn").exists()


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        register(Person("", "lin@example.cn", "", "12345"), name="", kind="", credit_code="1")
    assert {"credit_code", "name", "kind", "person_name", "password"} <= {
        p.field for p in refused.value.problems
    }


def test_a_registered_unit_is_not_registered_twice() -> None:
    register()
    with pytest.raises(Invalid) as refused:
        register(Person("别人", "other@example.cn", "", "tide-window-43"))
    assert refused.value.has("already_registered")
    assert not User.objects.filter(email="other@example.cn").exists()


@pytest.mark.parametrize("jurisdiction", ["370212", "370200", "370000"])
@pytest.mark.parametrize("role", ["district_officer", "case_officer", "division_head"])
def test_an_officer_of_the_place_approves(role: str, jurisdiction: str, mailoutbox: list[Any]) -> None:
    unit = register()
    officer = make_user(role, make_bureau(jurisdiction))
    done = organisations.approve(actor=act(officer), organisation=unit, version=unit.version)
    assert done.is_approved and done.state_changed_by == officer and done.decided_at
    assert act(User.objects.get(email="lin@example.cn")).roles == {"unit_admin"}


def test_nobody_else_approves() -> None:
    unit = register()
    strangers = [
        make_user("case_officer", make_bureau("370300")),
        make_user("district_officer", make_bureau("370214")),
        make_user("finance", make_bureau("370200")),
        make_user("sysadmin", make_bureau("370000")),
        make_user("unit_admin", make_organisation()),
        User.objects.get(email="lin@example.cn"),
    ]
    with pytest.raises(NotAllowed, match=r"^该地区不在您所在部门的管辖范围内。$"):
        organisations.approve(actor=act(strangers[0]), organisation=unit)
    for stranger in strangers:
        with pytest.raises(NotAllowed):
            organisations.approve(actor=act(stranger), organisation=unit)
    unit.refresh_from_db()
    assert unit.state == "pending"


def test_a_refusal_needs_a_reason_and_can_be_answered(mailoutbox: list[Any]) -> None:
    unit = register()
    officer = act(make_user("district_officer", make_bureau("370212")))
    with pytest.raises(Invalid) as refused:
        organisations.reject(actor=officer, organisation=unit, comment="  ")
    assert refused.value.has("comment_required")
    unit = organisations.reject(actor=officer, organisation=unit, comment="名称与营业执照不一致")
    outbox.deliver()
    assert unit.decision_reason == "名称与营业执照不一致"
    assert "名称与营业执照不一致" in mailoutbox[-1].body and mailoutbox[-1].to == ["lin@example.cn"]
    owner = act(User.objects.get(email="lin@example.cn"))
    again = organisations.resubmit(
        actor=owner, organisation=unit, facts={"name": "青岛明衡科技有限公司"}, version=unit.version
    )
    assert (again.state, again.name, again.decision_reason, again.decided_at) == (
        "pending", "青岛明衡科技有限公司", "", None,
    )  # fmt: skip
    assert organisations.approve(actor=officer, organisation=again).is_approved


def test_a_decision_is_made_once_and_on_the_page_one_saw() -> None:
    unit = register()
    officer = act(make_user("district_officer", make_bureau("370212")))
    owner = act(User.objects.get(email="lin@example.cn"))
    seen = unit.version
    organisations.update_profile(actor=owner, organisation=unit, facts={"address": "崂山区一号"})
    with pytest.raises(Stale):
        organisations.approve(actor=officer, organisation=unit, version=seen)
    unit.refresh_from_db()
    organisations.approve(actor=officer, organisation=unit, version=unit.version)
    with pytest.raises(NotNow):
        organisations.reject(actor=officer, organisation=unit, comment="太晚了")


def test_what_was_approved_is_corrected_by_an_officer_only() -> None:
    unit = make_organisation(district="370212")
    owner = act(make_user("unit_admin", unit))
    organisations.update_profile(
        actor=owner, organisation=unit, facts={"address": "一号", "titles": ["champion"]}
    )
    with pytest.raises(NotAllowed, match="已经审核"):
        organisations.update_profile(actor=owner, organisation=unit, facts={"name": "别的名字"})
    officer = act(make_user("district_officer", make_bureau("370212")))
    done = organisations.update_profile(actor=officer, organisation=unit, facts={"name": "改正后的名字"})
    assert done.name == "改正后的名字" and done.title_labels == ["制造业单项冠军"]
    assert done.sort_key.startswith("gai zheng")


@pytest.mark.parametrize("role", ["filler", "signer"])
def test_only_administrators_change_the_unit(role: str) -> None:
    unit = make_organisation()
    with pytest.raises(NotAllowed):
        organisations.update_profile(
            actor=act(make_user(role, unit)), organisation=unit, facts={"address": "一号"}
        )


def test_a_stale_page_does_not_overwrite() -> None:
    unit = make_organisation()
    owner = act(make_user("unit_admin", unit))
    organisations.update_profile(actor=owner, organisation=unit, facts={"address": "一号"}, version=1)
    with pytest.raises(Stale):
        organisations.update_profile(actor=owner, organisation=unit, facts={"address": "二号"}, version=1)


def test_a_unit_that_was_brought_in_is_claimed_by_its_first_person_and_looked_at_again() -> None:
    brought = make_organisation(district="370212", credit_code=CODE, name="名录中的名称")
    unit = register(name="自己写的名称")
    assert unit.pk == brought.pk
    assert (unit.state, unit.name) == ("pending", "名录中的名称")
    user = User.objects.get(email="lin@example.cn")
    assert act(user).roles == {"registrant"}
    officer = make_user("case_officer", make_bureau("370200"))
    organisations.approve(actor=act(officer), organisation=unit)
    assert act(user).roles == {"unit_admin"}
    assert AuditEntry.objects.filter(action="registration.claim").count() == 1


def test_a_unit_with_people_is_not_claimed_nor_is_a_bureau() -> None:
    held = make_organisation(district="370212", credit_code=CODE)
    make_user("unit_admin", held)
    with pytest.raises(Invalid, match="该单位已登记"):
        register()
    held.refresh_from_db()
    assert held.is_approved
    assert not make_bureau("370200").is_unclaimed
