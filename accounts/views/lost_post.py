"""The page after a login that offers a kept form, and the answer to a form whose token no longer fits."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import stash
from accounts.access import access
from accounts.middleware import follow, to_login
from core import http


@access("login")
@never_cache
@require_http_methods(["GET", "POST"])
def resume(request: HttpRequest) -> HttpResponse:
    """Shows what was kept: send it now, go back to the page with it, or drop it (POST)."""
    kept = stash.waiting(request)
    if request.method == "POST":
        stash.drop(request)
        return HttpResponseRedirect(kept.page if kept else "/")
    if kept is None:
        return HttpResponseRedirect("/")
    if stash.goes_back(kept):
        return HttpResponseRedirect(kept.page)
    shown = [field for field in kept.fields if field[1].strip() and not http.is_machinery(field[0])]
    return render(request, "accounts/resume.html", {"kept": kept, "shown": shown})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page left open over a login: keep what was typed and offer it again. From elsewhere: refuse."""
    if request.path.startswith("/api/") or not stash.is_our_form(request):
        return http.csrf_failure(request, reason)
    if not request.user.is_authenticated:
        return to_login(request)
    kept = stash.keep(request, owner=request.user.pk)
    return follow(request, reverse("accounts:resume")) if kept else http.csrf_failure(request, reason)
