"""People at browsers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.e2e.browsing import Person, Seen
from tests.e2e.years import DemoClock
from tests.makers import filings as make


@pytest.fixture
def cast(transactional_db: None) -> make.Case:
    """Bureaus, the lead, five members, five experts."""
    return make.make_case()


@pytest.fixture
def people(new_page: Any, cast: make.Case) -> Iterator[Callable[..., Person]]:
    """`people(user)`: that user logged in, in a browser of its own; `None` is a stranger.

    With `axe=True` every kind of page this person comes by has to be accessible.
    """
    seen = Seen()

    def come(user: Any = None, *, axe: bool = False, **options: Any) -> Person:
        person = Person(new_page(**options), seen if axe else None)
        return person.login(user.username) if user else person

    yield come
    assert not seen.broken, "\n".join(seen.broken)


@pytest.fixture
def demo(shared_clock: None) -> DemoClock:
    """The clock of the installation, at `FIXED_NOW`."""
    return DemoClock()
