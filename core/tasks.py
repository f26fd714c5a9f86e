"""Celery's side of things: an id in, one service call.  Every task may run twice."""

from __future__ import annotations

from celery import shared_task

from core import anchors, audit, files, health, idempotency, jobs, outbox


@shared_task(name="core.tasks.run_job")
def run_job(job_id: int) -> None:
    """Run the job of record with this id, if it is still to be done."""
    jobs.run(job_id, renew=True)


@shared_task(name="core.tasks.sweep", expires=25)
def sweep() -> None:
    """Ring for jobs whose message was lost, give up those started too often."""
    jobs.sweep()


@shared_task(name="core.tasks.deliver_mail", expires=25)
def deliver_mail() -> None:
    """Send the mails that are due."""
    outbox.deliver()


@shared_task(name="core.tasks.seal_audit", expires=9)
def seal_audit() -> None:
    """Give new audit entries their place in the chain."""
    audit.seal_pending()


@shared_task(name="core.tasks.heartbeat", expires=25)
def heartbeat() -> None:
    """Prove that scheduler, broker, worker and database work together."""
    health.beat("worker")


@shared_task(name="core.tasks.anchor_audit")
def anchor_audit() -> None:
    """Write the head of the audit chain where the database cannot change it."""
    anchors.write()


@shared_task(name="core.tasks.tidy")
def tidy() -> None:
    """Remove what nothing refers to any more: orphaned bytes, old idempotency keys, mails that went long ago."""
    files.sweep_orphans()
    idempotency.forget_old()
    outbox.forget_old()
