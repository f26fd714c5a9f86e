"""Canonical text, money, differences: pure functions."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.canonical import canonical_json, digest, moment_text
from core.diff import diff
from core.money import decimal, from_wan, rounded, wan, yuan
from core.presentation import values

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def test_canonical_text_does_not_depend_on_order_or_type_of_writing() -> None:
    first = {"b": [1, 2.0, Decimal("1.50")], "a": {"day": date(2026, 1, 2), "中": "文"}}
    second = {"a": {"中": "文", "day": "2026-01-02"}, "b": (1, 2, "1.50")}
    assert canonical_json(first) == '{"a":{"day":"2026-01-02","中":"文"},"b":[1,2,"1.50"]}'
    assert digest(first) == digest(second)


def test_moments_are_utc_with_six_digits() -> None:
    eight = timezone(timedelta(hours=8))
    moment = datetime(2026, 3, 2, 10, 0, 0, 5, tzinfo=eight)
    assert moment_text(moment) == moment_text(moment.astimezone(UTC)) == "2026-03-02T02:00:00.000005Z"
    with pytest.raises(ValueError, match="naive"):
        moment_text(datetime(2026, 3, 2))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN")])
def test_numbers_without_a_text_are_refused(value: object) -> None:
    with pytest.raises(ValueError, match="finite"):
        canonical_json({"x": value})


def test_objects_without_a_text_are_refused() -> None:
    with pytest.raises(TypeError):
        canonical_json({"x": object()})


@given(JSON)
def test_a_value_has_one_text(value: Any) -> None:
    import json

    text = canonical_json(value)
    assert canonical_json(json.loads(text)) == text


@pytest.mark.parametrize(
    ("value", "expected"),
    [("0.005", "0.01"), ("-0.005", "-0.01"), ("1.004", "1.00"), ("2.675", "2.68"), (3, "3.00")],
)
def test_rounding_is_half_away_from_zero(value: str | int, expected: str) -> None:
    assert str(yuan(value)) == expected


@pytest.mark.parametrize("value", [0.1, True, "abc", "", "NaN", Decimal("Infinity"), None])
def test_inexact_numbers_are_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="number"):
        decimal(value)


def test_ten_thousands_are_only_a_way_of_writing() -> None:
    assert from_wan("1,234.5678") == Decimal("12345678.00")
    assert str(wan("12345600")) == "1234.56"
    assert str(wan(300_000)) == "30"
    assert str(wan(0)) == "0"
    assert rounded("12345", Decimal(1)) == Decimal(12345)


def test_fields_rows_and_files_differ_each_in_their_own_way() -> None:
    old = {
        "basic": {"name": "甲", "gone": "x", "blank": ""},
        "tasks": {"rows": [{"_id": "a", "title": "一", "funds": "10"}, {"_id": "b", "title": "二"}]},
        "files": {"agreement": {"sha256": "1" * 64, "name": "协议.pdf"}},
    }
    new = {
        "basic": {"name": "乙", "added": "y", "blank": None},
        "tasks": {"rows": [{"_id": "c", "title": "三"}, {"_id": "a", "title": "一", "funds": "12"}]},
        "files": {"agreement": {"sha256": "2" * 64, "name": "协议.pdf"}},
    }
    found = {(change.dotted, change.kind, change.what) for change in diff(old, new)}
    assert found == {
        ("basic.name", "changed", "field"),
        ("basic.added", "added", "field"),
        ("basic.gone", "removed", "field"),
        ("tasks.rows.a.funds", "changed", "field"),
        ("tasks.rows.c", "added", "row"),
        ("tasks.rows.b", "removed", "row"),
        ("files.agreement", "changed", "file"),
    }


def test_a_renamed_file_with_the_same_bytes_is_not_a_change() -> None:
    old = {"f": {"sha256": "1", "name": "a.pdf"}}
    assert diff(old, {"f": {"sha256": "1", "name": "b.pdf"}}) == []


def test_rows_without_ids_are_paired_by_position_and_doubled_ids_stay_visible() -> None:
    changes = diff({"t": [{"x": 1}, {"x": 2}]}, {"t": [{"x": 1}, {"x": 3}, {"x": 4}]})
    assert [(c.dotted, c.kind) for c in changes] == [("t.2.x", "changed"), ("t.3", "added")]
    doubled = diff({"t": []}, {"t": [{"_id": "a", "x": 1}, {"_id": "a", "x": 2}]})
    assert len(doubled) == 2


@given(st.dictionaries(st.text(), JSON, max_size=5), st.dictionaries(st.text(), JSON, max_size=5))
def test_equal_documents_have_no_differences_and_others_never_fail(old: Any, new: Any) -> None:
    assert diff(old, old) == []
    assert all(change.old != change.new for change in diff(old, new))


def test_amounts_in_a_sentence_have_separators_and_years_have_none() -> None:
    said = "2025 年实际服务创新总额 1400000 元 × 30%，8000.5 平方米，已拨 12345.67 元，编号 20250001"
    grouped = "2025 年实际服务创新总额 1,400,000 元 × 30%，8,000.5 平方米，已拨 12,345.67 元，编号 20250001"
    assert values.grouped(said) == grouped
