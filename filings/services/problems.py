"""协调困难: raised by a unit or on a visit, taken up by an owner, answered, settled by who raised it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import UNIT_ROLES
from accounts.models import Message, Organisation, User
from accounts.selectors import people_with_role
from accounts.services import notify
from core import audit, clock, workdays
from core.actor import Actor
from core.errors import NotNow, raise_if
from core.errors import Problem as Reason
from core.workflow import Effect, Transition
from filings.enums import EntityState, ProblemState
from filings.models import Entity, Problem, ProblemStep, Visit
from filings.permissions_accompany import matter_officer
from filings.permissions_entity import entity_unit
from filings.selectors.accompany import intake_days, units_of
from filings.services import duties
from filings.texts import taken
from filings.workflow_problem import PROBLEM

LIMITS = {"title": 100, "text": 3000, "department": 80, "answer": 3000, "comment": 1000}
KIND = "problem"


def raise_problem(*, actor: Actor, entity: Entity, title: str, text: str) -> Problem:
    """A unit of the entity says what it cannot solve alone. Raises NotAllowed, NotNow, Invalid."""
    entity_unit.require(actor, entity)
    return _raised(actor, entity, title, text, actor.organisation, None)


def raise_on_visit(
    *, actor: Actor, visit: Visit, raised_for: Organisation | None, title: str, text: str
) -> Problem:
    """What an officer heard on a visit, for one of the entity's units. Raises NotAllowed, NotNow, Invalid."""
    matter_officer.require(actor, visit)
    if visit.held_on is None:
        raise NotNow.one("not_held", _("请先登记走访结果，再登记走访中发现的困难。"))
    return _raised(actor, visit.entity, title, text, raised_for, visit)


def assign(
    *,
    actor: Actor,
    problem: Problem,
    owner: User | None,
    due_on: datetime.date | None,
    department: str = "",
    version: int | None = None,
) -> Problem:
    """Take it up: an owner of the bureau, a date, and the department that helps. Told to the owner."""
    given = _placed(owner, due_on, department)
    return _perform(problem, "assign", actor, given, version, tell=_tell_owner)


def reassign(
    *,
    actor: Actor,
    problem: Problem,
    owner: User | None,
    due_on: datetime.date | None,
    comment: str,
    department: str = "",
    version: int | None = None,
) -> Problem:
    """Another owner, another date, for a reason. Told to the owner."""
    given = _placed(owner, due_on, department, comment)
    return _perform(problem, "reassign", actor, given, version, tell=_tell_owner)


def answer(*, actor: Actor, problem: Problem, answer: str, version: int | None = None) -> Problem:
    """The owner, or the head of the division, answers. Told to the unit."""
    texts, found = taken({"answer": answer}, limits=LIMITS, required={"answer": _("请写明答复")})
    fields = {"answer": texts["answer"], "answered_at": clock.now(), "satisfied": None}
    given = {"answer": texts["answer"], "fields": fields, "found": found}
    return _perform(problem, "answer", actor, given, version, tell=_tell_unit)


def settle(*, actor: Actor, problem: Problem, version: int | None = None) -> Problem:
    """The unit says that it is solved."""
    given = {"fields": {"satisfied": True, "closed_at": clock.now()}}
    return _perform(problem, "settle", actor, given, version)


def reopen(*, actor: Actor, problem: Problem, comment: str, version: int | None = None) -> Problem:
    """The unit says why it is not solved; the owner has at least the days of an intake for another answer."""
    again = workdays.add_workdays(clock.today(), intake_days(problem.entity))
    due = max(problem.due_on or again, again)
    texts, found = taken({"comment": comment}, limits=LIMITS, required={})
    given = {"fields": {"satisfied": False, "due_on": due}, "found": found, **texts}
    return _perform(problem, "reopen", actor, given, version, tell=_tell_owner)


def close(*, actor: Actor, problem: Problem, version: int | None = None) -> Problem:
    """The bureau ends a problem whose unit has said nothing for the days of `procedure.problem_silence`."""
    given = {"fields": {"closed_at": clock.now()}}
    return _perform(problem, "close", actor, given, version, tell=_tell_unit)


@transaction.atomic
def _raised(
    actor: Actor, entity: Entity, title: str, text: str, unit: Organisation | None, visit: Visit | None
) -> Problem:
    required = {"title": _("请写明遇到的困难"), "text": _("请写明具体情况和诉求")}
    texts, found = taken({"title": title, "text": text}, limits=LIMITS, required=required)
    if unit is None or not units_of(entity).filter(pk=unit.pk).exists():
        found.append(Reason("raised_for", _("请选择在册的单位"), "raised_for"))
    raise_if(found)
    if entity.standing != EntityState.REGISTERED:
        words = _("“%(name)s”%(standing)s，不再受理新的困难诉求")
        raise NotNow.one("ended", words % {"name": entity.name, "standing": entity.get_standing_display()})
    made = Problem.objects.create(
        entity=entity,
        title=texts["title"],
        text=texts["text"],
        raised_for=cast(Organisation, unit),
        raised_by=actor.user,
        raised_at=clock.now(),
        state_changed_by=actor.user,
        visit=visit,
    )
    _step(made, "raise", actor, "")
    audit.record("problem.raise", actor=actor, obj=made, detail={"entity": entity.code})
    duties.sync(made)
    return made


def _placed(
    owner: User | None, due_on: datetime.date | None, department: str, comment: str = ""
) -> dict[str, Any]:
    texts, found = taken({"department": department, "comment": comment}, limits=LIMITS, required={})
    fields = {"owner": owner, "due_on": due_on, "department": texts["department"]}
    return {**fields, "fields": fields, "found": found, "comment": texts["comment"]}


def _perform(
    problem: Problem,
    name: str,
    actor: Actor,
    given: Mapping[str, Any],
    version: int | None,
    tell: Any = None,
) -> Problem:
    def after(row: Problem, transition: Transition, who: Actor, data: Mapping[str, Any]) -> None:
        _step(row, name, who, str(data.get("answer") or data["comment"]) or _whose(row, name))
        duties.sync(row)
        if tell is not None:
            tell(row)

    effect: Effect = after
    comment = str(given.get("comment", ""))
    return PROBLEM.perform(
        problem, name, actor=actor, comment=comment, data=given, effect=effect, version=version
    )


def _whose(row: Problem, name: str) -> str:
    if name != "assign" or row.due_on is None:
        return ""
    words = _("责任人%(owner)s，%(due)s前答复") % {"owner": row.owner, "due": row.due_on.isoformat()}
    return f"{words}{_('，协办部门：%(name)s') % {'name': row.department} if row.department else ''}"


def _step(row: Problem, name: str, actor: Actor, text: str) -> None:
    ProblemStep.objects.create(
        problem=row, name=name, text=text, at=clock.now(), by=actor.user, organisation=actor.organisation
    )


def _tell_owner(row: Problem) -> None:
    if row.owner is not None:
        _tell(
            row,
            row.entity.authority,
            [row.owner],
            _("请协调“%(entity)s”提出的困难") % {"entity": row.entity.name},
        )


def _tell_unit(row: Problem) -> None:
    people = people_with_role(row.raised_for, *UNIT_ROLES)
    _tell(row, row.raised_for, people, _("“%(entity)s”的困难诉求有了办理结果") % {"entity": row.entity.name})


def _tell(row: Problem, organisation: Organisation, people: Iterable[User], title: str) -> None:
    # nothing of the matter itself: what somebody finds difficult is not for the mail
    notify.tell(
        kind=KIND,
        to=list(people),
        title=title,
        text=_("请登录平台查看并办理。"),
        url=f"/filings/problems/{row.pk}/",
        about=f"problem:{row.pk}",
        organisation=organisation,
    )


def still_matters(message: Message) -> bool:
    """Before a mail: whether the owner still owes an answer, or the unit has not yet seen the end of it."""
    number = message.about.partition(":")[2]
    row = Problem.objects.filter(pk=int(number)).first() if number.isdecimal() else None
    if row is None:
        return False
    if row.owner_id == message.user_id:
        return row.state == ProblemState.ASSIGNED
    return row.state in (ProblemState.ANSWERED, ProblemState.CLOSED)
