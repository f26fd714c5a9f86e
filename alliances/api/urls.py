"""Routes of the API that belong to the alliances app."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
