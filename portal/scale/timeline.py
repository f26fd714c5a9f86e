"""Where a filing stands and how it got there: goals, moments, events. Pure but for the calendar."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cache
from random import Random

from core import clock, workdays
from core.workflow import Transition
from filings.enums import FINAL_STATES, State
from filings.workflow import WORKFLOW

# the straight way; `in_correction` and refusals leave it
WAY = (
    State.DRAFT,
    State.SUBMITTED,
    State.RECOMMENDED,
    State.IN_EXAMINATION,
    State.ACCEPTED,
    State.IN_REVIEW,
    State.REVIEWED,
    State.PROPOSED,
    State.CONFIRMED,
    State.ON_NOTICE,
    State.FILED,
)
BRANCHES = {
    State.IN_CORRECTION: State.IN_EXAMINATION,
    State.NOT_RECOMMENDED: State.SUBMITTED,
    State.NOT_ACCEPTED: State.IN_EXAMINATION,
    State.REJECTED: State.PROPOSED,
    State.WITHDRAWN: State.RECOMMENDED,
}
# of those not filed, in hundredths
SHARES = {
    State.DRAFT: 10,
    State.SUBMITTED: 6,
    State.RECOMMENDED: 6,
    State.IN_EXAMINATION: 10,
    State.IN_CORRECTION: 8,
    State.ACCEPTED: 4,
    State.IN_REVIEW: 8,
    State.REVIEWED: 4,
    State.PROPOSED: 4,
    State.CONFIRMED: 2,
    State.ON_NOTICE: 2,
    State.NOT_RECOMMENDED: 4,
    State.NOT_ACCEPTED: 8,
    State.REJECTED: 10,
    State.WITHDRAWN: 14,
}
YEARS = 3
NOTICE_DAYS = 5


@dataclass(frozen=True)
class Step:
    """One state reached, when, and by which transition (None for the draft)."""

    state: State
    at: datetime.datetime
    transition: Transition | None


@cache
def _transition(source: State, target: State) -> Transition:
    return next(t for t in WORKFLOW.transitions if source in t.sources and t.target == target)


@cache
def _states(goal: State) -> tuple[State, ...]:
    if goal in BRANCHES:
        return (*_states(BRANCHES[goal]), goal)
    return WAY[: WAY.index(goal) + 1]


def goal(rng: Random, filed: bool) -> State:
    return State.FILED if filed else rng.choices(list(SHARES), list(SHARES.values()))[0]


def steps(rng: Random, to: State, now: datetime.datetime) -> list[Step]:
    """The way to a state: what ended is spread over three years, what is open was reached days ago."""
    days = rng.uniform(20, 365 * YEARS) if to in FINAL_STATES else min(rng.expovariate(1 / 9), 120)
    at = now - datetime.timedelta(days=days, seconds=rng.randrange(3600))
    path = _states(to)
    found = []
    for index in range(len(path) - 1, -1, -1):
        found.append(Step(path[index], at, _transition(path[index - 1], path[index]) if index else None))
        gap = 8 if path[index] == State.FILED else rng.randint(1, 5)
        at -= datetime.timedelta(days=gap, minutes=rng.randrange(480))
    return found[::-1]


@cache
def deadline(day: datetime.date, limit: int) -> datetime.datetime:
    return clock.end_of_day(workdays.add_workdays(day, limit))


def notice_ends(published: datetime.datetime) -> datetime.date:
    return clock.local(deadline(clock.local(published).date(), NOTICE_DAYS)).date()
