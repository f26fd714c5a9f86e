"""What the policies say of a kind: the call page of its programme shows it with the clause."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from policy.enums import Section
from policy.models import Item
from policy.selectors.requirements import requirements, responsible

pytestmark = pytest.mark.django_db
# lines of clauses that name no kind of entity: they stand on the clause's own page
ALONE = {"resp_zb43_51"}


def keys(kind: str, *, platforms: bool = False) -> set[str]:
    return {one.key for group in requirements(kind, platforms=platforms) for one in group.items}


def test_every_obligation_mechanism_and_rule_is_shown_with_the_kind_it_names() -> None:
    rows = Item.objects.filter(section__in=(Section.OBLIGATION, Section.MECHANISM, Section.FILING_RULE))
    for row in rows:
        assert row.key in keys(row.data["entity"], platforms=bool(row.data.get("applies_to_all_platforms")))


def test_what_holds_for_every_platform_is_said_of_each_and_of_nothing_else() -> None:
    assert "mech_plat_funding" in keys("maker_space", platforms=True)
    assert "mech_plat_funding" not in keys("maker_space")
    assert "mech_plat_funding" not in keys("industry_alliance")


def test_principles_come_from_the_clauses_a_kind_rests_on() -> None:
    assert "mea_zb45_group_innovation" in keys("industry_alliance")
    assert "mea_zb45_group_innovation" not in keys("maker_space", platforms=True)


def test_every_line_of_responsible_departments_is_shown_with_a_kind_or_stands_for_a_clause_alone() -> None:
    kinds = Item.objects.filter(section=Section.ENTITY_TYPE).values_list("key", flat=True)
    shown = {line["key"] for kind in kinds for line in responsible(kind)}
    lines = set(Item.objects.filter(section=Section.RESPONSIBILITY).values_list("key", flat=True))
    assert lines - shown == ALONE


def test_the_call_page_shows_clause_and_departments(client: Client) -> None:
    page = client.get(reverse("filings:programme", args=["consortium"])).content.decode()
    assert "政策要求和导向" in page
    assert "七项运行机制" in page or "决策调度机制" in page
