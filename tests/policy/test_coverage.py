"""docs/coverage.md names every id of the guideline and every principle, and only paths that exist."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from policy.enums import Section
from policy.models import Item, ItemClause, Reading

ROW = re.compile(r"^\| (?P<id>\w+) \| (?P<where>.+) \| (?P<test>.+) \|$")
PATH = re.compile(r"`([a-z_]+/[\w/.-]+\.(?:py|yaml|md|html))`")


def rows() -> dict[str, tuple[str, str]]:
    """id → (where it lives, test)."""
    text = (settings.BASE_DIR / "docs/coverage.md").read_text(encoding="utf-8")
    found = [match for line in text.splitlines() if (match := ROW.match(line)) and match["id"] != "id"]
    assert len({match["id"] for match in found}) == len(found), "an id has two rows"
    return {match["id"]: (match["where"], match["test"]) for match in found}


@pytest.mark.django_db
def test_every_id_of_the_guideline_and_every_principle_has_a_row() -> None:
    guideline = set(Item.objects.filter(clauses__document__key="qd2025_5").values_list("key", flat=True))
    principles = set(Item.objects.filter(section=Section.PROVISION).values_list("key", flat=True))
    assert len(principles) == 132
    assert guideline | principles <= rows().keys()
    readings = set(Reading.objects.filter(setting__startswith="consortium.").values_list("key", flat=True))
    assert readings <= rows().keys()


def test_the_paths_of_the_table_exist() -> None:
    for key, (where, test) in rows().items():
        for path in PATH.findall(where) + PATH.findall(test):
            assert Path(settings.BASE_DIR / path).exists(), f"{key}: {path}"
        assert PATH.search(test), f"{key} names no test"


@pytest.mark.django_db
def test_every_row_is_an_item_with_a_clause_and_a_page(client: Client) -> None:
    readings = set(Reading.objects.values_list("key", flat=True))
    items = [key for key in rows() if key not in readings]
    cited = set(ItemClause.objects.values_list("item__key", flat=True))
    assert set(items) <= cited
    for key in items[::10]:
        assert client.get(reverse("policy:item", args=[key])).status_code == 200


@pytest.mark.django_db
def test_the_programme_declares_every_condition_of_the_guideline() -> None:
    from filings.programmes import get

    wanted = set(Item.objects.filter(key__startswith="elig_cons_").values_list("key", flat=True))
    assert {condition.key for condition in get("consortium").conditions} == wanted
