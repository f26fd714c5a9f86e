"""The figures of a report as a workbook, by the one writer that lets no text become a formula."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from core.xlsx import Column, Sheet, write
from evaluation.reporting.entity import EntityReport
from evaluation.reporting.lines import IndicatorLine
from evaluation.reporting.round import RoundReport


def entity_workbook(report: EntityReport) -> bytes:
    """Summary, indicators, marks and earlier results of one entity."""
    head = (f"{report.title} {report.number}", report.round_name)
    sheets = [
        Sheet(_("概要"), _two_columns(), list(_summary(report)), header=head),
        Sheet(_("指标"), _indicator_columns(), [_indicator(line, report) for line in report.lines]),
        Sheet(
            _("否决加减分"),
            (
                Column("kind", _("类别"), width=10),
                Column("label", _("事项"), width=30),
                Column("points", _("分值"), width=10),
                Column("reason", _("事实和依据"), width=60),
            ),
            [(mark.kind, mark.label, mark.points, mark.reason) for mark in report.marks],
        ),
        Sheet(
            _("历次评价"),
            (
                Column("round", _("评价轮次"), width=40),
                Column("on", _("评价日期"), width=14),
                Column("word", _("等次"), width=10),
                Column("score", _("得分"), width=10),
            ),
            [(row.round, row.rated_on, row.word, row.score) for row in report.history],
        ),
    ]
    return write(sheets, meta={"title": f"{report.title} {report.number}", "author": report.office})


def round_workbook(report: RoundReport) -> bytes:
    """The whole ranking, districts, exclusions and the sensitivity of the lines of a round."""
    head = (f"{report.title} {report.number}",)
    words = [grade.word for grade in report.grades]
    place_columns = (
        Column("district", _("区域"), width=24),
        Column("count", _("家数"), "int", width=8),
        Column("mean", _("平均分"), "decimal", width=10),
        Column("best", _("最高分"), "decimal", width=10),
        *(Column(f"grade{n}", word, "int", width=10) for n, word in enumerate(words)),
    )
    sheets = [
        Sheet(_("排名"), _ranking_columns(), (_ranking(row) for row in report.ranking), header=head),
        Sheet(
            _("区域"),
            place_columns,
            [
                (place.district, place.count, place.mean, place.best, *place.grades)
                for place in report.districts
            ],
        ),
        Sheet(
            _("未纳入"),
            (
                Column("name", _("名称"), width=44),
                Column("code", _("登记编号"), width=22),
                Column("reason", _("原因"), width=50),
            ),
            [(row.name, row.code, row.reason) for row in report.excluded],
        ),
        Sheet(
            _("分数线敏感度"),
            (
                Column("word", _("等次"), width=12),
                Column("line", _("现行线"), width=10),
                Column("step", _("移动"), width=10),
                Column("moved", _("移动后"), width=10),
                Column("changed", _("等次变化家数"), "int", width=14),
            ),
            [(row.word, row.line, row.step, row.moved, row.changed) for row in report.shifts],
        ),
    ]
    return write(sheets, meta={"title": f"{report.title} {report.number}", "author": report.office})


def _two_columns() -> tuple[Column, ...]:
    return (Column("label", _("项目"), width=20), Column("text", _("内容"), width=70))


def _summary(report: EntityReport) -> Iterator[tuple[str, Any]]:
    yield from (
        (_("评价等次"), report.word),
        (_("总分"), str(report.total)),
        (_("基础分"), str(report.base)),
        (_("加分"), str(report.bonus)),
        (_("扣分"), str(report.deduction)),
        (_("名次"), f"{report.rank} / {report.of}"),
    )
    yield from ((row.label, row.text) for row in (*report.facts, *report.calendar, *report.digests))


def _indicator_columns() -> tuple[Column, ...]:
    return (
        Column("code", _("代码"), width=8),
        Column("name", _("指标"), width=30),
        Column("value", _("数值"), width=14),
        Column("unit", _("单位"), width=8),
        Column("target", _("目标"), width=10),
        Column("source", _("来源"), width=14),
        Column("weight", _("权重"), "any", width=8),
        Column("score", _("百分制得分"), "any", width=12),
        Column("points", _("计分"), "any", width=10),
        Column("lost", _("失分"), "any", width=10),
        Column("reach", _("达到高一等次需"), width=16),
        Column("gain", _("最多可增"), "any", width=10),
        Column("method", _("计分方法"), width=60),
        Column("note", _("说明"), width=40),
    )


def _indicator(line: IndicatorLine, report: EntityReport) -> tuple[Any, ...]:
    note = "；".join(text for text in (line.reason, line.note) if text)
    return (
        line.code,
        line.name,
        line.value,
        line.unit,
        line.target,
        line.source,
        line.weight,
        line.score,
        line.points,
        line.lost,
        line.reach,
        line.gain,
        line.method,
        note,
    )


def _ranking_columns() -> tuple[Column, ...]:
    return (
        Column("rank", _("名次"), "int", width=8),
        Column("name", _("名称"), width=44),
        Column("code", _("登记编号"), width=22),
        Column("lead", _("牵头单位"), width=36),
        Column("district", _("区域"), width=18),
        Column("level", _("级别"), width=10),
        Column("group", _("分组"), width=16),
        Column("base", _("基础分"), "decimal", width=10),
        Column("bonus", _("加分"), "decimal", width=8),
        Column("deduction", _("扣分"), "decimal", width=8),
        Column("total", _("总分"), "decimal", width=10),
        Column("word", _("等次"), width=10),
        Column("former", _("上次等次"), width=10),
        Column("former_total", _("上次得分"), "decimal", width=10),
        Column("number", _("报告编号"), width=20),
    )


def _ranking(row: Any) -> tuple[Any, ...]:
    return (
        row.rank,
        row.name,
        row.code,
        row.lead,
        row.district,
        row.level,
        row.group,
        row.base,
        row.bonus,
        row.deduction,
        row.total,
        row.word,
        row.former_word,
        row.former_total,
        row.number,
    )
