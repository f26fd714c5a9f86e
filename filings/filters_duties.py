"""One set of filters for the pages of duties and the API; what cannot be understood is ignored and said."""

from __future__ import annotations

import datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import Actor
from filings.enums import DutyKind, DutyStanding
from filings.models import Duty
from filings.selectors import duties

MAX_QUERY = 60
# whatever year is typed, a moment of it must have a place on the clock of every zone
FIRST_DAY, LAST_DAY = datetime.date(1990, 1, 1), datetime.date(2990, 12, 31)
WHOSE = (("mine", _("由我办理")), ("all", _("全部")))


def _date(method: str, label: Any) -> django_filters.DateFilter:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return django_filters.DateFilter(method=method, label=label, widget=widget)


class DutyFilter(django_filters.FilterSet):
    """`kind`, `unit`, `whose`, `due_after`, `due_before` (both days included). `request.actor` says who `mine` is."""

    kind = django_filters.ChoiceFilter(choices=DutyKind.choices, label=_("事项"), empty_label=_("全部"))
    unit = django_filters.CharFilter(method="by_unit", label=_("单位、名称或信用代码"), max_length=MAX_QUERY)
    whose = django_filters.ChoiceFilter(
        choices=WHOSE, method="by_person", label=_("责任人"), empty_label=None
    )
    due_after = _date("after", _("期限起"))
    due_before = _date("before", _("期限止"))

    class Meta:
        model = Duty
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor: Actor = getattr(self.request, "actor", None) or Actor()

    def by_unit(self, rows: QuerySet[Duty], name: str, value: str) -> QuerySet[Duty]:
        return duties.of_unit(rows, value)

    def by_person(self, rows: QuerySet[Duty], name: str, value: str) -> QuerySet[Duty]:
        return duties.own(self.actor, rows) if value == "mine" else rows

    def after(self, rows: QuerySet[Duty], name: str, value: Any) -> QuerySet[Duty]:
        return rows.filter(due_at__gte=clock.start_of_day(min(max(value, FIRST_DAY), LAST_DAY)))

    def before(self, rows: QuerySet[Duty], name: str, value: Any) -> QuerySet[Duty]:
        return rows.filter(due_at__lte=clock.end_of_day(min(max(value, FIRST_DAY), LAST_DAY)))


class ApiDutyFilter(DutyFilter):
    """With `standing`, which the pages show as a tab."""

    standing = django_filters.ChoiceFilter(choices=DutyStanding.choices, label=_("状态"))
