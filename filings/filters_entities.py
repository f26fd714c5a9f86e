"""Filters of the list of entities; what cannot be understood is ignored and said."""

from __future__ import annotations

from functools import cache
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from filings.models import Entity
from filings.presentation import catalogue
from filings.selectors import entity_list
from filings.selectors.worklist import district_options, industry_options

MAX_QUERY = 60


class EntityFilter(django_filters.FilterSet):
    """`q`, `kind`, `district`, `industry`, `officer`. `request.actor` limits the districts and people offered."""

    q = django_filters.CharFilter(
        method="by_words", label=_("名称、编号或牵头或依托单位"), max_length=MAX_QUERY
    )
    kind = django_filters.ChoiceFilter(choices=catalogue.kind_choices, label=_("类别"), empty_label=_("全部"))
    district = django_filters.ChoiceFilter("district__code", label=_("区（市）"), empty_label=_("全部"))
    industry = django_filters.ChoiceFilter(
        choices=industry_options, label=_("产业领域"), empty_label=_("全部")
    )
    officer = django_filters.ChoiceFilter(method="by_contact", label=_("联系人"), empty_label=_("全部"))

    class Meta:
        model = Entity
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        actor: Actor = getattr(self.request, "actor", None) or Actor()
        self.filters["district"].extra["choices"] = district_options(actor)
        self.filters["officer"].extra["choices"] = cache(lambda: entity_list.contact_options(actor))

    def by_words(self, rows: QuerySet[Entity], name: str, value: str) -> QuerySet[Entity]:
        return entity_list.by_words(rows, value)

    def by_contact(self, rows: QuerySet[Entity], name: str, value: str) -> QuerySet[Entity]:
        return entity_list.of_contact(rows, value)
