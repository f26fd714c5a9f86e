"""Values in words and out of typed text."""

from typing import Any

import pytest

from policy.values import parse, problem, show


@pytest.mark.parametrize(
    ("kind", "value", "unit", "words"),
    [
        ("integer", 36, "个月", "36个月"),
        ("money", "2000000", "元", "200万元"),
        ("money", "100000000", "元", "1亿元"),
        ("money", "100000000000", "元", "1,000亿元"),
        ("money", "100", "元/平方米", "100元/平方米"),
        ("money", "1234.50", "元", "1,234.5元"),
        ("rate", "0.30", "", "30%"),
        ("rate", "0.035", "", "3.5%"),
        ("rate", "1.00", "", "100%"),
        ("bool", False, "", "否"),
        ("list", ["甲", "乙"], "", "甲、乙"),
        ("json", {"a": 1, "b": True}, "", "a：1；b：是"),
        ("text", "370200", "", "青岛市"),
        ("integer", None, "", ""),
    ],
)
def test_in_words(kind: str, value: Any, unit: str, words: str) -> None:
    assert show(kind, value, unit, {"370200": "青岛市"}) == words


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("integer", " 48 ", 48),
        ("money", "1,500,000", "1500000"),
        ("rate", "0.25", "0.25"),
        ("list", "甲\n\n 乙 ", ["甲", "乙"]),
        ("text", "国内领先", "国内领先"),
    ],
)
def test_out_of_text(kind: str, text: str, value: Any) -> None:
    assert parse(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text"), [("integer", "三"), ("integer", ""), ("money", "abc"), ("rate", "NaN")]
)
def test_text_that_is_no_value(kind: str, text: str) -> None:
    with pytest.raises(ValueError, match="请填写"):
        parse(kind, text)


@pytest.mark.parametrize(
    ("kind", "value", "options", "ok"),
    [
        ("integer", 3, (), True),
        ("integer", -1, (), False),
        ("integer", True, (), False),
        ("integer", "3", (), False),
        ("money", "100.00", (), True),
        ("money", "100.001", (), False),
        ("money", "-1", (), False),
        ("money", "1e999999", (), False),
        ("rate", "1", (), True),
        ("rate", "1.5", (), False),
        ("rate", "NaN", (), False),
        ("list", [], (), False),
        ("choice", "user", ({"value": "user"}, {"value": "provider"}), True),
        ("choice", "else", ({"value": "user"}, {"value": "provider"}), False),
        ("json", {"a": 1}, (), True),
        ("json", [1], (), False),
    ],
)
def test_what_may_hold(kind: str, value: Any, options: Any, ok: bool) -> None:
    assert (problem(kind, value, options) == "") is ok
