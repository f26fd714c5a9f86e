"""Which system account runs the servers, and what that account can reach.

PostgreSQL refuses to run as root. As root, both servers therefore run as `nobody`, whose home is a
0700 directory that only it (and root) can enter. Nothing is ever made more readable for its sake.
"""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Account:
    """The numeric account a server runs under; `switch` is false when it is our own."""

    uid: int
    gid: int
    switch: bool

    def run(self, command: list[str], *, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """Run `command` as this account with a bare environment; output is captured, never inherited.

        Raises subprocess.TimeoutExpired. A failed command is the caller's to judge by its return code.
        """
        identity = {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}
        return subprocess.run(
            command,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            **identity,  # type: ignore[call-overload]
        )

    def own(self, path: Path) -> None:
        """Make `path` a directory that only this account can enter."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.switch:
            os.chown(path, self.uid, self.gid)
        path.chmod(0o700)

    def can_enter(self, path: Path) -> bool:
        """True when every directory down to `path` lets this account pass."""
        path = path.resolve()
        return all(self._passes(folder) for folder in (path, *path.parents))

    def _passes(self, folder: Path) -> bool:
        try:
            found = folder.stat()
        except FileNotFoundError:
            return True
        if found.st_uid == self.uid:
            return bool(found.st_mode & stat.S_IXUSR)
        return bool(found.st_mode & stat.S_IXOTH) if self.switch else os.access(folder, os.X_OK)


def server_account() -> Account:
    """Our own account, or `nobody` when we are root."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), switch=False)
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid, switch=True)


def reachable(account: Account, source: Path, siblings: list[Path], shelf: Path) -> Path:
    """`source`, or a copy of it under `shelf` when the account cannot walk to it (a venv in /root).

    `siblings` are copied next to it with the same relative layout: the PostgreSQL binaries find
    their libraries by a path relative to their own, so a bare copy of `source` would not start.
    """
    if account.can_enter(source):
        return source
    root = Path(os.path.commonpath([source, *siblings]))
    if root == source:
        root = source.parent
    for item in (source, *siblings):
        target = shelf / item.relative_to(root)
        if not target.exists():
            _copy(item, target)
    return shelf / source.relative_to(root)


def _copy(item: Path, target: Path) -> None:
    """Copy by way of a temporary name, so that an interrupted copy is never taken for a whole one."""
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partial")
    if item.is_dir():
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(item, partial, symlinks=True)
    else:
        shutil.copy2(item, partial)
    partial.rename(target)
