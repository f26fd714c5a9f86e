"""Login by user name or e-mail with exactly one look-up and one hash, whatever was typed.

The backend it replaces hashes once for an unknown name and up to three times for a known e-mail, which
tells the two apart by a stop-watch.
"""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from accounts.models import User


def find_user(typed: str) -> User | None:
    """The person whose user name or e-mail this is; names and addresses are compared without case."""
    typed = (typed or "").strip().replace("\x00", "")
    if not typed:
        return None
    if "@" in typed:
        found = User.objects.filter(email=typed.lower()).first()
        if found is not None:
            return found
    return User.objects.filter(username__iexact=typed).order_by("pk").first()


class OneLookupBackend(AuthenticationBackend):
    """Inactive people are refused here as if they were unknown."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        password = credentials.get("password")
        typed = credentials.get("username") or credentials.get("email")
        if not password or not typed:
            return None
        user = find_user(typed)
        if user is None:
            User().set_password(password)
            return None
        matches = user.check_password(password)
        return user if matches and self.user_can_authenticate(user) else None
