"""Both programmes from application to the register, a change, an upgrade, a yearly report, an exit, a record."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from clusters.models import ClusterFirm
from core import clock
from core.errors import Invalid, NotAllowed
from filings.enums import Action, State
from filings.models import Entity
from filings.periods import add_months
from filings.selectors.lifecycle import obstacles
from filings.services import aftercare, cancellation, drafting, recommendation, submission
from policy.models import Parameter
from policy.services.changes import propose_change, publish_change
from tests.makers import clusters as make
from tests.makers import filings as filings
from tests.makers.accounts import make_organisation, make_user

pytestmark = pytest.mark.django_db
CASES = {"innovative": make.make_innovative_case, "strategic": make.make_strategic_case}
LEVELS = {"innovative": "municipal", "strategic": "provincial"}
PREFIXES = {"innovative": "ZB-JQ-", "strategic": "SD-ZX-"}


@pytest.mark.parametrize("part", list(CASES))
def test_from_application_to_register(part: str, frozen: Any) -> None:
    cluster = make.recognised(CASES[part](), frozen)
    assert cluster.code.startswith(PREFIXES[part])
    assert (cluster.level, cluster.valid_until) == (LEVELS[part], None)
    assert [link["name"] for link in cluster.cluster.chain] == ["氧化铝粉体", "陶瓷部件", "半导体装备"]
    firms = ClusterFirm.objects.filter(cluster=cluster)
    assert {(firm.chain_link, firm.is_key) for firm in firms} == {("氧化铝粉体", True), ("陶瓷部件", False)}
    assert {firm.joined_on for firm in firms} == {cluster.valid_from}


@pytest.mark.parametrize("part", list(CASES))
def test_a_change_rewrites_the_profile_and_leaves_the_firms_alone(part: str, frozen: Any) -> None:
    case = CASES[part]()
    cluster = make.recognised(case, frozen)
    ClusterFirm.objects.filter(cluster=cluster, is_key=False).update(
        left_on=cluster.valid_from + datetime.timedelta(days=1), leave_reason="迁出"
    )
    me = case.actor("applicant")
    filing = aftercare.start(actor=me, entity=cluster, action=Action.CHANGE)
    assert filing.spec.section("firms") is None
    drafting.save_section(
        actor=me, filing=filing, section="change", data={"what": ["name"], "reason": "名称规范"}, strict=True
    )
    drafting.save_section(
        actor=me, filing=filing, section="basic", data={"name": "淄博市新名称集群"}, strict=True
    )
    make.decide(case, make.submit(case, filing), frozen)
    after = Entity.objects.get(pk=cluster.pk)
    assert after.name == "淄博市新名称集群"
    assert ClusterFirm.objects.filter(cluster=cluster).count() == 2


@pytest.mark.parametrize("part", list(CASES))
def test_an_approval_document_raises_the_level(part: str, frozen: Any) -> None:
    case = CASES[part]()
    cluster = make.recognised(case, frozen)
    higher = {"innovative": "provincial", "strategic": "national"}[part]
    filing = aftercare.start(actor=case.actor("applicant"), entity=cluster, action=Action.UPGRADE)
    make.file_approval(case, filing, higher)
    make.decide(case, make.submit(case, filing), frozen)
    after = Entity.objects.get(pk=cluster.pk)
    assert after.level == higher
    assert [step.level for step in after.level_steps.order_by("since", "pk")] == [LEVELS[part], higher]


@pytest.mark.parametrize("part", list(CASES))
def test_a_recognised_cluster_is_recorded_from_its_document(part: str, frozen: Any) -> None:
    case = CASES[part]()
    cluster = make.recorded(case, frozen)
    assert cluster.level == "national"
    assert cluster.cluster.chain
    assert cluster.firms.count() == 2


@pytest.mark.parametrize("part", list(CASES))
def test_a_recognition_without_an_end_needs_no_renewal(part: str, frozen: Any) -> None:
    cluster = make.recognised(CASES[part](), frozen)
    assert [problem.code for problem in obstacles(cluster, Action.RENEW)] == ["no_end"]


@pytest.mark.parametrize("part", list(CASES))
def test_where_the_figure_gives_it_an_end_the_cluster_is_renewed(part: str, frozen: Any) -> None:
    """Three years by a published change of `procedure.cluster_months`; the firms stay as they are."""
    case = CASES[part]()
    months = Parameter.objects.get(key="procedure.cluster_months")
    told = {"valid_from": clock.today(), "value": 36, "reason": "主管部门规定三年一轮"}
    place = case.bureau.jurisdiction
    change = propose_change(actor=case.actor("officer"), target=months, place=place, **told)
    publish_change(actor=case.actor("director"), change=change)
    cluster = make.recognised(case, frozen, months=36)
    end = cluster.valid_until
    assert end == add_months(cluster.valid_from, 36) - datetime.timedelta(days=1)
    frozen.at(clock.start_of_day(end - datetime.timedelta(days=30)) + datetime.timedelta(hours=10))
    filing = aftercare.start(actor=case.actor("applicant"), entity=cluster, action=Action.RENEW)
    me = case.actor("applicant")
    values = {"achievements": "集群规模扩大。", "next_term": "继续补链强链。"}
    drafting.save_section(actor=me, filing=filing, section="term", data=values, strict=True)
    make.decide(case, make.submit(case, filing), frozen, months=36)
    after = Entity.objects.get(pk=cluster.pk)
    assert after.valid_until > end
    assert ClusterFirm.objects.filter(cluster=cluster, left_on=None).count() == 2


@pytest.mark.parametrize("part", list(CASES))
def test_the_cluster_leaves_by_its_own_wish(part: str, frozen: Any) -> None:
    case = CASES[part]()
    cluster = make.recognised(case, frozen)
    me = case.actor("applicant")
    filing = aftercare.start(actor=me, entity=cluster, action=Action.EXIT)
    values = {"reason": "调整布局", "aftermath": "由市里统筹"}
    drafting.save_section(actor=me, filing=filing, section="exit", data=values, strict=True)
    drafting.attach(
        actor=me, filing=filing, section="exit", field="resolution", upload=make.paper("同意退出")
    )
    make.decide(case, make.submit(case, filing), frozen)
    assert Entity.objects.get(pk=cluster.pk).standing == "exited"


def test_the_city_recommends_and_nobody_else(frozen: Any) -> None:
    case = make.make_strategic_case()
    filing = make.submit(case, make.start(case))
    other = make.make_drc("370200", "青岛市发展和改革委员会")
    for user in (
        make_user("municipal_drc", other),
        make_user("district_officer", make.make_bureau("370303")),
    ):
        with pytest.raises(NotAllowed):
            recommendation.recommend(actor=make.act(user), filing=filing)
    recommendation.recommend(actor=case.actor("passing"), filing=filing)
    assert filings.fresh(filing).state == State.RECOMMENDED


def test_an_enterprise_manages_no_strategic_cluster() -> None:
    case = make.make_strategic_case()
    unit = make_organisation(district="370303")
    with pytest.raises(Invalid) as refused:
        drafting.start(actor=make.act(make_user("unit_admin", unit)), programme=case.programme)
    assert refused.value.problems[0].code == "lead_kind"


def test_without_a_plan_there_is_no_application() -> None:
    case = make.make_strategic_case()
    filing = make.start(case)
    me = case.actor("applicant")
    drafting.save_section(actor=me, filing=filing, section="plan", data={"steps": ""}, strict=True)
    with pytest.raises(Invalid) as refused:
        submission.submit(actor=me, filing=filings.fresh(filing))
    assert any("推进步骤" in str(problem.message) for problem in refused.value.problems)


def test_the_same_firm_twice_in_an_application_is_refused() -> None:
    case = make.make_strategic_case()
    filing = make.start(case)
    row = make.firm_rows()[0]
    with pytest.raises(Invalid) as refused:
        drafting.save_section(
            actor=case.actor("applicant"),
            filing=filing,
            section="firms",
            data={"firms": [row, row]},
            strict=True,
        )
    assert row["credit_code"] in str(refused.value.problems[0].message)


@pytest.mark.parametrize("ground", ["poor_management", "loose_industry"])
def test_a_badly_managed_or_loose_cluster_is_taken_off_with_a_hearing(ground: str, frozen: Any) -> None:
    """fil_sec_exit: both grounds of the plan, each citing it; the spine's hearing stands before the end."""
    case = make.make_strategic_case()
    cluster = make.recognised(case, frozen)
    row = cancellation.open_(
        actor=case.actor("officer"),
        entity=cluster,
        ground=ground,
        reason="2026 年度评估认定，连续两年没有新项目。",
    )
    assert row.clause == "鲁发改高技〔2020〕194号 三(六)"
    assert Entity.objects.get(pk=cluster.pk).standing == "registered"


def test_a_cluster_that_loses_its_body_shows_red(frozen: Any) -> None:
    from filings.selectors.lifecycle import lamp_of

    case = make.make_strategic_case()
    cluster = make.recognised(case, frozen)
    assert lamp_of(cluster, cluster.valid_from)[0] == "green"
    cluster.cluster.body_document = ""
    cluster.cluster.save()
    lamp, unmet = lamp_of(cluster, cluster.valid_from)
    assert (lamp, [j.condition for j in unmet]) == ("red", ["elig_sec_body"])


def test_a_recorded_cluster_is_changed_without_experts(frozen: Any) -> None:
    """The authority that recognised it has judged it; a change does not open that question again."""
    case = make.make_innovative_case()
    cluster = make.recorded(case, frozen)
    me = case.actor("applicant")
    filing = aftercare.start(actor=me, entity=cluster, action=Action.CHANGE)
    values = {"what": ["name"], "reason": "名称规范"}
    drafting.save_section(actor=me, filing=filing, section="change", data=values, strict=True)
    drafting.save_section(
        actor=me, filing=filing, section="basic", data={"name": "淄博市先进陶瓷集群"}, strict=True
    )
    make.decide(case, make.submit(case, filing), frozen)
    assert Entity.objects.get(pk=cluster.pk).name == "淄博市先进陶瓷集群"
