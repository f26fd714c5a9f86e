"""Pages of a cluster cost the same for 1 firm and 1 period as for 1,000 and 40, and show one page of rows."""

from __future__ import annotations

from typing import Any

import pytest

from bench import cluster as bench
from bench.measure import table
from bench.site import Size
from clusters.views import clusters as views

pytestmark = pytest.mark.django_db
ONCE = Size(filings=60, base=60, pairs=1, calls=1)


@pytest.fixture(autouse=True)
def _addresses(settings: Any) -> None:
    settings.ROOT_URLCONF = "bench.urls"


def test_a_thousand_firms_and_forty_periods_cost_as_many_queries_as_one() -> None:
    found = bench.run(ONCE)
    assert [result.work.split(":")[0] for result in found] == list(bench.pages())
    assert all("1,000 firms, 40 periods" in result.work for result in found)
    assert all(result.met for result in found), table(found)
    assert all(0 < result.notes["rows"] <= bench.ROWS for result in found)


def test_a_page_that_asks_for_each_firm_is_caught(monkeypatch: Any) -> None:
    """The control: the same page, with one careless loop."""
    read = views.overview

    def careless(*args: Any, **options: Any) -> Any:
        found = read(*args, **options)
        for firm in found.firms:
            assert firm.recorded_by.username
        return found

    monkeypatch.setattr(views, "overview", careless)
    found = {result.work.split(":")[0]: result for result in bench.run(ONCE, firms=5, periods=2)}
    assert not found["page"].met
    assert found["list of firms"].met


def test_a_page_that_asks_for_each_period_is_caught(monkeypatch: Any) -> None:
    read = views.overview

    def careless(cluster: Any, *args: Any, **options: Any) -> Any:
        for owner in cluster.statistics_returns.all():
            assert owner.period.label
        return read(cluster, *args, **options)

    monkeypatch.setattr(views, "overview", careless)
    found = {result.work.split(":")[0]: result for result in bench.run(ONCE, firms=5, periods=3)}
    assert not found["page"].met
    assert found["list of firms"].met
