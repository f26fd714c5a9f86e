"""An innovation community: its conditions, from application to register, up to the province, and its targets."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.urls import reverse

from alliances.alliance.programme import PROGRAMME as ALLIANCE
from alliances.community.conditions import CONDITIONS
from alliances.community.programme import PROGRAMME
from alliances.community.sections import ElementsForm
from core import clock
from core.errors import Invalid
from filings import programmes
from filings.conditions import Judgement, judge
from filings.enums import Action
from filings.models import Entity, EntityLink
from filings.services import aftercare, decision, drafting, examination, issue, submission
from policy.law import Law, law_on
from tests.alliances.test_conditions import Otherwise
from tests.makers import accounts as people
from tests.makers import alliances as made
from tests.makers import filings as make
from tests.makers.desk import browse, text
from tests.makers.filings import Case
from tests.makers.register import make_entity, raise_level

pytestmark = pytest.mark.django_db

GOLDEN = yaml.safe_load((settings.BASE_DIR / "tests/golden/community.yaml").read_text("utf-8"))
APPROVAL = {
    "level": "provincial",
    "number": "鲁科字〔2026〕8号",
    "dated": "2026-03-09",
    "issued_by": "山东省科学技术厅",
}


@pytest.fixture
def case() -> Case:
    return made.make_case()


@pytest.fixture
def law() -> Law:
    return law_on(GOLDEN["day"], GOLDEN["place"])


def found(case: dict[str, Any], law: Any) -> Judgement:
    facts = {**GOLDEN["base"], **case["facts"]}
    return next(j for j in judge(CONDITIONS, facts, law) if j.condition == case["condition"])


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=lambda case: f"{case['condition']}-{case['met']}")
def test_case(case: dict[str, Any], law: Law) -> None:
    judged = found(case, law)
    assert judged.met is case["met"]
    assert judged.strength == case.get("strength", judged.strength)
    assert not judged.blocks_submission
    assert not judged.blocks_proposal
    assert case.get("says", "") in judged.message
    assert case.get("clause", "") in judged.clause


def test_a_least_number_of_elements_is_a_reading(law: Law) -> None:
    case = {"condition": "elig_comm_elements", "facts": {"elements": ["industry", "research"]}}
    least = Otherwise(law, community_min_elements=3)
    assert found(case, least).blocks_submission
    assert found(case, Otherwise(law, community_min_elements=2)).met is True


def test_every_word_it_cites_is_an_item_of_the_library(law: Law) -> None:
    named = [key for section in PROGRAMME.sections for key in section.clauses]
    named += [condition.key for condition in PROGRAMME.conditions]
    named += [variant.clause for variant in PROGRAMME.variants.values() if variant.clause]
    assert [key for key in named if not law.applies(key)] == []


def test_the_coverage_is_shown_with_who_brings_each() -> None:
    rows = made.community_contents()["elements"]
    table = ElementsForm(rows).computed()[0]
    assert table.total == ("合计", "6/7")
    assert ("金", "—") in table.rows


def approval(case: Case, entity: Entity) -> Any:
    """The upgrade by the province's document, submitted."""
    me = case.actor("applicant")
    filing = aftercare.start(actor=me, entity=Entity.objects.get(pk=entity.pk), action=Action.UPGRADE)
    drafting.save_section(actor=me, filing=filing, section="approval", data=APPROVAL, strict=True)
    drafting.attach(
        actor=me, filing=filing, section="approval", field="document", upload=made.paper("批复.pdf")
    )
    return made.submit(case, filing)


def decided(case: Case, filing: Any) -> Entity:
    officer = case.actor("officer")
    examination.start(actor=officer, filing=make.fresh(filing))
    make.check_everything(case, make.fresh(filing))
    examination.accept(actor=officer, filing=make.fresh(filing))
    decision.propose(actor=officer, filing=make.fresh(filing), months="")
    decision.confirm(actor=case.actor("director"), filing=make.fresh(filing))
    issue.issue(actor=officer, filing=make.fresh(filing))
    return Entity.objects.get(pk=make.fresh(filing).subject.pk)


def test_from_an_alliance_to_the_province(case: Case, frozen: Any) -> None:
    """fil_upgrade_path: alliance, municipal, provincial; predecessor links, levels and their dates are kept."""
    cluster = make_entity("innovative_cluster", name="淄博市先进陶瓷产业集群", authority=case.bureau)
    alliance = made.on_register(case)
    entity = made.filed_community(case, frozen, predecessor=alliance, cluster=cluster.code)
    assert entity.code.startswith("ZB-GT-2026-")
    assert entity.level == "municipal"
    profile = entity.community
    assert (profile.operator, profile.operator_code) == (case.lead.name, case.lead.credit_code)
    assert profile.elements.count() == 6
    kinds = {(link.kind, link.target_id) for link in EntityLink.objects.filter(source=entity, until=None)}
    assert kinds == {("community_of", cluster.pk), ("predecessor", alliance.pk)}
    assert Entity.objects.get(pk=alliance.pk).standing == "registered"
    entity = decided(case, approval(case, entity))
    assert entity.level == "provincial"
    steps = list(entity.level_steps.values_list("level", "document_number"))
    assert [level for level, _number in steps] == ["municipal", "provincial"]
    assert steps[1][1] == APPROVAL["number"]
    again = {(link.kind, link.target_id) for link in EntityLink.objects.filter(source=entity, until=None)}
    assert again == kinds
    assert profile.elements.count() == 6


def test_what_the_province_recognised_is_recorded_from_its_document(case: Case, frozen: Any) -> None:
    me = case.actor("applicant")
    filing = drafting.start(actor=me, programme="community", action=Action.RECORD_APPROVAL)
    answers = made.community_contents() | {
        "operator": made.operator(case),
        "approval": {**APPROVAL, "dated": "2026-02-02"},
    }
    for section, values in answers.items():
        drafting.save_section(actor=me, filing=filing, section=section, data=values, strict=True)
    with pytest.raises(Invalid):
        submission.submit(actor=me, filing=make.fresh(filing))
    drafting.attach(
        actor=me, filing=filing, section="approval", field="document", upload=made.paper("批复.pdf")
    )
    entity = decided(case, made.submit(case, filing))
    assert (entity.level, entity.valid_from) == ("provincial", datetime.date(2026, 2, 2))
    assert entity.community.operator == case.lead.name
    assert not entity.certificates.exists()


def test_a_municipal_community_is_no_step_up_from_itself(case: Case, frozen: Any) -> None:
    entity = make_entity("innovation_community", lead=case.lead, authority=case.bureau)
    me = case.actor("applicant")
    filing = aftercare.start(actor=me, entity=entity, action=Action.UPGRADE)
    low = {**APPROVAL, "level": "municipal", "dated": "2026-02-02"}
    drafting.save_section(actor=me, filing=filing, section="approval", data=low, strict=True)
    drafting.attach(
        actor=me, filing=filing, section="approval", field="document", upload=made.paper("批复.pdf")
    )
    with pytest.raises(Invalid) as refused:
        made.submit(case, filing)
    assert "须高于现级别" in str(refused.value)


def test_the_targets_and_their_lists_agree_on_any_day(case: Case, frozen: Any) -> None:
    """tgt_zb45_communities, tgt_zb43_communities_municipal and those of the province: both documents (amb_community_deadline)."""
    rows = [
        make_entity("innovation_community", authority=case.bureau, name=f"淄博市共同体{n}号")
        for n in range(3)
    ]
    raise_level(rows[0], "provincial", datetime.date(2026, 2, 2))
    make_entity("innovation_community", authority=people.make_bureau("370200"))
    officer = browse(case.officer)
    page = text(officer.get(reverse("alliances:goals")))
    assert page.count("市级创新创业共同体10家左右") == 2
    assert "2–3" in page

    def listed(query: str) -> int:
        return text(officer.get(reverse("alliances:networks") + query)).count('<th scope="row"')

    day = clock.today().isoformat()
    assert listed(f"?kind=innovation_community&level=municipal&on={day}") == 2
    assert listed(f"?kind=innovation_community&level=provincial&on={day}") == 1
    assert listed("?kind=innovation_community&level=municipal&on=2026-01-20") == 3
    assert listed("?kind=innovation_community&on=2025-01-01") == 0
    assert listed("?kind=nonsense&on=2026-13-45") == 3
    from alliances.selectors import networks

    for on in (clock.today(), datetime.date(2026, 1, 20)):
        for goal in networks.goals(case.actor("officer"), on):
            assert goal.count == networks.listed(case.actor("officer"), goal.query).count()


def test_the_lists_are_for_the_desk(case: Case) -> None:
    for name in ("networks", "goals"):
        assert browse(case.applicant).get(reverse(f"alliances:{name}")).status_code == 403
    assert browse(case.applicant).get(reverse("alliances:waiting")).status_code == 403


# --- unions --------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["incubator_union", "industry_union"])
def test_a_union_is_declared_by_what_differs(key: str, law: Law) -> None:
    spec = programmes.get(key)
    assert spec.entity_kind == key
    assert spec.profile.__code__ is ALLIANCE.profile.__code__
    place = law_on(clock.today(), spec.place)
    assert place.cite(spec.register_rule)
    assert place.value(spec.max_months_key) == 36
    own = {Action.CHANGE, Action.RENEW, Action.ANNUAL_REPORT, Action.EXIT}
    assert set(spec.variants) == own | {Action.SELF_ASSESSMENT}


def test_an_incubator_union_reaches_the_register_and_keeps_its_records(case: Case, frozen: Any) -> None:
    entity = made.filed(case, frozen, "incubator_union", name="淄博市孵化器联盟", industry="孵化服务")
    assert entity.code.startswith("ZB-FL-2026-")
    made.add_record(case, entity, "service_platform", evidence=False)
    assert browse(case.applicant).get(reverse("alliances:tasks", args=[entity.code])).status_code == 404
    assert browse(case.applicant).get(reverse("alliances:records", args=[entity.code])).status_code == 200
    page = text(browse(case.officer).get(reverse("filings:entity", args=[entity.code])))
    assert "理事会议事。" in page


def test_an_industry_union_is_recommended_by_the_city_and_filed_by_the_province(frozen: Any) -> None:
    case = made.make_provincial_case()
    entity = made.filed(case, frozen, "industry_union", name="山东省先进陶瓷产业联盟", industry="新材料")
    assert entity.code.startswith("SD-CL-2026-")
    assert (entity.level, entity.authority) == ("provincial", case.bureau)
