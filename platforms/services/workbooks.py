"""Records in and out as workbooks: a list to download, a form to fill in, all or nothing when it comes back."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.utils.translation import gettext as _

from core import audit, clock, files
from core.actor import Actor
from core.errors import Invalid, NotNow, Problem
from core.models import StoredFile
from core.xlsx import (
    BadWorkbook,
    CellError,
    Column,
    ReadSheet,
    Sheet,
    Template,
    TemplateSheet,
    form_template,
    header_row,
    mark,
    number,
    read,
    write,
)
from filings.models import Entity
from platforms.permissions import record_keeper
from platforms.records import KINDS, RecordKind
from platforms.selectors.records import get_kind, rows
from platforms.services import records

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MARKED = "platforms.marked"
MOST_ROWS = 500
VERSION = "1"


@dataclass(frozen=True)
class Imported:
    """How many were taken; or what is wrong, with the same workbook marked. Never both."""

    added: int = 0
    errors: Sequence[CellError] = ()
    marked: StoredFile | None = None


def columns(kind: RecordKind) -> list[Column]:
    """One column for each answer; the same out and in."""
    return [
        Column(
            name, kind.column_label(name), _kind_of(kind.field(name)), help=str(kind.field(name).help_text)
        )
        for name in kind.fields
    ]


def _kind_of(field: Any) -> Any:
    if field.choices or isinstance(field, (models.BooleanField, models.ForeignKey)):
        return "text"
    if isinstance(field, models.DateField):
        return "date"
    if isinstance(field, models.DecimalField):
        return "decimal"
    return "int" if isinstance(field, models.IntegerField) else "text"


def export(*, actor: Actor, entity: Entity, kind: str, year: int | None = None) -> bytes:
    """The records of a kind, of one year where asked, as they are shown. Who reads records may take them along."""
    spec = get_kind(entity, kind)
    lines = [[_out(row, spec, name) for name in spec.fields] for row in rows(entity, spec, year=year)]
    sheet = Sheet(str(spec.label), columns(spec), lines)
    audit.record("records.export", actor=actor, obj=entity, detail={"kind": kind, "rows": len(lines)})
    return write([sheet], meta={"title": f"{entity.name} {spec.label}"})


def _out(row: Any, spec: RecordKind, name: str) -> Any:
    value = getattr(row, name)
    if spec.field(name).choices:
        return getattr(row, f"get_{name}_display")()
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return str(value) if isinstance(value, models.Model) else value


def template(*, entity: Entity, kind: str) -> bytes:
    """An empty form of a kind with its lists."""
    spec = get_kind(entity, kind)
    sheet = TemplateSheet(
        str(spec.label),
        columns(spec),
        inputs=frozenset(spec.fields),
        choices={name: _choices(entity, spec, name) for name in spec.fields if _choices(entity, spec, name)},
        endless=True,
    )
    notes = [str(spec.lead), _("每行一条，最多 %(n)s 行；有一处错误就整份不导入。") % {"n": MOST_ROWS}]
    return form_template(
        Template(
            f"{entity.code}/{kind}",
            VERSION,
            "",
            [sheet],
            notes=[n for n in notes if n],
            title=str(spec.label),
        )
    )


def _choices(entity: Entity, spec: RecordKind, name: str) -> list[str]:
    field: Any = spec.field(name)
    if field.choices:
        return [str(label) for key, label in field.choices if key]
    if isinstance(field, models.BooleanField):
        return [_("是"), _("否")]
    if name == spec.inner:
        return [str(row) for row in rows(entity, KINDS[spec.inner])]
    return []


def take(*, actor: Actor, entity: Entity, kind: str, upload: UploadedFile) -> Imported:
    """Every row as a new record, or none. Raises NotAllowed, NotVisible, BadWorkbook; wrong cells come back marked."""
    record_keeper.require(actor, entity)
    spec, data = get_kind(entity, kind), upload.read()
    sheets = read(data, max_rows=MOST_ROWS + 20, max_columns=len(spec.fields) + 10)
    errors = _rightful(sheets, entity, kind)
    if not errors:
        added, errors = _all_or_nothing(actor, entity, spec, sheets[0])
        if not errors:
            audit.record("records.import", actor=actor, obj=entity, detail={"kind": kind, "rows": added})
            return Imported(added=added)
    marked = files.store_generated(
        mark(data, errors), name=f"{spec.label}.xlsx", actor=actor, kind=MARKED, mime=MIME, owner=entity
    )
    return Imported(errors=errors, marked=marked)


def _rightful(sheets: list[ReadSheet], entity: Entity, kind: str) -> list[CellError]:
    """Whether it is the form of this platform and kind, without formulas or merged cells."""
    if not sheets or not sheets[0].rows:
        raise BadWorkbook.one("empty", _("工作簿中没有内容，请下载模板填写。"), "upload")
    first = sheets[0]
    found: list[CellError] = []
    told = first.meta.get("id", "")
    if told and told != f"{entity.code}/{kind}":
        found.append(CellError(first.title, 0, 0, _("这是另一个平台或者另一种台账的模板，请重新下载模板")))
    if told and first.meta.get("version") != VERSION:
        found.append(CellError(first.title, 0, 0, _("模板版本已更新，请重新下载模板")))
    found += [
        CellError(first.title, row, col, _("请填写数值，不要填写公式")) for row, col in sorted(first.formulas)
    ]
    if first.merged:
        words = _("请取消合并单元格：%(where)s") % {"where": "、".join(first.merged[:5])}
        found.append(CellError(first.title, 0, 0, words))
    return found


class _Undo(Exception):
    """Nothing of a workbook with an error stays."""


def _all_or_nothing(
    actor: Actor, entity: Entity, spec: RecordKind, sheet: ReadSheet
) -> tuple[int, list[CellError]]:
    labels = [spec.column_label(name) for name in spec.fields]
    head = header_row(sheet, labels)
    missing = [label for label in labels if head is None or label not in head[1]]
    if head is None or missing:
        words = _("缺少列：%(names)s") % {"names": "、".join(missing)}
        return 0, [CellError(sheet.title, 0, 0, words)]
    start, places = head
    body = list(zip(sheet.numbers, sheet.rows, strict=True))[start + 1 :]
    if not body:
        return 0, [CellError(sheet.title, 0, 0, _("没有填写任何一行"))]
    if len(body) > MOST_ROWS:
        return 0, [CellError(sheet.title, 0, 0, _("最多 %(n)s 行，请分批导入") % {"n": MOST_ROWS})]
    inner = {str(row): row for row in rows(entity, KINDS[spec.inner])} if spec.inner else {}
    errors: list[CellError] = []
    try:
        with transaction.atomic():
            for line, cells in body:
                errors += _one(actor, entity, spec, sheet.title, line, cells, places, inner)
            if errors:
                raise _Undo
    except _Undo:
        return 0, errors
    return len(body), []


def _one(
    actor: Actor,
    entity: Entity,
    spec: RecordKind,
    title: str,
    line: int,
    cells: list[Any],
    places: dict[str, int],
    inner: dict[str, Any],
) -> list[CellError]:
    """One row: what each cell means, then the same service as on the page."""
    values, errors = {}, []
    at = {name: places[spec.column_label(name)] for name in spec.fields}
    for name, place in at.items():
        raw = cells[place] if place < len(cells) else None
        try:
            values[name] = _meant(spec, name, raw, inner)
        except ValueError as wrong:
            errors.append(CellError(title, line, place + 1, str(wrong)))
    if errors:
        return errors
    try:
        with transaction.atomic():
            records.add(actor=actor, entity=entity, kind=spec.key, values=values)
    except (Invalid, NotNow) as refused:
        return [_placed(title, line, at, problem) for problem in refused.problems]
    return []


def _placed(title: str, line: int, at: dict[str, int], problem: Problem) -> CellError:
    column = at.get(problem.field, min(at.values())) + 1
    return CellError(title, line, column, str(problem.message))


def _meant(spec: RecordKind, name: str, raw: Any, inner: dict[str, Any]) -> Any:
    """What a cell means for a field. ValueError with a sentence where it means nothing."""
    field: Any = spec.field(name)
    text = "" if raw is None else str(raw).strip()
    if isinstance(field, models.BooleanField):
        return _yes(text)
    if not text:
        if not field.blank:
            raise ValueError(_("不能为空"))
        return "" if isinstance(field, models.CharField) else None
    if field.choices:
        return _one_of({str(label): key for key, label in field.choices}, text)
    if isinstance(field, models.ForeignKey):
        return _one_of(inner, text)
    if isinstance(field, models.DateField):
        return _date(raw)
    if isinstance(field, (models.DecimalField, models.IntegerField)):
        return _amount(field, raw)
    return text


def _yes(text: str) -> bool:
    if text in ("", _("否")):
        return False
    if text == _("是"):
        return True
    raise ValueError(_("请填写“是”或者“否”"))


def _one_of(options: dict[str, Any], text: str) -> Any:
    if text not in options:
        raise ValueError(_("“%(text)s”不在可选范围内") % {"text": text[:40]})
    return options[text]


def _date(raw: Any) -> datetime.date:
    if isinstance(raw, datetime.datetime):
        return clock.local(raw).date() if raw.tzinfo else raw.date()
    if isinstance(raw, datetime.date):
        return raw
    try:
        return datetime.date.fromisoformat(str(raw).strip().replace("/", "-"))
    except ValueError:
        raise ValueError(_("日期应为 2026-01-31 的形式")) from None


def _amount(field: Any, raw: Any) -> Decimal | int:
    value = number(raw)
    if value is None:
        raise ValueError(_("应填写数字"))
    if isinstance(field, models.IntegerField):
        if value != value.to_integral_value() or value < 0:
            raise ValueError(_("应填写不小于 0 的整数"))
        return int(value)
    return value
