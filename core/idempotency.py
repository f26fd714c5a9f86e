"""The same key and the same body have one effect and one answer; the same key with another body is refused.

The key is written first, in the transaction of the work: a second request with it waits at the unique
constraint until the first has committed, then gets the stored answer.  Pages carry the key as the hidden
field ``form_key``, the API as the header ``Idempotency-Key``.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar, cast

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import Actor
from core.errors import NotNow
from core.models import IdempotencyKey

FIELD = "form_key"
HEADER = "Idempotency-Key"
KEPT = timedelta(days=30)
MAX_KEY = 200
#: Headers of an answer worth giving again.
_REPEATED = ("Content-Type", "Location", "HX-Redirect", "HX-Location", "HX-Refresh")

View = TypeVar("View", bound=Callable[..., HttpResponse])


def new_key() -> str:
    """For the hidden field of a form."""
    return secrets.token_urlsafe(18)


def body_digest(request: HttpRequest, also: str = "") -> str:
    """SHA-256 over method, address, `also` and everything that was sent (uploaded files by their bytes)."""
    sha = hashlib.sha256(f"{request.method} {request.get_full_path()}\n{also}\n".encode())
    if (request.content_type or "").startswith(("multipart/", "application/x-www-form-urlencoded")):
        for name, values in sorted(request.POST.lists()):
            if name != "csrfmiddlewaretoken":
                sha.update(repr((name, values)).encode())
        for name, uploads in sorted(request.FILES.lists()):
            for upload in uploads:
                sha.update(repr((name, upload.name, upload.size)).encode())
                for chunk in upload.chunks():
                    sha.update(chunk)
                upload.seek(0)
    else:
        sha.update(request.body)
    return sha.hexdigest()


def once(
    *,
    actor: Actor,
    key: str,
    digest: str,
    act: Callable[[], HttpResponse],
    keep: Callable[[HttpResponse], bool] | None = None,
) -> HttpResponse:
    """The answer of ``act``, which runs at most once for (actor, key).

    Only an answer ``keep`` accepts (default: below 400) is stored: after a refusal the same key may be tried
    again.  Raises :class:`NotNow` when the key was used for another body.
    """
    if not key or len(key) > MAX_KEY or not key.isprintable():
        return act()
    try:
        with transaction.atomic():
            row = IdempotencyKey.objects.create(actor=_who(actor), key=key, request_digest=digest)
            response = act()
            if (keep or _succeeded)(response):
                _store(row, response)
            else:
                row.delete()
            return response
    except IntegrityError as error:
        # Only our own constraint means "seen before"; any other belongs to the work and goes on.
        if "core_idempotency_once" not in str(error):
            raise
    return _again(actor, key, digest)


def _succeeded(response: HttpResponse) -> bool:
    return response.status_code < 400


def _who(actor: Actor) -> str:
    # Strangers share one space: their key is a random value of our own form.
    return f"user:{actor.user_id}" if actor.user_id is not None else "public"


def _store(row: IdempotencyKey, response: HttpResponse) -> None:
    # DRF answers are rendered late; what is stored must be what is sent.
    render = getattr(response, "render", None)
    if callable(render) and not getattr(response, "is_rendered", True):
        render()
    row.status = response.status_code
    row.headers = {name: response[name] for name in _REPEATED if response.has_header(name)}
    row.body = response.content.decode("utf-8", "replace")
    row.save(update_fields=["status", "headers", "body"])


def _again(actor: Actor, key: str, digest: str) -> HttpResponse:
    row = IdempotencyKey.objects.filter(actor=_who(actor), key=key).first()
    if row is None or row.request_digest != digest:
        raise NotNow.one("key_reused", _("这张表单已经提交过，本次内容没有再次办理。请打开最新页面核对。"))
    response = HttpResponse(row.body, status=row.status)
    for name, value in row.headers.items():
        response[name] = value
    response["Idempotent-Replay"] = "true"
    return response


def once_per_form(view: View) -> View:
    """For a page's POST view (function or ``dispatch``): a double click, or two tabs, act once.

    Needs the hidden field ``form_key``; only redirects count as done, a form shown again does not.
    """

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        request = next(part for part in args if isinstance(part, HttpRequest))
        key = request.POST.get(FIELD, "") if request.method == "POST" else ""
        if not key:
            return view(*args, **kwargs)
        actor = getattr(request, "actor", None) or Actor()
        return once(
            actor=actor,
            key=key,
            digest=body_digest(request),
            act=lambda: view(*args, **kwargs),
            keep=_went_on,
        )

    return cast(View, wrapped)


def _went_on(response: HttpResponse) -> bool:
    return 300 <= response.status_code < 400 or any(
        response.has_header(name) for name in ("HX-Redirect", "HX-Location", "HX-Refresh")
    )


def forget_old() -> int:
    """Delete keys older than thirty days; returns how many."""
    deleted, _rows = IdempotencyKey.objects.filter(created_at__lt=clock.wall() - KEPT).delete()
    return deleted
