"""What something costs in processor time: on a busy machine the clock on the wall says nothing."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def _spent() -> float:
    """Processor seconds of this process and of its children, those that run and those that have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    total = time.process_time() + ended.ru_utime + ended.ru_stime
    for task in Path("/proc/self/task").iterdir():
        for child in (task / "children").read_text().split():
            with suppress(FileNotFoundError):  # it has just ended
                fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
                total += (int(fields[11]) + int(fields[12])) / TICKS
    return total


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """The block may cost so many processor seconds."""
    before = _spent()
    yield
    cost = _spent() - before
    assert cost < seconds, f"{cost:.1f} s of processor time"
