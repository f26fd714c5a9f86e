"""The public register: who is recognised, as of a day. Pages of it: `register_pages`; one entity: `public_entity`."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Level
from accounts.models import District
from core.cached import Cached
from core.xlsx import Column
from filings import programmes
from filings.enums import HistoryKind
from filings.models import Entity, HistoryLine, RegisterPeriod
from filings.presentation.entity import STATUS_LABELS
from filings.programmes import Programme
from filings.selectors.entity_list import by_words
from filings.selectors.filings import districts_of
from filings.words import LEAD
from policy.enums import Section
from policy.models import Item

# Columns of an export, as `public_row` names them.
COLUMNS = (
    Column("code", gettext_lazy("登记编号"), width=20),
    Column("name", gettext_lazy("名称"), width=40),
    Column("kind_label", gettext_lazy("类别"), width=20),
    Column("level_label", gettext_lazy("级别"), width=10),
    Column("lead", gettext_lazy("牵头或依托单位"), width=36),
    Column("district", gettext_lazy("登记地"), width=18),
    Column("industry_label", gettext_lazy("产业领域"), width=20),
    Column("valid_from", gettext_lazy("有效期起"), "date", 12),
    Column("valid_until", gettext_lazy("有效期止"), "date", 12, gettext_lazy("空白为长期有效")),
    Column("status_label", gettext_lazy("状态"), width=10),
    Column("origin_label", gettext_lazy("登记方式"), width=16),
)


@dataclass(frozen=True)
class Query:
    """What a visitor asked for; empty fields do not narrow. `district` may be a province, a city, a district or a zone."""

    text: str = ""
    kind: str = ""
    district: str = ""
    industry: str = ""
    status: str = ""
    level: str = ""


# --- rows ------------------------------------------------------------------------------------


def in_period(on: datetime.date, prefix: str = "") -> Q:
    """Periods that hold on a day: of each entity one, or none before it was registered."""
    open_ended = Q(**{f"{prefix}until__isnull": True}) | Q(**{f"{prefix}until__gt": on})
    return Q(**{f"{prefix}since__lte": on}) & open_ended


def facets(query: Query, prefix: str = "") -> Q:
    """The filters beside the text, each an equality wherever one place is meant."""
    found = Q()
    for name in ("kind", "industry", "status", "level"):
        if value := getattr(query, name):
            found &= Q(**{f"{prefix}{name}": value})
    return found & _place(query.district, prefix) if query.district else found


def _place(code: str, prefix: str) -> Q:
    place = District.objects.select_related("parent").filter(code=code).first()
    if place is None:
        return Q(pk__in=[])
    if place.city == place:
        return Q(**{f"{prefix}city": place.pk})
    inside = list(districts_of(place).values_list("pk", flat=True))
    return Q(**{f"{prefix}district": inside[0]} if len(inside) == 1 else {f"{prefix}district__in": inside})


def periods(query: Query, on: datetime.date) -> QuerySet[RegisterPeriod]:
    """The register as of a day without its text filter, in the order of names."""
    return RegisterPeriod.objects.filter(in_period(on), facets(query)).order_by("name_key", "entity_id")


def register_rows(query: Query, on: datetime.date) -> QuerySet[Entity]:
    """Every entity on the register on a day, in the order of names; with `day_level` and `day_status` of that day.

    For what reads them all. A page of a large register comes from `register_pages.page_of`.
    """
    entities: Any = Entity.objects  # a relation named here is unknown to the types
    rows = entities.select_related("lead", "district__parent").annotate(
        day=FilteredRelation("periods", condition=in_period(on, "periods__")),
        day_level=F("day__level"),
        day_status=F("day__status"),
    )
    there = Q(day__isnull=False) & facets(query, "day__")
    found: Any = by_words(rows.filter(there), query.text)
    return cast(QuerySet[Entity], found.order_by("day__name_key", "pk"))


# --- words -----------------------------------------------------------------------------------


def spec_of(kind: str) -> Programme | None:
    """The programme that registers entities of a kind, None where it is not declared here (any more)."""
    return next((p for p in programmes.all_programmes() if p.entity_kind == kind), None)


def kinds() -> dict[str, str]:
    """Kinds of entity this portal registers, by the programme that leads there."""
    return {p.entity_kind: str(p.label) for p in programmes.all_programmes()}


def industries() -> dict[str, str]:
    """Industries an entity may carry; programmes that ask by the same form are asked once."""
    found: dict[str, str] = {}
    seen: set[Any] = set()
    for programme in programmes.all_programmes():
        section = programme.section(programme.industry_field[0])
        form = section.form if section else None
        if (form, programme.industry_field) not in seen:
            seen.add((form, programme.industry_field))
            found |= programme.industries()
    return found


def _catalogue_labels() -> dict[str, str]:
    rows = Item.objects.filter(section__in=(Section.ENTITY_TYPE, Section.INDUSTRY))
    return dict(rows.values_list("key", "label"))


catalogue_labels = Cached(_catalogue_labels)


def kind_label(kind: str) -> str:
    spec = spec_of(kind)
    return str(spec.label) if spec else catalogue_labels().get(kind, kind)


def industry_label(industry: str, names: dict[str, str] | None) -> str:
    if not industry:
        return ""
    return (names or {}).get(industry) or catalogue_labels().get(industry, industry)


def origin_label(entity: Entity) -> str:
    """登记方式; what was loaded says whether the unit has confirmed it."""
    if entity.origin != "load":
        return str(entity.get_origin_display())
    return _("名录导入，单位已确认") if entity.confirmed_at else _("名录导入，待单位确认")


def on_day(entity: Entity, on: datetime.date) -> tuple[str, str]:
    """Level and status on a day; before the first one, the first level."""
    if hasattr(entity, "day_status"):
        return entity.day_level, entity.day_status  # type: ignore[attr-defined]
    told = entity.periods.order_by("since").values_list("level", "status")
    found = told.filter(since__lte=on).last()
    if found is not None:
        return found[0], found[1]
    first = told.first()
    return (first[0] if first else entity.level), "upcoming"


def public_row(entity: Entity, on: datetime.date, names: dict[str, str] | None = None) -> dict[str, Any]:
    """One line of the register: these fields and no others are public.

    Level and status are those of the day; name, unit and industry those of today. `name_on_day` and `lead_on_day`
    are what they were called then, where `names_then` was asked.
    """
    level, status = on_day(entity, on)
    spec = spec_of(entity.kind)
    return {
        "code": entity.code,
        "name": entity.name,
        "name_on_day": getattr(entity, "name_then", entity.name),
        "kind": entity.kind,
        "kind_label": kind_label(entity.kind),
        "level": level,
        "level_label": str(Level(level).label),
        "lead": entity.lead.name,
        "lead_on_day": getattr(entity, "lead_then", entity.lead.name),
        "lead_label": str(spec.words.lead if spec else LEAD),
        "district": entity.district.path_label,
        "industry": entity.industry,
        "industry_label": industry_label(entity.industry, names),
        "valid_from": entity.valid_from,
        "valid_until": entity.valid_until,
        "status": status,
        "status_label": str(STATUS_LABELS[status]),
        "origin": entity.origin,
        "origin_label": origin_label(entity),
        "is_confirmed": entity.origin != "load" or entity.confirmed_at is not None,
        "is_sample": entity.is_sample,
    }


def names_then(rows: Iterable[Entity], on: datetime.date) -> None:
    """Give rows `name_then` and `lead_then` where a later change renamed them. One query."""
    kept = {row.pk: row for row in rows}
    attributes = {HistoryKind.RENAMED: "name_then", HistoryKind.LEAD_CHANGED: "lead_then"}
    later = HistoryLine.objects.filter(entity__in=kept, kind__in=attributes, on__gt=on)
    for line in later.order_by("-on", "-pk"):  # the earliest change after the day is written last
        before = line.data.get("from")
        if before:
            setattr(kept[line.entity_id], attributes[HistoryKind(line.kind)], str(before))
