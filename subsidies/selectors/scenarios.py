"""What-if: scenarios of a bureau, values that may be tried in them, and the awards they are tried on. No writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from core.actor import Actor
from core.errors import Invalid, NotVisible
from policy.book import covers, typed
from policy.law import law_on
from policy.models import Parameter, Reading
from policy.registry import Affected, affected
from policy.selectors import changes
from subsidies.enums import AwardState, Kind
from subsidies.facts import read
from subsidies.models import Award, Override, Scenario, ScenarioRun
from subsidies.permissions_scenario import may_see
from subsidies.selectors.measures import in_force
from subsidies.stacking import GENERAL, QUOTA
from subsidies.terms import COUNTIES, STACKED, Terms
from subsidies.whatif import Case, Earlier, Overlay

Target = Parameter | Reading
#: Kinds whose amount follows from figures and readings.
COMPUTES = (Kind.FIXED, Kind.CAPPED, Kind.CAPPED_RATE, Kind.PER_UNIT, Kind.MATCH, Kind.FLOOR)


def scenarios_of(actor: Actor) -> QuerySet[Scenario]:
    """Those of the bureau acted for, the newest first, with how many values they try."""
    rows = Scenario.objects.select_related("authority", "place__parent", "created_by", "proposed_by")
    rows = rows.filter(authority_id=actor.organisation_id or 0).annotate(count=Count("overrides"))
    return rows.order_by("-created_at", "-pk")


def get(actor: Actor, pk: int) -> Scenario:
    """One of them, or the same NotVisible as for a number that does not exist."""
    found = scenarios_of(actor).filter(pk=pk).first()
    if found is None or not may_see(actor, found):
        raise NotVisible.one("scenario", _("没有找到，或您无权查看。"))
    return found


def overrides_of(scenario: Scenario) -> list[Override]:
    """Its values in the order in which they were chosen, each with its change of the policy where there is one."""
    rows = scenario.overrides.select_related("parameter", "reading", "change__state_changed_by")
    return list(rows.order_by("pk"))


def last_run(scenario: Scenario) -> ScenarioRun | None:
    """The newest, finished or not."""
    return scenario.runs.select_related("started_by").first()


def last_runs(scenarios: list[Scenario]) -> dict[int, ScenarioRun]:
    """The newest finished run of each; one query, without what they found award by award."""
    rows = ScenarioRun.objects.filter(scenario__in=scenarios, finished_at__isnull=False)
    return {run.scenario_id: run for run in rows.defer("result", "values").order_by("number")}


# --- what may be tried ---


@dataclass
class Choice:
    """What may be tried of one measure or rule: names of parameters and of readings, in force in the place."""

    label: str
    parameters: list[str] = field(default_factory=list)
    readings: list[str] = field(default_factory=list)


def choices(scenario: Scenario) -> list[Choice]:
    """Measure by measure in the order of the catalogue; what several measures rest on stands with the first."""
    law = law_on(scenario.copied_on, scenario.place_id)
    by_stem: dict[str, list[str]] = defaultdict(list)
    for key in law:
        by_stem[key.partition(".")[0]].append(key)
    terms = in_force(scenario.copied_on, scenario.place_id).values()
    groups = [(one.label, rests_on(one)) for one in terms if one.kind in COMPUTES]
    if groups:
        groups.append((str(_("各项措施共同适用")), (GENERAL, QUOTA, STACKED, COUNTIES)))
    seen, found = set[str](), []
    for label, stems in groups:
        keys = [key for stem in stems for key in by_stem[stem]]
        items = [law.item(stem) for stem in stems if law.applies(stem)]
        read = [law.reading_of(key).setting for item in items for key in item.data.get("amb", ())]
        choice = Choice(label, _new(keys, seen), _new(read, seen))
        if choice.parameters or choice.readings:
            found.append(choice)
    return found


def rests_on(terms: Terms) -> tuple[str, ...]:
    """Ids of the items whose figures and readings an amount of the measure rests on by itself."""
    rule = terms.data.get("exclusive_group")
    return (terms.key, *terms.requires, *([rule] if rule else ()))


def _new(names: list[str], seen: set[str]) -> list[str]:
    found = [name for name in dict.fromkeys(names) if name not in seen]
    seen.update(found)
    return found


def target(scenario: Scenario, name: str) -> Target:
    """The parameter or reading that goes by this name and may be tried. Raises Invalid with what is wrong."""
    row = Parameter.objects.filter(key=name).first() or Reading.objects.filter(setting=name).first()
    if row is None:
        raise Invalid.one("unknown_value", _("没有这个参数或者口径。"), "name")
    found = choices(scenario)
    if not any(name in choice.parameters or name in choice.readings for choice in found):
        raise Invalid.one(
            "not_of_a_measure",
            _("“%(label)s”与%(place)s现行支持措施的金额无关，不能在这里推演。")
            % {"label": row.label, "place": scenario.place.label},
            "name",
        )
    return row


def present(scenario: Scenario, row: Target) -> Any:
    """Stored JSON of what held when the rules were copied; None where nothing did."""
    held = changes.in_force(changes.MODELS[type(row)], row, scenario.place_id, scenario.copied_on)
    return None if held is None else held.value


# --- what it is tried on ---


def overlay(place: str, values: list[Mapping[str, Any]]) -> Overlay:
    """The values of a run ({name, kind, reading, after}) as the law has them."""
    read_as = {row["name"]: typed(row["kind"], row["after"]) for row in values}
    said = {row["name"] for row in values if row["reading"]}
    return Overlay(
        place,
        {name: value for name, value in read_as.items() if name not in said},
        {name: value for name, value in read_as.items() if name in said},
    )


def awards_of(scenario: Scenario) -> QuerySet[Award]:
    """What was decided on claims of its year where its place reaches, in the order in which it was proposed."""
    rows = Award.objects.filter(state=AwardState.DECIDED, year=scenario.year).order_by("pk")
    return rows.filter(place__in=_places_within(scenario))


def _places_within(scenario: Scenario) -> list[str]:
    every = Award.objects.filter(year=scenario.year).order_by().values_list("place", flat=True).distinct()
    return [place for place in every if covers(scenario.place_id, place)]


def cases(scenario: Scenario) -> list[Case]:
    """The awards, read; one query and no objects of the models."""
    found: list[Case] = []
    names = ("pk", "amount", "organisation_id", "organisation__district__code", "asked")
    for pk, amount, unit, district, asked in awards_of(scenario).values_list(*names).iterator(500):
        earlier = tuple(_earlier(row) for row in asked["earlier"])
        found.append(_case(asked["claim"], pk, amount, earlier, unit, district or ""))
    return found


def _earlier(row: Mapping[str, Any]) -> Earlier:
    paid = Decimal(row["paid"])
    return Earlier(row["award"], _case(row["claim"], row["award"], paid), paid)


def _case(
    claim: Mapping[str, Any],
    award: int,
    decided: Decimal,
    earlier: tuple[Earlier, ...] = (),
    unit: int = 0,
    district: str = "",
) -> Case:
    """`asked["claim"]` of an award, see `computing.kept`."""
    return Case(
        award=award,
        ref=claim["ref"],
        measure=claim["measure"],
        effective=date.fromisoformat(claim["law"]["effective"]),
        on=date.fromisoformat(claim["date"]),
        place=claim["law"]["place"],
        facts={name: read(name, value) for name, value in claim["facts"].items()},
        decided=decided,
        organisation=claim["organisation"],
        entity=claim["entity"],
        earlier=earlier,
        unit=unit,
        district=claim["district"] or district,
    )


# --- publishing ---


def affected_by(scenario: Scenario, rows: list[Override]) -> Iterator[tuple[Override, list[Affected]]]:
    """Open cases that each proposed value touches; what was counted at its publication once it was published."""
    for row in rows:
        if row.change is not None:
            yield row, affected(row.change)
