"""Nothing typed is lost: a form that arrives without a session is kept and offered again after the login.

Only text is kept, never files or secrets, at most 1 MB, for two hours, in the session of this browser,
and only for the person whose session ended if that is known.  A form from another site is never kept, or
the offer to send it again would undo the protection against forged requests.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, QueryDict
from django.http.request import UnreadablePostError
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from core import clock

KEY = "lost_post"
RESTORED = _("已恢复您上次填写、尚未提交的内容。")
MAX_BYTES = 1024 * 1024
LIFETIME_SECONDS = 2 * 60 * 60
_SECRET = re.compile(r"pass|secret|token|otp", re.IGNORECASE)
# Reposting these makes no sense after a login.
_NEVER = (
    "/accounts/login/",
    "/accounts/logout/",
    "/accounts/switch/",
    "/accounts/2fa/",
    "/accounts/password/",
)


@dataclass(frozen=True)
class Stash:
    """``action`` is where the form was sent, ``page`` where it stood.

    ``fields`` are its names and values in order.
    """

    action: str
    page: str
    fields: list[list[str]]
    had_files: bool
    at: int
    owner: int | None

    @property
    def data(self) -> QueryDict:
        """As ``request.POST`` would have been, without token and secrets."""
        query = QueryDict(mutable=True)
        for name, value in self.fields:
            query.appendlist(name, value)
        query._mutable = False
        return query


def keep(request: HttpRequest, owner: int | None = None) -> bool:
    """Put the posted form into the session; False when there is nothing to keep or it may not be kept."""
    if request.method != "POST" or request.path.startswith(_NEVER) or not is_our_form(request):
        return False
    try:
        fields = [
            [name, value]
            for name, values in request.POST.lists()
            for value in values
            if name != "csrfmiddlewaretoken" and not _SECRET.search(name)
        ]
        had_files = bool(request.FILES)
    except (RequestDataTooBig, UnreadablePostError, SuspiciousOperation, OSError):
        return False
    if not fields or len(json.dumps(fields)) > MAX_BYTES:
        return False
    made = Stash(request.get_full_path(), _page(request), fields, had_files, _now(), owner)
    request.session[KEY] = asdict(made)
    return True


def waiting(request: HttpRequest) -> Stash | None:
    """The kept form of this person, if there is one that is still fresh."""
    raw = request.session.get(KEY)
    if not raw:
        return None
    found = Stash(**raw)
    foreign = found.owner is not None and found.owner != request.user.pk
    if foreign or _now() - found.at > LIFETIME_SECONDS:
        drop(request)
        return None
    return found


def pop_stash(request: HttpRequest) -> QueryDict | None:
    """For a page that fills its own form: the data kept for this address (as target or as page), once."""
    found = waiting(request) if request.method == "GET" else None
    if found is None or request.path not in (urlsplit(found.action).path, urlsplit(found.page).path):
        return None
    drop(request)
    return found.data


def goes_back(found: Stash) -> bool:
    """Whether the page of the form fills itself again (its view says ``refills``), so that nothing need be asked."""
    try:
        view = resolve(urlsplit(found.page).path).func
    except Resolver404:
        return False
    return bool(getattr(getattr(view, "view_class", view), "refills", False))


def drop(request: HttpRequest) -> None:
    """Forget it."""
    request.session.pop(KEY, None)


def is_our_form(request: HttpRequest) -> bool:
    """Whether a form was sent by a page of ours; browsers always say so, and never lie for another site."""
    if request.content_type not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return False
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return bool(origin) and urlsplit(origin).netloc == request.get_host()


def _page(request: HttpRequest) -> str:
    """The page the form stood on: the referring one if it is ours, else the address the form was sent to."""
    current = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    if url_has_allowed_host_and_scheme(current, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(current)
        return parts.path + (f"?{parts.query}" if parts.query else "")
    return request.get_full_path()


def _now() -> int:
    return int(clock.wall().timestamp())
