"""The programme 创新联合体: declarations only."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from alliances.consortium import facts, profile, sections, terms
from alliances.consortium.conditions import CONDITIONS
from alliances.consortium.criteria import CRITERIA
from alliances.consortium.variants import variants
from filings.enums import ParticipantRole, State
from filings.programmes import Ground, Owner, Procedure, Programme, Section, Words

SECTIONS = (
    Section(
        "basic",
        _("基本信息"),
        sections.BasicForm,
        _("联合体叫什么、做什么、由谁联系。"),
        clauses=("fil_cons_applicant", "elig_cons_direction"),
    ),
    Section(
        "lead",
        _("牵头单位情况"),
        sections.LeadForm,
        _("供专家判断牵头单位是否为创新领军企业。"),
        clauses=("elig_cons_lead_leading_enterprise",),
    ),
    Section(
        "tasks",
        _("攻关任务与经费"),
        sections.TasksForm,
        _("重大攻关任务、里程碑、承担单位和经费。各成员单位将确认本页内容。"),
        shared=True,
        clauses=("elig_cons_key_core_task", "obl_cons_tasks"),
    ),
    Section(
        "mechanisms",
        _("运行机制"),
        sections.MechanismsForm,
        _("七项机制各写明书面安排；后三项为鼓励建立。各成员单位将确认本页内容。"),
        shared=True,
        clauses=("elig_cons_mechanisms", "mech_cons_fund_rules"),
    ),
    Section(
        "agreement",
        _("组建协议"),
        sections.AgreementForm,
        _("各成员单位签订的组建协议。协议文件的哈希值是各方确认的内容。"),
        shared=True,
        clauses=("elig_cons_agreement", "elig_cons_agreement_content"),
    ),
    Section(
        "plan",
        _("发展规划"),
        sections.PlanForm,
        _("知识产权、人才、推广应用的布局和主要指标。"),
        clauses=("elig_cons_plan",),
    ),
    Section(
        "member",
        _("成员单位情况"),
        sections.MemberForm,
        _("由每家成员单位自行填写和确认。"),
        owner=Owner.PARTICIPANT,
        clauses=("elig_cons_member_basis", "obl_cons_member_resources"),
    ),
)

LIMITS = {
    State.SUBMITTED: "procedure.district",
    State.RECOMMENDED: "procedure.examination",
    State.IN_EXAMINATION: "procedure.examination",
    State.IN_CORRECTION: "procedure.correction",
    State.ACCEPTED: "procedure.review",
    State.IN_REVIEW: "procedure.review",
    State.REVIEWED: "procedure.proposal",
    State.PROPOSED: "procedure.proposal",
    State.CONFIRMED: "procedure.issue",
    State.ON_NOTICE: "procedure.notice",
}


# what a consortium must go on meeting once it is on the register
STANDING = (
    "elig_cons_lead_is_enterprise",
    "elig_cons_lead_registered_qd",
    "elig_cons_single_lead",
    "elig_cons_min_enterprises",
    "elig_cons_min_academia",
)
GROUNDS = (
    Ground("failed_evaluation", _("绩效评价不合格"), "fil_cons_cancel", needs_rating=True),
    Ground("condition_lost", _("不再符合备案条件且逾期未整改"), "fil_cons_filing", needs_condition=True),
)


PROGRAMME = Programme(
    key="consortium",
    label=_("创新联合体"),
    title_label=_("青岛市创新联合体"),
    entity_kind=terms.KIND,
    type_code="LH",
    place=terms.PLACE,
    city_code="QD",
    sections=SECTIONS,
    conditions=CONDITIONS,
    procedure=Procedure(limits={str(k.value): v for k, v in LIMITS.items()}),
    criteria=CRITERIA,
    facts=facts.gather,
    profile=profile.apply,
    words=Words(thing=_("联合体")),
    max_months_key="fil_cons_validity",
    max_months_setting="consortium.max_validity_months",
    lead_condition="elig_cons_lead_is_enterprise",
    members_condition="elig_cons_agreement",
    register_rule="fil_cons_filing",
    renewal_rule="fil_cons_renewal",
    report_rule="obl_qd_stb_tracking",
    priority_rule="eva_cons_excellent",
    visit_rule="obl_qd_stb_tracking.interval_months",
    variants=variants(SECTIONS, LIMITS),
    standing_conditions=STANDING,
    entity_facts=facts.of_entity,
    entity_profile=profile.shown,
    grounds=GROUNDS,
    role_kinds={
        ParticipantRole.CHAIN_ENTERPRISE: (OrganisationKind.ENTERPRISE,),
        ParticipantRole.ACADEMIC: (OrganisationKind.UNIVERSITY, OrganisationKind.INSTITUTE),
    },
    lead_kinds=(OrganisationKind.ENTERPRISE,),
    summary=_(
        "由创新领军企业牵头，联合产业链上下游企业和高校院所组建，采取备案制，备案有效期一般不超过 3 年，成熟一个、支持一个。"
    ),
    unit_facts=facts.of_unit,
    unit_conditions=(
        "elig_cons_lead_is_enterprise",
        "elig_cons_lead_registered_qd",
        "elig_cons_lead_chain_master",
    ),
    prepare=(
        _("各方盖章的组建协议（PDF）"),
        _("攻关任务、里程碑和经费安排"),
        _("七项运行机制的书面安排"),
        _("成员单位名单：上下游企业、高校院所及其统一社会信用代码"),
        _("每家成员单位各自登录，填写并确认本单位情况"),
    ),
)
