"""What a confirmed round brings: ratings on the spine, with all that follows there, and the order to issue reports.

A failed grade opens a proposed cancellation with its hearing (`filings.services.ratings`); nobody is cancelled here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import clock
from core.actor import Actor
from core.jobs import Running
from evaluation.enums import RoundState
from evaluation.models import Round, RoundEntity, RunRow
from evaluation.services import reports
from filings.services import ratings

BLOCK = 50


def run_job(running: Running) -> Mapping[str, Any]:
    """Job `evaluation.consequences`: one entity after the other, each once however often it is started."""
    row = Round.objects.select_related("authority", "run", "agency").get(pk=running.payload["round"])
    if row.state != RoundState.CONFIRMED or row.run is None:
        return {"round": row.pk, "rated": 0}
    first = _person(row, running.payload["proposed_by"])
    second = _person(row, running.payload["confirmed_by"])
    waiting = RoundEntity.objects.filter(round=row, included=True, rating=None).order_by("pk")
    ids = list(waiting.values_list("pk", flat=True))
    for done, pk in enumerate(ids):
        with transaction.atomic():
            rate(row, pk, first, second)
        if done % BLOCK == 0:
            share = 5 + 90 * done // len(ids)
            running.progress(share, _("已登记 %(done)s / %(all)s 个主体") % {"done": done, "all": len(ids)})
    reports.order(actor=second, round=row)
    return {"round": row.pk, "rated": len(ids)}


def _person(row: Round, user_id: int) -> Actor:
    """A person of the authority, whose decision is carried out."""
    return Actor(user=User.objects.get(pk=user_id), organisation=row.authority)


def rate(row: Round, subject_id: int, first: Actor, second: Actor) -> None:
    """One entity's grade on the spine."""
    subject = RoundEntity.objects.select_for_update(of=("self",)).select_related("entity").get(pk=subject_id)
    found = RunRow.objects.filter(run=row.run, entity_id=subject.entity_id).first()
    if subject.rating_id is not None or found is None:
        return
    subject.rating = ratings.conclude(
        proposed_by=first,
        confirmed_by=second,
        entity=subject.entity,
        round=row.name,
        rated_on=clock.local(row.confirmed_at or clock.now()).date(),  # whenever the worker gets to it
        grade=found.grade,
        word=str(found.outcome["word"]),
        score=found.total,
        by_whom=str(row.agency or row.authority),
        summary=summary_of(found),
    )
    subject.save(update_fields=["rating"])


def summary_of(found: RunRow) -> str:
    """One sentence for the register."""
    if found.outcome.get("veto"):
        return _("存在一票否决事项，评价等次为%(word)s。") % {"word": found.outcome["word"]}
    return _("得分 %(total)s，名次 %(rank)s / %(of)s，评价等次为%(word)s。") % {
        "total": found.total,
        "rank": found.rank,
        "of": found.outcome["of"],
        "word": found.outcome["word"],
    }
