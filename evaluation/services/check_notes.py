"""The agency's part of the data check: remarks, nothing else."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.actor import Actor
from core.errors import Invalid, NotAllowed, NotNow
from evaluation import permissions as may
from evaluation.enums import GATHERING
from evaluation.models import CheckNote, RoundEntity
from evaluation.selectors import agencies

LONGEST = 5000


def keep_apart(actor: Actor, subject: RoundEntity) -> None:
    """NotAllowed for an agency with a conflict of interest about this entity: it neither reads nor remarks."""
    why = agencies.conflicts_with(subject.round, actor.organisation, subject.entity)
    if why:
        raise NotAllowed.one("conflict", _("存在利益冲突，须回避：%(why)s") % {"why": "；".join(why)})


@transaction.atomic
def add(*, actor: Actor, subject: RoundEntity, text: str) -> CheckNote:
    """A remark of the commissioned agency on the figures of one entity.

    Raises NotAllowed for anybody else and where a conflict of interest has come up since, NotNow once the figures are
    no longer gathered, Invalid without words.
    """
    rows = RoundEntity.objects.select_related("round__authority__jurisdiction", "round__scheme", "entity")
    subject = rows.get(pk=subject.pk)
    row = subject.round
    may.round_agency.require(actor, row)
    if row.state not in GATHERING or not subject.included:
        raise NotNow.one("not_gathering", _("本轮次的数据核验已经结束，不能再提出核验意见。"))
    keep_apart(actor, subject)
    said = text.strip()
    if not said:
        raise Invalid.one("text", _("请写明核验意见"), "text")
    made = CheckNote.objects.create(
        subject=subject,
        text=said[:LONGEST],
        organisation=actor.organisation,
        by=actor.user,
        at=clock.now(),
    )
    audit.record("evaluation.check_note", actor=actor, obj=subject, detail={"note": made.pk})
    return made
