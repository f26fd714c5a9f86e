"""What the consortium's declaration says of the guideline beyond its conditions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from alliances.consortium import terms
from alliances.consortium.programme import PROGRAMME
from core import clock
from filings.fields import missing_answers
from filings.services import drafting
from policy.law import law_on
from tests.makers import filings as make

pytestmark = pytest.mark.django_db


def test_seven_mechanisms_are_asked_for_and_three_offered() -> None:
    form = PROGRAMME.section("mechanisms").form
    asked = {name for name, field in form.base_fields.items() if field.required}
    assert asked == set(terms.MECHANISMS)
    assert len(asked) == 7
    assert set(form.base_fields) - asked == set(terms.ENCOURAGED_MECHANISMS)
    assert not missing_answers(form, dict.fromkeys(terms.MECHANISMS, "已建立"))


def test_every_word_of_the_guideline_is_an_item_of_the_library() -> None:
    law = law_on(clock.today(), terms.PLACE)
    named = [key for section in PROGRAMME.sections for key in section.clauses]
    named += [condition.key for condition in PROGRAMME.conditions]
    named += [PROGRAMME.max_months_key, *terms.MECHANISMS, *terms.ENCOURAGED_MECHANISMS]
    assert [key for key in named if not law.applies(key)] == []
    assert all(law.cite(key) for key in named)


def test_members_state_what_they_bring(frozen: Any) -> None:
    """obl_cons_member_resources: asked of each member in its own section, and part of what it confirms."""
    case = make.make_case(enterprises=1, academics=0)
    filing = make.start(case)
    make.invite_all(case, filing)
    make.confirm_all(case, filing)
    place = filing.participants.get(organisation=case.members[0])
    assert place.content["member"]["contributions"] == ["technology", "equipment"]
    assert place.confirmations.get().seen["own"]["member"]["contributions"] == ["technology", "equipment"]


def test_applications_are_taken_at_any_time_without_quota(frozen: Any) -> None:
    """fil_cons_rolling: no batch, no window, no number of places."""
    case = make.make_case()
    for day in range(3):
        frozen.move(days=97 * day)
        assert drafting.start(actor=case.actor("applicant"), programme="consortium").state == "draft"


def test_what_was_agreed_stands_on_the_register(frozen: Any) -> None:
    """obl_cons_tasks and the mechanisms: written to the profile when the consortium is filed."""
    entity = make.drive(make.make_case(), "filed", frozen).entity
    profile = entity.consortium
    assert set(profile.mechanisms) == set(terms.MECHANISMS) | set(terms.ENCOURAGED_MECHANISMS)
    assert profile.task_areas == ["core_technology", "platform"]
    assert profile.self_funds == Decimal("15000000.00")
    assert [(task.name, task.funds) for task in profile.tasks.all()] == [
        ("高精度传感芯片", Decimal("12000000.00"))
    ]
    assert profile.milestones.get().milestone == "完成首批流片"
    assert set(profile.plan) == set(terms.PLAN_PARTS)


def test_a_certificate_runs_three_years_less_a_day(frozen: Any) -> None:
    """fil_cons_validity: three years from the document's date, less a day."""
    entity = make.drive(make.make_case(), "filed", frozen).entity
    start, end = entity.valid_from, entity.valid_until
    assert (end.year, end.month, end.day) == (start.year + 3, start.month, start.day - 1)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("elig_cons_agreement_content", terms.AGREEMENT_PARTS),
        ("elig_cons_plan", terms.PLAN_PARTS),
        ("elig_cons_member_basis", terms.BASIS),
        ("elig_cons_lead_services", terms.SERVICES),
    ],
)
def test_the_words_of_the_forms_are_those_of_the_law(key: str, words: dict[str, Any]) -> None:
    """Forms need a name for each part; should the law's list change, this says where to follow."""
    assert [str(word) for word in words.values()] == list(law_on(clock.today(), terms.PLACE).value(key))


def test_the_seven_mechanisms_are_those_of_the_law() -> None:
    assert list(terms.MECHANISMS) == list(law_on(clock.today(), terms.PLACE).value("elig_cons_mechanisms"))
