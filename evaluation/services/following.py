"""A self-assessment moves, and what is known of its entity in the round follows. In the spine's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from core import clock
from core.actor import Actor
from core.errors import NotNow
from evaluation.enums import GATHERING, RoundState
from evaluation.models import Round, RoundEntity
from evaluation.self_assessment.reading import COUNTS
from evaluation.services import collecting
from filings.enums import State
from filings.models import Filing
from filings.services import duties

#: Acts of the spine after which something about the round is different.
ACTS = ("submit", "withdraw", "resubmit", "not_accept", "accept", "close_review", "record")
#: States that are reached when an officer has looked at the figures.
CHECKED = (State.ACCEPTED, State.FILED)


def _may_let_go(row: Round, filing: Filing) -> None:
    """A unit takes its report back while reports are taken, an officer refuses it until figures are settled."""
    if filing.state == State.WITHDRAWN and row.state not in (RoundState.OPEN, RoundState.STOPPED):
        raise NotNow.one("reports_over", _("自评已经结束，不能撤回；数据有误的，请联系组织评价的机关更正。"))
    if row.state not in (*GATHERING, RoundState.STOPPED):
        raise NotNow.one("not_gathering", _("本轮次已经评分，自评不能再退出评价。"))


def follow(filing: Filing, actor: Actor, given: Mapping[str, Any]) -> None:
    """Tie the filing to its place in the round, or let go of one that came to nothing; gather the figures anew."""
    held = RoundEntity.objects.filter(round__code=filing.period, entity=filing.entity_id, included=True)
    round_id = held.values_list("round", flat=True).first()
    if round_id is None:
        return
    gathers = collecting.holds(round_id)
    rows = RoundEntity.objects.select_for_update(of=("self",)).filter(
        round__code=filing.period, entity=filing.entity_id, included=True
    )
    subject = rows.select_related("round__scheme", "entity__district").first()
    if subject is None:
        return
    if subject.filing_id == filing.pk and filing.state not in COUNTS:
        _may_let_go(subject.round, filing)
    if filing.state in COUNTS:
        subject.filing = filing
    elif subject.filing_id == filing.pk:
        subject.filing = None
    changed = ["filing"]
    if filing.state in CHECKED and subject.checked_at is None:
        subject.checked_by, subject.checked_at = actor.user, clock.now()
        changed += ["checked_by", "checked_at"]
    subject.save(update_fields=changed)
    if gathers:
        collecting.collect_one(subject)
    duties.sync(subject)
