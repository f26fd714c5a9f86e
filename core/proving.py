"""A database of its own for commands that take guards away or kill workers; made and dropped around the trial."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import connection


@contextmanager
def own_database(name: str) -> Iterator[None]:
    """A fresh database with tables and law; afterwards it is gone. Needs the right to create one."""
    kept = connection.settings_dict["NAME"]
    _statement(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"')
    _turn_to(name)
    try:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_policy", verbosity=0)
        yield
    finally:
        _turn_to(kept)
        _statement(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _statement(*statements: str) -> None:
    with connection._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _turn_to(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
