"""填报逾期: the deduction of a scheme that the portal can see for itself.

When the self-assessments are closed, whoever handed in late or not at all gets it proposed, with the dates as the
fact. The portal proposes, a person confirms or withdraws: until then it takes nothing and the run cannot be accepted.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.actor import Actor
from core.errors import NotNow
from evaluation import permissions as may
from evaluation.enums import GATHERING, LATE, MarkKind
from evaluation.models import Mark, Round, RoundEntity
from evaluation.scheme import parse
from evaluation.selectors import rounds as see
from evaluation.services import collecting

BLOCK = 500


def propose(row: Round) -> int:
    """State the deduction of everybody who was late; how many. What an officer stated before is left alone.

    In the transaction that closes the self-assessments.
    """
    if LATE not in {one.key for one in parse(row.scheme.tree).deductions}:
        return 0
    stated = Mark.objects.filter(subject__round=row, kind=MarkKind.DEDUCTION, key=LATE)
    rows = row.entities.filter(included=True).exclude(pk__in=stated.values("subject"))
    found = [
        Mark(subject=one, kind=MarkKind.DEDUCTION, key=LATE, reason=fact, stated_at=clock.now())
        for one in rows.select_related("filing")
        if (fact := _fact(row, one))
    ]
    Mark.objects.bulk_create(found, batch_size=BLOCK)
    return len(found)


def _fact(row: Round, subject: RoundEntity) -> str:
    """What happened, with its dates; empty where the unit was in time."""
    limit = clock.end_of_day(row.reports_until)
    handed_in = subject.filing.submitted_at if subject.filing is not None else None
    if handed_in is not None and handed_in <= limit:
        return ""
    day = row.reports_until.isoformat()
    if handed_in is None:
        return _("自评截止日期为 %(day)s，结束自评时仍未提交。") % {"day": day}
    at = clock.local(handed_in).strftime("%Y-%m-%d %H:%M")
    return _("自评截止日期为 %(day)s，于 %(at)s 提交。") % {"day": day, "at": at}


@transaction.atomic
def confirm(*, actor: Actor, round: Round) -> int:
    """Confirm everything the portal proposed that still waits; how many. NotNow once the round has been scored."""
    row = Round.objects.select_for_update(of=("self",), no_key=True).select_related("scheme").get(pk=round.pk)
    may.round_officer.require(actor, row)
    if row.state not in GATHERING:
        raise NotNow.one("not_gathering", _("本轮次已经评分或者尚未启动，不能再修改数据。"))
    found = list(see.late(row).select_for_update(of=("self",)).values_list("pk", "subject_id"))
    Mark.objects.filter(pk__in=[mark for mark, _of in found]).update(
        confirmed_by=actor.user, confirmed_at=clock.now()
    )
    collecting.again(row, [subject for _mark, subject in found])
    audit.record("evaluation.late_confirmed", actor=actor, obj=row, detail={"count": len(found)})
    return len(found)
