"""Few classes are made while migrating, and the right ones."""

from __future__ import annotations

from collections.abc import Callable

from django.db import models
from django.db.migrations.state import ModelState, ProjectState

from core.migrating import few_classes


def _state() -> ProjectState:
    key = [("id", models.AutoField(primary_key=True))]
    state = ProjectState()
    state.add_model(ModelState("app", "Unit", key))
    state.add_model(
        ModelState("app", "Paper", [*key, ("unit", models.ForeignKey("app.Unit", models.CASCADE))])
    )
    state.apps  # noqa: B018 - from here on changes make classes anew
    return state


def _made_anew(state: ProjectState, change: Callable[[ProjectState], None]) -> set[str]:
    """Names of the models that have another class after a change."""
    before = dict(state.apps.all_models["app"])
    change(state)
    return {name for name, made in state.apps.all_models["app"].items() if before.get(name) is not made}


def test_a_new_table_and_an_index_leave_the_others_alone() -> None:
    field = models.ForeignKey("app.Unit", models.CASCADE)
    new = ModelState("app", "Note", [("id", models.AutoField(primary_key=True)), ("unit", field)])
    index = models.Index(fields=["unit"], name="by_unit")
    for change, few, many in (
        (lambda s: s.add_model(new.clone()), {"note"}, {"note", "unit", "paper"}),
        (lambda s: s.add_index("app", "paper", index), {"paper"}, {"unit", "paper"}),
    ):
        state, plain = _state(), _state()
        with few_classes():
            assert _made_anew(state, change) == few
        assert state.is_delayed
        assert _made_anew(plain, change) == many


def test_a_relation_makes_both_sides_anew() -> None:
    state = _state()
    field = models.ForeignKey("app.Unit", models.CASCADE, null=True, related_name="+")
    with few_classes():
        assert _made_anew(state, lambda s: s.add_field("app", "paper", "other", field, True)) == {
            "paper",
            "unit",
        }


def test_data_migrations_get_every_class() -> None:
    state = _state()
    with few_classes():
        state.add_index("app", "unit", models.Index(fields=["id"], name="by_id"))
    stale = state.apps.get_model("app", "paper")._meta.get_field("unit").related_model
    assert stale is not state.apps.get_model("app", "unit")
    state.clear_delayed_apps_cache()
    fresh = state.apps.get_model("app", "paper")._meta.get_field("unit").related_model
    assert fresh is state.apps.get_model("app", "unit")
