"""The sheet 登记主体: which entities are new, which change, which stay."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Level
from core import clock
from filings.enums import EntityOrigin, EntityState
from filings.models import EntityLevel
from filings.services.register_load.ground import Ground
from filings.services.register_load.organisations import UnitPlan
from filings.services.register_load.tables import Table, words

FACTS = (
    "kind", "name", "level", "industry", "district_id", "valid_from", "valid_until", "standing", "ended_on",
    "end_reason",
)  # fmt: skip
PAPER = ("document_number", "document_date", "issued_by")
#: Given by a higher authority, hence by a document that must be named.
BY_DOCUMENT = frozenset({Level.PROVINCIAL.value, Level.NATIONAL.value})
_CODE = re.compile(r"[A-Za-z0-9_-]+\Z")
MERGED = EntityState.MERGED.value


@dataclass
class EntityPlan:
    """Rows in the order of the sheet: facts with `code`, `lead` (credit code), `paper` and, if known, `old`."""

    new: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    unchanged: list[dict[str, Any]] = field(default_factory=list)
    flawed: set[str] = field(default_factory=set)  # codes and names of rows with an error

    def all(self) -> Iterable[dict[str, Any]]:
        yield from self.new
        yield from self.changed
        yield from self.unchanged


def plan(table: Table, ground: Ground, units: UnitPlan) -> EntityPlan:
    """Check every row of the sheet; flaws go to the table's findings."""
    taken = _rows(table, ground, units)
    rows = [row for row in taken if row is not None]
    table.repeated(
        [row["code"] or None for row in _all(table, rows)], "code", _("与第 %(row)s 行的登记编号相同。")
    )
    blank = [None if row["code"] or not row["name"] else _identity(row) for row in _all(table, rows)]
    table.repeated(blank, "name", _("与第 %(row)s 行的类别、名称和牵头单位都相同。"))
    found = EntityPlan(flawed=_named(table, taken))
    held = ground.entities(
        [row["code"] for row in rows if row["code"]], [row["name"] for row in rows if not row["code"]]
    )
    by_code = {old["code"]: old for old in held}
    by_identity = {(old["kind"], old["name"], old["lead__credit_code"]): old for old in held}
    papers = _papers(old["id"] for old in held)
    for row in rows:
        old = by_code.get(row["code"]) if row["code"] else by_identity.get(_identity(row))
        _place(table, ground, found, row, old, papers)
    return found


def _named(table: Table, taken: list[dict[str, Any] | None]) -> set[str]:
    flawed = [index for index, row in enumerate(taken) if row is None]
    columns = (table.values("code"), table.values("name")) if flawed else ()
    return {str(column[index]) for column in columns for index in flawed if column[index] is not None}


def _all(table: Table, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row for each of the table's, with nothing in those that were flawed."""
    by_index = {row["index"]: row for row in rows}
    return [by_index.get(index, {"code": None, "name": None}) for index in range(len(table))]


def _identity(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["kind"], row["name"], row["lead"]


def _papers(pks: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    """The level steps of the entities, newest first."""
    found: dict[int, list[dict[str, Any]]] = {}
    steps = EntityLevel.objects.filter(entity__in=list(pks)).order_by("-since", "-id")
    for step in steps.values("id", "entity_id", "since", *PAPER):
        found.setdefault(step["entity_id"], []).append(step)
    return found


def _place(
    table: Table,
    ground: Ground,
    found: EntityPlan,
    row: dict[str, Any],
    old: dict[str, Any] | None,
    papers: dict[int, list[dict[str, Any]]],
) -> None:
    """New, changed or as it was; a load corrects only what a load brought and nobody has confirmed."""
    if old is None:
        found.new.append(row)
        return
    steps = papers.get(old["id"], [])
    step = steps[0] if steps else {}
    same = all(old[name] == row[name] for name in FACTS) and old["lead__credit_code"] == row["lead"]
    same = same and all((step.get(name) or "") == (row["paper"][name] or "") for name in PAPER)
    row |= {"old": old, "step": step}
    if old["authority_id"] != ground.authority.pk:
        # Asked first: members may be added to what is as it was.
        table.error(row["index"], "code", _("这个登记编号属于其他登记机关。"))
    elif same:
        found.unchanged.append(row)
    elif old["origin"] != EntityOrigin.LOAD:
        words_ = _("该主体经申报办理登记，与本行不一致；变更须由单位申请，不能用导入改写。")
        table.error(row["index"], "code", words_)
    elif old["confirmed_at"] is not None:
        table.error(
            row["index"], "code", _("该主体的登记信息已由单位核对确认，与本行不一致，不能用导入改写。")
        )
    elif old["kind"] != row["kind"] or len(steps) > 1:
        table.error(row["index"], "kind", _("该主体已以其他类别或级别沿革登记，不能用导入改写。"))
    else:
        found.changed.append(row)


def _rows(table: Table, ground: Ground, units: UnitPlan) -> list[dict[str, Any] | None]:
    kinds = {spec.entity_kind: spec.label for spec in ground.programmes.values()}
    columns = (
        table.text("code", 40),
        table.choice("kind", words(kinds.items()), _("“%(value)s”不是本机关登记的类别。")),
        table.text("name", 120),
        table.choice("level", words(Level.choices), _("没有“%(value)s”这个级别。")),
        table.codes("lead"),
        table.text("industry", 60),
        table.choice("district", ground.places, _("没有“%(value)s”这个区划，请填写全称或代码。")),
        table.days("valid_from"),
        table.days("valid_until"),
        table.text("document_number", 80),
        table.days("document_date"),
        table.text("issued_by", 120),
        table.choice("standing", _standings(), _("没有“%(value)s”这种状态。")),
        table.days("ended_on"),
        table.text("end_reason", 500),
    )
    leads = ground.units(code for code in columns[4] if code and code not in units.known)
    checker = _Row(table, ground, units, {**units.known, **leads})
    return [checker.take(*values) for values in table.each(*columns)]


def _standings() -> dict[str, str]:
    found = words((state.value, state.label) for state in EntityState if state.value != MERGED)
    return found | {"在册": EntityState.REGISTERED.value, "有效": EntityState.REGISTERED.value}  # data


@dataclass
class _Row:
    """What the values of a row must be to each other."""

    table: Table
    ground: Ground
    units: UnitPlan
    known: dict[str, dict[str, Any]]

    def __post_init__(self) -> None:
        # Asked once: a file of 100,000 rows must not ask for the day 100,000 times.
        self.today = clock.today()

    def take(self, index: int, code: Any, kind: Any, name: Any, level: Any, lead: Any, *rest: Any) -> Any:
        """The row, or None where something that every row needs is missing."""
        industry, district, start, end, number, dated, issuer, standing, ended_on, reason = rest
        place = self._lead(index, lead)
        self._code(index, code)
        self._level(index, kind, level, (number, dated, issuer))
        self._days(index, start, end, dated)
        self._standing(index, standing, start, ended_on, reason)
        industry = self._industry(index, kind, industry)
        if district is not None and district not in self.ground.inside:
            self.table.error(index, "district", _("所在区划不在本机关的管辖范围内。"))
        if None in (kind, name, level, lead, start) or (district is None and place is None):
            return None
        is_ended = standing not in (None, EntityState.REGISTERED.value)
        values = (kind, name, level, industry, district or place, start, end,
                  standing or EntityState.REGISTERED.value, ended_on if is_ended else None,
                  (reason or "") if is_ended else "")  # fmt: skip
        paper = dict(zip(PAPER, (number or "", dated, issuer or ""), strict=True))
        return {"index": index, "code": code or "", "lead": lead, "paper": paper} | dict(
            zip(FACTS, values, strict=True)
        )

    def _lead(self, index: int, lead: str | None) -> int | None:
        """The place of the lead; it must be here or come with the same file."""
        if lead is None:
            return None
        own = self.units.new.get(lead) or self.units.changed.get(lead)
        old = self.known.get(lead)
        if own is None and old is None:
            if lead in self.units.flawed:
                return None
            self.table.error(index, "lead", _("牵头单位不在“单位”表中，也没有在平台登记。"))
            return None
        if own is None and old is not None and not old["approved"]:
            self.table.error(index, "lead", _("牵头单位的登记还没有通过审核。"))
        place: int = (own or old or {})["district_id"]
        if place not in self.ground.inside:
            self.table.error(index, "lead", _("牵头单位的注册地不在本机关的管辖范围内。"))
        return place

    def _code(self, index: int, code: str | None) -> None:
        if code is not None and not _CODE.match(code):
            self.table.error(index, "code", _("登记编号只能由字母、数字、“-”和“_”组成。"))

    def _level(self, index: int, kind: Any, level: Any, paper: tuple[Any, Any, Any]) -> None:
        if kind is None or level is None:
            return
        allowed = self.ground.programmes[kind].levels
        if level not in allowed:
            words_ = _("%(kind)s没有“%(level)s”，可以是：%(levels)s。")
            labels = "、".join(str(Level(each).label) for each in allowed)
            values = {
                "kind": self.ground.programmes[kind].label,
                "level": Level(level).label,
                "levels": labels,
            }
            self.table.error(index, "level", words_ % values)
        elif level in BY_DOCUMENT and None in paper:
            missing = PAPER[paper.index(None)]
            self.table.error(index, missing, _("省级、国家级须写明批复文号、批复日期和批复机关。"))

    def _days(self, index: int, start: Any, end: Any, dated: Any) -> None:
        if start is not None and start > self.today:
            self.table.error(index, "valid_from", _("有效期起不能晚于今天。"))
        if start is not None and end is not None and end < start:
            self.table.error(index, "valid_until", _("有效期止早于有效期起。"))
        if dated is not None and dated > self.today:
            self.table.error(index, "document_date", _("批复日期不能晚于今天。"))

    def _standing(
        self, index: int, standing: Any, start: datetime.date | None, on: datetime.date | None, reason: Any
    ) -> None:
        if standing in (None, EntityState.REGISTERED.value):
            if on is not None:
                self.table.error(index, "ended_on", _("在册的主体没有终止日期。"))
            return
        if on is None:
            self.table.error(index, "ended_on", _("已终止的主体须填写终止日期。"))
        elif (start is not None and on < start) or on > self.today:
            self.table.error(index, "ended_on", _("终止日期应在有效期起之后、今天之前。"))
        if not reason:
            self.table.error(index, "end_reason", _("已终止的主体须填写终止原因。"))

    def _industry(self, index: int, kind: Any, text: str | None) -> str:
        """The key of an industry where the programme has a list, else the words themselves."""
        if text is None or kind is None:
            return ""
        offered = self._offered(kind)
        if not offered:
            return text
        key = offered.get("".join(text.split()))
        if key is None:
            self.table.error(index, "industry", _("没有“%(value)s”这个产业领域。") % {"value": text[:40]})
        return key or ""

    def _offered(self, kind: str) -> dict[str, str]:
        cache: dict[str, dict[str, str]] = self.__dict__.setdefault("_industries", {})
        if kind not in cache:
            cache[kind] = words(self.ground.programmes[kind].industries().items())
        return cache[kind]
