"""Every address of the portal. Pages belong to the apps; here they are only hung on their prefix."""

from django.urls import include, path

from accounts.urls import message_patterns
from config import health
from filings.views.duties import Feed

handler400 = "core.http.bad_request"
handler403 = "core.http.permission_denied"
handler404 = "core.http.page_not_found"
handler500 = "core.http.server_error"

api_patterns = [
    path("", include("accounts.api.urls")),
    path("", include("filings.api.urls")),
    path("", include("alliances.api.urls")),
    path("", include("clusters.api.urls")),
    path("", include("platforms.api.urls")),
    path("", include("subsidies.api.urls")),
    path("", include("evaluation.api.urls")),
    path("", include("portal.api.urls")),
]

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("api/", include("config.schema")),
    path("api/v1/", include(api_patterns)),
    path("files/", include("core.urls")),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("messages/", include((message_patterns, "messages"))),
    path("policy/", include("policy.urls")),
    path("filings/", include("filings.urls")),
    path("duties/", include("filings.urls_duties")),
    path("assignment/", include("filings.urls_assignment")),
    path("calendar/", include("filings.urls_calendar")),
    path("calendar/<str:token>.ics", Feed.as_view(), name="calendar_feed"),
    path("alliances/", include("alliances.urls")),
    path("clusters/", include("clusters.urls")),
    path("platforms/", include("platforms.urls")),
    path("subsidies/", include("subsidies.urls")),
    path("evaluation/", include("evaluation.urls")),
    path("", include("portal.urls")),
]
