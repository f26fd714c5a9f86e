"""A load derives the periods of its entities once: the same as the plain triggers, and nobody else is left out."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection, transaction

from filings.models import Entity, EntityLevel, RegisterPeriod
from filings.services.register_load.writing import levels_follow
from tests.makers import loads as make
from tests.makers.register import make_entity

pytestmark = pytest.mark.django_db


def periods(**which: Any) -> list[tuple[Any, ...]]:
    columns = (
        "entity_id",
        "since",
        "until",
        "level",
        "status",
        "kind",
        "industry",
        "district_id",
        "city_id",
        "name_key",
    )
    return list(RegisterPeriod.objects.filter(**which).order_by("entity_id", "since").values_list(*columns))


def setting() -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('filings.levels_follow', true)")
        found: str | None = cursor.fetchone()[0]
    return found


def test_periods_of_a_load_are_those_of_the_triggers() -> None:
    officer, head = make.people()
    rows = [
        make.entity_row(1, valid_until=datetime.date(2025, 1, 1)),
        make.entity_row(2, lead=make.code(1), valid_until=None),
        make.entity_row(
            3, lead=make.code(1), standing="已退出", ended_on=datetime.date(2025, 3, 4), end_reason="注销"
        ),
    ]
    load = make.load(make.workbook([make.unit_row(1)], rows), officer, head)
    assert load.error_count == 0
    found = periods()
    assert len({row[0] for row in found}) == Entity.objects.count() == 3
    # control: nothing is left of what the load derived; each table's own trigger makes it again
    for touch in (
        lambda: EntityLevel.objects.update(document_number="x"),
        lambda: (Entity.objects.update(name_key="0"), Entity.objects.update(name_key=found[0][-1])),
    ):
        RegisterPeriod.objects.all().delete()
        touch()
        assert [row[:-1] for row in periods()] == [row[:-1] for row in found]


def test_the_setting_is_gone_after_the_load_and_after_a_failure() -> None:
    with transaction.atomic():
        with levels_follow():
            assert setting() == "on"
            quiet = make_entity("incubator", level="municipal")
        assert not setting()
        heard = make_entity("incubator", level="municipal")
    assert periods(entity=quiet) and periods(entity=heard)
    with pytest.raises(RuntimeError), transaction.atomic(), levels_follow():
        raise RuntimeError
    assert not setting()


def test_without_levels_the_setting_leaves_an_entity_out() -> None:
    """The control: this is what the setting does, so only a statement that levels follow may have it."""
    like = make_entity("incubator", level="municipal")
    row = Entity.objects.filter(pk=like.pk).values().get()
    for number, follow in ((1, True), (2, False)):
        copy = Entity(**{**row, "id": None, "code": f"X-{number}"})
        if follow:
            with levels_follow():
                copy.save(force_insert=True)
            assert not periods(entity=copy)
        else:
            copy.save(force_insert=True)
            assert periods(entity=copy)


def test_history_of_an_insert_has_a_row_for_each() -> None:
    like = make_entity("incubator", level="municipal")
    row = Entity.objects.filter(pk=like.pk).values().get()
    made = Entity.objects.bulk_create([Entity(**{**row, "id": None, "code": f"X-{n}"}) for n in range(4)])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code, pgh_label FROM filings_entityevent WHERE pgh_obj_id = ANY(%s) ORDER BY code",
            [[one.pk for one in made]],
        )
        assert cursor.fetchall() == [(f"X-{n}", "insert") for n in range(4)]
