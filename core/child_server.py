"""The process behind :class:`core.child.Child`.  Knows no settings, no database and no Django.

``python -m core.child_server MODULE MEGABYTES SECONDS``; the module gives ``warm()`` and
``handle(header, blobs) -> (header, blobs)``, and ``prepare(header, blobs)`` where something of our own (never
of a stranger) is worth keeping for later forks.  Standard input and output carry the messages, so the
module's own prints go to standard error.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import os
import resource
import select
import signal
import sys
import time
from types import ModuleType
from typing import IO, Any

from core.child import ROOT, read_message, write_message

#: What a document must never make this process do.
_FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.system", "os.fork", "pty.")
#: Python may still import its own modules and the libraries their own data; nothing else is opened.
_READABLE = tuple(
    os.path.realpath(place)
    for place in (
        sys.prefix,
        sys.base_prefix,
        ROOT / "core",
        "/usr/share",
        "/etc/fonts",
        "/usr/lib",
        os.devnull,
    )
)


def main(module_name: str, megabytes: int, seconds: int) -> None:
    """Serve until standard input ends."""
    requests = os.fdopen(os.dup(0), "rb", buffering=0)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    module = importlib.import_module(module_name)
    try:
        module.warm()
    except Exception as error:  # noqa: BLE001 - whoever asks is told why nothing can be done here
        _refuse_all(requests, answers, f"{type(error).__name__}: {error}"[:500])
        return
    gc.collect()
    gc.freeze()
    prepare = getattr(module, "prepare", None)
    while True:
        try:
            header, blobs = read_message(requests)
        except EOFError:
            return
        if prepare is not None:
            prepare(header, blobs)
        answers.write(_in_fork(module, header, blobs, megabytes, seconds))
        answers.flush()


def _refuse_all(requests: IO[bytes], answers: IO[bytes], reason: str) -> None:
    """Say to the first request why this process is no use, and end: the next one finds a new process."""
    with contextlib.suppress(EOFError):
        read_message(requests)
        write_message(answers, {"failed": reason, "ended": True})


def _in_fork(
    module: ModuleType, header: dict[str, Any], blobs: list[bytes], megabytes: int, seconds: int
) -> bytes:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        with os.fdopen(writer, "wb") as pipe:
            _serve_one(module, header, blobs, megabytes, seconds, pipe)
        os._exit(0)
    os.close(writer)
    data, timed_out = _collect(reader, seconds)
    if timed_out:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    if timed_out or status != 0 or not data:
        return _failure("time" if timed_out or _is_cpu_limit(status) else f"died with status {status}")
    return data


def _is_cpu_limit(status: int) -> bool:
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL)


def _serve_one(
    module: ModuleType,
    header: dict[str, Any],
    blobs: list[bytes],
    megabytes: int,
    seconds: int,
    pipe: IO[bytes],
) -> None:
    _limit(megabytes, seconds)
    try:
        answer, data = module.handle(header, blobs)
    except MemoryError:
        answer, data = {"failed": "memory"}, []
    except Exception as error:  # noqa: BLE001 - whatever a document provokes is an answer, not a crash
        answer, data = {"failed": f"{type(error).__name__}: {error}"[:500]}, []
    try:
        write_message(pipe, answer, data)
    except MemoryError:
        os._exit(3)


def _limit(megabytes: int, seconds: int) -> None:
    size = megabytes << 20
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A regular file cannot be written at all; pipes are not files.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    gc.disable()
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith(_FORBIDDEN):
        raise PermissionError(f"{event} is refused in a document process")
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        place = os.path.realpath(os.fsdecode(arguments[0]))
        if not place.startswith(_READABLE):
            raise PermissionError("opening a file is refused in a document process")


def _collect(reader: int, seconds: int) -> tuple[bytes, bool]:
    """Everything the fork writes, and whether its time was up."""
    until = time.monotonic() + seconds
    parts = bytearray()
    try:
        while True:
            left = until - time.monotonic()
            if left <= 0 or not select.select([reader], [], [], left)[0]:
                return bytes(parts), True
            part = os.read(reader, 1 << 20)
            if not part:
                return bytes(parts), False
            parts += part
    finally:
        os.close(reader)


def _failure(reason: str) -> bytes:
    buffer = io.BytesIO()
    write_message(buffer, {"failed": reason})
    return buffer.getvalue()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
