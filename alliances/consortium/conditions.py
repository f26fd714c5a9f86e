"""Every `elig_cons_*` of the guideline: pure tests over facts; figures and clauses come from the law.

Facts: `lead_kind`, `lead_district`, `lead_city`, `lead_count`, `lead_titles`, `lead_services`,
`industry`, `chain_enterprises` and `academics` (each with `_local`: registered in the city), `members`
(name, has_basis), `unconfirmed` (names), `task_count`, `mechanisms`, `agreement_parts`,
`has_agreement_file`, `plan_parts`, `verdicts`.
"""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliances.consortium import terms
from filings.conditions import Condition, Facts, Finding, LawLike, count_at_least, covers_all, expert
from filings.enums import Check, Strength

LISTED = "listed"  # reading of amb_leading_enterprise: the bureau's list decides


def direction(facts: Facts, law: LawLike) -> Finding:
    if not facts.get("industry"):
        return Finding(False, gettext("尚未选择产业领域"), ("basic.industry",))
    if facts["industry"] in law.list(terms.INDUSTRY_LIST).ids:
        return Finding(True, gettext("属于“10+1”产业名单"))
    return Finding(False, gettext("不在“10+1”产业名单中"), ("basic.industry",))


def direction_strength(law: LawLike) -> Strength:
    """Advisory until the bureau confirms the list (catalogue note)."""
    return Strength.HARD if law.list(terms.INDUSTRY_LIST).confirmed else Strength.ADVISORY


def lead_is_enterprise(facts: Facts, law: LawLike) -> Finding:
    met = facts.get("lead_kind") == "enterprise"
    return Finding(
        met, gettext("牵头单位为企业") if met else gettext("牵头单位不是企业，不能牵头组建创新联合体")
    )


def single_lead(facts: Facts, law: LawLike) -> Finding:
    count = int(facts.get("lead_count") or 0)
    return Finding(
        count == int(law.value("elig_cons_single_lead")),
        gettext("牵头单位 %(n)s 家") % {"n": count},
        ("members",),
    )


def lead_registered(facts: Facts, law: LawLike) -> Finding:
    place = str(law.value("elig_cons_lead_registered_qd"))
    met = facts.get("lead_city") == place
    where = facts.get("lead_district") or gettext("未登记")
    if met:
        return Finding(True, gettext("登记地为%(where)s") % {"where": where})
    return Finding(False, gettext("登记地为%(where)s，牵头单位须为青岛市独立注册的法人") % {"where": where})


def chain_master(facts: Facts, law: LawLike) -> Finding:
    met = "chain_master" in (facts.get("lead_titles") or ())
    return Finding(
        met, gettext("为重点产业链链主企业，予以优先") if met else gettext("未登记为链主企业，不影响申报")
    )


def services(facts: Facts, law: LawLike) -> Finding:
    offered = set(facts.get("lead_services") or ())
    missing = [str(label) for key, label in terms.SERVICES.items() if key not in offered]
    if not missing:
        return Finding(True, gettext("四类支持均可提供"))
    return Finding(
        False, gettext("未填：%(names)s（不作为否决）") % {"names": "、".join(missing)}, ("lead.services",)
    )


def _counted(facts: Facts, law: LawLike, fact: str) -> int:
    """Members count wherever they are registered, unless the bureau reads it otherwise (amb_member_location)."""
    local_only = law.reading("consortium.member_location_required")
    return int(facts.get(f"{fact}_local" if local_only else fact) or 0)


def min_enterprises(facts: Facts, law: LawLike) -> Finding:
    count = _counted(facts, law, "chain_enterprises")
    if law.reading("consortium.lead_counts_as_enterprise") and facts.get("lead_kind") == "enterprise":
        count += 1
    test = count_at_least("n", "elig_cons_min_enterprises", gettext("家"), "members")
    return test({"n": count}, law)


def min_academia(facts: Facts, law: LawLike) -> Finding:
    test = count_at_least("n", "elig_cons_min_academia", gettext("家"), "members")
    return test({"n": _counted(facts, law, "academics")}, law)


def leading_enterprise(facts: Facts, law: LawLike) -> Finding:
    """amb_leading_enterprise: declaration and experts' judgement, or the bureau's own list of titles."""
    if law.reading("consortium.leading_evidence") == LISTED:
        met = "leading" in (facts.get("lead_titles") or ())
        return Finding(met, gettext("已列入领军企业名单") if met else gettext("未列入领军企业名单"))
    return expert("is_innovation_leading_enterprise", "")(facts, law)


def in_principle(law: LawLike) -> Strength:
    """amb_cons_in_principle: soft with a waiver unless the bureau reads it as hard."""
    return Strength.IN_PRINCIPLE if law.reading("consortium.waiver_allowed") else Strength.HARD


def agreement(facts: Facts, law: LawLike) -> Finding:
    if not facts.get("has_agreement_file"):
        return Finding(False, gettext("尚未上传组建协议"), ("agreement.agreement",))
    waiting = list(facts.get("unconfirmed") or ())
    if waiting:
        return Finding(
            False, gettext("尚未确认的成员单位：%(names)s") % {"names": "、".join(waiting)}, ("members",)
        )
    return Finding(True, gettext("协议已上传，各成员单位均已确认"))


def member_basis(facts: Facts, law: LawLike) -> Finding:
    lacking = [m["name"] for m in facts.get("members") or () if not m["has_basis"]]
    if lacking:
        return Finding(
            False, gettext("尚未填写合作基础：%(names)s") % {"names": "、".join(lacking)}, ("members",)
        )
    return Finding(
        bool(facts.get("members")),
        gettext("各成员单位均已说明合作基础") if facts.get("members") else gettext("尚无成员单位"),
        ("members",),
    )


def _judged(
    key: str, label: object, fact: str, *, hint: object = "", evidence: tuple[str, ...] = ("lead",)
) -> Condition:
    return Condition(
        key, label, Strength.HARD, Check.EXPERT, expert(fact, str(label)), hint=hint, evidence=evidence
    )


CONDITIONS: tuple[Condition, ...] = (
    Condition(
        "elig_cons_lead_is_enterprise", _("牵头单位为企业"), Strength.HARD, Check.AUTO, lead_is_enterprise
    ),
    Condition(
        "elig_cons_lead_registered_qd",
        _("牵头单位为青岛独立注册法人"),
        Strength.HARD,
        Check.AUTO,
        lead_registered,
    ),
    Condition("elig_cons_single_lead", _("牵头单位 1 家"), Strength.HARD, Check.AUTO, single_lead),
    Condition(
        "elig_cons_min_enterprises",
        _("产业链上下游企业数量"),
        Strength.IN_PRINCIPLE,
        Check.AUTO,
        min_enterprises,
        strength_in=in_principle,
    ),
    Condition(
        "elig_cons_min_academia",
        _("高校院所数量"),
        Strength.IN_PRINCIPLE,
        Check.AUTO,
        min_academia,
        strength_in=in_principle,
    ),
    Condition(
        "elig_cons_direction",
        _("攻关方向属于“10+1”创新型产业体系"),
        Strength.ADVISORY,
        Check.AUTO,
        direction,
        strength_in=direction_strength,
    ),
    Condition(
        "elig_cons_lead_chain_master", _("重点产业链链主企业优先"), Strength.BONUS, Check.AUTO, chain_master
    ),
    Condition(
        "elig_cons_key_core_task",
        _("聚焦关键核心技术和市场需求的重大攻关任务"),
        Strength.HARD,
        Check.DOCUMENT,
        count_at_least("task_count", "elig_cons_key_core_task", _("项"), "tasks.tasks"),
        evidence=("tasks",),
    ),
    Condition(
        "elig_cons_agreement",
        _("各成员单位签订组建协议"),
        Strength.HARD,
        Check.DOCUMENT,
        agreement,
        evidence=("agreement",),
    ),
    Condition(
        "elig_cons_agreement_content",
        _("协议载明课题、分工、权利义务、责任和利益共享"),
        Strength.HARD,
        Check.DOCUMENT,
        covers_all("agreement_parts", terms.AGREEMENT_PARTS, lambda key: "agreement.covers"),
        evidence=("agreement",),
    ),
    Condition(
        "elig_cons_mechanisms",
        _("建立七项运行机制"),
        Strength.HARD,
        Check.DOCUMENT,
        covers_all("mechanisms", terms.MECHANISMS, lambda key: f"mechanisms.{key}"),
        evidence=("mechanisms",),
    ),
    Condition(
        "elig_cons_plan",
        _("具有明晰的发展规划"),
        Strength.HARD,
        Check.DOCUMENT,
        covers_all("plan_parts", terms.PLAN_PARTS, lambda key: f"plan.{key}"),
        evidence=("plan",),
    ),
    Condition(
        "elig_cons_member_basis",
        _("成员与牵头单位有合作基础和合作意愿"),
        Strength.HARD,
        Check.DOCUMENT,
        member_basis,
        evidence=("member",),
    ),
    Condition(
        "elig_cons_lead_leading_enterprise",
        _("牵头单位为创新领军企业"),
        Strength.HARD,
        Check.EXPERT,
        leading_enterprise,
        hint=_("参考资质、近三年研发强度和市场地位"),
        evidence=("lead",),
    ),
    _judged("elig_cons_lead_tech_position", _("牵头单位技术国内领先"), "technology_position"),
    _judged(
        "elig_cons_lead_strength",
        _("牵头单位经济实力和市场影响力较强"),
        "economic_strength",
        hint=_("参考近三年收入、资产和市场占有率"),
    ),
    _judged("elig_cons_lead_rd_capability", _("牵头单位科技研发能力强"), "rd_capability"),
    _judged(
        "elig_cons_lead_team_stable",
        _("牵头单位研发队伍稳定"),
        "rd_team_stability",
        hint=_("参考近三年研发人员数"),
    ),
    _judged(
        "elig_cons_lead_advantage", _("牵头单位攻关和转化优势较明显"), "core_tech_or_transformation_advantage"
    ),
    _judged("elig_cons_lead_convening", _("牵头单位能集聚上下游企业和高校院所资源"), "convening_capability"),
    _judged("elig_cons_lead_activities", _("牵头单位能发起组织高水平研发活动"), "can_organise_rd"),
    _judged("elig_cons_lead_chain_integration", _("牵头单位能促进三链融合"), "chain_integration"),
    _judged(
        "elig_cons_member_complement",
        _("成员相互支撑、资源共享、协同攻关"),
        "complementarity",
        evidence=("member", "tasks"),
    ),
    _judged(
        "elig_cons_enterprise_member",
        _("企业成员具备研发和配套能力、有效互补"),
        "rd_and_supply_capability",
        evidence=("member",),
    ),
    _judged(
        "elig_cons_academic_member",
        _("高校院所成员团队、梯队和条件良好"),
        "academic_capability",
        evidence=("member",),
    ),
    Condition(
        "elig_cons_lead_services",
        _("牵头单位能提供的四类支持"),
        Strength.ADVISORY,
        Check.ATTEST,
        services,
        evidence=("lead",),
    ),
)
