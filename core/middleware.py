"""What every request passes: a number, one consistent clock, a size limit, headers, refusals as pages."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from core import cached, http, logs
from core.errors import PortalError, TooLarge
from core.files import limit

GetResponse = Callable[[HttpRequest], HttpResponseBase]

#: How many full files one request may carry, and what forms and JSON may weigh.
FILES_IN_ONE_REQUEST = 5
PLAIN_BYTES = 5 << 20
#: A refused upload is read on and thrown away this long, so that the browser gets to read the answer.
LINGER_SECONDS = 8.0


class RequestIdMiddleware:
    """Gives each request its number, and reads clock offset and holidays at most once in it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        number = given if http.is_request_id(given) else uuid.uuid4().hex
        request.request_id = number  # type: ignore[attr-defined]
        token = logs.current.set(number)
        try:
            with cached.request_scope():
                response = self._answer(request)
        finally:
            logs.current.reset(token)
        response["X-Request-ID"] = number
        return response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        most = largest_request(request)
        if _length(request) > most:
            return _refuse_body(request, most)
        if _asks_with_nul(request):
            return http.problem_response(request, 400, _("请求格式有误"), [])
        return self.get_response(request)


def _asks_with_nul(request: HttpRequest) -> bool:
    """An address the database could not even be asked for; the API says what is wrong with its own parameters."""
    if request.path.startswith("/api/"):
        return False
    query = request.META.get("QUERY_STRING", "")
    return "\x00" in request.path or "%00" in query or "\x00" in query


def largest_request(request: HttpRequest) -> int:
    """The most bytes this request's body may have: only forms with files may be big."""
    if (request.content_type or "") == "multipart/form-data":
        return limit() * FILES_IN_ONE_REQUEST + PLAIN_BYTES
    return PLAIN_BYTES


def _length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if str(text).isascii() and str(text).isdigit() else 0


def _refuse_body(request: HttpRequest, most: int) -> HttpResponse:
    """Answer before anything is parsed or stored, then throw away what still arrives, for a moment only."""
    sentence = _("单个文件不能超过 %(file)s MB，一次提交不能超过 %(most)s MB，请压缩或分次上传。") % {
        "file": limit() >> 20,
        "most": most >> 20,
    }
    error = TooLarge.one("too_large", sentence)
    response = http.problem_response(request, error.status, str(error.title), error.problems)
    _linger(request)
    return response


def _linger(request: HttpRequest) -> None:
    until = time.monotonic() + LINGER_SECONDS
    try:
        while time.monotonic() < until and request.read(1 << 18):
            continue
    except OSError:
        # The client has gone; there is nobody left to answer.
        return


class SecurityHeadersMiddleware:
    """On every answer, errors and files included; the content policy itself is django-csp's."""

    HEADERS = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
        "X-Frame-Options": "DENY",
        "X-Permitted-Cross-Domain-Policies": "none",
    }

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in self.HEADERS.items():
            response.setdefault(name, value)
        if getattr(getattr(request, "actor", None), "is_authenticated", False):
            # Not no-store: going back to a half-filled form must bring back what was typed.
            response.setdefault("Cache-Control", "private, no-cache")
        return response


class PortalErrorMiddleware:
    """Turns what services raise into answers."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, PortalError):
            return http.error_response(request, exception)
        return None
