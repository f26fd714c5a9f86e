"""One set of filters for the worklist and the API; what cannot be understood is ignored and said."""

from __future__ import annotations

from functools import cache
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import Actor
from filings.enums import APPLICANT_HOLDS, FINAL_STATES, Action, State
from filings.models import Filing
from filings.presentation import catalogue
from filings.selectors.filings import search
from filings.selectors.worklist import district_options, industry_options, of_officer, officer_options

MAX_QUERY = 60


def _date(label: Any, lookup: str) -> django_filters.DateFilter:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return django_filters.DateFilter("submitted_at", lookup, label=label, widget=widget)


class FilingFilter(django_filters.FilterSet):
    """`q`, `programme`, `action`, `state`, `district`, `industry`, `officer`, `mine`, `late`, `since`, `until`.

    `request.actor` limits the districts and officers offered and says who `mine` is.
    """

    q = django_filters.CharFilter(
        method="by_words", label=_("名称、单位、信用代码或受理编号"), max_length=MAX_QUERY
    )
    programme = django_filters.ChoiceFilter(
        choices=catalogue.filing_choices, label=_("类别"), empty_label=_("全部")
    )
    action = django_filters.ChoiceFilter(choices=Action.choices, label=_("事项"), empty_label=_("全部"))
    state = django_filters.MultipleChoiceFilter(choices=State.choices, label=_("状态"))
    district = django_filters.ChoiceFilter("district__code", label=_("区（市）"), empty_label=_("全部"))
    industry = django_filters.ChoiceFilter(
        choices=industry_options, label=_("产业领域"), empty_label=_("全部")
    )
    officer = django_filters.ChoiceFilter(method="by_person", label=_("经办人"), empty_label=_("全部"))
    mine = django_filters.BooleanFilter(method="by_officer", label=_("分派给我"), widget=forms.CheckboxInput)
    late = django_filters.BooleanFilter(method="by_clock", label=_("已超期"), widget=forms.CheckboxInput)
    since = _date(_("提交日期起"), "date__gte")
    until = _date(_("提交日期止"), "date__lte")

    class Meta:
        model = Filing
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        actor: Actor = getattr(self.request, "actor", None) or Actor()
        self.actor = actor
        self.filters["district"].extra["choices"] = district_options(actor)
        # asked once, and only if the list is shown or somebody is named
        self.filters["officer"].extra["choices"] = cache(lambda: officer_options(actor))

    def by_words(self, rows: QuerySet[Filing], name: str, value: str) -> QuerySet[Filing]:
        return search(rows, value)

    def by_officer(self, rows: QuerySet[Filing], name: str, value: bool | None) -> QuerySet[Filing]:
        return rows.filter(assigned_to_id=self.actor.user_id) if value else rows

    def by_person(self, rows: QuerySet[Filing], name: str, value: str) -> QuerySet[Filing]:
        return of_officer(rows, value)

    def by_clock(self, rows: QuerySet[Filing], name: str, value: bool | None) -> QuerySet[Filing]:
        """Past the limit while the bureau has the ball."""
        if not value:
            return rows
        return rows.filter(due_at__lt=clock.now()).exclude(state__in=(*FINAL_STATES, *APPLICANT_HOLDS))
