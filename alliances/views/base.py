"""What the pages of alliances share: lists in pages, forms on a page of their own, the trail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from core.actor import Actor
from core.http import actor_of
from core.xlsx import Sheet as Workbook
from core.xlsx import write
from filings.models import Entity
from filings.views.accompany.base import AccompanyView, Sheet
from filings.views.entities.base import crumbs as entity_crumbs
from filings.views.staff.acts import version_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Page(AccompanyView):
    """A page of this app; `access` says for whom."""

    request: HttpRequest

    @property
    def actor(self) -> Actor:
        return actor_of(self.request)

    def page(self, template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
        return render(self.request, f"alliances/{template}.html", dict(context), status=status)


class FormPage(Sheet):
    """A form on a page of its own; what it posts has its effect once."""

    template_name = "alliances/form.html"

    @property
    def version(self) -> int | None:
        """The version the page was made from."""
        return version_of(self.request)


def crumbs(entity: Entity, *trail: tuple[Any, str]) -> list[dict[str, Any]]:
    """Entities › entity › page."""
    return entity_crumbs(entity, *trail)


def under(label: Any, name: str, *trail: tuple[Any, str]) -> list[dict[str, Any]]:
    """List › page."""
    pairs = ((label, reverse(f"alliances:{name}")), *trail)
    return [{"label": label, "url": url} for label, url in pairs]


def workbook(sheet: Workbook, name: str) -> HttpResponse:
    """A list as a file."""
    data = write([sheet], meta={"title": str(sheet.title)})
    answer = HttpResponse(data, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer
