"""Every condition of the guideline against cases an official could write (tests/golden/consortium.yaml)."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from django.conf import settings

from alliances.consortium.conditions import CONDITIONS
from alliances.consortium.criteria import CRITERIA
from filings.conditions import Judgement, judge
from policy.law import Law, law_on

pytestmark = pytest.mark.django_db

GOLDEN = yaml.safe_load((settings.BASE_DIR / "tests/golden/consortium.yaml").read_text("utf-8"))
CASES = GOLDEN["cases"]


def name(case: dict[str, Any]) -> str:
    return f"{case['condition']}-{case['met']}"


@pytest.fixture
def law() -> Law:
    return law_on(GOLDEN["day"], GOLDEN["place"])


def found(case: dict[str, Any], law: Any) -> Judgement:
    facts = {**GOLDEN["base"], **case["facts"]}
    waivers = {case["condition"]: case["waiver"]} if "waiver" in case else {}
    return next(j for j in judge(CONDITIONS, facts, law, waivers) if j.condition == case["condition"])


@pytest.mark.parametrize("case", CASES, ids=name)
def test_case(case: dict[str, Any], law: Law) -> None:
    judged = found(case, law)
    assert judged.met is case["met"]
    assert judged.strength == case.get("strength", judged.strength)
    blocks = "submission" if judged.blocks_submission else "proposal" if judged.blocks_proposal else ""
    assert blocks == case.get("blocks", "")
    assert case.get("says", "") in judged.message
    assert judged.clause.startswith(
        "《青岛市创新联合体组建工作指引》（据青岛日报报道）" + case.get("clause", "")
    )


def test_each_condition_has_a_case_that_holds_and_one_that_fails() -> None:
    for condition in CONDITIONS:
        mine = [case for case in CASES if case["condition"] == condition.key]
        assert {True, False} <= {case["met"] for case in mine}, condition.key
        assert any("strength" in case and "clause" in case for case in mine), condition.key


class Otherwise:
    """The law with some readings, figures or lists read otherwise."""

    def __init__(self, law: Law, **other: Any) -> None:
        self.law, self.other = law, other

    def __getattr__(self, key: str) -> Any:
        return getattr(self.law, key)

    def reading(self, setting: str) -> Any:
        return self.other.get(setting.replace(".", "_"), self.law.reading(setting))

    def value(self, key: str, default: Any = None) -> Any:
        return self.other.get(key, self.law.value(key, default))

    def list(self, key: str) -> Any:
        return self.other.get(key, self.law.list(key))


def case_of(condition: str, **facts: Any) -> dict[str, Any]:
    return {"condition": condition, "facts": facts}


def test_whether_the_lead_counts_as_one_of_three_is_a_reading(law: Law) -> None:
    two = case_of("elig_cons_min_enterprises", chain_enterprises=2)
    assert found(two, law).met is False
    assert found(two, Otherwise(law, consortium_lead_counts_as_enterprise=True)).met is True


def test_whether_members_must_be_of_the_city_is_a_reading(law: Law) -> None:
    local = Otherwise(law, consortium_member_location_required=True)
    for condition, fact in (
        ("elig_cons_min_enterprises", "chain_enterprises"),
        ("elig_cons_min_academia", "academics"),
    ):
        outside = case_of(condition, **{f"{fact}_local": 1})
        assert found(outside, law).met is True
        assert found(outside, local).met is False


def test_who_says_that_a_lead_is_a_leading_enterprise_is_a_reading(law: Law) -> None:
    listed = Otherwise(law, consortium_leading_evidence="listed")
    condition = "elig_cons_lead_leading_enterprise"
    assert found(case_of(condition), law).met is True
    assert found(case_of(condition), listed).met is False
    assert found(case_of(condition, lead_titles=["leading"], verdicts={}), listed).met is True


def test_in_principle_becomes_hard_where_no_exception_is_allowed(law: Law) -> None:
    strict = Otherwise(law, consortium_waiver_allowed=False)
    for condition in ("elig_cons_min_enterprises", "elig_cons_min_academia"):
        assert found(case_of(condition), strict).strength == "hard"


def test_the_figure_comes_from_the_law(law: Law) -> None:
    four = Otherwise(law, elig_cons_min_enterprises=4)
    judged = found(case_of("elig_cons_min_enterprises"), four)
    assert judged.met is False
    assert "不少于 4 家" in judged.message


def test_the_direction_binds_once_the_bureau_vouches_for_the_list(law: Law) -> None:
    class Vouched(tuple):
        confirmed = True
        ids = law.list("qingdao_10_1").ids

    vouched = Otherwise(law, qingdao_10_1=Vouched())
    judged = found(case_of("elig_cons_direction", industry="catering"), vouched)
    assert judged.strength == "hard"
    assert judged.blocks_submission


def test_every_expert_condition_hangs_on_one_criterion() -> None:
    given = [fact for criterion in CRITERIA for fact in criterion.facts]
    assert sorted(given) == sorted(GOLDEN["base"]["verdicts"])
    assert sum(criterion.weight for criterion in CRITERIA) == 100
