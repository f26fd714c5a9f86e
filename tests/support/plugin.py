"""Loaded by `-p` before Django's settings: throw-away servers, a folder for files, no outside network.

The controller starts one PostgreSQL and one Valkey for the whole run; xdist workers inherit the addresses
and take a database and a pair of Redis numbers of their own, so parallel runs never meet.
"""

import gc
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.support import order

ROOT = Path(__file__).resolve().parents[2]
LOOPBACK = ("127.0.0.1", "::1", "localhost")
_real_connect = socket.socket.connect
_real_getaddrinfo = socket.getaddrinfo


class OutsideNetwork(RuntimeError):
    """A test tried to reach something that is not on this machine."""


def _connect(self: socket.socket, address: object) -> None:
    if self.family != socket.AF_UNIX and (not isinstance(address, tuple) or address[0] not in LOOPBACK):
        raise OutsideNetwork(f"tests may not connect to {address}")
    _real_connect(self, address)


def _getaddrinfo(host: object, *args: object, **kwargs: object) -> object:
    if host not in (*LOOPBACK, None, ""):
        raise OutsideNetwork(f"tests may not look up {host}")
    return _real_getaddrinfo(host, *args, **kwargs)


def block_network() -> None:
    """From now on this process can reach unix sockets and the loopback interface only."""
    socket.socket.connect = _connect  # type: ignore[method-assign]
    socket.getaddrinfo = _getaddrinfo  # type: ignore[assignment]


def _start_servers() -> subprocess.Popen[str]:
    """The servers end when this process does, however it ends: they wait on a pipe from it."""
    command = [sys.executable, "-m", "core.embedded", "serve", "--test"]
    servers = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert servers.stdout is not None
    for _line in range(2):
        name, found, value = servers.stdout.readline().strip().partition("=")
        if not found:
            raise pytest.UsageError("the test servers did not start, see above")
        os.environ[name] = value
    return servers


def _stop_servers(servers: subprocess.Popen[str]) -> None:
    assert servers.stdin is not None and servers.stdout is not None
    servers.stdin.close()
    servers.stdout.close()
    servers.wait(30)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(args: list[str]) -> Generator[None, None, None]:
    """Before pytest-django imports the settings."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    number = int(worker.removeprefix("gw")) + 1 if worker else 0
    os.environ["REDIS_DATABASE"] = str(2 * number)
    os.environ["DJANGO_LIVE_TEST_SERVER_ADDRESS"] = "127.0.0.1"
    os.environ["MEDIA_ROOT"] = tempfile.mkdtemp(prefix="lianchuang-media-")
    if not worker and not {"-h", "--help", "-V", "--version"} & set(args):
        global _servers
        _servers = _start_servers()
    block_network()
    try:
        yield
    except BaseException:
        pytest_unconfigure()
        raise


def pytest_configure(config: pytest.Config) -> None:
    """xdist would order files by the number of their tests; ours is `order.by_length`."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Only where several processes share the files; one process runs them as it was asked to."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        items[:] = order.by_length(items)


def pytest_collection_finish(session: pytest.Session) -> None:
    """All that is loaded by now stays: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()


_servers: subprocess.Popen[str] | None = None


def pytest_unconfigure() -> None:
    """Workers are gone by now; nothing uses the servers any more."""
    shutil.rmtree(os.environ["MEDIA_ROOT"], ignore_errors=True)
    if _servers and _servers.poll() is None:
        _stop_servers(_servers)
