"""The fixtures as plain data: read, flattened, not yet checked against each other (see `checks`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from policy.enums import Section

Row = dict[str, Any]
SRC = re.compile(r"^(?P<document>\w+) (?P<ref>\S+)(?: s(?P<sentences>\d+(?:,\d+)*))?$")


class FixtureError(Exception):
    """What is wrong with the fixtures: one sentence per line, each naming the file or id."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class Source:
    """A parsed `src`: '<document> <clause> s<sentences>'."""

    document: str
    ref: str
    sentences: tuple[int, ...]


@dataclass(frozen=True)
class ItemRow:
    """One id of the catalogue."""

    key: str
    section: Section
    label: str
    data: Row
    src: tuple[str, ...]
    parent: str | None
    provenance: str


@dataclass
class Fixtures:
    """Everything the loader writes, in the order of the files."""

    documents: list[Row] = field(default_factory=list)
    clauses: dict[str, list[Row]] = field(default_factory=dict)
    items: list[ItemRow] = field(default_factory=list)
    parameters: list[Row] = field(default_factory=list)
    readings: list[Row] = field(default_factory=list)
    lists: list[Row] = field(default_factory=list)
    targets: list[Row] = field(default_factory=list)
    places: list[Row] = field(default_factory=list)
    industries: list[Row] = field(default_factory=list)


# file → the lists in it and the section their rows belong to
ITEM_FILES: tuple[tuple[str, tuple[tuple[str, Section], ...]], ...] = (
    ("entity_types.yaml", (("levels", Section.LEVEL), ("entity_types", Section.ENTITY_TYPE))),
    ("structures.yaml", (("structures", Section.STRUCTURE),)),
    ("eligibility.yaml", (("eligibility", Section.ELIGIBILITY),)),
    ("obligations.yaml", (("obligations", Section.OBLIGATION),)),
    ("mechanisms.yaml", (("mechanisms", Section.MECHANISM),)),
    ("filing_rules.yaml", (("filing_rules", Section.FILING_RULE),)),
    ("subsidies.yaml", (("subsidies", Section.SUBSIDY), ("subsidy_rules", Section.SUBSIDY_RULE))),
    ("evaluation.yaml", (("evaluation", Section.EVALUATION), ("indicators", Section.INDICATOR))),
    ("statistics.yaml", (("statistics", Section.STATISTIC),)),
    ("targets.yaml", (("targets", Section.TARGET),)),
    ("registers.yaml", (("registers", Section.REGISTER),)),
    ("provisions.yaml", (("provisions", Section.PROVISION),)),
    (
        "instances.yaml",
        (
            ("named_instances", Section.INSTANCE),
            ("named_clusters", Section.NAMED_CLUSTER),
            ("regions", Section.REGION),
        ),
    ),
    ("responsibilities.yaml", (("responsibilities", Section.RESPONSIBILITY),)),
)
CHILDREN = {
    Section.EVALUATION: ("consequences", Section.CONSEQUENCE),
    Section.NAMED_CLUSTER: ("items", Section.NAMED_CLUSTER),
    Section.REGION: ("items", Section.REGION),
    Section.INDUSTRY: ("items", Section.INDUSTRY),
}
# Fields of a list that belong to its version, not to the item of the same id.
LIST_FIELDS = ("valid_from", "valid_until", "place", "clause", "confirmed", "note")


def parse(src: str) -> Source | None:
    """'qd2025_5 备案制度2 s1,3' → its parts; None if it is not of that form."""
    found = SRC.match(src)
    if not found:
        return None
    numbers = found["sentences"]
    return Source(
        found["document"], found["ref"], tuple(int(n) for n in numbers.split(",")) if numbers else ()
    )


def _load(path: Path) -> Mapping[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise FixtureError([_("缺少文件 %(path)s。") % {"path": path}]) from None
    except yaml.YAMLError as error:
        raise FixtureError(
            [_("%(path)s 不是有效的 YAML：%(error)s") % {"path": path, "error": error}]
        ) from None
    if not isinstance(content, dict):
        raise FixtureError([_("%(path)s 的内容应为键值结构。") % {"path": path}])
    return content


def _rows(path: Path, content: Mapping[str, Any], name: str) -> list[Row]:
    rows = content.get(name)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise FixtureError([_("%(path)s 缺少列表 %(name)s。") % {"path": path, "name": name}])
    return rows


def _items(rows: Iterable[Row], section: Section, parent: str | None = None) -> Iterator[ItemRow]:
    """An item and its children, which are items of their own."""
    for row in rows:
        data = dict(row)
        key = str(data.pop("id", ""))
        children: list[Row] = []
        if parent is None and section in CHILDREN:
            children = list(data.pop(CHILDREN[section][0], None) or [])
        yield ItemRow(
            key=key,
            section=section,
            label=str(data.pop("label", "")),
            src=tuple(data.pop("src", ())),
            provenance=str(data.pop("provenance", "seed")),
            data=data,
            parent=parent,
        )
        if children:
            yield from _items(children, CHILDREN[section][1], key)


def _responsibility_labels(items: Iterable[ItemRow], departments: Mapping[str, str]) -> Iterator[ItemRow]:
    """A 责任单位 line is named after its departments; a consequence after what it does."""
    for item in items:
        label = item.label
        if item.section == Section.RESPONSIBILITY:
            names = "、".join(departments.get(key, key) for key in item.data.get("departments", ()))
            label = _("责任单位：%(names)s") % {"names": names}
        elif item.section == Section.CONSEQUENCE and not label:
            label = f"{item.data.get('when', '')}：{item.data.get('action', '')}"
        yield ItemRow(item.key, item.section, label, item.data, item.src, item.parent, item.provenance)


def read(directory: Path) -> Fixtures:
    """Read `policy/*.yaml` and `reference/*.yaml` under a directory. Raises `FixtureError`."""
    policy, reference = directory / "policy", directory / "reference"

    def rows(folder: Path, file: str, name: str) -> list[Row]:
        path = folder / file
        return _rows(path, _load(path), name)

    departments = rows(reference, "departments.yaml", "departments")
    documents = rows(policy, "documents.yaml", "documents")
    lists = rows(policy, "lists.yaml", "lists")
    items = list(_items(departments, Section.DEPARTMENT))
    items += _items(
        [{"id": row.get("id"), "label": row.get("title"), "src": row.get("src", ())} for row in documents],
        Section.DOCUMENT,
    )
    for file, parts in ITEM_FILES:
        content = _load(policy / file)
        for name, section in parts:
            items += _items(_rows(policy / file, content, name), section)
    items += _items(
        [{key: value for key, value in row.items() if key not in LIST_FIELDS} for row in lists],
        Section.INDUSTRY,
    )
    labels = {row["id"]: row["label"] for row in departments}
    classes = _load(reference / "industries.yaml")
    return Fixtures(
        documents=documents,
        clauses=dict(_load(policy / "clauses.yaml").get("clauses") or {}),
        items=list(_responsibility_labels(items, labels)),
        parameters=rows(policy, "parameters.yaml", "parameters"),
        readings=rows(policy, "readings.yaml", "readings"),
        lists=lists,
        targets=rows(policy, "targets.yaml", "targets"),
        places=rows(reference, "districts.yaml", "districts")
        + rows(reference, "functional_zones.yaml", "functional_zones"),
        industries=[
            {**row, "scheme": classes.get("scheme", "")}
            for row in _rows(reference / "industries.yaml", classes, "industries")
        ],
    )
