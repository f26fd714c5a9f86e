"""The launcher of PostgreSQL and Valkey: every trap it was written for."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg2
import pytest

from core.embedded import Servers, account, places
from tests.support.plugin import ROOT

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the servers as another account")


@pytest.fixture
def own_servers(monkeypatch):
    """No address in the environment, a folder outside pytest's private one, nothing left behind."""
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("REDIS_URL")
    folder = Path(tempfile.mkdtemp(prefix="lianchuang-test-"))
    servers = Servers(folder, test=True)
    yield servers
    servers.remove()
    assert not folder.exists()


def connect(servers: Servers) -> None:
    psycopg2.connect(dbname="portal", user="portal", host=str(servers.sockets)).close()


def test_start_again_after_a_crash_and_stop(own_servers):
    assert own_servers.start() is True
    assert own_servers.start() is False
    assert own_servers.status() == {"postgres": True, "valkey": True}
    connect(own_servers)
    pid = int((own_servers.home / "pg/postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    assert own_servers.start() is True
    connect(own_servers)
    own_servers.stop()
    assert own_servers.status() == {"postgres": False, "valkey": False}


def test_only_sockets_in_a_private_folder(own_servers):
    own_servers.start()
    assert own_servers.home.stat().st_mode & 0o077 == 0
    assert own_servers.sockets.stat().st_mode & 0o077 == 0
    address = own_servers.environment()["DATABASE_URL"]
    assert address == f"postgres://portal@/portal?host={own_servers.sockets}"
    with psycopg2.connect(dbname="portal", user="portal", host=str(own_servers.sockets)) as link:
        cursor = link.cursor()
        cursor.execute("SHOW listen_addresses")
        assert cursor.fetchone() == ("",)
    link.close()


def test_addresses_in_the_environment_take_the_place_of_servers(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://a@b/c")
    monkeypatch.setenv("REDIS_URL", "redis://b")
    folder = Path(tempfile.mkdtemp(prefix="lianchuang-test-"))
    servers = Servers(folder)
    assert servers.start() is False
    assert servers.environment() == {"DATABASE_URL": "postgres://a@b/c", "REDIS_URL": "redis://b"}
    servers.remove()


def test_served_servers_end_with_their_reader():
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
    command = [sys.executable, "-m", "core.embedded", "serve", "--test"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, text=True, start_new_session=True
    ) as child:
        folder = Path(child.stdout.readline().strip().partition("host=")[2]).parent
        assert folder.name.startswith("lianchuang-test-") and folder.exists()
        child.stdin.close()
        assert child.wait(30) == 0
    assert not folder.exists()


def test_a_long_path_gets_a_short_socket_folder():
    top = Path(tempfile.mkdtemp(prefix="lianchuang-test-"))
    ours = account.server_account()
    ours.own(top)
    real = top / ("x" * 90)
    short = places.socket_folder(real, ours)
    try:
        assert len(str(short)) < places.LONGEST_SOCKET_FOLDER
        assert short.stat().st_mode & 0o077 == 0
    finally:
        short.rmdir()
        shutil.rmtree(top)


@as_root
def test_a_program_out_of_reach_is_copied_with_its_layout(tmp_path):
    # tmp_path is private to root: exactly the case of a clone below /root.
    package, libraries = tmp_path / "site/pkg/install", tmp_path / "site/pkg.libs"
    (package / "bin").mkdir(parents=True)
    (package / "bin/tool").write_text("x")
    libraries.mkdir()
    (libraries / "lib.so").write_text("y")
    nobody, shelf = account.server_account(), tmp_path / "shelf"
    assert not nobody.can_enter(package)
    found = account.reachable(nobody, package, [libraries], shelf)
    assert found == shelf / "pkg/install"
    assert (found / "bin/tool").exists() and (shelf / "pkg.libs/lib.so").exists()


@as_root
def test_data_out_of_reach_is_kept_elsewhere_and_removed_from_there(tmp_path):
    folder, before = tmp_path / ".local", tmp_path.stat().st_mode
    real = places.prepare(folder, account.server_account())
    assert folder.is_symlink() and real.parent == Path("/var/lib")
    assert real.stat().st_mode & 0o077 == 0
    assert tmp_path.stat().st_mode == before
    places.remove(folder)
    assert not folder.exists() and not real.exists()
