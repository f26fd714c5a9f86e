"""Corrections of confirmed rounds for tests, driven by the real services.

row = corrected_round(cast, frozen, {...})      # confirmed, reports recorded
which = opened(row, cast)                       # names the first entity
figure(which, cast, "S1", "0")                  # one figure corrected, with evidence
submitted(which, cast)                          # run again and submitted
settled(which, cast)                            # confirmed by the other person and carried out
"""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from core import jobs
from core.actor import Actor
from evaluation.models import Correction, Round, RoundEntity, Run
from evaluation.services import corrections, inputs, runs
from filings.models import Entity
from tests.makers import evaluation as make
from tests.makers.papers import pdf_bytes


def paper(name: str = "复核决定书.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf_bytes(name), "application/pdf")


def confirmed_round(
    cast: make.Cast, frozen: Any, values: dict[int, dict[str, str]] | None = None, **given: Any
) -> Round:
    """A confirmed round; ``values`` by place of the entity in the cast, of the others every figure is full."""
    row = make.open_round(make.round_of(cast, **given), cast)
    row = make.close_reports(row, cast, frozen)
    make.figures(row, cast)
    for place, figures in (values or {}).items():
        subject = row.entities.get(entity=cast.entities[place])
        for code, value in figures.items():
            inputs.correct(actor=cast.officer, subject=subject, code=code, value=value, reason="核对台账")
    make.scored(row, cast)
    make.confirmed(row, cast)
    row.refresh_from_db()
    return row


def subject_of(row: Round, entity: Entity) -> RoundEntity:
    return row.entities.select_related("round").get(entity=entity)


def opened(
    row: Round, cast: make.Cast, *entities: Entity, actor: Actor | None = None, **given: Any
) -> Correction:
    """By the officer unless said otherwise; names the first entity of the cast."""
    facts: dict[str, Any] = {"ground": "figure", "reason": "台账重复计算", "upload": paper()} | given
    codes = [one.code for one in entities or (cast.entity,)]
    return corrections.open_(actor=actor or cast.officer, round=row, entities=codes, **facts)


def figure(which: Correction, cast: make.Cast, code: str, value: str, entity: Entity | None = None) -> None:
    subject = subject_of(which.round, entity or cast.entity)
    inputs.correct(actor=cast.officer, subject=subject, code=code, value=value, reason="按原始凭证核定")


def run_of(which: Correction, cast: make.Cast) -> Run:
    """One run of a correction, finished."""
    made = runs.start_correcting(actor=cast.officer, correction=which)
    jobs.run_pending()
    made.refresh_from_db()
    return made


def submitted(which: Correction, cast: make.Cast) -> Correction:
    run_of(which, cast)
    return corrections.act(
        actor=cast.officer, correction=which, name="propose", comment="按核定数据重新评分。"
    )


def settled(which: Correction, cast: make.Cast, *, carried_out: bool = True) -> Correction:
    corrections.act(actor=cast.head, correction=which, name="confirm")
    if carried_out:
        jobs.run_pending()
    which.refresh_from_db()
    return which
