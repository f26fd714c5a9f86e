"""The list of entities: who is valid, who expires, whose conditions are unmet, in tabs with counts. No writes."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.selectors import people_with_role
from core import clock
from core.actor import Actor
from core.search import asked
from filings.enums import OPEN_CANCELLATION, DutyStanding, EntityState, Lamp
from filings.models import Cancellation, Certificate, Entity
from filings.permissions import STAFF_READERS
from filings.selectors import duties
from filings.selectors.assignment import HANDLERS

EXPIRING_DAYS = 90
NOBODY = "none"
TABS: dict[str, Any] = {
    "valid": _("有效"),
    "expiring": _("即将到期（90 天）"),
    "expired": _("已到期"),
    "unmet": _("条件不符合"),
    "cancelling": _("取消办理中"),
    "ended": _("已终止"),
}


def with_status(status: str, on: datetime.date) -> Q:
    """The same rule as `Entity.status_on`, for the database."""
    ended = Q(ended_on__isnull=False, ended_on__lte=on)
    if status in EntityState.values and status != EntityState.REGISTERED:
        return ended & Q(standing=status)
    covered = Exists(
        Certificate.objects.filter(
            Q(ended_on__isnull=True) | Q(ended_on__gt=on),
            Q(valid_until__isnull=True) | Q(valid_until__gte=on),
            entity=OuterRef("pk"),
            valid_from__lte=on,
        )
    )
    recorded = ~Exists(Certificate.objects.filter(entity=OuterRef("pk")))
    open_ended = Q(valid_until__isnull=True) | Q(valid_until__gte=on)
    in_force = Q(covered) | (Q(recorded, valid_from__lte=on) & open_ended)
    by_date: dict[str, Q] = {
        "upcoming": Q(valid_from__gt=on),
        "valid": in_force,
        "expired": Q(valid_from__lte=on) & ~in_force,
    }
    found: Q = by_date.get(status, Q(pk__in=[]))
    return ~ended & found


def by_words(rows: QuerySet[Entity], text: str) -> QuerySet[Entity]:
    """Entities whose name, number or lead contains every word of the text."""
    for word in text.split():
        rows = rows.filter(grams__contains=asked(word)).filter(
            Q(name__icontains=word) | Q(code__icontains=word) | Q(lead__name__icontains=word)
        )
    return rows


def _tab(key: str) -> Q:
    today = clock.today()
    soon = today + datetime.timedelta(days=EXPIRING_DAYS)
    on_register = Q(standing=EntityState.REGISTERED)
    being_cancelled = Cancellation.objects.filter(entity=OuterRef("pk"), state__in=OPEN_CANCELLATION)
    tabs: dict[str, Q] = {
        "valid": with_status("valid", today),
        "expiring": with_status("valid", today) & Q(valid_until__lte=soon),
        "expired": with_status("expired", today),
        "unmet": on_register & Q(lamp__in=(Lamp.RED, Lamp.AMBER)),
        "cancelling": Q(Exists(being_cancelled)),
        "ended": ~on_register,
    }
    return tabs[key]


def in_tab(rows: QuerySet[Entity], key: str) -> QuerySet[Entity]:
    """The rows of a tab: what runs out first, first; what has ended, newest first."""
    order = (F("ended_on").desc(nulls_last=True), "pk") if key == "ended" else ("valid_until", "pk")
    return rows.filter(_tab(key)).order_by(*order)


def counts(rows: QuerySet[Entity]) -> dict[str, int]:
    """{tab: how many}, in one query."""
    return rows.order_by().aggregate(**{key: Count("pk", filter=_tab(key)) for key in TABS})


def shown(rows: QuerySet[Entity], actor: Actor) -> QuerySet[Entity]:
    """With what a line shows; two queries however many lines. `open_duties` are those this actor may know of."""
    known = duties.visible_to(actor).filter(
        Q(entity=OuterRef("pk")) | Q(filing__entity=OuterRef("pk")), standing=DutyStanding.OPEN
    )
    number = known.order_by().annotate(one=F("standing")).values("one").annotate(n=Count("pk")).values("n")
    return (
        rows.select_related("lead", "officer", "district__parent")
        .prefetch_related("certificates")
        .annotate(open_duties=Subquery(number))
    )


def contact_options(actor: Actor) -> list[tuple[str, str]]:
    """Whom of the acting bureau an entity can have as its contact, for the filter. One query."""
    if actor.organisation is None or not actor.has_role(*STAFF_READERS):
        return []
    people = people_with_role(actor.organisation, *HANDLERS).values_list("pk", "name")
    return [(NOBODY, str(_("未指定"))), *((str(pk), name) for pk, name in people)]


def of_contact(rows: QuerySet[Entity], officer: str) -> QuerySet[Entity]:
    """The entities of one contact, or of nobody."""
    if officer == NOBODY:
        return rows.filter(officer=None)
    return rows.filter(officer_id=int(officer)) if officer.isdecimal() else rows
