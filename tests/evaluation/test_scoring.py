"""Scores, totals and grades worked by hand, and what must hold whatever the figures are."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from evaluation.scheme import parse
from evaluation.scoring import (
    BadInput,
    BadProgram,
    Inputs,
    Program,
    compile_scheme,
    reach,
    score,
    sensitivity,
)
from tests.evaluation.cases import random_case
from tests.evaluation.schemes import BANDS, every_method, indicator, scheme

GOLDEN: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[1] / "golden/scoring.yaml").read_text("utf-8")
)
SEEDS = st.integers(0, 10**6)


def rows_of(doc: dict[str, Any], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    program = compile_scheme(doc)
    return list(score(program, Inputs.from_rows(program, rows)).rows())


def cell(text: str | None) -> dict[str, str]:
    """``"9/12"`` is a value with its target."""
    if text is None:
        return {"missing": "未填报"}
    value, _slash, target = text.partition("/")
    return {"value": value} | ({"target": target} if target else {})


def one(values: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"values": values, "vetoes": [], "bonuses": [], "deductions": [], "group": "", **more}


def alone(case: dict[str, Any]) -> dict[str, Any]:
    more = {key: case[key] for key in ("direction",) if key in case}
    return scheme([indicator("A", "100", case["method"], params=case.get("params", {}), **more)])


def test_percentiles_are_taken_over_earlier_figures_too() -> None:
    """Four entities beside twelve of earlier rounds have the bounds that all sixteen would have; groups stay apart."""
    bounds = {"low": "p10", "high": "p90", "fallback_low": "1", "fallback_high": "2"}
    doc = scheme([indicator("A", "100", "efficacy", params=bounds)])
    earlier, now = (
        ["3", "30", "12", "7", "22", "18", "9", "41", "15", "27", "5", "33"],
        ["4", "19", "36", "25"],
    )
    rows = [one({"A": cell(value)}, group="municipal") for value in (*now, *earlier)]
    together = rows_of(doc, rows)[: len(now)]
    held = {"A": {"municipal": [int(value) * 10_000 for value in earlier], "provincial": [10_000_000] * 9}}
    program = compile_scheme(doc, held)
    again = Program.from_json(json.loads(json.dumps(program.as_json())))
    for each in (program, again):
        found = list(score(each, Inputs.from_rows(each, rows[: len(now)])).rows())
        assert [row["indicators"]["A"] for row in found] == [row["indicators"]["A"] for row in together]
    alone_ = rows_of(doc, rows[: len(now)])
    assert alone_[0]["indicators"]["A"]["bounds"] == ["1", "2"] != together[0]["indicators"]["A"]["bounds"]
    assert "before" not in compile_scheme(doc).as_json()


@pytest.mark.parametrize("case", GOLDEN["indicators"], ids=lambda case: case["what"][:20])
def test_scores_of_one_indicator(case: dict[str, Any]) -> None:
    rows = rows_of(alone(case), [one({"A": cell(text)}) for text in case["scores"]])
    assert {
        text: row["indicators"]["A"]["score"] for text, row in zip(case["scores"], rows, strict=True)
    } == case["scores"]


@pytest.mark.parametrize("case", GOLDEN["groups"], ids=lambda case: case["what"][:20])
def test_scores_in_a_group(case: dict[str, Any]) -> None:
    rows = [one({"A": cell(text)}) for text in case["values"]]
    stranger = one({"A": cell("1000")}, group="another group, that nobody here is compared with")
    found = rows_of(alone(case), [*rows, stranger])
    assert [row["indicators"]["A"]["score"] for row in found[:-1]] == case["scores"]


def consortium() -> tuple[dict[str, Any], dict[str, Any], dict[str, str]]:
    """Scheme, values and points of the golden consortium."""
    parts = GOLDEN["consortium"]["dimensions"]
    doc = scheme(*[[indicator(row[0], row[1], row[2], params=row[3]) for row in part] for part in parts])
    rows = [row for part in parts for row in part]
    return doc, {row[0]: cell(row[4]) for row in rows}, {row[0]: row[5] for row in rows}


@pytest.mark.parametrize("case", GOLDEN["consortium"]["cases"], ids=lambda case: case["what"][:20])
def test_totals_of_a_consortium(case: dict[str, Any]) -> None:
    doc, values, _points = consortium()
    noted = {name: case[name] for name in ("vetoes", "bonuses", "deductions") if name in case}
    [row] = rows_of(doc, [one(values | case.get("cells", {}), **noted)])
    for name in ("base", "bonus", "deduction", "total", "grade"):
        assert row[name] == case.get(name, row[name]), name
    for code, weight in case.get("weights", {}).items():
        assert row["indicators"][code]["weight"] == weight, code


def test_points_of_a_consortium() -> None:
    doc, values, points = consortium()
    [row] = rows_of(doc, [one(values)])
    assert {code: said["points"] for code, said in row["indicators"].items()} == points
    assert row["indicators"]["R1"] == {
        "value": "9", "score": "75.0000", "weight": "15.0000", "points": "11.2500", "lost": "3.7500",
    }  # fmt: skip


@pytest.mark.parametrize("case", GOLDEN["lines"], ids=lambda case: case["what"][:20])
def test_grades_and_ranks(case: dict[str, Any]) -> None:
    more = dict(case.get("scheme", {}))
    if "bands" in more:
        more["bands"] = [band | {"from": line} for band, line in zip(BANDS, more["bands"], strict=True)]
    doc = scheme([indicator("A", "100", "expert")], **more)
    vetoed = case.get("vetoed", [])
    rows = rows_of(
        doc,
        [
            one({"A": cell(total)}, vetoes=["forged"] if place in vetoed else [])
            for place, total in enumerate(case["totals"])
        ],
    )
    assert [row["grade"] for row in rows] == case["grades"]
    assert [row["rank"] for row in rows] == case.get("ranks", [row["rank"] for row in rows])
    assert [row["total"] for row in rows] == case.get("shown", [row["total"] for row in rows])


def test_nobody_is_graded_on_nothing() -> None:
    doc = scheme([indicator("A", "100")])
    nothing = {"A": {"not_applicable": "不涉及"}}
    plain, vetoed, other = rows_of(
        doc, [one(nothing), one(nothing, vetoes=["forged"]), one({"A": {"value": "4"}})]
    )
    assert (plain["grade"], plain["word"], plain["rank"], plain["of"]) == ("", "", "0", "0")
    assert (vetoed["grade"], vetoed["rank"]) == ("fail", "0")
    assert (other["grade"], other["rank"], other["of"]) == ("excellent", "1", "1")


def test_missing_data_and_what_does_not_apply_are_told_apart() -> None:
    doc = scheme([indicator("A", "40"), indicator("B", "30", missing="redistribute"), indicator("C", "30")])
    [row] = rows_of(doc, [one({"C": {"value": "4"}, "A": {"missing": "未报"}})])
    said = row["indicators"]
    assert (said["A"]["value"], said["A"]["given"]) == (None, "missing")
    assert [said[code]["weight"] for code in "ABC"] == ["57.1429", "0.0000", "42.8571"]
    assert row["total"] == "42.86"


def test_bonus_and_deduction_have_caps_and_a_total_is_never_below_nothing() -> None:
    notes = [{"key": f"n{n}", "label": "x", "points": "4"} for n in range(3)]
    doc = scheme([indicator("A", "100", "expert")], bonuses=notes, deductions=[], bonus_cap="5")
    [row] = rows_of(doc, [one({"A": cell("98")}, bonuses=["n0", "n1", "n2"])])
    assert (row["bonus"], row["total"]) == ("5.00", "103.00")
    [row] = rows_of(scheme([indicator("A", "100", "expert")]), [one({"A": cell("1")}, deductions=["late"])])
    assert (row["deduction"], row["total"]) == ("2.00", "0.00")


def test_the_largest_figures_do_not_overflow() -> None:
    wide = {"low": "-1000000000", "high": "1000000000", "growth": True}
    doc = scheme([indicator("A", "50", "efficacy", params=wide)], [indicator("B", "50", "minmax")])
    most = "999999999.9999"
    rows = rows_of(doc, [one({"A": cell(text), "B": cell(text)}) for text in (most, "0", f"-{most}")])
    assert [row["total"] for row in rows] == ["100.00", "65.00", "30.00"]
    tiny = {"low": "0.0001", "high": "0.0002", "growth": True, "base": "99.9999"}
    doc = scheme([indicator("A", "100", "efficacy", params=tiny)])
    rows = rows_of(doc, [one({"A": cell(text)}) for text in ("-1000000000", "1000000000", "-99.9998")])
    assert [row["indicators"]["A"]["score"] for row in rows] == ["0.0000", "100.0000", "0.0000"]


# --- what does not fit ---


@pytest.mark.parametrize(
    "row",
    [
        one({"Z": {"value": "1"}}),
        one({"A": {"value": "many"}}),
        one({"A": {"value": "1.00001"}}),
        one({"A": {"value": "10000000000"}}),
        one({"A": {"value": 3}}),
        one({"A": "3"}),
        one({}, vetoes=["unheard of"]),
        one({}, bonuses=["late"]),
    ],
)
def test_a_row_that_does_not_fit_is_refused_with_its_number(row: dict[str, Any]) -> None:
    program = compile_scheme(scheme([indicator("A", "100")]))
    with pytest.raises(BadInput, match="row 1"):
        Inputs.from_rows(program, [one({}), row])


def test_nothing_is_scored_by_a_scheme_with_problems() -> None:
    with pytest.raises(BadProgram, match="99"):
        compile_scheme(scheme([indicator("A", "99")]))


def test_a_frozen_program_is_the_same_and_one_of_another_edition_is_refused() -> None:
    program = compile_scheme(parse(every_method()))
    frozen = json.loads(json.dumps(program.as_json()))
    assert Program.from_json(frozen) == program
    with pytest.raises(BadProgram):
        Program.from_json(frozen | {"edition": "0"})


def test_an_empty_round_has_no_rows() -> None:
    assert rows_of(every_method(), []) == []


# --- whatever the figures are ---


@given(seed=SEEDS)
def test_the_order_of_the_entities_changes_nothing(seed: int) -> None:
    doc, rows = random_case(seed, 25)
    order = list(range(len(rows)))
    Random(seed).shuffle(order)
    before = rows_of(doc, rows)
    after = rows_of(doc, [rows[place] for place in order])
    assert after == [before[place] for place in order]


@given(seed=SEEDS)
def test_effective_weights_make_a_hundred(seed: int) -> None:
    doc, rows = random_case(seed, 25)
    for row in rows_of(doc, rows):
        made = sum(Decimal(said["weight"]) for said in row["indicators"].values())
        applies = any(said.get("given") != "not_applicable" for said in row["indicators"].values())
        assert made == 100 or (made == 0 and not (applies and row["rank"] != "0"))


@given(seed=SEEDS, more=st.integers(1, 10**7))
def test_more_of_what_is_good_never_lowers_a_total(seed: int, more: int) -> None:
    """Bounds that are percentiles are left out: they move, and fall back, with the value itself."""
    doc, rows = random_case(seed, 8)
    rng = Random(seed)
    row = rng.choice(rows)
    better = copy.deepcopy(rows)
    mine = better[rows.index(row)]
    for part in doc["dimensions"]:
        for rule in part["indicators"]:
            said = mine["values"].get(rule["code"], {})
            if str(rule["params"].get("low", "")).startswith("p") or not said.get("value"):
                continue
            step = Decimal(more) / 10_000 * (-1 if rule["direction"] == "down" else 1)
            said["value"] = f"{Decimal(said['value']) + step:.4f}"
    place = rows.index(row)
    before, after = rows_of(doc, rows)[place], rows_of(doc, better)[place]
    for code, said in before["indicators"].items():
        assert Decimal(after["indicators"][code]["score"]) >= Decimal(said["score"])
    assert Decimal(after["total"]) >= Decimal(before["total"])


@given(seed=SEEDS)
def test_a_veto_gives_the_lowest_grade_whatever_the_score(seed: int) -> None:
    doc, rows = random_case(seed, 10)
    for row in rows_of(doc, [row | {"vetoes": ["forged"]} for row in rows]):
        assert row["grade"] == "fail"


# --- what would have been enough ---


def test_what_would_have_reached_the_next_grade() -> None:
    doc, values, _points = consortium()
    [row] = rows_of(doc, [one(values)])
    found = reach(compile_scheme(doc), one(values), row)
    assert (found["next"], found["needed"]) == ("excellent", "3.70")
    # 3.699999 of 15 is 24.67 of 100: 75 + 24.6667 → 11.96 of 12
    assert found["indicators"]["R1"] == {"value": "11.96", "gain": "3.75"}
    assert found["indicators"]["R2"] == {"value": None, "gain": "1.00"}
    assert found["indicators"]["M1"]["gain"] == "1.00"
    [enough] = rows_of(doc, [one(values | {"R1": cell("11.96/12")})])
    [short] = rows_of(doc, [one(values | {"R1": cell("11.95/12")})])
    assert (enough["grade"], short["grade"]) == ("excellent", "good")


def test_a_count_is_told_in_whole_ones() -> None:
    doc = scheme([indicator("A", "60", "count", params={"full": "7"}), indicator("B", "40", "expert")])
    row = one({"A": cell("2"), "B": cell("90")})
    [found] = rows_of(doc, [row])
    told = reach(compile_scheme(doc), row, found)
    assert (found["total"], told["next"], told["needed"]) == ("53.14", "pass", "6.86")
    assert told["indicators"]["A"] == {"value": "3", "gain": "42.85"}


def test_nothing_is_told_where_no_value_helps() -> None:
    doc = scheme([indicator("A", "100", "expert")], excellent_top="20")
    rows = [one({"A": cell(text)}) for text in ("99", "98", "90", "80", "50")]
    vetoed = one({"A": cell("50")}, vetoes=["forged"])
    found = rows_of(doc, [*rows, vetoed])
    program = compile_scheme(doc)
    assert reach(program, rows[0], found[0])["next"] is None, "the highest"
    assert reach(program, rows[1], found[1])["next"] is None, "kept by the share alone"
    assert reach(program, vetoed, found[5])["next"] is None, "a veto"
    assert reach(program, rows[4], found[4])["indicators"]["A"]["value"] == "60"


@given(seed=SEEDS)
def test_the_value_told_is_enough_and_a_little_less_is_not(seed: int) -> None:
    """For indicators that are not compared, so that nothing else moves."""
    doc, rows = random_case(seed, 4)
    program = compile_scheme(doc)
    rules = {rule.code: rule for rule in program.rules}
    lines = {band.grade: Decimal(band.start) / 100 for band in program.bands}
    for place, outcome in enumerate(rows_of(doc, rows)):
        told = reach(program, rows[place], outcome)
        for code, said in told["indicators"].items():
            if said["value"] is None or rules[code].of_group or not rows[place]["values"][code].get("value"):
                continue
            line, way = lines[told["next"]], -1 if rules[code].down else 1
            for value, enough in ((Decimal(said["value"]), True), (Decimal(said["value"]) - way, False)):
                other = copy.deepcopy(rows)
                other[place]["values"][code]["value"] = f"{value:.4f}"
                total = Decimal(rows_of(doc, other)[place]["total"])
                assert (total >= line) == enough, (seed, code)


def test_how_much_hangs_on_a_line() -> None:
    program = compile_scheme(scheme([indicator("A", "100", "expert")]))
    found = sensitivity(program, ["86", "85", "84.5", "83", "71", "69", "20"])
    assert [row["grade"] for row in found] == ["excellent", "good", "pass"]
    assert [move["changed"] for move in found[0]["moves"]] == ["2", "1", "1", "2"]
    assert [move["from"] for move in found[1]["moves"]] == ["68.00", "69.00", "71.00", "72.00"]
    assert [move["changed"] for move in found[1]["moves"]] == ["1", "1", "0", "1"]
