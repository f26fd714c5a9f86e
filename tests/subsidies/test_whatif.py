"""What-if: other values of the policy over a year's awards, and the way to the second person."""

from __future__ import annotations

import copy
import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from core import jobs
from core.actor import Actor
from core.errors import Invalid, NotAllowed, NotNow
from core.models import AuditEntry, Job
from policy.enums import ChangeState
from policy.law import law_on
from policy.models import Change, Parameter, ParameterValue, Reading
from policy.services.changes import propose_change
from subsidies.models import Award, Scenario, ScenarioRun
from subsidies.selectors import replay
from subsidies.selectors import scenarios as see
from subsidies.selectors.affected import affected_claims
from subsidies.selectors.computing import computed, pays
from subsidies.services import scenario_runs, scenarios
from tests.makers.accounts import act, as_person, make_bureau, make_organisation, make_user
from tests.makers.claims import DAY, drive, make_claim_case, start
from tests.makers.whatif import Desk, make_award, make_unit, total

pytestmark = pytest.mark.django_db
PRICE, CAP = "sub_incubator_space_new.unit_price", "sub_ptsp_service.cap"
RATE, OVERLAP = "sub_instrument_sharing.rate_cap", "subsidy.overlap_action"
FROM = date(2030, 1, 1)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def mixed(desk: Desk) -> list[Award]:
    """Awards of three units: a shared ceiling, the higher of a group, a grade, an amount set, one alone."""
    one, two, three = make_unit("370303"), make_unit("370305"), make_unit("370303")
    return [
        make_award(desk, one, "sub_incubator_space_new", area="6000"),
        make_award(desk, one, "sub_incubator_space_new", area="7000.5"),
        make_award(desk, two, "sub_instrument_sharing", service_total="2000000"),
        make_award(desk, two, "sub_ptsp_service", grade="good"),
        make_award(desk, three, "sub_ptsp_service", set_amount="900000"),
        make_award(desk, three, "sub_platform_national", level="national"),
        make_award(desk, two, "sub_incubator_space_renovated", area="100.01", construction_kind="renovation"),
    ]


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


def proposed(desk: Desk, actor: Actor | None = None) -> Scenario:
    scenario = desk.scenario(**{CAP.replace(".", "__"): "2000000", OVERLAP.replace(".", "__"): "block"})
    desk.ran(scenario)
    scenarios.propose(
        actor=actor or desk.actor(), scenario=scenario, valid_from=FROM, reason="市政府常务会议纪要"
    )
    scenario.refresh_from_db()
    return scenario


def test_what_is_decided_stays_to_the_fen_after_publication(desk: Desk) -> None:
    awards = mixed(desk)
    kept = [(a.pk, a.amount, a.result, a.sha256) for a in awards]
    scenario = proposed(desk)
    assert law_on(FROM, "370303").value(CAP) == 1_000_000  # proposed is not published
    done = scenarios.settle(actor=desk.actor("division_head"), scenario=scenario, verb="publish")
    assert {change.state for change in done} == {ChangeState.PUBLISHED}
    assert law_on(FROM, "370303").value(CAP) == 2_000_000
    assert law_on(FROM - timedelta(days=1), "370303").value(CAP) == 1_000_000
    assert law_on(FROM, "370303").reading(OVERLAP) == "block"
    for award in Award.objects.filter(pk__in=[a.pk for a in awards]).order_by("pk"):
        assert replay.differences(award) == []
        assert f"{award.amount:.2f}" == (replay.recompute(award, law_on)["amount"] or f"{award.amount:.2f}")
    now = Award.objects.filter(pk__in=[a.pk for a in awards]).order_by("pk")
    assert [(a.pk, a.amount, a.result, a.sha256) for a in now] == kept
    assert ParameterValue.objects.get(parameter__key=CAP, valid_from=FROM).published_by is not None


def test_once_proposed_nothing_changes_in_the_scenario(desk: Desk) -> None:
    scenario = proposed(desk)
    for act_ in (
        lambda: scenarios.set_value(actor=desk.actor(), scenario=scenario, name=RATE, value="0.2"),
        lambda: scenarios.remove_value(actor=desk.actor(), scenario=scenario, name=CAP),
        lambda: scenarios.propose(actor=desk.actor(), scenario=scenario, valid_from=FROM, reason="再"),
    ):
        with pytest.raises(NotNow):
            act_()
    assert Change.objects.count() == 2


def test_the_author_cannot_be_the_second_person(desk: Desk) -> None:
    head = desk.actor("division_head")
    scenario = proposed(desk, head)
    for actor in (head, desk.actor(), desk.actor("finance")):
        with pytest.raises(NotAllowed):
            scenarios.settle(actor=actor, scenario=scenario, verb="publish")
    assert set(Change.objects.values_list("state", flat=True)) == {ChangeState.PROPOSED}
    # control: with another head the same call publishes
    scenarios.settle(actor=desk.actor("division_head", 2), scenario=scenario, verb="publish")
    assert set(Change.objects.values_list("state", flat=True)) == {ChangeState.PUBLISHED}


def test_the_policys_own_guard_stands_behind_ours(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    head = desk.actor("division_head")
    scenario = proposed(desk, head)
    monkeypatch.setattr(scenarios.may, "may_settle", scenarios.may.may_keep)
    with pytest.raises(NotAllowed):
        scenarios.settle(actor=head, scenario=scenario, verb="publish")
    assert not Change.objects.filter(state=ChangeState.PUBLISHED).exists()


def test_all_or_none_is_published_and_a_rejection_needs_a_reason(desk: Desk) -> None:
    scenario = proposed(desk)
    head = desk.actor("division_head")
    with pytest.raises(Invalid):
        scenarios.settle(actor=head, scenario=scenario, verb="reject")
    scenarios.settle(actor=head, scenario=scenario, verb="reject", comment="依据不足")
    assert set(Change.objects.values_list("state", flat=True)) == {ChangeState.REJECTED}
    with pytest.raises(NotNow):
        scenarios.settle(actor=head, scenario=scenario, verb="publish")


def test_who_may(desk: Desk) -> None:
    scenario = desk.scenario(**{CAP.replace(".", "__"): "2000000"})
    desk.ran(scenario)
    with pytest.raises(NotAllowed):
        scenarios.propose(actor=desk.actor("finance"), scenario=scenario, valid_from=FROM, reason="提标")
    elsewhere = act(make_user("division_head", make_bureau("370200")))
    with pytest.raises(NotAllowed):
        scenarios.set_value(actor=elsewhere, scenario=scenario, name=RATE, value="0.2")
    unit = act(make_user("unit_admin", make_organisation()))
    with pytest.raises(NotAllowed):
        scenarios.create(actor=unit, title="单位推演", year=2021)
    said = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"policy_scenario.create", "policy_scenario.value", "policy_scenario.run"} <= said


# --- pages ---


def client_of(desk: Desk, who: str = "case_officer", number: int = 1) -> Client:
    desk.actor(who, number)
    return as_person(desk.people[f"{who}{number}"])


def test_from_an_empty_list_to_a_published_value_without_script(desk: Desk) -> None:
    mixed(desk)
    client = client_of(desk)
    assert "还没有推演" in client.get(reverse("subsidies:scenarios")).content.decode()
    made = client.post(
        reverse("subsidies:scenario_new"), {"title": "公共平台提标", "year": "2021", "note": ""}
    )
    scenario = Scenario.objects.get()
    assert made["Location"] == reverse("subsidies:scenario_choices", args=[scenario.pk])
    chosen = client.get(made["Location"]).content.decode()
    assert "100万元" in chosen and "淄政办字〔2020〕43号" in chosen
    page = reverse("subsidies:scenario", args=[scenario.pk])
    assert "还没有改动" in client.get(page).content.decode()
    value = reverse("subsidies:scenario_value", args=[scenario.pk, CAP])
    assert "现行取值" in client.get(value).content.decode()
    assert client.post(value, {"value": "-1"}).status_code == 422
    assert client.post(value, {"value": "1500000"}).status_code == 302
    bands = reverse("subsidies:scenario_value", args=[scenario.pk, "subsidy.cap_bands"])
    assert client.get(bands).status_code == 200
    client.post(reverse("subsidies:scenario_start", args=[scenario.pk]))
    waiting = client.get(page).content.decode()
    assert "正在推演" in waiting and 'data-hx-trigger="every 2s"' in waiting
    jobs.run_pending()
    shown = client.get(page).content.decode()
    assert "正在推演" not in shown and 'role="img"' in shown and "7 件" in shown
    proposing = reverse("subsidies:scenario_propose", args=[scenario.pk])
    assert client.post(proposing, {"valid_from": "2030-01-01", "reason": ""}).status_code == 422
    assert client.post(proposing, {"valid_from": "2030-01-01", "reason": "会议纪要"}).status_code == 302
    settle = reverse("subsidies:scenario_settle", args=[scenario.pk])
    refused = client.post(settle, {"decision": "publish"})
    assert refused.status_code == 403
    assert client_of(desk, "division_head").post(settle, {"decision": "publish"}).status_code == 302
    assert law_on(FROM, "370303").value(CAP) == 1_500_000
    assert "已发布" in client.get(page).content.decode()


def test_the_workbook_has_every_award_and_no_formula(desk: Desk) -> None:
    mixed(desk)
    scenario = desk.scenario(**{CAP.replace(".", "__"): "2000000"})
    client, address = client_of(desk), reverse("subsidies:scenario_xlsx", args=[scenario.pk])
    assert client.get(address).status_code == 404
    run = desk.ran(scenario)
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(address).content))
    assert book.sheet_names[:4] == ["拟改取值", "支持措施", "地区", "单位"]
    rows = book.get_sheet_by_name("逐件").to_python()
    assert len(rows) == 8
    assert sum(Decimal(str(row[7])) for row in rows[1:]) == run.after - run.before


def test_another_bureaus_scenario_is_not_there(desk: Desk) -> None:
    scenario = desk.scenario(**{CAP.replace(".", "__"): "2000000"})
    desk.ran(scenario)
    other = as_person(make_user("case_officer", make_bureau("370200")))
    unit = as_person(make_user("unit_admin", make_organisation()))
    for name in ("scenario", "scenario_choices", "scenario_propose", "scenario_xlsx"):
        there = other.get(reverse(f"subsidies:{name}", args=[scenario.pk]))
        nowhere = other.get(reverse(f"subsidies:{name}", args=[scenario.pk + 999]))
        assert there.status_code == nowhere.status_code == 404, name
        assert unit.get(reverse(f"subsidies:{name}", args=[scenario.pk])).status_code == 403
        assert Client().get(reverse(f"subsidies:{name}", args=[scenario.pk])).status_code == 302
    assert scenario.title not in other.get(reverse("subsidies:scenarios")).content.decode()


def test_pages_cost_the_same_for_one_and_for_many(desk: Desk) -> None:
    mixed(desk)
    client = client_of(desk)
    first = desk.scenario(**{CAP.replace(".", "__"): "2000000"})
    desk.ran(first)

    def queries(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    listed, one = reverse("subsidies:scenarios"), reverse("subsidies:scenario", args=[first.pk])
    before = queries(listed), queries(one)
    for _n in range(24):
        other = desk.scenario(**{CAP.replace(".", "__"): "3000000"})
        ScenarioRun.objects.create(
            scenario=other,
            number=1,
            edition=other.edition,
            values=[],
            started_by=desk.actor().user,
            started_at=other.created_at,
            finished_at=other.created_at,
            result={},
        )
    for key, value in (
        (RATE, "0.2"),
        (PRICE, "120"),
        ("sub_usp_provincial.rate", "0.25"),
        (OVERLAP, "block"),
    ):
        scenarios.set_value(actor=desk.actor(), scenario=first, name=key, value=value)
    make_award(desk, make_unit("370306"), "sub_platform_national", level="national")
    desk.ran(first)
    assert first.overrides.count() > 2
    assert (queries(listed), queries(one)) == before


def test_the_api_reads_what_the_page_shows(desk: Desk) -> None:
    mixed(desk)
    scenario = desk.scenario(**{CAP.replace(".", "__"): "2000000"})
    client = client_of(desk)
    row = client.get(f"/api/v1/subsidies/what-ifs/{scenario.pk}/").json()
    assert (row["is_current"], row["measures"], row["values"][0]["after"]) == (False, [], "2000000")
    run = desk.ran(scenario)
    row = client.get(f"/api/v1/subsidies/what-ifs/{scenario.pk}/").json()
    assert row["is_current"] is True
    assert sum(Decimal(one["after"]) for one in row["districts"]) == run.after
    listed = client.get("/api/v1/subsidies/what-ifs/").json()
    assert [one["id"] for one in listed["results"]] == [scenario.pk]
    other = as_person(make_user("case_officer", make_bureau("370200")))
    assert other.get(f"/api/v1/subsidies/what-ifs/{scenario.pk}/").status_code == 404


def test_open_claims_that_a_value_touches_are_counted_and_the_submitted_are_named(desk: Desk) -> None:
    case = make_claim_case()
    submitted = drive(case, start(case, "sub_incubator_space_new", area="8000"), "submitted")
    start(case, "sub_incubator_space_renovated", area="900", construction_kind="renovation", complete=False)
    change = propose_change(
        actor=desk.actor(),
        target=Parameter.objects.get(key=PRICE),
        place=desk.bureau.jurisdiction,  # type: ignore[arg-type]
        valid_from=DAY - timedelta(days=10),
        value="120",
        reason="会议纪要",
    )
    found = affected_claims(change)
    assert found is not None
    assert (found.count, [label for label, _url in found.examples]) == (1, [submitted.title])
    change.valid_from = DAY + timedelta(days=1)
    assert affected_claims(change) is None
    other = propose_change(
        actor=desk.actor(),
        target=Reading.objects.get(setting=OVERLAP),
        place=desk.bureau.jurisdiction,  # type: ignore[arg-type]
        valid_from=DAY - timedelta(days=10),
        value="block",
        reason="会议纪要",
    )
    assert affected_claims(other).count == 2  # type: ignore[union-attr]
