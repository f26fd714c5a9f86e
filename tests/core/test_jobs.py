"""Jobs: recorded with the write that asks for them, done once however often they are delivered."""

import time
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from core import bell, clock, health, jobs, leases, schedule, tasks
from core.actor import Actor
from core.errors import Invalid, NotNow
from core.models import AuditEntry, Heartbeat, Job, NumberSeries
from core.numbering import next_number
from tests.core.threads import together

pytestmark = pytest.mark.django_db(transaction=True)

State = Job.State


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: Any) -> None:
    monkeypatch.setattr(jobs, "_kinds", {})
    rung: list[int] = []
    monkeypatch.setattr(jobs, "ring", lambda job_id: rung.append(job_id) or True)
    monkeypatch.setattr(jobs, "rung", rung, raising=False)
    jobs.register("count", _count)


def _count(running: jobs.Running) -> dict[str, Any]:
    with transaction.atomic():
        return {"number": next_number("job", 2026), "given": running.payload}


def _done() -> int:
    return sum(NumberSeries.objects.values_list("last", flat=True))


def _rung() -> list[int]:
    return list(jobs.rung)  # type: ignore[attr-defined]


def test_a_job_is_done_once_however_often_it_is_delivered() -> None:
    job = jobs.enqueue("count", scope="round:7", period="2026", payload={"day": clock.today()})
    assert _rung() == [job.pk]
    finished = jobs.run(job.pk)
    assert finished is not None
    assert (finished.state, finished.attempts, finished.progress) == ("done", 1, 100)
    assert finished.result == {"number": 1, "given": {"day": "2026-03-02"}}
    assert jobs.run(job.pk) is None
    tasks.run_job(job.pk)
    assert _done() == 1


def test_one_job_for_kind_scope_and_period() -> None:
    first = jobs.enqueue("count", scope="a", period="2026")
    jobs.run(first.pk)
    again = jobs.enqueue("count", scope="a", period="2026")
    assert again.pk == first.pk
    assert jobs.run_pending() == 0
    assert jobs.enqueue("count", scope="a", period="2027").pk != first.pk
    assert len(_rung()) == 2


def test_two_schedulers_at_once_make_one_job() -> None:
    made = together(*[lambda: jobs.enqueue("count", period="2026-03").pk] * 6)
    assert len(set(made)) == 1
    assert jobs.run_pending() == 1


def test_two_workers_at_once_do_it_once() -> None:
    job = jobs.enqueue("count")
    results = together(*[lambda: jobs.run(job.pk)] * 4)
    assert sum(result is not None for result in results) == 1
    assert _done() == 1


def test_no_job_for_a_write_that_was_rolled_back() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        jobs.enqueue("count")
        raise ZeroDivisionError
    assert not Job.objects.exists()
    assert _rung() == []


def test_a_lost_bell_is_rung_again() -> None:
    job = jobs.enqueue("count")
    assert jobs.sweep() == 0
    Job.objects.update(created_at=clock.wall() - timedelta(minutes=1))
    assert jobs.sweep() == 1
    assert _rung() == [job.pk, job.pk]


def test_a_broker_that_is_down_loses_nothing(monkeypatch: Any) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(jobs, "_kinds", {"count": jobs.Kind("count", _count)})

    def down(*args: Any, **kwargs: Any) -> None:
        raise ConnectionError("broker")

    monkeypatch.setattr(bell.current_app, "send_task", down)
    job = jobs.enqueue("count")
    assert jobs.ring(job.pk) is False
    assert jobs.run_pending() == 1


def test_a_failure_is_tried_again_and_then_given_up() -> None:
    def fail(running: jobs.Running) -> None:
        next_number("job", 2026)
        raise RuntimeError(f"第 {running.job.attempts} 次")

    jobs.register("fail", fail)
    job = jobs.enqueue("fail")
    first = jobs.run(job.pk)
    assert first is not None
    assert (first.state, first.attempts) == ("queued", 1)
    assert jobs.run_pending() == 2
    job.refresh_from_db()
    assert (job.state, job.attempts, _done()) == ("failed", 3, 0)
    assert "第 3 次" in job.error


def test_a_refusal_by_our_own_rules_is_final_at_once_and_can_be_retried() -> None:
    outcomes = [Invalid.one("x", "资料不全。"), None]

    def handler(running: jobs.Running) -> None:
        outcome = outcomes.pop(0)
        if outcome:
            raise outcome

    jobs.register("refuse", handler)
    job = jobs.enqueue("refuse")
    failed = jobs.run(job.pk)
    assert failed is not None
    assert (failed.state, failed.error) == ("failed", "资料不全。")
    jobs.retry(failed, actor=Actor.system())
    again = jobs.run(job.pk)
    assert again is not None
    assert again.state == "done"
    assert AuditEntry.objects.get().action == "job.retry"
    with pytest.raises(NotNow):
        jobs.retry(again, actor=Actor.system())


def _abandon(job: Job, attempts: int) -> None:
    """As a killed worker leaves it."""
    Job.objects.filter(pk=job.pk).update(
        state=State.RUNNING,
        attempts=attempts,
        lease_token=uuid.uuid4(),
        lease_until=clock.wall() - timedelta(seconds=1),
    )


def test_the_job_of_a_killed_worker_is_taken_up_again() -> None:
    job = jobs.enqueue("count")
    _abandon(job, 1)
    assert jobs.sweep() == 1
    finished = jobs.run(job.pk)
    assert finished is not None
    assert (finished.state, finished.attempts, _done()) == ("done", 2, 1)


def test_a_job_that_kills_its_worker_stops_after_three_starts() -> None:
    job = jobs.enqueue("count")
    _abandon(job, jobs.MAX_ATTEMPTS)
    assert jobs.run(job.pk) is None
    assert jobs.sweep() == 0
    job.refresh_from_db()
    assert job.state == "failed"
    assert "连续 3 次" in job.error


def test_a_living_lease_is_respected() -> None:
    job = jobs.enqueue("count")
    _abandon(job, 1)
    Job.objects.update(lease_until=clock.wall() + jobs.LEASE)
    assert jobs.run(job.pk) is None
    assert jobs.run_pending() == 0


def test_a_worker_that_lost_its_lease_leaves_no_effect() -> None:
    def slow(running: jobs.Running) -> None:
        next_number("job", 2026)
        # Meanwhile the lease ran out and another worker took the job.
        together(lambda: Job.objects.update(lease_token=uuid.uuid4()))

    jobs.register("slow", slow)
    job = jobs.enqueue("slow")
    assert jobs.run(job.pk) is not None
    job.refresh_from_db()
    assert (job.state, _done()) == ("running", 0)


def test_progress_is_seen_while_the_work_goes_on() -> None:
    seen: list[tuple[int, str]] = []

    def work(running: jobs.Running) -> None:
        running.progress(40, "已生成 4 份")
        seen.extend(together(lambda: Job.objects.values_list("progress", "message").get()))

    jobs.register("long", work, atomic=False)
    jobs.run(jobs.enqueue("long").pk)
    assert seen == [(40, "已生成 4 份")]


def test_a_lease_is_renewed_while_the_worker_lives() -> None:
    job = jobs.enqueue("count")
    _abandon(job, 1)
    job.refresh_from_db()
    assert job.lease_token is not None
    with leases.renewed(job.pk, job.lease_token, timedelta(seconds=0.4)):
        time.sleep(0.4)
    before = job.lease_until
    job.refresh_from_db()
    assert before is not None
    assert job.lease_until is not None
    assert job.lease_until > before


def test_a_job_for_later_waits() -> None:
    job = jobs.enqueue("count", not_before=clock.wall() + timedelta(hours=1))
    assert (_rung(), jobs.run_pending()) == ([], 0)
    Job.objects.update(not_before=clock.wall() - timedelta(seconds=1))
    assert jobs.run(job.pk) is not None


def test_kinds_are_registered_once_and_unknown_ones_refused() -> None:
    jobs.register("count", _count)
    with pytest.raises(ValueError, match="already"):
        jobs.register("count", lambda running: None)
    with pytest.raises(ValueError, match="no handler"):
        jobs.enqueue("nothing")
    assert jobs.kinds() == ["count"]


def test_everything_scheduled_exists_and_may_run_twice() -> None:
    for entry in schedule.BEAT_SCHEDULE.values():
        task = getattr(tasks, entry["task"].rpartition(".")[2])
        assert task.name == entry["task"]
        task()
        task()


def test_silence_of_the_worker_is_noticed() -> None:
    assert not health.is_alive("worker")
    tasks.heartbeat()
    assert health.is_alive("worker")
    # The demo clock may jump a week; the worker is not dead for that.
    clock.shift(timedelta(days=7))
    assert health.is_alive("worker")
    Heartbeat.objects.update(at=clock.wall() - timedelta(minutes=3))
    assert not health.is_alive("worker")
