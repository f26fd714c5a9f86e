"""What a round makes somebody owe: the units their self-assessment, the bureau the check and the review. No writes."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from core import clock
from evaluation.enums import RoundState
from evaluation.models import Round, RoundEntity
from filings.enums import DutyKind, EntityState
from filings.owed import Owed
from policy.law import cite


def of_subject(pk: int) -> list[Owed]:
    """Source `roundentity`: the lead of an evaluated entity, until the self-assessment has been handed in."""
    subject = (
        RoundEntity.objects.select_related("round__scheme", "entity", "filing")
        .filter(pk=pk, included=True, round__state=RoundState.OPEN)
        .first()
    )
    if subject is None or subject.entity.standing != EntityState.REGISTERED:
        return []
    if subject.filing is not None and subject.filing.submitted_at is not None:
        return []
    row, entity = subject.round, subject.entity
    words = _("提交“%(name)s”的自评（%(round)s）")
    return [
        _owed(
            row,
            DutyKind.SELF_ASSESSMENT,
            words % {"name": entity.name, "round": row.name},
            row.reports_until,
            organisation_id=entity.lead_id,
            authority_id=row.authority_id,
            entity_id=entity.pk,
        )
    ]


def living_subjects() -> Iterable[int]:
    """Evaluated entities whose round takes self-assessments."""
    rows = RoundEntity.objects.filter(included=True, round__state=RoundState.OPEN)
    return rows.values_list("pk", flat=True).iterator()


def of_round(pk: int) -> list[Owed]:
    """Source `round`: the bureau checks the figures, then has experts judge what they judge, each by its day."""
    row = Round.objects.select_related("scheme").filter(pk=pk).first()
    return list(_of_bureau(row)) if row is not None else []


def living_rounds() -> Iterable[int]:
    """Rounds under way."""
    states = (RoundState.CHECKING, RoundState.REVIEWING)
    return Round.objects.filter(state__in=states).values_list("pk", flat=True)


def _of_bureau(row: Round) -> Iterator[Owed]:
    own = {"organisation_id": row.authority_id, "person_id": row.officer_id}
    if row.state == RoundState.CHECKING:
        text = _("完成“%(name)s”的数据核验") % {"name": row.name}
        yield _owed(row, DutyKind.EXAMINE, text, row.checks_until, **own)
    elif row.state == RoundState.REVIEWING:
        text = _("完成“%(name)s”的专家评审") % {"name": row.name}
        yield _owed(row, DutyKind.REVIEW, text, row.reviews_until, **own)


def _owed(row: Round, kind: DutyKind, title: str, until: datetime.date, **more: Any) -> Owed:
    opened = clock.local(row.opened_at).date() if row.opened_at else until
    return Owed(
        key=kind.value,
        kind=kind.value,
        title=title[:200],
        due_at=clock.end_of_day(until),
        opens_on=min(opened, until),
        clause=cite(row.scheme.rule)[:200] if row.scheme.rule else "",
        **more,
    )
