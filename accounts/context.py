"""Which frame a page of this app stands in: the staff's with its side menu, or everybody's."""

from __future__ import annotations

from django.http import HttpRequest

from accounts.enums import STAFF_ROLES
from core.http import actor_of


def acting(request: HttpRequest) -> dict[str, str]:
    """Context processor: ``frame``, the template that pages shown to applicants and staff alike extend."""
    return {"frame": "base_staff.html" if actor_of(request).has_role(*STAFF_ROLES) else "base.html"}
