"""Duties as an iCalendar object (RFC 5545): names of matters and dates, nothing else of what a case holds."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import icalendar
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock
from filings.models import Duty
from filings.selectors.duty_dates import lead_days

REMIND_AT = datetime.time(9, 0)
REFRESH = datetime.timedelta(hours=1)


def feed(duties: Iterable[Duty], owner: str) -> bytes:
    """The calendar of `owner`. A duty keeps its identity when its date moves."""
    made = icalendar.Calendar()
    made.add("prodid", "-//Lianchuang//Duties//ZH")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", _("任务日历 %(owner)s") % {"owner": owner})
    made.add("x-wr-timezone", str(clock.SHANGHAI))
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for duty in duties:
        made.add_component(_event(duty))
    made.add_missing_timezones()
    return bytes(made.to_ical())


def _event(duty: Duty) -> icalendar.Event:
    due = clock.local(duty.due_at)
    event = icalendar.Event()
    event.add("uid", f"duty-{duty.pk}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", duty.created_at.astimezone(datetime.UTC))
    if due == clock.end_of_day(due.date()):
        event.add("dtstart", due.date())
        event.add("dtend", due.date() + datetime.timedelta(days=1))
    else:
        event.add("dtstart", due)
        event.add("duration", datetime.timedelta(0))
    event.add("summary", _summary(duty))
    event.add("description", "\n".join(_description(duty)))
    event.add("url", settings.SITE_URL + reverse("duties:go", args=[duty.pk]))
    event.add("categories", [duty.kind_label])
    event.add("transp", "TRANSPARENT")
    for day in lead_days(duty):
        event.add_component(_alarm(duty, day))
    return event


def _summary(duty: Duty) -> str:
    return _("逾期：%(title)s") % {"title": duty.title} if duty.due_at < clock.now() else duty.title


def _description(duty: Duty) -> list[str]:
    found = [_("法定期限") if duty.legal else duty.kind_label]
    if duty.clause:
        found.append(_("依据：%(clause)s") % {"clause": duty.clause})
    return found


def _alarm(duty: Duty, day: datetime.date) -> Any:
    moment = datetime.datetime.combine(day, REMIND_AT, tzinfo=clock.SHANGHAI)
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", duty.title)
    alarm.add("trigger", moment.astimezone(datetime.UTC), parameters={"VALUE": "DATE-TIME"})
    return alarm
