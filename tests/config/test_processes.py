"""The worker and the scheduler of the tests are real processes on the test's own database and broker."""

import time
from collections.abc import Callable

import pytest
from django.core.cache import cache

from config import health
from config.celery import app
from core import audit
from core.actor import Actor
from core.models import AuditEntry, AuditSeal
from core.tasks import seal_audit

pytestmark = pytest.mark.e2e


def wait_until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def all_sealed() -> bool:
    return AuditSeal.objects.count() == AuditEntry.objects.count() > 0


def test_worker_does_what_a_message_asks(worker):
    audit.record("test.ring", actor=Actor.system("test"))
    seal_audit.delay()
    wait_until(all_sealed)


def test_portal_is_ready_with_a_worker_and_not_without(worker, client):
    assert client.get("/readyz").json() == {"database": True, "broker": True, "worker": True, "storage": True}
    worker.kill()
    cache.delete(health.WORKER_KEY)
    assert client.get("/readyz").status_code == 503


def test_a_new_worker_follows_a_killed_one(worker):
    audit.record("test.ring", actor=Actor.system("test"))
    seal_audit.delay()
    wait_until(all_sealed)


def test_a_worker_that_rests_takes_nothing_until_it_is_woken(worker):
    audit.record("test.ring", actor=Actor.system("test"))
    worker.rest()
    seal_audit.delay()
    assert not app.control.inspect(timeout=2).active_queues()[next(iter(app.control.ping(timeout=2)[0]))]
    assert not AuditSeal.objects.exists()
    worker.wake()
    wait_until(all_sealed)


def test_scheduler_rings_by_itself(scheduler):
    audit.record("test.ring", actor=Actor.system("test"))
    wait_until(all_sealed, 45)
