"""The schedule of evaluations: what is due today is set up once, however many schedulers ask."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit, clock, jobs, workdays
from core.actor import Actor
from core.errors import PortalError
from core.jobs import Running
from evaluation import permissions as may
from evaluation.enums import Occasion, RoundState
from evaluation.models import Plan, Round
from evaluation.selectors.population import candidates
from evaluation.selectors.schemes import in_force
from evaluation.services import rounds, telling
from filings.periods import add_months

#: Job of a day: sets up what is due.
JOB = "evaluation.plan"
#: An expiry evaluation begins so many months before the validity ends, so that a renewal can rest on it.
EXPIRY_AHEAD = 3
#: So many months a plan looks back for what fell due while nobody asked.
CATCH_UP = 12


def ring() -> None:
    """Called every few minutes; the job exists once a day."""
    jobs.enqueue(JOB, period=clock.today().isoformat())


def run_job(running: Running) -> Mapping[str, Any]:
    """Job `evaluation.plan`: every plan that is due gets its round of this period."""
    made, refused = [], {}
    for plan in Plan.objects.filter(active=True).select_related("authority"):
        try:
            with transaction.atomic():
                row = set_up(plan)
        except PortalError as refusal:  # one bureau's plan keeps no other from its round
            refused[str(plan.pk)] = str(refusal)
            telling.not_planned(plan, running.job.period, str(refusal))
            continue
        if row is not None:
            made.append(row.code)
    return {"rounds": made, "refused": refused}


def set_up(plan: Plan) -> Round | None:
    """The round of a plan for the period that is due, made once; None where there is nothing to evaluate."""
    due = due_period(plan, clock.today())
    scheme = in_force(plan.authority, plan.scheme_key)
    if due is None or scheme is None or plan.rounds.filter(plan_period=due[0]).exists():
        return None
    period, given = due
    given |= {"occasion": plan.occasion, "scheme": scheme, "plan": plan, **calendar_of(plan)}
    given["name"] = (given["name"] + scheme.label.removesuffix(_("指标体系")))[:60]
    wanted = Round(authority=plan.authority, **given)
    taken = plan.authority.rounds.filter(name=given["name"]).exclude(state=RoundState.STOPPED).exists()
    if taken or not any(found.included for found in candidates(wanted)):
        return None
    try:
        with transaction.atomic():
            row = rounds.create(actor=Actor.system("evaluation.plan"), plan_period=period, **given)
            telling.planned(row)
            return row
    except IntegrityError:
        return None  # another scheduler was faster: the constraint holds


def due_period(plan: Plan, today: datetime.date) -> tuple[str, dict[str, Any]] | None:
    """Key of the period that is due and what a round of it is about; None before its time."""
    if plan.occasion == Occasion.YEARLY:
        if today.month < plan.month:
            return None
        year = today.year - 1
        dates = {"period_from": datetime.date(year, 1, 1), "period_until": datetime.date(year, 12, 31)}
        return str(year), dates | {"name": _("%(year)s 年度") % {"year": year}}
    ahead = EXPIRY_AHEAD if plan.occasion == Occasion.EXPIRY else 0
    first = add_months(today.replace(day=1), ahead)
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    back = 12 if plan.occasion == Occasion.EXPIRY else plan.months_after
    return f"{first:%Y-%m}", {
        "due_from": min(first, max(_since(plan, ahead), add_months(first, -CATCH_UP))),
        "due_until": last,
        "period_from": add_months(today, -back),
        "period_until": today,
        "name": f"{first:%Y-%m} {Occasion(plan.occasion).label} ",
    }


def _since(plan: Plan, ahead: int) -> datetime.date:
    """From which day on nobody was looked for yet: a scheduler that stood still for months leaves nobody out."""
    last = plan.rounds.exclude(due_until=None).order_by("-due_until").first()
    if last is not None and last.due_until is not None:
        return last.due_until + datetime.timedelta(days=1)
    return add_months(clock.local(plan.created_at).date().replace(day=1), ahead)


def calendar_of(plan: Plan) -> dict[str, datetime.date]:
    """Dates of a round that is set up today."""
    reports = workdays.add_workdays(clock.today(), plan.report_days)
    checks = workdays.add_workdays(reports, 10)
    return {
        "reports_until": reports,
        "checks_until": checks,
        "reviews_until": workdays.add_workdays(checks, 20),
    }


@transaction.atomic
def keep(
    *,
    actor: Actor,
    scheme_key: str,
    occasion: str,
    month: int = 3,
    months_after: int = 18,
    report_days: int = 20,
    active: bool = True,
) -> Plan:
    """Set or change a plan of the actor's bureau."""
    may.evaluation_keeper.require(actor, None)
    row, made = Plan.objects.update_or_create(
        authority=actor.organisation,
        scheme_key=scheme_key,
        occasion=occasion,
        defaults={
            "month": month,
            "months_after": months_after,
            "report_days": report_days,
            "active": active,
        },
        create_defaults={
            "month": month,
            "months_after": months_after,
            "report_days": report_days,
            "active": active,
            "created_by": actor.user,
            "created_at": clock.now(),
        },
    )
    audit.record("evaluation.plan", actor=actor, obj=row, detail={"made": made, "active": active})
    return row
