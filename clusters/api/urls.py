"""Routes of the API that belong to the clusters app."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("clusters.api.urls_statistics")),
]
