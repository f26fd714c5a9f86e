"""Addresses of panels and remarks, under /api/v1/."""

from django.urls import path

from evaluation.api import panels

urlpatterns = [
    path("rounds/<str:code>/panels/", panels.Panels.as_view(), name="api-round-panels"),
    path("rounds/<str:code>/panels/close/", panels.ClosePanels.as_view(), name="api-round-panels-close"),
    path(
        "rounds/<str:code>/entities/<int:pk>/notes/",
        panels.CheckNotes.as_view(),
        name="api-round-check-notes",
    ),
]
