"""Work on hostile or heavy documents happens in another process, with limits, one fork for each document.

A :class:`Child` is a long-lived server (``python -m core.child_server <module>``) that imports its module
once (WeasyPrint alone costs two seconds) and forks for every request.  The fork limits its own memory and
time and refuses sockets, so a document that loops, grows or calls out costs one request and nothing else.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent
_LENGTH = struct.Struct(">Q")


class ChildFailed(Exception):
    """The fork died, ran out of time or memory, or its module raised; ``reason`` says which."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Child:
    """``call(header, blobs) -> (header, blobs)``; thread-safe, one at a time, restarts when needed."""

    def __init__(self, module: str, *, megabytes: int, seconds: int) -> None:
        """``seconds`` of wall time and ``megabytes`` of address space for each request."""
        self.module, self.megabytes, self.seconds = module, megabytes, seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._lock = threading.Lock()
        atexit.register(self.close)

    def call(
        self, header: Mapping[str, Any], blobs: Sequence[bytes] = ()
    ) -> tuple[dict[str, Any], list[bytes]]:
        """One request; raises :class:`ChildFailed`."""
        with self._lock:
            process = self._running()
            try:
                write_message(_pipe(process.stdin), header, blobs)
                answer, data = _Reader(_pipe(process.stdout), self.seconds + 30).message()
            except (OSError, EOFError, TimeoutError) as error:
                self._stop()
                raise ChildFailed(f"{type(error).__name__}: {error}") from error
            if answer.get("ended"):
                self._stop()
        if "failed" in answer:
            raise ChildFailed(str(answer["failed"]))
        return answer, data

    def close(self) -> None:
        """Stop the server; the next call starts a new one."""
        with self._lock:
            self._stop()

    def _running(self) -> subprocess.Popen[bytes]:
        # After a fork of the web or worker process the pipes belong to the parent: start our own.
        if self._owner != os.getpid():
            self._process, self._owner = None, os.getpid()
        if self._process is not None and self._process.poll() is not None:
            self._stop()
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [
                    sys.executable,
                    "-m",
                    "core.child_server",
                    self.module,
                    str(self.megabytes),
                    str(self.seconds),
                ],
                cwd=ROOT,
                env=_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    # The server is gone already; what could not be flushed is lost with it.
                    continue
        process.kill()
        process.wait()


def _environment() -> dict[str, str]:
    """Nothing secret: the child needs a path and a language, not our database."""
    kept = (
        "PATH",
        "LANG",
        "LC_ALL",
        "HOME",
        "TMPDIR",
        "LD_LIBRARY_PATH",
        "FONTCONFIG_FILE",
        "XDG_CACHE_HOME",
    )
    return {**{name: os.environ[name] for name in kept if name in os.environ}, "PYTHONUNBUFFERED": "1"}


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise EOFError("no pipe")
    return pipe


def write_message(pipe: IO[bytes], header: Mapping[str, Any], blobs: Sequence[bytes] = ()) -> None:
    """Length-prefixed JSON with the sizes of the blobs, then the blobs."""
    head = json.dumps({**header, "sizes": [len(blob) for blob in blobs]}).encode()
    pipe.write(_LENGTH.pack(len(head)) + head)
    for blob in blobs:
        pipe.write(blob)
    pipe.flush()


def read_message(pipe: IO[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """The next message of a blocking pipe; raises ``EOFError`` at its end."""
    return _Reader(pipe, None).message()


class _Reader:
    """Reads a whole message before a deadline."""

    def __init__(self, pipe: IO[bytes], seconds: float | None) -> None:
        self.descriptor = pipe.fileno()
        self.until = None if seconds is None else time.monotonic() + seconds

    def message(self) -> tuple[dict[str, Any], list[bytes]]:
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size))
        header = json.loads(self._exactly(length))
        return header, [self._exactly(size) for size in header.pop("sizes")]

    def _exactly(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            if self.until is not None:
                left = self.until - time.monotonic()
                if left <= 0 or not select.select([self.descriptor], [], [], left)[0]:
                    raise TimeoutError("the child did not answer in time")
            part = os.read(self.descriptor, min(size - len(parts), 1 << 20))
            if not part:
                raise EOFError("the child closed its pipe")
            parts += part
        return bytes(parts)
