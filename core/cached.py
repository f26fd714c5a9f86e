"""A small read-through cache for single rows and tiny tables that every request needs.

Inside a request a value is read at most once, so a page shows one consistent value and its query count does
not depend on timing; outside a request it lives for ``ttl`` seconds (``CACHED_ROW_SECONDS``, 0 in tests).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

from django.conf import settings

T = TypeVar("T")

_request_values: ContextVar[dict[int, Any] | None] = ContextVar("request_values", default=None)


@contextmanager
def request_scope() -> Iterator[None]:
    """Within this block every :class:`Cached` value is loaded at most once."""
    token = _request_values.set({})
    try:
        yield
    finally:
        _request_values.reset(token)


class Cached(Generic[T]):
    """``Cached(loader)()`` gives the value; ``forget()`` after a write in this process."""

    def __init__(self, loader: Callable[[], T]) -> None:
        self._loader = loader
        self._value: T | None = None
        self._until = 0.0

    def __call__(self) -> T:
        scope = _request_values.get()
        if scope is not None:
            if id(self) not in scope:
                scope[id(self)] = self._loader()
            return scope[id(self)]
        now = time.monotonic()
        if now >= self._until:
            self._value = self._loader()
            self._until = now + float(getattr(settings, "CACHED_ROW_SECONDS", 1.0))
        return self._value  # type: ignore[return-value]

    def held(self) -> T:
        """The value read last, however long ago; read now only if it was forgotten."""
        if not self._until:
            self._value = self._loader()
            self._until = time.monotonic()
        return self._value  # type: ignore[return-value]

    def forget(self) -> None:
        """Read again next time; other processes notice within the time to live."""
        self._until = 0.0
        scope = _request_values.get()
        if scope is not None:
            scope.pop(id(self), None)
