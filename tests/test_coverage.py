"""docs/coverage.md is true: every id that the registers rest on, every id of the guideline and every principle has a row.

What a row names exists.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.test import Client
from django.urls import reverse

from policy.models import Item, Reading

ROOT = settings.BASE_DIR
# sections of the library of which every id has a row, whichever document it cites
WHOLE = {
    f"{name}.yaml"
    for name in (
        "entity_types",
        "eligibility",
        "obligations",
        "mechanisms",
        "filing_rules",
        "statistics",
        "registers",
        "responsibilities",
        "subsidies",
        "instances",
        "provisions",
    )
}
ROW = re.compile(r"^\| (?P<id>\w+) \| (?P<what>.+) \| (?P<where>.+) \| (?P<tests>.+) \|$")
FILE = re.compile(r"`([a-z]+/[\w/.-]+\.(?:py|yaml|md|html|csv))`")
TEST = re.compile(r"`(tests/[\w/.-]+\.py)::(\w+)`")


@cache
def rows() -> dict[str, re.Match[str]]:
    found = [
        row
        for line in (ROOT / "docs/coverage.md").read_text("utf-8").splitlines()
        if (row := ROW.match(line))
    ]
    named = [row["id"] for row in found if row["id"] != "id"]
    assert len(set(named)) == len(named), "an id has two rows"
    return {row["id"]: row for row in found if row["id"] != "id"}


def catalogue(node: Any, file: str) -> set[str]:
    """Ids under `node` that cite the guideline, or that stand in a section of which every id has a row."""
    if isinstance(node, list):
        return set().union(*(catalogue(part, file) for part in node))
    if not isinstance(node, dict):
        return set()
    cited = any(str(src).startswith("qd2025_5 ") for src in node.get("src") or ())
    mine = {node["id"]} if "id" in node and (cited or file in WHOLE) else set()
    # the stages of a register are its words, not items with a page of their own
    return mine.union(*(catalogue(part, file) for name, part in node.items() if name != "stages"))


def wanted() -> set[str]:
    files = (ROOT / "fixtures/policy").glob("*.yaml")
    return set().union(*(catalogue(yaml.safe_load(file.read_text("utf-8")), file.name) for file in files))


def test_every_id_of_the_registers_the_guideline_and_every_principle_has_a_row() -> None:
    ids = wanted()
    assert len([key for key in ids if key.startswith("mea_")]) == 132
    assert len([key for key in ids if key.startswith("elig_")]) == 69
    assert len([key for key in ids if key.startswith("resp_")]) == 22
    assert len([key for key in ids if key.startswith("sub_")]) == 46
    assert len([key for key in ids if key.startswith(("excl_", "rule_"))]) == 5
    assert len(ids) > 132 + 300
    assert ids - rows().keys() == set()


@pytest.mark.django_db
def test_every_doubt_about_the_guideline_has_a_row() -> None:
    touched = Reading.objects.filter(items__clauses__document__key="qd2025_5")
    assert set(touched.values_list("key", flat=True)) <= rows().keys()


@cache
def names_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_every_file_and_test_named_exists() -> None:
    for key, row in rows().items():
        for path in FILE.findall(row["where"]):
            assert (ROOT / path).exists(), f"{key}: {path}"
        named = TEST.findall(row["tests"])
        assert named, f"{key} names no test"
        for path, name in named:
            assert (ROOT / path).exists(), f"{key}: {path}"
            assert name in names_in(path), f"{key}: {path}::{name}"


def test_what_acts_names_the_file_where_it_does() -> None:
    for key, row in rows().items():
        if not row["where"].startswith("library") and "shown and changeable" not in row["where"]:
            assert FILE.search(row["where"]), key


@pytest.mark.django_db
def test_every_row_has_its_page(client: Client) -> None:
    labels = dict(Item.objects.values_list("key", "label"))
    readings = set(Reading.objects.values_list("key", flat=True))
    for key, row in rows().items():
        name = "policy:reading" if key in readings else "policy:item"
        answer = client.get(reverse(name, args=[key]))
        assert answer.status_code == 200, key
        if key in labels:
            assert labels[key] == row["what"], key


@pytest.mark.django_db
def test_the_programme_declares_every_condition_of_the_guideline() -> None:
    from filings.programmes import get

    wanted = set(Item.objects.filter(key__startswith="elig_cons_").values_list("key", flat=True))
    assert {condition.key for condition in get("consortium").conditions} == wanted
