"""Rounds for tests, driven by the real services; entities are put on the register directly.

cast = make_cast(3)                       # a bureau with two people and three incubators
row = round_of(cast)                      # set up
open_round(row, cast)                     # population frozen, figures gathered
figures(row, cast, {"S1": "5"})           # the same figures for every entity, as corrections
run = scored(row, cast)                   # run and accepted
confirmed(row, cast)                      # proposed by one, confirmed by the other, ratings recorded
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.enums import Role
from accounts.models import Organisation
from core import clock, jobs
from core.actor import Actor
from evaluation.enums import Occasion
from evaluation.models import InputChange, Round, Run, Scheme
from evaluation.scheme import parse
from evaluation.selectors import rounds as see
from evaluation.services import collecting, rounds, runs
from filings.models import Entity
from tests.makers.accounts import act, make_bureau, make_user
from tests.makers.register import make_entity

KIND = "incubator"
BEGAN = datetime.date(2024, 1, 5)


@dataclass
class Cast:
    """A bureau, its case officer and head of division, and what it has registered."""

    bureau: Organisation
    officer: Actor
    head: Actor
    entities: list[Entity]

    @property
    def entity(self) -> Entity:
        return self.entities[0]


def make_cast(count: int = 2, *, kind: str = KIND, valid_from: datetime.date = BEGAN, **given: Any) -> Cast:
    """``count`` entities of a kind, registered in 2024 unless said otherwise."""
    bureau = make_bureau("370300")
    return Cast(
        bureau,
        act(make_user(Role.CASE_OFFICER, organisation=bureau), bureau),
        act(make_user(Role.DIVISION_HEAD, organisation=bureau), bureau),
        [make_entity(kind, valid_from=valid_from, authority=bureau, **given) for _ in range(count)],
    )


def scheme_for(kind: str = KIND) -> Scheme:
    """The scheme that came with the portal for a kind."""
    return Scheme.objects.filter(kinds__contains=[kind], authority=None).latest("version")


def round_of(cast: Cast, *, scheme: Scheme | None = None, **given: Any) -> Round:
    """A draft about the year before."""
    today = clock.today()
    year = today.year - 1
    facts: dict[str, Any] = {
        "name": f"{year} 年度绩效评价",
        "occasion": Occasion.YEARLY,
        "period_from": datetime.date(year, 1, 1),
        "period_until": datetime.date(year, 12, 31),
        "reports_until": today + datetime.timedelta(days=20),
        "checks_until": today + datetime.timedelta(days=30),
        "reviews_until": today + datetime.timedelta(days=40),
    }
    chosen = scheme or scheme_for(cast.entity.kind)
    return rounds.create(actor=cast.officer, scheme=chosen, **(facts | given))


def open_round(row: Round, cast: Cast) -> Round:
    """Frozen, told and gathered."""
    moved = rounds.open_(actor=cast.officer, round=row)
    jobs.run_pending()
    return moved


def close_reports(row: Round, cast: Cast, frozen: Any) -> Round:
    """The deadline passes; figures are checked from here on.

    Nobody hands in anything here, and no test but those of ``test_late`` is about the points that this costs.
    """
    frozen.at(clock.start_of_day(row.reports_until + datetime.timedelta(days=1)))
    moved = rounds.act(actor=cast.officer, round=row, name="close_reports")
    see.late(row).delete()
    jobs.run_pending()
    return moved


def figures(row: Round, cast: Cast, values: Mapping[str, Any] | None = None, *, full: bool = True) -> None:
    """A figure for every indicator of every entity, as the officer's corrections; without experts."""
    doc = parse(row.scheme.tree)
    InputChange.objects.bulk_create(
        InputChange(
            subject=subject,
            code=one.code,
            after={
                "value": (values or {}).get(one.code, "1000" if full else "0"),
                "source": "officer",
                "note": "",
            }
            | ({"target": "1000"} if one.method == "target" else {}),
            reason="核对台账",
            made_by=cast.officer.user,
            made_at=clock.now(),
        )
        for subject in row.entities.filter(included=True)
        for one in doc.indicators
        if one.method != "expert"
    )
    collecting.collect(row)


def run_of(row: Round, cast: Cast, *, trial: bool = False) -> Run:
    """One run, finished."""
    made = runs.start(actor=cast.officer, round=row, trial=trial)
    jobs.run_pending()
    made.refresh_from_db()
    return made


def scored(row: Round, cast: Cast) -> Run:
    """A run, accepted."""
    made = run_of(row, cast)
    rounds.act(actor=cast.officer, round=row, name="accept_run", run=made)
    return made


def confirmed(row: Round, cast: Cast) -> Round:
    """Proposed by the officer, confirmed by the head, consequences recorded."""
    rounds.act(actor=cast.officer, round=row, name="propose", comment="按评分结果拟定等次。")
    moved = rounds.act(actor=cast.head, round=row, name="confirm")
    jobs.run_pending()
    return moved
