"""What is owed while a filing is being cancelled: the unit's statement, the bureau's next step. No writes."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from core import clock, workdays
from filings.enums import OPEN_CANCELLATION, CancellationState, DutyKind
from filings.models import Cancellation
from filings.owed import Owed
from filings.selectors.lifecycle import law_of

PROPOSAL = "procedure.proposal"


def owed(pk: int) -> list[Owed]:
    """Source `cancellation`. While the clock of the hearing stands still nothing is owed."""
    row = Cancellation.objects.select_related("entity").filter(pk=pk).first()
    if row is None or not row.is_open:
        return []
    if row.state == CancellationState.HEARING:
        return _hearing(row)
    return _next_step(row)


def living() -> Iterable[int]:
    """Cancellations under way."""
    rows = Cancellation.objects.filter(state__in=OPEN_CANCELLATION)
    return rows.values_list("pk", flat=True).iterator()


def _hearing(row: Cancellation) -> list[Owed]:
    """Until the last day the word is the unit's, unless it has stated its views; afterwards the bureau closes the hearing."""
    until, served = row.hearing_until, row.served_at
    if until is None or served is None:
        return []
    if clock.today() > until:
        return _bureau(row, _("结束“%(name)s”的陈述申辩期"), "close", clock.end_of_day(until))
    if row.statements.exists():
        return []
    return [
        Owed(
            key=DutyKind.HEARING.value,
            kind=DutyKind.HEARING.value,
            title=row.entity.spec.say(_("就取消“%(name)s”%(act)s资格陈述申辩"), name=row.entity.name),
            due_at=clock.end_of_day(until),
            opens_on=clock.local(served).date(),
            organisation_id=row.entity.lead_id,
            authority_id=row.entity.authority_id,
            entity_id=row.entity_id,
            clause=row.clause,
            legal=True,
        )
    ]


def _next_step(row: Cancellation) -> list[Owed]:
    if row.state == CancellationState.OPENED:
        return _bureau(row, _("告知取消“%(name)s”%(act)s资格的事实和理由"), "serve", row.opened_at)
    if row.state == CancellationState.HEARD and row.heard_at is not None:
        return _bureau(row, _("拟定取消“%(name)s”%(act)s资格的意见"), "propose", row.heard_at)
    if row.state == CancellationState.PROPOSED and row.proposed_at is not None:
        second = {"person_id": None, "first_person_id": row.proposed_by_id}
        return _bureau(row, _("审定取消“%(name)s”%(act)s资格"), "decide", row.proposed_at, **second)
    return []


def _bureau(row: Cancellation, words: str, step: str, since: datetime.datetime, **people: Any) -> list[Owed]:
    days = law_of(row.entity).value(PROPOSAL)
    if days is None:
        return []
    values: dict[str, Any] = {"person_id": row.opened_by_id or row.entity.officer_id, **people}
    return [
        Owed(
            key=f"{DutyKind.CANCELLATION}:{step}",
            kind=DutyKind.CANCELLATION.value,
            title=row.entity.spec.say(words, name=row.entity.name),
            due_at=workdays.deadline(since, int(days)),
            opens_on=clock.local(since).date(),
            organisation_id=row.entity.authority_id,
            entity_id=row.entity_id,
            clause=row.clause,
            **values,
        )
    ]
