"""Entropy weights, AHP and TOPSIS against figures worked by hand; and that they stay out of grading."""

from __future__ import annotations

import ast
from math import log
from pathlib import Path

import pytest

import evaluation.scoring
from evaluation.scoring.analysis import ahp, entropy_weights, topsis

near = pytest.approx


def test_entropy_weighs_what_tells_entrants_apart() -> None:
    # column 1: 0, 1/2, 1 → shares 0, 1/3, 2/3; column 2: 0, 0, 1 → e = 0; column 3 is constant
    e1 = -(1 / 3 * log(1 / 3) + 2 / 3 * log(2 / 3)) / log(3)
    found = entropy_weights([[1, 0, 5], [2, 0, 5], [3, 9, 5]])
    assert found == near([(1 - e1) / (2 - e1), 1 / (2 - e1), 0.0])
    assert sum(found) == near(1)


def test_entropy_turns_a_column_of_which_less_is_better() -> None:
    assert entropy_weights([[3, 1], [2, 2], [1, 3]], ["down", "up"]) == near([0.5, 0.5])


def test_entropy_of_one_entrant_or_of_constants_says_nothing() -> None:
    assert entropy_weights([[1, 2]]) == [0.5, 0.5]
    assert entropy_weights([[1, 2], [1, 2]]) == [0.5, 0.5]


def test_ahp_of_consistent_pairs() -> None:
    found = ahp([[1, 2, 4], [1 / 2, 1, 2], [1 / 4, 1 / 2, 1]])
    assert found.weights == near((4 / 7, 2 / 7, 1 / 7))
    assert (found.eigenvalue, found.ci, found.cr) == near((3, 0, 0), abs=1e-9)
    assert found.consistent


def test_ahp_of_saatys_usual_example() -> None:
    found = ahp([[1, 1 / 3, 1 / 2], [3, 1, 3], [2, 1 / 3, 1]])
    assert found.weights == near((0.1571, 0.5936, 0.2493), abs=5e-4)
    assert found.eigenvalue == near(3.0536, abs=5e-4)
    assert found.cr == near(0.0268 / 0.58, abs=1e-3)
    assert found.consistent


def test_ahp_says_when_pairs_contradict_each_other() -> None:
    found = ahp([[1, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1]])
    assert found.cr > 0.1
    assert not found.consistent


@pytest.mark.parametrize(
    "matrix", [[[1, 2]], [[1, 2], [2, 1]], [[1, -2], [-0.5, 1]], [[1.0] * 10] * 10, [], [[float("nan")]]]
)
def test_a_matrix_that_is_none_is_refused(matrix: list[list[float]]) -> None:
    with pytest.raises(ValueError, match=r"matrix|table"):
        ahp(matrix)


def test_topsis_by_hand() -> None:
    # columns have length 5 and 5; the first entrant is best in one, the second in the other
    found = topsis([[3, 4], [4, 3], [0, 0]], [0.5, 0.5])
    assert found[:2] == near([found[0], found[0]])
    assert found[2] == 0
    assert topsis([[1], [2], [3]], [1]) == near([0, 0.5, 1])
    assert topsis([[1], [2], [3]], [1], ["down"]) == near([1, 0.5, 0])
    assert topsis([[2, 2], [2, 2]], [0.5, 0.5]) == [0.5, 0.5]


def test_only_the_analysis_uses_floats_and_nothing_that_grades_imports_it() -> None:
    folder = Path(evaluation.scoring.__file__).parent
    for file in folder.glob("*.py"):
        if file.name == "analysis.py":
            continue
        tree = ast.parse(file.read_text("utf-8"))
        for node in ast.walk(tree):
            where = f"{file.name}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.ImportFrom):
                assert "analysis" not in (node.module or ""), where
                assert not (node.module or "").startswith(("django.db", "core.clock")), where
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), where
            assert not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)), where
            assert not (isinstance(node, ast.Attribute) and node.attr.startswith("float")), where
            assert not (isinstance(node, ast.Name) and node.id in ("float", "round")), where
