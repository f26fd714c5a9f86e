"""The workbook that goes to the treasury, and the one that comes back with its results."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.capitals import capitals
from core.errors import Invalid, Problem
from core.money import shown
from core.xlsx import BadWorkbook, Column, Sheet, header_row, read, write
from subsidies.enums_money import Outcome
from subsidies.models import PaymentBatch
from subsidies.selectors import measures
from subsidies.selectors.paying import flags_of

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = (
    Column("line", gettext_lazy("明细号"), "int", 10),
    Column("unit", gettext_lazy("收款单位"), width=34),
    Column("credit_code", gettext_lazy("统一社会信用代码"), width=22),
    Column("bank", gettext_lazy("开户银行"), width=30),
    Column("account_name", gettext_lazy("账户名称"), width=34),
    Column("account_number", gettext_lazy("银行账号"), width=26),
    Column("amount", gettext_lazy("金额（元）"), "decimal", 18),
    Column("capitals", gettext_lazy("金额（大写）"), width=36),
    Column("measure", gettext_lazy("支持措施"), width=34),
    Column("document", gettext_lazy("发文字号"), width=22),
    Column("instalment", gettext_lazy("期次"), "int", 8),
    Column("remark", gettext_lazy("备注"), width=30),
    Column("outcome", gettext_lazy("结果"), width=12),
    Column("on", gettext_lazy("结果日期"), "date", 14),
    Column("reason", gettext_lazy("退回原因"), width=28),
    Column("reference", gettext_lazy("国库流水号"), width=22),
)
MOST_ROWS, MOST_COLUMNS = 1200, 40
ANSWERED = ("line", "outcome", "on", "reason", "reference")
WORDS = {str(Outcome.PAID.label): Outcome.PAID, str(Outcome.RETURNED.label): Outcome.RETURNED}


def workbook(batch: PaymentBatch) -> bytes:
    """One row a payment with its amount in figures and capitals; the last columns are for the treasury's answer."""
    header = (
        _("拨付清单  %(number)s") % {"number": batch.number},
        _("出资单位：%(payer)s") % {"payer": batch.payer.name},
        _("共 %(n)s 笔，合计 %(total)s 元（%(words)s）")
        % {"n": batch.count, "total": shown(batch.total), "words": capitals(batch.total)},
    )
    notes = (
        _("“结果”填“已到账”或者“已退回”，退回的写明原因；填好后可整份上传对账。"),
        _("账号为文本，请勿改为数字格式。"),
    )
    sheet = Sheet(_("拨付清单"), COLUMNS, list(_rows(batch)), notes=notes, header=header)
    return write([sheet], meta={"title": header[0], "batch": batch.number})


def _rows(batch: PaymentBatch) -> Iterator[Sequence[Any]]:
    names = {key: one.label for key, one in measures.known().items()}
    lines = batch.lines.filter(live=True).select_related("payment__award__organisation").order_by("pk")
    for line in lines:
        award = line.payment.award
        yield (
            line.pk,
            award.organisation.name,
            award.organisation.credit_code,
            line.bank,
            line.account_name,
            line.account_number,
            line.amount,
            capitals(line.amount),
            names.get(award.measure, award.measure),
            award.document_number,
            line.payment.instalment,
            "；".join(str(found.message) for found in flags_of(line.payment)),
            None,
            None,
            None,
            None,
        )


def answers(data: bytes) -> list[dict[str, Any]]:
    """Rows of an answered workbook whose result is filled in: line, outcome, on, reason, reference.

    Raises Invalid with the row in the message.
    """
    try:
        sheets = read(data, max_rows=MOST_ROWS, max_columns=MOST_COLUMNS)
    except BadWorkbook as error:
        raise Invalid.one("file", str(error), "file") from error
    head = header_row(sheets[0], [str(column.label) for column in COLUMNS]) if sheets else None
    needed = {column.key: str(column.label) for column in COLUMNS if column.key in ANSWERED}
    if head is None or any(label not in head[1] for label in needed.values()):
        raise Invalid.one("columns", _("没有找到拨付清单的表头，请使用导出的清单填写"), "file")
    at, rows = head[0], sheets[0].rows
    places = {key: head[1][label] for key, label in needed.items()}
    found: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows[at + 1 :], start=at + 2):
        cell = {key: row[place] if place < len(row) else None for key, place in places.items()}
        if not str(cell["outcome"] or "").strip():
            continue
        answer, wrong = _answer(cell)
        if wrong:
            said = _("第 %(row)s 行：%(what)s") % {"row": number, "what": wrong}
            problems.append(Problem("row", said, "file"))
        else:
            found.append(answer)
    if problems:
        raise Invalid(problems)
    if not found:
        raise Invalid.one("empty", _("清单中没有填写结果"), "file")
    return found


def _answer(cell: dict[str, Any]) -> tuple[dict[str, Any], str]:
    outcome = WORDS.get(str(cell["outcome"]).strip())
    if outcome is None:
        return {}, _("结果应为“已到账”或者“已退回”")
    try:
        line = int(cell["line"])
    except (TypeError, ValueError):
        return {}, _("明细号不是数字")
    day = _day(cell["on"])
    if day is None:
        return {}, _("结果日期应为 2026-01-31 的形式")
    answer = {"line": line, "outcome": outcome.value, "on": day}
    return answer | {name: str(cell[name] or "").strip() for name in ("reason", "reference")}, ""


def _day(value: Any) -> datetime.date | None:
    if isinstance(value, datetime.datetime):
        return clock.local(value).date() if value.tzinfo else value.date()
    if isinstance(value, datetime.date):
        return value
    try:
        return datetime.date.fromisoformat(str(value or "").strip())
    except ValueError:
        return None
