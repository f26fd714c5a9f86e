"""Routes of the API that belong to the clusters app."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
