"""Every programme there is, for whoever wants to apply: by family and group, to be searched by name."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import access
from filings import programmes
from filings.presentation import catalogue

MAX_QUERY = 60


@access("public")
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Those of the visitor's place first, once it is known who looks."""
    text = request.GET.get("q", "").strip()[:MAX_QUERY]
    place = catalogue.place_of(request.actor)  # type: ignore[attr-defined]
    context = {
        "catalogue": catalogue.catalogue(place=place, text=text),
        "text": text,
        "total": len(list(programmes.all_programmes())),
    }
    return render(request, "filings/applicant/programmes.html", context)
