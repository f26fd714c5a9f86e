"""A run once more from what it stored: equal to the byte, and every change of what is stored is named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from evaluation.models import Run, RunRow
from evaluation.services.replay import replay
from tests.makers import evaluation as make

pytestmark = pytest.mark.django_db


@contextmanager
def without_triggers() -> Iterator[None]:
    """As somebody with the rights of a superuser could: the database would refuse it otherwise."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            cursor.execute("SET session_replication_role = origin")


@pytest.fixture
def run(frozen: Any) -> Run:
    cast = make.make_cast(4)
    row = make.open_round(make.round_of(cast), cast)
    make.close_reports(row, cast, frozen)
    make.figures(row, cast, {"S1": "3"})
    made = make.scored(row, cast)
    return Run.objects.select_related("round__scheme").get(pk=made.pk)


def row_of(run: Run) -> RunRow:
    found = RunRow.objects.filter(run=run).select_related("entity").order_by("entity__code").last()
    assert found is not None
    return found


def test_a_run_is_equal_to_the_byte(run: Run, capsys: Any) -> None:
    found = replay(run)
    assert found.is_equal and found.entities == 4
    assert (found.inputs_sha256, found.outcome_sha256) == (run.inputs_sha256, run.outcome_sha256)
    call_command("replay_run", str(run.pk))
    assert "byte for byte the same" in capsys.readouterr().out


def test_a_changed_input_is_named(run: Run) -> None:
    row = row_of(run)
    row.inputs["values"]["S1"]["value"] = "4"
    with without_triggers():
        RunRow.objects.filter(pk=row.pk).update(inputs=row.inputs)
    found = replay(run)
    assert found.difference.startswith(f"inputs of {row.entity.code}.values.S1.value: '4' is stored, '3'")
    with pytest.raises(CommandError, match=row.entity.code):
        call_command("replay_run", str(run.pk))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"total": "99.99"}, "outcome of {code}.total: '99.99' is stored"),
        ({"rank": "9"}, "outcome of {code}.rank"),
        ({"word": "优"}, "outcome of {code}.word"),
    ],
)
def test_a_changed_result_is_named(run: Run, change: dict[str, str], named: str) -> None:
    row = row_of(run)
    with without_triggers():
        RunRow.objects.filter(pk=row.pk).update(outcome=row.outcome | change)
    assert replay(run).difference.startswith(named.format(code=row.entity.code))


def test_a_changed_column_or_digest_is_named(run: Run) -> None:
    row = row_of(run)
    with without_triggers():
        RunRow.objects.filter(pk=row.pk).update(grade="excellent" if row.grade != "excellent" else "fail")
    assert f"row of {row.entity.code}.grade" in replay(run).difference
    with without_triggers():
        RunRow.objects.filter(pk=row.pk).update(grade=row.grade)
        Run.objects.filter(pk=run.pk).update(outcome_sha256="0" * 64)
    run.refresh_from_db()
    assert replay(run).difference.startswith("outcome_sha256:")


def test_a_missing_row_and_another_program_are_named(run: Run) -> None:
    row = row_of(run)
    program = run.program
    with without_triggers():
        RunRow.objects.filter(pk=row.pk).delete()
    assert replay(run).difference
    run.program = {**program, "edition": "0"}
    assert replay(run).difference.startswith("program")


def test_what_does_not_exist_or_has_not_finished_is_said(run: Run) -> None:
    with pytest.raises(CommandError, match="no run 0"):
        call_command("replay_run", "0")
    open_run = Run.objects.create(
        round=run.round, number=8, program=run.program, engine=run.engine, started_at=run.started_at
    )
    with pytest.raises(CommandError, match="not finished"):
        call_command("replay_run", str(open_run.pk))
