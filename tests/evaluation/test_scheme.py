"""A scheme that may be used has no problems; each thing that is wrong is told, with the way to its field."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from evaluation.scheme import as_json, parse, problems, weighing
from tests.evaluation.schemes import PARAMS, every_method, indicator, scheme


def told(doc: Any) -> dict[str, str]:
    return {problem.field: str(problem.message) for problem in problems(doc)}


def with_params(method: str, **params: Any) -> dict[str, Any]:
    return scheme([indicator("A", "100", method, params=PARAMS[method] | params)])


def at(doc: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The document with one field changed."""
    doc = copy.deepcopy(doc)
    node: Any = doc
    *way, last = path.split(".")
    for step in way:
        node = node[int(step)] if step.isdigit() else node[step]
    node[int(last) if last.isdigit() else last] = value
    return doc


def test_a_scheme_with_every_method_is_good_and_comes_back_the_same() -> None:
    doc = every_method()
    assert problems(doc) == []
    scheme = parse(doc)
    assert parse(as_json(scheme)) == scheme
    assert as_json(parse(as_json(scheme))) == as_json(scheme)
    assert scheme.weight == 100
    assert [row.code for row in scheme.indicators] == [f"I{n}" for n in range(10)]


def test_numbers_are_stored_without_zeros_at_the_end_and_may_be_written_as_integers() -> None:
    doc = scheme([indicator("A", "100.00"), *[]])
    assert as_json(parse(doc))["dimensions"][0]["indicators"][0]["weight"] == "100"
    assert parse(scheme([indicator("A", 100)])) == parse(doc)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (("60", "39"), "权重合计为 99，应为 100，还差 1"),
        (("60", "40.5"), "权重合计为 100.5，应为 100，超出 0.5"),
        (("60", "39.9999"), "权重合计为 99.9999，应为 100，还差 0.0001"),
    ],
)
def test_weights_must_make_a_hundred_and_the_message_says_what_they_make(
    weights: tuple[str, str], message: str
) -> None:
    doc = scheme([indicator("A", weights[0])], [indicator("B", weights[1])])
    assert told(doc) == {"dimensions": message}
    assert parse(doc).dimensions[0].weight == 60, "an editor can still show it"


I0 = "dimensions.0.indicators.0"


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (f"{I0}.weight", "0", f"{I0}.weight"),
        (f"{I0}.weight", "-5", f"{I0}.weight"),
        (f"{I0}.weight", "ten", f"{I0}.weight"),
        (f"{I0}.weight", 10.5, f"{I0}.weight"),
        (f"{I0}.weight", True, f"{I0}.weight"),
        (f"{I0}.weight", "1e2", f"{I0}.weight"),
        (f"{I0}.weight", "NaN", f"{I0}.weight"),
        (f"{I0}.weight", "１０", f"{I0}.weight"),
        (f"{I0}.weight", None, f"{I0}.weight"),
        (f"{I0}.method", "magic", f"{I0}.method"),
        (f"{I0}.source", "rumour", f"{I0}.source"),
        (f"{I0}.feed", "Meetings!", f"{I0}.feed"),
        (f"{I0}.missing", "ignore", f"{I0}.missing"),
        (f"{I0}.direction", "sideways", f"{I0}.direction"),
        (f"{I0}.name", "", f"{I0}.name"),
        (f"{I0}.name", "长" * 121, f"{I0}.name"),
        (f"{I0}.code", "不行", f"{I0}.code"),
        (f"{I0}.wieght", "1", f"{I0}.wieght"),
        (f"{I0}.proposed", "yes", f"{I0}.proposed"),
        (f"{I0}.params", [], f"{I0}.params"),
        (f"{I0}.code", "I1", "dimensions.0.indicators.1.code"),
        ("dimensions.1.code", "D1", "dimensions.1.code"),
        ("dimensions.0.indicators.0", "text", "dimensions.0.indicators.0"),
        ("dimensions", {}, "dimensions"),
        ("bands.1.from", "85", "bands.1.from"),
        ("bands.1.from", "90", "bands.1.from"),
        ("bands.3.from", "10", "bands.3.from"),
        ("bands.0.from", "101", "bands.0.from"),
        ("bands.0.from", "85.555", "bands.0.from"),
        ("bands.0.grade", "super", "bands.0.grade"),
        ("bands.1.grade", "excellent", "bands.1.grade"),
        ("bands.3.grade", "pass", "bands.3.grade"),
        ("bonuses.0.points", "6", "bonuses.0.points"),
        ("bonuses.0.points", "0", "bonuses.0.points"),
        ("bonuses.0.key", "forged", "bonuses.0.key"),
        ("bonus_cap", "101", "bonus_cap"),
        ("deduction_cap", "-1", "deduction_cap"),
        ("vetoes.0.points", "1", "vetoes.0.points"),
        ("excellent_share", "0", "excellent_share"),
        ("excellent_top", "120", "excellent_top"),
        ("whole_points", 1, "whole_points"),
        ("compared_within", "planet", "compared_within"),
        ("surprise", "1", "surprise"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(path: str, value: Any, field: str) -> None:
    assert field in told(at(every_method(), path, value))


@pytest.mark.parametrize(
    ("method", "params", "field"),
    [
        ("efficacy", {"low": "8"}, "high"),
        ("efficacy", {"low": "9"}, "high"),
        ("efficacy", {"low": "p10"}, "high"),
        ("efficacy", {"low": "p10", "high": "p90"}, "fallback_low"),
        (
            "efficacy",
            {"low": "p10", "high": "p90", "fallback_low": "1", "fallback_high": "1"},
            "fallback_high",
        ),
        ("efficacy", {"low": "p90", "high": "p10", "fallback_low": "1", "fallback_high": "2"}, "high"),
        ("efficacy", {"low": "p0", "high": "p90"}, "low"),
        ("efficacy", {"high": "1000000001"}, "high"),
        ("efficacy", {"high": "8.00001"}, "high"),
        ("efficacy", {"base": "100"}, "base"),
        ("efficacy", {"growth": "no"}, "growth"),
        ("efficacy", {"full": "3"}, "full"),
        ("target", {"cap": "2.5"}, "cap"),
        ("target", {"cap": "0"}, "cap"),
        ("count", {"full": "0"}, "full"),
        ("count", {"full": ""}, "full"),
        ("points", {"full": "-1"}, "full"),
        ("levels", {"table": [{"from": "2", "points": "1"}, {"from": "1", "points": "2"}]}, "table.1.from"),
        ("levels", {"table": [{"from": "1", "points": "2"}, {"from": "2", "points": "1"}]}, "table.1.points"),
        ("levels", {"table": [{"from": "1", "points": "5"}]}, "table.0.points"),
        ("levels", {"table": []}, "table"),
        ("step", {"steps": [{"from": "1", "points": "1", "per": "1"}]}, "steps.0.per"),
        ("step", {"steps": [{"from": "1", "points": "1", "per": "0", "increment": "1"}]}, "steps.0.per"),
        ("step", {"steps": [{"from": "1", "points": "3", "cap": "2"}]}, "steps.0.cap"),
        ("step", {"steps": [{"from": "1", "points": "3", "cap": "11"}]}, "steps.0.cap"),
        (
            "step",
            {
                "steps": [
                    {"from": "0", "points": "1", "per": "1", "increment": "1"},
                    {"from": "5", "points": "5"},
                ]
            },
            "steps.1.points",
        ),
    ],
)
def test_parameters_that_leave_a_value_without_an_answer_are_refused(
    method: str, params: dict[str, Any], field: str
) -> None:
    assert f"{I0}.params.{field}" in told(with_params(method, **params))


def test_percentiles_with_something_to_fall_back_on_are_good() -> None:
    params = {"low": "p10", "high": "p90", "fallback_low": "50", "fallback_high": "500"}
    assert problems(with_params("efficacy", **params)) == []


def test_tables_only_rise_so_less_cannot_be_better_there() -> None:
    assert f"{I0}.direction" in told(scheme([indicator("A", "100", "count", direction="down")]))
    assert problems(scheme([indicator("A", "100", "efficacy", direction="down")])) == []


def test_an_expert_score_comes_from_an_expert() -> None:
    assert f"{I0}.source" in told(scheme([indicator("A", "100", "expert", source="register")]))


def test_whole_points_need_whole_lines() -> None:
    doc = at(every_method() | {"whole_points": True}, "bands.1.from", "70.5")
    assert list(told(doc)) == ["bands.1.from"]


def test_codes_that_differ_in_case_alone_are_the_same_code() -> None:
    """A self-assessment asks by codes in lower case: M1 and m1 would answer for each other."""
    doc = scheme([indicator("M1", "50"), indicator("m1", "50")])
    assert list(told(doc)) == ["dimensions.0.indicators.1.code"]
    doc = scheme([indicator("A", "50")], [indicator("B", "50")])
    assert list(told(at(at(doc, "dimensions.0.code", "X"), "dimensions.1.code", "x"))) == [
        "dimensions.1.code"
    ]


def test_a_share_of_the_excellent_leaves_somewhere_to_go() -> None:
    """With two grades, whoever finds no place among the excellent would fail for it."""
    doc = scheme([indicator("A", "100")])
    doc["bands"] = [
        {"grade": "excellent", "word": "优秀", "from": "80"},
        {"grade": "fail", "word": "不合格", "from": "0"},
    ]
    assert problems(doc) == []
    for name in ("excellent_share", "excellent_top"):
        assert list(told(doc | {name: "30"})) == [name]


def test_weights_from_pairs_keep_a_sum_of_four_places() -> None:
    found = weighing.spread(Decimal("33.3333"), [Decimal(1), Decimal(1), Decimal(2)])
    assert sum(found) == Decimal("33.3333")
    assert weighing.spread(Decimal(100), [Decimal(1)] * 3) == [
        Decimal("33.34"),
        Decimal("33.33"),
        Decimal("33.33"),
    ]


def test_everything_that_cannot_be_read_is_told_at_once() -> None:
    doc = at(at(every_method(), f"{I0}.method", "magic"), "bands.0.from", "x")
    with pytest.raises(Invalid) as caught:
        parse(doc)
    assert {problem.field for problem in caught.value.problems} == {f"{I0}.method", "bands.0.from"}


def test_the_fields_around_a_fixture_are_no_problem() -> None:
    around = {
        "key": "consortium",
        "label": "x",
        "kinds": ["innovation_consortium"],
        "source": "建议值",
        "rule": "r",
    }
    assert problems(every_method() | around) == []


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
PLACES = [
    "dimensions", "dimensions.0", "dimensions.0.indicators", I0, f"{I0}.params", f"{I0}.params.low", f"{I0}.weight",
    "dimensions.0.indicators.3.params.steps", "dimensions.0.indicators.3.params.steps.0",
    "dimensions.0.indicators.3.params.steps.0.per", "bands", "bands.0", "bands.0.from", "vetoes", "bonuses.0.points",
    "excellent_share", "compared_within",
]  # fmt: skip


@given(place=st.sampled_from(PLACES), value=ANYTHING)
def test_nothing_that_comes_in_breaks_the_reading(place: str, value: Any) -> None:
    doc = at(every_method(), place, value)
    found = problems(doc)
    assert all(str(problem.message) and problem.code for problem in found)
    if not found:
        assert problems(as_json(parse(doc))) == []


@given(value=ANYTHING)
def test_a_document_may_be_anything(value: Any) -> None:
    assert problems(value)
