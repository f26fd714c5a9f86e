"""What we see: memberships, units and people, limited to what this actor may see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from accounts import credit_code
from accounts.enums import STAFF_ROLES, ChangeState, OrganisationKind, OrganisationState, Role
from accounts.models import (
    District,
    Industry,
    Invitation,
    Membership,
    Message,
    Organisation,
    RoleChange,
    User,
)
from core import clock
from core.actor import Actor
from core.errors import NotVisible

GBT4754 = "gbt4754"


def in_force(prefix: str = "") -> Q:
    """Memberships that count today."""
    today = clock.today()
    return Q(**{f"{prefix}ended_at__isnull": True, f"{prefix}since__lte": today}) & (
        Q(**{f"{prefix}until__isnull": True}) | Q(**{f"{prefix}until__gte": today})
    )


def memberships_of(user: User) -> QuerySet[Membership]:
    """The memberships of a person that count today, units in the order of their names. One query."""
    return (
        Membership.objects.filter(in_force(), user=user)
        .select_related(
            "organisation__jurisdiction", "organisation__district__parent", "organisation__district__maps_to"
        )
        .order_by("organisation__sort_key", "organisation_id", "role")
    )


def members_of(organisation: Organisation) -> QuerySet[Membership]:
    """Who belongs to a unit today and in what role."""
    return (
        Membership.objects.filter(in_force(), organisation=organisation)
        .select_related("user", "granted_by")
        .order_by("user__sort_key", "user_id", "role")
    )


def colleagues(organisation: Organisation) -> list[dict[str, Any]]:
    """People of a unit with their roles together: [{"user", "roles": [label], "until", "since"}].

    One query.
    """
    rows: dict[int, dict[str, Any]] = {}
    for row in members_of(organisation):
        entry = rows.setdefault(
            row.user_id, {"user": row.user, "roles": [], "until": row.until, "since": row.since}
        )
        entry["roles"].append(row.get_role_display())
    return list(rows.values())


def people_with_role(organisation: Organisation, *roles: str) -> QuerySet[User]:
    """Active people who hold one of ``roles`` in a unit or bureau today: whom to tell, whom to assign."""
    held = Membership.objects.filter(in_force(), organisation=organisation, role__in=roles).values("user_id")
    return User.objects.filter(is_active=True, pk__in=held).order_by("sort_key", "id")


def places_within(place: District) -> QuerySet[District]:
    """A district with everything below it: three levels, plus the zones that map to one of them."""
    return District.objects.filter(
        Q(pk=place.pk)
        | Q(parent=place)
        | Q(parent__parent=place)
        | Q(maps_to=place)
        | Q(maps_to__parent=place)
        | Q(maps_to__parent__parent=place)
    )


def bureaus_covering(place: District) -> QuerySet[Organisation]:
    """The approved bureaus in whose jurisdiction a place lies."""
    chain = {place.pk, place.parent_id, place.maps_to_id}
    if place.parent:
        chain.add(place.parent.parent_id)
    if place.maps_to:
        chain |= {place.maps_to.parent_id}
    return Organisation.objects.filter(
        kind=OrganisationKind.BUREAU, state=OrganisationState.APPROVED, jurisdiction__in=chain - {None}
    )


def organisations_visible_to(actor: Actor) -> QuerySet[Organisation]:
    """Units this actor may open: one's own; for staff those of their bureau's place; for the system all."""
    everything = Organisation.objects.select_related("district__parent", "jurisdiction")
    if actor.is_system:
        return everything
    if actor.organisation is None:
        return everything.none()
    own = Q(pk=actor.organisation_id)
    jurisdiction = actor.organisation.jurisdiction
    # An expert sees the case assigned to them, never the file of a unit.
    if jurisdiction is not None and actor.has_role(*(STAFF_ROLES - {Role.EXPERT})):
        own |= Q(district__in=places_within(jurisdiction))
    return everything.filter(own)


def registrations(
    actor: Actor, state: str = OrganisationState.PENDING, query: str = ""
) -> QuerySet[Organisation]:
    """Registrations the acting officer may decide, oldest first while they wait; by name or credit code."""
    order = ("registered_at", "id") if state == OrganisationState.PENDING else ("-decided_at", "-id")
    found = _in_charge_of(actor).filter(state=state)
    if query:
        code = credit_code.normalise(query)
        found = found.filter(Q(name__icontains=query) | Q(credit_code__startswith=code))
    return found.select_related("state_changed_by").order_by(*order)


def registration_counts(actor: Actor) -> dict[str, int]:
    """{state: how many} of the units the acting officer looks after."""
    rows = _in_charge_of(actor).order_by().values_list("state").annotate(n=Count("*"))
    return dict(rows)


def waiting_registrations(actor: Actor) -> QuerySet[Organisation]:
    """Units whose registration waits for the acting officer."""
    return _in_charge_of(actor).filter(state=OrganisationState.PENDING)


def _in_charge_of(actor: Actor) -> QuerySet[Organisation]:
    if not actor.has_role(Role.CASE_OFFICER, Role.DIVISION_HEAD, Role.DISTRICT_OFFICER):
        return Organisation.objects.none()
    return organisations_visible_to(actor).exclude(kind=OrganisationKind.BUREAU)


def organisation_for(actor: Actor, pk: int) -> Organisation:
    """One unit, or :class:`NotVisible`: the same answer for a foreign and for an unknown number."""
    found = organisations_visible_to(actor).filter(pk=pk).first()
    if found is None:
        raise NotVisible()
    return found


def organisation_by_code(code: str) -> Organisation | None:
    """The approved unit with this credit code: whoever knows the code may invite the unit."""
    return (
        Organisation.objects.filter(credit_code=credit_code.normalise(code), state=OrganisationState.APPROVED)
        .select_related("district__parent")
        .first()
    )


def bureaus_administered_by(actor: Actor) -> QuerySet[Organisation]:
    """The bureaus whose staff this administrator looks after: those inside the own jurisdiction."""
    bureaus = Organisation.objects.filter(kind=OrganisationKind.BUREAU)
    if actor.is_system:
        return bureaus
    if not actor.has_role(Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR) or not actor.organisation.jurisdiction:
        return bureaus.none()
    return bureaus.filter(jurisdiction__in=places_within(actor.organisation.jurisdiction))


def staff_memberships(actor: Actor) -> QuerySet[Membership]:
    """Staff roles in the bureaus this administrator looks after."""
    return (
        Membership.objects.filter(
            in_force(), organisation__in=bureaus_administered_by(actor), role__in=STAFF_ROLES
        )
        .select_related("user", "organisation")
        .order_by("organisation__sort_key", "user__sort_key", "user_id", "role")
    )


def staff_people(actor: Actor) -> QuerySet[User]:
    """People an administrator may give a role to: staff of those bureaus and people without any unit."""
    held = staff_memberships(actor).values("user_id")
    anywhere = Membership.objects.filter(in_force()).values("user_id")
    return User.objects.filter(Q(pk__in=held) | ~Q(pk__in=anywhere), is_active=True).order_by(
        "sort_key", "id"
    )


def people_administered_by(actor: Actor) -> QuerySet[User]:
    """People who hold a staff role in the bureaus this administrator looks after.

    Open and closed accounts.
    """
    return User.objects.filter(pk__in=staff_memberships(actor).values("user_id")).order_by("sort_key", "id")


def staff_with_roles(actor: Actor, query: str = "") -> QuerySet[User]:
    """The same people with ``held``: their staff roles in those bureaus. Two queries, whatever the number."""
    found = people_administered_by(actor)
    if query:
        found = found.filter(Q(name__icontains=query) | Q(username__icontains=query))
    return found.prefetch_related(Prefetch("memberships", queryset=staff_memberships(actor), to_attr="held"))


def role_changes(actor: Actor) -> QuerySet[RoleChange]:
    """Proposed and decided changes of staff roles in the bureaus this administrator looks after."""
    return RoleChange.objects.filter(organisation__in=bureaus_administered_by(actor)).select_related(
        "user", "organisation", "proposed_by", "state_changed_by"
    )


def waiting_role_changes(actor: Actor) -> QuerySet[RoleChange]:
    """Those that wait for a second administrator."""
    return role_changes(actor).filter(state=ChangeState.PROPOSED)


def open_invitations(organisation: Organisation) -> QuerySet[Invitation]:
    """Invitations of a unit that can still be accepted."""
    return Invitation.objects.filter(
        organisation=organisation,
        accepted_at__isnull=True,
        revoked_at__isnull=True,
        expires_at__gt=clock.now(),
    ).select_related("invited_by")


def figures_by_year(organisation: Organisation) -> dict[int, dict[str, object]]:
    """{year: {kind: OrganisationFigure}}, newest year first."""
    table: dict[int, dict[str, object]] = {}
    for figure in organisation.figures.order_by("-year", "kind").select_related("recorded_by"):
        table.setdefault(figure.year, {})[figure.kind] = figure
    return table


def industry_division(code: str) -> Industry | None:
    """The division of GB/T 4754 (``C39``) that a code of two to four digits belongs to."""
    digits = code.strip().upper().lstrip("ABCDEFGHIJKLMNOPQRST")[:2]
    if len(digits) < 2:
        return None
    return Industry.objects.filter(scheme=GBT4754, code__endswith=digits).first()


def holds_staff_role(user: User) -> bool:
    """Whether a person holds a staff role anywhere today; then the stricter login rules apply."""
    return (
        user.pk is not None
        and Membership.objects.filter(in_force(), user=user, role__in=STAFF_ROLES).exists()
    )


def roles_in(memberships: Iterable[Membership], organisation: Organisation) -> frozenset[str]:
    """The role keys among ``memberships`` that belong to ``organisation``."""
    return frozenset(m.role for m in memberships if m.organisation_id == organisation.pk)


def messages_of(actor: Actor) -> QuerySet[Message]:
    """What this person was told, in whatever unit, newest first; nothing for the public and the system."""
    return Message.objects.filter(user_id=actor.user_id) if actor.user_id else Message.objects.none()


def unread(messages: QuerySet[Message]) -> QuerySet[Message]:
    """Those that still ask for attention."""
    return messages.filter(read_at=None, dropped_at=None)


def message_counts(actor: Actor) -> dict[str, tuple[int, int]]:
    """{kind: (all, unread)} of this person's messages. One query."""
    still = Count("pk", filter=Q(read_at=None, dropped_at=None))
    rows = messages_of(actor).order_by().values("kind").annotate(total=Count("pk"), unread=still)
    return {row["kind"]: (row["total"], row["unread"]) for row in rows}
