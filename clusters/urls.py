"""Pages of the clusters app."""

from django.urls import URLPattern

app_name = "clusters"

urlpatterns: list[URLPattern] = []
