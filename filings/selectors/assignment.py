"""Who looks after what: the officer of a district, who is away and who covers, how much each has in hand."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actors import actor_for
from accounts.enums import Role
from accounts.models import District, Membership, Organisation, User
from accounts.permissions import Rule
from accounts.selectors import colleagues, in_force, people_with_role
from core import clock
from core.actor import Actor
from filings import permissions as may
from filings.enums import FINAL_STATES, State
from filings.models import Absence, DistrictOfficer, Entity, Filing, FilingEvent
from filings.selectors.filings import districts_of

OPEN = tuple(state for state in State if state not in FINAL_STATES and state != State.DRAFT)
HANDLERS = (Role.CASE_OFFICER, Role.DIVISION_HEAD)
# by role: one of these is needed to do its work; a head may do what an officer does
COVERED_BY: dict[str, tuple[str, ...]] = {
    Role.DIVISION_HEAD: (Role.DIVISION_HEAD,),
    Role.CASE_OFFICER: HANDLERS,
    Role.DISTRICT_OFFICER: (Role.DISTRICT_OFFICER,),
    Role.MUNICIPAL_DRC: (Role.MUNICIPAL_DRC,),
}
ASSIGNED = "assigned"  # name of the event
# why somebody cannot have a case, in words about a third person
GROUNDS: tuple[tuple[Rule, str | Promise], ...] = (
    (may.case_officer, gettext_lazy("不是受理机关的经办人")),
    (may.disinterested, gettext_lazy("在参与申报的单位任职，应当回避")),
    (may.not_submitter, gettext_lazy("曾代表申报单位提交本件")),
    (may.not_recommender, gettext_lazy("曾在推荐单位推荐本件")),
    (may.not_reviewer, gettext_lazy("是本件评审组的专家")),
)


def load(authority: Organisation) -> dict[int, int]:
    """Open filings by the id of the person they are assigned to, each counted as one. One query."""
    rows = Filing.objects.filter(authority=authority, state__in=OPEN, assigned_to__isnull=False)
    return dict(rows.order_by().values_list("assigned_to_id").annotate(n=Count("*")))


def is_with_bureau(filing: Filing) -> bool:
    """Whether the bureau has the case: arrived, and not ended."""
    if filing.state == State.SUBMITTED:
        return not filing.spec.procedure.recommendation
    return filing.state in OPEN


# --- absence ---------------------------------------------------------------------------------


def on(day: date) -> Q:
    """Absences that hold on a day; one that was ended counts no longer."""
    return Q(since__lte=day, until__gte=day, ended_at=None)


def overlapping(since: date, until: date) -> Q:
    """Absences that share a day with the days from `since` to `until`."""
    return Q(since__lte=until, until__gte=since, ended_at=None)


def absences_on(organisation: Organisation, day: date) -> dict[int, Absence]:
    """Who is away that day, by person, with the cover. One query."""
    rows = Absence.objects.filter(on(day), organisation=organisation).select_related("user", "cover")
    return {row.user_id: row for row in rows}


def roles_of(user: User, organisation: Organisation) -> frozenset[str]:
    """The roles in force today."""
    return actor_for(user, organisation).roles


def uncovered(roles: Collection[str], cover: Collection[str]) -> list[str]:
    """Roles whose work the roles of a cover do not allow."""
    return [role for role, any_of in COVERED_BY.items() if role in roles and not set(any_of) & set(cover)]


def stands_in(user: User, organisation: Organisation, day: date) -> User:
    """Who does a person's work on a day: the cover while one is away, as long as the cover may do it.

    One step only: nobody covers for a cover. Notice that the cover acts under the own name.
    """
    row = (
        Absence.objects.filter(on(day), organisation=organisation, user=user).select_related("cover").first()
    )
    if row is None:
        return user
    lacking = uncovered(roles_of(user, organisation), roles_of(row.cover, organisation))
    return user if lacking else row.cover


def covered_by(user: User, organisation: Organisation, day: date) -> list[User]:
    """Whose work a person covers that day, by name."""
    rows = Absence.objects.filter(on(day), organisation=organisation, cover=user).values("user")
    return list(User.objects.filter(pk__in=rows).order_by("sort_key", "id"))


def covered_today(actor: Actor) -> QuerySet[Any]:
    """Ids of those whose work the actor covers today, as a subquery."""
    rows = Absence.objects.filter(on(clock.today()), organisation=actor.organisation)
    return rows.filter(cover=actor.user).values("user_id")


def covers_today(actor: Actor, user_id: int | None) -> bool:
    """Whether the actor covers for this person today."""
    return user_id is not None and covered_today(actor).filter(user_id=user_id).exists()


# --- whose turn it is ------------------------------------------------------------------------


def bar(person: Actor, filing: Filing) -> str:
    """Why somebody cannot have this case; empty if one can."""
    return next((str(words) for rule, words in GROUNDS if not rule(person, filing)), "")


def officer_for(
    authority: Organisation,
    district: District | None,
    *,
    filing: Filing | None = None,
    exclude: Collection[int] = (),
) -> User | None:
    """The district's officer, or who covers; else the case officer with the least in hand, ties by name.

    Nobody who is away today, lost the role, or is barred from `filing`; None where nobody is left.
    """
    for person in _in_turn(authority, district):
        if person.pk in exclude:
            continue
        actor = actor_for(person, authority)
        if bar(actor, filing) if filing is not None else not actor.has_role(*HANDLERS):
            continue
        return person
    return None


def _in_turn(authority: Organisation, district: District | None) -> Iterator[User]:
    officers = list(people_with_role(authority, Role.CASE_OFFICER))
    known, away, busy = (
        {person.pk for person in officers},
        absences_on(authority, clock.today()),
        load(authority),
    )
    keeper = district_officer(authority, district)
    if keeper is not None and keeper.pk in known:
        first = away[keeper.pk].cover if keeper.pk in away else keeper
        if first.pk not in away:
            yield first
    # sorting is stable: those with the same load stay in the order of their names
    yield from sorted((p for p in officers if p.pk not in away), key=lambda p: busy.get(p.pk, 0))


def district_officer(authority: Organisation, district: District | None) -> User | None:
    """Whom a district belongs to; a zone without an officer of its own follows the district it maps to."""
    if district is None:
        return None
    places = [district.pk, *([district.maps_to_id] if district.maps_to_id else [])]
    rows = DistrictOfficer.objects.filter(authority=authority, district__in=places).select_related("officer")
    found = {row.district_id: row.officer for row in rows}
    return next((found[place] for place in places if place in found), None)


def person_in(organisation: Organisation, username: str) -> User | None:
    """Somebody who handles cases in a bureau today, by account name."""
    return people_with_role(organisation, *HANDLERS).filter(username=username).first()


def handlers(organisation: Organisation) -> list[User]:
    """Everybody who may be given a case, by name."""
    return list(people_with_role(organisation, *HANDLERS))


# --- what the pages show ---------------------------------------------------------------------


@dataclass(frozen=True)
class Person:
    """One person of the bureau as the overview shows it."""

    user: User
    roles: list[str] = field(default_factory=list)
    load: int = 0
    districts: list[str] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)

    @property
    def away(self) -> Absence | None:
        """Today's absence."""
        today = clock.today()
        return next((row for row in self.absences if row.since <= today), None)

    @property
    def left(self) -> bool:
        """No longer in force, yet with cases."""
        return not self.roles


def people(authority: Organisation) -> list[Person]:
    """Officers and heads with load, districts and absences; then those who left and still have cases. Five queries."""
    busy = load(authority)
    absences: dict[int, list[Absence]] = {}
    for row in absences_ahead(authority):
        absences.setdefault(row.user_id, []).append(row)
    districts: dict[int, list[str]] = {}
    for place in DistrictOfficer.objects.filter(authority=authority).select_related("district"):
        districts.setdefault(place.officer_id, []).append(place.district.label)
    wanted = {str(Role(role).label) for role in HANDLERS}
    here = {
        row["user"].pk: (row["user"], [role for role in row["roles"] if role in wanted])
        for row in colleagues(authority)
        if wanted & set(row["roles"])
    }
    gone = User.objects.filter(pk__in=set(busy) - set(here)).order_by("sort_key", "id")
    everybody = [*here.values(), *((user, []) for user in gone)]
    return [
        Person(u, roles, busy.get(u.pk, 0), districts.get(u.pk, []), absences.get(u.pk, []))
        for u, roles in everybody
    ]


@dataclass(frozen=True)
class DistrictLine:
    """One district of the jurisdiction: who looks after it, and how many cases it has open."""

    district: District
    officer: User | None
    fits: bool  # the officer still is one
    cases: int


def district_lines(authority: Organisation) -> list[DistrictLine]:
    """The places below the jurisdiction with their officers. Four queries."""
    place = authority.jurisdiction
    if place is None:
        return []
    kept = {
        row.district_id: row.officer
        for row in DistrictOfficer.objects.filter(authority=authority).select_related("officer")
    }
    known = {user.pk for user in people_with_role(authority, Role.CASE_OFFICER)}
    counted = Filing.objects.filter(authority=authority, state__in=OPEN).order_by().values_list("district_id")
    cases = dict(counted.annotate(n=Count("*")))
    return [
        DistrictLine(d, kept.get(d.pk), d.pk in kept and kept[d.pk].pk in known, cases.get(d.pk, 0))
        for d in districts_of(place).order_by("code")
        if d.pk != place.pk or d.pk in kept or d.pk in cases
    ]


def contacts(authority: Organisation, words: str = "") -> QuerySet[Entity]:
    """Entities of the bureau with their contact, for the overview; `words` narrows by name, lead or contact."""
    rows = Entity.objects.filter(authority=authority, ended_on=None).select_related(
        "lead", "district", "officer"
    )
    for word in words.split():
        rows = rows.filter(
            Q(name__icontains=word) | Q(lead__name__icontains=word) | Q(officer__name__icontains=word)
        )
    return rows.order_by("district__code", "name_key", "pk")


def absences_of(user: User, organisation: Organisation) -> QuerySet[Absence]:
    """A person's absences, the newest first."""
    return (
        Absence.objects.filter(user=user, organisation=organisation)
        .select_related("cover", "created_by")
        .order_by("-since", "-pk")
    )


def absences_ahead(organisation: Organisation) -> QuerySet[Absence]:
    """Everybody's absences of today and later, the nearest first."""
    rows = Absence.objects.filter(organisation=organisation, ended_at=None, until__gte=clock.today())
    return rows.select_related("user", "cover").order_by("since", "pk")


def covers_of(user: User, organisation: Organisation) -> QuerySet[Absence]:
    """Whom a person covers, today and later."""
    rows = Absence.objects.filter(cover=user, organisation=organisation, ended_at=None)
    return rows.filter(until__gte=clock.today()).select_related("user").order_by("since", "pk")


def assigned_since(filing: Filing) -> Any:
    """When the present officer got the case; None where that was before such lines were written."""
    names = (ASSIGNED, "start_examination")
    last = FilingEvent.objects.filter(filing=filing, name__in=names).order_by("-at", "-id")
    return last.values_list("at", flat=True).first()


def officer_panel(filing: Filing, actor: Actor) -> dict[str, Any]:
    """Who has the case, since when, who covers today, and what this actor may change about it."""
    here, person = is_with_bureau(filing), filing.assigned_to
    cover = stands_in(person, filing.authority, clock.today()) if person else None
    mine = filing.assigned_to_id is not None and filing.assigned_to_id == actor.user_id
    return {
        "person": person,
        "since": assigned_since(filing) if person else None,
        "cover": cover if person and cover and cover.pk != person.pk else None,
        "may_hand": here and may.may_assign(actor, filing),
        "may_take": here and not mine and may.may_examine(actor, filing),
    }


def without_role() -> Exists:
    """Filings whose officer no longer handles cases in their bureau."""
    held = Membership.objects.filter(
        in_force(),
        user_id=OuterRef("assigned_to_id"),
        organisation_id=OuterRef("authority_id"),
        role__in=HANDLERS,
    )
    return ~Exists(held)  # type: ignore[return-value]


def label(person: User, busy: Mapping[int, int], away: Mapping[int, Absence]) -> str:
    """A person in a list to choose from, with what is in hand and who covers."""
    text = _("%(name)s（在办 %(n)s 件）") % {"name": person, "n": busy.get(person.pk, 0)}
    if person.pk in away:
        text += _(" 休假，%(cover)s 代办") % {"cover": away[person.pk].cover}
    return text
