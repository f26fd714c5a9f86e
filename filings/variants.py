"""What a programme declares of its steps: the procedure, the experts' criteria, and variants of it by action."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.errors import Problem
from filings.hooks import Hooks
from filings.sections import Section

if TYPE_CHECKING:
    from filings.models import Entity, Filing


@dataclass(frozen=True)
class Procedure:
    """Which steps a filing passes; days are parameters of the law (`procedure.*`), not numbers here."""

    recommendation: bool = True
    review: bool = True
    notice: bool = True
    limits: dict[str, str] = field(default_factory=dict)  # state -> parameter key of its working days
    decision: bool = True  # off: what is examined is filed away, nobody proposes and confirms


@dataclass(frozen=True)
class Criterion:
    """A weighted criterion of the expert review; weights of a programme add up to 100."""

    key: str
    label: Any
    weight: int
    guide: Any = ""
    facts: tuple[str, ...] = ()  # expert conditions whose verdict this criterion gives


@dataclass(frozen=True)
class Variant:
    """What an action on an entity of the register asks, judges and carries over; the rest is as for the founding."""

    label: Any
    sections: tuple[Section, ...]
    procedure: Procedure
    judged: bool = False  # whether the programme's conditions are judged again
    carries_content: bool = False  # answers and files of the last approved proposal
    carries_members: bool = False  # the members in force, with their own sections
    carries_confirmations: bool = False  # and what they confirmed, as long as it is untouched
    prefill: Callable[[Entity, str], dict[str, Any]] | None = None  # (entity, period) -> answers
    prefilled: Any = ""  # what those answers are, in words
    guards: tuple[Callable[[Filing], Iterable[Problem]], ...] = ()  # besides those of every filing
    reviewed_when: Callable[[Filing], bool] | None = (
        None  # experts are asked although the procedure is without
    )
    summary: Any = ""
    prepare: tuple[Any, ...] = ()
    clause: str = ""  # catalogue id shown as 依据
    applies: bool = False  # without a decision: what is recorded takes effect on the register at once
    occasions: Callable[[Entity], Mapping[str, str]] | None = (
        None  # what it may be filed for now: key -> name
    )
    hooks: Hooks | None = None  # what it does in a way of its own, instead of the programme's
