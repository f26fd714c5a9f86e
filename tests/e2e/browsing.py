"""A person at a browser: logs in, opens pages, fills forms by the names of their fields, presses buttons.

Every distinct page that is looked at on the way is checked by axe once.
"""

from __future__ import annotations

import re
from typing import Any

from django.urls import reverse

from tests.look.axe import sideways, violations
from tests.makers.accounts import PASSWORD

WAIT_MS = 30_000


class Seen:
    """The kinds of pages a test came by, and what axe found on them."""

    def __init__(self) -> None:
        self.kinds: set[str] = set()
        self.broken: list[str] = []


class Person:
    """One browser context. `seen` is shared by everybody of a test, so that no page is checked twice."""

    def __init__(self, page: Any, seen: Seen | None = None) -> None:
        self.page = page
        self.seen = seen
        self.status = 200
        page.set_default_timeout(WAIT_MS)

    def login(self, username: str, password: str = PASSWORD) -> Person:
        """Through the page of the login."""
        if "/accounts/login/" not in self.page.url:
            self.open(reverse("account_login"))
        self.fill({"login": username, "password": password})
        self.press("登录")
        assert "/accounts/login/" not in self.page.url, self.text()
        return self

    # --- going ---

    def open(self, url: str) -> Person:
        """An address; `status` keeps what was answered."""
        answer = self.page.goto(url)
        self.status = answer.status if answer else 200
        return self._arrived()

    def go(self, name: str, *args: Any) -> Person:
        """A page by the name of its route."""
        return self.open(reverse(name, args=args))

    def press(self, text: str, inside: Any = None) -> Person:
        """A button that sends a form; returns when the next page is there."""
        button = (inside or self.page).get_by_role("button", name=text, exact=True)
        with self.page.expect_navigation() as going:
            button.click()
        self.status = going.value.status if going.value else 200
        return self._arrived()

    def follow(self, text: str, *, exact: bool = True) -> Person:
        """A link."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=text, exact=exact).first.click()
        return self._arrived()

    def _arrived(self) -> Person:
        assert self.status < 500, self.text()
        if self.seen is not None:
            self.look()
        return self

    # --- typing ---

    def fill(self, values: dict[str, Any]) -> Person:
        """Answers by field name, as content of a section holds them; tables are lists of rows."""
        for name, value in values.items():
            if isinstance(value, list) and value and isinstance(value[0], dict):
                for number, row in enumerate(value):
                    self.fill({f"{name}-{number}-{column}": cell for column, cell in row.items()})
            else:
                self._answer(name, value)
        return self

    def _answer(self, name: str, value: Any) -> None:
        places = self.page.locator(f'[name="{name}"]:not([type=hidden])')
        kind = places.first.evaluate("place => place.type")
        if kind in ("checkbox", "radio"):
            for one in value if isinstance(value, list) else [value]:
                choice = places if one is True else self.page.locator(f'[name="{name}"][value="{one}"]')
                choice.check()
        elif kind == "select-one":
            places.select_option(str(value))
        elif kind == "file":
            places.set_input_files(value)
        else:
            places.fill(str(value))

    # --- seeing ---

    def text(self) -> str:
        """What the page says."""
        return str(self.page.locator("body").inner_text())

    def says(self, *sentences: str) -> Person:
        """Every sentence is on the page."""
        text = self.text()
        for sentence in sentences:
            assert sentence in text, f"{sentence!r} is not on {self.page.url}:\n{text}"
        return self

    def look(self, again: str = "") -> None:
        """Accessible and no wider than the window; asked once for each kind of page (or for `again`)."""
        kind = (
            f"{re.sub(r'[0-9a-f]{20,}|[0-9]+', '*', self.page.url.split('/', 3)[-1].split('?')[0])} {again}"
        )
        if self.seen is None or kind in self.seen.kinds:
            return
        self.seen.kinds.add(kind)
        self.seen.broken += [f"{self.page.url} {rule}" for rule in violations(self.page)]
        if sideways(self.page) > 0:
            self.seen.broken.append(f"{self.page.url} scrolls sideways")

    def wait_for(self, selector: str, *, url: str = "") -> Any:
        """Open the page again until something is there: for what a worker makes."""
        for _attempt in range(150):
            found = self.page.locator(selector)
            if found.count():
                return found
            # how often is asked, not how long it is waited: the condition ends the loop
            self.page.wait_for_timeout(200)
            if url:
                self.page.goto(url)
            else:
                self.page.reload()
        raise AssertionError(f"{selector} never came:\n{self.text()}")
