"""Choosing the unit one acts for."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import actors
from accounts.access import access
from accounts.services import users
from core.errors import NotVisible


@access("login")
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """POST organisation, next.

    A page of the former unit may not exist for the new one, so the home page follows.
    """
    wanted = request.POST.get("organisation", "")
    offered = {str(choice.organisation.pk): choice.organisation for choice in request.actor_choices}  # type: ignore[attr-defined]
    if wanted not in offered:
        raise NotVisible()
    chosen = users.choose_organisation(actor=request.actor, organisation=offered[wanted])  # type: ignore[attr-defined]
    request.session[actors.SESSION_KEY] = chosen.organisation_id
    messages.success(request, _("现在代表：%(name)s") % {"name": chosen.organisation.name})
    return HttpResponseRedirect(_next(request))


def _next(request: HttpRequest) -> str:
    """Back to lists and own pages; a page about one object belongs to the unit one has just left."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe and not any(char.isdigit() for char in target) else "/"
