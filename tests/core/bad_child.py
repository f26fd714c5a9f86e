"""What a parser taken over by a hostile document might try."""

import os
import socket
import subprocess
import time
from pathlib import Path
from typing import Any


def warm() -> None:
    """Nothing to load."""


def handle(header: dict[str, Any], blobs: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    match header["do"]:
        case "loop":
            while True:
                pass
        case "sleep":
            time.sleep(60)
        case "grow":
            return {}, [b"x" * (1 << 30)]
        case "crash":
            os.abort()
        case "connect":
            socket.create_connection(("127.0.0.1", 9))
        case "read":
            Path("/etc/passwd").read_text()
        case "write":
            Path("/tmp/lianchuang-should-not-exist").write_text("x")
        case "run":
            subprocess.run(["/bin/true"], check=True)
    return {}, blobs
