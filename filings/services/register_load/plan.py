"""A workbook looked at against the register: what it would do, and everything that is wrong with it. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Organisation
from core.xlsx import ReadSheet, read
from filings.services.register_load import entities, members, organisations
from filings.services.register_load.columns import (
    ENTITIES,
    MAX_COLUMNS,
    MAX_ROWS,
    MEMBERS,
    ORGANISATIONS,
    SHEETS,
    SheetSpec,
)
from filings.services.register_load.entities import EntityPlan
from filings.services.register_load.ground import Ground
from filings.services.register_load.members import MemberPlan
from filings.services.register_load.organisations import UnitPlan
from filings.services.register_load.tables import Findings, Table

Told = Callable[[int, str], None]


@dataclass
class Plan:
    """What the workbook would do. With ``found.total`` above 0 nothing of it may be written."""

    found: Findings = field(default_factory=Findings)
    units: UnitPlan = field(default_factory=UnitPlan)
    entities: EntityPlan = field(default_factory=EntityPlan)
    members: MemberPlan = field(default_factory=MemberPlan)
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def summary(self) -> dict[str, dict[str, int]]:
        """`{sheet key: {"rows", "new", "changed", "unchanged"}}`."""
        counts = {
            ORGANISATIONS.key: (
                len(self.units.new),
                len(self.units.changed),
                self.units.unchanged + self.units.kept,
            ),
            ENTITIES.key: (
                len(self.entities.new),
                len(self.entities.changed),
                len(self.entities.unchanged),
            ),
            MEMBERS.key: (len(self.members.new), len(self.members.changed), self.members.unchanged),
        }
        return {
            key: {"rows": self.rows.get(key, 0), "new": new, "changed": changed, "unchanged": unchanged}
            for key, (new, changed, unchanged) in counts.items()
        }


def look(data: bytes, *, authority: Organisation, tell: Told = lambda _share, _text: None) -> Plan:
    """Read a workbook and hold it against the register; raises ``BadWorkbook``.

    ``tell(percent, text)`` hears how far it is, from 0 to 100.
    """
    tell(2, _("正在读取文件"))
    titles = [str(spec.title) for spec in SHEETS]
    sheets = {s.title: s for s in read(data, max_rows=MAX_ROWS, max_columns=MAX_COLUMNS, sheets=titles)}
    plan, ground = Plan(), Ground(authority)
    if not any(sheet.rows for sheet in sheets.values()):
        words = _("文件中没有可以导入的内容，工作表应为：%(titles)s。")
        plan.found.add("", 0, 0, words % {"titles": "、".join(titles)})
        return plan
    tell(40, _("正在核对单位"))
    plan.units = organisations.plan(_table(plan, ORGANISATIONS, sheets), ground)
    tell(60, _("正在核对登记主体"))
    plan.entities = entities.plan(_table(plan, ENTITIES, sheets), ground, plan.units)
    tell(80, _("正在核对成员"))
    plan.members = members.plan(_table(plan, MEMBERS, sheets), ground, plan.units, plan.entities)
    plan.found.kept.sort(key=lambda error: (titles.index(error.sheet), error.row, error.column))
    return plan


def _table(plan: Plan, spec: SheetSpec, sheets: dict[str, ReadSheet]) -> Table:
    # What was taken is let go of, so that one sheet at a time is held twice.
    sheet: Any = sheets.pop(str(spec.title), None)
    table = Table(spec, sheet, plan.found)
    plan.rows[spec.key] = len(table)
    return table
