"""Scoring methods in words, as a table of indicators prints them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from evaluation.scheme import Indicator

SOURCES = {
    "register": "登记信息",  # data
    "statistics": "统计报表",  # data
    "annual_report": "年度报告",  # data
    "self": "单位自评",  # data
    "expert": "专家评分",  # data
    "agency": "评估机构",  # data
    "officer": "经办人核定",  # data
}


def source(key: str) -> str:
    """Where a figure comes from."""
    return SOURCES.get(key, key)


def method(one: Indicator) -> str:
    """How an indicator is scored, in a sentence."""
    params = one.params
    down = _("（越低越好）") if one.direction == "down" else ""
    said = {
        "efficacy": _("功效系数法：不允许值 %(low)s，满意值 %(high)s") % _ends(params),
        "minmax": _("极差标准化：与同组比较"),
        "target": _("完成率：实际值 ÷ 目标值"),
        "step": _("分档计分"),
        "levels": _("按档给分"),
        "rank": _("按同组名次给分"),
        "count": _("按数量计分，达到 %(full)s 得满分") % {"full": params.get("full", "")},
        "boolean": _("有则得满分"),
        "expert": _("专家评分，去掉最高和最低后取平均"),
        "points": _("按点计分，满分 %(full)s") % {"full": params.get("full", "")},
    }
    return said.get(str(one.method), str(one.method)) + down


def _ends(params: object) -> dict[str, str]:
    given = params if isinstance(params, dict) else dict(params)  # type: ignore[call-overload]
    words = {"p10": _("同组第 10 百分位"), "p90": _("同组第 90 百分位")}
    return {name: words.get(str(given.get(name)), str(given.get(name, ""))) for name in ("low", "high")}
