"""Programmes as people look for them: by family and by group inside it, those of one's own place first.

Every page that offers programmes takes them from here, so that forty look the same everywhere as four.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import District
from core.actor import Actor
from core.search import normal
from filings import programmes
from filings.programmes import Programme

# What a programme belongs to that names no family of its own.
DEFAULT = "network"
FAMILY_LABELS = {
    "network": gettext_lazy("联盟、联合体和共同体"),
    "cluster": gettext_lazy("产业集群"),
    "platform": gettext_lazy("创新平台"),
    "support": gettext_lazy("支持政策"),
}
FEW = 6  # as many fit on a page as cards; more are lines under their groups


@dataclass(frozen=True)
class Group:
    """A heading inside a family, empty where it has none, and what stands under it."""

    label: str
    programmes: tuple[Programme, ...]


@dataclass(frozen=True)
class Family:
    key: str
    label: str
    groups: tuple[Group, ...]

    @property
    def programmes(self) -> tuple[Programme, ...]:
        return tuple(p for group in self.groups for p in group.programmes)

    @property
    def count(self) -> int:
        return len(self.programmes)

    @property
    def is_small(self) -> bool:
        return self.count <= FEW


@dataclass(frozen=True)
class Catalogue:
    """`here`: programmes of the place asked for, all of them where none was. `elsewhere`: the rest, by place."""

    here: tuple[Family, ...]
    elsewhere: tuple[tuple[str, tuple[Family, ...]], ...] = ()
    place: str = ""

    @property
    def count(self) -> int:
        others = sum(f.count for _place, found in self.elsewhere for f in found)
        return sum(f.count for f in self.here) + others

    @property
    def is_small(self) -> bool:
        """Whether nobody needs to search in it."""
        return self.count <= FEW


def family_of(spec: Programme) -> tuple[str, str]:
    """Key and label of the family a programme stands in."""
    key = spec.family or DEFAULT
    return key, str(spec.family_label or FAMILY_LABELS.get(key, key))


def families(specs: Iterable[Programme] | None = None) -> tuple[Family, ...]:
    """Programmes by family and group; known families first, groups and programmes in the order they were registered."""
    labels: dict[str, str] = dict.fromkeys(FAMILY_LABELS, "")
    found: dict[str, dict[str, list[Programme]]] = {}
    for spec in programmes.all_programmes() if specs is None else specs:
        key, label = family_of(spec)
        labels[key] = labels.get(key) or label
        found.setdefault(key, {}).setdefault(str(spec.group), []).append(spec)
    return tuple(
        Family(key, label, tuple(Group(name, tuple(rows)) for name, rows in found[key].items()))
        for key, label in labels.items()
        if key in found
    )


def catalogue(
    specs: Iterable[Programme] | None = None, *, place: District | None = None, text: str = ""
) -> Catalogue:
    """Programmes for a page: those whose name holds every word of `text`, those of the city of `place` first."""
    rows = [p for p in (programmes.all_programmes() if specs is None else specs) if _named(p, text)]
    city = place.city if place is not None else None
    own = [p for p in rows if city is not None and p.place == city.code]
    if city is None or not own:
        return Catalogue(families(rows))
    others = {p.place: p for p in rows if p.place != city.code}
    names = dict(District.objects.filter(code__in=others).values_list("code", "label"))
    elsewhere = tuple(
        (names.get(code, code), families(p for p in rows if p.place == code)) for code in others
    )
    return Catalogue(families(own), elsewhere, city.label)


def place_of(actor: Actor) -> District | None:
    """Where a person stands: the bureau's jurisdiction or the unit's seat."""
    unit = actor.organisation
    return (unit.jurisdiction or unit.district) if unit is not None else None


def choices(specs: Iterable[Programme] | None = None, *, value: str = "key") -> list[tuple[Any, Any]]:
    """For a select: flat while there is one family, else under headings. `value` names the field that is chosen."""
    found = families(specs)
    if len(found) == 1 and len(found[0].groups) == 1:
        return [(getattr(p, value), str(p.label)) for p in found[0].programmes]
    return [
        (
            _heading(family, group),
            [(getattr(p, value), str(p.label)) for p in group.programmes],
        )
        for family in found
        for group in family.groups
    ]


def filing_choices() -> list[tuple[Any, Any]]:
    """Everything that can be filed, also what brings nothing onto the register."""
    return choices(programmes.declared())


def kind_choices() -> list[tuple[Any, Any]]:
    """Kinds of entity, under the same headings."""
    return choices(value="entity_kind")


def _heading(family: Family, group: Group) -> str:
    if not group.label:
        return family.label
    return _("%(family)s：%(group)s") % {"family": family.label, "group": group.label}


def _named(spec: Programme, text: str) -> bool:
    name = normal(f"{spec.label} {spec.title_label} {spec.group}")
    return all(normal(word) in name for word in text.split())
