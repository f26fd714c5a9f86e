"""Routes of the API that belong to the platforms app."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
