"""Log lines that can be told apart and that strangers cannot forge.  Loaded before the apps: no models."""

from __future__ import annotations

import logging
from contextvars import ContextVar

#: The number of the request being answered in this context.
current: ContextVar[str] = ContextVar("request_id", default="-")


class RequestIdFilter(logging.Filter):
    """Puts the request's number into log records and keeps line breaks of strangers out of log lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current.get()
        if isinstance(record.args, tuple):
            record.args = tuple(_one_line(value) for value in record.args)
        return True


def _one_line(value: object) -> object:
    if isinstance(value, str) and not value.isprintable():
        return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in value)
    return value
