"""What the pages of platforms share: the frame, the trail, a form about one platform."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.idempotency import new_key
from filings.models import Entity
from filings.views.accompany.base import AccompanyView, Sheet
from filings.views.staff.acts import version_of
from platforms.selectors.records import get_platform


def crumbs(entity: Entity | None = None, *trail: tuple[Any, str]) -> list[dict[str, Any]]:
    """Platforms › platform › page; without a platform the trail alone."""
    found: list[tuple[Any, str]] = []
    if entity is not None:
        found.append((entity.name, reverse("filings:entity", args=[entity.code])))
    return [{"label": label, "url": url} for label, url in (*found, *trail)]


def records_crumb(entity: Entity) -> tuple[Any, str]:
    """The page of a platform's records."""
    return _("业务台账"), reverse("platforms:records", args=[entity.code])


class PlatformPage(AccompanyView):
    """A page to read; 404 for what is not theirs."""

    request: HttpRequest

    def page(self, template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
        shown = {"form_key": new_key(), **context}
        return render(self.request, f"platforms/{template}.html", shown, status=status)


class PlatformSheet(Sheet):
    """A form about one platform; who may is asked in `allow` before anything that was typed is read."""

    template_name = "filings/entities/form.html"
    entity: Entity

    def prepare(self, **kwargs: Any) -> None:
        self.entity = get_platform(self.actor, kwargs["code"])
        self.allow()

    @abstractmethod
    def allow(self) -> None:
        """Refuse who may not."""

    @property
    def version(self) -> int | None:
        """The version that was on the page."""
        return version_of(self.request)
