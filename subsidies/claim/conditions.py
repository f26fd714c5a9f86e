"""What must hold for a claim to be accepted: the conditions of its measure, looked at by the examiner.

Where the policy's own test can be answered from the register or from what was stated, the machine says so beforehand.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from filings.conditions import Condition, Facts, Finding, LawLike
from filings.enums import Check, Strength
from platforms.conditions import BY_KEY
from subsidies.terms import Terms

#: The fact each test of the platform policy reads, where a claim knows it.
ANSWERED = {
    "elig_platform_award_new": "approval_level",
    "elig_inc_recognition": "recognition_level",
    "elig_mak_recognition": "recognition_level",
    "elig_usp_recognition": "provincial_subsidy_received",
    "elig_voucher_user": "provincial_voucher_received",
}


def conditions_of(terms: Terms, names: Mapping[str, str], *, offered: bool) -> tuple[Condition, ...]:
    """The conditions of a measure, each checked against the papers, or the register where it was offered from there."""
    return tuple(
        Condition(
            key,
            str(BY_KEY[key].label) if key in BY_KEY else names.get(key, key),
            Strength.HARD,
            Check.DOCUMENT,
            _test(key),
            evidence=("facts",) if offered else ("evidence", "facts"),
        )
        for key in terms.requires
    )


def _test(key: str) -> Any:
    def test(facts: Facts, law: LawLike) -> Finding:
        fact = ANSWERED.get(key)
        if fact is None or facts.get(fact) in (None, ""):
            return Finding(None, gettext("由经办人核验材料"))
        return BY_KEY[key].test(facts, law)

    return test


def gather(filing: Any) -> dict[str, Any]:
    """The facts those tests read: of the entity on the register, else as stated."""
    stated = filing.content.get("facts", {})
    level = stated.get("level") or (filing.entity.level if filing.entity else "")
    paid = stated.get("provincial_subsidy")
    return {
        "approval_level": level,
        "recognition_level": level,
        "provincial_subsidy_received": paid,
        "provincial_voucher_received": paid,
    }
