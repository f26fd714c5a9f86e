"""The working-day calendar as a program reads it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.describe import documented
from core import calendar_days
from core.calendar_days import DayFace, DayKind
from core.errors import NotVisible
from filings.api import answers
from filings.presentation.calendar import shown_years
from filings.selectors.calendar import is_complete


def _day(face: DayFace) -> dict[str, Any]:
    return {
        "date": face.day.isoformat(),
        "kind": str(face.kind),
        "worked": face.kind in (DayKind.WORKDAY, DayKind.MAKE_UP),
        "origin": str(face.origin),
        "note": face.note,
    }


class CalendarYear(ApiView):
    access = "login"

    @documented(answers.CalendarYearOut, operation_id="calendar_retrieve")
    def get(self, request: Request, year: int) -> Response:
        """Every day of a year: what it is, whether it is worked, where that is known from."""
        if year not in shown_years():
            raise NotVisible.one("year", _("没有这一年的日历。"))
        stated = calendar_days.statement(year)
        return Response(
            {
                "year": year,
                "certain": is_complete(year),
                "source": stated.source if stated else "",
                "days": [_day(face) for face in calendar_days.year_days(year)],
            }
        )
