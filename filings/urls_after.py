"""Addresses of what a unit begins for an entity on the register, below ``/filings/``."""

from django.urls import path

from filings.views.applicant import after, leave

urlpatterns = [
    path("entities/<slug:code>/start/<slug:action>/", after.Start.as_view(), name="entity_start"),
    path("entities/<slug:code>/leave/", leave.Leave.as_view(), name="entity_leave"),
    path("entities/<slug:code>/waiver/<slug:condition>/", after.AskWaiver.as_view(), name="entity_waiver"),
]
