"""Seconds of CPU, in alternating pairs, with the database's own backend counted in."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

PAIRS = 5
TICKS = os.sysconf("SC_CLK_TCK")
Work = Callable[[], Any]


@dataclass
class Result:
    """One line of the table. Seconds are CPU seconds of one call."""

    case: str
    work: str
    beside: str
    ours: float
    peer: float
    ratio: float
    target: str
    met: bool
    pairs: int = PAIRS
    notes: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def on_cpu(pid: int) -> float:
    """Seconds a single-threaded process has been on a CPU, to the nanosecond where the kernel tells."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except OSError:
        return with_children(pid)


def with_children(pid: int) -> float:
    """Seconds of a process and of its children that have ended, to the tick (10 ms)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(fields[i]) for i in (11, 12, 13, 14)) / TICKS


class Meter:
    """CPU of this process and of the helpers named: `extra` are functions that read a growing total."""

    def __init__(self, *extra: Callable[[], float]) -> None:
        self.extra = extra

    def read(self) -> tuple[float, float]:
        """(this process, everything else) in seconds so far."""
        return time.process_time(), sum(clock() for clock in self.extra)

    def of(self, work: Work, calls: int) -> tuple[float, float]:
        """Seconds of one call: (this process, everything else)."""
        gc.collect()
        before = self.read()
        for _call in range(calls):
            work()
        after = self.read()
        return (after[0] - before[0]) / calls, (after[1] - before[1]) / calls


@dataclass
class Pair:
    """Medians of the two sides: app, other and their sum; and the median of the ratios of the pairs."""

    ours: tuple[float, float]
    peer: tuple[float, float]
    ratio: float
    app_ratio: float


def pairs(
    meter: Meter, ours: Work, peer: Work, *, calls: int, peer_calls: int = 0, count: int = PAIRS
) -> Pair:
    """Alternate the two sides `count` times, after one unmeasured call each."""
    ours()
    peer()
    mine, theirs = [], []
    for _pair in range(count):
        mine.append(meter.of(ours, calls))
        theirs.append(meter.of(peer, peer_calls or calls))
    return Pair(
        (median(a for a, _b in mine), median(b for _a, b in mine)),
        (median(a for a, _b in theirs), median(b for _a, b in theirs)),
        median(sum(m) / max(sum(t), 1e-9) for m, t in zip(mine, theirs, strict=True)),
        median(m[0] / max(t[0], 1e-9) for m, t in zip(mine, theirs, strict=True)),
    )


def same(ours: Any, peer: Any, what: str) -> None:
    """Refuse to time two things that do not do the same work."""
    if ours != peer:
        raise SystemExit(
            f"{what}: the outputs differ, nothing was timed\n ours {ours!r:.400}\n peer {peer!r:.400}"
        )


def table(results: list[Result]) -> str:
    """The results as text."""
    lines = [f"{'':5}{'work':44}{'ours ms':>10}{'peer ms':>10}{'ratio':>8}  {'target':18}"]
    for r in results:
        lines.append(
            f"{r.case:<5} {r.work:43}{r.ours * 1000:10.1f}{r.peer * 1000:10.1f}{r.ratio:8.2f}  "
            f"{r.target:18}{'' if r.met else 'MISSED'}"
        )
        lines.append(f"{'':5}  beside {r.beside}")
        if r.notes:
            lines.append(f"{'':5}  " + ", ".join(f"{k} {v}" for k, v in r.notes.items()))
    return "\n".join(lines)
