"""Addresses of evaluations under /api/v1/."""

from django.urls import include, path

urlpatterns = [
    path("evaluation/schemes/", include("evaluation.api.urls_schemes")),
    path("", include("evaluation.api.urls_panels")),
    path("", include("evaluation.api.urls_rounds")),
]
