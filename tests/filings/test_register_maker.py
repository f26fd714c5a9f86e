"""What the maker of entities writes is what the services would have written."""

from __future__ import annotations

import datetime

import pytest

from tests.makers.accounts import make_organisation
from tests.makers.register import end_entity, make_entity, raise_level

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 3, 2)


def test_an_entity_of_any_kind_is_on_the_register() -> None:
    firm, college = make_organisation(district="370303"), make_organisation("university")
    made = make_entity("kind_of_nobody", level="provincial", members=[firm, college])
    assert made.status_on(DAY) == "valid" and made.valid_until is None
    assert list(made.members.values_list("role", flat=True)) == ["lead", "chain_enterprise", "academic"]
    assert made.authority.jurisdiction.code == "370300"
    assert list(made.level_steps.values_list("level", "until")) == [("provincial", None)]


def test_levels_and_ends_leave_their_history() -> None:
    made = raise_level(make_entity("incubator"), "provincial", DAY, document_number="鲁科字〔2026〕1 号")
    assert list(made.level_steps.values_list("level", "until")) == [("municipal", DAY), ("provincial", None)]
    assert end_entity(made, "exited", DAY).status_on(DAY) == "exited"
