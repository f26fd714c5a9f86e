"""Visits and problems as each role reads them, and what is owed in them. No writes."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.enums import UNIT_ROLES
from accounts.models import Organisation, User
from accounts.selectors import people_with_role
from core import clock, workdays
from core.actor import Actor
from core.errors import NotVisible
from filings import programmes
from filings.enums import DutyKind, EntityState, ProblemState
from filings.models import Entity, EntityMember, Problem, Visit
from filings.models.entity import in_force
from filings.owed import Owed
from filings.periods import add_months
from filings.permissions_accompany import KEEPERS, matter_staff, problem_viewer
from filings.permissions_entity import entity_lead, entity_staff_reader
from filings.selectors.entities import as_unit, looked_after_by
from policy.law import law_on

TRACKING = "obl_qd_stb_tracking"
OPEN = (ProblemState.RAISED, ProblemState.ASSIGNED, ProblemState.ANSWERED)


# --- who -------------------------------------------------------------------------------------


def officers_of(bureau: Organisation) -> QuerySet[User]:
    """Who may visit for a bureau, own a problem, look after a candidate."""
    return people_with_role(bureau, *KEEPERS)


def units_of(entity: Entity) -> QuerySet[Organisation]:
    """The lead and the members in force today: those who may have a problem."""
    rows = EntityMember.objects.filter(in_force(clock.today()), entity=entity)
    return Organisation.objects.filter(
        Q(pk=entity.lead_id) | Q(pk__in=rows.values("organisation_id"))
    ).order_by("sort_key", "id")


def by_words(rows: QuerySet[Any], words: str, path: str, *also: str) -> QuerySet[Any]:
    """Rows whose entity (at `path`, with its underscores) has every word in its name, number or lead, or in `also`."""
    for word in words.split():
        found = Q()
        for name in (f"{path}name", f"{path}code", f"{path}lead__name", *also):
            found |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(found)
    return rows


def to_accompany(actor: Actor) -> QuerySet[Entity]:
    """Entities on the register that this actor's bureau visits."""
    if actor.organisation is None or not actor.has_role(*KEEPERS):
        return Entity.objects.none()
    rows = Entity.objects.filter(authority_id=actor.organisation.pk, standing=EntityState.REGISTERED)
    return rows.select_related("lead").order_by("name_key", "id")


def of_unit(actor: Actor) -> QuerySet[Entity]:
    """Entities on the register that this actor's unit leads or belongs to."""
    rows = as_unit(actor).filter(standing=EntityState.REGISTERED)
    return rows.select_related("lead").order_by("name_key", "id")


# --- visits ----------------------------------------------------------------------------------


def visits_on_desk(actor: Actor) -> QuerySet[Visit]:
    """Visits of the entities this actor reads as staff."""
    return Visit.objects.filter(entity__in=looked_after_by(actor)).select_related("entity", "visitor")


def visit_tab(rows: QuerySet[Visit], tab: str) -> QuerySet[Visit]:
    """`planned`, `overdue`, `held` or `called_off`, in the order of the work."""
    today = clock.today()
    waiting = rows.filter(held_on__isnull=True, called_off="")
    if tab == "planned":
        return waiting.filter(planned_on__gte=today).order_by("planned_on", "id")
    if tab == "overdue":
        return waiting.filter(planned_on__lt=today).order_by("planned_on", "id")
    if tab == "held":
        return rows.filter(held_on__isnull=False).order_by("-held_on", "-id")
    return rows.exclude(called_off="").order_by("-planned_on", "-id")


def intervals(actor: Actor) -> dict[str, tuple[int, str]]:
    """Kind of entity → months within which each is to be visited in this actor's place, and the clause."""
    found: dict[str, tuple[int, str]] = {}
    place = actor.organisation.jurisdiction if actor.organisation else None
    while place is not None:
        law = law_on(clock.today(), place.code)
        for spec in programmes.all_programmes():
            months = law.value(spec.visit_rule) if spec.visit_rule else None
            if months is not None:
                found.setdefault(spec.entity_kind, (int(months), law.cite(spec.visit_rule)))
        place = place.parent
    return found


def interval_of(actor: Actor) -> int | None:
    """The shortest of them; None where no law says so."""
    return min((months for months, _clause in intervals(actor).values()), default=None)


def interval_clause(actor: Actor) -> str:
    """The clauses they rest on."""
    return "；".join(dict.fromkeys(clause for _months, clause in intervals(actor).values()))


def _clause_of(entity: Entity) -> str:
    """The rule by which an entity of this kind is accompanied."""
    return law_on(clock.today(), entity.spec.place).cite(entity.spec.visit_rule or TRACKING)


def unvisited(actor: Actor, months: int) -> QuerySet[Entity]:
    """Entities on the register that nobody has visited for so long and nobody plans to; with `last_visit`."""
    before = add_months(clock.today(), -months)
    planned = Visit.objects.filter(entity=OuterRef("pk"), held_on__isnull=True, called_off="")
    rows = looked_after_by(actor).filter(standing=EntityState.REGISTERED, kind__in=list(intervals(actor)))
    rows = rows.filter(~Exists(planned))
    rows = rows.annotate(last_visit=Max("visits__held_on"))
    late = Q(last_visit__lt=before) | Q(last_visit__isnull=True, valid_from__lt=before)
    return (
        rows.filter(late)
        .select_related("lead", "officer")
        .order_by(F("last_visit").asc(nulls_first=True), "valid_from", "id")
    )


def get_visit(actor: Actor, pk: int) -> Visit:
    """The visit, for staff who read it; the same NotVisible for everybody else."""
    found = (
        Visit.objects.select_related(
            "entity__authority__jurisdiction", "entity__lead", "entity__district__parent", "visitor"
        )
        .filter(pk=pk)
        .first()
    )
    if found is None or not matter_staff(actor, found):
        raise NotVisible.one("visit", _("没有找到这次走访，或您无权查看。"))
    return found


def visit_rows(actor: Actor, entity: Entity) -> list[dict[str, Any]]:
    """The entity's visits: {visit, day, kind, purpose, staff}; what was found is the office's own, a unit reads the rest."""
    staff = entity_staff_reader(actor, entity)
    rows = entity.visits.select_related("visitor")
    if not staff:
        rows = rows.filter(held_on__isnull=False)
    rows = rows.order_by(F("held_on").desc(nulls_first=True), "-planned_on", "-id")
    return [
        {
            "visit": row if staff else None,
            "day": row.held_on or row.planned_on,
            "kind": row.get_kind_display(),
            "kind_key": row.kind,
            "purpose": row.purpose,
            "state": visit_state(row),
            "staff": staff,
        }
        for row in rows
    ]


def visit_state(row: Visit) -> str:
    """`held`, `called_off`, `overdue` or `planned`."""
    if row.held_on is not None:
        return "held"
    if row.called_off:
        return "called_off"
    return "overdue" if row.planned_on < clock.today() else "planned"


def visit_owed(pk: int) -> list[Owed]:
    """The visitor owes a planned visit by its day."""
    row = Visit.objects.select_related("entity").filter(pk=pk).first()
    if row is None or not row.is_planned:
        return []
    return [
        Owed(
            key="visit",
            kind=DutyKind.VISIT,
            title=_("走访“%(name)s”") % {"name": row.entity.name},
            due_at=clock.end_of_day(row.planned_on),
            organisation_id=row.entity.authority_id,
            person_id=row.visitor_id,
            opens_on=clock.local(row.created_at).date(),
            entity_id=row.entity_id,
            clause=_clause_of(row.entity),
        )
    ]


# --- problems --------------------------------------------------------------------------------


def problems_on_desk(actor: Actor) -> QuerySet[Problem]:
    """Problems of the entities this actor reads as staff."""
    rows = Problem.objects.filter(entity__in=looked_after_by(actor))
    return rows.select_related("entity", "raised_for", "owner")


def problems_of_unit(actor: Actor) -> QuerySet[Problem]:
    """A unit's own problems, and all of the entities it leads."""
    if actor.user is None or actor.organisation is None or not actor.has_role(*UNIT_ROLES):
        return Problem.objects.none()
    unit = actor.organisation_id
    rows = Problem.objects.filter(Q(raised_for_id=unit) | Q(entity__lead_id=unit))
    return rows.select_related("entity", "raised_for", "owner")


def problem_tab(rows: QuerySet[Problem], tab: str, actor: Actor) -> QuerySet[Problem]:
    """`open`, one of the states, `mine` or `overdue`; what is due first stands first."""
    narrowed = {
        "open": Q(state__in=OPEN),
        "mine": Q(owner_id=actor.user_id, state=ProblemState.ASSIGNED),
        "overdue": Q(state=ProblemState.ASSIGNED, due_on__lt=clock.today()),
    }
    rows = rows.filter(narrowed.get(tab, Q(state=tab)))
    if tab == ProblemState.CLOSED:
        return rows.order_by("-closed_at", "-id")
    return rows.order_by(F("due_on").asc(nulls_first=True), "raised_at", "id")


def get_problem(actor: Actor, pk: int) -> Problem:
    """The problem, for its unit, the lead and staff; the same NotVisible for everybody else."""
    found = (
        Problem.objects.select_related(
            "entity__authority__jurisdiction",
            "entity__lead",
            "entity__district__parent",
            "raised_for",
            "raised_by",
            "owner",
            "visit",
        )
        .filter(pk=pk)
        .first()
    )
    if found is None or not problem_viewer(actor, found):
        raise NotVisible.one("problem", _("没有找到这项困难诉求，或您无权查看。"))
    return found


def problem_rows(actor: Actor, entity: Entity) -> list[Problem]:
    """The entity's problems: all for staff and the lead, its own for a member."""
    rows = entity.problems.select_related("entity__authority", "entity__lead", "raised_for", "owner")
    if not (entity_staff_reader(actor, entity) or entity_lead(actor, entity)):
        rows = rows.filter(raised_for_id=actor.organisation_id)
    return list(rows)


def waiting_for_unit(actor: Actor) -> QuerySet[Problem]:
    """Answers that the unit has not said yes or no to."""
    if actor.organisation is None or not actor.has_role(*UNIT_ROLES):
        return Problem.objects.none()
    return Problem.objects.filter(raised_for_id=actor.organisation_id, state=ProblemState.ANSWERED)


def waiting_for_officer(actor: Actor) -> QuerySet[Problem]:
    """Problems nobody has taken up in this bureau, and those this person is to answer."""
    if actor.organisation is None or not actor.has_role(*KEEPERS):
        return Problem.objects.none()
    ours = Q(state=ProblemState.RAISED) | Q(state=ProblemState.ASSIGNED, owner_id=actor.user_id)
    return Problem.objects.filter(ours, entity__authority_id=actor.organisation_id)


def intake_days(entity: Entity) -> int:
    """Working days in which a problem is taken up."""
    return int(law_on(clock.today(), entity.spec.place).value("procedure.problem_intake"))


def intake_until(row: Problem) -> datetime.date:
    """The last day for taking a problem up."""
    return workdays.add_workdays(clock.local(row.raised_at).date(), intake_days(row.entity))


def problem_owed(pk: int) -> list[Owed]:
    """Somebody of the bureau takes it up in a few days; its owner answers by the date set; then the unit has the word."""
    row = Problem.objects.select_related("entity").filter(pk=pk).first()
    if row is None or row.state not in (ProblemState.RAISED, ProblemState.ASSIGNED):
        return []
    taken = row.state == ProblemState.ASSIGNED
    words = _("答复“%(name)s”提出的困难") if taken else _("受理“%(name)s”提出的困难")
    day = row.due_on if taken and row.due_on else intake_until(row)
    return [
        Owed(
            key="answer" if taken else "intake",
            kind=DutyKind.PROBLEM,
            title=words % {"name": row.entity.name},
            due_at=clock.end_of_day(day),
            organisation_id=row.entity.authority_id,
            person_id=row.owner_id if taken else None,
            opens_on=clock.local(row.raised_at).date(),
            entity_id=row.entity_id,
            clause=_clause_of(row.entity),
        )
    ]
