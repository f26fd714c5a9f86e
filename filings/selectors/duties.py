"""Duties an actor may see, whose they are, and how they stand on the calendar. No writes.

A unit sees its own. An officer of a bureau sees the bureau's and those of the units the bureau looks after; a
district officer those of the district's bureau and of the units in the district; an expert the own ones; the
auditor reads what the bureau's officers see. Nobody else sees any.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber, TruncDate
from django.utils.translation import gettext_lazy as _

from accounts.enums import RECOMMENDERS, UNIT_ROLES, Role
from accounts.permissions import Rule
from accounts.selectors import places_within
from core import clock
from core.actor import Actor
from filings import programmes
from filings.enums import DutyKind, DutyStanding
from filings.models import Duty
from filings.permissions import recommender_roles
from filings.selectors.assignment import covered_today

READERS = (Role.CASE_OFFICER, Role.DIVISION_HEAD, Role.PROVINCIAL_DRC, Role.AUDITOR)
OFFICERS = (Role.CASE_OFFICER, Role.DIVISION_HEAD, Role.PROVINCIAL_DRC, *RECOMMENDERS)
STAFF_WITH_DUTIES = (*READERS, *RECOMMENDERS, Role.EXPERT)
HAVE_DUTIES = (*UNIT_ROLES, *STAFF_WITH_DUTIES)
SOON = 7  # days ahead that the number beside the menu looks
A_DAY = 3  # duties of a day that the month shows by name

TABS: dict[str, Any] = {
    "overdue": _("逾期"),
    "today": _("今天"),
    "week": _("本周"),
    "month": _("本月"),
    "later": _("以后"),
    "done": _("已完成"),
}


def _has_duties(actor: Actor, obj: Any) -> bool:
    return actor.has_role(*HAVE_DUTIES)


has_duties = Rule(_has_duties, _("此页面供有任务的单位和工作人员使用。"))


def visible_to(actor: Actor) -> QuerySet[Duty]:
    """Every duty this actor may know of, acting as the organisation chosen."""
    if actor.organisation is None or actor.user is None:
        return Duty.objects.none()
    here = Q(organisation_id=actor.organisation_id)
    reach = Q(pk__in=[])
    if actor.has_role(*UNIT_ROLES):
        reach |= here
    if actor.has_role(*READERS):
        reach |= here | Q(authority_id=actor.organisation_id)
    if actor.has_role(*RECOMMENDERS):
        reach |= here & ~Q(kind=DutyKind.SCORE)
        reach |= _of_units_in(actor) | Q(authority_id=actor.organisation_id)
    if actor.has_role(Role.EXPERT):
        reach |= here & Q(kind=DutyKind.SCORE, person_id=actor.user_id)
    return Duty.objects.filter(reach)


def _of_units_in(actor: Actor) -> Q:
    """Of the units whose matters lie in the district of the acting bureau."""
    if actor.organisation.jurisdiction is None:
        return Q(pk__in=[])
    inside = places_within(actor.organisation.jurisdiction).values("pk")
    passes_on = recommender_roles(actor)
    keys, kinds = programmes.passed_on_by(passes_on), programmes.kinds_passed_on_by(passes_on)
    matter = Q(filing__district__in=inside, filing__programme__in=keys)
    matter |= Q(filing=None, entity__district__in=inside, entity__kind__in=kinds)
    return matter & Q(authority__isnull=False)


def is_officer(actor: Actor) -> bool:
    """Whether there are duties of others to be seen too."""
    return actor.has_role(*READERS, *RECOMMENDERS)


def acts(actor: Actor) -> bool:
    """Whether there can be duties of one's own; the auditor only reads."""
    return actor.has_role(*UNIT_ROLES, *OFFICERS, Role.EXPERT)


def own(actor: Actor, rows: QuerySet[Duty]) -> QuerySet[Duty]:
    """Of those rows, the ones this person is to see to: in a unit all of the unit's; in a bureau those of the person,
    of whom he or she covers for today, and those that are nobody's by name."""
    if actor.organisation is None or actor.user is None:
        return rows.none()
    here = Q(organisation_id=actor.organisation_id)
    if actor.has_role(*UNIT_ROLES):
        return rows.filter(here)
    mine = Q(person_id=actor.user_id) | Q(person_id__in=covered_today(actor))
    nobodys = Q(person=None, first_person=None)
    if actor.has_role(*OFFICERS):
        mine |= nobodys
    if actor.has_role(Role.DIVISION_HEAD):
        mine |= Q(first_person__isnull=False) & ~Q(first_person_id=actor.user_id)
    return rows.filter(here & mine)


def soon(actor: Actor) -> QuerySet[Duty] | None:
    """One's own that are overdue or due within a week; None for who only reads."""
    if not acts(actor):
        return None
    until = clock.end_of_day(clock.today() + datetime.timedelta(days=SOON))
    mine = own(actor, visible_to(actor))
    return mine.filter(standing=DutyStanding.OPEN, due_at__lte=until)


# --- the list ---


@dataclass(frozen=True)
class Edges:
    """The ends of today, this week (Sunday) and this month, as moments."""

    now: datetime.datetime
    today: datetime.datetime
    week: datetime.datetime
    month: datetime.datetime


def edges() -> Edges:
    """A week may run past the end of its month; then nothing is left for 本月."""
    today = clock.today()
    sunday = today + datetime.timedelta(days=6 - today.weekday())
    following = (today.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)
    last = following - datetime.timedelta(days=1)
    return Edges(
        clock.now(), clock.end_of_day(today), clock.end_of_day(sunday), clock.end_of_day(max(last, sunday))
    )


def _tab(key: str, at: Edges) -> Q:
    """What stands in a tab; together they hold everything once."""
    spans = {
        "overdue": Q(due_at__lt=at.now),
        "today": Q(due_at__gte=at.now, due_at__lte=at.today),
        "week": Q(due_at__gt=at.today, due_at__lte=at.week),
        "month": Q(due_at__gt=at.week, due_at__lte=at.month),
        "later": Q(due_at__gt=at.month),
    }
    if key == "done":
        return Q(standing=DutyStanding.DONE)
    return Q(standing=DutyStanding.OPEN) & spans[key]


def in_tab(rows: QuerySet[Duty], key: str) -> QuerySet[Duty]:
    """The rows of a tab, earliest first; what is done, newest first."""
    order = ("-done_at", "-pk") if key == "done" else ("due_at", "pk")
    return rows.filter(_tab(key, edges())).order_by(*order)


def counts(rows: QuerySet[Duty]) -> dict[str, int]:
    """{tab: how many} of the open ones, in one query."""
    at = edges()
    open_tabs = [key for key in TABS if key != "done"]
    wanted = {key: Count("pk", filter=_tab(key, at)) for key in open_tabs}
    return rows.filter(standing=DutyStanding.OPEN).order_by().aggregate(**wanted)


def of_unit(rows: QuerySet[Duty], words: str) -> QuerySet[Duty]:
    """Duties of a unit, or about what it leads or applies for, by a part of its name or by its credit code."""
    for word in words.split():
        named = Q()
        for path in ("organisation", "entity__lead", "filing__applicant"):
            named |= Q(**{f"{path}__name__icontains": word}) | Q(**{f"{path}__credit_code": word.upper()})
        rows = rows.filter(named | Q(entity__name__icontains=word) | Q(filing__title__icontains=word))
    return rows


def shown(rows: QuerySet[Duty]) -> QuerySet[Duty]:
    """With what a line shows; one query however many lines."""
    return rows.select_related(
        "organisation", "person", "entity", "filing", "filing__applicant", "entity__lead"
    )


# --- the month ---


@dataclass(frozen=True)
class DayOfDuties:
    """How many fall due on a day, and the first of them."""

    count: int
    first: list[Duty]


def by_day(
    rows: QuerySet[Duty], first: datetime.date, last: datetime.date
) -> dict[datetime.date, DayOfDuties]:
    """Open duties that fall due between two days, by day. Two queries, however many there are."""
    inside = rows.filter(
        standing=DutyStanding.OPEN,
        due_at__gte=clock.start_of_day(first),
        due_at__lte=clock.end_of_day(last),
    ).annotate(day=TruncDate("due_at", tzinfo=clock.SHANGHAI))
    numbers = dict(inside.order_by().values_list("day").annotate(n=Count("pk")))
    place = Window(RowNumber(), partition_by=F("day"), order_by=(F("due_at"), F("pk")))
    listed = shown(inside.annotate(place=place).filter(place__lte=A_DAY)).order_by("due_at", "pk")
    named: dict[datetime.date, list[Duty]] = {}
    for duty in listed:
        named.setdefault(clock.local(duty.due_at).date(), []).append(duty)
    return {day: DayOfDuties(n, named.get(day, [])) for day, n in numbers.items()}
