"""P4: a run of an evaluation, read, scored and stored, beside the same by hand: COPY out, NumPy, one jsonb a row, COPY in."""

from __future__ import annotations

import datetime
import os
import tracemalloc
from random import Random
from typing import Any

from django.db import connection, transaction

from bench import evaluation_by_hand as by_hand
from bench.measure import Pair, Result, pairs, same
from bench.site import Size, meter
from core import clock
from evaluation.models import Round, RoundEntity, Run, RunRow, Scheme
from evaluation.scoring import EDITION, compile_scheme
from evaluation.services import runs
from filings.models import Entity
from filings.services.register_load.copying import insert
from portal.scale import seeding, units

CITY = "370300"
TARGET = 3.0
SIZES = (10_000, 50_000)


def sizes() -> tuple[int, ...]:
    """The sizes asked for in the environment: the large one and a fifth of it."""
    large = int(os.environ.get("BENCH_EVALUATED", str(SIZES[-1])))
    return (large // 5, large)


def fill(entities: int) -> None:
    """So many entities on the register."""
    seeding.fill(
        organisations=max(entities // 50, 40), filings=0, entities=0, recorded=entities, say=lambda text: None
    )


def make_round(count: int) -> Round:
    """A round over the first ``count`` entities, with figures for twenty indicators."""
    scheme, _made = Scheme.objects.get_or_create(
        key="bench", version=1, defaults={"label": "bench", "kinds": [], "tree": by_hand.SCHEME, "created_at": clock.now()}
    )  # fmt: skip
    day = datetime.date(2025, 12, 31)
    row = Round.objects.create(
        code=f"bench-{count}", name=f"bench {count}", authority=units.bureau_of(CITY), scheme=scheme, occasion="yearly",
        period_from=datetime.date(2025, 1, 1), period_until=day, reports_until=day, checks_until=day, reviews_until=day,
        created_at=clock.now(), state_changed_at=clock.now(),
    )  # fmt: skip
    numbers = list(Entity.objects.order_by("pk").values_list("pk", flat=True)[:count])
    if len(numbers) != count:
        raise SystemExit(f"P4: {len(numbers)} entities, wanted {count}")
    rng = Random(count)
    for start in range(0, count, 5_000):
        insert(
            RoundEntity,
            [
                {"round_id": row.pk, "entity_id": number, "inputs": by_hand.figures(rng)}
                for number in numbers[start : start + 5_000]
            ],
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE evaluation_roundentity")
    return row


def ours(row: Round, *, look: bool = False) -> list[tuple[int, Any]]:
    """A whole run with its digests, checked by every constraint, and undone."""
    found: list[tuple[int, Any]] = []
    with transaction.atomic():
        run = Run.objects.create(
            round=row, number=1, program=compile_scheme(row.scheme.tree).as_json(), engine=EDITION, started_at=clock.now()
        )  # fmt: skip
        runs.write(run)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if look:
            found = list(
                RunRow.objects.filter(run=run).order_by("entity_id").values_list("entity_id", "outcome")
            )
        transaction.set_rollback(True)
    return found


def held(row: Round) -> float:
    """MiB that Python holds at most during a run."""
    tracemalloc.start()
    ours(row)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / (1 << 20)


def run(how: Size, counts: tuple[int, ...] | None = None) -> list[Result]:
    """P4 at both sizes; the second says how the cost grows."""
    counts = counts or sizes()
    fill(counts[-1])
    rows = [make_round(count) for count in counts]
    same(ours(rows[0], look=True), by_hand.run(rows[0].pk, look=True), "P4")
    clock_ = meter()
    found = [
        pairs(
            clock_, lambda row=row: ours(row), lambda row=row: by_hand.run(row.pk), calls=1, count=how.pairs
        )
        for row in rows
    ]
    return [
        _result(row, count, pair, found[0], counts[0], how)
        for row, count, pair in zip(rows, counts, found, strict=True)
    ]


def _result(row: Round, count: int, pair: Pair, first: Pair, base: int, how: Size) -> Result:
    mine = sum(pair.ours)
    notes = {
        "entities/s": f"{count / mine:,.0f} beside {count / sum(pair.peer):,.0f}",
        "in the application": f"{pair.ours[0]:.2f} s",
        "in the database": f"{pair.ours[1]:.2f} s",
        "an entity, beside the smaller round": f"{mine / count / (sum(first.ours) / base):.2f}",
        "MiB held": f"{held(row):.1f}",
    }
    return Result(
        "P4", f"a run of {count:,} entities × 20, stored", "COPY out, NumPy, one jsonb a row by COPY", mine,
        sum(pair.peer), pair.ratio, f"≤ {TARGET:.0f}×", pair.ratio <= TARGET, how.pairs, notes,
    )  # fmt: skip
