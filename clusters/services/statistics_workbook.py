"""A return as a workbook and back: a locked form that is known again, judged cell by cell, written whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from clusters.models import ClusterReturn
from clusters.selectors.statistics import Row, Sheet, limits_of, reasons_of, sheet_of
from clusters.statistics_checks import Found, Result, check, parse
from clusters.workflow_statistics import reason_problems
from core import xlsx
from core.xlsx import CellError, Column, ReadSheet, Template, TemplateSheet

LAYOUT = "1"  # of the columns below; a workbook of another layout is out of date
PREFIX = "clusters.return/"
OPEN = ("value", "reason", "reason_text")
MAX_ROWS, MAX_COLUMNS = 20_000, 60
KEPT = 200  # errors kept for the page; the marked workbook shows them all
RANGE = re.compile(r"([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)")


def title() -> str:
    """The name of the form's only list."""
    return _("统计报表")


def columns() -> list[Column]:
    return [
        Column("label", _("指标"), width=24),
        Column("unit", _("单位"), width=8),
        Column("note", _("口径"), width=14),
        Column("value", _("本期数"), "decimal", 18, _("只填数字，不填公式、单位和文字。")),
        Column("previous", _("上期数"), "decimal", 18),
        Column("same", _("上年同期数"), "decimal", 18),
        Column("reason", _("异常原因"), width=18, help=_("系统提示须说明原因时，从列表中选择。")),
        Column("reason_text", _("原因说明"), width=40, help=_("选择“其他”时必须填写。")),
        Column("message", _("退回意见"), width=30),
    ]


PLACE = {key: place for place, key in enumerate([c.key for c in columns()], start=1)}


def period_code(owner: ClusterReturn) -> str:
    period = owner.period
    return f"{period.entity_kind}/{period.cadence}/{period.year}/{period.number}"


def version_code(owner: ClusterReturn) -> str:
    return f"{LAYOUT}.{owner.version}"


def basis(row: Row) -> str:
    """What the figure covers, in words."""
    if row.indicator.cumulative:
        return _("本年累计")
    return _("期末数") if row.indicator.is_constant else _("本期")


def template_of(owner: ClusterReturn) -> bytes:
    """The form of this return: what may be changed is open, what it is compared with stands beside."""
    sheet, reasons = sheet_of(owner), reasons_of(owner)
    rows, fixed = [], set()
    for index, row in enumerate(sheet.rows):
        label = reasons.get(row.reason_code, {}).get("label", "")
        texts = (row.reason_text, row.message if row.editable else "")
        rows.append(
            [
                row.indicator.label,
                row.indicator.unit,
                basis(row),
                row.value,
                row.previous,
                row.same,
                label,
                *texts,
            ]
        )
        if not row.editable:
            fixed |= {(index, key) for key in OPEN}
    page = TemplateSheet(
        title(),
        columns(),
        rows,
        inputs=frozenset(OPEN),
        fixed=frozenset(fixed),
        choices={"reason": [entry["label"] for entry in reasons.values()]},
        kinds={index: "int" for index, row in enumerate(sheet.rows) if not row.indicator.places},
    )
    return xlsx.form_template(
        Template(
            id=f"{PREFIX}{owner.entity.code}",
            version=version_code(owner),
            period=period_code(owner),
            sheets=[page],
            notes=_notes(owner),
            title=str(owner),
        )
    )


def _notes(owner: ClusterReturn) -> list[str]:
    return [
        _("%(name)s %(period)s 统计报表") % {"name": owner.entity.name, "period": owner.period.label},
        _("集群编号：%(code)s") % {"code": owner.entity.code},
        _("填报单位：%(name)s") % {"name": owner.entity.lead.name},
        _("报送期限：%(day)s") % {"day": owner.period.due_on.isoformat()},
        _("只填写白色单元格：本期数、异常原因、原因说明。其余单元格已锁定。"),
        _("金额单位为万元，最多两位小数；人数、家数、个数填整数。标为“本年累计”的，填年初至本期末的合计。"),
        _("填好后在平台上传。有错误的，平台会在原表中逐格标出，改正后再上传；确认之前不写入任何数据。"),
    ]


# --- back ----------------------------------------------------------------------------------------


@dataclass
class Judged:
    """What a workbook holds for a return: rows to write, errors by cell, what will need a reason."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    warnings: list[Found] = field(default_factory=list)
    result: Result = field(default_factory=Result)


def judge(owner: ClusterReturn, data: bytes) -> Judged:
    """Read a workbook in the limited child and judge each cell. Raises `BadWorkbook` for what is none."""
    found = xlsx.read(data, max_rows=MAX_ROWS, max_columns=MAX_COLUMNS)
    judged = Judged()
    page = next((sheet for sheet in found if sheet.title == title()), None)
    judged.errors += _foreign(owner, found, page)
    if page is None or judged.errors:
        return judged
    sheet = sheet_of(owner)
    judged.errors += _outside(page, sheet)
    values, broken = _values(page, sheet, judged)
    _check(sheet, values, broken, judged)
    if not judged.errors and not xlsx.is_intact(found):
        words = _("表格的结构或固定内容已被改动，请重新下载模板填写。")
        judged.errors.append(CellError(page.title, 0, 0, words))
    return judged


def _foreign(owner: ClusterReturn, found: list[ReadSheet], page: ReadSheet | None) -> list[CellError]:
    """Whether it is a form of another cluster, period or version, or none of ours."""
    first = found[0].title if found else title()
    meta = found[0].meta if found else {}
    if page is None or not meta.get("id", "").startswith(PREFIX):
        words = _("这不是从本平台下载的统计报表，请先下载模板，再填写上传。")
        return [CellError(first, 1, 1, words)]
    if meta["id"] != f"{PREFIX}{owner.entity.code}":
        return [
            CellError(
                page.title,
                1,
                1,
                _("这是其他集群的报表，请上传“%(name)s”的报表。") % {"name": owner.entity.name},
            )
        ]
    if meta.get("period") != period_code(owner):
        words = _("这是其他报告期的报表，请上传%(period)s的报表。")
        return [CellError(page.title, 1, 1, words % {"period": owner.period.label})]
    layout, _dot, version = meta.get("version", "").partition(".")
    if layout != LAYOUT:
        return [CellError(page.title, 1, 1, _("模板已更新，请重新下载模板填写。"))]
    if version != str(owner.version):
        words = _("下载这份表格之后，报表已被修改，请重新下载后填写，以免覆盖他人填报的数据。")
        return [CellError(page.title, 1, 1, words)]
    return []


def _outside(page: ReadSheet, sheet: Sheet) -> Iterator[CellError]:
    """Merged cells, and whatever stands where nothing belongs."""
    for area in page.merged:
        parts = RANGE.fullmatch(area)
        at, place = (int(parts[2]), _column(parts[1])) if parts else (1, 1)
        words = _("单元格 %(area)s 已合并，请取消合并后填写。")
        yield CellError(page.title, at, place, words % {"area": area})
    last = len(sheet.rows) + 1
    for number, row in zip(page.numbers, page.rows, strict=True):
        for column, value in enumerate(row, start=1):
            if value is not None and (number > last or column > len(PLACE)):
                yield CellError(page.title, number, column, _("这里不属于报表，请删除多余的内容。"))
    for at, place in sorted(page.formulas):
        if at > last or place > len(PLACE):
            yield CellError(page.title, at, place, _("这里不属于报表，请删除多余的公式。"))


def _values(page: ReadSheet, sheet: Sheet, judged: Judged) -> tuple[dict[str, Decimal | None], list[Found]]:
    """The open cells as values and reasons; what is wrong with them goes to the errors."""
    rows = dict(zip(page.numbers, page.rows, strict=True))
    codes = {entry["label"]: code for code, entry in reasons_of(sheet.owner).items()}
    values: dict[str, Decimal | None] = {}
    broken: list[Found] = []
    for at, row in enumerate(sheet.rows, start=2):
        cells = _Cells(page, at, rows.get(at, []))
        value, wrong = parse(cells.text("value"), row.indicator)
        if cells.has_formula("value"):
            words = _("“%(label)s”请填写数值，不要填写公式。") % {"label": row.indicator.label}
            value, wrong = None, Found("formula", "hard", words, row.key)
        if wrong is not None:
            broken.append(wrong)
        values[row.key] = value
        reason, text = str(cells.text("reason") or ""), str(cells.text("reason_text") or "")
        code = codes.get(reason, reason if reason in codes.values() else "")
        judged.errors += _reason_errors(cells, row, reason, code, text)
        _hold(row, value, code, text, cells, judged)
    return values, broken


@dataclass
class _Cells:
    """One row of the form as it came back."""

    page: ReadSheet
    at: int
    row: list[Any]

    def text(self, key: str) -> Any:
        place = PLACE[key]
        return self.row[place - 1] if place <= len(self.row) else None

    def has_formula(self, key: str) -> bool:
        return (self.at, PLACE[key]) in self.page.formulas

    def error(self, key: str, message: str) -> CellError:
        return CellError(self.page.title, self.at, PLACE[key], message)


def _reason_errors(cells: _Cells, row: Row, reason: str, code: str, text: str) -> Iterator[CellError]:
    for key in ("reason", "reason_text"):
        if cells.has_formula(key):
            yield cells.error(key, _("请填写文字，不要填写公式。"))
    if reason and not code:
        yield cells.error("reason", _("原因不在清单中，请从列表中选择。"))
    if len(text) > 300:
        yield cells.error("reason_text", _("原因说明最多 300 字。"))


def _hold(row: Row, value: Decimal | None, code: str, text: str, cells: _Cells, judged: Judged) -> None:
    """Keep an open row; a closed one must come back as it went out."""
    if row.editable:
        given = {"indicator": row.key, "value": None if value is None else f"{value:f}"}
        judged.rows.append({**given, "reason_code": code, "reason_text": text})
    elif value != row.value:
        words = _("“%(label)s”已审核通过，不能修改。") % {"label": row.indicator.label}
        judged.errors.append(cells.error("value", words))


def _check(sheet: Sheet, values: dict[str, Decimal | None], broken: list[Found], judged: Judged) -> None:
    """The checks of the page, on what stands in the workbook."""
    entries = {}
    for row in sheet.rows:
        row.value = values[row.key]
        entries[row.key] = row.entry
    judged.result = check(
        [row.indicator for row in sheet.rows], entries, limits_of(sheet.owner.period), broken
    )
    place = {row.key: at for at, row in enumerate(sheet.rows, start=2)}
    known = reasons_of(sheet.owner)
    given = {row["indicator"]: row for row in judged.rows}
    for found in judged.result.all("hard"):
        judged.errors.append(CellError(title(), place[found.indicator], PLACE["value"], found.message))
    for row in sheet.rows:
        soft, kept = judged.result.of(row.key, "soft"), given.get(row.key)
        if not soft or kept is None:
            continue
        code, text = kept["reason_code"], kept["reason_text"]
        if list(reason_problems(row.key, row.indicator.label, code, text, known)):
            judged.warnings += soft


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
