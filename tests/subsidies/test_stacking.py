"""What may not be enjoyed twice: groups, once-per keys, levels, ceilings, whatever the order of the claims."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from subsidies.selectors.quotes import quote
from tests.makers.law import reading

pytestmark = pytest.mark.django_db
UNIT, OTHER = "91370303MAXX00015H", "91370303MAXX00023C"


def ask(*claims: dict[str, Any], day: str = "2021-06-30") -> dict[str, dict[str, Any]]:
    """Results by ref; the same whatever the order."""
    orders = list(itertools.permutations(claims))[:24]
    answers = []
    for order in orders:
        answer = quote({"date": day, "claims": list(order)}).as_dict()
        answers.append((answer["total"], {row["ref"]: row for row in answer["results"]}))
    assert all(answer == answers[0] for answer in answers)
    return answers[0][1]


def claim(ref: str, measure: str, organisation: str = UNIT, **facts: Any) -> dict[str, Any]:
    entity = facts.pop("entity", None)
    row = {"ref": ref, "measure": measure, "organisation": organisation, "facts": facts}
    return row | ({"entity": entity} if entity else {})


def codes(row: dict[str, Any]) -> list[str]:
    return [line["code"] for line in row["lines"]]


def test_the_higher_of_a_group_over_its_total() -> None:
    found = ask(
        claim("a", "sub_instrument_sharing", service_total="1000000"),
        claim("b", "sub_instrument_sharing", service_total="1000000"),
        claim("c", "sub_ptsp_service", set_amount="500000"),
    )
    assert [found[ref]["amount"] for ref in "abc"] == ["300000.00", "300000.00", "0.00"]
    assert found["c"]["excluded_by"] == "a"
    assert found["c"]["status"] == "excluded"


def test_a_tie_goes_by_the_id_of_the_measure() -> None:
    found = ask(
        claim("z", "sub_instrument_sharing", service_total="1000000"),
        claim("a", "sub_ptsp_service", set_amount="300000"),
    )
    assert found["z"]["amount"] == "300000.00"
    assert found["a"]["excluded_by"] == "z"


def test_units_do_not_exclude_each_other() -> None:
    found = ask(
        claim("a", "sub_instrument_sharing", service_total="1000000"),
        claim("b", "sub_ptsp_service", OTHER, set_amount="500000"),
    )
    assert {row["excluded_by"] for row in found.values()} == {None}


def test_a_refused_claim_excludes_nothing() -> None:
    found = ask(
        claim("a", "sub_instrument_sharing", service_total="1000000"),
        claim("b", "sub_ptsp_service", set_amount="1000000.01"),
    )
    assert found["a"]["amount"] == "300000.00"
    assert found["b"]["status"] == "refused"


def test_once_for_a_platform_and_level() -> None:
    found = ask(
        claim("a", "sub_platform_national", level="national"),
        claim("b", "sub_platform_national", level="national"),
        claim("c", "sub_platform_national", OTHER, level="national"),
        claim("d", "sub_platform_national", platform_type="engineering_research_centre"),
    )
    assert [found[ref]["amount"] for ref in "abcd"] == ["2000000.00", "0.00", "2000000.00", "2000000.00"]
    assert found["b"]["excluded_by"] == "a"


def test_two_platforms_of_a_unit_are_two_matters() -> None:
    found = ask(
        claim("a", "sub_platform_national", entity="ZB-PT-2021-0001"),
        claim("b", "sub_platform_national", entity="ZB-PT-2021-0002"),
    )
    assert {row["amount"] for row in found.values()} == {"2000000.00"}


def test_each_level_in_full_unless_read_otherwise() -> None:
    both = claim("p", "sub_platform_provincial"), claim("n", "sub_platform_national")
    found = ask(*both)
    assert (found["p"]["amount"], found["n"]["amount"]) == ("500000.00", "2000000.00")
    assert "level" in codes(found["n"])
    reading("subsidy.deduct_lower_level_award", True)
    found = ask(*both)
    assert (found["p"]["amount"], found["n"]["amount"]) == ("500000.00", "1500000.00")
    assert found["n"]["lines"][-1]["reading"] == "amb_level_upgrade"


def test_one_ceiling_over_the_life_of_an_incubator() -> None:
    found = ask(
        claim("a", "sub_incubator_space_new", area="8000"),
        claim("b", "sub_incubator_space_new", area="3000", paid_before="100000"),
        claim("c", "sub_incubator_space_renovated", area="20000"),
    )
    assert [found[ref]["amount"] for ref in "abc"] == ["800000.00", "100000.00", "500000.00"]
    assert "shared_cap" in codes(found["b"])


def test_readings_of_the_ceiling() -> None:
    both = (
        claim("a", "sub_incubator_space_new", area="8000"),
        claim("c", "sub_incubator_space_renovated", area="20000"),
    )
    reading("subsidy.space_caps_separate", False)
    found = ask(*both)
    assert (found["a"]["amount"], found["c"]["amount"]) == ("800000.00", "200000.00")
    reading("subsidy.space_cap_key", "building_phase")
    found = ask(*both)
    assert (found["a"]["amount"], found["c"]["amount"]) == ("800000.00", "500000.00")


def test_recognition_and_demonstration_in_one_year() -> None:
    both = claim("r", "sub_maker_national"), claim("d", "sub_maker_demonstration")
    found = ask(*both)
    assert {row["amount"] for row in found.values()} == {"500000.00"}
    assert all("overlap" in codes(row) for row in found.values())
    reading("subsidy.demo_stacking", "never")
    found = ask(*both)
    assert (found["d"]["amount"], found["r"]["excluded_by"]) == ("500000.00", "d")
    reading("subsidy.demo_stacking", "always")
    assert all("overlap" not in codes(row) for row in ask(*both).values())


def test_general_overlap_warns_blocks_or_is_ignored() -> None:
    both = (
        claim("s", "sub_incubator_space_new", area="8000"),
        claim("r", "sub_incubator_national", grade="good"),
    )
    found = ask(*both)
    assert all(codes(row)[-1] == "overlap" for row in found.values())
    assert found["s"]["lines"][-1]["clause"] == "淄政办字〔2020〕43号 五(三)"
    reading("subsidy.overlap_action", "block")
    found = ask(*both)
    assert (found["r"]["amount"], found["s"]["amount"]) == ("1400000.00", "0.00")
    reading("subsidy.overlap_action", "ignore")
    assert all("overlap" not in codes(row) for row in ask(*both).values())


def test_a_quota_is_pointed_out_and_takes_nothing() -> None:
    six = [claim(str(n), "sub_maker_demonstration", entity=f"ZB-ZC-2021-000{n}") for n in range(6)]
    found = ask(*six)
    assert {row["amount"] for row in found.values()} == {"500000.00"}
    assert all("quota" in codes(row) for row in found.values())
    assert all("quota" not in codes(row) for row in ask(*six[:5]).values())


def test_what_the_province_pays_is_not_deducted() -> None:
    (found,) = ask(claim("a", "sub_usp_national", provincial_subsidy="3000000")).values()
    assert found["lines"][-1]["label"] == "在省级补助之上叠加，不扣减省级已到账的300万元"
    (found,) = ask(claim("a", "sub_instrument_sharing", service_total="10")).values()
    assert found["lines"][-1]["clause"] == "淄政办字〔2020〕43号 四(三)3"


def test_readings_of_the_amounts() -> None:
    park = claim("a", "sub_usp_provincial", provincial_subsidy="500000")
    voucher = claim("b", "sub_innovation_voucher_match", provincial_subsidy="60000", actual_cost="100000")
    county = {**voucher, "district": "370322"}
    reading("subsidy.usp_base", "policy_amount")
    assert ask(park)["a"]["amount"] == "200000.00"
    reading("subsidy.voucher_guard", True)
    guarded = ask(voucher)["b"]
    assert guarded["amount"] == "40000.00"
    assert (guarded["lines"][-1]["code"], guarded["lines"][-1]["clause"]) == ("guard", "")
    reading("subsidy.voucher_guard", False)
    reading("subsidy.voucher_exception_mode", "add")
    assert ask(county)["b"]["amount"] == "90000.00"
    reading("subsidy.incubator_award_type", "first_only")
    (fixed,) = ask(claim("c", "sub_incubator_provincial", grade="pass")).values()
    assert (fixed["status"], fixed["amount"], fixed["upper_bound"]) == ("computed", "500000.00", None)
    assert ask(claim("c", "sub_incubator_national", grade="pass"))["c"]["amount"] == "800000.00"
    bands = {"excellent": "0.90", "good": "0.60", "pass": "0.30", "fail": "0"}
    reading("subsidy.cap_bands", bands)
    assert ask(claim("d", "sub_ptsp_service", grade="good"))["d"]["amount"] == "600000.00"


def test_every_reading_of_a_measure_is_named() -> None:
    found = ask(claim("a", "sub_instrument_sharing", service_total="10"))["a"]
    named = [row["id"] for row in found["readings"]]
    assert named == ["amb_instrument_base", "amb_instrument_rate", "amb_higher_of_scope"]
