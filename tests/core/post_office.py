"""A mail server on this machine, as far as a test needs one: takes what it is given, or refuses an address."""

from __future__ import annotations

import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.mail.backends.locmem import EmailBackend


class SlowBackend(EmailBackend):
    """Takes long enough that two workers meet."""

    def send_messages(self, messages: Any) -> int:
        time.sleep(0.05)
        return int(super().send_messages(messages))


class SilentBackend(EmailBackend):
    """A server that does not answer."""

    def open(self) -> bool:
        raise TimeoutError("lin@example.cn: timed out")


def closed_port() -> int:
    """A port of this machine at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Office(socketserver.ThreadingTCPServer):
    """``taken``: the letters, as text; ``refused``: addresses that do not exist here."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int) -> None:
        self.taken: list[str] = []
        self.refused: set[str] = set()
        super().__init__(("127.0.0.1", port), Talk)


class Talk(socketserver.StreamRequestHandler):
    server: Office

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline().decode().strip():
            word = line.upper().split(":")[0].split()[0]
            if word == "DATA":
                self._say("354 go on")
                self.server.taken.append(self._letter())
            refused = word == "RCPT" and any(address in line for address in self.server.refused)
            self._say({"QUIT": "221 bye"}.get(word, "550 nobody here" if refused else "250 ok"))
            if word == "QUIT":
                return

    def _letter(self) -> str:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        return b"".join(lines).decode()

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def opened(settings: Any, port: int = 0) -> Iterator[Office]:
    """The portal sends to this server while the block lasts."""
    with Office(port) as office:
        thread = threading.Thread(target=office.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        sends_to(settings, int(office.server_address[1]))
        try:
            yield office
        finally:
            office.shutdown()
            thread.join(10)


def sends_to(settings: Any, port: int) -> None:
    """Real SMTP to a port of this machine."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
