"""名录对照: each cluster named in a policy, and the entity on the register that bears its name. No writes."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Prefetch

from accounts.enums import DistrictKind
from accounts.models import District
from clusters.selectors.clusters import clusters
from filings.models import Entity
from policy.enums import Section
from policy.models import Item, ItemClause


def groups(on: datetime.date) -> list[dict[str, Any]]:
    """[{label, note, clause, rows: [{key, label, place, entity, status}], found}]. A constant number of queries.

    A name matches an entity whose name contains it, the name of its place aside; where the policy names a
    city, only one of that city. It is a help for whoever looks, and says so by showing both names.
    """
    cities = dict(District.objects.filter(kind=DistrictKind.CITY).values_list("code", "label"))
    rows = clusters().select_related("district__parent__parent").prefetch_related("certificates")
    entities = list(rows.filter(registered_at__date__lte=on).order_by("name_key", "id"))
    cited = Prefetch(
        "citations", ItemClause.objects.select_related("clause__document").order_by("order"), "cited"
    )
    children = Prefetch("children", Item.objects.order_by("order", "key"), "named")
    found = Item.objects.filter(section=Section.NAMED_CLUSTER, parent=None).prefetch_related(cited, children)
    return [_group(group, entities, cities, on) for group in found]


def _group(group: Any, entities: list[Entity], cities: dict[str, str], on: datetime.date) -> dict[str, Any]:
    rows = []
    for item in group.named:
        city = str(item.data.get("city") or "")
        entity = next((e for e in entities if matches(item.label, city, cities.get(city, ""), e)), None)
        rows.append(
            {
                "key": item.key,
                "label": item.label,
                "place": cities.get(city, ""),
                "entity": entity,
                "status": entity.status_on(on) if entity else "",
            }
        )
    return {
        "key": group.key,
        "label": group.label,
        "note": group.data.get("note") or group.data.get("source_note") or "",
        "clauses": [cite.clause for cite in group.cited],
        "rows": rows,
        "found": sum(row["entity"] is not None for row in rows),
    }


def matches(label: str, city: str, city_label: str, entity: Entity) -> bool:
    """Whether an entity bears a name of the policies: 淄博市生物医药 is 淄博市生物医药产业集群."""
    if city and city not in _places(entity):
        return False
    core = label
    for prefix in (city_label, city_label.removesuffix("市")):  # data
        if prefix and core.startswith(prefix):
            core = core.removeprefix(prefix)
            break
    return bool(core) and core in entity.name


def _places(entity: Entity) -> set[str]:
    """Codes of its district and of what that lies in."""
    place: District | None = entity.district
    found = set()
    while place is not None:
        found.add(place.code)
        place = place.parent
    return found
