"""The night's look and a person's act at the same moment: the older answer is never written over the newer."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from core import clock
from filings.enums import State
from filings.models import Duty, Filing
from filings.services import duties
from tests.makers.filings import drive, make_case

pytestmark = pytest.mark.django_db(transaction=True)


def waits_for_somebody() -> bool:
    """Whether a connection of this database stands before a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return bool(cursor.fetchone()[0])


def withdrawn_while_the_night_looks(frozen: Any) -> Filing:
    """A filing is withdrawn; before that is committed, somebody else lets the table follow."""
    filing = drive(make_case(), "submitted", frozen)
    duties.sync(filing)

    def night() -> None:
        try:
            duties.sync_scope(f"filing:{filing.pk}")
        finally:
            connection.close()

    other = threading.Thread(target=night)
    with transaction.atomic():
        Filing.objects.filter(pk=filing.pk).update(state=State.WITHDRAWN, ended_at=clock.now())
        duties.sync(filing)
        other.start()
        for _try in range(100):
            if waits_for_somebody():
                break
            other.join(0.1)
    other.join(30)
    return filing


def test_the_night_waits_and_sees_what_was_done(frozen: Any) -> None:
    filing = withdrawn_while_the_night_looks(frozen)
    assert not Duty.objects.filter(filing=filing, standing="open").exists()


def test_without_waiting_a_finished_duty_would_come_back(
    frozen: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""
    monkeypatch.setattr(duties, "_wait_for", lambda scope: None)
    filing = withdrawn_while_the_night_looks(frozen)
    assert Duty.objects.filter(filing=filing, standing="open").exists()
