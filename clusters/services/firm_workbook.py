"""The list of a cluster's firms as a workbook: read cell by cell, all or nothing, twice the same as once."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from clusters import permissions as may
from clusters.models import ClusterFirm
from clusters.selectors.clusters import profile_of
from clusters.services import common
from clusters.services.firms import LIMITS, FirmFacts, Stay, cleaned, overlap
from core import audit, clock
from core.actor import Actor
from core.errors import Problem
from core.xlsx import CellError, Column, ReadSheet, read
from filings.models import Entity
from filings.texts import taken

SHEET = gettext_lazy("集群企业")
MOST_ROWS = 5_000  # a cluster has a thousand; it is read while the person waits
YES = {"是", "√", "1", "true", "yes"}  # data
NO = {"", "否", "0", "false", "no"}  # data

COLUMNS = (
    Column("name", gettext_lazy("企业名称"), width=32),
    Column("credit_code", gettext_lazy("统一社会信用代码"), width=22),
    Column("joined_on", gettext_lazy("纳入日期"), kind="date", width=12),
    Column("join_reason", gettext_lazy("纳入原因"), width=24),
    Column("chain_link", gettext_lazy("所在环节"), width=16),
    Column("products", gettext_lazy("主要产品"), width=28),
    Column("is_key", gettext_lazy("重点企业"), width=10),
    Column("left_on", gettext_lazy("退出日期"), kind="date", width=12),
    Column("leave_reason", gettext_lazy("退出原因"), width=24),
)
KEYS = tuple(column.key for column in COLUMNS)
NEEDED = ("name", "credit_code", "joined_on")


@dataclass
class Imported:
    """What a workbook brings, or what is wrong with it; with errors nothing was written."""

    added: int = 0
    changed: int = 0
    left: int = 0
    same: int = 0
    errors: list[CellError] = field(default_factory=list)
    written: bool = False


@dataclass(frozen=True)
class _Row:
    """One row as read: its number, the firm, and its leaving if it has left."""

    number: int
    facts: FirmFacts
    left_on: datetime.date | None
    leave_reason: str


def cells_of(row: ClusterFirm) -> list[Any]:
    """A firm in the columns of the workbook."""
    return [
        row.name,
        row.credit_code,
        row.joined_on,
        row.join_reason,
        row.chain_link,
        row.products,
        _("是") if row.is_key else _("否"),
        row.left_on,
        row.leave_reason,
    ]


@transaction.atomic
def import_firms(*, actor: Actor, cluster: Entity, data: bytes, dry: bool = False) -> Imported:
    """Read a list of firms: known stays are changed, new ones added; nothing that is not named is touched.

    Raises NotAllowed, NotNow, BadWorkbook. With errors, or `dry`, nothing is written.
    """
    may.body.require(actor, cluster)
    row = common.locked(cluster)
    common.still_registered(row)
    sheet = read(data, max_rows=MOST_ROWS + 1, max_columns=len(COLUMNS) + 3)[0]
    reading = _Reading(sheet, profile_of(row).link_names)
    rows = reading.rows()
    known = _known(row, [r.facts.credit_code for r in rows])
    found = Imported(errors=reading.errors)
    plans = _planned(rows, known, reading, found)
    if not found.errors and not dry:
        _write(actor, row, plans)
        found.written = True
        counts = {"added": found.added, "changed": found.changed, "left": found.left}
        audit.record("cluster_firm.import", actor=actor, obj=row, detail=counts)
    return found


class _Reading:
    """The cells of one sheet turned into rows, every wrong one remembered."""

    def __init__(self, sheet: ReadSheet, links: Iterable[str]) -> None:
        self.sheet, self.links = sheet, list(links)
        self.errors: list[CellError] = []
        self.places: dict[str, int] = {}

    def wrong(self, number: int, key: str, message: str) -> None:
        place = self.places.get(key, self.places.get("credit_code", 1))
        self.errors.append(CellError(self.sheet.title, number, place, message))

    def rows(self) -> list[_Row]:
        if not self._head():
            return []
        for span in self.sheet.merged:
            self.errors.append(
                CellError(self.sheet.title, 0, 0, _("请取消合并单元格：%(span)s") % {"span": span})
            )
        body = zip(self.sheet.numbers[1:], self.sheet.rows[1:], strict=True)
        return [made for number, cells in body if (made := self._row(number, cells)) is not None]

    def _head(self) -> bool:
        """Which column is which, by its label; any order, others are ignored."""
        labels = {str(column.label): column.key for column in COLUMNS}
        head = self.sheet.rows[0] if self.sheet.rows else []
        for place, label in enumerate(head, start=1):
            key = labels.get(str(label or "").strip())
            if key:
                self.places.setdefault(key, place)
        missing = [str(c.label) for c in COLUMNS if c.key in NEEDED and c.key not in self.places]
        if missing:
            words = _("第一行应为表头，缺少：%(names)s") % {"names": "、".join(missing)}
            self.errors.append(CellError(self.sheet.title, 0, 0, words))
        return not missing

    def _row(self, number: int, cells: list[Any]) -> _Row | None:
        before = len(self.errors)
        values = {key: self._cell(number, key, cells) for key in KEYS}
        days = {key: self._day(number, key, values[key]) for key in ("joined_on", "left_on")}
        facts = FirmFacts(
            name=_text(values["name"]),
            credit_code=_text(values["credit_code"]),
            joined_on=days["joined_on"],
            join_reason=_text(values["join_reason"]),
            products=_text(values["products"]),
            chain_link=_text(values["chain_link"]),
            is_key=self._yes(number, values["is_key"]),
        )
        facts, found = cleaned(facts, self.links)
        told = {(e.row, e.column) for e in self.errors[before:]}
        for problem in found:
            if (number, self.places.get(problem.field, 0)) not in told:
                self.wrong(number, problem.field, str(problem.message))
        made = _Row(number, facts, days["left_on"], _text(values["leave_reason"]))
        if len(self.errors) == before:
            self._leaving(made)
        return made if len(self.errors) == before else None

    def _leaving(self, row: _Row) -> None:
        if row.left_on is None:
            if row.leave_reason:
                self.wrong(row.number, "left_on", _("填写了退出原因，请填写退出日期"))
            return
        required = {"leave_reason": _("请写明退出原因")}
        _texts, found = taken({"leave_reason": row.leave_reason}, limits=LIMITS, required=required)
        found += common.day_problems(row.left_on, "left_on")
        if row.facts.joined_on is not None and row.left_on <= row.facts.joined_on:
            found.append(Problem("order", _("退出日期应晚于纳入日期"), "left_on"))
        for problem in found:
            self.wrong(row.number, problem.field, str(problem.message))

    def _cell(self, number: int, key: str, cells: list[Any]) -> Any:
        place = self.places.get(key)
        if place is None or place > len(cells):
            return None
        if (number, place) in self.sheet.formulas:
            self.wrong(number, key, _("这里是公式，请填写数值或者文字"))
            return None
        return cells[place - 1]

    def _day(self, number: int, key: str, value: Any) -> datetime.date | None:
        if isinstance(value, datetime.datetime):
            return value.date()
        if value is None or isinstance(value, datetime.date):
            return value
        try:
            return datetime.date.fromisoformat(str(value).strip().replace("/", "-"))
        except ValueError:
            self.wrong(number, key, _("日期应写作 2026-01-31"))
            return None

    def _yes(self, number: int, value: Any) -> bool:
        text = _text(value).lower()
        if text not in YES | NO:
            self.wrong(number, "is_key", _("请填“是”或者“否”"))
        return text in YES


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(int(value) if isinstance(value, float) and value.is_integer() else value).strip()


Known = dict[str, list[ClusterFirm]]
Plan = tuple[_Row, ClusterFirm | None]


def _known(cluster: Entity, codes: Iterable[str]) -> Known:
    found: Known = {}
    for row in ClusterFirm.objects.filter(cluster=cluster, credit_code__in=set(codes)):
        found.setdefault(row.credit_code, []).append(row)
    return found


def _planned(rows: list[_Row], known: Known, reading: _Reading, found: Imported) -> list[Plan]:
    """Each row with the stay it changes; a stay is known by its code and its first day."""
    stays: dict[str, list[tuple[Stay, ClusterFirm | None]]] = {
        code: [((row.joined_on, row.left_on), row) for row in kept] for code, kept in known.items()
    }
    plans: list[Plan] = []
    taken_by: set[tuple[str, datetime.date | None]] = set()
    for row in sorted(rows, key=lambda r: (r.facts.joined_on or datetime.date.min, r.number)):
        mine = stays.setdefault(row.facts.credit_code, [])
        same = next((firm for stay, firm in mine if firm and stay[0] == row.facts.joined_on), None)
        others = [stay for stay, firm in mine if firm is None or firm is not same]
        problems = overlap(row.facts.joined_on, row.left_on, others)
        if (row.facts.credit_code, row.facts.joined_on) in taken_by:
            problems = [Problem("twice", _("同一家企业在文件中填了两行"), "credit_code")]
        taken_by.add((row.facts.credit_code, row.facts.joined_on))
        for problem in problems:
            reading.wrong(row.number, problem.field, str(problem.message))
        if not problems and row.facts.joined_on is not None:
            # as it will stand: who leaves makes room for who comes back
            mine[:] = [(stay, firm) for stay, firm in mine if firm is None or firm is not same]
            mine.append(((row.facts.joined_on, row.left_on), same))
            _count(row, same, found)
            plans.append((row, same))
    return plans


def _count(row: _Row, same: ClusterFirm | None, found: Imported) -> None:
    if same is None:
        found.added += 1
    elif row.left_on is not None and same.left_on is None:
        found.left += 1
    elif any(getattr(same, name) != value for name, value in _columns(row).items()):
        found.changed += 1
    else:
        found.same += 1


def _columns(row: _Row) -> dict[str, Any]:
    leaving = {"left_on": row.left_on, "leave_reason": row.leave_reason if row.left_on else ""}
    return asdict(row.facts) | leaving


def _write(actor: Actor, cluster: Entity, plans: list[Plan]) -> None:
    codes = {row.facts.credit_code for row, _same in plans}
    units = {u.credit_code: u for u in Organisation.objects.filter(credit_code__in=codes)}
    new, changed = [], []
    for row, same in plans:
        values = _columns(row) | common.named(row.facts.name)
        if same is not None:
            if common.changed(same, values):
                changed.append(same)
            continue
        new.append(
            ClusterFirm(
                cluster=cluster,
                organisation=units.get(row.facts.credit_code),
                recorded_by=actor.user,
                recorded_at=clock.now(),
                is_sample=cluster.is_sample,
                **values,
            )
        )
    # who leaves makes room for who comes back on the same day
    ClusterFirm.objects.bulk_update(changed, [*KEYS, "name_key"], batch_size=500)
    ClusterFirm.objects.bulk_create(new, batch_size=500)
