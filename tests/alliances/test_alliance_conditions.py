"""Every condition of an alliance against cases an official could write (tests/golden/alliance.yaml)."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from django.conf import settings

from alliances.alliance.conditions import CONDITIONS
from alliances.network.terms import CHARTER
from filings.conditions import Judgement, judge
from policy.law import Law, law_on
from tests.alliances.test_conditions import Otherwise

pytestmark = pytest.mark.django_db

GOLDEN = yaml.safe_load((settings.BASE_DIR / "tests/golden/alliance.yaml").read_text("utf-8"))
CASES = GOLDEN["cases"]


@pytest.fixture
def law() -> Law:
    return law_on(GOLDEN["day"], GOLDEN["place"])


def found(case: dict[str, Any], law: Any) -> Judgement:
    facts = {**GOLDEN["base"], **case["facts"]}
    waivers = {case["condition"]: case["waiver"]} if "waiver" in case else {}
    return next(j for j in judge(CONDITIONS, facts, law, waivers) if j.condition == case["condition"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['condition']}-{case['met']}")
def test_case(case: dict[str, Any], law: Law) -> None:
    judged = found(case, law)
    assert judged.met is case["met"]
    assert judged.strength == case.get("strength", judged.strength)
    blocks = "submission" if judged.blocks_submission else "proposal" if judged.blocks_proposal else ""
    assert blocks == case.get("blocks", "")
    assert case.get("says", "") in judged.message
    assert case.get("clause", "") in judged.clause
    assert judged.clause


def test_each_condition_has_a_case_that_holds_and_one_that_fails() -> None:
    for condition in CONDITIONS:
        mine = [case for case in CASES if case["condition"] == condition.key]
        assert {True, False} <= {case["met"] for case in mine}, condition.key
        assert any("strength" in case and "clause" in case for case in mine), condition.key


@pytest.mark.parametrize(
    ("reading", "strength"), [("unique_with_note", "in_principle"), ("unique", "hard"), ("free", "advisory")]
)
def test_whether_a_cluster_has_one_alliance_only_is_a_reading(law: Law, reading: str, strength: str) -> None:
    second = {"condition": "elig_all_one_per_cluster", "facts": {"alliances_in_cluster": ["另一联盟"]}}
    judged = found(second, Otherwise(law, alliance_unique_per_cluster=reading))
    assert (judged.met, judged.strength) == (False, strength)


def test_the_words_of_the_charter_are_those_of_the_law(law: Law) -> None:
    assert [str(word) for word in CHARTER.values()] == list(law.value("elig_all_rights"))
