"""Percentiles of a cluster are those of three years: a run freezes what the rounds before it hold."""

import datetime

import pytest

from evaluation.models import Round
from evaluation.scoring import compile_scheme
from evaluation.selectors.earlier_figures import before
from evaluation.services import rounds
from evaluation.services.replay import replay
from tests.makers import evaluation as make
from tests.makers.accounts import make_bureau

pytestmark = pytest.mark.django_db

KIND = "strategic_emerging_cluster"


@pytest.fixture
def cast():
    return make.make_cast(2, kind=KIND, valid_from=datetime.date(2019, 1, 5))


def confirmed(cast, frozen, year, revenue):
    """A round about a year, with the same revenue for both clusters; reports are not asked for here."""
    row = make.round_of(
        cast,
        name=f"{year} 年度集群评价",
        period_from=datetime.date(year, 1, 1),
        period_until=datetime.date(year, 12, 31),
    )
    row = make.close_reports(make.open_round(row, cast), cast, frozen)
    make.figures(row, cast, {"Z1": revenue})
    run = make.scored(row, cast)
    rounds.act(actor=cast.officer, round=row, name="propose", comment="按评分结果拟定等次。")
    rounds.act(actor=cast.head, round=row, name="confirm")
    return run


def test_a_run_rests_on_the_two_years_before_and_says_so(cast, frozen):
    confirmed(cast, frozen, 2022, "111")
    first = confirmed(cast, frozen, 2023, "222")
    assert first.program["before"]["Z1"] == {"municipal": [1_110_000] * 2}
    confirmed(cast, frozen, 2024, "333")
    last = confirmed(cast, frozen, 2025, "444")
    assert last.program["before"]["Z1"] == {"municipal": [2_220_000] * 2 + [3_330_000] * 2}
    assert set(last.program["before"]) == {"Z1", "Z4", "Z8"}
    assert replay(last).is_equal and replay(first).is_equal


def test_neither_other_bureaus_nor_rounds_under_way_count(cast, frozen):
    confirmed(cast, frozen, 2024, "333")
    row = Round.objects.get()
    program = compile_scheme(row.scheme.tree)
    later = Round(
        authority=cast.bureau,
        scheme=row.scheme,
        period_from=datetime.date(2025, 1, 1),
        period_until=datetime.date(2025, 12, 31),
    )
    assert before(later, program)["Z1"] == {"municipal": [3_330_000] * 2}
    later.authority = make_bureau("370200")
    assert before(later, program) == {}
    later.authority = cast.bureau
    year = {"period_from": datetime.date(2024, 1, 1), "period_until": datetime.date(2024, 6, 30)}
    make.round_of(cast, name="编制中", **year)
    assert before(later, program)["Z1"] == {"municipal": [3_330_000] * 2}


def test_a_scheme_without_percentiles_looks_nothing_up(django_assert_num_queries, frozen):
    cast = make.make_cast(1)
    row = make.round_of(cast)
    with django_assert_num_queries(0):
        assert before(row, compile_scheme(row.scheme.tree)) == {}
