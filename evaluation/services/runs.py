"""Runs: read the frozen figures, score them, store what came of it. Byte-equal whenever it is repeated."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core import audit, clock, jobs
from core.actor import Actor
from core.errors import NotNow
from core.jobs import Running
from core.models import Job
from evaluation import permissions as may
from evaluation.enums import GATHERING, CorrectionState
from evaluation.models import Correction, ResultChange, Round, Run, RunRow
from evaluation.scheme import parse
from evaluation.scoring import EDITION, Builder, Outcome, Program, compile_scheme, score, summary
from evaluation.selectors.earlier_figures import before
from evaluation.services import collecting, run_rows
from evaluation.services.events import note
from filings.enums import Grade

#: How often a run is scored anew because figures moved while it was scored.
TRIES = 5
#: Job that scores a round.
JOB = "evaluation.run"


@transaction.atomic
def start(*, actor: Actor, round: Round, trial: bool = False) -> Run:
    """Queue a run of the round. Raises NotNow while another is under way or the round does not gather figures."""
    row = Round.objects.select_for_update(of=("self",), no_key=True).select_related("scheme").get(pk=round.pk)
    if not actor.is_system:
        may.round_officer.require(actor, row)
    if row.state not in GATHERING:
        raise NotNow.one("not_gathering", _("本轮次尚未启动，或者已经采用了评分结果。"))
    _none_running(row)
    doc = parse(row.scheme.tree)
    program = compile_scheme(doc, before(row, compile_scheme(doc))).as_json()
    made = _queue(row, actor, program=program, trial=trial)
    note(row, "run", _("第 %(n)s 次评分") % {"n": made.number}, actor=actor)
    return made


@transaction.atomic
def start_correcting(*, actor: Actor, correction: Correction) -> Run:
    """Queue a run of the whole frozen population with the corrected figures, by the program of the run it corrects."""
    row = Round.objects.select_for_update(of=("self",), no_key=True).get(pk=correction.round_id)
    held = Correction.objects.select_for_update(of=("self",), no_key=True).get(pk=correction.pk)
    may.correction_officer.require(actor, held)
    if held.state != CorrectionState.OPEN:
        raise NotNow.one("not_open", _("本次更正已提交审定或者已经办结，不能再评分。"))
    _none_running(row)
    made = _queue(row, actor, program=held.base.program, correction=held)
    words = {"n": made.number, "which": held}
    note(row, "run", _("第 %(n)s 次评分（%(which)s）") % words, actor=actor)
    return made


def _none_running(row: Round) -> None:
    last = row.runs.order_by("-number").first()
    if last is not None and last.finished_at is None and not _failed(last):
        raise NotNow.one("running", _("上一次评分还没有完成。"))


def _queue(row: Round, actor: Actor, **given: Any) -> Run:
    """The next run of a locked round and its job."""
    made = Run.objects.create(
        round=row,
        number=(row.runs.aggregate(last=Max("number"))["last"] or 0) + 1,
        engine=EDITION,
        started_by=actor.user,
        started_at=clock.now(),
        **given,
    )
    jobs.enqueue(JOB, scope=f"run:{made.pk}", payload={"run": made.pk, "round": row.pk}, actor=actor)
    audit.record("evaluation.run", actor=actor, obj=row, detail={"run": made.number, "trial": made.trial})
    return made


def run_now(run: Run) -> Run:
    """Do the job of a run in this process; returns it finished, or as it was if the job failed."""
    job = job_of(run)
    if job is not None:
        jobs.run(job.pk)
    run.refresh_from_db()
    return run


def job_of(run: Run) -> Job | None:
    """The job of record of a run."""
    return Job.objects.filter(kind=JOB, scope=f"run:{run.pk}").first()


def _failed(run: Run) -> bool:
    job = job_of(run)
    return job is None or job.state == Job.State.FAILED


def run_job(running: Running) -> Mapping[str, Any]:
    """Job `evaluation.run`. It may die anywhere: a run either has all its rows and digests, or it starts over."""
    run = Run.objects.select_related("round__scheme", "round__authority").get(pk=running.payload["run"])
    if run.finished_at is not None:
        return {"run": run.pk, "entities": run.entities}
    if run.correction_id is None:
        running.progress(2, _("正在汇集数据"))
        collecting.collect(run.round)
    running.progress(30, _("正在计分"))
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                locked = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
                if locked.finished_at is None:
                    write(locked)
            break
        except NotNow:  # somebody corrected a figure meanwhile: nothing of this attempt stays
            if not left:
                raise
            running.progress(30, _("评分期间数据被修改，正在重新评分"))
    return {"run": run.pk, "entities": Run.objects.get(pk=run.pk).entities}


def write(run: Run) -> Run:
    """Score the round as it is, store the rows in the order of the codes and finish the run. In the caller's transaction.

    Figures pass through in blocks: what is held of an entity is its numbers (0.4 KB with twenty indicators).
    """
    ResultChange.objects.filter(run=run).delete()
    RunRow.objects.filter(run=run).delete()
    program = Program.from_json(run.program)
    builder = Builder(program)
    entities, versions, codes = array("q"), array("q"), list[str]()
    inputs = hashlib.sha256()
    for block in run_rows.read(run.round_id, run.correction_id):
        for row in block:
            builder.add(row.inputs)
            add(inputs, row.code, run_rows.text_of(row.inputs))
            entities.append(row.entity)
            versions.append(row.version)
            codes.append(row.code)
    outcome = score(program, builder.done())
    digest = hashlib.sha256()
    results = _results(outcome, entities, versions, codes, digest)
    run_rows.store(run.pk, results, corrected=run.correction_id is not None)
    if run.correction_id is not None:
        run_rows.compare(run.pk, run.correction_id)
    run.entities, run.summary = len(entities), summary(outcome)
    run.summary["grades"] = dict.fromkeys(Grade.values, 0) | run.summary["grades"]
    run.inputs_sha256, run.outcome_sha256 = inputs.hexdigest(), digest.hexdigest()
    run.finished_at = max(clock.now(), run.started_at)
    run.save()
    return run


def _results(
    outcome: Outcome, entities: array[int], versions: array[int], codes: list[str], digest: Any
) -> Iterator[run_rows.Result]:
    """Rows as they are stored, each added to the digest."""
    for entity, version, code, text, result in zip(
        entities, versions, codes, outcome.texts(), outcome.results(), strict=True
    ):
        add(digest, code, text)
        yield run_rows.Result(entity, version, text, *result)


def add(into: Any, code: str, text: str) -> None:
    """One row into a digest: the entity's code and the canonical text."""
    into.update(f"{code}\t{text}\n".encode("utf-8", "surrogatepass"))


def inputs_digest(round: Round) -> str:
    """The digest a run would have over the figures of now, gathered afresh."""
    collecting.collect(round)
    return _digest(run_rows.read(round.pk))


def corrected_digest(correction: Correction) -> str:
    """The digest that a run of a correction would have over its figures of now."""
    return _digest(run_rows.read(correction.round_id, correction.pk))


def _digest(blocks: Iterator[list[run_rows.Row]]) -> str:
    digest = hashlib.sha256()
    for block in blocks:
        for row in block:
            add(digest, row.code, run_rows.text_of(row.inputs))
    return digest.hexdigest()


def latest(round: Round) -> Run | None:
    """The newest finished run that is no trial and corrects nothing."""
    found = round.runs.filter(finished_at__isnull=False, trial=False, correction=None)
    return found.order_by("-number").first()
