"""Who acts: a person, the organisation acted for, the roles held there, and where the request came from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Actor:
    """Passed to every service.

    ``user`` and ``organisation`` are model instances of a higher app and are therefore not typed here; both
    are ``None`` for the public and for the system.  ``roles`` are the roles held in ``organisation``.
    """

    user: Any = None
    organisation: Any = None
    roles: frozenset[str] = field(default_factory=frozenset)
    ip: str = ""
    request_id: str = ""

    @classmethod
    def system(cls, request_id: str = "") -> Actor:
        """The portal itself: jobs, commands, migrations of data."""
        return cls(roles=frozenset({SYSTEM_ROLE}), request_id=request_id)

    @classmethod
    def public(cls, ip: str = "", request_id: str = "") -> Actor:
        """Somebody who is not logged in."""
        return cls(ip=ip, request_id=request_id)

    @property
    def is_system(self) -> bool:
        return SYSTEM_ROLE in self.roles

    @property
    def is_authenticated(self) -> bool:
        return self.user is not None

    @property
    def user_id(self) -> int | None:
        return None if self.user is None else self.user.pk

    @property
    def organisation_id(self) -> int | None:
        return None if self.organisation is None else self.organisation.pk

    def has_role(self, *roles: str) -> bool:
        """Whether one of ``roles`` is held in the organisation acted for."""
        return not self.roles.isdisjoint(roles)

    def acting_in(self, organisation: Any) -> Actor:
        """The same person acting in another organisation, with the roles held there (possibly none)."""
        if organisation == self.organisation or _resolver is None:
            return self
        return _resolver(self, organisation)


SYSTEM_ROLE = "system"

_resolver: Callable[[Actor, Any], Actor] | None = None


def register_resolver(resolver: Callable[[Actor, Any], Actor]) -> None:
    """Called by the app that knows memberships; gives ``Actor.acting_in`` its meaning."""
    global _resolver
    _resolver = resolver
