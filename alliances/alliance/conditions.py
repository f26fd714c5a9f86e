"""Every `elig_all_*` of zb2020_45: pure tests over facts; figures and clauses come from the law.

Facts: `lead_count`, `lead_kind`, `core_enterprises` and `academics` (counts), `members` (name, consents),
`unconfirmed` (names), `charter_sections`, `has_rules_file`, `industry`, `cluster` (name, empty for none),
`alliances_in_cluster` (names of the others on the register).
"""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliances.network.conditions import consent, rules_file
from alliances.network.terms import CHARTER
from filings.conditions import Condition, Facts, Finding, LawLike, count_at_least, covers_all
from filings.enums import Check, Strength

STRENGTHS = {"unique_with_note": Strength.IN_PRINCIPLE, "unique": Strength.HARD, "free": Strength.ADVISORY}


def chair(facts: Facts, law: LawLike) -> Finding:
    count, wanted = int(facts.get("lead_count") or 0), int(law.value("elig_all_chair"))
    words = gettext("理事长单位 %(n)s 家，应为 %(wanted)s 家") % {"n": count, "wanted": wanted}
    return Finding(count == wanted, words, () if count == wanted else ("members",))


def industry(facts: Facts, law: LawLike) -> Finding:
    chosen = facts.get("industry")
    if not chosen:
        return Finding(False, gettext("尚未选择所属产业"), ("basic.industry",))
    if chosen in law.list(str(law.value("elig_all_industry"))).ids:
        return Finding(True, gettext("属于“四强”产业"))
    return Finding(False, gettext("不属于“四强”产业（不作为否决）"), ("basic.industry",))


def one_per_cluster(facts: Facts, law: LawLike) -> Finding:
    """An alliance without a cluster of the register takes nobody's place."""
    cluster = facts.get("cluster")
    if not cluster:
        return Finding(True, gettext("未对应登记在册的产业集群"))
    others, most = list(facts.get("alliances_in_cluster") or ()), int(law.value("elig_all_one_per_cluster"))
    if len(others) + 1 <= most:
        return Finding(True, gettext("“%(cluster)s”尚无其他联盟") % {"cluster": cluster})
    words = gettext("“%(cluster)s”已有联盟：%(names)s")
    return Finding(False, words % {"cluster": cluster, "names": "、".join(others)}, ("basic.cluster",))


def one_per_cluster_strength(law: LawLike) -> Strength:
    """amb_one_per_cluster: unique with an officer's note unless the bureau reads it otherwise."""
    return STRENGTHS.get(str(law.reading("alliance.unique_per_cluster")), Strength.IN_PRINCIPLE)


CONDITIONS: tuple[Condition, ...] = (
    Condition("elig_all_chair", _("设理事长单位"), Strength.HARD, Check.AUTO, chair),
    Condition(
        "elig_all_core_enterprise",
        _("以重点骨干企业和行业龙头企业为核心"),
        Strength.HARD,
        Check.AUTO,
        count_at_least("core_enterprises", "elig_all_core_enterprise", _("家"), "core.core"),
        hint=_("列入“核心企业”一节的在盟企业，或者登记为链主、领军、单项冠军的在盟企业"),
    ),
    Condition(
        "elig_all_academia_base",
        _("以高校和科研院所为依托"),
        Strength.HARD,
        Check.AUTO,
        count_at_least("academics", "elig_all_academia_base", _("家"), "members"),
    ),
    Condition(
        "elig_all_rights",
        _("明确政府、理事长单位、成员的权利义务"),
        Strength.HARD,
        Check.DOCUMENT,
        covers_all("charter_sections", CHARTER, lambda key: f"charter.{key}"),
        evidence=("charter",),
    ),
    Condition(
        "elig_all_mechanism",
        _("建立管理及运行机制"),
        Strength.HARD,
        Check.DOCUMENT,
        rules_file,
        evidence=("charter", "mechanisms"),
    ),
    Condition(
        "elig_all_voluntary",
        _("政府引导、自愿建盟"),
        Strength.HARD,
        Check.DOCUMENT,
        consent,
        evidence=("member",),
    ),
    Condition(
        "elig_all_one_per_cluster",
        _("一个产业集群建设一个联盟"),
        Strength.IN_PRINCIPLE,
        Check.AUTO,
        one_per_cluster,
        strength_in=one_per_cluster_strength,
    ),
    Condition("elig_all_industry", _("属于“四强”产业"), Strength.ADVISORY, Check.AUTO, industry),
)
