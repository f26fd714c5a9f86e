"""The way to a page of an evaluation, for components/crumbs.html."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from evaluation.models import Round

Step = tuple[Any, str]


def crumbs(*trail: Step) -> list[dict[str, Any]]:
    """Evaluations › page."""
    first = (_("绩效评价"), reverse("evaluation:rounds"))
    return [{"label": label, "url": url} for label, url in (first, *trail)]


def of_round(row: Round, *trail: Step) -> list[dict[str, Any]]:
    """Evaluations › round › page."""
    return crumbs((row.name, reverse("evaluation:round", args=[row.code])), *trail)
