"""The rules of the catalogue: every id unique, every reference and source resolved, every sentence cited.

`problems(fixtures)` returns one readable sentence for each breach; an empty list means the fixtures may be
loaded. Nothing here touches the database.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from policy.book import NATION
from policy.enums import Provenance, Section, TargetKind, ValueKind
from policy.services.fixtures import Fixtures, ItemRow, Row, parse
from policy.values import fits

# Fields of an item that hold ids of other items.
REFERENCES = (
    "amb",
    "applies_to",
    "beneficiary",
    "collector",
    "departments",
    "drafted_by",
    "entity",
    "evaluation",
    "exclusive_group",
    "indicator",
    "indicators",
    "lower_level",
    "members",
    "owner",
    "platforms",
    "region",
    "reporter",
    "requires",
    "target_subsidy",
)
PLACES = ("city", "jurisdictions", "scope")
# Words that stand for a group of things rather than for one id.
GROUPS = frozenset({"all", "platform", "district"})


def problems(fixtures: Fixtures) -> list[str]:
    """Every breach, in the order of the files."""
    return [
        *_unique(fixtures),
        *_documents(fixtures),
        *_sources(fixtures),
        *_sentences(fixtures),
        *_references(fixtures),
        *_parameters(fixtures),
        *_readings(fixtures),
        *_lists(fixtures),
        *_targets(fixtures),
    ]


def _ids(fixtures: Fixtures) -> Iterator[str]:
    for item in fixtures.items:
        yield item.key
        for value in item.data.values():
            if isinstance(value, list):
                yield from (row["id"] for row in value if isinstance(row, dict) and "id" in row)
    yield from (row.get("id", "") for row in fixtures.readings)


def _unique(fixtures: Fixtures) -> Iterator[str]:
    # The stages of the platform chain are the chain_stage words of entity types, not items.
    counted = Counter(key for key in _ids(fixtures))
    for key, times in counted.items():
        if not key:
            yield _("有 %(n)s 个条目没有编号。") % {"n": times}
        elif times > 1:
            yield _("编号 %(key)s 出现 %(n)s 次，须唯一。") % {"key": key, "n": times}
    for item in fixtures.items:
        if not item.label:
            yield _("%(key)s 没有名称。") % {"key": item.key}
        if item.provenance not in Provenance.values:
            yield _("%(key)s 的来源 %(value)s 不在允许的范围内。") % {
                "key": item.key,
                "value": item.provenance,
            }


def _documents(fixtures: Fixtures) -> Iterator[str]:
    known, places = {row.get("id") for row in fixtures.documents}, _places(fixtures)
    for row in fixtures.documents:
        if not isinstance(row.get("valid_from"), date):
            yield _("文件 %(key)s 没有适用起始日。") % {"key": row.get("id")}
        if row.get("place") not in places:
            yield _("文件 %(key)s 的适用地区 %(place)s 不存在。") % {
                "key": row.get("id"),
                "place": row.get("place"),
            }
    for document, clauses in fixtures.clauses.items():
        if document not in known:
            yield _("条款所属文件 %(key)s 不存在。") % {"key": document}
        for ref, times in Counter(clause.get("ref") for clause in clauses).items():
            if times > 1:
                yield _("%(document)s 的条款 %(ref)s 重复。") % {"document": document, "ref": ref}
        for clause in clauses:
            if not str(clause.get("summary") or "").strip():
                yield _("%(document)s %(ref)s 没有内容摘要。") % {
                    "document": document,
                    "ref": clause.get("ref"),
                }


def _clauses(fixtures: Fixtures) -> dict[tuple[str, str], Row]:
    return {
        (document, clause["ref"]): clause
        for document, clauses in fixtures.clauses.items()
        for clause in clauses
    }


def _source_problem(clauses: dict[tuple[str, str], Row], src: str) -> str:
    source = parse(src)
    if source is None:
        return _("写法应为“文件 条款 s句号”")
    clause = clauses.get((source.document, source.ref))
    if clause is None:
        return _("条款不存在")
    beyond = [number for number in source.sentences if not 1 <= number <= clause["sentences"]]
    return _("该条款没有第 %(n)s 句") % {"n": beyond[0]} if beyond else ""


def _sources(fixtures: Fixtures) -> Iterator[str]:
    clauses = _clauses(fixtures)
    named = [(item.key, src) for item in fixtures.items for src in item.src]
    named += [(row["id"], row["clause"]) for row in fixtures.lists if row.get("clause")]
    for row in fixtures.parameters:
        named += [(row["key"], value["clause"]) for value in row["values"] if value.get("clause")]
    for key, src in named:
        why = _source_problem(clauses, src)
        if why:
            yield _("%(key)s 的出处“%(src)s”无法对应：%(why)s。") % {"key": key, "src": src, "why": why}


def _sentences(fixtures: Fixtures) -> Iterator[str]:
    cited: dict[tuple[str, str], set[int]] = defaultdict(set)
    for item in fixtures.items:
        for source in filter(None, map(parse, item.src)):
            cited[source.document, source.ref].update(source.sentences)
    for at, clause in _clauses(fixtures).items():
        wanted = set(range(1, clause["sentences"] + 1)) - set(clause.get("headings", ()))
        for number in sorted(wanted - cited[at]):
            yield _("%(document)s %(ref)s 第 %(n)s 句没有任何条目引用。") % {
                "document": at[0],
                "ref": at[1],
                "n": number,
            }


def _places(fixtures: Fixtures) -> set[str]:
    return {row["code"] for row in fixtures.places}


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _references(fixtures: Fixtures) -> Iterator[str]:
    items = {item.key for item in fixtures.items} | GROUPS
    known = items | {row["id"] for row in fixtures.readings}
    places = _places(fixtures) | {NATION}
    for item in fixtures.items:
        yield from _item_references(item, known, places)
    for row in fixtures.readings:
        for key in row.get("items", ()):
            if key not in items:
                yield _("口径 %(key)s 所指的 %(other)s 不存在。") % {"key": row["id"], "other": key}
    for row in fixtures.places:
        for name in ("parent", "maps_to"):
            if row.get(name) and row[name] not in places:
                yield _("区划 %(key)s 的 %(other)s 不存在。") % {"key": row["code"], "other": row[name]}


def _item_references(item: ItemRow, known: set[str], places: set[str]) -> Iterator[str]:
    fields = REFERENCES + (("type",) if item.section == Section.INSTANCE else ())
    for name in fields:
        for value in _as_list(item.data.get(name)):
            if value not in known:
                yield _("%(key)s 的 %(name)s 所指的 %(other)s 不存在。") % {
                    "key": item.key,
                    "name": name,
                    "other": value,
                }
    for name in PLACES:
        for value in _as_list(item.data.get(name)):
            if name == "scope" and item.section == Section.SUBSIDY_RULE:
                continue  # there a scope is a sentence
            if value not in places:
                yield _("%(key)s 的地区 %(other)s 不存在。") % {"key": item.key, "other": value}


def _periods(key: str, values: Iterable[Row], places: set[str]) -> Iterator[str]:
    """Dates are dates, places exist, and periods of one place follow each other without overlap."""
    by_place: dict[str, list[Row]] = defaultdict(list)
    for value in values:
        if not isinstance(value.get("valid_from"), date):
            yield _("%(key)s 有一个取值没有起始日期。") % {"key": key}
            return
        if value.get("place") not in places:
            yield _("%(key)s 的地区 %(other)s 不存在。") % {"key": key, "other": value.get("place")}
        by_place[value.get("place", "")].append(value)
    for rows in by_place.values():
        for earlier, later in pairwise(sorted(rows, key=lambda row: row["valid_from"])):
            end = earlier.get("valid_until")
            if end is None or end >= later["valid_from"]:
                yield _("%(key)s 自 %(a)s 和自 %(b)s 的两个取值时间重叠。") % {
                    "key": key,
                    "a": earlier["valid_from"],
                    "b": later["valid_from"],
                }


def _parameters(fixtures: Fixtures) -> Iterator[str]:
    items, places = {item.key for item in fixtures.items}, _places(fixtures)
    for key, times in Counter(row.get("key") for row in fixtures.parameters).items():
        if times > 1:
            yield _("参数 %(key)s 重复。") % {"key": key}
    for row in fixtures.parameters:
        key = row["key"]
        if row.get("kind") not in ValueKind.values:
            yield _("参数 %(key)s 的类型 %(kind)s 不在允许的范围内。") % {"key": key, "kind": row.get("kind")}
            continue
        if not key.startswith("procedure.") and key.partition(".")[0] not in items:
            yield _("参数 %(key)s 不对应任何条目。") % {"key": key}
        for value in row["values"]:
            if not fits(row["kind"], value.get("value")):
                yield _("参数 %(key)s 的取值 %(value)s 与类型 %(kind)s 不符。") % {
                    "key": key,
                    "value": value.get("value"),
                    "kind": row["kind"],
                }
        yield from _periods(key, row["values"], places)


def _readings(fixtures: Fixtures) -> Iterator[str]:
    for setting, times in Counter(row.get("setting") for row in fixtures.readings).items():
        if times > 1:
            yield _("设置项 %(key)s 重复。") % {"key": setting}
    for row in fixtures.readings:
        options = [option["value"] for option in row.get("options", ())]
        if row.get("kind") not in ValueKind.values or not fits(row["kind"], row.get("default")):
            yield _("口径 %(key)s 的默认值与类型不符。") % {"key": row.get("id")}
        elif row["kind"] in (ValueKind.CHOICE, ValueKind.BOOL) and row["default"] not in options:
            yield _("口径 %(key)s 的默认值不在选项之中。") % {"key": row["id"]}
        elif row["kind"] == ValueKind.JSON and set(row["default"]) != set(options):
            yield _("口径 %(key)s 的选项须逐一说明默认值的各项。") % {"key": row["id"]}
        if not row.get("text") or not row.get("issue"):
            yield _("口径 %(key)s 缺少疑义说明或默认表述。") % {"key": row.get("id")}


def _lists(fixtures: Fixtures) -> Iterator[str]:
    places = _places(fixtures)
    for row in fixtures.lists:
        yield from _periods(row["id"], [row], places)
        if not row.get("items") or not all(entry.get("id") and entry.get("label") for entry in row["items"]):
            yield _("清单 %(key)s 的条目须有编号和名称。") % {"key": row["id"]}


def _targets(fixtures: Fixtures) -> Iterator[str]:
    documents, places = {row["id"] for row in fixtures.documents}, _places(fixtures)
    for row in fixtures.targets:
        if row.get("document") not in documents or row.get("scope") not in places:
            yield _("目标 %(key)s 的文件或地区不存在。") % {"key": row["id"]}
        if row.get("kind") not in TargetKind.values:
            yield _("目标 %(key)s 的口径 %(kind)s 不在允许的范围内。") % {
                "key": row["id"],
                "kind": row.get("kind"),
            }
