"""Who sees an entity from the inside: the rule and the list agree, for everybody, before and after a unit leaves."""

import datetime
from typing import Any

import pytest

from core import clock
from core.actor import Actor
from core.errors import NotVisible
from filings.models import Entity
from filings.permissions_entity import (
    entity_head,
    entity_lead,
    entity_lead_signer,
    entity_member,
    entity_officer,
    entity_staff_reader,
    entity_viewer,
)
from filings.selectors.entities import as_unit, get_visible, looked_after_by, visible_to
from tests.makers import accounts as people
from tests.makers.accompany import leave, on_register
from tests.makers.filings import Case, make_case

pytestmark = pytest.mark.django_db

SEES = {
    "lead_admin", "lead_filler", "member", "officer", "director", "auditor", "finance", "district",
}  # fmt: skip
STAFF = {"officer", "director", "auditor", "finance", "district"}
NOT = {
    "outsider", "expert", "sysadmin", "zibo_officer", "other_district", "district_case_officer", "nobody",
    "officer_at_home",
}  # fmt: skip


@pytest.fixture
def case() -> Case:
    return make_case()


@pytest.fixture
def entity(case: Case) -> Entity:
    return on_register(case)


def everybody(case: Case) -> dict[str, Actor]:
    def held(role: str, home: Any) -> Actor:
        return people.act(people.make_user(role, home), home)

    unit = people.make_organisation()
    # an officer of the bureau who also belongs to a unit, acting for that unit
    people.give_role(case.officer, "filler", unit)
    return {
        "lead_admin": case.actor("applicant"),
        "lead_filler": held("filler", case.lead),
        "member": case.member(0),
        "officer": case.actor("officer"),
        "director": case.actor("director"),
        "auditor": held("auditor", case.bureau),
        "finance": held("finance", case.bureau),
        "district": case.actor("district"),
        "outsider": held("unit_admin", unit),
        "expert": people.act(case.experts[0].user, case.bureau),
        "sysadmin": held("sysadmin", case.bureau),
        "zibo_officer": held("case_officer", people.make_bureau("370300")),
        "other_district": held("district_officer", people.make_bureau("370202")),
        "district_case_officer": held("case_officer", case.district_bureau),
        "nobody": Actor(),
        "officer_at_home": people.act(case.officer, unit),
    }


def test_rule_list_and_door_agree_for_every_role(case: Case, entity: Entity) -> None:
    on_register(case, lead=people.make_organisation(district="370303"), name="另一联合体")
    for name, actor in everybody(case).items():
        seen = name in SEES
        assert entity_viewer(actor, entity) is seen, name
        assert visible_to(actor).filter(pk=entity.pk).exists() is seen, name
        assert entity_staff_reader(actor, entity) is (name in STAFF), name
        assert looked_after_by(actor).filter(pk=entity.pk).exists() is (name in STAFF), name
        assert as_unit(actor).filter(pk=entity.pk).exists() is (seen and name not in STAFF), name
        if seen:
            assert get_visible(actor, entity.code) == entity
        else:
            with pytest.raises(NotVisible):
                get_visible(actor, entity.code)
    assert set(everybody(case)) == SEES | NOT


def test_the_finer_rules(case: Case, entity: Entity) -> None:
    actors = everybody(case)

    def who(rule: Any) -> set[str]:
        return {name for name, actor in actors.items() if rule(actor, entity)}

    assert who(entity_lead) == {"lead_admin", "lead_filler"}
    assert who(entity_lead_signer) == {"lead_admin"}
    assert who(entity_member) == {"lead_admin", "lead_filler", "member"}
    assert who(entity_officer) == {"officer", "director"}
    assert who(entity_head) == {"director"}


def test_a_unit_sees_it_to_the_last_day_of_its_membership(case: Case, entity: Entity, frozen: Any) -> None:
    leave(entity, case.members[0], clock.today() + datetime.timedelta(days=1))
    assert get_visible(case.member(0), entity.code) == entity
    frozen.move(days=1)
    assert not visible_to(case.member(0)).exists()
    assert not entity_viewer(case.member(0), entity)


def test_a_unit_that_joins_tomorrow_does_not_see_it_today(case: Case, entity: Entity) -> None:
    unit = people.make_organisation()
    actor = people.act(people.make_user("unit_admin", unit), unit)
    since = clock.today() + datetime.timedelta(days=1)
    entity.members.create(organisation=unit, role="chain_enterprise", since=since)
    assert not entity_viewer(actor, entity)
    assert not visible_to(actor).exists()


def test_a_code_that_does_not_exist_is_answered_alike(case: Case, entity: Entity) -> None:
    unit = people.make_organisation()
    outsider = people.act(people.make_user("unit_admin", unit), unit)
    said = []
    for code in (entity.code, "QD-CXLHT-1999-0001", "", "x" * 200):
        with pytest.raises(NotVisible) as refused:
            get_visible(outsider, code)
        said.append(str(refused.value))
    assert len(set(said)) == 1


def test_a_zone_belongs_to_its_district(case: Case) -> None:
    place = people.make_district_tree()["3702XH"]
    entity = on_register(case, district=place)
    huangdao = people.make_bureau("370211")
    officer = people.act(people.make_user("district_officer", huangdao), huangdao)
    assert entity_viewer(officer, entity)
    assert visible_to(officer).filter(pk=entity.pk).exists()
