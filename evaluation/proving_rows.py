"""The rows that `prove_evaluation` works on: one bureau, so many incubators, a confirmed round with its jobs queued."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from accounts.enums import Role
from accounts.models import Organisation
from accounts.pinyin import sort_key
from core import clock
from core.actor import Actor
from core.search import grams
from evaluation.enums import Occasion
from evaluation.models import InputChange, Round
from evaluation.scheme import parse
from evaluation.selectors.schemes import in_force
from evaluation.services import collecting, late, rounds, runs
from filings.enums import ParticipantRole
from filings.models import Entity, EntityMember
from subsidies.proving_rows import person, units

KIND, SCHEME = "incubator", "incubator"
DAY = datetime.timedelta(days=1)


@dataclass
class People:
    """A bureau with two people, and a unit that leads everything."""

    bureau: Organisation
    unit: Organisation
    officer: Actor
    head: Actor


def make_people() -> People:
    bureau, unit = units()
    officer, head = (
        person(role, number, bureau)
        for number, role in enumerate((Role.CASE_OFFICER, Role.DIVISION_HEAD), start=20)
    )
    return People(bureau, unit, officer, head)


def make_round(who: People, number: int, size: int) -> Round:
    """A round over `size` entities of its own, confirmed a moment ago: ratings and reports are still to be made."""
    entities = [_entity(who, f"{number}-{place}") for place in range(size)]
    today = clock.today()
    scheme = in_force(who.bureau, SCHEME)
    if scheme is None:
        raise LookupError(SCHEME)
    row = rounds.create(
        actor=who.officer,
        scheme=scheme,
        name=f"proving {number}",
        occasion=Occasion.AD_HOC,
        period_from=today - 365 * DAY,
        period_until=today,
        least_months=0,
        reports_until=today,
        checks_until=today,
        reviews_until=today,
    )
    for other in Entity.objects.filter(authority=who.bureau).exclude(pk__in=[one.pk for one in entities]):
        rounds.leave_out(actor=who.officer, round=row, entity_id=other.pk, reason="another trial")
    rounds.open_(actor=who.officer, round=row)
    Round.objects.filter(pk=row.pk).update(
        reports_until=today - DAY, checks_until=today - DAY, reviews_until=today - DAY
    )
    rounds.act(actor=who.officer, round=row, name="close_reports")
    late.confirm(actor=who.officer, round=row)
    _state_figures(row, who)
    runs.run_now(runs.start(actor=who.officer, round=row))
    rounds.act(actor=who.officer, round=row, name="accept_run", run=runs.latest(row))
    rounds.act(actor=who.officer, round=row, name="propose", comment="trial")
    return rounds.act(actor=who.head, round=row, name="confirm")


def _state_figures(row: Round, who: People) -> None:
    """Figures that differ from entity to entity, as corrections."""
    row.refresh_from_db()
    InputChange.objects.bulk_create(
        InputChange(
            subject=subject,
            code=one.code,
            after={"value": str((place * 7 + n) % 40 + 1), "source": "officer", "note": ""},
            reason="trial",
            made_by=who.officer.user,
            made_at=clock.now(),
        )
        for place, subject in enumerate(row.entities.filter(included=True))
        for n, one in enumerate(parse(row.scheme.tree).indicators)
        if one.method not in ("expert", "target")
    )
    collecting.collect(row)


def _entity(who: People, number: str) -> Entity:
    name, day = f"试验孵化器{number}", clock.today() - 800 * DAY  # data
    code = f"PR-{number}"
    made = Entity.objects.create(
        code=code,
        kind=KIND,
        name=name,
        name_key=sort_key(name),
        grams=grams(f"{name} {who.unit.name} {code}"),
        lead=who.unit,
        authority=who.bureau,
        district=who.unit.district,
        valid_from=day,
        registered_at=clock.start_of_day(day),
    )
    EntityMember.objects.create(entity=made, organisation=who.unit, role=ParticipantRole.LEAD, since=day)
    return made
