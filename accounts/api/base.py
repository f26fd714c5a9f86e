"""What every API call passes: token or session, acting organisation, declared access, throttle, idempotency."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any, ClassVar

from django.core.cache import cache
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from knox.auth import TokenAuthentication as KnoxAuthentication
from rest_framework import exceptions, serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts import access, actors, requirements
from accounts.api.parsing import StrictJSONParser
from accounts.permissions import Rule
from core import clock, idempotency
from core.actor import Actor
from core.errors import Invalid, NotAllowed

SAFE = ("GET", "HEAD", "OPTIONS")
PAGING = ("page", "page_size")


class TokenAuthentication(KnoxAuthentication):
    """`Authorization: Token …`; whatever is wrong with the header is the same 401."""

    def authenticate(self, request: Request) -> Any:
        try:
            return super().authenticate(request)
        except (ValueError, exceptions.AuthenticationFailed):
            raise exceptions.AuthenticationFailed(_("令牌无效或已失效，请重新获取。")) from None


class DeclaredAccess(BasePermission):
    """Asks what the view declares in `access`; a view that declares nothing is for nobody."""

    def has_permission(self, request: Request, view: Any) -> bool:
        value = getattr(view, "access", None)
        if value == access.PUBLIC:
            return True
        if value is None or not request.user or not request.user.is_authenticated:
            return False
        if request.auth is None:
            duty = requirements.pending(request._request)
            if duty is not None:
                raise NotAllowed.one("duty", duty[1])
        if isinstance(value, Rule):
            value.require(actor_of(request))
        return True


class Throttle(BaseThrottle):
    """At most so many calls of a view in an hour from one address; views say how many in `hourly`."""

    def allow_request(self, request: Request, view: Any) -> bool:
        most = getattr(view, "hourly", {}).get(request.method)
        if most is None:
            return True
        hour = int(clock.wall().timestamp()) // 3600
        key = (
            f"api.throttle:{type(view).__name__}:{request.method}:{actors.client_ip(request._request)}:{hour}"
        )
        cache.add(key, 0, timeout=3600)
        return bool(cache.incr(key) <= most)

    def wait(self) -> float | None:
        return 3600 - clock.wall().timestamp() % 3600


FIRST_YEAR, LAST_YEAR = 1949, 2100


def day_asked(request: Request) -> datetime.date:
    """The day of `?on=`, by default today; 422 for what is none."""
    asked = request.query_params.get("on", "")
    try:
        found = datetime.date.fromisoformat(asked) if asked else clock.today()
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise ValueError
        return found
    except ValueError:
        raise Invalid.one("on", _("日期应为 2026-01-31 的形式"), "on") from None


def actor_of(request: Request) -> Actor:
    """The actor set when the caller was recognised."""
    return request._request.actor  # type: ignore[attr-defined,no-any-return]


class ApiView(APIView):
    """Base of all views. `access` is required; `queries` names the query parameters besides paging.

    An unsafe call with `Idempotency-Key` runs at most once for a person and a body; its answer is given again.
    """

    access: ClassVar[Any] = None
    queries: ClassVar[tuple[str, ...]] = ()
    paged: ClassVar[bool] = False
    hourly: ClassVar[dict[str, int]] = {}
    keeps_answers: ClassVar[bool] = True
    authentication_classes = (TokenAuthentication, SessionAuthentication)
    permission_classes = (DeclaredAccess,)
    throttle_classes = (Throttle,)
    parser_classes = (StrictJSONParser,)

    @property
    def actor(self) -> Actor:
        """Who acts, in which organisation."""
        return actor_of(self.request)

    def perform_authentication(self, request: Request) -> None:
        plain: HttpRequest = request._request
        user = request.user
        if user is not None and user.is_authenticated:
            plain.actor = actors.from_header(plain, user)  # type: ignore[attr-defined]
        else:
            plain.actor = actors.actor_for(None, request=plain)  # type: ignore[attr-defined]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """As DRF's, with the handler run once for a key; refusals roll everything back and are not kept."""
        self.args, self.kwargs = args, kwargs
        call = self.initialize_request(request, *args, **kwargs)
        self.request, self.headers = call, self.default_response_headers
        response: Any
        try:
            self.initial(call, *args, **kwargs)
            handler = getattr(self, str(call.method).lower(), self.http_method_not_allowed)
            response = self._run(call, handler)
        except Exception as error:  # noqa: BLE001 - DRF's own contract: the handler re-raises what it does not know
            response = self.handle_exception(error)
        self.response = self.finalize_response(call, response, *args, **kwargs)
        return self.response

    def _run(self, call: Request, handler: Callable[..., Any]) -> Any:
        def act() -> Any:
            self.prepare(call, **self.kwargs)
            return self.finalize_response(call, handler(call, *self.args, **self.kwargs))

        key = call.headers.get(idempotency.HEADER, "")
        if not key or call.method in SAFE or not self.keeps_answers:
            return act()
        if len(key) > idempotency.MAX_KEY or not key.isascii() or not key.isprintable():
            raise Invalid.one("key", _("Idempotency-Key 应为不超过 200 个字符的文本。"), idempotency.HEADER)
        # the same body sent for another unit is another wish
        digest = idempotency.body_digest(call._request, also=call.headers.get(actors.HEADER, "").strip())
        return idempotency.once(actor=self.actor, key=key, digest=digest, act=act)

    def prepare(self, request: Request, **kwargs: Any) -> None:
        """Before the body is read: here the names in the query string; below, the object and whose it is."""
        allowed = {*self.queries, *(PAGING if self.paged else ()), "format"}
        unknown = sorted(set(request.query_params) - allowed)
        if unknown:
            raise Invalid.one("unknown_parameter", _("不支持的查询参数。"), unknown[0][:60])

    # --- helpers for handlers ---

    def given(self, serializer: type[serializers.Serializer]) -> dict[str, Any]:
        """The validated body; 422 with every shape error otherwise."""
        found = serializer(data=self.request.data)
        found.is_valid(raise_exception=True)
        return dict(found.validated_data)

    def page(self, rows: Any, show: Callable[[Any], Any]) -> Response:
        """One page of `rows`, each shown by `show`."""
        paginator = api_settings.DEFAULT_PAGINATION_CLASS()
        found = paginator.paginate_queryset(rows, self.request, view=self)
        return paginator.get_paginated_response([show(row) for row in found or ()])


class PublicView(ApiView):
    """For everybody. Who calls is not even looked at, so that a bad token changes nothing."""

    access = access.PUBLIC
    authentication_classes = ()
