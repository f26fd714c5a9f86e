"""Where the data of the demo lives, and where sockets fit."""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from core.embedded.account import Account

# Linux keeps a unix socket address in 108 bytes; PostgreSQL adds "/.s.PGSQL.5432".
LONGEST_SOCKET_FOLDER = 85


def _mark(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]


def prepare(folder: Path, account: Account) -> Path:
    """Create the data folder and return where it really is.

    When the servers' account cannot walk to `folder` (a project under /root), `folder` becomes a
    link to a 0700 directory of that account under /var/lib, and no parent directory is touched.
    """
    if folder.is_symlink() or account.can_enter(folder.parent):
        real = folder.resolve()
    else:
        real = Path("/var/lib") / f"lianchuang-{_mark(folder)}"
        if folder.exists():
            raise SystemExit(f"{folder} exists but {account.uid} cannot enter it: ./run reset")
        folder.symlink_to(real, target_is_directory=True)
    account.own(real)
    return real


def remove(folder: Path) -> None:
    """Delete the data folder, and what it points to when it is our own link."""
    if folder.is_symlink():
        real = folder.resolve()
        if real.name == f"lianchuang-{_mark(folder)}":
            shutil.rmtree(real, ignore_errors=True)
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)


def socket_folder(real: Path, account: Account) -> Path:
    """A 0700 folder for sockets: inside the data folder, or a short one in /tmp if that path is too long."""
    inside = real / "run"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
        account.own(inside)
        return inside
    short = Path(tempfile.gettempdir()) / f"lianchuang-{_mark(real)}"
    short.mkdir(mode=0o700, exist_ok=True)
    if short.is_symlink() or short.stat().st_uid not in (os.geteuid(), account.uid):
        raise SystemExit(f"{short} belongs to somebody else")
    account.own(short)
    return short
