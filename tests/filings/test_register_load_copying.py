"""What is copied into a table is what an insert would have written, and constraints and triggers see it."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Organisation
from core import clock
from filings.models import Entity, RegisterPeriod
from filings.services.register_load.copying import insert
from tests.makers import loads as make
from tests.makers.accounts import make_organisation

pytestmark = pytest.mark.django_db
ODD = ["\\N", "a\tb", "a\nb", "a\rb", "\\", "\\\\t", '"引号"', "{a,b}", "'", "", "NULL", "甲\\乙"]


def unit(number: int, **given: Any) -> dict[str, Any]:
    like = make_organisation(district="370212")
    now = clock.now()
    facts = {"credit_code": make.code(number), "name": "x", "sort_key": "x", "kind": "enterprise"}
    state = {"state": "approved", "decided_at": now, "state_changed_at": now}
    return facts | state | {"district_id": like.district_id} | given


@pytest.mark.parametrize("text", ODD)
def test_any_text_arrives_as_it_was(text: str) -> None:
    numbers = insert(Organisation, [unit(1, name=text, titles=[text, 'a"b'], address=text)])
    row = Organisation.objects.get(pk=numbers[0])
    assert (row.name, row.address, row.titles) == (text, text, [text, 'a"b'])
    assert row.jurisdiction is None
    assert row.version == 1


def test_arrays_dates_triggers_and_order() -> None:
    lead = make_organisation(district="370212")
    rows = [
        {
            "code": f"QD-{number}",
            "kind": "innovation_consortium",
            "name": f"第{number}",
            "name_key": "k",
            "lead_id": lead.pk,
            "authority_id": lead.pk,
            "district_id": lead.district_id,
            "valid_from": make.DAY,
            "registered_at": clock.now(),
            "grams": ["a", '"', "\\", "{", ",", "甲乙"],
        }
        for number in range(5)
    ]
    numbers = insert(Entity, rows)
    found = Entity.objects.in_bulk(numbers)
    assert [found[number].code for number in numbers] == [row["code"] for row in rows]
    assert found[numbers[0]].grams == rows[0]["grams"]
    assert (found[numbers[0]].valid_until, found[numbers[0]].unmet, found[numbers[0]].valid_from) == (
        None,
        [],
        make.DAY,
    )
    assert RegisterPeriod.objects.filter(entity__in=numbers).count() >= 5
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM filings_entityevent WHERE pgh_obj_id = ANY(%s)", [numbers])
        assert cursor.fetchone()[0] == 5


def test_constraints_hold_and_mistakes_are_told() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Organisation, [unit(1, credit_code="kurz")])
    with pytest.raises(ValueError, match="no columns"):
        insert(Organisation, [unit(1) | {"district": 1}])
    assert insert(Organisation, []) == []
