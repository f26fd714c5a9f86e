"""Golden cases of every condition of the platform policy, and that its words are those of the catalogue."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import yaml
from django.conf import settings

from filings import programmes
from filings.conditions import judge
from platforms import terms
from platforms.conditions import BY_KEY, PAYMENT, RECOGNITION
from platforms.records import KINDS
from platforms.sections import mechanisms
from platforms.types import of, types
from policy.law import law_on
from policy.models import Item

pytestmark = pytest.mark.django_db
ON = datetime.date(2026, 3, 2)
CASES: list[dict[str, Any]] = yaml.safe_load(
    (settings.BASE_DIR / "tests/golden/platforms.yaml").read_text("utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['condition']}-{c['met']}")
def test_case(case: dict[str, Any]) -> None:
    (found,) = judge([BY_KEY[case["condition"]]], case["facts"], law_on(ON, "370300"))
    assert found.met is case["met"], found.message
    assert found.strength == case["strength"]
    assert found.clause == f"淄政办字〔2020〕43号 {case['clause']}"
    assert found.message


def test_every_condition_holds_once_and_fails_once() -> None:
    for key in BY_KEY:
        seen = {case["met"] for case in CASES if case["condition"] == key}
        assert {True, False} <= seen, key


def test_every_condition_of_the_policy_is_declared() -> None:
    cited = Item.objects.filter(key__startswith="elig_", clauses__document__key="zb2020_43")
    keys = {key for key in cited.values_list("key", flat=True) if not key.startswith("elig_comm_")}
    assert keys - set(BY_KEY) == {key for key in keys if key.startswith("elig_all_")}
    assert not {c.key for c in RECOGNITION} & {c.key for c in PAYMENT}
    for key in types():
        assert [c.key for c in programmes.get(key).conditions] == list(of(key).traits.conditions)


@pytest.mark.parametrize(
    ("key", "field", "words"),
    [
        ("new_rd_institution", "functions", terms.FUNCTIONS),
        ("public_tech_service_platform", "services", terms.SERVICES),
        ("technology_transfer_institution", "subtypes", terms.SUBTYPES),
    ],
)
def test_what_is_offered_is_what_the_catalogue_lists(key: str, field: str, words: dict[str, Any]) -> None:
    assert [str(label) for label in words.values()] == list(getattr(of(key), field))


def test_mechanisms_carry_the_words_of_the_catalogue() -> None:
    labels = dict(Item.objects.filter(key__startswith="mech_").values_list("key", "label"))
    for key, label in (terms.MECHANISMS | terms.OWN_MECHANISMS).items():
        assert str(label) == labels[key]
    assert set(mechanisms(of("industrial_research_institute"))) >= {
        "mech_iri_governance",
        "mech_iri_incentive",
    }


def test_the_five_modes_of_transfer_are_those_of_the_catalogue() -> None:
    modes = Item.objects.get(key="mech_transform_tracking").data["modes"]
    assert [str(label) for _key, label in KINDS["contract"].field("mode").choices] == modes


def test_laboratories_are_asked_for_the_directions_of_the_list() -> None:
    spec = programmes.get("provincial_laboratory", "record_approval")
    section = spec.section("features")
    assert section is not None
    offered = dict(section.form.base_fields["directions"].choices)
    assert offered == law_on(ON, "370300").list("new_materials_lab_directions").labels()
