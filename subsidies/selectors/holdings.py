"""What the portal holds of units, read for many at once in a fixed number of queries. No writes.

`held_by(units, on)` is everything, for the unit itself and for the officers in charge. `public_holding(code, on)` is what
the public register shows of the matters a credit code stands behind: kinds, levels with their documents, links and
grades; nothing that a unit recorded, stated or was granted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, Q, QuerySet, When

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from core import clock
from filings.enums import EntityState, State
from filings.models import Entity, EntityLevel, EntityLink, EntityMember, Filing, Rating
from filings.models.entity import in_force
from filings.models.filing import ENDS_UNHAPPILY
from platforms import arithmetic as sums
from platforms.enums import MSME, Construction
from platforms.models import CultivationEntry, Instrument, Service, Space
from platforms.selectors.figures import SERVICE_BASIS, SPACE_BASIS
from policy.law import Law, law_on
from subsidies.enums import COUNTS, AwardState, SpaceKind
from subsidies.holdings import Held, Step, Subject, Taken

KINDS: dict[str, str] = {
    OrganisationKind.ENTERPRISE: "enterprise",
    OrganisationKind.UNIVERSITY: "university",
    OrganisationKind.INSTITUTE: "research_institute",
    OrganisationKind.ASSOCIATION: "industry_association",
    OrganisationKind.AGENCY: "service_institution",
}
BUILT = {
    Construction.NEW.value: SpaceKind.NEW.value,
    Construction.REBUILT.value: SpaceKind.RENOVATION.value,
    Construction.EXTENDED.value: SpaceKind.EXTENSION.value,
}
CLAIMS = "support_claim"
INCUBATORS, SHARING, SERVING = "incubator", "instrument_sharing_unit", "public_tech_service_platform"


def held_by(units: Iterable[Organisation], on: date) -> list[Held]:
    """Everything held of some units, in their order."""
    wanted = list(units)
    ids = {unit.pk for unit in wanted}
    subjects = _recorded(_subjects(_led(ids), _joined(ids, on), on), on)
    planned, taken = _planned(wanted), _taken(ids)
    return [
        replace(
            _held(unit, on, (*subjects.get(unit.pk, ()), *planned.get(unit.pk, ()))),
            taken=tuple(taken.get(unit.pk, ())),
        )
        for unit in wanted
    ]


def public_holding(code: str, on: date) -> Held | None:
    """What the public register shows of a unit; None where nothing on it stands behind the code."""
    unit = Organisation.objects.select_related("district").filter(credit_code=code).first()
    if unit is None:
        return None
    ids = {unit.pk}
    subjects = tuple(_subjects(_led(ids), _joined(ids, on), on).get(unit.pk, ()))
    if not subjects:
        return None
    return replace(_held(unit, on, subjects), size_class="", is_private=False)


def _held(unit: Organisation, on: date, subjects: tuple[Subject, ...]) -> Held:
    return Held(
        kind=KINDS.get(unit.kind, unit.kind),
        place=unit.district.code,
        name=unit.name,
        code=unit.credit_code,
        unit_id=unit.pk,
        size_class=unit.size_class,
        subjects=subjects,
        year=on.year,
    )


def _led(ids: set[int]) -> QuerySet[Entity]:
    """What units lead and what has not ended."""
    rows = Entity.objects.filter(lead__in=ids, standing=EntityState.REGISTERED)
    return rows.select_related("district").prefetch_related("certificates").order_by("pk")


def _joined(ids: set[int], on: date) -> QuerySet[EntityMember]:
    """Where units are members of what others lead."""
    rows = EntityMember.objects.filter(in_force(on), organisation__in=ids)
    rows = rows.filter(entity__standing=EntityState.REGISTERED).exclude(entity__lead__in=ids)
    return rows.select_related("entity__district").prefetch_related("entity__certificates").order_by("pk")


def _subjects(led: QuerySet[Entity], joined: QuerySet[EntityMember], on: date) -> dict[int, list[Subject]]:
    """{unit: what it leads and belongs to}, with levels, links and the latest grade. Seven queries."""
    own, others = list(led), list(joined)
    entities = {entity.pk: entity for entity in (*own, *(row.entity for row in others))}
    steps = _steps(entities, on)
    before, linked, succeeded = _links(entities, on)
    grades = _grades(entities, on)

    def subject(entity: Entity, leads: bool) -> Subject:
        grade = grades.get(entity.pk)
        return Subject(
            kind=entity.kind,
            name=entity.name,
            place=entity.district.code,
            code=entity.code,
            entity_id=entity.pk,
            leads=leads,
            is_valid=entity.status_on(on) in ("valid", "upcoming"),
            level=entity.level,
            steps=steps.get(entity.pk, ()),
            before=frozenset(before[entity.pk]),
            linked=frozenset(linked[entity.pk]),
            succeeded=entity.pk in succeeded,
            grade=grade.grade if grade else "",
            grade_round=grade.round if grade else "",
        )

    found: dict[int, list[Subject]] = defaultdict(list)
    for entity in own:
        found[entity.lead_id].append(subject(entity, leads=True))
    for row in others:
        found[row.organisation_id].append(subject(row.entity, leads=False))
    return found


def _steps(entities: Mapping[int, Entity], on: date) -> dict[int, tuple[Step, ...]]:
    found: dict[int, list[Step]] = defaultdict(list)
    rows = EntityLevel.objects.filter(entity__in=entities, since__lte=on).order_by("since", "pk")
    for row in rows:
        made = Step(row.level, row.since, row.document_date, row.document_number, row.issued_by)
        found[row.entity_id].append(made)
    return {pk: tuple(steps) for pk, steps in found.items()}


def _links(
    entities: Mapping[int, Entity], on: date
) -> tuple[dict[int, set[str]], dict[int, set[str]], set[int]]:
    """Kinds of what each grew out of, kinds of what it belongs to, and which have been succeeded by another."""
    before: dict[int, set[str]] = defaultdict(set)
    linked: dict[int, set[str]] = defaultdict(set)
    succeeded: set[int] = set()
    rows = EntityLink.objects.filter(Q(source__in=entities) | Q(target__in=entities), in_force(on))
    for kind, source, target, target_kind in rows.values_list(
        "kind", "source_id", "target_id", "target__kind"
    ):
        if kind == EntityLink.Kind.PREDECESSOR:
            before[source].add(target_kind)
            succeeded.add(target)
        else:
            linked[source].add(target_kind)
    return before, linked, succeeded


def _grades(entities: Mapping[int, Entity], on: date) -> dict[int, Rating]:
    """The latest confirmed rating of this year or the last; older ones say nothing about a yearly award."""
    rows = Rating.objects.filter(
        entity__in=entities,
        confirmed_at__lte=clock.end_of_day(on),
        superseded_by=None,
        rated_on__gte=date(on.year - 1, 1, 1),
    )
    return {row.entity_id: row for row in rows.order_by("rated_on", "pk")}


# --- what platforms recorded: for the unit itself and for officers only ---


def _recorded(subjects: dict[int, list[Subject]], on: date) -> dict[int, list[Subject]]:
    """The same with areas, services and instruments of what the units lead. Three queries."""
    led = {one.entity_id: one for rows in subjects.values() for one in rows if one.leads}
    if not led:
        return subjects
    laws = {one.place: law_on(on, one.place) for one in led.values()}
    areas = _areas(led, laws, on)
    services = _services(led)
    instruments = _instruments(led, on)

    def more(one: Subject) -> Subject:
        if not one.leads or one.entity_id is None:
            return one
        found: dict[str, Any] = {}
        if one.kind == INCUBATORS:
            found["areas"] = areas.get(one.entity_id, {})
        if one.kind in (SHARING, SERVING):
            rows = services.get(one.entity_id, [])
            basis = str(laws[one.place].reading(SERVICE_BASIS))
            found["service_total"] = sums.service_total(rows, on.year, basis)
            found["served"] = sums.clients(rows, on.year, MSME)
            found["instruments"] = instruments.get(one.entity_id, 0)
        return replace(one, **found)

    return {unit: [more(one) for one in rows] for unit, rows in subjects.items()}


def _areas(led: Mapping[Any, Subject], laws: Mapping[str, Law], on: date) -> dict[int, dict[str, Decimal]]:
    fields = ("entity_id", "construction", "built_area", "usable_area", "dedicated_area", "accepted_on")
    rows: dict[int, list[sums.Area]] = defaultdict(list)
    for pk, *values in Space.objects.filter(entity__in=list(led), struck_at=None).values_list(*fields):
        rows[pk].append(sums.Area(*values))
    found = {}
    for pk, spaces in rows.items():
        basis = str(laws[led[pk].place].reading(SPACE_BASIS))
        found[pk] = {BUILT[kind]: area for kind, area in sums.areas(spaces, basis, on).items()}
    return found


def _services(led: Iterable[Any]) -> dict[int, list[sums.Served]]:
    found: dict[int, list[sums.Served]] = defaultdict(list)
    for row in Service.objects.filter(entity__in=list(led), struck_at=None).order_by("pk"):
        found[row.entity_id].append(
            sums.Served(
                row.amount,
                row.served_on,
                row.paid_on,
                row.same_group,
                row.through_network,
                row.client_code or row.client,
                row.client_size,
            )
        )
    return found


def _instruments(led: Iterable[Any], on: date) -> dict[int, int]:
    rows = Instrument.objects.filter(entity__in=list(led), struck_at=None, joined_on__lte=on)
    found: dict[int, int] = defaultdict(int)
    for pk in rows.exclude(left_on__lte=on).values_list("entity_id", flat=True):
        found[pk] += 1
    return found


def _planned(units: Iterable[Organisation]) -> dict[int, list[Subject]]:
    """What is in the cultivation library without a platform yet: what it is to become."""
    places = {unit.pk: unit.district.code for unit in units}
    rows = CultivationEntry.objects.filter(organisation__in=places, left_on=None, entity=None)
    found: dict[int, list[Subject]] = defaultdict(list)
    for row in rows.order_by("pk"):
        made = Subject(
            kind=row.target_kind,
            name="",
            place=places[row.organisation_id],
            planned_level=row.target_level,
        )
        found[row.organisation_id].append(made)
    return found


def _taken(ids: set[int]) -> dict[int, list[Taken]]:
    """What units claimed, or others for what they lead now: under way or decided, nothing that came to nothing. One query.

    Amounts as a unit may know them: decided, or put on notice.
    """
    rows = Filing.objects.filter(Q(applicant__in=ids) | Q(entity__lead__in=ids), programme=CLAIMS)
    rows = rows.exclude(state__in=(State.DRAFT, *ENDS_UNHAPPILY)).exclude(award__state=AwardState.REVOKED)
    told = Q(award__state=AwardState.DECIDED) | Q(award__state__in=COUNTS, noticed_at__isnull=False)
    rows = rows.annotate(known=Case(When(told, then="award__amount")))
    columns = ("applicant_id", "entity__lead_id", "entity__code", "content", "award__year", "known")
    found: dict[int, list[Taken]] = defaultdict(list)
    for unit, lead, code, content, year, known in rows.order_by("pk").values_list(*columns):
        matter = content.get("claim") or {}
        made = Taken(
            measure=str(matter.get("measure", "")),
            entity=code or "",
            year=year or int(str(matter.get("on", ""))[:4] or 0),
            facts=content.get("facts") or {},
            amount=known or Decimal(0),
        )
        for whose in ids & {unit, lead or unit}:
            found[whose].append(made)
    return found
