"""Corrections of confirmed rounds: which is open, whom it names, whose result moves. No writes."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from core.errors import NotVisible
from evaluation.enums import CORRECTING, CorrectionState, RoundState
from evaluation.models import CorrectedEntity, Correction, ResultChange, Round, RoundEntity, Run, RunRow
from filings.enums import Grade
from filings.models import Rating


def get(row: Round, number: int) -> Correction:
    """A correction of a round that the actor has been found to see."""
    found = row.corrections.select_related(
        "base", "run", "document", "opened_by", "proposed_by", "confirmed_by"
    ).filter(number=number)
    one = found.first()
    if one is None:
        raise NotVisible.one("correction", _("没有找到这次更正"))
    one.round = row
    return one


def open_of(row: Round) -> Correction | None:
    """The correction of a round that is not over."""
    return row.corrections.filter(state__in=CORRECTING).first()


def named_in(subject: RoundEntity) -> CorrectedEntity | None:
    """The place of an entity in a correction that is not over."""
    found = subject.corrected_in.filter(correction__state__in=CORRECTING).select_related("correction")
    return found.first()


def touching(subject: RoundEntity) -> list[Correction]:
    """Corrections of its round that name an entity, or whose run moved its result; the first one first."""
    touched = Q(named__subject=subject) | Q(run__changes__subject=subject)
    rows = Correction.objects.filter(touched, round=subject.round_id).distinct().order_by("number")
    return list(rows.select_related("base", "run", "document", "opened_by", "proposed_by", "confirmed_by"))


def figures_of(subject: RoundEntity) -> dict[str, Any]:
    """The figures as they stand: of an open correction that names the entity, of the corrected result, or the round's."""
    if subject.round.state != RoundState.CONFIRMED:
        return dict(subject.inputs)
    named = named_in(subject)
    if named is not None:
        return dict(named.inputs)
    if subject.round.corrected_run_id is not None:
        row = RunRow.objects.filter(run=subject.round.corrected_run_id, entity=subject.entity_id).first()
        if row is not None:
            return dict(row.inputs)
    return dict(subject.inputs)


def newest(correction: Correction) -> Run | None:
    """The run whose differences are looked at: the proposed one, else the newest that is finished."""
    if correction.run is not None:
        return correction.run
    return correction.runs.filter(finished_at__isnull=False).order_by("-number").first()


def changes(run: Run) -> QuerySet[ResultChange]:
    """Whose result a correcting run moves: another grade first, then who was named, then by rank."""
    rows = ResultChange.objects.filter(run=run).select_related(
        "subject", "before", "after__entity__lead", "rating", "report", "stands"
    )
    return rows.order_by("-regraded", "-named", "after__rank", "pk")


def counted(run: Run) -> dict[str, int]:
    """How many change their grade, their score, only their rank; how many were not named."""
    score = ~Q(before__total=F("after__total"))
    rank = ~Q(before__rank=F("after__rank"))
    found: dict[str, int] = ResultChange.objects.filter(run=run).aggregate(
        all=Count("pk"),
        regraded=Count("pk", filter=Q(regraded=True)),
        scored=Count("pk", filter=score),
        ranked=Count("pk", filter=rank & ~score),
        unnamed=Count("pk", filter=Q(named=False)),
    )
    return found


def doubt(rating: Rating) -> str:
    """Why nobody is cancelled on a rating now: its entity is named by an open correction, or will no longer fail."""
    first = rating
    while first.corrects is not None:
        first = first.corrects
    subject = RoundEntity.objects.filter(rating=first).first()
    if subject is None:
        return ""
    if named_in(subject) is not None:
        return _("该主体的评价结果正在更正，更正办结前不能取消")
    submitted = Q(state=CorrectionState.PROPOSED) | Q(state=CorrectionState.CONFIRMED, applied_at=None)
    moved = Correction.objects.filter(submitted, round=subject.round_id).values("run")
    if RunRow.objects.filter(run__in=moved, entity=subject.entity_id).exclude(grade=Grade.FAIL).exists():
        return _("该主体的评价等次将因更正改变，更正办结前不能取消")
    return ""
