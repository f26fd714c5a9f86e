"""What-if: the way of tried values to the second person and into the law."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from core import clock
from core.errors import Invalid, NotAllowed, NotNow
from core.models import AuditEntry
from policy.enums import ChangeState
from policy.law import law_on
from policy.models import Change, ParameterValue
from subsidies.models import Award, Scenario
from subsidies.selectors import replay
from subsidies.services import scenarios
from tests.makers.accounts import act, make_bureau, make_organisation, make_user
from tests.makers.whatif import (
    CAP,
    FROM,
    OVERLAP,
    RATE,
    Desk,
    client_of,
    mixed,
    proposed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


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


def test_a_rejected_scenario_is_copied_and_worked_on(desk: Desk) -> None:
    scenario = proposed(desk)
    scenarios.settle(actor=desk.actor("division_head"), scenario=scenario, verb="reject", comment="依据不足")
    client = client_of(desk)
    page = client.get(reverse("subsidies:scenario", args=[scenario.pk])).content.decode()
    assert reverse("subsidies:scenario_copy", args=[scenario.pk]) in page
    answer = client.post(reverse("subsidies:scenario_copy", args=[scenario.pk]))
    made = Scenario.objects.latest("pk")
    assert answer["Location"] == reverse("subsidies:scenario", args=[made.pk])
    assert (made.proposed_at, made.year) == (None, scenario.year)
    assert [(one.name, one.value) for one in made.overrides.order_by("pk")] == [
        (one.name, one.value) for one in scenario.overrides.order_by("pk")
    ]
    scenarios.set_value(actor=desk.actor(), scenario=made, name=CAP, value="1500000")


def test_a_copy_leaves_out_what_holds_by_now(desk: Desk) -> None:
    scenario = proposed(desk)
    now = clock.today()
    Change.objects.update(valid_from=now)
    scenarios.settle(actor=desk.actor("division_head"), scenario=scenario, verb="publish")
    assert not scenarios.copy(actor=desk.actor(), scenario=scenario).overrides.exists()
    with pytest.raises(NotAllowed):
        other = act(make_user("case_officer", make_bureau("370200")))
        scenarios.copy(actor=other, scenario=scenario)
