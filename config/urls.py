"""Every address of the portal. Pages belong to the apps; here they are only hung on their prefix."""

import sys
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from config import health


def _included(prefix: str, *modules: str) -> list[URLResolver]:
    """The first of `modules` that is there already (while the first release is being written)."""
    for module in modules:
        parent, _dot, _name = module.rpartition(".")
        if find_spec(parent) and find_spec(module):
            try:
                return [path(prefix, include(module))]
            except ImportError as error:  # half-written by somebody else at this moment
                print(f"{module}: {error}", file=sys.stderr)  # noqa: T201
    return []


handler400 = "core.http.bad_request"
handler403 = "core.http.permission_denied"
handler404 = "core.http.page_not_found"
handler500 = "core.http.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("api/", include("config.schema")),
    *[
        pattern
        for app in ("accounts", "policy", "filings", "alliances", "portal")
        for pattern in _included("api/v1/", f"{app}.api.urls", f"{app}.api_urls", f"{app}.urls_api")
    ],
    *_included("files/", "core.urls"),
    *_included("accounts/", "accounts.urls"),
    path("accounts/", include("allauth.urls")),
    *_included("policy/", "policy.urls"),
    *_included("filings/", "filings.urls"),
    *_included("", "portal.urls"),
]
