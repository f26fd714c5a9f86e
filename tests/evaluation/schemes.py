"""Schemes for tests, written as the files in fixtures/schemes are."""

from __future__ import annotations

from typing import Any

BANDS = [
    {"grade": "excellent", "word": "优秀", "from": "85"},
    {"grade": "good", "word": "良好", "from": "70"},
    {"grade": "pass", "word": "合格", "from": "60"},
    {"grade": "fail", "word": "不合格", "from": "0"},
]
#: One indicator of each method.
PARAMS: dict[str, dict[str, Any]] = {
    "efficacy": {"low": "3", "high": "8"},
    "minmax": {},
    "target": {},
    "step": {
        "steps": [{"from": "50", "points": "5", "per": "1", "increment": "0.1", "cap": "10"}],
        "full": "10",
    },
    "levels": {"table": [{"from": "1", "points": "3"}, {"from": "2", "points": "4"}], "full": "4"},
    "rank": {},
    "count": {"full": "4"},
    "boolean": {},
    "expert": {},
    "points": {"full": "7"},
}


def indicator(code: str, weight: str, method: str = "count", **more: Any) -> dict[str, Any]:
    """A row of the table with the usual parameters of its method."""
    row = {"code": code, "name": f"指标{code}", "weight": weight, "method": method, "params": PARAMS[method]}
    return row | {"source": "expert" if method == "expert" else "annual_report"} | more


def scheme(*parts: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A scheme of these dimensions with the usual bands and notes."""
    dimensions = [
        {"code": f"D{n}", "name": f"维度{n}", "indicators": rows} for n, rows in enumerate(parts, start=1)
    ]
    notes = {
        "vetoes": [{"key": "forged", "label": "伪造材料"}],
        "bonuses": [{"key": "award", "label": "国家级奖项", "points": "3"}],
        "deductions": [{"key": "late", "label": "填报逾期", "points": "2"}],
        "bonus_cap": "5",
        "deduction_cap": "10",
    }
    return {"dimensions": dimensions, "bands": BANDS, **notes, **more}


def every_method() -> dict[str, Any]:
    """Ten indicators of ten points, one of each method, in two dimensions."""
    rows = [indicator(f"I{n}", "10", method) for n, method in enumerate(PARAMS)]
    return scheme(rows[:5], rows[5:])
