"""How an indicator is scored, in a sentence a unit can recompute its score with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _


def figure(value: Any) -> str:
    """A stored number as it is printed: no trailing zeros, separators from a thousand on; other text as it is."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if not number.is_finite():
        return str(value)
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def sources() -> dict[str, str]:
    """Where a figure came from, by the key stored with it."""
    return {
        "register": _("登记簿"),
        "statistics": _("统计报表"),
        "annual_report": _("年度报告"),
        "self_assessment": _("自评填报"),
        "self": _("自评填报"),
        "expert": _("专家评分"),
        "experts": _("专家评分"),
        "officer": _("主管部门核定"),
        "agency": _("评估机构核定"),
        "manual": _("主管部门核定"),
    }


def source(key: Any) -> str:
    """The words for a stored source; a key nobody knows is shown as it is."""
    return sources().get(str(key), str(key or ""))


def method(indicator: Mapping[str, Any]) -> str:
    """The sentence for one indicator of a scheme document."""
    params = indicator.get("params") or {}
    say = _SENTENCES.get(str(indicator.get("method", "")))
    text = say(params, str(indicator.get("unit", ""))) if say else str(indicator.get("method", ""))
    return text + _("（逆向指标，越低越好）") if indicator.get("direction") == "down" else text


def _bound(value: Any) -> str:
    text = str(value)
    if text[:1] == "p" and text[1:].isdigit():
        return _("同组第 %(n)s 百分位") % {"n": text[1:]}
    return figure(text)


def _efficacy(params: Mapping[str, Any], unit: str) -> str:
    base = params.get("base") or "60"
    given = {
        "low": _bound(params.get("low", "")),
        "high": _bound(params.get("high", "")),
        "base": figure(base),
        "rest": figure(100 - Decimal(str(base))),
    }
    sentence = _(
        "功效系数法：%(base)s＋%(rest)s×（实际值－不允许值）÷（满意值－不允许值），不允许值 %(low)s，满意值 %(high)s"
    )
    return sentence % given


def _minmax(params: Mapping[str, Any], unit: str) -> str:
    return _("极差法：（实际值－同组最小值）÷（同组最大值－同组最小值）×100；全组相同的得 50 分")


def _target(params: Mapping[str, Any], unit: str) -> str:
    cap = figure(Decimal(str(params.get("cap") or "1")) * 100)
    return _("目标完成法：实际值÷目标值×100，最高 %(cap)s 分；目标为 0 的视为完成") % {"cap": cap}


def _step(params: Mapping[str, Any], unit: str) -> str:
    parts = []
    for step in params.get("steps") or ():
        text = _("达到 %(from)s 得 %(points)s") % {
            "from": figure(step.get("from", "0")),
            "points": figure(step.get("points", "0")),
        }
        if step.get("per") and step.get("increment"):
            text += _("，每增 %(per)s 加 %(more)s") % {
                "per": figure(step["per"]),
                "more": figure(step["increment"]),
            }
        if step.get("cap"):
            text += _("，至多 %(cap)s") % {"cap": figure(step["cap"])}
        parts.append(text)
    return _("分段计分：%(steps)s（满分 %(full)s）") % {
        "steps": "；".join(parts),
        "full": figure(params.get("full", "100")),
    }


def _levels(params: Mapping[str, Any], unit: str) -> str:
    rows: Sequence[Mapping[str, Any]] = params.get("table") or ()
    parts = [
        _("%(from)s 得 %(points)s")
        % {"from": figure(row.get("from", "0")), "points": figure(row.get("points", "0"))}
        for row in rows
    ]
    return _("对照计分：%(steps)s（满分 %(full)s）") % {
        "steps": "，".join(parts),
        "full": figure(params.get("full", "100")),
    }


def _rank(params: Mapping[str, Any], unit: str) -> str:
    return _("位次法：按同组位次折算百分制，并列取平均位次；不足 5 家的改用极差法")


def _count(params: Mapping[str, Any], unit: str) -> str:
    return _("数量法：达到 %(full)s 得满分，不足的按比例计分") % {"full": figure(params.get("full", "1"))}


def _boolean(params: Mapping[str, Any], unit: str) -> str:
    return _("有无法：具备的得满分，不具备的不得分")


def _expert(params: Mapping[str, Any], unit: str) -> str:
    return _("专家评分：各位专家按百分制评分的平均值，5 位及以上的去掉一个最高分和一个最低分")


def _points(params: Mapping[str, Any], unit: str) -> str:
    return _("计分法：得分÷%(full)s×100") % {"full": figure(params.get("full", "100"))}


_SENTENCES: dict[str, Callable[[Mapping[str, Any], str], str]] = {
    "efficacy": _efficacy,
    "minmax": _minmax,
    "target": _target,
    "step": _step,
    "levels": _levels,
    "rank": _rank,
    "count": _count,
    "boolean": _boolean,
    "expert": _expert,
    "points": _points,
}


def notes(scheme: Mapping[str, Any]) -> tuple[str, ...]:
    """How the indicators become a grade: the paragraphs of the method note."""
    bands = scheme.get("bands") or ()
    found = [
        _(
            "各项指标先折算为百分制得分，保留四位小数，四舍五入；指标得分乘以权重为该项计分，各项计分相加为基础分，总分保留两位小数。"
        ),
        _("总分＝基础分＋加分（以 %(bonus)s 分为限）－扣分（以 %(deduction)s 分为限）。")
        % {
            "bonus": figure(scheme.get("bonus_cap") or "0"),
            "deduction": figure(scheme.get("deduction_cap") or "0"),
        },
        _("等次按总分确定：%(bands)s。") % {"bands": "，".join(_bands(bands))},
        _(
            "数据缺失的指标计 0 分或者按方案规定将其权重分摊到同一维度的其他指标；经主管部门确认不适用的，权重同样分摊。"
        ),
    ]
    if scheme.get("whole_points"):
        found.insert(2, _("确定等次前，总分四舍五入取整。"))
    if scheme.get("excellent_share"):
        found.append(
            _("最高等次的比例不超过参评主体的 %(share)s%%。") % {"share": figure(scheme["excellent_share"])}
        )
    if scheme.get("excellent_top"):
        found.append(_("最高等次还须位列前 %(share)s%%。") % {"share": figure(scheme["excellent_top"])})
    if scheme.get("vetoes"):
        found.append(_("经查实有一票否决事项的，不论得分，定为最低等次。"))
    return tuple(found)


def _bands(bands: Sequence[Mapping[str, Any]]) -> list[str]:
    said = []
    for place, band in enumerate(bands):
        if place + 1 == len(bands) and len(bands) > 1:
            above = figure(bands[place - 1].get("from", "0"))
            said.append(_("不足 %(line)s 分为%(word)s") % {"line": above, "word": band.get("word", "")})
        else:
            line = figure(band.get("from", "0"))
            said.append(_("%(line)s 分及以上为%(word)s") % {"line": line, "word": band.get("word", "")})
    return said
