"""A scheme in words: how each indicator is scored, in a sentence a unit can recompute its score with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from evaluation.scheme.choices import Direction, Method
from evaluation.scheme.params import PERCENTILE

Params = Mapping[str, Any]


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
    """The sentence for one indicator of a scheme document, the same on every page and paper."""
    said = str(indicator.get("method", ""))
    say = _SENTENCES.get(said)
    if say is None:
        return said
    return say(indicator.get("params") or {}, str(indicator.get("unit", "")), _is_down(indicator))


def _is_down(indicator: Mapping[str, Any]) -> bool:
    return bool(indicator.get("direction") == Direction.DOWN)


def _bound(value: Any, unit: str) -> str:
    mark = PERCENTILE.fullmatch(str(value))
    if mark:
        return _("同组近三年第 %(n)s 百分位") % {"n": mark[1]}
    return _with(figure(value), unit)


def _with(number: str, unit: str) -> str:
    """A figure and its unit; the sign of a percentage stands without a space."""
    return f"{number}{unit}" if unit in ("", "%") else f"{number} {unit}"


def _efficacy(params: Params, unit: str, down: bool) -> str:
    base = params.get("base") or "60"
    bounds = params.get("low", ""), params.get("high", "")
    worst, best = reversed(bounds) if down else bounds
    given = {
        "worst": _bound(worst, unit),
        "best": _bound(best, unit),
        "base": figure(base),
        "rest": figure(100 - Decimal(str(base))),
    }
    text = (
        _(
            "功效系数法：%(base)s＋%(rest)s×（实际值－不允许值）÷（满意值－不允许值），不允许值 %(worst)s，满意值 %(best)s"
        )
        % given
    )
    if down or params.get("growth"):
        text += _("；比不允许值更差的沿直线减到 0 分")
    else:
        text += _("；不足不允许值的得 %(base)s×实际值÷不允许值") % given
    if "fallback_low" in params:
        fixed = [_bound(params.get(f"fallback_{name}", ""), unit) for name in ("low", "high")]
        text += _("；同组不足 8 家的，界限改用 %(low)s 和 %(high)s") % {"low": fixed[0], "high": fixed[1]}
    return text


def _minmax(params: Params, unit: str, down: bool) -> str:
    return _("极差标准化：（实际值－同组最小值）÷（同组最大值－同组最小值）×100；全组相同的得 50 分")


def _target(params: Params, unit: str, down: bool) -> str:
    cap = figure(Decimal(str(params.get("cap") or "1")) * 100)
    return _("目标完成率：实际值÷目标值×100，最高 %(cap)s 分；目标为 0 的视为完成") % {"cap": cap}


def _step(params: Params, unit: str, down: bool) -> str:
    said = "；".join(step(one) for one in params.get("steps") or ())
    return _("阶梯计分：%(steps)s（满分 %(full)s）") % {
        "steps": said,
        "full": figure(params.get("full", "100")),
    }


def _levels(params: Params, unit: str, down: bool) -> str:
    said = "；".join(step(one) for one in params.get("table") or ())
    return _("分档计分：%(steps)s（满分 %(full)s）") % {
        "steps": said,
        "full": figure(params.get("full", "100")),
    }


def step(row: Params) -> str:
    """One line of a table of thresholds."""
    said = _("达到 %(from)s 得 %(points)s") % {
        "from": figure(row.get("from", "0")),
        "points": figure(row.get("points", "0")),
    }
    if row.get("per") and row.get("increment"):
        said += _("，每增 %(per)s 加 %(more)s") % {
            "per": figure(row["per"]),
            "more": figure(row["increment"]),
        }
    if row.get("cap"):
        said += _("，至多 %(cap)s") % {"cap": figure(row["cap"])}
    return said


def _rank(params: Params, unit: str, down: bool) -> str:
    return _("排名百分位：按同组位次折算百分制，并列取平均位次；不足 5 家的改用极差标准化")


def _count(params: Params, unit: str, down: bool) -> str:
    full = _with(figure(params.get("full", "1")), unit)
    full += "" if unit else " "
    return _("计数满分制：达到 %(full)s得满分，不足的按比例计分") % {"full": full}


def _boolean(params: Params, unit: str, down: bool) -> str:
    return _("是否达标：达标的得满分，不达标的不得分")


def _expert(params: Params, unit: str, down: bool) -> str:
    return _("专家评分：各位专家按百分制评分的平均值，5 位及以上的去掉一个最高分和一个最低分")


def _points(params: Params, unit: str, down: bool) -> str:
    return _("得分折算：得分÷%(full)s×100") % {"full": figure(params.get("full", "100"))}


_SENTENCES: dict[str, Callable[[Params, str, bool], str]] = {
    Method.EFFICACY: _efficacy,
    Method.MINMAX: _minmax,
    Method.TARGET: _target,
    Method.STEP: _step,
    Method.LEVELS: _levels,
    Method.RANK: _rank,
    Method.COUNT: _count,
    Method.BOOLEAN: _boolean,
    Method.EXPERT: _expert,
    Method.POINTS: _points,
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
