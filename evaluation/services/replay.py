"""A run once more from what it stored: the same engine over the frozen inputs has to give the same bytes."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from evaluation.models import RoundEntity, Run, RunRow
from evaluation.scheme import parse
from evaluation.scoring import BadInput, BadProgram, Builder, Outcome, Program, compile_scheme, score
from evaluation.services import run_rows, runs

BLOCK = 1000


@dataclass(frozen=True)
class Replay:
    """What came of it. `difference` names the first thing that is not as it was, and is empty if all is."""

    entities: int
    inputs_sha256: str
    outcome_sha256: str
    difference: str = ""

    @property
    def is_equal(self) -> bool:
        """Whether every byte is as it was."""
        return not self.difference


def replay(run: Run) -> Replay:
    """Score the stored inputs of a finished run by its frozen program and compare everything with what is stored.

    Nothing is written. Memory: the numbers of an entity, never its JSON.
    """
    try:
        program = Program.from_json(run.program)
    except BadProgram as error:
        return Replay(0, "", "", f"program: {error}")
    builder, inputs = Builder(program), hashlib.sha256()
    entities = array("q")
    for row in _rows(run):
        try:
            builder.add(row.inputs)
        except BadInput as error:
            return Replay(len(entities), "", "", f"inputs of {row.entity.code}: {error}")
        runs.add(inputs, row.entity.code, run_rows.text_of(row.inputs))
        entities.append(row.entity_id)
    outcome = score(program, builder.done())
    digest = hashlib.sha256()
    difference = _program(run, program) or _compared(run, outcome, digest)
    found = (inputs.hexdigest(), digest.hexdigest())
    return Replay(len(entities), *found, difference or _digests(run, len(entities), *found))


def _rows(run: Run) -> Iterator[RunRow]:
    rows = RunRow.objects.filter(run=run).select_related("entity").order_by("entity__code")
    return rows.iterator(chunk_size=BLOCK)


def _program(run: Run, program: Program) -> str:
    """A program that is no longer what the round's frozen scheme compiles to, with the earlier figures it holds."""
    fresh = compile_scheme(parse(run.round.scheme.tree), program.before).as_json()
    return _path("program", program.as_json(), fresh)


def _compared(run: Run, outcome: Outcome, digest: Any) -> str:
    """Row by row: the outcome against the stored one, and the inputs against those the round still holds."""
    first = ""
    for row, text, fresh in zip(_rows(run), outcome.texts(), outcome.rows(), strict=True):
        runs.add(digest, row.entity.code, text)
        if first:
            continue
        first = _path(f"outcome of {row.entity.code}", row.outcome, fresh)
        columns = {"total": str(row.total), "grade": row.grade, "rank": str(row.rank)}
        first = first or _path(f"row of {row.entity.code}", columns, {key: fresh[key] for key in columns})
    return _inputs(run) or first


def _inputs(run: Run) -> str:
    """Inputs that differ from the round's own, where the round accepted this run: those are frozen apart from it."""
    if run.correction_id is not None:
        return _corrected(run)
    if run.round.run_id != run.pk:
        return ""
    own = RoundEntity.objects.filter(round=run.round_id, included=True).order_by("entity__code")
    pairs = zip(_rows(run), own.select_related("entity").iterator(chunk_size=BLOCK), strict=False)
    for row, subject in pairs:
        if row.entity_id != subject.entity_id:
            return f"population: {row.entity.code} stands where the round has {subject.entity.code}"
        found = _path(f"inputs of {row.entity.code}", row.inputs, subject.inputs)
        if found:
            return found
    return ""


def _corrected(run: Run) -> str:
    """Inputs of a correcting run: those of the run it corrects, and of the entities named those of the correction.

    Of a run that was not adopted only the population: its figures were corrected further.
    """
    adopted = run.correction is not None and run.correction.run_id == run.pk
    blocks = run_rows.read(run.round_id, run.correction_id)
    held = (row for block in blocks for row in block)
    for row, own in zip(_rows(run), held, strict=False):
        if row.entity_id != own.entity:
            return f"population: {row.entity.code} stands where the corrected run has {own.code}"
        found = _path(f"inputs of {own.code}", row.inputs, own.inputs) if adopted else ""
        if found:
            return found
    return ""


def _digests(run: Run, count: int, inputs: str, outcome: str) -> str:
    if count != run.entities:
        return f"entities: {count} rows, {run.entities} recorded"
    if inputs != run.inputs_sha256:
        return f"inputs_sha256: {inputs}, recorded {run.inputs_sha256}"
    if outcome != run.outcome_sha256:
        return f"outcome_sha256: {outcome}, recorded {run.outcome_sha256}"
    return ""


def _path(name: str, stored: Any, fresh: Any) -> str:
    """Where two JSON values differ first, with both values; empty if they are equal."""
    if isinstance(stored, Mapping) and isinstance(fresh, Mapping):
        for key in sorted({*stored, *fresh}):
            found = _path(f"{name}.{key}", stored.get(key), fresh.get(key))
            if found:
                return found
        return ""
    if isinstance(stored, list) and isinstance(fresh, list) and len(stored) == len(fresh):
        pairs = enumerate(zip(stored, fresh, strict=True))
        return next(
            (found for at, (one, other) in pairs if (found := _path(f"{name}[{at}]", one, other))), ""
        )
    return "" if stored == fresh else f"{name}: {stored!r} is stored, {fresh!r} comes out"
