"""培育库: who enters, what is done, how it ends."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from core.errors import Invalid, NotAllowed, NotNow, NotVisible
from filings.enums import Action
from filings.services import aftercare
from platforms.models import CultivationEntry
from platforms.programme import facts
from platforms.selectors import cultivating as see
from platforms.services import cultivation
from tests.makers import after
from tests.makers import platforms as plat
from tests.makers.accounts import act, as_person, make_bureau, make_organisation, make_user

pytestmark = pytest.mark.django_db


def plan(case: Any, **given: Any) -> dict[str, Any]:
    return {
        "organisation": case.lead,
        "target_kind": "key_laboratory",
        "target_level": "provincial",
        "apply_year": 2027,
        "supports": ["conditions", "mechanisms"],
        "ground": "研发条件较好，已有市级实验室。",
        **given,
    }


def enter(case: Any, **given: Any) -> CultivationEntry:
    return cultivation.enter(actor=case.actor("officer"), **plan(case, **given))


def test_a_unit_enters_with_its_platform_and_year() -> None:
    case, entity = plat.on_register("key_laboratory")
    row = enter(case, entity=entity.code)
    assert row.entity == entity
    assert see.in_library(case.lead, "key_laboratory")
    assert not see.in_library(case.lead, "engineering_laboratory")
    assert see.in_library(case.lead, "enterprise_rd_institution")
    with pytest.raises(Invalid, match="在库"):
        enter(case)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"apply_year": 2029}, "apply_year"),
        ({"apply_year": 2025}, "apply_year"),
        ({"target_level": "national"}, "target_level"),
        ({"target_kind": "incubator"}, "target_kind"),
        ({"supports": []}, "supports"),
        ({"ground": " "}, "ground"),
        ({"entity": "ZB-ZS-2020-0001"}, "entity"),
        ({"organisation": None}, "organisation"),
    ],
)
def test_what_does_not_fit_is_refused(given: dict[str, Any], field: str) -> None:
    case = plat.make_platform_case("key_laboratory", experts=0)
    with pytest.raises(Invalid) as refused:
        enter(case, **given)
    assert field in {problem.field for problem in refused.value.problems}


def test_the_years_ahead_are_a_reading_and_cite_the_clause() -> None:
    case = plat.make_platform_case("key_laboratory", experts=0)
    with pytest.raises(Invalid) as refused:
        enter(case, apply_year=2029)
    (found,) = refused.value.problems
    assert "2026 至 2028" in str(found.message)
    assert found.clause == "淄政办字〔2020〕43号 四(二)2"


def test_it_leaves_with_a_reason_and_may_come_back() -> None:
    case = plat.make_platform_case("key_laboratory", experts=0)
    officer, row = case.actor("officer"), enter(case)
    cultivation.step(actor=officer, entry=row, text="协助完善学术委员会")
    with pytest.raises(Invalid):
        cultivation.leave(actor=officer, entry=row, outcome="upgraded", reason="x")
    gone = cultivation.leave(actor=officer, entry=row, outcome="withdrawn", reason="企业调整方向")
    with pytest.raises(NotNow):
        cultivation.step(actor=officer, entry=gone, text="再联系")
    enter(case)
    assert [see.tab(see.visible(officer), key).count() for key in ("in", "left")] == [1, 1]


def test_who_reaches_the_level_leaves_by_itself(frozen: Any) -> None:
    case, entity = plat.registered("key_laboratory", frozen)
    row = enter(case, entity=entity.code)
    filing = aftercare.start(actor=case.actor("applicant"), entity=after.again(entity), action=Action.UPGRADE)
    plat.fill(case, filing, entity.kind, entity.name, dated=filing.created_at.date().isoformat())
    after.approve(case, after.submit(case, filing))
    row.refresh_from_db()
    assert (row.outcome, row.achieved_id) == ("upgraded", entity.pk)
    assert row.steps.count() == 2


def test_being_on_the_list_is_a_preference(frozen: Any) -> None:
    case = plat.make_platform_case("technology_innovation_centre", experts=0)
    filing = plat.start(case, "technology_innovation_centre")
    assert not facts.gather(filing)["in_cultivation_library"]
    enter(case, target_kind="technology_innovation_centre")
    assert facts.gather(filing)["in_cultivation_library"]


def test_who_reads_and_who_writes() -> None:
    case = plat.make_platform_case("key_laboratory", experts=0)
    row = enter(case)
    outsider = act(make_user("unit_admin", make_organisation(district="370303")))
    qingdao = act(make_user("case_officer", make_bureau("370200")))
    for actor in (outsider, qingdao):
        with pytest.raises(NotVisible):
            see.get_entry(actor, row.pk)
        assert not see.visible(actor).exists()
    for actor in (case.actor("applicant"), case.actor("district"), case.actor("officer")):
        assert see.get_entry(actor, row.pk) == row
        assert list(see.visible(actor)) == [row]
    for actor in (case.actor("applicant"), case.actor("district")):
        with pytest.raises(NotAllowed):
            cultivation.step(actor=actor, entry=row, text="x")


def test_the_way_by_pages() -> None:
    case = plat.make_platform_case("key_laboratory", experts=0)
    officer = as_person(case.officer)
    new = reverse("platforms:entry_new")
    typed = plan(case, organisation=case.lead.credit_code)
    wrong = officer.post(new, typed | {"apply_year": 2040, "form_key": officer.get(new).context["form_key"]})
    assert wrong.status_code == 422
    made = officer.post(new, typed | {"form_key": officer.get(new).context["form_key"]}, follow=True)
    assert case.lead.name in made.content.decode()
    row = CultivationEntry.objects.get()
    for name in ("entry_edit", "entry_step", "entry_leave"):
        assert officer.get(reverse(f"platforms:{name}", args=[row.pk])).status_code == 200
        assert as_person(case.applicant).get(reverse(f"platforms:{name}", args=[row.pk])).status_code == 403
    assert (
        "已有市级实验室"
        in as_person(case.applicant).get(reverse("platforms:entry", args=[row.pk])).content.decode()
    )
    assert case.lead.name in officer.get(reverse("platforms:cultivation")).content.decode()
