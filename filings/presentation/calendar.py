"""The calendar as its pages show it: a year in twelve months, its holidays in a table, and a proposed change."""

from __future__ import annotations

import calendar
import datetime
from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from core import calendar_days, clock, workdays
from core.actor import Actor
from core.calendar_days import DayFace, DayKind, Origin
from core.calendar_text import HOLIDAY, NONE, WEEKDAYS, ProposedDay, runs
from filings.selectors import calendar as clocks
from filings.selectors.calendar import ClockKind, Move
from filings.selectors.filings import visible_to
from filings.services.calendar import Outcome

#: Clocks listed by name in a preview; all are counted.
LISTED = 100
FIRST_YEAR = 2004  # the library's first
MARKS = {DayKind.HOLIDAY: "休", DayKind.MAKE_UP: "班"}  # data
TONES = {DayKind.HOLIDAY: "done", DayKind.MAKE_UP: "act", DayKind.WORKDAY: "off", DayKind.WEEKEND: "off"}


def year_page(year: int) -> dict[str, Any]:
    """Everything about one year."""
    faces = calendar_days.year_days(year)
    stated = calendar_days.statement(year)
    return {
        "year": year,
        "years": _years(year),
        "complete": clocks.is_complete(year),
        "in_library": workdays.in_library(year),
        "stated": stated,
        "stated_by": User.objects.filter(pk=stated.stated_by_id or 0).first() if stated else None,
        "weekdays": WEEKDAYS,
        "months": [_month(year, number, faces) for number in range(1, 13)],
        "breaks": breaks(faces),
        "working_days": sum(face.kind in (DayKind.WORKDAY, DayKind.MAKE_UP) for face in faces),
    }


def shown_years() -> range:
    return range(FIRST_YEAR, clocks.editable_years().stop)


def _years(year: int) -> list[dict[str, Any]]:
    """The years around today as tabs, and the one asked for."""
    today = clock.today().year
    near = sorted({*range(today - 1, clocks.editable_years().stop), year})
    return [
        {"label": _("%(y)s 年") % {"y": y}, "url": reverse("calendar:year", args=[y]), "current": y == year}
        for y in near
    ]


def _month(year: int, number: int, faces: list[DayFace]) -> dict[str, Any]:
    by_day = {face.day: face for face in faces}
    weeks = [
        [_cell(by_day[day]) if day.month == number else None for day in week]
        for week in calendar.Calendar().monthdatescalendar(year, number)
        if any(day.month == number for day in week)
    ]
    return {"number": number, "weeks": weeks}


def _cell(face: DayFace) -> dict[str, Any]:
    words = [str(face.kind.label), face.note, str(face.origin.label)]
    return {
        "day": face.day,
        "kind": face.kind.value,
        "mark": MARKS.get(face.kind, ""),
        "own": face.origin == Origin.TABLE,
        "title": " ".join(word for word in words if word),
        "today": face.day == clock.today(),
    }


def breaks(faces: Iterable[DayFace]) -> list[dict[str, Any]]:
    """Holidays, make-up days and whatever the own table says, neighbouring days of one kind together."""
    told = [face for face in faces if face.kind in MARKS or face.origin == Origin.TABLE]
    numbered = enumerate(told)
    rows = []
    for _key, group in groupby(
        numbered, lambda pair: (pair[1].kind, pair[1].origin, pair[1].note, pair[1].day.toordinal() - pair[0])
    ):
        days = [face for _number, face in group]
        first = days[0]
        rows.append(
            {
                **_span(first.day, days[-1].day),
                "tone": TONES[first.kind],
                "kind": first.kind.label,
                "note": first.note,
                "origin": first.origin.label,
                "own": first.origin == Origin.TABLE,
            }
        )
    return rows


def _span(first: datetime.date, last: datetime.date) -> dict[str, Any]:
    names = [_("周%(d)s") % {"d": WEEKDAYS[day.weekday()]} for day in (first, last)]
    return {
        "first": first,
        "last": last,
        "weekdays": names[0] if first == last else _("%(a)s至%(b)s") % {"a": names[0], "b": names[1]},
        "days": (last - first).days + 1,
    }


def preview(actor: Actor, found: Outcome, *, whole: bool) -> dict[str, Any]:
    """What a change would do, for the person who may confirm it. `whole` was typed as a year, not as a day."""
    faces = {face.day: face for face in calendar_days.year_days(found.year)}
    moved, kept = Counter(m.kind for m in found.moved), Counter(m.kind for m in found.kept)
    listed = _listed(actor, found.concerned)
    told = {one.day for one in found.reading.days}
    own = [face.day for face in faces.values() if face.origin == Origin.TABLE]
    return {
        "outcome": found,
        "changes": [_change(run, faces) for run in runs(found.changed)],
        "same": len(found.reading.days) - len(found.changed),
        "missing": found.reading.missing() if found.states else [],
        "left": [day for day in own if whole and day not in told],
        "counts": [
            {"label": kind.label, "moved": moved[kind], "kept": kept[kind]}
            for kind in ClockKind
            if moved[kind] or kept[kind]
        ],
        "moves": listed[:LISTED],
        "unlisted": max(len(listed) - LISTED, 0),
        "elsewhere": len(found.concerned) - len(listed),
    }


def _change(run: list[ProposedDay], faces: dict[datetime.date, DayFace]) -> dict[str, Any]:
    """Neighbouring days that would be said alike, and what they are now."""
    first = run[0]
    kinds = {HOLIDAY: DayKind.HOLIDAY, NONE: None}
    kind = kinds.get(first.kind, DayKind.MAKE_UP if first.day.weekday() >= 5 else DayKind.WORKDAY)
    now = dict.fromkeys(str(faces[one.day].kind.label) for one in run)
    return {
        **_span(first.day, run[-1].day),
        "kind": kind.label if kind else _("恢复"),
        "tone": TONES[kind] if kind else "off",
        "note": first.note,
        "now": "、".join(now),
    }


def _listed(actor: Actor, concerned: list[Move]) -> list[dict[str, Any]]:
    """The clocks of cases this person may see; those of other offices are only counted."""
    mine = [move for move in concerned if move.authority_id == actor.organisation_id]
    numbers = {move.filing_id for move in concerned if move.filing_id}
    seen = set(visible_to(actor).filter(pk__in=numbers).values_list("pk", flat=True))
    shown = [move for move in mine if not move.filing_id or move.filing_id in seen]
    return [
        {"move": move, "kind": move.kind.label, "url": _url(move), "later": move.new > move.old}
        for move in sorted(shown, key=lambda move: (not move.moves, move.new, str(move.kind), move.pk))
    ]


def _url(move: Move) -> str:
    if move.filing_id:
        return reverse("filings:desk_case", args=[move.filing_id])
    if move.cancellation_id:
        return reverse("filings:cancellation", args=[move.cancellation_id])
    return reverse("filings:entity", args=[move.entity_code]) if move.entity_code else ""
