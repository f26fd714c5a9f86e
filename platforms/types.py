"""Every platform type of the catalogue as frozen data, in its order: read once from the fixtures of the law."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import yaml
from django.conf import settings

from accounts.enums import Level
from filings.programmes import SCIENCE
from filings.selectors.ladder import rank
from platforms.traits import TRAITS, Traits

KINDS = ("platform", "event_brand")  # the forum is a brand that the chain of platforms carries
STRUCTURE = "platform_chain_four_stage"
INCUBATION_CHAIN = "incubation_chain_four_stage"
LAYERS = "innovation_system_three_layer"
OWN_LEVELS = (Level.DISTRICT, Level.MUNICIPAL)  # decided here; the higher ones are recorded from a document
CITY_CODES = {"370300": "ZB", "370200": "QD", "370000": "SD"}
# offices that decide under their own name; districts' governments leave it to the science bureau
DECIDING = ("science_technology", "development_reform", "industry_it", "human_resources", "zone_committee")
INDUSTRIES = {"370300": "zibo_four_strong", "370200": "qingdao_10_1", "370000": "shandong_2020_strategic"}


@dataclass(frozen=True)
class Stage:
    """One of the four stages of the chain (三, 四)."""

    key: str
    label: str
    clause: str


@dataclass(frozen=True)
class PlatformType:
    """A kind of platform. `levels` from low to high; `place` is that of the departments responsible."""

    key: str
    label: str
    code: str
    stage: Stage
    levels: tuple[str, ...]
    departments: tuple[str, ...]
    place: str
    department: str
    award: bool
    functions: tuple[str, ...]
    services: tuple[str, ...]
    subtypes: tuple[str, ...]
    network: str
    note: str
    traits: Traits = field(default_factory=Traits)

    @property
    def city_code(self) -> str:
        return CITY_CODES[self.place]

    @property
    def own_levels(self) -> tuple[str, ...]:
        """Levels that can be applied for here."""
        return tuple(level for level in self.levels if level in OWN_LEVELS)

    @property
    def recorded_levels(self) -> tuple[str, ...]:
        """Levels that a higher authority gives by its own document."""
        return tuple(level for level in self.levels if level not in OWN_LEVELS)

    @property
    def industries(self) -> str:
        """The place's list of industries."""
        return INDUSTRIES[self.place]


def _fixture(folder: str, name: str) -> dict[str, Any]:
    path = settings.BASE_DIR / "fixtures" / folder / f"{name}.yaml"
    found: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return found


@cache
def structures() -> dict[str, dict[str, Any]]:
    """Chains and layers by id."""
    return {row["id"]: row for row in _fixture("policy", "structures")["structures"]}


@cache
def stages() -> dict[str, Stage]:
    """The four stages of the chain in their order."""
    rows = structures()[STRUCTURE]["stages"]
    return {row["id"]: Stage(row["id"], row["label"], row["clause"]) for row in rows}


@cache
def incubation_chain() -> tuple[str, ...]:
    """苗圃 + 孵化器 + 加速器 + 科技园区."""
    return tuple(structures()[INCUBATION_CHAIN]["stages"])


@cache
def types() -> dict[str, PlatformType]:
    """Every type by its catalogue id."""
    offices = {row["id"]: row for row in _fixture("reference", "departments")["departments"]}
    rows = [row for row in _fixture("policy", "entity_types")["entity_types"] if row["kind"] in KINDS]
    return {row["id"]: _type(row, offices) for row in rows}


def _type(row: dict[str, Any], offices: dict[str, Any]) -> PlatformType:
    own = [offices[key] for key in row["departments"]]
    first = own[0]["kind"]
    return PlatformType(
        key=row["id"],
        label=row["label"],
        code=row["code"],
        stage=stages()[row["chain_stage"]],
        levels=tuple(sorted(row["levels"], key=rank)),
        departments=tuple(row["departments"]),
        place=str(own[0]["city"]),
        department=first if first in DECIDING else SCIENCE,
        award=bool(row.get("award")),
        functions=tuple(row.get("functions", ())),
        services=tuple(row.get("services", ())),
        subtypes=tuple(row.get("subtypes", ())),
        network=row.get("network", ""),
        note=row.get("note") or row.get("definition") or "",
        traits=TRAITS[row["id"]],
    )


def of(key: str) -> PlatformType:
    """The type of a catalogue id. KeyError for what is no platform."""
    return types()[key]


def department_labels(kind: PlatformType) -> list[str]:
    """The names of the departments responsible."""
    offices = {row["id"]: row["label"] for row in _fixture("reference", "departments")["departments"]}
    return [str(offices[key]) for key in kind.departments]


def keeping(record: str) -> tuple[str, ...]:
    """Types that keep records of a kind."""
    return tuple(key for key, kind in types().items() if record in kind.traits.records)
