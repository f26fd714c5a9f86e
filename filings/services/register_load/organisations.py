"""The sheet 单位: which units are new, which change, which stay."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import REGISTRABLE_KINDS, OrganisationKind, SizeClass, Title
from filings.services.register_load.ground import Ground
from filings.services.register_load.tables import Table, words

FACTS = ("name", "kind", "size_class", "district_id", "titles", "address", "contact_name", "contact_phone")
#: Facts that an empty cell leaves as they are.
_KEPT_IF_EMPTY = ("titles", "size_class", "address", "contact_name", "contact_phone")


@dataclass
class UnitPlan:
    """`new` and `changed` are facts by credit code; `kept` counts units whose own people keep their facts.

    `flawed` are codes of rows with an error: who refers to one of them is not told that it is missing.
    """

    new: dict[str, dict[str, Any]] = field(default_factory=dict)
    changed: dict[str, dict[str, Any]] = field(default_factory=dict)
    unchanged: int = 0
    kept: int = 0
    flawed: set[str] = field(default_factory=set)
    known: dict[str, dict[str, Any]] = field(default_factory=dict)


def plan(table: Table, ground: Ground) -> UnitPlan:
    """Check every row of the sheet; flaws go to the table's findings."""
    codes = table.codes("credit_code")
    table.repeated(codes, "credit_code", _("与第 %(row)s 行的统一社会信用代码相同。"))
    known = ground.units(code for code in codes if code)
    peopled = ground.peopled(row["id"] for row in known.values())
    found = UnitPlan(known=known)
    for code, facts in zip(codes, _facts(table, ground, codes, known, peopled), strict=True):
        if code is None or facts is None:
            found.flawed.add(code or "")
            continue
        old = known.get(code)
        if old is None:
            found.new.setdefault(code, facts)
        elif old["id"] in peopled or old["kind"] == OrganisationKind.BUREAU:
            found.kept += 1
        elif any(old[name] != value for name, value in facts.items() if value or name not in _KEPT_IF_EMPTY):
            found.changed[code] = {**facts, "id": old["id"], "old": old}
        else:
            found.unchanged += 1
    return found


def _facts(
    table: Table, ground: Ground, codes: list[str | None], known: dict[str, Any], peopled: set[int]
) -> list[dict[str, Any] | None]:
    names = table.text("name", 120)
    kinds = table.choice(
        "kind",
        words((kind.value, kind.label) for kind in REGISTRABLE_KINDS) | _short_kinds(),
        _("没有“%(value)s”这种单位类别。"),
    )
    places = table.choice("district", ground.places, _("没有“%(value)s”这个区划，请填写全称或代码。"))
    sizes = table.choice("size_class", words(SizeClass.choices), _("没有“%(value)s”这种规模。"))
    titles = _titles(table)
    rest = [table.text("address", 200), table.text("contact_name", 60), table.text("contact_phone", 40)]
    found: list[dict[str, Any] | None] = []
    for index, code, name, kind, place, size, held, *others in table.each(
        codes, names, kinds, places, sizes, titles, *rest
    ):
        old = known.get(code)
        is_kept = old is not None and (old["id"] in peopled or not old["approved"])
        if place is not None and place not in ground.inside and not is_kept:
            table.error(index, "district", _("注册地不在本机关的管辖范围内，不能由本机关导入。"))
        elif old is not None and old["district_id"] not in ground.inside and not is_kept:
            # A unit that another bureau brought in is not taken over by naming a place of one's own.
            table.error(index, "credit_code", _("该单位登记在其他机关的管辖范围内，不能由本机关导入改写。"))
        if kind == OrganisationKind.ENTERPRISE and size is None and not is_kept and not _given(table, index):
            table.error(index, "size_class", _("企业须填写规模。"))
        if name is None or kind is None or place is None:
            found.append(None)
            continue
        values = (name, kind, size or "", place, held, *(other or "" for other in others))
        found.append(dict(zip(FACTS, values, strict=True)))
    return found


def _given(table: Table, index: int) -> bool:
    """Whether the size was given at all: a wrong word has been told of already."""
    place = table.places.get("size_class")
    return place is not None and table.raw_at(index, place) is not None


def _short_kinds() -> dict[str, str]:
    """Words that registers use for the kinds."""
    return {
        "高校": OrganisationKind.UNIVERSITY.value,  # data
        "科研机构": OrganisationKind.INSTITUTE.value,  # data
        "行业协会": OrganisationKind.ASSOCIATION.value,  # data
        "协会": OrganisationKind.ASSOCIATION.value,  # data
    }


def _titles(table: Table) -> list[list[str]]:
    known = words(Title.choices)
    found: list[list[str]] = []
    memory: dict[str, list[str] | None] = {}
    for index, text in enumerate(table.text("titles", 200)):
        if text is None:
            found.append([])
            continue
        if text not in memory:
            parts = [
                part
                for part in text.replace("，", "、").replace(",", "、").replace(";", "、").split("、")
                if part.strip()
            ]
            values = [known.get("".join(part.split())) for part in parts]
            memory[text] = None if None in values else sorted({str(value) for value in values})
        held = memory[text]
        if held is None:
            table.error(index, "titles", _("有不认识的资质称号：%(text)s。") % {"text": text[:60]})
        found.append(held or [])
    return found
