"""Every `elig_*` of the platform policy: pure tests over facts; lists, figures and clauses come from the law.

`RECOGNITION` decides whether a platform comes onto the register. `PAYMENT` belongs to the measures of the same
clauses: they are judged when a measure is applied for, and stand here so that they are written and tested once.

Facts: `host_kind`, `founder_type`, `talent_or_branch` (words), `network_number`, `in_cultivation_library`,
`approval_level`, `recognition_level`, `msme_served_count`, `provincial_subsidy_received`,
`provincial_voucher_received` (yuan), `national_demonstration`, `relocated_as_whole`, `qualified` (None until an
officer has looked), `verdicts`.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from filings.conditions import Condition, Facts, Finding, LawLike, count_at_least, expert
from filings.enums import Check, Strength

Test = Callable[[Facts, LawLike], Finding]


def one_of(fact: str, key: str, anchor: str) -> Test:
    """Operator `in`: the words given are all in the law's list under `key`."""

    def test(facts: Facts, law: LawLike) -> Finding:
        given = facts.get(fact)
        words = [str(word) for word in (given if isinstance(given, (list, tuple)) else [given]) if word]
        allowed = [str(word) for word in law.value(key)]
        fields = (anchor,) if anchor else ()
        if not words:
            return Finding(False, gettext("尚未填写"), fields)
        outside = [word for word in words if word not in allowed]
        if outside:
            said = gettext("“%(word)s”不在%(list)s之列")
            return Finding(False, said % {"word": "、".join(outside), "list": "、".join(allowed)}, fields)
        return Finding(True, gettext("属于%(word)s") % {"word": "、".join(words)})

    return test


LEVELS = {"national": _("国家级"), "provincial": _("省级"), "municipal": _("市级"), "district": _("区县级")}


def level_in(fact: str, key: str) -> Test:
    """Operator `in` over levels."""

    def test(facts: Facts, law: LawLike) -> Finding:
        level = str(facts.get(fact) or "")
        allowed = "、".join(str(LEVELS[one]) for one in law.value(key))
        if not level:
            return Finding(False, gettext("尚无批复的级别"))
        met = level in law.value(key)
        said = gettext("批复级别为%(level)s") if met else gettext("批复级别为%(level)s，要求%(allowed)s")
        return Finding(met, said % {"level": LEVELS[level], "allowed": allowed})

    return test


def more_than(fact: str, key: str) -> Test:
    """Operator `gt`: yuan above the law's figure."""

    def test(facts: Facts, law: LawLike) -> Finding:
        have, floor = Decimal(str(facts.get(fact) or 0)), Decimal(str(law.value(key, 0)))
        said = gettext("已获省级补助 %(have)s 元") if have > floor else gettext("尚无已获省级补助的记录")
        return Finding(have > floor, said % {"have": f"{have:,.2f}"})

    return test


def officer_says(fact: str) -> Test:
    """Operator `eq`/`expert_pass` by document: None until somebody has looked at it."""

    def test(facts: Facts, law: LawLike) -> Finding:
        said = facts.get(fact)
        if said is None:
            return Finding(None, gettext("由经办人核验材料"))
        return Finding(bool(said), gettext("已核验") if said else gettext("核验不符合"))

    return test


def in_network(facts: Facts, law: LawLike) -> Finding:
    number = str(facts.get("network_number") or "")
    if number:
        return Finding(True, gettext("已入网，登记编号 %(number)s") % {"number": number})
    return Finding(False, gettext("尚未填写省协作共用网登记编号"), ("features.network_number",))


def cultivated(facts: Facts, law: LawLike) -> Finding:
    met = bool(facts.get("in_cultivation_library"))
    return Finding(met, gettext("已入培育库，予以优先") if met else gettext("未入培育库，不影响申报"))


def _condition(key: str, label: Any, check: Check, test: Test, **given: Any) -> Condition:
    return Condition(key, label, given.pop("strength", Strength.HARD), check, test, **given)


RECOGNITION: tuple[Condition, ...] = (
    _condition(
        "elig_lab_applicant",
        _("研发实力强、人才队伍齐全的龙头骨干企业或高校院所"),
        Check.EXPERT,
        expert("host_type_and_strength", ""),
        evidence=("capability",),
    ),
    _condition(
        "elig_rd_hq",
        _("知名大学、科研院所、世界500强设立或共建"),
        Check.DOCUMENT,
        one_of("founder_type", "elig_rd_hq", "features.founder_type"),
        evidence=("features",),
    ),
    _condition(
        "elig_talent_platform",
        _("引进高层次人才新建平台或引进国家级平台分中心"),
        Check.DOCUMENT,
        one_of("talent_or_branch", "elig_talent_platform", "features.talent_basis"),
        evidence=("features",),
    ),
    _condition(
        "elig_inst_network",
        _("仪器设备加入省协作共用网并对外服务"),
        Check.DOCUMENT,
        in_network,
        evidence=("features",),
    ),
    _condition(
        "elig_workstation_participation",
        _("院士、人才团队实质性参与"),
        Check.EXPERT,
        expert("substantive_participation", ""),
        evidence=("features",),
    ),
    _condition(
        "elig_cultivation_entry",
        _("入选省级及以上企业研发平台培育库"),
        Check.AUTO,
        cultivated,
        strength=Strength.BONUS,
    ),
)

PAYMENT: tuple[Condition, ...] = (
    _condition(
        "elig_platform_award_new",
        _("新获批的国家级、省级创新平台"),
        Check.DOCUMENT,
        level_in("approval_level", "elig_platform_award_new"),
    ),
    _condition(
        "elig_ptsp_operation",
        _("公共技术服务平台运行管理完善"),
        Check.EXPERT,
        expert("operation_management", ""),
    ),
    _condition(
        "elig_ptsp_msme_service",
        _("为中小微企业提供优质高效服务"),
        Check.AUTO,
        count_at_least("msme_served_count", "elig_ptsp_msme_service", _("家"), ""),
    ),
    _condition("elig_inc_space_qualified", _("符合条件的孵化器"), Check.DOCUMENT, officer_says("qualified")),
    _condition(
        "elig_inc_recognition",
        _("新认定国家级、省级孵化器"),
        Check.DOCUMENT,
        level_in("recognition_level", "elig_inc_recognition"),
    ),
    _condition(
        "elig_mak_recognition",
        _("新认定国家级、省级众创空间"),
        Check.DOCUMENT,
        level_in("recognition_level", "elig_mak_recognition"),
    ),
    _condition(
        "elig_mak_demonstration", _("示范带动作用较强"), Check.EXPERT, expert("demonstration_effect", "")
    ),
    _condition(
        "elig_usp_recognition",
        _("大学科技园已获省级补助"),
        Check.DOCUMENT,
        more_than("provincial_subsidy_received", "elig_usp_recognition"),
    ),
    _condition(
        "elig_voucher_user",
        _("用券方已获省级创新券补助"),
        Check.DOCUMENT,
        more_than("provincial_voucher_received", "elig_voucher_user"),
    ),
    _condition("elig_nri_qualified", _("符合条件的新型研发机构"), Check.DOCUMENT, officer_says("qualified")),
    _condition(
        "elig_nri_urgent", _("产业发展急需、补齐短板"), Check.EXPERT, expert("urgent_gap_filling", "")
    ),
    _condition(
        "elig_tti_national_demo",
        _("示范性国家技术转移机构"),
        Check.DOCUMENT,
        officer_says("national_demonstration"),
    ),
    _condition("elig_tti_qualified", _("符合条件的技术转移机构"), Check.DOCUMENT, officer_says("qualified")),
    _condition("elig_whole_relocation", _("整建制引进"), Check.EXPERT, officer_says("relocated_as_whole")),
)
BY_KEY: dict[str, Condition] = {c.key: c for c in (*RECOGNITION, *PAYMENT)}


def of_type(keys: tuple[str, ...]) -> tuple[Condition, ...]:
    """The conditions a type is recognised by."""
    return tuple(BY_KEY[key] for key in keys)
