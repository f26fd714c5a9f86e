"""Addresses of schemes, under /api/v1/evaluation/schemes/."""

from django.urls import path

from evaluation.api import schemes

urlpatterns = [
    path("", schemes.Schemes.as_view(), name="api-schemes"),
    path("<int:pk>/", schemes.OneScheme.as_view(), name="api-scheme"),
    path("<int:pk>/actions/<slug:name>/", schemes.ActOnScheme.as_view(), name="api-scheme-act"),
]
