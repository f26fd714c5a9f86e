"""Alive and ready: what a load balancer and the start script ask."""

from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from config.celery import app as celery_app

PING_SECONDS = 2.0
ANSWER_SECONDS = 5
WORKER_KEY = "readyz:worker"


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _broker() -> None:
    cache.get("readyz")
    with celery_app.connection_for_read() as link:
        link.ensure_connection(max_retries=1, timeout=PING_SECONDS)


def _worker() -> None:
    """Anybody may ask, so the workers are asked every few seconds at most."""
    answered = cache.get(WORKER_KEY)
    if answered is None:
        answered = bool(celery_app.control.ping(timeout=PING_SECONDS, limit=1))
        cache.set(WORKER_KEY, answered, ANSWER_SECONDS if answered else 1)
    if not answered:
        raise RuntimeError("no worker answered")


def _storage() -> None:
    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
    probe = settings.MEDIA_ROOT / ".readyz"
    probe.write_bytes(b"ok")
    probe.unlink(missing_ok=True)


CHECKS: dict[str, Callable[[], None]] = {
    "database": _database,
    "broker": _broker,
    "worker": _worker,
    "storage": _storage,
}


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers at all."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database, broker, worker and storage answer, else 503; never says why to the public."""
    states = {}
    for name, check in CHECKS.items():
        try:
            check()
        except Exception:  # noqa: BLE001 - whatever failed, the answer is the same: not ready
            states[name] = False
        else:
            states[name] = True
    return JsonResponse(states, status=200 if all(states.values()) else 503)


healthz.access = "public"  # type: ignore[attr-defined]
readyz.access = "public"  # type: ignore[attr-defined]
