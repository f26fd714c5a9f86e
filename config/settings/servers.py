"""Turn DATABASE_URL and REDIS_URL into what Django and Celery want to read."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

ENGINE = "django.db.backends.postgresql"


def database(url: str) -> dict[str, Any]:
    """One DATABASES entry from a libpq address.

    `postgres://user:secret@host:5432/name` or, over a unix socket, `postgres://user@/name?host=/dir`.
    Raises ValueError for any other database: there is one dialect.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError("DATABASE_URL must be a postgres:// address")
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    host = options.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": ENGINE,
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": options.pop("port", None) or str(parts.port or ""),
        "OPTIONS": options,
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def cache_address(url: str, number: int) -> str:
    """REDIS_URL with the logical database `number`, in the form redis-py reads."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}?db={number}"
    if parts.scheme in ("redis", "rediss"):
        return f"{parts.scheme}://{parts.netloc}/{number}"
    raise ValueError("REDIS_URL must be a redis://, rediss:// or unix:// address")


def broker_address(url: str, number: int) -> str:
    """REDIS_URL with the logical database `number`, in the form kombu reads."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"redis+socket://{parts.path}?virtual_host={number}"
    return cache_address(url, number)
