"""登记主体: the list of those an actor sees, and everything about one of them on one page."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from filings.selectors import entities as see

PER_PAGE = 20


class Entities(View):
    access: Any = "login"

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = see.visible_to(request.actor).order_by("name_key", "pk")  # type: ignore[attr-defined]
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        return render(request, "filings/entities/list.html", {"page": page})


class EntityPage(View):
    access: Any = "login"

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        found = see.get_visible(request.actor, code)  # type: ignore[attr-defined]
        return render(request, "filings/entities/entity.html", {"entity": found})
