"""Reports of a correction: for whom the result changed, then that of the round. Each replaces the one in force, once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.actor import Actor
from core.errors import NotNow
from evaluation.models import Correction, Report, ResultChange
from evaluation.selectors.report_facts import Gathered, rows_of
from evaluation.services import reports

BLOCK = 50


def issue(row: Correction, gathered: Gathered, by: Actor) -> Iterator[int]:
    """Replace what is not replaced yet, in the order of the ranks; yields how many there are after each block."""
    while True:
        with transaction.atomic():
            reports.lock(gathered.round)
            waiting = ResultChange.objects.filter(run=gathered.run, report=None, done_at__isnull=False)
            block = list(waiting.select_related("subject").order_by("after__rank", "pk")[:BLOCK])
            _replace(row, gathered, block, by)
            done = ResultChange.objects.filter(run=gathered.run, report__isnull=False).count()
        yield done
        if len(block) < BLOCK:
            break
    _of_round(row, gathered, by)


def _replace(row: Correction, gathered: Gathered, block: list[ResultChange], by: Actor) -> None:
    """One block; numbers follow the issues, then the ranks."""
    ids = [change.subject.entity_id for change in block]
    held = {one.entity_id: one for one in _in_force(gathered).filter(entity__in=ids)}
    data = gathered.entities(rows_of(gathered.run, ids))
    alike: dict[tuple[int, str], list[tuple[int | None, dict[str, Any]]]] = defaultdict(list)
    for change in block:
        pk = change.subject.entity_id
        old, reason = _found(held.get(pk)), words(row) if change.named else words_beside(row)
        alike[old.issue, reason].append((pk, data[pk] | {"replaces": _replaces(old, reason)}))
    for (number, reason), rows in sorted(alike.items(), key=lambda pair: pair[0][0]):
        for made in reports.issue(gathered, rows, by.user, issue=number + 1, reason=reason):
            Report.objects.filter(pk__in=[one.pk for one in held.values()], entity=made.entity_id).update(
                superseded_by=made
            )
            ResultChange.objects.filter(
                run=gathered.run, subject__entity=made.entity_id, subject__round=row.round_id
            ).update(report=made)


def _of_round(row: Correction, gathered: Gathered, by: Actor) -> None:
    with transaction.atomic():
        reports.lock(gathered.round)
        held = _found(_in_force(gathered).filter(entity=None).first())
        if held.run_id == gathered.run.pk:
            return
        data = gathered.whole() | {"replaces": _replaces(held, words(row))}
        (made,) = reports.issue(gathered, [(None, data)], by.user, issue=held.issue + 1, reason=words(row))
        Report.objects.filter(pk=held.pk).update(superseded_by=made)


def _in_force(gathered: Gathered) -> Any:
    return Report.objects.filter(round=gathered.round, superseded_by=None)


def _found(held: Report | None) -> Report:
    if held is None:
        raise NotNow.one("no_report", _("更正前的报告尚未出具，不能更正。"))
    return held


def words(row: Correction) -> str:
    """Why, as the reports and their check page say it."""
    return _("%(which)s（%(ground)s）：%(reason)s") % {
        "which": row,
        "ground": row.get_ground_display(),
        "reason": row.reason[:1800],
    }


def words_beside(row: Correction) -> str:
    """For whom the correction does not name: what was wrong with others is not told."""
    return _("%(which)s：其他主体的评价结果更正后，本主体的得分或者名次随之变动。") % {"which": row}


def _replaces(held: Report, reason: str) -> dict[str, str]:
    return {"number": held.number, "reason": reason}
