"""From a logged-in person to the :class:`core.actor.Actor` that every service takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import credit_code, selectors
from accounts.enums import REGISTRANT, STAFF_ROLES, Role
from accounts.models import Membership, Organisation, User
from core import actor as core_actor
from core.actor import Actor
from core.errors import NotAllowed
from core.http import client_ip, request_id

SESSION_KEY = "acting_in"
HEADER = "X-Organisation"


@dataclass(frozen=True)
class Choice:
    """One unit a person may act in, with the roles held there."""

    organisation: Organisation
    roles: frozenset[str]

    @property
    def is_staff(self) -> bool:
        return bool(self.roles & STAFF_ROLES)

    @property
    def role_labels(self) -> str:
        """The roles in words; for a unit that is not approved, how far its registration is."""
        if REGISTRANT in self.roles:
            return str(self.organisation.get_state_display())
        return "、".join(str(role.label) for role in Role if role in self.roles)


def memberships(user: User) -> list[Membership]:
    """What counts today, with organisation and its places loaded. One query."""
    return list(selectors.memberships_of(user))


def choices(user: User, held: Iterable[Membership] | None = None) -> list[Choice]:
    """The units a person may act in, in the order of their names."""
    rows = memberships(user) if held is None else list(held)
    units = {row.organisation_id: row.organisation for row in rows}
    return [Choice(unit, _effective(unit, selectors.roles_in(rows, unit))) for unit in units.values()]


def actor_for(
    user: User | None, organisation: Organisation | str | None = None, request: HttpRequest | None = None
) -> Actor:
    """The actor for a person, acting in ``organisation`` (instance or credit code), else in the default one.

    The default is the one chosen in the session, then the one used last, then the first. A unit the person
    does not belong to gives an actor without roles.
    """
    base = Actor.public(*_origin(request))
    if user is None or not user.is_authenticated or not user.is_active:
        return base
    offered = choices(user)
    if request is not None:
        request.actor_choices = offered  # type: ignore[attr-defined]
    if organisation is not None:
        chosen = _named(offered, organisation)
        if chosen is None and isinstance(organisation, Organisation):
            chosen = Choice(organisation, frozenset())
    else:
        chosen = _default(user, offered, request)
    if chosen is None:
        return replace(base, user=user)
    return replace(base, user=user, organisation=chosen.organisation, roles=chosen.roles)


def acting_in(actor: Actor, organisation: Organisation | None) -> Actor:
    """The same person in another unit, with the roles held there (possibly none)."""
    if actor.is_system or actor.user is None or organisation is None:
        return replace(actor, organisation=organisation)
    found = _named(choices(actor.user), organisation)
    return replace(actor, organisation=organisation, roles=found.roles if found else frozenset())


def for_object(actor: Actor, candidates: Iterable[Organisation | None]) -> Actor:
    """For the API: without a header one acts in the unit the object belongs to.

    ``candidates`` are the organisations of the object (authority, applicant, members …) in order of
    preference. The present actor is kept where it already acts in one of them or belongs to none.
    """
    units = [unit for unit in candidates if unit is not None]
    if actor.user is None or any(unit.pk == actor.organisation_id for unit in units):
        return actor
    offered = {choice.organisation.pk: choice for choice in choices(actor.user)}
    for unit in units:
        if unit.pk in offered:
            return replace(actor, organisation=unit, roles=offered[unit.pk].roles)
    return actor


def from_header(request: HttpRequest, user: User) -> Actor:
    """The actor of an API call. :class:`NotAllowed` for an ``X-Organisation`` one does not belong to."""
    code = request.headers.get(HEADER, "").strip()
    if not code:
        return actor_for(user, request=request)
    actor = actor_for(user, credit_code.normalise(code), request)
    if actor.organisation is None:
        raise NotAllowed.one(
            "not_a_member", _("您不是请求头 X-Organisation 所指单位的人员。"), "X-Organisation"
        )
    return actor


def _origin(request: HttpRequest | None) -> tuple[str, str]:
    if request is None:
        return "", ""
    return client_ip(request), request_id(request)


def _named(offered: list[Choice], organisation: Organisation | str) -> Choice | None:
    for choice in offered:
        unit = choice.organisation
        if organisation == unit.credit_code or organisation == unit:
            return choice
    return None


def _default(user: User, offered: list[Choice], request: HttpRequest | None) -> Choice | None:
    wanted = [user.last_organisation_id]
    if request is not None and hasattr(request, "session"):
        wanted.insert(0, request.session.get(SESSION_KEY))
    for pk in filter(None, wanted):
        for choice in offered:
            if choice.organisation.pk == pk:
                return choice
    return offered[0] if offered else None


def _effective(unit: Organisation, roles: frozenset[str]) -> frozenset[str]:
    """A unit that is not approved gives no rights but to look after its registration."""
    return roles if unit.is_approved else frozenset({REGISTRANT})


core_actor.register_resolver(acting_in)
