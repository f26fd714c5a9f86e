"""Addresses of evaluations, under /evaluation/."""

from django.urls import include, path

app_name = "evaluation"

urlpatterns = [
    path("", include("evaluation.urls_assessment")),
    path("schemes/", include("evaluation.urls_schemes")),
    path("audit/", include("evaluation.urls_audit")),
    path("", include("evaluation.urls_rounds")),
    path("", include("evaluation.urls_corrections")),
]
