"""Pages of the platforms app."""

from django.urls import URLPattern

app_name = "platforms"

urlpatterns: list[URLPattern] = []
