"""What the pages of the library have in common: the frame, the trail, dated values as rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from core import clock
from core.actor import Actor
from policy.enums import Provenance, ValueKind
from policy.permissions import may_see_changes
from policy.values import show

Crumb = tuple[Any, str]
NUMERIC = frozenset({ValueKind.INTEGER, ValueKind.MONEY, ValueKind.DECIMAL, ValueKind.RATE})


def trail(*steps: Crumb) -> list[dict[str, str]]:
    """For components/crumbs.html, beginning at the library."""
    every: list[Crumb] = [(_("政策库"), reverse("policy:library")), *steps]
    return [{"label": str(label), "url": url} for label, url in every]


class Frame:
    """Staff keep their side menu, everybody else gets the public frame."""

    request: Any

    @property
    def actor(self) -> Actor:
        return self.request.actor  # type: ignore[no-any-return]

    def frame(self) -> dict[str, Any]:
        staff = may_see_changes(self.actor)
        return {"frame": "base_staff.html" if staff else "base.html", "staff": staff, "today": clock.today()}


class LibraryPage(Frame, TemplateView):
    """A page everybody may read."""

    access = "public"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**self.frame(), **self.page(), **kwargs)

    def page(self) -> dict[str, Any]:
        """What this page adds."""
        return {}


def dated_rows(
    values: Iterable[Any], *, kind: str, unit: str = "", names: Mapping[str, str] | None = None
) -> Iterator[dict[str, Any]]:
    """Dated values for components of this app: text, period, place, clause, people, and which one holds today."""
    today = clock.today()
    for row in values:
        state = "valid" if row.covers(today) else ("scheduled" if row.valid_from > today else "superseded")
        yield {
            "row": row,
            "text": getattr(row, "text", "") or show(kind, getattr(row, "value", None), unit, names),
            "entries": getattr(row, "items", None),
            "confirmed": getattr(row, "confirmed", None),
            "state": state,
            "word": {"valid": _("现行"), "scheduled": _("待生效"), "superseded": _("已失效")}[state],
            "numeric": kind in NUMERIC,
            "is_default": row.provenance == Provenance.PROPOSED_DEFAULT,
        }
