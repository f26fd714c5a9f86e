"""Every `elig_clu_*`: pure tests over facts; figures and clauses come from the law.

Facts: `carrier` (see `clusters.enums.Carrier`), `output_value` (yuan as text, or empty), `links` and
`links_local` (of the chain, all and those with a local firm), `verdicts`.
"""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clusters.innovative import terms
from filings.conditions import Condition, Facts, Finding, LawLike, expert
from filings.enums import Check, Strength


def carrier(facts: Facts, law: LawLike) -> Finding:
    """Counts at provincial level; a municipal cluster is told of it and not held up."""
    word = terms.CARRIER_WORDS.get(facts.get("carrier") or "")
    wanted = law.value("elig_clu_carrier", ())
    if word in wanted:
        return Finding(True, gettext("载体为%(word)s") % {"word": word})
    words = gettext("载体不属于%(wanted)s，不影响市级认定") % {"wanted": "、".join(wanted)}
    return Finding(False, words, ("carrier.carrier",))


def key_scale(facts: Facts, law: LawLike) -> Finding:
    """A classification of the province's statistics, not a condition."""
    value = Decimal(facts.get("output_value") or 0)
    over = value > law.value("elig_clu_key_scale")
    found = gettext("达到千亿级集群的统计口径") if over else gettext("未达到千亿级集群的统计口径，不影响认定")
    return Finding(over, found)


def chain(facts: Facts, law: LawLike) -> Finding:
    """The experts' verdict, with the share of links in which a local firm stands beside it."""
    found = expert("chain_completeness", "")(facts, law)
    links, local = int(facts.get("links") or 0), int(facts.get("links_local") or 0)
    if not links:
        return Finding(found.met, found.message, ("chain.links",))
    shown = gettext("%(links)s 个环节中 %(local)s 个有本地企业（%(share)s%%）") % {
        "links": links,
        "local": local,
        "share": round(local * 100 / links),
    }
    return Finding(found.met, f"{found.message}；{shown}")


def _judged(key: str, label: object, fact: str, evidence: tuple[str, ...] = ("base",)) -> Condition:
    return Condition(key, label, Strength.HARD, Check.EXPERT, expert(fact, str(label)), evidence=evidence)


CONDITIONS: tuple[Condition, ...] = (
    _judged("elig_clu_planning_fit", _("符合产业规划布局和优势特色"), "planning_fit"),
    _judged("elig_clu_innovation_base", _("创新基础较好、创新能力强"), "innovation_base"),
    Condition(
        "elig_clu_chain",
        _("产业链条相对完善"),
        Strength.HARD,
        Check.EXPERT,
        chain,
        hint=_("参考有本地企业的环节占全部环节的比例"),
        evidence=("chain",),
    ),
    _judged("elig_clu_potential", _("发展潜力较好、可持续发展能力强"), "potential", ("base", "plan")),
    _judged("elig_clu_industry_base", _("产业基础好"), "industry_base", ("base", "firms")),
    _judged("elig_clu_elements", _("创新要素相对完善"), "innovation_elements"),
    Condition(
        "elig_clu_carrier",
        _("以高新区或特色产业基地为载体（省级）"),
        Strength.ADVISORY,
        Check.AUTO,
        carrier,
        evidence=("carrier",),
    ),
    Condition(
        "elig_clu_key_scale",
        _("千亿级集群（省级统计口径）"),
        Strength.ADVISORY,
        Check.AUTO,
        key_scale,
        evidence=("basic",),
    ),
)
