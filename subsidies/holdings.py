"""What is held of a unit, as plain data: what it leads on the register, what its platforms recorded, what it stated. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Step:
    """A level from a day on, with the document that gave it."""

    level: str
    since: date
    document_date: date | None = None
    document_number: str = ""
    issued_by: str = ""

    @property
    def day(self) -> date:
        """The date of the document, or where none is on the register the day from which the level holds."""
        return self.document_date or self.since

    @property
    def is_documented(self) -> bool:
        """Whether the register names the document and its date: what can be compared without asking anybody."""
        return self.document_date is not None and bool(self.document_number)


@dataclass(frozen=True)
class Subject:
    """One matter a measure may be for: an entity on the register, or what somebody answered about one.

    `areas` are square metres by `SpaceKind`; `service_total` yuan of the year; `served` how many small firms were
    served in it. None: not known, which is something else than nothing. `before` are the kinds of what it grew out
    of, `linked` those it belongs to. Without steps and level it is only planned (cultivation library).
    """

    kind: str
    name: str
    place: str
    code: str = ""
    entity_id: int | None = None
    leads: bool = True
    is_valid: bool = True
    level: str = ""
    steps: tuple[Step, ...] = ()
    before: frozenset[str] = frozenset()
    linked: frozenset[str] = frozenset()
    succeeded: bool = False
    areas: Mapping[str, Decimal] = field(default_factory=dict)
    service_total: Decimal | None = None
    served: int | None = None
    instruments: int | None = None
    grade: str = ""
    grade_round: str = ""
    selected: bool = False
    provincial_subsidy: Decimal | None = None
    planned_level: str = ""

    def step(self, level: str) -> Step | None:
        """How it came to a level, the last time if it did so twice."""
        return next((one for one in reversed(self.steps) if one.level == level), None)


@dataclass(frozen=True)
class Taken:
    """An award proposed or decided, or a claim under way: of a measure, for an entity, with the facts of a year."""

    measure: str
    entity: str
    year: int
    facts: Mapping[str, Any] = field(default_factory=dict)
    amount: Decimal = Decimal(0)


@dataclass(frozen=True)
class Held:
    """Everything known of one unit. `kind` is one of the catalogue's (`enterprise`, `university`, `research_institute`).

    `stated` are facts of the unit itself (payments of the province, costs); `attested` ids of conditions that only a
    statement can meet; `year` the year the platforms' figures are of.
    """

    kind: str
    place: str
    name: str = ""
    code: str = ""
    unit_id: int | None = None
    size_class: str = ""
    subjects: tuple[Subject, ...] = ()
    stated: Mapping[str, Any] = field(default_factory=dict)
    attested: frozenset[str] = frozenset()
    taken: tuple[Taken, ...] = ()
    year: int = 0
    is_private: bool = True
