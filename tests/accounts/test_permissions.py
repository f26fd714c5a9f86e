"""Rules, the sentences people read, and places within places."""

import pytest

from accounts import permissions as may
from accounts.enums import Role
from accounts.permissions import Rule, acts_for, covers, has_role, lies_in, officer_in, other_person
from core.actor import Actor
from core.errors import NotAllowed
from tests.makers.accounts import act, make_bureau, make_district_tree, make_organisation, make_user


def rule(answer: bool, sentence: str) -> Rule:
    return Rule(lambda actor, obj: answer, sentence)


def test_rules_combine_and_the_failing_part_speaks() -> None:
    yes, no, never = rule(True, "yes"), rule(False, "no"), rule(False, "never")
    actor = Actor()
    assert (yes & yes)(actor) and not (yes & no)(actor)
    assert (no | yes)(actor) and not (no | never)(actor)
    assert (~no)(actor) and not (~yes)(actor)
    assert str((yes & no).refusal(actor)) == "no"
    assert str((no & never).refusal(actor)) == "no"
    assert "no" in str((no | never).refusal(actor)) and "never" in str((no | never).refusal(actor))
    assert (yes & yes).refusal(actor) == ""
    assert str((no & yes).saying("own").refusal(actor)) == "own"


def test_require_raises_with_the_sentence() -> None:
    with pytest.raises(NotAllowed) as refused:
        has_role(Role.CASE_OFFICER, Role.DIVISION_HEAD).require(Actor())
    assert str(refused.value) == "此事由经办人、处室负责人办理。"


def test_the_system_is_no_advice_to_a_person() -> None:
    rule = has_role(Role.SYSADMIN) | may.is_system
    assert rule(Actor.system()) and not rule(Actor())
    assert str(rule.refusal(Actor())) == "此事由系统管理员办理。"
    with pytest.raises(NotAllowed, match="没有办理此事的权限"):
        may.is_system.require(Actor())


@pytest.mark.django_db
def test_a_rule_follows_paths_and_refuses_where_they_end() -> None:
    unit = make_organisation()
    person = act(make_user("unit_admin", unit))
    holder = type("Held", (), {"applicant": unit, "authority": None})()
    assert acts_for("applicant")(person, holder)
    assert acts_for("applicant", Role.UNIT_ADMIN)(person, holder)
    assert not acts_for("applicant", Role.SIGNER)(person, holder)
    assert not acts_for("missing")(person, holder)
    assert not officer_in("authority")(person, holder)
    assert not acts_for("applicant")(Actor.public(), holder)


@pytest.mark.django_db
def test_staff_act_in_their_own_bureau_only() -> None:
    city, other = make_bureau("370200"), make_bureau("370300")
    officer = act(make_user("case_officer", city))
    filing = type("Held", (), {"authority": city})()
    elsewhere = type("Held", (), {"authority": other})()
    assert officer_in("authority")(officer, filing)
    assert officer_in("authority", Role.CASE_OFFICER)(officer, filing)
    assert not officer_in("authority", Role.DIVISION_HEAD)(officer, filing)
    assert not officer_in("authority")(officer, elsewhere)
    assert may.is_staff_of("authority")(officer, filing)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("place", "jurisdiction", "inside"),
    [
        ("370212", "370212", True),
        ("370212", "370200", True),
        ("370212", "370000", True),
        ("370212", "370300", False),
        ("370200", "370212", False),
        # 西海岸新区 has no code of its own and counts as 黄岛区.
        ("3702XH", "370211", True),
        ("3702XH", "370200", True),
        ("370211", "3702XH", False),
    ],
)
def test_places_lie_in_places(place: str, jurisdiction: str, inside: bool) -> None:
    tree = make_district_tree()
    assert lies_in(tree[place], tree[jurisdiction]) is inside


@pytest.mark.django_db
def test_covers_asks_for_the_bureau_acted_for() -> None:
    unit = make_organisation(district="370212")
    assert covers("district")(act(make_user("district_officer", make_bureau("370212"))), unit)
    assert not covers("district")(act(make_user("district_officer", make_bureau("370214"))), unit)
    assert not covers("district")(act(make_user("unit_admin", unit)), unit)


@pytest.mark.django_db
def test_the_second_person_is_another_person() -> None:
    user = make_user()
    proposal = type("Held", (), {"proposed_by": user})()
    assert not other_person("proposed_by")(act(user), proposal)
    assert other_person("proposed_by")(act(make_user()), proposal)
    assert not other_person("proposed_by")(Actor.public(), proposal)
