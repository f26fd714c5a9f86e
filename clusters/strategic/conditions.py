"""Every `elig_sec_*`: pure tests over facts; figures and clauses come from the law.

Facts: `industry`, `park_count`, `management_body` (whether a document names it, with its date), `lead_name`,
`plan_parts`, `has_plan_file`.
"""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clusters.strategic import terms
from filings.conditions import Condition, Facts, Finding, LawLike, count_at_least, covers_all
from filings.enums import Check, Strength


def sector(facts: Facts, law: LawLike) -> Finding:
    industry = facts.get("industry")
    if not industry:
        return Finding(False, gettext("尚未选择产业领域"), ("basic.industry",))
    if industry in law.list(str(law.value("elig_sec_sector"))).ids:
        return Finding(True, gettext("属于战略性新兴产业领域"))
    return Finding(False, gettext("不在战略性新兴产业领域清单中"), ("basic.industry",))


def sector_strength(law: LawLike) -> Strength:
    """Hard only once the list is confirmed: the plan ends its list with 等."""
    listed = law.list(str(law.value("elig_sec_sector")))
    return Strength.HARD if listed.confirmed else Strength.ADVISORY


def body(facts: Facts, law: LawLike) -> Finding:
    if facts.get("management_body"):
        return Finding(True, gettext("已明确管理机构：%(name)s") % {"name": facts.get("lead_name", "")})
    return Finding(False, gettext("尚未写明明确管理机构的文件和日期"), ("body.document", "body.named_on"))


def plan(facts: Facts, law: LawLike) -> Finding:
    found = covers_all("plan_parts", terms.PLAN_PARTS, lambda key: f"plan.{key}")(facts, law)
    if found.met and not facts.get("has_plan_file"):
        return Finding(False, gettext("尚未上传建设方案全文"), ("plan.plan_file",))
    return found


CONDITIONS: tuple[Condition, ...] = (
    Condition(
        "elig_sec_sector",
        _("属于战略性新兴产业领域"),
        Strength.ADVISORY,
        Check.AUTO,
        sector,
        strength_in=sector_strength,
    ),
    Condition(
        "elig_sec_park",
        _("以园区为主要载体"),
        Strength.ADVISORY,
        Check.AUTO,
        count_at_least("park_count", "elig_sec_park", _("个"), "parks.parks"),
    ),
    Condition("elig_sec_body", _("明确产业集群管理机构"), Strength.HARD, Check.AUTO, body),
    Condition(
        "elig_sec_plan",
        _("编制产业集群建设方案"),
        Strength.HARD,
        Check.DOCUMENT,
        plan,
        evidence=("plan",),
    ),
)
