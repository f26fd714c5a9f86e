"""Addresses of the spine under ``/filings/``: those of the units and those of the offices."""

from importlib.util import find_spec

from django.urls import include, path

app_name = "filings"

urlpatterns = [
    path("", include(part))
    # while the first release is being written
    for part in (
        "filings.urls_applicant",
        "filings.urls_staff",
        "filings.urls_accompany",
        "filings.urls_after",
        "filings.urls_entities",
        "filings.urls_loads",
    )
    if find_spec(part)
]
