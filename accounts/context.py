"""Which frame a page of this app stands in: the staff's with its side menu, or everybody's."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.enums import STAFF_ROLES
from accounts.selectors import messages_of, unread
from core.http import actor_of


def acting(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``frame``, the template that pages shown to applicants and staff alike extend.

    ``unread``: how many messages wait; asked for when the bar shows it, one query.
    """
    actor = actor_of(request)
    return {
        "frame": "base_staff.html" if actor.has_role(*STAFF_ROLES) else "base.html",
        "unread": SimpleLazyObject(lambda: unread(messages_of(actor)).count()),
    }
