"""API tokens (knox): shown once, stored as a digest."""

from __future__ import annotations

from django.db import transaction
from knox.models import AuthToken

from accounts.models import User
from core import audit
from core.actor import Actor


def create_token(*, actor: Actor, user: User) -> str:
    """A new token of a person; the caller has proved to be that person, or is the system."""
    with transaction.atomic():
        instance, token = AuthToken.objects.create(user=user)
        audit.record("token.create", actor=actor, obj=user, detail={"token": instance.digest[:8]})
    return str(token)


def revoke_token(*, actor: Actor, token: AuthToken) -> None:
    """End a token; the next call made with it is refused."""
    with transaction.atomic():
        audit.record("token.revoke", actor=actor, obj=token.user, detail={"token": token.digest[:8]})
        token.delete()
