"""`./run demo`: servers, web, worker and scheduler as children of one process that ends them all."""

import contextlib
import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from core.embedded import Servers

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"
READY_SECONDS = 180.0
STOP_SECONDS = 15.0
PR_SET_PDEATHSIG = 1

PASSWORD = "Lianchuang-2026-demo"  # noqa: S105 - published in README
ACCOUNTS = (
    ("applicant", "administrator of an enterprise in Laoshan, Qingdao, which may lead a consortium"),
    ("outsider", "administrator of an unrelated enterprise"),
    ("member1 member2 member3", "chain enterprises"),
    ("univ1 univ2", "universities"),
    ("zbhost zbcluster", "units in Zibo: platforms and an incubator, cluster statistics"),
    ("zbunits sdbodies", "administrators of the other units in Zibo and of the other cluster bodies"),
    ("district zbdistrict", "district bureaus of Laoshan and of Zibo's districts"),
    ("officer director", "case officer and head of division (the second person), in both cities"),
    ("officer2", "second case officer in Qingdao, soon away; officer covers"),
    ("citydrc citydrc2", "municipal development and reform commissions: Zibo and Qingdao, the others"),
    ("provdrc provdrc2", "provincial development and reform commission: case officer, head of division"),
    ("expert1 … expert5", "experts"),
    ("finance auditor", "finance; read-only auditor"),
    ("secadmin sysadmin", "security administrator, system administrator"),
)


class Stop(Exception):
    """Somebody asked us to end."""


def _say(text: str = "") -> None:
    print(text, flush=True)


def _die_with_parent() -> None:
    """Linux ends the child when this process is killed, so that no worker is left on the data."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Children:
    """The processes of the portal; started in order, stopped in reverse."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *command: str) -> None:
        """Start one, its output in `.local/log/<name>.log`, out of reach of the terminal's Ctrl-C."""
        folder = LOCAL / "log"
        folder.mkdir(exist_ok=True)
        with (folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )

    def check(self) -> None:
        """Raise SystemExit, with the end of its log, when one has ended by itself."""
        for name, child in self.running.items():
            if child.poll() is not None:
                log = (LOCAL / "log" / f"{name}.log").read_text(errors="replace").splitlines()
                raise SystemExit("\n".join([*log[-20:], f"{name} ended with code {child.returncode}"]))

    def stop(self) -> None:
        """Ask each to end, wait, and insist."""
        for child in reversed(self.running.values()):
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.running.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Refuse a second demo on the same data."""
    with (LOCAL / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit("the demo of this clone is running already") from None
        yield


def _refuse_busy_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise SystemExit(f"port {port} is taken; choose another: PORT=8001 ./run demo") from None


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _wait(address: str, children: Children) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not _answers(address):
        children.check()
        if time.monotonic() > deadline:
            raise SystemExit(f"{address} did not answer; see {LOCAL / 'log'}")
        time.sleep(0.2)


def _environment(servers: Servers, port: int) -> dict[str, str]:
    site = f"http://127.0.0.1:{port}"
    defaults = {"DJANGO_SETTINGS_MODULE": "config.settings.demo", "SITE_URL": site}
    return {**defaults, **os.environ, **servers.environment()}


def _prepare(environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "config.prepare"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, start_new_session=True)


def _start_portal(children: Children, port: int) -> None:
    """In this order, because each compiles and imports much the same and there may be two cores."""
    site = f"http://127.0.0.1:{port}"
    web = ["gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4"]
    children.start("web", *web, "--worker-class", "gthread", "--timeout", "60")
    _wait(f"{site}/healthz", children)
    children.start("worker", "celery", "-A", "config", "worker", "-c", "1", "-l", "info", "-n", "demo@%h")
    children.start("scheduler", "celery", "-A", "config", "beat", "-l", "info", "--pidfile=")
    _wait(f"{site}/readyz", children)


def _greet(port: int) -> None:
    _say()
    _say(f"The portal is ready: http://127.0.0.1:{port}/")
    _say(f"Demo accounts, password of all: {PASSWORD}")
    for names, who in ACCOUNTS:
        _say(f"  {names:<24} {who}")
    _say("Ctrl-C stops everything. Logs are in .local/log/.")


def _end(signum: int, frame: FrameType | None) -> None:
    raise Stop


def main() -> int:
    """Start everything, wait, stop everything. 0 after Ctrl-C; SystemExit with the reason otherwise."""
    port = int(os.environ.get("PORT", "8000"))
    _refuse_busy_port(port)
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _end)
    servers = Servers(LOCAL)
    with _alone():
        children = None
        try:
            _say("== starting PostgreSQL and Valkey")
            servers.start()
            environment = _environment(servers, port)
            _prepare(environment)
            _say("== starting web, worker and scheduler")
            children = Children(environment)
            _start_portal(children, port)
            _greet(port)
            while True:
                children.check()
                time.sleep(1)
        except Stop:
            _say("== stopping")
            return 0
        except subprocess.CalledProcessError:
            raise SystemExit("the data could not be prepared, see above") from None
        finally:
            for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(name, signal.SIG_IGN)
            if children:
                children.stop()
            servers.stop()


if __name__ == "__main__":
    sys.exit(main())
