"""The portal's addresses and one bare page: session and user, nothing else."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from accounts.access import access


@access("login")
def bare(request: HttpRequest) -> HttpResponse:
    """What every page pays before it does anything."""
    return HttpResponse(f"<!doctype html><p>{request.user} {len(request.session.keys())}</p>")


urlpatterns = [path("bench/bare/", bare), path("", include("config.urls"))]
