"""What-if: other values of the policy over a year's awards."""

from __future__ import annotations

import copy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core import jobs
from core.errors import Invalid, NotNow
from core.models import Job
from policy.law import law_on
from subsidies.models import Award
from subsidies.selectors import replay
from subsidies.selectors import scenarios as see
from subsidies.selectors.computing import computed, pays
from subsidies.services import scenario_runs, scenarios
from tests.makers.whatif import (
    CAP,
    FROM,
    OVERLAP,
    PRICE,
    RATE,
    Desk,
    make_award,
    make_unit,
    mixed,
    total,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def again(awards: list[Award], law: Any) -> dict[int, Decimal]:
    """Each award recomputed under another law, with what the earlier ones come to there."""
    came: dict[int, Decimal] = {}
    for award in awards:
        asked = copy.deepcopy(award.asked)
        for row in asked["earlier"]:
            row["paid"] = f"{came[row['award']]:.2f}"
        came[award.pk] = pays(computed(asked, law).result)
    return came


def test_a_scenario_equals_the_direct_recomputation(desk: Desk) -> None:
    awards = mixed(desk)
    scenario = desk.scenario(**{PRICE.replace(".", "__"): "120", RATE.replace(".", "__"): "0.45"})
    run = desk.ran(scenario)

    def other(on: date, place: str) -> Any:
        return law_on(on, place).replaced("370300", {PRICE: Decimal(120), RATE: Decimal("0.45")}, {})

    came = again(awards, other)
    assert {row[0]: Decimal(row[7]) for row in run.result["awards"]} == came
    assert {row[0]: Decimal(row[6]) for row in run.result["awards"]} == {a.pk: a.amount for a in awards}
    assert (run.decided, run.before, run.after) == (total(awards), total(awards), sum(came.values()))
    assert run.after != run.before
    # the third of 2,000,000 alone, and the group's higher one with it: what was decided later pays the difference
    assert came[awards[2].pk] == Decimal("900000.00")
    for part in ("measures", "districts", "units"):
        assert sum(Decimal(row["after"]) for row in run.result[part]) == run.after
        assert sum(row["claims"] for row in run.result[part]) == run.claims == 7


def test_a_lone_award_equals_recompute_under_the_other_law(desk: Desk) -> None:
    award = make_award(desk, make_unit(), "sub_incubator_space_new", area="3000.55")
    run = desk.ran(desk.scenario(**{PRICE.replace(".", "__"): "133.33"}))

    def other(on: date, place: str) -> Any:
        return law_on(on, place).replaced("370300", {PRICE: Decimal("133.33")}, {})

    assert f"{run.after:.2f}" == replay.recompute(award, other)["amount"]


def test_a_reading_may_be_tried(desk: Desk) -> None:
    award = make_award(desk, make_unit(), "sub_ptsp_service", grade="good")
    held = law_on(award.on, award.place).reading("subsidy.cap_bands")
    run = desk.ran(desk.scenario(subsidy__cap_bands=dict(held) | {"good": "0.5"}))
    assert run.before == award.amount
    assert run.after == award.amount / Decimal(held["good"]) * Decimal("0.5")


def test_what_would_be_refused_is_told_apart(desk: Desk) -> None:
    make_award(desk, make_unit(), "sub_ptsp_service", set_amount="900000")
    run = desk.ran(desk.scenario(**{CAP.replace(".", "__"): "800000"}))
    assert run.after == 0
    assert run.result["total"]["refused"] == 1


def test_other_years_other_cities_and_undecided_awards_are_left_out(desk: Desk) -> None:
    kept = make_award(desk, make_unit(), "sub_ptsp_service", grade="good")
    make_award(desk, make_unit(), "sub_ptsp_service", grade="good", on=date(2022, 3, 1))
    other = make_award(desk, make_unit(), "sub_ptsp_service", grade="good")
    Award.objects.filter(pk=other.pk).update(place="370202")
    waiting = make_award(desk, make_unit(), "sub_ptsp_service", grade="good")
    Award.objects.filter(pk=waiting.pk).update(state="proposed")
    run = desk.ran(desk.scenario(**{CAP.replace(".", "__"): "2000000"}))
    assert [row[0] for row in run.result["awards"]] == [kept.pk]


@pytest.mark.parametrize(
    ("name", "value", "code", "said"),
    [
        ("sub_nothing.cap", "1", "unknown_value", "没有这个参数或者口径"),
        ("fil_cons_validity", 12, "not_of_a_measure", "不能在这里推演"),
        (CAP, 800000, "bad_value", "取值与类型不符"),
        (CAP, "八十万", "bad_value", "取值与类型不符"),
        (CAP, "-1", "bad_value", "不能为负数"),
        (CAP, "1.005", "bad_value", "最多两位小数"),
        (RATE, "1.5", "bad_value", "不大于1"),
        (RATE, True, "bad_value", "取值与类型不符"),
        (OVERLAP, "perhaps", "bad_value", "请在所列选项中选择"),
        (OVERLAP, 3, "bad_value", "取值与类型不符"),
        ("subsidy.cap_bands", {"good": "0.5"}, "bad_value", "各项"),
        ("subsidy.cap_bands", {"excellent": "2", "good": "1", "pass": "0", "fail": "0"}, "bad_value", "各项"),
        ("subsidy.cap_bands", "0.5", "bad_value", "取值与类型不符"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(
    desk: Desk, name: str, value: Any, code: str, said: str
) -> None:
    scenario = desk.scenario()
    with pytest.raises(Invalid) as refused:
        scenarios.set_value(actor=desk.actor(), scenario=scenario, name=name, value=value)
    [problem] = refused.value.problems
    assert (problem.code, said in str(problem.message)) == (code, True)
    assert not scenario.overrides.exists()


def test_no_change_is_no_value(desk: Desk) -> None:
    scenario = desk.scenario()
    held = see.present(scenario, see.target(scenario, CAP))
    with pytest.raises(Invalid) as refused:
        scenarios.set_value(actor=desk.actor(), scenario=scenario, name=CAP, value=held)
    assert refused.value.problems[0].code == "no_difference"
    with pytest.raises(Invalid) as empty:
        scenarios.start(actor=desk.actor(), scenario=scenario)
    assert empty.value.problems[0].code == "nothing_changed"


def test_the_job_leaves_one_result_however_often_it_runs(desk: Desk) -> None:
    make_award(desk, make_unit(), "sub_ptsp_service", grade="good")
    scenario = desk.scenario(**{CAP.replace(".", "__"): "2000000"})
    run = scenarios.start(actor=desk.actor(), scenario=scenario)
    assert scenarios.start(actor=desk.actor(), scenario=scenario).pk == run.pk
    assert Job.objects.filter(kind="subsidies.scenario").count() == 1
    jobs.run_pending()
    run.refresh_from_db()
    first, finished = run.result, run.finished_at
    make_award(desk, make_unit(), "sub_ptsp_service", grade="good")
    job = run.job
    assert job is not None and job.state == Job.State.DONE
    scenario_runs.run_job(jobs.Running(job, job.lease_token))  # type: ignore[arg-type]
    run.refresh_from_db()
    assert (run.result, run.finished_at) == (first, finished)
    assert desk.ran(scenario).claims == 2
    assert [row.number for row in scenario.runs.all()] == [2, 1]


def test_a_new_value_makes_the_result_old(desk: Desk) -> None:
    scenario = desk.scenario(**{CAP.replace(".", "__"): "2000000"})
    run = desk.ran(scenario)
    assert run.edition == scenario.edition
    scenarios.set_value(actor=desk.actor(), scenario=scenario, name=RATE, value="0.2")
    scenario.refresh_from_db()
    assert run.edition != scenario.edition
    with pytest.raises(NotNow) as refused:
        scenarios.propose(actor=desk.actor(), scenario=scenario, valid_from=FROM, reason="提标")
    assert refused.value.problems[0].code == "not_computed"
    scenarios.remove_value(actor=desk.actor(), scenario=scenario, name=RATE)
    assert scenario.overrides.count() == 1
