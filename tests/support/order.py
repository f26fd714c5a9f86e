"""The order in which files are run: long ones first, so that two processes end together.

A file with a browser has few tests and takes long, and much of that is waiting; so these stand between the others from
the beginning, not at the end, where one process would finish the last of them alone.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import zip_longest

import pytest

# The whole sample data: one test, and longer than any file.
FIRST = "tests/config/test_demo.py"


def by_length(items: list[pytest.Item]) -> list[pytest.Item]:
    """The items, file by file; within a file nothing moves."""
    files: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        files[item.nodeid.partition("::")[0]].append(item)
    shown = sorted(files, key=lambda name: (name != FIRST, -len(files[name]), name))
    browsing = [name for name in shown if files[name][0].get_closest_marker("e2e")]
    others = [name for name in shown if name not in browsing]
    pairs = zip_longest(others, browsing)
    return [item for pair in pairs for name in pair if name is not None for item in files[name]]
