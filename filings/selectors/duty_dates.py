"""When a duty is spoken of: lead times before its date. No writes."""

from __future__ import annotations

import datetime

from core import clock, workdays
from filings.enums import DutyKind
from filings.models import Duty
from policy.law import Law, law_on

# far ahead, in calendar days; the first figure is the law's
LONG = (DutyKind.RENEWAL, DutyKind.ANNUAL_REPORT, DutyKind.AWARD_OFFER, DutyKind.SELF_ASSESSMENT)
# told of on the day it opens too: nobody waits for it
AT_ONCE = (DutyKind.AWARD_OFFER, DutyKind.SELF_ASSESSMENT)
LONG_LEAD = "procedure.expiry_reminder"
LATER_LEADS = (7, 1)
# everything else, in working days
LEADS = (3, 1)


def law_for(duty: Duty) -> Law:
    """The law of today in the place of the matter's programme."""
    matter = duty.filing or duty.entity
    place = matter.spec.place if matter is not None else duty.organisation.district.code
    return law_on(clock.today(), place)


def lead_days(duty: Duty) -> list[datetime.date]:
    """The days on which somebody is to be reminded of it, earliest first."""
    last = clock.local(duty.due_at).date()
    if duty.kind in LONG:
        leads = {int(law_for(duty).value(LONG_LEAD, LATER_LEADS[0])), *LATER_LEADS}
        days = {last - datetime.timedelta(days=lead) for lead in leads}
        return sorted(days | ({duty.opens_on} if duty.kind in AT_ONCE else set()))
    return sorted(workdays_before(last, lead) for lead in LEADS)


def workdays_before(day: datetime.date, n: int) -> datetime.date:
    """The working day from which `n` working days are left until a day."""
    while n or not workdays.is_workday(day):
        n -= n > 0 and workdays.is_workday(day)
        day -= workdays.ONE_DAY
    return day


def days_over(duty: Duty) -> int:
    """Working days since its date; 0 or less while it is not missed."""
    return workdays.workdays_between(clock.local(duty.due_at).date(), clock.today())
