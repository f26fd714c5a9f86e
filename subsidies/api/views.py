"""Quotes and measures; for everybody, nothing is stored."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import PublicView, day_asked
from accounts.api.describe import ON, documented, page_of
from core.errors import Invalid, NotVisible
from subsidies.api import shapes
from subsidies.enums import Kind, Topic
from subsidies.facts import FACTS
from subsidies.presentation.words import rule
from subsidies.selectors import measures
from subsidies.selectors.measures import Known
from subsidies.selectors.quotes import quote

PAGING = [OpenApiParameter("page", int), OpenApiParameter("page_size", int)]
FILTERS = [
    OpenApiParameter("topic", str, enum=Topic.values),
    OpenApiParameter("kind", str, enum=Kind.values),
    OpenApiParameter("place", str, description="Only what is law in this district or city"),
]


class QuoteView(PublicView):
    hourly = {"POST": 3000}
    keeps_answers = False

    @documented(shapes.QuoteOut, body=shapes.QuoteIn, unsafe=True, operation_id="subsidies_quote", auth=[])
    def post(self, request: Request) -> Response:
        """What the clauses give for stated facts, each line with its clause. Nothing is stored."""
        return Response(quote(request.data).as_dict())


def _row(known: Known, on: datetime.date) -> dict[str, Any]:
    terms, in_force = known.terms_to_show(on)
    return {
        "id": known.key,
        "label": terms.label,
        "kind": terms.kind.value,
        "topic": known.topic.value,
        "rule": rule(terms),
        "place": known.place,
        "clause": terms.law.cite(known.key),
        "in_force": in_force,
    }


def _whole(known: Known, on: datetime.date) -> dict[str, Any]:
    terms, _in_force = known.terms_to_show(on)
    prefix = f"{terms.key}."
    figures = [figure for key, figure in terms.law.items() if key.startswith(prefix)]
    return _row(known, on) | {
        "facts": [_fact(name, need) for name, need in terms.needs.items()],
        "figures": [
            {
                "name": figure.key.removeprefix(prefix),
                "label": figure.label,
                "value": str(figure.value),
                "unit": figure.unit,
                "clause": figure.clause.text if figure.clause else "",
                "valid_from": figure.valid_from.isoformat(),
                "valid_until": figure.valid_until.isoformat() if figure.valid_until else None,
            }
            for figure in figures
        ],
        "requires": list(terms.requires),
        "readings": [{"id": row.key, "label": row.label, "text": row.text} for row in terms.readings],
        **{name: list(terms.data.get(name, ())) for name in ("beneficiary", "entity", "departments")},
        **{name: terms.data.get(name, "") for name in ("once_per", "exclusive_group")},
    }


def _fact(name: str, need: str) -> dict[str, Any]:
    fact = FACTS[name]
    return {
        "name": name,
        "label": str(fact.label),
        "kind": fact.kind.value,
        "unit": str(fact.unit),
        "need": need,
        "choices": [str(key) for key, _label in fact.choices],
    }


class Measures(PublicView):
    queries = ("on", "topic", "kind", "place")
    paged = True

    @documented(
        page_of(shapes.MeasureRowOut),
        operation_id="subsidies_measures_list",
        parameters=[*FILTERS, ON, *PAGING],
        auth=[],
        filters=False,
    )
    def get(self, request: Request) -> Response:
        """Every measure, in the order of the catalogue."""
        on, asked = day_asked(request), request.query_params
        _choice("topic", asked.get("topic", ""), Topic.values)
        _choice("kind", asked.get("kind", ""), Kind.values)
        rows = [
            row
            for known in measures.known().values()
            if not asked.get("place") or known.reaches(asked["place"])
            for row in (_row(known, on),)
            if all(not asked.get(name) or row[name] == asked[name] for name in ("topic", "kind"))
        ]
        return self.page(rows, lambda row: row)


def _choice(name: str, given: str, allowed: list[str]) -> None:
    if given and given not in allowed:
        raise Invalid.one(name, _("没有这个选项。"), name)


class OneMeasure(PublicView):
    queries = ("on",)

    @documented(shapes.MeasureOut, operation_id="subsidies_measures_retrieve", parameters=[ON], auth=[])
    def get(self, request: Request, key: str) -> Response:
        """One measure: its facts, figures with clauses, conditions and readings."""
        try:
            known = measures.one(key)
        except NotVisible:
            raise NotVisible.one("not_found", _("没有这项支持措施。")) from None
        return Response(_whole(known, day_asked(request)))
