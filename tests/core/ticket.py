"""A smallest thing with a state, in a model registry of its own so that no other test ever meets it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, models
from django.test.utils import isolate_apps

from core.workflow import StatefulModel

_user_app, _user_name = settings.AUTH_USER_MODEL.split(".")

with isolate_apps():
    # The foreign key of StatefulModel must find its target in the same registry.
    User = type(
        _user_name,
        (models.Model,),
        {
            "__module__": __name__,
            "Meta": type("Meta", (), {"app_label": _user_app, "db_table": get_user_model()._meta.db_table}),
        },
    )

    class Ticket(StatefulModel):
        """Waits, is taken by one of two people, is closed with a reason."""

        state = models.CharField(max_length=32, default="waiting")
        # No constraint in the database: the suite empties the users' table between tests.
        state_changed_by = models.ForeignKey(
            settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_constraint=False
        )
        closed_at = models.DateTimeField(null=True)
        winner = models.CharField(max_length=20, default="")

        class Meta:
            app_label = "core"
            db_table = "test_ticket"

        def __str__(self) -> str:
            return self.state

        def stamp(self, moment: Any, data: Any) -> list[str]:
            if self.state != "closed":
                return []
            self.closed_at = moment
            return ["closed_at"]


@contextmanager
def table() -> Iterator[None]:
    """The table exists within this block."""
    with connection.schema_editor() as editor:
        editor.create_model(Ticket)
    try:
        yield
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(Ticket)
