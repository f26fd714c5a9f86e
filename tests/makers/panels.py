"""Experts for rounds of evaluation, and their marks.

experts(cast, 5)                      # a pool
judged(cast, filing, "80")            # the panel set up, every expert marks, closed
"""

from __future__ import annotations

from core.actor import Actor
from filings.models import Expert, Filing
from filings.services import review
from tests.makers.accounts import act, make_user
from tests.makers.evaluation import Cast


def experts(cast: Cast, count: int, *, employer: object = None) -> list[Expert]:
    """People of the pool, employed elsewhere unless said otherwise."""
    return [
        review.register_expert(
            actor=Actor.system(),
            user=make_user("expert", cast.bureau),
            employer=employer,
            employer_name="" if employer else f"外地研究院{number}",
            title="研究员",
        )
        for number in range(count)
    ]


def mark(cast: Cast, filing: Filing, value: str = "80") -> None:
    """Every expert of the panel who has not marked yet declares no conflict and marks."""
    for row in filing.panel.assignments.exclude(standing__in=("scored", "conflicted")):
        mark_as(cast, filing, row.expert, value)


def mark_as(cast: Cast, filing: Filing, expert: Expert, value: str) -> None:
    """One expert's marks, the same for each criterion."""
    me = act(expert.user, cast.bureau)
    review.declare(actor=me, filing=filing, conflict=False)
    marks = [{"criterion": c.key, "value": value, "rationale": "材料充分。"} for c in filing.spec.criteria]
    review.score(actor=me, filing=filing, scores=marks)


def judged(cast: Cast, filing: Filing, value: str = "80") -> Filing:
    """The whole review of one self-assessment."""
    review.open_review(actor=cast.officer, filing=filing, seed="2026")
    filing = Filing.objects.get(pk=filing.pk)
    mark(cast, filing, value)
    review.close_review(actor=cast.officer, filing=Filing.objects.get(pk=filing.pk))
    return Filing.objects.get(pk=filing.pk)
