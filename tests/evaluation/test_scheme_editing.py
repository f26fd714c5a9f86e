"""Steps of writing a scheme, differences and weights from pairs, as pure functions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from evaluation.scheme import as_json, editing, parse, parts, weighing
from evaluation.scheme.differences import differences
from tests.evaluation.schemes import indicator, scheme


@pytest.fixture
def tree() -> dict[str, Any]:
    made = scheme([indicator("A1", "30"), indicator("A2", "20")], [indicator("B1", "50")])
    return as_json(parse(made))


def codes(tree: dict[str, Any]) -> list[list[str]]:
    return [[row["code"] for row in part["indicators"]] for part in tree["dimensions"]]


def test_rows_move_inside_and_across(tree: dict[str, Any]) -> None:
    assert codes(editing.indicator_moved(tree, "A1", 1)) == [["A2", "A1"], ["B1"]]
    assert codes(editing.indicator_moved(tree, "A2", 1)) == [["A1"], ["A2", "B1"]]
    assert codes(editing.indicator_moved(tree, "B1", -1)) == [["A1", "A2", "B1"], []]
    assert codes(editing.indicator_moved(tree, "A1", -1)) == codes(tree)
    assert [part["code"] for part in editing.dimension_moved(tree, "D2", -1)["dimensions"]] == ["D2", "D1"]
    with pytest.raises(LookupError):
        editing.indicator_moved(tree, "Z", 1)


def test_the_given_tree_stays(tree: dict[str, Any]) -> None:
    before = as_json(parse(tree))
    editing.with_weights(tree, {"A1": "1"})
    editing.without_dimension(tree, "D1")
    editing.with_dimension(tree, "D9", "新", replacing="D1")
    assert tree == before


def test_a_code_stands_once(tree: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="已经使用"):
        editing.with_indicator(tree, "D2", indicator("A1", "1"))
    with pytest.raises(Invalid, match="已经使用"):
        editing.with_dimension(tree, "D2", "另一个", replacing="D1")
    moved = editing.with_indicator(tree, "D2", indicator("A1", "30"), replacing="A1")
    assert codes(moved) == [["A2"], ["B1", "A1"]]


def test_differences_name_part_row_and_field(tree: dict[str, Any]) -> None:
    new = editing.with_weights(tree, {"A1": "25", "B1": "55"})
    new = editing.without_indicator(new, "A2")
    new = editing.with_indicator(new, "D2", indicator("B2", "20"))
    new["bonus_cap"] = "3"
    found = {(one.part, one.kind, one.code, one.field) for one in differences(tree, new)}
    assert found == {
        ("indicator", "changed", "A1", "weight"),
        ("indicator", "changed", "B1", "weight"),
        ("indicator", "removed", "A2", ""),
        ("indicator", "added", "B2", ""),
        ("option", "changed", "bonus_cap", "bonus_cap"),
    }
    back = {(one.part, one.kind, one.code, one.field) for one in differences(new, tree)}
    assert ("indicator", "added", "A2", "") in back and len(back) == len(found)
    assert differences(tree, tree) == []


def test_parts_are_judged_by_themselves() -> None:
    assert parts.of_indicator(indicator("X", "7")) == []
    row = indicator("X", "7", "efficacy", params={"low": "3", "high": "3"})
    assert [one.field for one in parts.of_indicator(row)] == ["params.high"]
    assert parts.of_notes({"vetoes": [{"key": "a", "label": "甲"}]}) == []
    assert parts.of_grades({"bands": [{"grade": "fail", "word": "差", "from": "0"}]})[0].field == "bands"


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=9), st.integers(1, 100))
def test_points_keep_their_sum(shares: list[int], total: int) -> None:
    found = weighing.spread(Decimal(total), [Decimal(share) for share in shares])
    assert sum(found) == total and all(value >= 0 for value in found)
    exact = [Decimal(total) * share / sum(shares) for share in shares]
    assert all(abs(made - want) <= Decimal("0.01") for made, want in zip(found, exact, strict=True))


def test_weights_from_pairs_are_kept_with_them(tree: dict[str, Any]) -> None:
    made = weighing.weighed(
        tree, weighing.DIMENSIONS, [Decimal("0.25"), Decimal("0.75")], {"pairs": {"0_1": "1/3"}}
    )
    assert [row["weight"] for row in editing.indicators(made)] == ["15", "10", "75"]
    inside = weighing.weighed(made, "D1", [Decimal("0.2"), Decimal("0.8")], {"pairs": {"0_1": "1/4"}})
    assert [row["weight"] for row in editing.indicators(inside)] == ["5", "20", "75"]
    assert set(inside["ahp"]) == {"-", "D1"}
    assert parse(inside).weight == 100


def test_the_matrix_is_reciprocal() -> None:
    assert weighing.matrix({(0, 1): "3", (0, 2): "1/5"}, 3) == [
        [1.0, 3.0, 0.2],
        [pytest.approx(1 / 3), 1.0, 1.0],
        [5.0, 1.0, 1.0],
    ]
