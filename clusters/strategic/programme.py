"""The programme 战略性新兴产业集群: declarations only."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.enums import Level, OrganisationKind, Role
from clusters import asked
from clusters.selectors import rooms
from clusters.strategic import facts, profile, sections, terms
from clusters.strategic.conditions import CONDITIONS
from filings import standard_sections
from filings import standard_variants as standard
from filings.programmes import Ground, Procedure, Programme, Section, Words

ASKED = (
    Section(
        "basic",
        _("基本信息"),
        sections.BasicForm,
        _("集群叫什么、属于哪个领域、由谁联系。"),
        clauses=("strategic_emerging_cluster", "elig_sec_sector"),
    ),
    Section(
        "body",
        _("管理机构"),
        sections.BodyForm,
        _("管理机构由市政府明确，负责总体规划、日常管理和统计监测。"),
        clauses=("elig_sec_body", "obl_cluster_body", "obl_city_gov_pilot"),
    ),
    Section(
        "parks",
        _("园区载体"),
        sections.ParksForm,
        _("集群以哪些园区为主要载体。"),
        clauses=("elig_sec_park", "mech_sec_park_model"),
    ),
    Section(
        "chain",
        _("产业链环节"),
        sections.ChainForm,
        _("从上游到下游列出环节和本地企业，可以不填。"),
        clauses=("reg_chain_gaps",),
    ),
    Section(
        "plan",
        _("建设方案"),
        sections.PlanForm,
        _("一集群一方案：区域特色、发展目标、主要任务、推进步骤。"),
        clauses=("elig_sec_plan",),
    ),
)
FIRMS = Section(
    "firms",
    _("集群企业"),
    asked.FirmsForm,
    _("先填龙头和骨干企业；认定后在集群企业名单中维护全部企业。"),
    clauses=("reg_key_enterprises",),
)
SECTIONS = (*ASKED, FIRMS)
REPORT = (
    Section(
        "duties",
        _("管理机构履职情况"),
        sections.DutiesForm,
        _("总体规划、日常管理和统计监测三项职责各写一段。"),
        clauses=("obl_cluster_body",),
    ),
    standard_sections.REPORT,
)


PROGRAMME = Programme(
    key="strategic_cluster",
    label=_("战略性新兴产业集群"),
    title_label=_("山东省战略性新兴产业集群"),
    entity_kind=terms.KIND,
    type_code="ZX",
    place=terms.PLACE,
    city_code="SD",
    sections=SECTIONS,
    conditions=CONDITIONS,
    procedure=Procedure(review=False, limits=dict(standard.LIMITS)),
    criteria=(),
    facts=facts.gather,
    profile=profile.apply,
    lead_condition="elig_sec_body",
    max_months_key="procedure.cluster_months",
    register_rule="fil_sec_recognition",
    renewal_rule="fil_sec_principle",
    report_rule="stat_annual_assessment",
    words=Words(
        lead=_("集群管理机构"), members=_("集群企业"), act=_("认定"), founding=_("集群认定"), thing=_("集群")
    ),
    department="development_reform",
    recommender=Role.MUNICIPAL_DRC,
    levels=(Level.PROVINCIAL, Level.NATIONAL),
    variants=standard.every_action(
        change=standard.change(ASKED),
        renew=standard.renewal(ASKED, review=False),
        upgrade=standard.upgrade(clause="fil_sec_recognition"),
        annual_report=standard.annual_report(REPORT, clause="stat_annual_assessment"),
        exit=standard.exit_(),
        record_approval=standard.record_approval(SECTIONS),
    ),
    standing_conditions=("elig_sec_body", "elig_sec_park"),
    entity_facts=facts.of_entity,
    grounds=(
        Ground("poor_management", _("年度评估认定管理不善"), "fil_sec_exit"),
        Ground("loose_industry", _("年度评估认定产业松散"), "fil_sec_exit"),
    ),
    entity_profile=profile.shown,
    public_profile=profile.public,
    rooms=rooms.inside,
    public_rooms=rooms.public,
    roles=(),
    lead_kinds=(OrganisationKind.AGENCY, OrganisationKind.BUREAU, OrganisationKind.OTHER),
    family="cluster",
    family_label=_("产业集群"),
    summary=_(
        "由市政府明确的管理机构申报，市发展改革委推荐，省发展改革委认定；再由省发展改革委向国家推荐。先建后评、滚动支持、持续监测、动态调整。"
    ),
    prepare=(
        _("市政府明确管理机构的文件（PDF）"),
        _("集群建设方案（PDF 或者 Word）"),
        _("园区载体和产业链环节"),
        _("龙头和骨干企业名单及其统一社会信用代码"),
    ),
)
