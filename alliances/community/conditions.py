"""Every `elig_comm_*`: pure tests over facts; figures and clauses come from the law.

Facts: `elements` (kinds present), `predecessor_kind` (of the entity it grew out of, empty for none), `asked_level`,
`previous_level` (`municipal`, `alliance` or empty).
"""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliances.enums import ElementKind
from filings.conditions import Condition, Facts, Finding, LawLike
from filings.enums import Check, Strength

MINIMUM = "community.min_elements"


def elements(facts: Facts, law: LawLike) -> Finding:
    """x of 7, said whatever it is: the seven are to become complete step by step (amb_elements_complete)."""
    present, whole = set(facts.get("elements") or ()), int(law.value("elig_comm_elements"))
    least = int(law.reading(MINIMUM)) or whole
    missing = "、".join(str(kind.label) for kind in ElementKind if kind.value not in present)
    words = gettext("要素覆盖 %(n)s/%(all)s") % {"n": len(present), "all": whole}
    if missing:
        words += gettext("，尚缺：%(missing)s") % {"missing": missing}
    met = len(present) >= least
    return Finding(met, words, () if met else ("elements.elements",))


def elements_strength(law: LawLike) -> Strength:
    """No bar, unless the bureau has set a least number of its own."""
    return Strength.HARD if int(law.reading(MINIMUM)) else Strength.ADVISORY


def from_alliance(facts: Facts, law: LawLike) -> Finding:
    """Only who asks for the money of the upgrade must have been an alliance; anybody may apply."""
    met = facts.get("predecessor_kind") == str(law.value("elig_comm_from_alliance"))
    return Finding(
        met,
        gettext("由联盟升级而来") if met else gettext("不是由联盟升级而来，不影响认定；不适用升级补助"),
        () if met else ("basic.predecessor",),
    )


def provincial_pilot(facts: Facts, law: LawLike) -> Finding:
    if facts.get("asked_level") != "provincial":
        return Finding(True, gettext("申请市级共同体"))
    met = facts.get("previous_level") in tuple(law.value("elig_comm_provincial_pilot"))
    return Finding(
        met,
        gettext("由联盟或者市级共同体升级")
        if met
        else gettext("此前既不是联盟，也不是市级共同体（不作为否决）"),
    )


CONDITIONS: tuple[Condition, ...] = (
    Condition(
        "elig_comm_elements",
        _("“政产学研金服用”要素覆盖"),
        Strength.ADVISORY,
        Check.AUTO,
        elements,
        strength_in=elements_strength,
    ),
    Condition(
        "elig_comm_from_alliance",
        _("由联盟升级而来（补助口径）"),
        Strength.ADVISORY,
        Check.AUTO,
        from_alliance,
        hint=_("仅在申请联盟升级补助时为必要条件"),
    ),
    Condition(
        "elig_comm_provincial_pilot",
        _("省级共同体由有条件的联盟或市级共同体升级"),
        Strength.ADVISORY,
        Check.AUTO,
        provincial_pilot,
    ),
)
