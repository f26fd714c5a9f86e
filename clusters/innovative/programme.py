"""The programme 创新型产业集群: declarations only."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.enums import Level, OrganisationKind
from clusters import asked
from clusters.innovative import facts, profile, sections, terms
from clusters.innovative.conditions import CONDITIONS
from clusters.innovative.criteria import CRITERIA
from clusters.selectors import rooms
from filings import standard_variants as standard
from filings.programmes import Ground, Procedure, Programme, Section, Words

ASKED = (
    Section(
        "basic",
        _("基本信息"),
        sections.BasicForm,
        _("集群叫什么、属于哪个产业、由谁联系。"),
        clauses=("innovative_cluster", "elig_clu_planning_fit"),
    ),
    Section(
        "carrier",
        _("集群载体"),
        sections.CarrierForm,
        _("集群以什么园区或者基地为载体。"),
        clauses=("elig_clu_carrier", "industrial_park"),
    ),
    Section(
        "chain",
        _("产业链环节"),
        sections.ChainForm,
        _("从上游到下游列出环节，写明各环节的本地企业；没有本地企业的环节是延链补链的重点。"),
        clauses=("elig_clu_chain", "reg_chain_gaps"),
    ),
    Section(
        "base",
        _("集群基础"),
        sections.BaseForm,
        _("供专家判断产业基础、创新能力、创新要素和发展潜力。"),
        clauses=("elig_clu_innovation_base", "elig_clu_industry_base", "elig_clu_elements"),
    ),
    Section(
        "plan",
        _("建设方案"),
        sections.PlanForm,
        _("目标、布局、任务，以及联盟和共同体的建设安排。"),
        clauses=("elig_clu_potential",),
    ),
)
FIRMS = Section(
    "firms",
    _("集群企业"),
    asked.FirmsForm,
    _("先填龙头和骨干企业；认定后在集群企业名单中维护全部企业。"),
    clauses=("elig_clu_industry_base",),
)
SECTIONS = (*ASKED, FIRMS)


PROGRAMME = Programme(
    key="innovative_cluster",
    label=_("创新型产业集群"),
    title_label=_("淄博市创新型产业集群"),
    entity_kind=terms.KIND,
    type_code="JQ",
    place=terms.PLACE,
    city_code="ZB",
    sections=SECTIONS,
    conditions=CONDITIONS,
    procedure=Procedure(limits=dict(standard.LIMITS)),
    criteria=CRITERIA,
    facts=facts.gather,
    profile=profile.apply,
    max_months_key="procedure.cluster_months",
    register_rule="innovative_cluster",
    renewal_rule="mech_clu_evaluation_system",
    report_rule="mech_clu_evaluation_system",
    words=Words(
        lead=_("集群建设主体"), members=_("集群企业"), act=_("认定"), founding=_("集群认定"), thing=_("集群")
    ),
    levels=(Level.MUNICIPAL, Level.PROVINCIAL, Level.NATIONAL),
    variants=standard.every_action(
        change=standard.change(ASKED),
        renew=standard.renewal(ASKED),
        upgrade=standard.upgrade(clause="fil_prov_pilot"),
        annual_report=standard.annual_report(clause="mech_clu_evaluation_system"),
        exit=standard.exit_(),
        record_approval=standard.record_approval(SECTIONS),
    ),
    grounds=(
        Ground("failed_evaluation", _("集群评估不合格"), "mech_clu_evaluation_system", needs_rating=True),
    ),
    entity_profile=profile.shown,
    public_profile=profile.public,
    rooms=rooms.inside,
    public_rooms=rooms.public,
    roles=(),
    lead_kinds=(
        OrganisationKind.ENTERPRISE,
        OrganisationKind.ASSOCIATION,
        OrganisationKind.INSTITUTE,
        OrganisationKind.AGENCY,
        OrganisationKind.BUREAU,
        OrganisationKind.OTHER,
    ),
    family="cluster",
    family_label=_("产业集群"),
    summary=_(
        "围绕“四强”产业，产业链条相对完善、创新基础较好的链式产业集群。市级由科技局组织专家评审认定；获得省级、国家级认定的，凭批复登记升级。"
    ),
    prepare=(
        _("产业链各环节和本地企业名单"),
        _("龙头和骨干企业名单及其统一社会信用代码"),
        _("集群建设方案（PDF 或者 Word）"),
        _("创新平台、专利、人才等佐证材料"),
    ),
)
