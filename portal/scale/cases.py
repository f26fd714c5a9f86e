"""Filings in every state with their members, timeline, decisions and notices."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

from django.db import models
from django.utils.translation import gettext

from accounts.enums import OrganisationKind, Role
from accounts.models import District, Organisation
from alliances.consortium import terms
from core import clock
from core.search import grams
from filings import programmes
from filings.enums import FINAL_STATES, Action, ParticipantRole, ParticipantState, State
from filings.models import Correction, Decision, Filing, FilingEvent, Notice, Participant
from filings.models.filing import REACHED, REFUSALS
from filings.programmes import Programme
from filings.workflow import WORKFLOW
from policy.law import law_on
from portal.scale import timeline, units
from portal.scale.timeline import Step
from portal.scale.units import Unit
from portal.scale.words import dice, words

Row = dict[str, Any]
Rows = dict[type[models.Model], list[Row]]
NUMBERS_FROM = 9_000_000  # above any number that will ever be given


@dataclass
class Cast:
    """Everybody and everything the filings of one run share."""

    spec: Programme
    bureau: Organisation
    now: datetime.datetime
    leads: list[Unit]
    partners: list[Unit]
    officers: list[int]
    heads: list[int]
    industries: list[str]
    limits: dict[str, int]
    months: int
    cities: dict[int, str] = field(default_factory=dict)


def cast(programme: str) -> Cast:
    """Read (and make where lacking) what the filings of a programme need."""
    spec = programmes.get(programme)
    bureau, law = units.bureau_of(spec.place), law_on(clock.today(), spec.place)
    everybody = units.units()
    near = {d.pk for d in District.objects.filter(parent__code=spec.place)}
    enterprises = [u for u in everybody if u.kind == OrganisationKind.ENTERPRISE]
    academics = [u for u in everybody if u.kind in (OrganisationKind.UNIVERSITY, OrganisationKind.INSTITUTE)]
    return Cast(
        spec=spec,
        bureau=bureau,
        now=clock.now().replace(minute=0, second=0, microsecond=0),
        leads=[u for u in enterprises if u.district_id in near] or enterprises,
        partners=enterprises + academics,
        officers=units.staff(bureau, Role.CASE_OFFICER, units.OFFICERS),
        heads=units.staff(bureau, Role.DIVISION_HEAD, units.HEADS),
        industries=list(law.list(terms.INDUSTRY_LIST).ids),
        limits={state: int(law.value(key)) for state, key in spec.procedure.limits.items() if law.value(key)},
        months=spec.longest(law),
    )


@dataclass
class Draw:
    """One filing as it was drawn, before its rows are written."""

    pk: int
    number: int
    rng: Random
    lead: Unit
    title: str
    industry: str
    state: State
    steps: list[Step]
    officer: int
    head: int

    @property
    def at(self) -> dict[State, datetime.datetime]:
        return {step.state: step.at for step in self.steps}

    @property
    def serial(self) -> int:
        return NUMBERS_FROM + self.number


def draw(pk: int, number: int, filed: bool, cast: Cast) -> Draw:
    rng, bag = dice(2, number), words()
    state = timeline.goal(rng, filed)
    return Draw(
        pk=pk,
        number=number,
        rng=rng,
        lead=rng.choice(cast.leads),
        title=bag["title"].format(
            city=cast.bureau.name[:3],
            mark=rng.choice(bag["first"]) + rng.choice(bag["second"]),
            topic=rng.choice(bag["topics"]),
        ),
        industry=rng.choice(cast.industries),
        state=state,
        steps=timeline.steps(rng, state, cast.now),
        officer=rng.choice(cast.officers),
        head=rng.choice(cast.heads),
    )


def rows_of(one: Draw, cast: Cast, rows: Rows, entity_id: int | None) -> None:
    """Add everything that belongs to one filing."""
    rows[Filing].append(_filing(one, cast, entity_id))
    rows[Participant] += _participants(one, cast)
    rows[FilingEvent] += [_event(one, step, before, cast) for before, step in _pairs(one.steps)]
    at = one.at
    if State.PROPOSED in at:
        rows[Decision].append(_decision(one, cast))
    if State.ON_NOTICE in at:
        rows[Notice].append(_notice(one, cast))
    if one.state == State.IN_CORRECTION:
        rows[Correction].append(_correction(one))


def no_rows() -> Rows:
    return defaultdict(list)


def _pairs(steps: list[Step]) -> list[tuple[Step | None, Step]]:
    return [*zip([None, *steps[:-1]], steps, strict=True)]


def _filing(one: Draw, cast: Cast, entity_id: int | None) -> Row:
    at, last = one.at, one.steps[-1]
    submitted = at.get(State.SUBMITTED)
    number = f"{cast.spec.city_code}-SL-{submitted.year}-{one.serial}" if submitted else None
    examined = State.IN_EXAMINATION in at
    return {
        "id": one.pk,
        "programme": cast.spec.key,
        "state": one.state,
        "state_changed_at": last.at,
        "state_changed_by_id": one.officer if examined else one.lead.user_id,
        "version": len(one.steps),
        "action": Action.ESTABLISH,
        "applicant_id": one.lead.pk,
        "authority_id": cast.bureau.pk,
        "district_id": one.lead.district_id,
        "entity_id": entity_id,
        "title": one.title,
        "industry": one.industry,
        "content": _content(one),
        "receipt_number": number,
        "assigned_to_id": one.officer if examined else None,
        "due_at": _due(one, cast),
        "reason": words()["texts"]["refusal"] if one.state in REFUSALS else "",
        "grams": grams(one.title, one.lead.name, one.lead.code, number or ""),
        "created_at": one.steps[0].at,
        "created_by_id": one.lead.user_id,
        "ended_at": last.at if one.state in FINAL_STATES else None,
        **dict.fromkeys(REACHED.values()),
        **{name: at[state] for state, name in reversed(REACHED.items()) if state in at},
    }


def _due(one: Draw, cast: Cast) -> datetime.datetime | None:
    limit = cast.limits.get(one.state)
    if one.state == State.ON_NOTICE:
        return clock.end_of_day(timeline.notice_ends(one.at[State.ON_NOTICE]))
    if limit is None or one.state in FINAL_STATES:
        return None
    return timeline.deadline(clock.local(one.steps[-1].at).date(), limit)


@cache
def _fixed() -> Row:
    long = words()["texts"]["long"]
    return {
        "mechanisms": dict.fromkeys(terms.MECHANISMS, long),
        "agreement": {"signed_on": "2026-01-15", "covers": list(terms.AGREEMENT_PARTS), "division": long},
        "plan": dict.fromkeys(terms.PLAN_PARTS, long),
    }


def _content(one: Draw) -> Row:
    bag = words()
    return {
        "basic": {
            "name": one.title,
            "industry": one.industry,
            "months": 36,
            "background": bag["texts"]["long"],
            "contact_name": bag["contact"],
        },
        **_fixed(),
    }


def _participants(one: Draw, cast: Cast) -> list[Row]:
    """The lead and two members; in a draft the last one has not answered yet."""
    people = {one.lead.pk: one.lead}
    for unit in one.rng.sample(cast.partners, min(2, len(cast.partners))):
        people.setdefault(unit.pk, unit)
    rows = []
    for unit in people.values():
        lead = unit is one.lead
        open_one = one.state == State.DRAFT and not lead
        academic = unit.kind != OrganisationKind.ENTERPRISE
        rows.append(
            {
                "filing_id": one.pk,
                "organisation_id": unit.pk,
                "role": ParticipantRole.LEAD
                if lead
                else ParticipantRole.ACADEMIC
                if academic
                else ParticipantRole.CHAIN_ENTERPRISE,
                "standing": ParticipantState.INVITED if open_one else ParticipantState.CONFIRMED,
                "content": {} if lead else {"member": {"basis_note": words()["texts"]["basis"]}},
                "invited_at": one.steps[0].at,
                "invited_by_id": one.lead.user_id,
                "standing_at": None if open_one else one.steps[0].at,
            }
        )
    return rows


@cache
def _label(step_name: str) -> str:
    return str(WORKFLOW[step_name].label) if step_name != "start" else gettext("开始填写")


# who acts in the timeline; the district's officer is not among the people made here
_BY_UNIT = ("submit", "withdraw")
_COMMENTS = {
    State.IN_CORRECTION: "return",
    State.WITHDRAWN: "withdrawal",
    State.NOT_RECOMMENDED: "refusal",
    State.NOT_ACCEPTED: "refusal",
    State.REJECTED: "refusal",
}


def _event(one: Draw, step: Step, before: Step | None, cast: Cast) -> Row:
    name = step.transition.name if step.transition else "start"
    by_unit = step.transition is None or name in _BY_UNIT
    district = step.state in (State.RECOMMENDED, State.NOT_RECOMMENDED)
    officer = one.head if step.state in (State.CONFIRMED, State.REJECTED) else one.officer
    comment = _COMMENTS.get(step.state)
    return {
        "filing_id": one.pk,
        "at": step.at,
        "actor_id": one.lead.user_id if by_unit else None if district else officer,
        "organisation_id": one.lead.pk if by_unit else None if district else cast.bureau.pk,
        "name": name,
        "label": _label(name),
        "source": before.state if before else "",
        "target": step.state if before else "",
        "comment": words()["texts"][comment] if comment else "",
    }


def _decision(one: Draw, cast: Cast) -> Row:
    at, bag = one.at, words()["texts"]
    confirmed, rejected = at.get(State.CONFIRMED), at.get(State.REJECTED)
    decided = confirmed or rejected
    result = Decision.Result.CONFIRMED if confirmed else Decision.Result.REJECTED
    return {
        "filing_id": one.pk,
        "months": cast.months,
        "opinion": bag["opinion"],
        "proposed_by_id": one.officer,
        "proposed_at": at[State.PROPOSED],
        "result": result if decided else Decision.Result.OPEN,
        "comment": bag["refusal"] if rejected else bag["agreed"] if confirmed else "",
        "decided_by_id": one.head if decided else None,
        "decided_at": decided,
    }


def _notice(one: Draw, cast: Cast) -> Row:
    published, filed = one.at[State.ON_NOTICE], one.at.get(State.FILED)
    return {
        "filing_id": one.pk,
        "number": f"{cast.spec.city_code}-GS-{published.year}-{one.serial}",
        "title": one.title,
        "body": {
            "programme": str(cast.spec.label),
            "name": one.title,
            "lead": one.lead.name,
            "members": [],
            "industry": one.industry,
            "months": cast.months,
            "authority": cast.bureau.name,
            "waivers": [],
        },
        "starts_on": clock.local(published).date(),
        "ends_on": timeline.notice_ends(published),
        "days": timeline.NOTICE_DAYS,
        "published_at": published,
        "published_by_id": one.officer,
        "closed_at": filed,
    }


def _correction(one: Draw) -> Row:
    return {
        "filing_id": one.pk,
        "round": 1,
        "number": 1,
        "section": "basic",
        "field": "background",
        "message": words()["texts"]["return"],
        "before": words()["texts"]["long"],
        "created_at": one.steps[-1].at,
        "created_by_id": one.officer,
    }
