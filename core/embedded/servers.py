"""Both servers together, and the environment that points to them."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.embedded import places
from core.embedded.account import server_account
from core.embedded.postgres import Postgres
from core.embedded.valkey import Valkey


class Servers:
    """The servers whose data is in `folder`; one that the environment names already is left alone."""

    def __init__(self, folder: Path, *, test: bool = False) -> None:
        self.folder = Path(os.path.abspath(folder))  # noqa: PTH100 - resolve() would follow our own link
        account = server_account()
        self.home = places.prepare(self.folder, account)
        sockets = places.socket_folder(self.home, account)
        self.sockets = sockets
        self.postgres = (
            None if os.environ.get("DATABASE_URL") else (Postgres(self.home, sockets, account, careless=test))
        )
        self.valkey = None if os.environ.get("REDIS_URL") else Valkey(self.home, sockets, account)

    @property
    def parts(self) -> list[Postgres | Valkey]:
        """The servers this object is responsible for."""
        return [part for part in (self.postgres, self.valkey) if part is not None]

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Two shells may start the same servers at once; the second waits and finds them running."""
        with (self.home / "servers.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def start(self) -> bool:
        """Start what is not running. Returns whether anything was started by this call."""
        with self._locked():
            started = [part.start() for part in self.parts]
        return any(started)

    def stop(self) -> None:
        """Stop what this object is responsible for."""
        with self._locked():
            for part in reversed(self.parts):
                part.stop()

    def status(self) -> dict[str, bool]:
        """Which of our servers answer."""
        return {type(part).__name__.lower(): part.running() for part in self.parts}

    def environment(self) -> dict[str, str]:
        """DATABASE_URL and REDIS_URL for the processes that use the servers."""
        postgres, valkey = self.postgres, self.valkey
        return {
            "DATABASE_URL": postgres.url if postgres else os.environ["DATABASE_URL"],
            "REDIS_URL": valkey.url if valkey else os.environ["REDIS_URL"],
        }

    def remove(self) -> None:
        """Stop the servers and delete their data."""
        if not self.home.exists():
            return
        self.stop()
        places.remove(self.folder)
        if not self.sockets.is_relative_to(self.home) and self.sockets.exists():
            for left in self.sockets.iterdir():
                left.unlink()
            self.sockets.rmdir()
