"""An alliance from application to register, its own adjustments, its report, and that no officer writes its affairs."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from alliances.alliance import terms
from alliances.alliance.programme import MECHANISMS, PROGRAMME
from core import clock
from core.errors import Invalid, NotAllowed, NotVisible
from filings.enums import Action
from filings.models import Entity, EntityLink, Filing
from filings.selectors.lifecycle import members_on, obstacles
from filings.services import aftercare, drafting, examination, participation, visits, waivers
from policy.law import law_on
from tests.makers import alliances as made
from tests.makers import filings as make
from tests.makers.filings import Case
from tests.makers.register import make_entity

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return made.make_case()


def test_every_word_it_cites_is_an_item_of_the_library(db: None) -> None:
    law = law_on(clock.today(), terms.PLACE)
    named = [key for section in PROGRAMME.sections for key in section.clauses]
    named += [condition.key for condition in PROGRAMME.conditions] + list(MECHANISMS)
    named += [PROGRAMME.lead_condition, PROGRAMME.members_condition, PROGRAMME.register_rule]
    named += [ground.rule for ground in PROGRAMME.grounds] + [PROGRAMME.report_rule]
    assert [key for key in named if not law.applies(key)] == []
    assert all(law.cite(key) for key in named)
    assert law.value(PROGRAMME.visit_rule) == 6


def test_from_application_to_the_register(case: Case, frozen: Any) -> None:
    cluster = make_entity("innovative_cluster", name="淄博市先进陶瓷产业集群")
    entity = made.filed(case, frozen, cluster=cluster.code)
    assert entity.code.startswith("ZB-LM-2026-")
    assert (entity.level, entity.kind, entity.lead) == ("municipal", terms.KIND, case.lead)
    assert entity.members.count() == 5
    assert (entity.network.form, entity.network.chain) == ("agreement", "先进陶瓷")
    assert entity.network.core == [case.lead.credit_code]
    assert set(entity.network.charter) == {"government", "chair", "members"}
    assert set(entity.network.mechanisms) == set(MECHANISMS)
    link = EntityLink.objects.get(source=entity, until=None)
    assert (link.kind, link.target) == ("alliance_of", cluster)
    assert entity.lamp == "green"


def test_a_second_alliance_of_a_cluster_needs_a_reason_and_an_officers_note(case: Case, frozen: Any) -> None:
    """elig_all_one_per_cluster, amb_one_per_cluster: unique unless the applicant says why and an officer agrees."""
    cluster = make_entity("innovative_cluster", name="淄博市先进陶瓷产业集群")
    made.filed(case, frozen, cluster=cluster.code)
    other = made.make_case()
    filing = made.draft(other, name="淄博市结构陶瓷联盟", cluster=cluster.code)
    made.gather_members(other, filing)
    with pytest.raises(Invalid) as refused:
        made.submit(other, filing)
    assert "已有联盟" in str(refused.value)
    waivers.give_reason(
        actor=other.actor("applicant"),
        filing=make.fresh(filing),
        condition="elig_all_one_per_cluster",
        reason="细分领域不同。",
    )
    assert made.submit(other, filing).state == "submitted"


def test_the_chair_files_an_adjustment_and_the_bureau_only_records_it(case: Case, frozen: Any) -> None:
    """fil_all_members_dynamic: reason and day are kept; it takes effect on the day the alliance named."""
    entity = made.filed(case, frozen)
    frozen.move(days=30)
    day = clock.today() - datetime.timedelta(days=3)
    filing = made.adjust(case, entity, on=day)
    place = filing.participants.get(organisation=case.members[1])
    participation.remove(
        actor=case.actor("applicant"), filing=filing, participant=place, reason="协同意识不强"
    )
    filing = made.submit(case, filing)
    officer = case.actor("officer")
    examination.start(actor=officer, filing=make.fresh(filing))
    make.check_everything(case, make.fresh(filing))
    examination.record(actor=officer, filing=make.fresh(filing))
    filing = make.fresh(filing)
    assert filing.state == "filed"
    gone = entity.members.get(organisation=case.members[1])
    assert (gone.until, gone.left_reason) == (day, "协同意识不强")
    assert members_on(Entity.objects.get(pk=entity.pk), clock.today()).count() == 4


def test_an_adjustment_that_leaves_no_university_is_refused(case: Case, frozen: Any) -> None:
    entity = made.filed(case, frozen)
    filing = made.adjust(case, entity)
    place = filing.participants.get(organisation=case.members[3])
    participation.remove(actor=case.actor("applicant"), filing=filing, participant=place, reason="停止合作")
    with pytest.raises(Invalid) as refused:
        made.submit(case, filing)
    assert "不少于 1 家" in str(refused.value)


def test_a_change_does_not_take_a_cluster_that_has_its_alliance(case: Case, frozen: Any) -> None:
    cluster = make_entity("innovative_cluster", name="淄博市先进陶瓷产业集群")
    made.filed(case, frozen, cluster=cluster.code)
    other = made.make_case()
    entity = made.filed(other, frozen, name="淄博市机电泵联盟", cluster="")
    filing = made.adjust(other, entity)
    me = other.actor("applicant")
    basic = {**make.fresh(filing).content["basic"], "cluster": cluster.code}
    drafting.save_section(actor=me, filing=filing, section="basic", data=basic, strict=True)
    with pytest.raises(Invalid) as refused:
        made.submit(other, filing)
    assert "cluster_taken" in {problem.code for problem in refused.value.problems}


def test_no_officer_begins_or_writes_what_is_the_alliances_own(case: Case, frozen: Any) -> None:
    """obl_gov_non_interference, over the services."""
    entity = made.filed(case, frozen)
    filing = made.adjust(case, entity)
    for who in ("officer", "director", "district"):
        actor = case.actor(who)
        with pytest.raises((NotAllowed, NotVisible)):
            aftercare.start(actor=actor, entity=entity, action="change")
        with pytest.raises((NotAllowed, NotVisible)):
            drafting.save_section(actor=actor, filing=filing, section="charter", data={"chair": "改"})
        with pytest.raises((NotAllowed, NotVisible)):
            participation.invite(
                actor=actor, filing=filing, code=case.members[0].credit_code, role="academic"
            )


def test_the_report_is_prefilled_with_tasks_figures_and_results(case: Case, frozen: Any) -> None:
    case.members[0].figures.all().delete()
    firm = case.members[0]
    from accounts.services import organisations
    from core.actor import Actor

    for year, values in made.figures(336, 6000, 2026).items():
        given = {key: {"value": value, "origin": "self_reported"} for key, value in values.items()}
        organisations.set_figures(actor=Actor.system(), organisation=firm, year=year, values=given)
    entity = made.filed(case, frozen)
    made.judge(case, made.add_record(case, entity, "expo"))
    made.add_record(case, entity, "association_standard", title="陶瓷基板团体标准")
    frozen.at(clock.start_of_day(datetime.date(2027, 1, 11)) + datetime.timedelta(hours=10))
    report = aftercare.start(
        actor=case.actor("applicant"), entity=entity, action=Action.ANNUAL_REPORT, period="2026"
    )
    content = report.content
    counted = {row["label"]: row["counted"] for row in content["report_tasks"]["tasks"]}
    assert counted["参加本行业知名展会"] == 1
    assert content["report_results"]["results"] == [{"kind": "团体标准", "number": 1}]
    line = next(r for r in content["report_figures"]["members"] if r["unit"] == firm.name)
    assert line["rd"] == "3360000.00"
    assert len(content["report_members"]["members"]) == 4
    form = PROGRAMME.variants[Action.ANNUAL_REPORT].sections[2].form(content["report_figures"])
    assert "5.60%" in form.computed()[0].note


def test_a_poor_member_is_no_ground_to_end_the_alliance() -> None:
    assert {ground.key for ground in PROGRAMME.grounds} == {"condition_lost", "revoked"}
    assert all("member" not in ground.rule for ground in PROGRAMME.grounds)


def test_it_may_be_renewed_and_revoked(case: Case, frozen: Any) -> None:
    entity = made.filed(case, frozen)
    assert obstacles(entity, Action.EXIT) == []
    assert {p.code for p in obstacles(entity, Action.RENEW)} == {"too_early"}
    assert entity.valid_until.year == 2029
    assert set(PROGRAMME.variants) == {Action.CHANGE, Action.RENEW, Action.ANNUAL_REPORT, Action.EXIT}


def test_the_bureau_owes_a_visit_every_half_year(case: Case, frozen: Any) -> None:
    """obl_gov_contact: the interval is a proposed figure; a visit held moves it on."""
    from filings.models import Duty

    entity = made.filed(case, frozen)
    duty = Duty.objects.get(entity=entity, kind="visit", standing="open")
    assert clock.local(duty.due_at).date() == datetime.date(2026, 9, 10)
    visits.hold(
        actor=case.actor("officer"),
        entity=entity,
        kind="meeting",
        held_on=clock.today(),
        visitor=case.officer,
        purpose="了解联盟建设",
        findings="需要检测平台。",
    )
    assert "四(一)" in duty.clause


def test_two_alliances_merge_with_the_consent_of_both(case: Case, frozen: Any) -> None:
    one = made.filed(case, frozen)
    other = made.make_case()
    two = made.filed(other, frozen, name="淄博市结构陶瓷联盟")
    filing = made.adjust(case, one)
    me = case.actor("applicant")
    drafting.save_section(actor=me, filing=filing, section="merger", data={"absorbs": two.code}, strict=True)
    participation.invite(actor=me, filing=filing, code=other.lead.credit_code, role="chain_enterprise")
    case.members.append(other.lead)
    case.member_users.append(other.applicant)
    made.confirm_all(case, make.fresh(filing))
    filing = made.submit(case, filing)
    examination.start(actor=case.actor("officer"), filing=make.fresh(filing))
    make.check_everything(case, make.fresh(filing))
    examination.record(actor=case.actor("officer"), filing=make.fresh(filing))
    assert Entity.objects.get(pk=two.pk).standing == "merged"
    assert Filing.objects.get(pk=filing.pk).state == "filed"
