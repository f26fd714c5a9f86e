"""A scheme in words: what a method does with its figures, what differs between two versions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluation import feeds
from evaluation.scheme.choices import Direction, Method, Missing, Source, Within
from evaluation.scheme.differences import PLACE, Difference
from evaluation.scheme.params import PERCENTILE
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


def method(row: Mapping[str, Any]) -> str:
    """How a value becomes points, with its figures."""
    said = _METHODS.get(row["method"])
    return said(row) if said else str(row["method"])


def _bound(text: str) -> str:
    mark = PERCENTILE.fullmatch(text)
    return _("第 %(n)s 百分位") % {"n": mark[1]} if mark else text


def _efficacy(row: Mapping[str, Any]) -> str:
    params, unit = row["params"], row.get("unit", "")
    low, high, base = params.get("low", ""), params.get("high", ""), params.get("base", "60")
    words = _("功效系数法：%(low)s%(unit)s计 %(base)s 分，%(high)s%(unit)s计 100 分")
    if row.get("direction") == Direction.DOWN:
        low, high = high, low
    percentiles = PERCENTILE.fullmatch(str(low)) or PERCENTILE.fullmatch(str(high))
    said = words % {
        "low": _bound(str(low)),
        "high": _bound(str(high)),
        "base": base,
        "unit": "" if percentiles else unit if unit == "%" else f" {unit}",
    }
    if params.get("growth"):
        said += _("；低于下限的沿直线减到 0 分")
    if "fallback_low" in params:
        fixed = {"low": params["fallback_low"], "high": params.get("fallback_high", "")}
        said += _("；参评不足 8 家时上下限用 %(low)s 和 %(high)s") % fixed
    return said


def _target(row: Mapping[str, Any]) -> str:
    cap = str(row["params"].get("cap", "1"))
    if cap == "1":
        return _("目标完成率：实际值与目标值之比，完成目标计 100 分")
    return _("目标完成率：实际值与目标值之比，最高按 %(cap)s 倍计") % {"cap": cap}


def _levels(row: Mapping[str, Any]) -> str:
    params = row["params"]
    steps = "；".join(
        _("%(start)s 起 %(points)s 分") % {"start": one["from"], "points": one["points"]}
        for one in params.get("table", ())
    )
    return _("分档计分（满分 %(full)s）：%(steps)s") % {"full": params.get("full", ""), "steps": steps}


def _steps(row: Mapping[str, Any]) -> str:
    params = row["params"]
    steps = "；".join(_step(one) for one in params.get("steps", ()))
    return _("阶梯计分（满分 %(full)s）：%(steps)s") % {"full": params.get("full", ""), "steps": steps}


def _step(one: Params) -> str:
    said = _("%(start)s 起 %(points)s 分") % {"start": one["from"], "points": one["points"]}
    if one.get("per"):
        said += _("，每增加 %(per)s 加 %(more)s 分") % {"per": one["per"], "more": one.get("increment", "")}
    if one.get("cap"):
        said += _("，最高 %(cap)s 分") % {"cap": one["cap"]}
    return said


def _count(row: Mapping[str, Any]) -> str:
    unit = row.get("unit", "")
    amount = f"{row['params'].get('full', '')} {unit}".strip()
    return _("达到 %(amount)s计 100 分，不足的按比例计") % {"amount": amount if unit else amount + " "}


_METHODS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    Method.EFFICACY: _efficacy,
    Method.MINMAX: lambda row: _("极差标准化：参评主体中的最低值计 0 分，最高值计 100 分"),
    Method.TARGET: _target,
    Method.STEP: _steps,
    Method.LEVELS: _levels,
    Method.RANK: lambda row: _("按在参评主体中的名次计百分位；参评不足 5 家时按极差标准化"),
    Method.COUNT: _count,
    Method.BOOLEAN: lambda row: _("达标计 100 分，不达标计 0 分"),
    Method.EXPERT: lambda row: _("专家在 0 至 100 分之间评分，取平均"),
    Method.POINTS: lambda row: _("得分与满分 %(full)s 分之比") % {"full": row["params"].get("full", "")},
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
    said += [_step(one) for name in ("table", "steps") for one in params.get(name, ())]
    return "；".join(said)


def grade(key: str) -> str:
    """The canonical word of a grade."""
    return str(Grade(key).label) if key in Grade.values else key
