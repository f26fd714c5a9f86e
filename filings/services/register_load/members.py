"""The sheet 成员: who belongs to an entity, in which role, since when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from filings.enums import EntityOrigin, ParticipantRole
from filings.models import EntityMember
from filings.programmes import Programme
from filings.services.register_load.entities import EntityPlan
from filings.services.register_load.ground import Ground
from filings.services.register_load.organisations import UnitPlan
from filings.services.register_load.tables import Table, words


@dataclass
class MemberPlan:
    """Rows with `entity` (a row of the entity plan or one that is here), `unit` (credit code), role, since, until."""

    new: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    unchanged: int = 0


def plan(table: Table, ground: Ground, units: UnitPlan, entities: EntityPlan) -> MemberPlan:
    """Check every row of the sheet; flaws go to the table's findings."""
    names = table.text("entity", 120)
    codes = table.codes("organisation")
    found = MemberPlan()
    if not len(table):
        return found
    targets = _Targets(table, ground, entities, names)
    roles = table.raw("role")
    known = {
        **units.known,
        **ground.units(c for c in codes if c and c not in units.known and c not in units.new),
    }
    rows = []
    for index, name, unit, role, since, until in table.each(
        names, codes, roles, table.days("since"), table.days("until")
    ):
        target = targets.of(index, name)
        if unit is not None and unit not in units.new and unit not in known:
            if unit in units.flawed:
                continue
            table.error(index, "organisation", _("成员单位不在“单位”表中，也没有在平台登记。"))
            unit = None
        if target is None or unit is None or role is None:
            continue
        row = _checked(table, ground, index, target, unit, (role, since, until))
        if row is not None:
            rows.append(row)
    _refuse_twice(table, rows)
    _compare(table, found, rows, known)
    return found


class _Targets:
    """The entity a row names, by code or by a name that only one has."""

    def __init__(
        self, table: Table, ground: Ground, entities: EntityPlan, names: Iterable[str | None]
    ) -> None:
        self.table = table
        self.by_code: dict[str, dict[str, Any]] = {}
        self.by_name: dict[str, list[dict[str, Any]]] = {}
        self.flawed = entities.flawed
        for row in entities.all():
            code = row["code"] or row.get("old", {}).get("code", "")
            if code:
                self.by_code[code] = row
            self.by_name.setdefault(row["name"], []).append(row)
        missing = {n for n in names if n and n not in self.by_code and n not in self.by_name}
        for old in ground.entities(missing, missing):
            if old["authority_id"] == ground.authority.pk:
                row = {**old, "lead": old["lead__credit_code"], "old": old}
                self.by_code[old["code"]] = row
                self.by_name.setdefault(old["name"], []).append(row)

    def of(self, index: int, name: str | None) -> dict[str, Any] | None:
        if name is None:
            return None
        found = [self.by_code[name]] if name in self.by_code else self.by_name.get(name, [])
        if len(found) == 1:
            return found[0]
        if not found and name in self.flawed:
            return None
        words_ = (
            _("有 %(n)s 个登记主体叫“%(name)s”，请填写登记编号。")
            if found
            else _("没有找到登记主体“%(name)s”。")
        )
        self.table.error(index, "entity", words_ % {"n": len(found), "name": name[:40]})
        return None


def _checked(
    table: Table, ground: Ground, index: int, target: dict[str, Any], unit: str, given: tuple[Any, Any, Any]
) -> dict[str, Any] | None:
    word, since, until = given
    spec = ground.programmes.get(target["kind"])
    role = _roles(spec).get("".join(str(word).split())) if spec else None
    if role is None:
        table.error(index, "role", _("没有“%(value)s”这个角色。") % {"value": str(word)[:40]})
        return None
    if (role == ParticipantRole.LEAD) != (unit == target["lead"]):
        table.error(index, "role", _("牵头单位以“登记主体”表为准，本行与之不一致。"))
        return None
    since = since or target["valid_from"]
    if until is not None and until < since:
        table.error(index, "until", _("退出日期早于加入日期。"))
    if role == ParticipantRole.LEAD:
        # The sheet 登记主体 has said it already.
        return None
    return {"index": index, "entity": target, "unit": unit, "role": role, "since": since, "until": until}


_SHORT = ("成员", "成员单位")  # data
_ROLES: dict[str, dict[str, str]] = {}


def _roles(spec: Programme) -> dict[str, str]:
    if spec.key not in _ROLES:
        found = words((role.value, role.label) for role in ParticipantRole)
        found |= words((role.value, spec.role_label(role.value)) for role in ParticipantRole)
        _ROLES[spec.key] = found | dict.fromkeys(_SHORT, ParticipantRole.OTHER.value)
    return _ROLES[spec.key]


def _refuse_twice(table: Table, rows: list[dict[str, Any]]) -> None:
    """A unit belongs to an entity once at a time."""
    seen: dict[tuple[int, str], dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: (row["since"], row["index"])):
        key = (id(row["entity"]), row["unit"])
        before = seen.get(key)
        if before is not None and (before["until"] is None or before["until"] > row["since"]):
            words_ = _("同一单位在这个主体中列了两次，另一次在第 %(row)s 行。")
            table.error(row["index"], "organisation", words_ % {"row": table.numbers[before["index"]]})
        seen[key] = row


def _compare(
    table: Table, found: MemberPlan, rows: list[dict[str, Any]], known: dict[str, dict[str, Any]]
) -> None:
    held = _held(row["entity"]["old"]["id"] for row in rows if "old" in row["entity"])
    for row in rows:
        old = row["entity"].get("old")
        unit = known.get(row["unit"])
        here = held.get((old["id"], unit["id"]), []) if old and unit else []
        same = next((m for m in here if m["since"] == row["since"]), None)
        same = same or next((m for m in here if m["until"] is None and row["until"] is None), None)
        if same is not None and (same["role"], same["since"], same["until"]) == (
            row["role"], row["since"], row["until"],
        ):  # fmt: skip
            found.unchanged += 1
        elif old is not None and (old["origin"] != EntityOrigin.LOAD or old["confirmed_at"] is not None):
            words_ = _("该主体经申报办理或者已由单位核对确认，成员变更须由单位申请，不能用导入改写。")
            table.error(row["index"], "entity", words_)
        elif same is not None:
            found.changed.append(row | {"id": same["id"]})
        elif any(m["until"] is None or m["until"] > row["since"] for m in here if m["since"] <= row["since"]):
            table.error(row["index"], "since", _("该单位在这段时间已经是成员。"))
        else:
            found.new.append(row)


def _held(pks: Iterable[int]) -> dict[tuple[int, int], list[dict[str, Any]]]:
    found: dict[tuple[int, int], list[dict[str, Any]]] = {}
    rows = EntityMember.objects.filter(entity__in=set(pks))
    for row in rows.values("id", "entity_id", "organisation_id", "role", "since", "until"):
        found.setdefault((row["entity_id"], row["organisation_id"]), []).append({**row})
    return found
