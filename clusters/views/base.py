"""What the pages of clusters share: lists, and a form on a page of its own about one cluster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from clusters.selectors import clusters as see
from core.idempotency import new_key
from filings.models import Entity
from filings.views.accompany.base import AccompanyView
from filings.views.accompany.base import Sheet as PlainSheet


class ClusterView(AccompanyView):
    """A page to read; 404 for whoever does not read this cluster."""

    def page(self, template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
        shown = {"form_key": new_key(), **context}
        return render(self.request, f"clusters/{template}.html", shown, status=status)

    def sight(self, code: str) -> see.Sight:
        """This actor before the cluster."""
        return see.Sight(self.actor, see.get_visible(self.actor, code))


class Sheet(PlainSheet):
    """A form about one cluster, and where it leads back to."""

    cluster: Entity

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"cluster": self.cluster}

    def back(self) -> str:
        """Where the page was opened from; where it leads when it worked."""
        return url("cluster", self.cluster.code)

    def after(self, result: Any) -> HttpResponse:
        return HttpResponseRedirect(self.back())

    def sheet(self, heading: Any, button: Any, **more: Any) -> dict[str, Any]:
        """What the page of every form shows besides."""
        return {
            "heading": heading,
            "lead": self.cluster.name,
            "button": button,
            "back": self.back(),
            "crumbs": crumbs(self.cluster, (heading, "")),
        } | more


def url(name: str, *args: Any) -> str:
    return reverse(f"clusters:{name}", args=args)


def crumbs(cluster: Entity | None, *trail: tuple[Any, str]) -> list[dict[str, Any]]:
    """Clusters › cluster › page."""
    first = [(_("产业集群"), url("clusters"))]
    if cluster is not None:
        first.append((cluster.name, url("cluster", cluster.code) if trail else ""))
    return [{"label": label, "url": address} for label, address in (*first, *trail)]


def as_attachment(data: bytes, name: str, kind: str) -> HttpResponse:
    """A file to keep."""
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = content_disposition_header(True, name)
    return answer


def redirect(name: str, *args: Any) -> HttpResponse:
    return HttpResponseRedirect(url(name, *args))
