"""Every condition of the two programmes against cases an official could write (tests/golden/clusters.yaml)."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from django.conf import settings

from clusters.innovative import terms as innovative
from clusters.strategic import terms as strategic
from core import clock
from filings.conditions import judge
from filings.programmes import get
from policy.law import law_on
from policy.models import Item

pytestmark = pytest.mark.django_db

GOLDEN = yaml.safe_load((settings.BASE_DIR / "tests/golden/clusters.yaml").read_text("utf-8"))
KEYS = {"innovative": "innovative_cluster", "strategic": "strategic_cluster"}
CASES = [(part, case) for part in GOLDEN for case in GOLDEN[part]["cases"]]


@pytest.mark.parametrize(("part", "case"), CASES, ids=lambda v: v["condition"] if isinstance(v, dict) else v)
def test_case(part: str, case: dict[str, Any]) -> None:
    golden = GOLDEN[part]
    law = law_on(golden["day"], golden["place"])
    facts = {**golden["base"], **case["facts"]}
    found = judge(get(KEYS[part]).conditions, facts, law)
    judged = next(j for j in found if j.condition == case["condition"])
    assert judged.met is case["met"]
    assert judged.strength == case.get("strength", judged.strength)
    blocks = "submission" if judged.blocks_submission else "proposal" if judged.blocks_proposal else ""
    assert blocks == case.get("blocks", "")
    assert case.get("says", "") in judged.message
    assert judged.clause.startswith(case.get("clause", ""))


@pytest.mark.parametrize(("part", "prefix"), [("innovative", "elig_clu_"), ("strategic", "elig_sec_")])
def test_each_condition_of_the_catalogue_has_a_case_that_holds_and_one_that_fails(
    part: str, prefix: str
) -> None:
    wanted = set(Item.objects.filter(key__startswith=prefix).values_list("key", flat=True))
    assert {c.key for c in get(KEYS[part]).conditions} == wanted
    for key in wanted:
        mine = [case for case in GOLDEN[part]["cases"] if case["condition"] == key]
        assert {True, False} <= {case["met"] for case in mine}, key
        assert any("strength" in case and "clause" in case for case in mine), key


def test_every_expert_condition_hangs_on_one_criterion() -> None:
    spec = get("innovative_cluster")
    given = [fact for criterion in spec.criteria for fact in criterion.facts]
    assert sorted(given) == sorted(GOLDEN["innovative"]["base"]["verdicts"])


def test_the_words_of_the_forms_are_those_of_the_law() -> None:
    city, province = law_on(clock.today(), innovative.PLACE), law_on(clock.today(), strategic.PLACE)
    assert list(innovative.CARRIER_WORDS.values()) == list(city.value("elig_clu_carrier"))
    assert [str(word) for word in strategic.PLAN_PARTS.values()] == list(province.value("elig_sec_plan"))
    assert [str(word) for word in strategic.BODY_DUTIES.values()] == list(province.value("obl_cluster_body"))


def test_the_sector_binds_once_the_list_is_confirmed() -> None:
    law = law_on(clock.today(), strategic.PLACE)

    class Vouched:
        """The law with the list of sectors confirmed."""

        def __getattr__(self, key: str) -> Any:
            return getattr(law, key)

        def list(self, key: str) -> Any:
            found = law.list(key)
            found.confirmed = True
            return found

    facts = {**GOLDEN["strategic"]["base"], "industry": "catering"}
    before = law.list(strategic.INDUSTRY_LIST).confirmed
    try:
        judged = judge(get("strategic_cluster").conditions, facts, Vouched())[0]
        assert judged.strength == "hard"
        assert judged.blocks_submission
    finally:
        law.list(strategic.INDUSTRY_LIST).confirmed = before


@pytest.mark.parametrize("key", list(KEYS.values()))
def test_every_clause_named_is_an_item_of_the_library(key: str) -> None:
    spec = get(key)
    law = law_on(clock.today(), spec.place)
    named = [clause for section in spec.sections for clause in section.clauses]
    named += [spec.register_rule, spec.report_rule, *(ground.rule for ground in spec.grounds)]
    named += [variant.clause for variant in spec.variants.values() if variant.clause]
    assert [name for name in named if not law.cite(name)] == []
