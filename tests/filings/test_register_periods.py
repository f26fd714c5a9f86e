"""The periods that the register is read from say what the entity itself says, on every day."""

from __future__ import annotations

import datetime
import random
from typing import Any

import pytest
from django.db import connection

from core import clock
from filings.enums import EntityOrigin, Lamp
from filings.models import Certificate, Entity, EntityLevel, RegisterPeriod
from tests.makers import after
from tests.makers.accounts import make_district_tree
from tests.makers.register import end_entity, make_entity, raise_level

pytestmark = pytest.mark.django_db
START = datetime.date(2026, 1, 5)
ONE = datetime.timedelta(days=1)


def periods(entity: Entity) -> list[tuple[Any, ...]]:
    rows = RegisterPeriod.objects.filter(entity=entity).order_by("since")
    return list(rows.values_list("since", "until", "level", "status"))


def on(entity: Entity, day: datetime.date) -> RegisterPeriod:
    rows = RegisterPeriod.objects.filter(entity=entity, since__lte=day)
    return rows.exclude(until__lte=day).get()


def test_one_without_an_end_has_one_period() -> None:
    entity = make_entity("incubator", level="provincial", valid_from=START)
    assert periods(entity) == [(START, None, "provincial", "valid")]
    one = on(entity, START)
    assert (one.kind, one.district, one.city.code) == ("incubator", entity.district, "370300")


def test_validity_level_and_end_cut_it_where_they_change() -> None:
    entity = make_entity("incubator", valid_from=START, valid_until=datetime.date(2026, 12, 31))
    raise_level(entity, "provincial", datetime.date(2026, 6, 1))
    assert periods(entity) == [
        (START, datetime.date(2026, 6, 1), "municipal", "valid"),
        (datetime.date(2026, 6, 1), datetime.date(2027, 1, 1), "provincial", "valid"),
        (datetime.date(2027, 1, 1), None, "provincial", "expired"),
    ]
    end_entity(entity, "exited", datetime.date(2026, 6, 1))
    assert periods(entity) == [
        (START, datetime.date(2026, 6, 1), "municipal", "valid"),
        (datetime.date(2026, 6, 1), None, "provincial", "exited"),
    ]


def test_what_is_registered_later_is_not_there_before_and_what_was_loaded_is() -> None:
    later = clock.start_of_day(datetime.date(2026, 4, 1))
    filed = make_entity("incubator", valid_from=START, registered_at=later)
    loaded = make_entity("incubator", valid_from=START, registered_at=later, origin=EntityOrigin.LOAD)
    early = make_entity("incubator", valid_from=START, registered_at=clock.start_of_day(START - 3 * ONE))
    assert [p[0] for p in periods(filed)] == [later.astimezone(clock.SHANGHAI).date()]
    assert periods(loaded)[0][0] == START
    assert [(p[0], p[3]) for p in periods(early)] == [(START - 3 * ONE, "upcoming"), (START, "valid")]


def test_a_registration_late_at_night_counts_on_the_day_of_shanghai() -> None:
    night = clock.end_of_day(START)
    assert periods(make_entity("incubator", valid_from=START, registered_at=night))[0][0] == START


def test_name_kind_and_place_follow_the_entity() -> None:
    entity = make_entity("incubator")
    tree = make_district_tree()
    Entity.objects.filter(pk=entity.pk).update(name_key="zz", kind="maker_space", district=tree["370212"])
    one = on(entity, START)
    assert (one.name_key, one.kind, one.city.code) == ("zz", "maker_space", "370200")
    place = tree["370212"]
    place.parent = tree["370100"]
    place.save()
    assert on(entity, START).city.code == "370100"


def test_what_the_register_does_not_show_rewrites_nothing() -> None:
    entity = make_entity("incubator")
    before = RegisterPeriod.objects.get(entity=entity).pk
    Entity.objects.filter(pk=entity.pk).update(lamp=Lamp.RED)
    assert RegisterPeriod.objects.get(entity=entity).pk == before
    Entity.objects.filter(pk=entity.pk).update(industry="qd_ai")
    assert RegisterPeriod.objects.get(entity=entity).pk != before


def test_raw_statements_are_followed_too() -> None:
    entity = make_entity("incubator", valid_from=START)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE filings_entity SET valid_until = '2026-02-01' WHERE id = %s", [entity.pk])
    assert on(entity, datetime.date(2026, 2, 2)).status == "expired"
    EntityLevel.objects.filter(entity=entity).update(level="national")
    assert on(entity, START).level == "national"


def test_an_entity_that_goes_takes_its_periods_with_it() -> None:
    entity = make_entity("incubator")
    entity.level_steps.all().delete()
    entity.members.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM filings_entity WHERE id = %s", [entity.pk])
    assert not RegisterPeriod.objects.exists()


@pytest.mark.parametrize("seed", range(4))
def test_periods_agree_with_the_entity_on_every_day(frozen: Any, seed: int) -> None:
    """Certificates with gaps, replaced and revoked ones, several levels: both tell the same."""
    dice = random.Random(seed)
    _case, entity = after.filed(frozen)
    paper = Certificate.objects.get(entity=entity)
    first = entity.valid_from

    def day(low: int, high: int) -> datetime.date:
        return first + datetime.timedelta(days=dice.randint(low, high))

    paper.valid_until = day(20, 60)
    if dice.random() < 0.5:
        paper.standing, paper.ended_on, paper.end_reason = "replaced", day(1, 15), "另发"
    paper.save()
    other = after.again(entity)
    second = make_entity("innovation_consortium", valid_from=first, valid_until=day(10, 90))
    for one in (other, second):
        if dice.random() < 0.5:
            end_entity(one, dice.choice(["exited", "merged"]), day(5, 80))
        raise_level(one, "provincial", day(5, 50))
        one = Entity.objects.get(pk=one.pk)
        steps = list(one.level_steps.order_by("since", "pk"))
        for offset in range(100):
            at = first + offset * ONE
            period = on(one, at)
            assert period.status == one.status_on(at), (seed, at)
            assert period.level == ([s for s in steps if s.since <= at] or steps[:1])[-1].level
