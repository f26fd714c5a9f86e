"""The report of one entity."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.presentation.charts import Chart, line
from core.presentation.meters import Meters, Row, meters
from core.presentation.radar import Radar, radar
from evaluation.reporting.bounded import bounded
from evaluation.reporting.lines import ZERO, DimensionLine, IndicatorLine, decimal, dimensions, two
from evaluation.scheme.words import figure, notes

#: Indicators with the most points still to gain that the summary names.
NAMED = 5


@dataclass(frozen=True)
class MarkLine:
    """A veto, a bonus or a deduction that was found; `points` is empty for a veto."""

    kind: str  # veto, bonus or deduction
    label: str
    points: str
    reason: str


@dataclass(frozen=True)
class Former:
    """An earlier result."""

    round: str
    rated_on: str
    word: str
    score: str


@dataclass(frozen=True)
class ClauseLine:
    """A rule with its sentence and its citation."""

    rule: str
    text: str
    citation: str


@dataclass(frozen=True)
class Part:
    """A label with a text, for tables of facts and for calendars."""

    label: str
    text: str


@dataclass(frozen=True)
class EntityReport:
    """Everything a report of one entity shows. Texts are ready to print; numbers are Decimals."""

    office: str
    number: str
    round_name: str
    title: str
    issued_on: str
    is_sample: bool
    facts: tuple[Part, ...]
    calendar: tuple[Part, ...]
    word: str
    grade: str
    tone: str
    total: Decimal
    base: Decimal
    bonus: Decimal
    deduction: Decimal
    rank: int
    of: int
    group: str
    conclusion: tuple[str, ...]
    standing: str
    next_word: str
    needed: str
    dimensions: tuple[DimensionLine, ...]
    gains: tuple[IndicatorLine, ...]
    marks: tuple[MarkLine, ...]
    history: tuple[Former, ...]
    remarks: tuple[str, ...]
    clauses: tuple[ClauseLine, ...]
    notes: tuple[str, ...]
    scheme: str
    scheme_source: str
    digests: tuple[Part, ...]
    replaces: str
    reason: str
    radar: Radar
    dimension_bars: Meters
    bars: Meters
    past: Chart | None

    @property
    def lines(self) -> tuple[IndicatorLine, ...]:
        """The indicators of all dimensions in order."""
        return tuple(line for dimension in self.dimensions for line in dimension.lines)

    @property
    def has_proposed(self) -> bool:
        """Whether a weight or a bound is a proposal of the portal rather than of a document."""
        return any(found.proposed for found in self.lines)

    @property
    def all_proposed(self) -> bool:
        """Whether all are, so that one sentence says it."""
        return all(found.proposed for found in self.lines)

    @property
    def pairs(self) -> tuple[tuple[Part, Part | None], ...]:
        """The facts two by two, for a table of four columns."""
        return in_pairs(self.facts)

    def of_kind(self, kind: str) -> tuple[MarkLine, ...]:
        """The marks of one kind."""
        return tuple(mark for mark in self.marks if mark.kind == kind)


def entity_report(data: Mapping[str, Any]) -> EntityReport:
    """The report that frozen `data` describes.

    `data`: office, number, issued_on, is_sample, round {name, occasion, period_from, period_until, calendar}, entity
    {name, code, kind, lead, lead_label, credit_code, level, district, industry}, scheme (the document with label,
    version, source), inputs and outcome (of the run), reach, means, marks, history, remarks, clauses, run {number,
    engine, inputs_sha256, outcome_sha256}, replaces {number, reason}.
    """
    data = bounded(data)
    outcome, found = data["outcome"], dimensions(data)
    bands = data["scheme"].get("bands") or ()
    return EntityReport(
        office=str(data["office"]),
        number=str(data.get("number") or ""),
        round_name=str(data["round"]["name"]),
        title=str(data["entity"]["name"]),
        issued_on=str(data.get("issued_on") or ""),
        is_sample=bool(data.get("is_sample")),
        facts=facts(data),
        calendar=calendar(data["round"]),
        word=str(outcome.get("word", "")),
        grade=str(outcome.get("grade", "")),
        tone=tone(str(outcome.get("grade", ""))),
        total=decimal(outcome.get("total")),
        base=decimal(outcome.get("base")),
        bonus=decimal(outcome.get("bonus")),
        deduction=decimal(outcome.get("deduction")),
        rank=int(decimal(outcome.get("rank"))),
        of=int(decimal(outcome.get("of"))),
        group=str((data.get("means") or {}).get("group") or ""),
        conclusion=_conclusion(data, bands),
        standing=_standing(data, bands),
        next_word=word_of(bands, (data.get("reach") or {}).get("next")),
        needed=figure((data.get("reach") or {}).get("needed") or ""),
        dimensions=found,
        gains=_gains(found),
        marks=_marks(data),
        history=_history(data.get("history") or ()),
        remarks=tuple(str(text) for text in data.get("remarks") or ()),
        clauses=clauses(data.get("clauses") or ()),
        notes=notes(data["scheme"]),
        scheme=scheme_name(data["scheme"]),
        scheme_source=str(data["scheme"].get("source") or ""),
        digests=digests(data["run"]),
        replaces=str((data.get("replaces") or {}).get("number") or ""),
        reason=str((data.get("replaces") or {}).get("reason") or ""),
        **_pictures(found, data),
    )


def in_pairs(rows: Sequence[Part]) -> tuple[tuple[Part, Part | None], ...]:
    """Two by two; the last may stand alone."""
    return tuple((rows[at], rows[at + 1] if at + 1 < len(rows) else None) for at in range(0, len(rows), 2))


def tone(grade: str) -> str:
    """The shape of a grade: ok, plain or bad."""
    return {"excellent": "ok", "good": "ok", "fail": "bad"}.get(grade, "plain")


def word_of(bands: Sequence[Mapping[str, Any]], grade: Any) -> str:
    """The scheme's word for a grade."""
    return next((str(band.get("word", "")) for band in bands if band.get("grade") == grade), "")


def day_cn(text: Any) -> str:
    """An ISO day as 2026年11月22日; other text as it is."""
    try:
        day = datetime.date.fromisoformat(str(text))
    except ValueError:
        return str(text or "")
    return _("%(y)s年%(m)s月%(d)s日") % {"y": day.year, "m": day.month, "d": day.day}


def period(round_: Mapping[str, Any]) -> str:
    """The days that are evaluated."""
    return _("%(start)s至%(end)s") % {
        "start": day_cn(round_.get("period_from")),
        "end": day_cn(round_.get("period_until")),
    }


def scheme_name(scheme: Mapping[str, Any]) -> str:
    """The scheme with its version."""
    if not scheme.get("version"):
        return str(scheme.get("label", ""))
    return _("%(label)s（第 %(n)s 版）") % {"label": scheme.get("label", ""), "n": scheme["version"]}


def facts(data: Mapping[str, Any]) -> tuple[Part, ...]:
    """The table of facts at the head of the report; what is not known is left out."""
    entity, round_ = data["entity"], data["round"]
    rows = (
        (_("登记编号"), entity.get("code")),
        (_("类别"), entity.get("kind")),
        (str(entity.get("lead_label") or _("牵头单位")), entity.get("lead")),
        (_("级别"), entity.get("level")),
        (_("所在区域"), entity.get("district")),
        (_("产业领域"), entity.get("industry")),
        (_("评价期"), period(round_)),
        (_("指标体系"), scheme_name(data["scheme"])),
    )
    return tuple(Part(label, str(text)) for label, text in rows if text)


def calendar(round_: Mapping[str, Any]) -> tuple[Part, ...]:
    """The days of the round."""
    return tuple(
        Part(str(row.get("label", "")), day_cn(row.get("on")))
        for row in round_.get("calendar") or ()
        if row.get("on")
    )


def clauses(rows: Sequence[Mapping[str, Any]]) -> tuple[ClauseLine, ...]:
    """Rules with their citations."""
    return tuple(
        ClauseLine(str(row.get("rule", "")), str(row.get("text", "")), str(row.get("citation", "")))
        for row in rows
    )


def digests(run: Mapping[str, Any]) -> tuple[Part, ...]:
    """What lets anybody recompute the result: which run, which engine, over which bytes."""
    rows = (
        (_("评分运算"), _("第 %(n)s 次") % {"n": run.get("number", "")}),
        (_("算法版本"), run.get("engine")),
        (_("输入摘要"), run.get("inputs_sha256")),
        (_("结果摘要"), run.get("outcome_sha256")),
    )
    return tuple(Part(label, str(text)) for label, text in rows if text)


def _conclusion(data: Mapping[str, Any], bands: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    outcome, reach = data["outcome"], data.get("reach") or {}
    sentences = []
    if outcome.get("veto"):
        sentences.append(
            _("存在一票否决事项，不论得分，等次定为“%(word)s”。") % {"word": outcome.get("word", "")}
        )
    following = word_of(bands, reach.get("next"))
    if following and decimal(reach.get("needed")) > 0 and not outcome.get("veto"):
        sentences.append(
            _("距“%(word)s”还差 %(needed)s 分。") % {"word": following, "needed": figure(reach["needed"])}
        )
    former = next(iter(data.get("history") or ()), None)
    if former and former.get("score") not in (None, ""):
        change = decimal(outcome.get("total")) - decimal(former["score"])
        said = (
            _("比上次评价（%(round)s）提高 %(n)s 分。")
            if change > 0
            else _("比上次评价（%(round)s）下降 %(n)s 分。")
        )
        said = _("与上次评价（%(round)s）得分相同。") if change == 0 else said
        sentences.append(said % {"round": former.get("round", ""), "n": figure(abs(change))})
    return tuple(sentences)


def _standing(data: Mapping[str, Any], bands: Sequence[Mapping[str, Any]]) -> str:
    """What stands below the grade: the grade above, or why there is none to be reached by points."""
    if data["outcome"].get("veto"):
        return _("一票否决")
    following = word_of(bands, (data.get("reach") or {}).get("next"))
    if following:
        return _("高一等次：%(word)s") % {"word": following}
    is_highest = bool(bands) and data["outcome"].get("grade") == bands[0].get("grade")
    return _("最高等次") if is_highest else _("得分已达更高等次，受名额或者位次限制")


def _gains(found: Sequence[DimensionLine]) -> tuple[IndicatorLine, ...]:
    open_ = [each for dimension in found for each in dimension.lines if each.gain > 0]
    return tuple(sorted(open_, key=lambda each: (-each.gain, each.code))[:NAMED])


def _marks(data: Mapping[str, Any]) -> tuple[MarkLine, ...]:
    scheme, inputs = data["scheme"], data["inputs"]
    reasons = {
        (row.get("kind"), row.get("key")): str(row.get("reason", "")) for row in data.get("marks") or ()
    }
    found = []
    for kind, rows, keys, sign in (
        ("veto", scheme.get("vetoes"), inputs.get("vetoes"), ""),
        ("bonus", scheme.get("bonuses"), inputs.get("bonuses"), "+"),
        ("deduction", scheme.get("deductions"), inputs.get("deductions"), "−"),
    ):
        for row in rows or ():
            if row.get("key") in (keys or ()):
                points = sign + figure(row.get("points", "0")) if sign else ""
                found.append(
                    MarkLine(kind, str(row.get("label", "")), points, reasons.get((kind, row["key"]), ""))
                )
    return tuple(found)


def _history(rows: Sequence[Mapping[str, Any]]) -> tuple[Former, ...]:
    return tuple(
        Former(
            str(row.get("round", "")),
            str(row.get("rated_on", "")),
            str(row.get("word", "")),
            two(decimal(row["score"])) if row.get("score") not in (None, "") else "",
        )
        for row in rows
    )


def _pictures(found: Sequence[DimensionLine], data: Mapping[str, Any]) -> dict[str, Any]:
    beside = [each.mean for each in found if each.mean is not None]
    mean_label = str((data.get("means") or {}).get("label") or _("同组平均"))
    own = _("本次得分率")
    return {
        "radar": radar(
            _("各维度得分率"),
            [(each.name, each.share, each.rate) for each in found if each.weight],
            beside=beside if len(beside) == len([each for each in found if each.weight]) else (),
            label=own,
            beside_label=mean_label,
        ),
        "dimension_bars": meters(
            _("各维度计分"), [_dimension_row(each) for each in found], mark_label=mean_label
        ),
        "bars": meters(
            _("各项指标计分"),
            [_row(each) for dimension in found for each in dimension.lines if each.counts or each.nominal],
            mark_label=mean_label,
        ),
        "past": _past(data),
    }


def _dimension_row(each: DimensionLine) -> Row:
    return Row(each.name, each.share, f"{each.points_text} / {each.weight_text}", each.mean)


def _row(each: IndicatorLine) -> Row:
    note = {"missing": _("缺数据"), "not_applicable": _("不适用，权重已分摊")}.get(each.state, "")
    text = f"{each.points_text} / {each.weight_text}" if each.counts else "—"
    return Row(f"{each.code} {each.name}", each.share, text, each.mean, note if not each.points else "")


def _past(data: Mapping[str, Any]) -> Chart | None:
    """The scores of all rounds, this one last; nothing to draw without an earlier score."""
    rows = [
        (str(row.get("rated_on") or row.get("round", ""))[:10], decimal(row["score"]))
        for row in reversed(data.get("history") or ())
        if row.get("score") not in (None, "")
    ]
    if not rows:
        return None
    now = str(data["round"].get("rated_on") or data.get("issued_on") or "")[:10]
    series: list[tuple[str, Decimal | None]] = [*rows, (now, decimal(data["outcome"].get("total"), ZERO))]
    return line(_("历次得分"), series, unit=_("分"), width=360, height=90)
