"""Bring the demo's database, law, sample data and static files up to date, doing only what changed.

Runs in one process, because starting Django four times is most of a second start.
"""

import hashlib
import json
from pathlib import Path

from config.settings import base

MARKS = "prepared.json"
LAW = (
    "fixtures",
    "policy/management",
    "policy/book.py",
    "policy/services",
    "evaluation/scheme",
    "evaluation/services/scheme_load.py",
)
STATIC = ("static", "requirements/base.txt")


def _fingerprint(*names: str) -> str:
    """A digest of the named files and folders under the repository: path, size and time of each file."""
    digest = hashlib.sha256()
    for name in names:
        top = base.BASE_DIR / name
        files = sorted(top.rglob("*")) if top.is_dir() else [top]
        for file in files:
            if file.is_file() and file.suffix != ".pyc":
                found = file.stat()
                digest.update(f"{file}:{found.st_size}:{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


class Marks:
    """What has been prepared already, in a small file beside the data it describes."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.done: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}

    def needs(self, step: str, wanted: str) -> bool:
        """True when `step` was never done for `wanted`."""
        return self.done.get(step) != wanted

    def mark(self, step: str, wanted: str) -> None:
        """Remember that `step` is done, so that an interrupted start goes on where it stopped."""
        self.done[step] = wanted
        self.file.write_text(json.dumps(self.done, indent=1))


def _say(text: str) -> None:
    print(f"== {text}", flush=True)  # noqa: T201 - the start of the demo is watched in a terminal


def main() -> None:
    """Migrate always; load law, sample data and static files only when theirs changed."""
    import django
    from django.core.management import call_command

    django.setup()
    marks = Marks(base.LOCAL_DIR / MARKS)
    database = base.DATABASE_URL
    _say("migrating")
    call_command("migrate", interactive=False, verbosity=0)
    law = database + _fingerprint(*LAW)
    if marks.needs("law", law):
        _say("loading the law")
        call_command("load_policy", verbosity=0)
        marks.mark("law", law)
    if marks.needs("demo", database):
        _say("loading the demo")
        call_command("load_demo", verbosity=0)
        marks.mark("demo", database)
    static = _fingerprint(*STATIC)
    if marks.needs("static", static):
        _say("collecting static files")
        call_command("collectstatic", interactive=False, verbosity=0)
        marks.mark("static", static)


if __name__ == "__main__":
    main()
