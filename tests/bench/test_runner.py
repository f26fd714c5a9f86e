"""The benchmarks run, on next to nothing, and what they compare says the same. Nothing here is timed."""

import datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from bench import api, measure, pdf, register, worklist
from bench.site import Site, Size, meter
from filings.enums import State
from filings.models import Certificate, Entity, Filing, FilingEvent, Notice
from filings.workflow import WORKFLOW
from portal.scale import seeding, units
from tests.support.remembered import remembered

TINY = Size(filings=60, base=60, pairs=1, calls=1)


@pytest.fixture
def seeded(db: None, settings: Any) -> None:
    settings.ROOT_URLCONF = "bench.urls"
    small_scale()


@remembered
def small_scale() -> None:
    seeding.fill(organisations=40, filings=60, entities=20, say=lambda text: None)


def test_seeding_is_complete_and_consistent(seeded: None) -> None:
    assert seeding.have() == {"organisations": 40, "filings": 60, "entities": 20, "recorded": 0}
    assert Filing.objects.filter(state=State.FILED).count() == Certificate.objects.count() == 20
    assert not Entity.objects.filter(is_sample=False).exists()
    assert not Filing.objects.filter(applicant__is_sample=False).exists()
    for filing in Filing.objects.all():
        filing.full_clean(exclude=["grams", "content", "reason"])
    for moved in FilingEvent.objects.exclude(target=""):
        transition = WORKFLOW[moved.name]
        assert moved.source in transition.sources
        assert moved.target == transition.target
    assert not Notice.objects.filter(filing__state=State.FILED, closed_at=None).exists()


def test_seeding_again_adds_only_what_lacks_and_never_differs(seeded: None) -> None:
    before = list(Filing.objects.order_by("pk").values_list("title", "state", "receipt_number"))
    seeding.fill(organisations=40, filings=80, entities=25, say=lambda text: None)
    assert list(Filing.objects.order_by("pk").values_list("title", "state", "receipt_number"))[:60] == before
    assert seeding.have() == {"organisations": 40, "filings": 80, "entities": 25, "recorded": 0}
    assert len(units.units()) == 40


def test_entities_of_every_kind_are_recorded_with_levels_and_periods(db: None) -> None:
    seeding.fill(organisations=40, filings=0, entities=0, recorded=120, say=lambda text: None)
    rows = Entity.objects.prefetch_related("level_steps", "members")
    assert len(rows) == 120 and len({row.kind for row in rows}) > 20
    assert {row.valid_until is None for row in rows} == {True, False}
    assert any(len(row.level_steps.all()) == 2 for row in rows)
    for row in rows:
        assert row.level_steps.last().level == row.level
        assert row.lead_id in {m.organisation_id for m in row.members.all()}
        last = row.periods.get(until=None)
        assert (last.kind, last.level, last.status) == (row.kind, row.level, row.status_on(datetime.date.max))
    seeding.fill(organisations=40, filings=0, entities=0, recorded=130, say=lambda text: None)
    assert seeding.have()["recorded"] == 130


def test_sizes_that_cannot_be_are_refused(db: None) -> None:
    with pytest.raises(CommandError):
        call_command("seed_scale", organisations=20, filings=5, entities=6)


def test_production_refuses_sample_data(db: None, settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("seed_scale")


def test_the_report_is_the_same_in_both_renderings(db: None) -> None:
    html, peer = pdf.report(parts=1), pdf.Peer()
    try:
        assert pdf.pages(pdf.pdf.render_html(html)) == pdf.pages(peer.render(html))
    finally:
        peer.close()


def test_the_list_is_the_json_that_postgresql_builds(seeded: None) -> None:
    body = Site().fetch("/api/v1/filings/?page_size=25")
    found = api.essence(body)
    assert found == api.essence(api.peer(units.bureau_of("370200").pk))
    assert len(found["results"]) == 25
    assert found["count"] == Filing.objects.exclude(submitted_at=None).count()


def test_every_case_of_the_pages_runs(seeded: None) -> None:
    small = worklist.sample(Site(), TINY)
    results = [*worklist.run_page(TINY), *api.run(TINY), *worklist.run_growth(TINY, small)]
    assert {result.case for result in results} == {"P8", "P9", "P10"}
    assert all(result.ours > 0 for result in results)
    assert "worklist of 60" in measure.table(results)
    assert results[0].as_json()["notes"]["queries"] > 0


def test_the_register_is_compared_with_itself(db: None, settings: Any) -> None:
    settings.ROOT_URLCONF = "bench.urls"
    seeding.fill(organisations=40, filings=0, entities=0, recorded=60, say=lambda text: None)
    small = register.sample(TINY)
    results = register.compared(small, small, 60, TINY)
    assert {result.ratio for result in results} == {1.0} and all(result.met for result in results)
    assert {name.split(":")[0] for name in small} == {"page", "API"}
    assert {found["queries"] for found in small.values()} <= set(range(2, 12))


def test_different_outputs_are_never_timed() -> None:
    with pytest.raises(SystemExit):
        measure.same("a", "b", "P0")


def test_the_database_is_counted(db: None) -> None:
    clock = meter()
    before = clock.read()[1]
    Filing.objects.raw("SELECT 1 AS id FROM generate_series(1, 200000)")[0]
    assert clock.read()[1] > before
