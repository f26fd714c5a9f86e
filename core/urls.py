"""Addresses of core, hung under ``/files/``."""

from django.urls import path

from core.views import download

app_name = "core"

urlpatterns = [path("<uuid:file_id>/", download, name="file")]
