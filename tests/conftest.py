"""Fixtures every test may use. Servers and the network block are in tests/support/plugin.py."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django.test
import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, settings

from core import clock
from tests.support import database, pristine, processes, remembered
from tests.support.frozen import FIXED_NOW, Frozen

# A busy machine is no fault of what is tested: nothing here is timed.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
VIEWPORT = {"width": 1366, "height": 768}
BROWSER_ARGUMENTS = [
    "--disable-dev-shm-usage",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--disable-background-networking",
]


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: Any
) -> Iterator[None]:
    """Migrations and the law, then a copy of everything to return to."""
    name = "test_portal" + os.environ.get("PYTEST_XDIST_WORKER", "")
    with django_db_blocker.unblock():
        database.create(name)
        database.fill(request.config.cache.mkdir("database"))
        pristine.keep()
    yield
    with django_db_blocker.unblock():
        database.drop(name)


def _restore(self: django.test.TransactionTestCase) -> None:
    pristine.restore()


django.test.TransactionTestCase._fixture_teardown = _restore  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _clean_cache(request: pytest.FixtureRequest) -> None:
    """Rows of an earlier test are gone; nothing may be remembered about them."""
    cache.clear()
    clock.forget()


@pytest.fixture
def monkeypatch() -> Iterator[pytest.MonkeyPatch]:
    """pytest's own; a remembered maker has to know what a test replaced before it."""
    with pytest.MonkeyPatch.context() as patch:
        remembered.patches = patch
        yield patch
    remembered.patches = None


@pytest.fixture(autouse=True)
def frozen(request: pytest.FixtureRequest) -> Iterator[Frozen]:
    """The clock stands still, except where other processes take part: see `shared_clock`."""
    made = Frozen()
    if "worker" in request.fixturenames or "shared_clock" in request.fixturenames:
        made.release()
    yield made
    made.release()


@pytest.fixture
def shared_clock(transactional_db: None) -> None:
    """`FIXED_NOW` by way of the offset in the database, which web, worker and scheduler all read."""
    clock.reset()
    clock.shift(FIXED_NOW - clock.now())


@pytest.fixture
def site(live_server: Any, settings: Any) -> str:
    """Address of a live server on the test database; printed addresses (QR codes) point to it."""
    settings.SITE_URL = live_server.url
    return str(live_server.url)


@pytest.fixture(scope="session")
def _worker_process(
    django_db_setup: None, live_server: Any, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any
) -> Iterator[dict[str, processes.Process]]:
    """Started once; a test that kills it finds a new one started for the next."""
    held: dict[str, processes.Process] = {}
    yield held
    for process in held.values():
        process.stop()


@pytest.fixture
def worker(
    transactional_db: None,
    site: str,
    tmp_path_factory: pytest.TempPathFactory,
    _worker_process: dict[str, processes.Process],
) -> processes.Process:
    """A real Celery worker on the test database, idle and with an empty queue."""
    processes.forget_messages()
    running = _worker_process.get("worker")
    if running is None or running.child.poll() is not None:
        log = tmp_path_factory.mktemp("worker") / "worker.log"
        running = _worker_process["worker"] = processes.start_worker(log, site)
    running.wake()
    return running


@pytest.fixture(autouse=True)
def _worker_rests(request: pytest.FixtureRequest) -> None:
    """Jobs of a test are done where it says: by the worker it asked for, or in its own process."""
    if "worker" not in request.fixturenames:
        processes.rest()


@pytest.fixture
def scheduler(worker: processes.Process, site: str, tmp_path: Path) -> Iterator[processes.Process]:
    """A real scheduler beside the worker."""
    running = processes.start_scheduler(tmp_path / "scheduler.log", site)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for the run, which can reach 127.0.0.1 and nothing else."""
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    program = os.environ.get("CHROMIUM", "/usr/bin/chromium-headless-shell")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=BROWSER_ARGUMENTS)
        yield started
        started.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Complaints(list[str]):
    """What the pages of a test complained about: script errors and violations of the content policy."""

    def watch(self, page: Any) -> None:
        """Listen to a page, and to those it opens."""
        page.on("pageerror", lambda error: self.append(str(error)))
        page.on("console", self._console)

    def _console(self, message: Any) -> None:
        # An answer with an error status is logged by the browser too; the test asserts on the page.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.append(message.text)


@pytest.fixture
def new_page(browser: Any, site: str) -> Iterator[Any]:
    """Make a page of a fresh person: `new_page(viewport={...}, java_script_enabled=False)`."""
    contexts: list[Any] = []
    complaints = Complaints()

    def make(**options: Any) -> Any:
        defaults = {"viewport": VIEWPORT, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
        context = browser.new_context(**{**defaults, "base_url": site, **options})
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        complaints.watch(page)
        return page

    yield make
    for context in contexts:
        context.close()
    assert not complaints, complaints


@pytest.fixture
def page(new_page: Any) -> Any:
    """One page at 1366×768; the test fails when the page has script errors or breaks its content policy."""
    return new_page()
