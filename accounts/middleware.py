"""Session ends, the actor of a request, and who may use which route."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts import access, actors, requirements, sessions, stash
from accounts.permissions import Rule
from core import audit
from core.errors import NotAllowed
from core.http import error_response

GetResponse = Callable[[HttpRequest], HttpResponse]


class SessionLimitsMiddleware:
    """Ends a session that was idle too long or is too old.

    Remembers whose it was, for the form that may come with it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.session_owner = None  # type: ignore[attr-defined]
        request.session_ended = ""  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            why = sessions.ended(request.session)
            if why:
                self._end(request, why)
            else:
                sessions.touch(request.session)
        return self.get_response(request)

    def _end(self, request: HttpRequest, why: str) -> None:
        actor = actors.actor_for(request.user, request=request)  # type: ignore[arg-type]
        audit.record("session.end", actor=actor, obj=request.user, detail={"why": why})
        request.session_owner, request.session_ended = request.user.pk, why  # type: ignore[attr-defined]
        request.session.flush()
        request.user = AnonymousUser()


class ActorMiddleware:
    """Sets ``request.actor``. API calls with a token get theirs when the token was read."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = actors.actor_for(request.user, request=request)  # type: ignore[arg-type,attr-defined]
        return self.get_response(request)


class AccessMiddleware:
    """Login is required unless the route says otherwise; a route that says nothing is for nobody."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        value = access.declared_for(match) if match is not None else None
        if value == access.CLOSED:
            raise Http404
        if value is None:
            return error_response(request, NotAllowed.one("undeclared", _("该地址暂不开放。")))
        if value == access.PUBLIC or access.is_api(view):
            return None
        if not request.user.is_authenticated:
            return to_login(request)
        duty = requirements.pending(request)
        if duty is not None:
            return self._to_duty(request, *duty)
        if isinstance(value, Rule) and not value(request.actor):  # type: ignore[attr-defined]
            sentence = value.refusal(request.actor)  # type: ignore[attr-defined]
            return error_response(request, NotAllowed.one("not_allowed", sentence))
        return None

    def _to_duty(self, request: HttpRequest, route: str, why: str) -> HttpResponse:
        messages.warning(request, why)
        kept = stash.keep(request, owner=request.user.pk)
        back = reverse("accounts:resume") if kept else request.get_full_path()
        return follow(request, f"{reverse(route)}?{urlencode({'next': back})}")


def to_login(request: HttpRequest) -> HttpResponse:
    """To the login page, with the posted form kept, and back to where the person was."""
    kept = stash.keep(request, owner=getattr(request, "session_owner", None))
    if kept:
        messages.warning(request, _("登录已失效。您刚才填写的内容已保留，登录后可以继续提交。"))
        back = reverse("accounts:resume")
    else:
        back = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
        if getattr(request, "session_ended", ""):
            messages.warning(request, _("您已较长时间没有操作，为安全起见请重新登录。"))
    return follow(request, f"{reverse('account_login')}?{urlencode({'next': back})}")


def follow(request: HttpRequest, url: str) -> HttpResponse:
    """A redirect that htmx follows as a whole page."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
