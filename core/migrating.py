"""Migrating without making the classes of all models again after every operation.

Django keeps a class of every historical model while it migrates, and after most operations makes those of all related
models anew. Here nearly every model is related to every other by way of the unit and the user, so that a first start
made forty thousand classes and spent nine tenths of its time on them. A new table changes no other one, nor does what
Django calls a delayed change (an index, a constraint, a trigger, a column that is no relation): for those the class of
the own model is enough. The state is marked as delayed, so that data migrations (`RunPython`) still get every class anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.db.migrations.state import ProjectState

_related = ProjectState._find_reload_model  # type: ignore[attr-defined]


def _few(self: Any, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:
    """Which classes to make anew for a change of one model."""
    if delay or model_name not in self.apps.all_models[app_label]:
        self.is_delayed = True
        return {(app_label, model_name)}
    found: set[tuple[str, str]] = _related(self, app_label, model_name, delay)
    return found


@contextmanager
def few_classes() -> Iterator[None]:
    """Within it, `migrate` runs as described above."""
    with patch.object(ProjectState, "_find_reload_model", _few):
        yield
