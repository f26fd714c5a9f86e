"""What the pages of entities share: the frame of a form on a page of its own, and the trail."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from core.actor import Actor
from filings.models import Entity
from filings.selectors.entities import get_visible
from filings.views.accompany.base import Sheet


def entity_url(entity: Entity, part: str = "") -> str:
    """The page of an entity, at one of its parts."""
    return reverse("filings:entity", args=[entity.code]) + (f"#{part}" if part else "")


def crumbs(entity: Entity | None = None, *trail: tuple[Any, str]) -> list[dict[str, Any]]:
    """Entities › entity › page."""
    found: list[tuple[Any, str]] = [(_("登记主体"), reverse("filings:entities"))]
    if entity is not None:
        found.append((entity.name, entity_url(entity) if trail else ""))
    return [{"label": label, "url": url} for label, url in (*found, *trail)]


class EntityView(View):
    """Object pages are open to the logged-in and answer 404 for what is not theirs."""

    access: Any = "login"
    request: HttpRequest

    @property
    def actor(self) -> Actor:
        return self.request.actor  # type: ignore[attr-defined,no-any-return]


class EntitySheet(Sheet):
    """A form about one entity; who may is asked in `allow` before anything that was typed is read."""

    template_name = "filings/entities/form.html"
    entity: Entity

    def prepare(self, **kwargs: Any) -> None:
        self.entity = get_visible(self.actor, kwargs["code"])
        self.allow()

    @abstractmethod
    def allow(self) -> None:
        """Refuse who may not."""

    def spoken(self, text: Any) -> Any:
        return self.entity.spec.say(text)

    def page_url(self) -> str:
        """Where to go afterwards, and back."""
        return entity_url(self.entity)

    def get_success_url(self) -> str:
        return self.page_url()
