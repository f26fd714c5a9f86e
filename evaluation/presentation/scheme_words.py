"""The fields of a scheme in words: where a value comes from, what differs between two versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluation import feeds
from evaluation.scheme.choices import Direction, Method, Missing, Source, Within
from evaluation.scheme.differences import PLACE, Difference
from evaluation.scheme.words import method, step
from filings.enums import Grade

Params = Mapping[str, Any]

FIELDS = {
    "name": gettext_lazy("名称"),
    "label": gettext_lazy("事项"),
    "weight": gettext_lazy("权重"),
    "unit": gettext_lazy("计量单位"),
    "direction": gettext_lazy("方向"),
    "method": gettext_lazy("评分方法"),
    "params": gettext_lazy("评分参数"),
    "source": gettext_lazy("数据来源"),
    "feed": gettext_lazy("数据项"),
    "missing": gettext_lazy("缺少数据时"),
    "evidence": gettext_lazy("佐证材料"),
    "guide": gettext_lazy("填报和评分说明"),
    "proposed": gettext_lazy("建议值"),
    PLACE: gettext_lazy("所在位置"),
    "points": gettext_lazy("分值"),
    "word": gettext_lazy("等次名称"),
    "from": gettext_lazy("分数线"),
    "bonus_cap": gettext_lazy("加分上限"),
    "deduction_cap": gettext_lazy("扣分上限"),
    "whole_points": gettext_lazy("总分取整"),
    "excellent_share": gettext_lazy("优秀比例上限（%）"),
    "excellent_top": gettext_lazy("优秀须居前（%）"),
    "compared_within": gettext_lazy("比较范围"),
}
PARTS = {
    "dimension": gettext_lazy("维度"),
    "indicator": gettext_lazy("指标"),
    "vetoes": gettext_lazy("一票否决"),
    "bonuses": gettext_lazy("加分"),
    "deductions": gettext_lazy("扣分"),
    "bands": gettext_lazy("等次"),
    "option": gettext_lazy("选项"),
}
CHOICES: dict[str, Any] = {
    "direction": Direction,
    "method": Method,
    "source": Source,
    "missing": Missing,
    "compared_within": Within,
}


def source(row: Mapping[str, Any]) -> str:
    """Where the value comes from, with the feed that fills it in."""
    said = str(Source(row["source"]).label) if row["source"] in Source.values else str(row["source"])
    return f"{said}：{feed(row['feed'])}" if row.get("feed") else said


def feed(key: str) -> str:
    """What a feed is called; its key where it is not known."""
    known = feeds.known().get(key)
    return str(known.label) if known else key


# --- differences ---


class Said:
    """One difference as `components/diff.html` shows it."""

    what = "field"

    def __init__(self, found: Difference) -> None:
        self.kind = found.kind
        self.label = _place(found)
        self.dotted = self.label
        self.what = "field" if found.field else "row"
        self.old, self.new = _value(found, found.old), _value(found, found.new)


def _place(found: Difference) -> str:
    part = str(PARTS[found.part])
    if found.part == "option":
        return f"{part} · {FIELDS[found.field]}"
    named = (
        found.name
        if found.part in ("vetoes", "bonuses", "deductions", "bands")
        else f"{found.code} {found.name}"
    )
    said = f"{part} · {named}".strip()
    return f"{said} · {FIELDS.get(found.field, found.field)}" if found.field else said


def _value(found: Difference, value: Any) -> str:
    if value is None:
        return ""
    if not found.field:
        return _row(found.part, value)
    if found.field == "params":
        return _params(value)
    if found.field == "feed":
        return feed(value)
    return word(found.field, value)


def word(field: str, value: Any) -> str:
    """A stored value of a field in words."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if field in CHOICES and value in CHOICES[field].values:
        return str(CHOICES[field](value).label)
    return str(value)


def _row(part: str, row: Mapping[str, Any]) -> str:
    if part == "indicator":
        return _("权重 %(weight)s；%(method)s") % {"weight": row["weight"], "method": method(row)}
    if part == "bands":
        return _("%(word)s：%(start)s 分起") % {"word": row["word"], "start": row["from"]}
    if "points" in row:
        return _("%(label)s（%(points)s 分）") % {"label": row["label"], "points": row["points"]}
    return str(row.get("label") or row.get("name") or "")


PARAMS = {
    "low": gettext_lazy("下限"),
    "high": gettext_lazy("上限"),
    "base": gettext_lazy("下限得分"),
    "growth": gettext_lazy("增长率"),
    "fallback_low": gettext_lazy("固定下限"),
    "fallback_high": gettext_lazy("固定上限"),
    "cap": gettext_lazy("上限"),
    "full": gettext_lazy("满分值"),
}


def _params(params: Params) -> str:
    said = [f"{label} {word('', params[name])}" for name, label in PARAMS.items() if name in params]
    said += [step(one) for name in ("table", "steps") for one in params.get(name, ())]
    return "；".join(said)


def grade(key: str) -> str:
    """The canonical word of a grade."""
    return str(Grade(key).label) if key in Grade.values else key
