"""Runs: read the frozen figures, score them, store what came of it. Byte-equal whenever it is repeated."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
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
from evaluation.enums import GATHERING
from evaluation.models import Round, Run, RunRow
from evaluation.scheme import parse
from evaluation.scoring import EDITION, Inputs, Program, compile_scheme, score, sensitivity
from evaluation.services import collecting, run_rows
from evaluation.services.events import note
from filings.enums import Grade

#: Job that scores a round.
JOB = "evaluation.run"
Scored = tuple[int, str, dict[str, Any], dict[str, Any]]


@transaction.atomic
def start(*, actor: Actor, round: Round, trial: bool = False) -> Run:
    """Queue a run of the round. Raises NotNow while another is under way or the round does not gather figures."""
    row = Round.objects.select_for_update(of=("self",), no_key=True).select_related("scheme").get(pk=round.pk)
    if not actor.is_system:
        may.round_officer.require(actor, row)
    if row.state not in GATHERING:
        raise NotNow.one("not_gathering", _("本轮次尚未启动，或者已经采用了评分结果。"))
    last = row.runs.order_by("-number").first()
    if last is not None and last.finished_at is None and not _failed(last):
        raise NotNow.one("running", _("上一次评分还没有完成。"))
    made = Run.objects.create(
        round=row,
        number=(row.runs.aggregate(last=Max("number"))["last"] or 0) + 1,
        trial=trial,
        program=compile_scheme(parse(row.scheme.tree)).as_json(),
        engine=EDITION,
        started_by=actor.user,
        started_at=clock.now(),
    )
    jobs.enqueue(JOB, scope=f"run:{made.pk}", payload={"run": made.pk}, actor=actor)
    audit.record("evaluation.run", actor=actor, obj=row, detail={"run": made.number, "trial": trial})
    note(row, "run", _("第 %(n)s 次评分") % {"n": made.number}, actor=actor)
    return made


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
    running.progress(2, _("正在汇集数据"))
    collecting.collect(run.round)
    running.progress(30, _("正在计分"))
    with transaction.atomic():
        locked = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if locked.finished_at is None:
            write(locked, scored(locked))
    return {"run": run.pk, "entities": Run.objects.get(pk=run.pk).entities}


def scored(run: Run) -> Iterator[Scored]:
    """(entity, code, inputs, outcome) of every entity, in the order of the codes, from the round as it is."""
    program = Program.from_json(run.program)
    rows = [row for block in run_rows.read(run.round_id) for row in block]
    outcome = score(program, Inputs.from_rows(program, [inputs for _pk, _code, inputs in rows]))
    for (pk, code, inputs), found in zip(rows, outcome.rows(), strict=True):
        yield pk, code, inputs, found


def write(run: Run, rows: Iterable[Scored]) -> Run:
    """Store rows and finish the run. In the caller's transaction."""
    RunRow.objects.filter(run=run).delete()
    tally = Tally()
    run_rows.store(run.pk, tally.through(rows))
    run.entities = tally.count
    run.inputs_sha256, run.outcome_sha256 = tally.inputs.hexdigest(), tally.outcome.hexdigest()
    run.summary = tally.summary(Program.from_json(run.program))
    run.finished_at = max(clock.now(), run.started_at)
    run.save()
    return run


class Tally:
    """Digests and counts of the rows that pass through."""

    def __init__(self) -> None:
        self.inputs, self.outcome = hashlib.sha256(), hashlib.sha256()
        self.count = 0
        self.totals: list[str] = []
        self.judged: list[str] = []  # of whom no veto decided
        self.grades: dict[str, int] = dict.fromkeys(Grade.values, 0)

    def through(self, rows: Iterable[Scored]) -> Iterator[tuple[int, dict[str, Any], dict[str, Any]]]:
        for pk, code, inputs, outcome in rows:
            add(self.inputs, code, inputs)
            add(self.outcome, code, outcome)
            self.count += 1
            self.totals.append(outcome["total"])
            if not outcome["veto"]:
                self.judged.append(outcome["total"])
            self.grades[outcome["grade"]] += 1
            yield pk, inputs, outcome

    def summary(self, program: Program) -> dict[str, Any]:
        """Counts by grade, the mean, and how many would change grade if a line moved."""
        numbers = [Decimal(total) for total in self.totals]
        mean = sum(numbers, Decimal(0)) / len(numbers) if numbers else Decimal(0)
        return {
            "grades": self.grades,
            "mean": f"{mean:.2f}",
            "highest": str(max(numbers, default=Decimal(0))),
            "lowest": str(min(numbers, default=Decimal(0))),
            "sensitivity": sensitivity(program, self.judged),
        }


def add(into: Any, code: str, row: dict[str, Any]) -> None:
    """One row into a digest: its code and its canonical text."""
    into.update(f"{code}\t{run_rows.text_of(row)}\n".encode("utf-8", "surrogatepass"))


def inputs_digest(round: Round) -> str:
    """The digest a run would have over the figures of now, gathered afresh."""
    collecting.collect(round)
    digest = hashlib.sha256()
    for block in run_rows.read(round.pk):
        for _pk, code, inputs in block:
            add(digest, code, inputs)
    return digest.hexdigest()


def latest(round: Round) -> Run | None:
    """The newest finished run that is no trial."""
    return round.runs.filter(finished_at__isnull=False, trial=False).order_by("-number").first()
