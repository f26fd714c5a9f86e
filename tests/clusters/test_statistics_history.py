"""Figures of the years before the portal: taken over locked, compared with, refused where they do not fit."""

from decimal import Decimal

import pytest

from clusters.enums_statistics import STRATEGIC, ReturnState
from clusters.models import ClusterReturn, DispatchSheet
from clusters.selectors.statistics import sheet_of
from clusters.services import statistics_history as history
from core.errors import Invalid, NotAllowed
from core.models import AuditEntry
from filings.models import Duty
from tests.makers.statistics import SYSTEM, Case, figures, fresh, make_case

pytestmark = pytest.mark.django_db


def take(case: Case, year: int, number: int, *, actor=SYSTEM, **changed: str):
    given = {key: Decimal(value) for key, value in figures(number, **changed).items()}
    return history.take_over(
        actor=actor,
        entity_kind=STRATEGIC,
        cadence="quarter",
        year=year,
        number=number,
        figures={case.entity: given},
    )


def test_what_is_taken_over_is_locked_and_owes_nothing():
    case = make_case()
    take(case, 2023, 1)
    row = ClusterReturn.objects.get()
    assert (row.state, row.is_late, bool(row.receipt), len(row.digest)) == (
        ReturnState.LOCKED,
        False,
        True,
        64,
    )
    assert row.values.count() == 7 and row.steps.get().name == "lock"
    assert not Duty.objects.exists() and not DispatchSheet.objects.exists()
    assert AuditEntry.objects.filter(action="period.take_over").count() == 1


def test_later_returns_are_compared_with_it():
    case = make_case()
    take(case, 2024, 3)
    take(case, 2024, 4)
    assert ClusterReturn.objects.get(period__number=4).values.get(
        indicator="ind_main_revenue"
    ).previous == Decimal("360001.50")
    sheet = sheet_of(fresh(case.filled(2025, 4)))
    assert sheet.row("ind_main_revenue").same == Decimal("480002.00")


def test_twice_an_unknown_indicator_a_running_period_and_a_stranger_are_refused():
    case = make_case()
    take(case, 2023, 1)
    with pytest.raises(Invalid):
        take(case, 2023, 1)
    with pytest.raises(Invalid) as unknown:
        take(case, 2023, 2, ind_of_nobody="1")
    assert [p.code for p in unknown.value.problems] == ["unknown_indicator"]
    with pytest.raises(Invalid):
        take(case, 2099, 1)
    with pytest.raises(NotAllowed):
        take(case, 2023, 3, actor=case.actor("city"))
    assert ClusterReturn.objects.count() == 1
