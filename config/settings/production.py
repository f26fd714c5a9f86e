"""Production: behind a proxy that ends TLS. Refuses to start on an empty or well-known secret."""

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import *  # noqa: F403

_MINIMUM_SECRET_LENGTH = 50
_MINIMUM_SECRET_VARIETY = 5


def _refuse_weak_secret(secret: str) -> None:
    """Raise ImproperlyConfigured on a secret that is empty, short, or published in this repository."""
    known = secret.startswith(("demo-only", "test-only", "django-insecure", "change-me"))
    if known or len(secret) < _MINIMUM_SECRET_LENGTH or len(set(secret)) < _MINIMUM_SECRET_VARIETY:
        raise ImproperlyConfigured(
            "SECRET_KEY must be set to at least 50 random characters that are not from this repository."
        )


def _refuse_missing(**values: object) -> None:
    """Raise ImproperlyConfigured naming every setting that must come from the environment."""
    missing = [name for name, value in values.items() if not value]
    if missing:
        raise ImproperlyConfigured("Set in the environment: " + ", ".join(missing))


_refuse_weak_secret(SECRET_KEY)  # noqa: F405
_refuse_missing(
    DATABASE_URL=env.str("DATABASE_URL", default=""),  # noqa: F405
    REDIS_URL=env.str("REDIS_URL", default=""),  # noqa: F405
    ALLOWED_HOSTS=ALLOWED_HOSTS,  # noqa: F405
)

# Without this every client would have the address of the proxy, and lockouts would hit everybody.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=1)  # noqa: F405

SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken"
