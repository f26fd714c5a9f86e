"""The daily look at every matter: planned in slices, each matter by itself, safe to run twice."""

from __future__ import annotations

from typing import Any

import pytest

from core import clock, jobs
from core.models import Job
from filings.enums import Lamp, State
from filings.models import Cancellation, Duty, Entity
from filings.services import duties, nightly, standing
from tests.makers.accounts import make_user
from tests.makers.duties import make_entity, morning
from tests.makers.filings import drive, make_case

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def conditions_are_met(monkeypatch: pytest.MonkeyPatch) -> None:
    """The entities of these tests have no members; what that means for them is told elsewhere."""
    monkeypatch.setattr(standing, "lamp_of", lambda entity, on: (Lamp.GREEN, []))


def night() -> None:
    nightly.ring()
    jobs.run_pending()


def test_what_time_alone_makes_due_appears_over_night(frozen: Any) -> None:
    entity = make_entity()
    frozen.at(morning(2025, 12, 31))
    night()
    reports = Duty.objects.filter(entity=entity, kind="annual_report")
    assert not reports.exists()
    frozen.at(morning(2026, 1, 1, 0))
    night()
    assert [d.key for d in reports.all()] == ["annual_report:2025"]


def test_a_day_is_done_once_however_often_it_is_rung(frozen: Any) -> None:
    make_entity()
    night()
    night()  # the reminders, once every matter has been looked at
    before = (Job.objects.count(), list(Duty.objects.values()))
    for _again in range(3):
        night()
    assert (Job.objects.count(), list(Duty.objects.values())) == before


def test_a_job_that_starts_over_changes_nothing(frozen: Any) -> None:
    make_entity()
    night()
    before = list(Duty.objects.values())
    Job.objects.filter(kind__startswith="filings.duties").update(
        state=Job.State.QUEUED, attempts=0, finished_at=None
    )
    jobs.run_pending()
    assert list(Duty.objects.values()) == before
    assert not Job.objects.exclude(state=Job.State.DONE).exists()


def test_slices_hold_every_matter_once(frozen: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nightly, "SLICE", 2)
    made = [make_entity().pk for _n in range(5)]
    night()
    slices = Job.objects.filter(kind=nightly.DUTIES_SLICE, scope__startswith="entity:")
    assert sorted(pk for job in slices for pk in job.payload["pks"]) == sorted(made)
    assert max(len(job.payload["pks"]) for job in slices) == 2
    assert Duty.objects.filter(kind="annual_report").count() == 5


def test_a_matter_that_fails_stops_no_other_and_is_seen(frozen: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = make_entity(), make_entity()
    refresh = standing.refresh

    def breaks(entity: Entity, **given: Any) -> Entity:
        if entity.pk == bad.pk:
            raise ZeroDivisionError
        return refresh(entity, **given)

    monkeypatch.setattr(standing, "refresh", breaks)
    night()
    assert Duty.objects.filter(entity=good).exists()
    assert not Duty.objects.filter(entity=bad).exists()
    failed = Job.objects.get(kind=nightly.DUTIES_SLICE, scope__startswith="entity:")
    assert failed.state == Job.State.FAILED
    assert f"entity:{bad.pk}" in failed.error


def test_a_duty_whose_matter_is_over_is_closed_even_if_nobody_followed(frozen: Any) -> None:
    case = make_case()
    filing = drive(case, "submitted", frozen)
    duties.sync(filing)
    type(filing).objects.filter(pk=filing.pk).update(state=State.WITHDRAWN, ended_at=clock.now())
    assert Duty.objects.filter(standing="open").exists()
    night()
    assert not Duty.objects.filter(standing="open").exists()


def test_the_hearing_that_has_ended_becomes_the_bureaus_over_night(frozen: Any) -> None:
    entity = make_entity()
    row = Cancellation.objects.create(
        entity=entity,
        ground="condition_lost",
        clause="依据",
        reason="事实",
        opened_at=clock.now(),
        opened_by=make_user("case_officer", entity.authority),
        state="hearing",
        served_at=clock.now(),
        hearing_days=5,
        hearing_until=clock.today(),
    )
    night()
    assert Duty.objects.get(scope=f"cancellation:{row.pk}").kind == "hearing"
    frozen.move(days=1)
    night()
    open_now = Duty.objects.filter(scope=f"cancellation:{row.pk}", standing="open")
    assert [d.key for d in open_now] == ["cancellation:close"]
