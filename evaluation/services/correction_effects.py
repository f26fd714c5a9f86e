"""What a confirmed correction brings: corrected ratings, superseding reports, proceedings that end or begin. Each once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import clock
from core.actor import Actor
from core.jobs import Running
from evaluation.enums import CorrectionState
from evaluation.models import Correction, ResultChange, RoundEntity, RunRow
from evaluation.selectors.register import in_force, ratings_of
from evaluation.selectors.report_facts import Gathered
from evaluation.services import consequences, report_corrections, telling
from evaluation.services.events import note
from filings.enums import CancellationState, Grade
from filings.models import Cancellation, Rating
from filings.services import ratings

BLOCK = 50


def run_job(running: Running) -> Mapping[str, Any]:
    """Job `evaluation.correction`. It may die anywhere: every change is carried out and reported once."""
    row = Correction.objects.select_related(
        "round__authority__jurisdiction", "round__scheme", "round__agency", "run"
    ).get(pk=running.payload["correction"])
    if row.state != CorrectionState.CONFIRMED or row.run is None or row.applied_at is not None:
        return {"correction": row.pk, "changes": 0}
    waiting = ResultChange.objects.filter(run=row.run, done_at=None)
    ids = list(waiting.order_by("pk").values_list("pk", flat=True))
    for done, pk in enumerate(ids):
        with transaction.atomic():
            carry_out(row, pk)
        if done % BLOCK == 0:
            told = _("已登记 %(done)s / %(all)s 个主体") % {"done": done, "all": len(ids)}
            running.progress(5 + 45 * done // len(ids), told)
    by = person(row, row.confirmed_by)
    everything = ResultChange.objects.filter(run=row.run).count()
    for issued in report_corrections.issue(row, Gathered(row.round, row.run, correction=row), by):
        told = _("已出具 %(done)s / %(all)s 份更正报告") % {"done": issued, "all": everything + 1}
        running.progress(50 + 45 * issued // (everything + 1), told)
    _finish(row, by)
    return {"correction": row.pk, "changes": everything}


def person(row: Correction, user: User | None) -> Actor:
    """Somebody of the authority, whose decision is carried out."""
    return Actor(user=user, organisation=row.round.authority)


def carry_out(row: Correction, change_id: int) -> None:
    """One entity: what the register says now, and a cancellation that stands although its grade does not."""
    change = ResultChange.objects.select_for_update(of=("self",)).select_related("after").get(pk=change_id)
    if change.done_at is not None:
        return
    subject = RoundEntity.objects.select_related("entity", "rating").get(pk=change.subject_id)
    held = in_force(subject)
    if held is None or _differs(held, change.after):
        change.rating = ratings.conclude(
            proposed_by=person(row, row.proposed_by),
            confirmed_by=person(row, row.confirmed_by),
            entity=subject.entity,
            round=row.round.name,
            rated_on=held.rated_on
            if held is not None
            else clock.local(row.confirmed_at or clock.now()).date(),
            grade=change.after.grade,
            word=str(change.after.outcome["word"]),
            score=change.after.total,
            by_whom=str(row.round.agency or row.round.authority),
            summary=consequences.summary_of(change.after),
            corrects=held,
        )
    else:
        telling.report_corrected(subject)
    change.stands = standing(subject, change.after.grade)
    change.done_at = clock.now()
    change.save(update_fields=["rating", "stands", "done_at"])


def _differs(held: Rating, row: RunRow) -> bool:
    """Whether the register says something else than the run: grade, score, or the rank in its sentence."""
    return (held.grade, held.score, held.summary) != (row.grade, row.total, consequences.summary_of(row))


def standing(subject: RoundEntity, grade: str) -> Cancellation | None:
    """A cancellation that took effect on a grade of this round which is no longer 不合格. It is not undone here."""
    if grade == Grade.FAIL:
        return None
    return Cancellation.objects.filter(
        rating__in=ratings_of(subject), state=CancellationState.CONFIRMED
    ).first()


@transaction.atomic
def _finish(row: Correction, by: Actor) -> None:
    """The end is recorded once, whoever else may have come as far."""
    fresh = Correction.objects.filter(pk=row.pk, applied_at=None)
    if not fresh.update(applied_at=clock.now()):
        return
    standing_ = ResultChange.objects.filter(run=row.run, stands__isnull=False).select_related(
        "subject__entity"
    )
    for change in standing_:
        entity = change.subject.entity
        text = _("“%(name)s”已按更正前的等次取消资格，本次更正不恢复，须另行决定") % {"name": entity.name}
        note(row.round, "correction_stands", text, actor=by, exceptional=True)
        telling.cancellation_stands(row, entity)
    note(row.round, "correction_applied", _("%(which)s办结") % {"which": row}, actor=by)
