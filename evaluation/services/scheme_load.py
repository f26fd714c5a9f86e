"""The schemes that come with the portal: `fixtures/schemes/*.yaml`, loaded together with the law.

A second run writes nothing. A changed file becomes the next version of its key; what was published is never touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from core import audit, clock
from core.actor import Actor
from evaluation import scheme
from evaluation.enums import SchemeState
from evaluation.models import Scheme
from filings import programmes
from policy.enums import Section
from policy.models import Item
from policy.services.fixtures import FixtureError

FOLDER = "schemes"
AROUND = ("key", "label", "kinds", "rule", "source")
LIKE = "like"  # key of another file whose table is taken over, every row then a proposal


@dataclass(frozen=True)
class Ready:
    """One file, read: what a row of `Scheme` holds of it."""

    key: str
    label: str
    kinds: list[str]
    rule: str
    source: str
    tree: dict[str, Any]

    @property
    def proposed(self) -> bool:
        """Whether any of its rows is the portal's own proposal."""
        return any(row["proposed"] for part in self.tree["dimensions"] for row in part["indicators"])

    def same(self, held: Scheme) -> bool:
        """Whether the version on record says the same."""
        said = (held.label, held.kinds, held.rule, held.source, held.tree)
        return said == (self.label, self.kinds, self.rule, self.source, self.tree)


def load(directory: Path, actor: Actor) -> int:
    """Publish what differs from the newest version of its key; how many versions were written.

    Raises `FixtureError` with everything that is wrong in all files.
    """
    found, wrong = read(directory / FOLDER)
    if wrong:
        raise FixtureError(wrong)
    held = {row.key: row for row in Scheme.objects.filter(authority=None).order_by("version")}
    return sum(_publish(one, held.get(one.key), actor) for one in found)


def _publish(one: Ready, held: Scheme | None, actor: Actor) -> bool:
    if held is not None and one.same(held):
        return False
    now = clock.now()
    made = Scheme.objects.create(
        key=one.key,
        version=held.version + 1 if held else 1,
        label=one.label,
        kinds=one.kinds,
        rule=one.rule,
        source=one.source,
        proposed_default=one.proposed,
        tree=one.tree,
        standing=SchemeState.PUBLISHED,
        based_on=held,
        created_at=now,
        published_at=now,
    )
    audit.record("scheme.load", actor=actor, obj=made, detail={"key": one.key, "version": made.version})
    return True


# --- reading ---


def read(folder: Path) -> tuple[list[Ready], list[str]]:
    """Every file in the order of the names, and in sentences what is wrong; nothing where there is no folder."""
    files, wrong = _files(folder)
    kinds = {one.entity_kind for one in programmes.all_programmes() if one.registers}
    rules = set(Item.objects.filter(section=Section.EVALUATION).values_list("key", flat=True))
    found = []
    for name, data in files.items():
        doc, said = _document(name, data, files)
        said += [
            _("没有这类主体：%(kind)s") % {"kind": one} for one in data.get("kinds", ()) if one not in kinds
        ]
        if data.get("rule") not in rules:
            said.append(_("没有这项评价依据：%(rule)s") % {"rule": data.get("rule")})
        wrong += [f"{FOLDER}/{name}.yaml: {sentence}" for sentence in said]
        if not said:
            found.append(Ready(**{key: data[key] for key in AROUND}, tree=doc))
    return found, wrong


def _files(folder: Path) -> tuple[dict[str, dict[str, Any]], list[str]]:
    files, wrong = {}, []
    for path in sorted(folder.glob("*.yaml")):
        try:
            data = yaml.safe_load(path.read_text("utf-8"))
        except yaml.YAMLError:
            wrong.append(_("%(file)s 不是有效的 YAML。") % {"file": path.name})
            continue
        if not isinstance(data, dict) or data.get("key") != path.stem:
            wrong.append(_("%(file)s 的 key 应与文件名一致。") % {"file": path.name})
        elif missing := [name for name in AROUND if not data.get(name)]:
            wrong.append(_("%(file)s 缺少：%(names)s。") % {"file": path.name, "names": "、".join(missing)})
        else:
            files[path.stem] = data
    return files, wrong


def _document(
    name: str, data: Mapping[str, Any], files: Mapping[str, Mapping[str, Any]]
) -> tuple[dict[str, Any], list[str]]:
    """The document in its stored form, and what is wrong with it."""
    if LIKE not in data:
        return _parsed({key: value for key, value in data.items() if key not in AROUND})
    origin = files.get(data[LIKE])
    if origin is None or LIKE in origin:
        return {}, [_("没有可以参照的文件：%(name)s") % {"name": data[LIKE]}]
    tree, said = _document(data[LIKE], origin, files)
    return _as_proposal(tree), said


def _parsed(doc: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    said = [f"{one.field}: {one.message}" for one in scheme.problems(doc)]
    return ({}, said) if said else (scheme.as_json(scheme.parse(doc)), [])


def _as_proposal(tree: dict[str, Any]) -> dict[str, Any]:
    """The same table applied to another kind: all of it is then a proposal."""
    parts = [
        part | {"indicators": [row | {"proposed": True} for row in part["indicators"]]}
        for part in tree.get("dimensions", ())
    ]
    return tree | {"dimensions": parts}
