"""An entity on the register without its years of papers: for what happens beside them.

entity = on_register(case)               # of the case's lead, its members on it, in 崂山区
"""

from __future__ import annotations

import datetime
import itertools
from typing import Any

from accounts.models import Organisation
from core import clock
from filings.models import Entity, EntityMember, Problem, Visit
from filings.services import problems, visits
from tests.makers.filings import Case

_numbers = itertools.count(1)


def on_register(
    case: Case, *, lead: Organisation | None = None, since: datetime.date | None = None, **facts: Any
) -> Entity:
    """Registered for three years, with the case's members."""
    number, lead = next(_numbers), lead or case.lead
    start = since or datetime.date(2025, 6, 2)
    name = facts.pop("name", f"青岛市智能传感创新联合体{number}")
    entity = Entity.objects.create(
        code=f"QD-CXLHT-2025-{number:04d}",
        kind="innovation_consortium",
        name=name,
        name_key=f"qing dao {number:04d}",
        lead=lead,
        authority=case.bureau,
        industry="qd_ai",
        district=facts.pop("district", lead.district),
        valid_from=start,
        valid_until=start.replace(year=start.year + 3) - datetime.timedelta(days=1),
        registered_at=clock.start_of_day(start),
        **facts,
    )
    for unit, role in zip((lead, *case.members), ("lead", *case.roles), strict=True):
        EntityMember.objects.create(entity=entity, organisation=unit, role=role, since=start)
    return entity


def leave(entity: Entity, unit: Organisation, on: datetime.date) -> None:
    """The unit no longer belongs from a day on."""
    row = entity.members.get(organisation=unit, until=None)
    row.until, row.left_reason = on, "业务调整"
    row.save()


def plan(case: Case, entity: Entity, *, days: int = 3, **given: Any) -> Visit:
    given = {"kind": "on_site", "visitor": case.officer, "purpose": "了解任务进展"} | given
    day = given.pop("planned_on", clock.today() + datetime.timedelta(days=days))
    return visits.plan(actor=case.actor("officer"), entity=entity, planned_on=day, **given)


def held(case: Case, entity: Entity, *, held_on: datetime.date | None = None, **given: Any) -> Visit:
    given = {
        "kind": "meeting",
        "visitor": case.officer,
        "purpose": "座谈中试需求",
        "findings": "中试线排期紧张。",
        "follow_up": "联系工信部门。",
    } | given
    day = held_on or clock.today()
    return visits.hold(actor=case.actor("officer"), entity=entity, held_on=day, **given)


def raised(case: Case, entity: Entity, actor: Any = None, title: str = "中试场地不足") -> Problem:
    return problems.raise_problem(
        actor=actor or case.actor("applicant"), entity=entity, title=title, text="现有场地只够小试。"
    )


def assigned(case: Case, problem: Problem, *, days: int = 5) -> Problem:
    return problems.assign(
        actor=case.actor("officer"),
        problem=problem,
        owner=case.officer,
        due_on=clock.today() + datetime.timedelta(days=days),
        department="工业和信息化局",
    )


def answered(case: Case, problem: Problem) -> Problem:
    row = assigned(case, problem)
    return problems.answer(actor=case.actor("officer"), problem=row, answer="已协调开放市级中试基地。")
