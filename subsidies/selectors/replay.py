"""Computing a stored award again: from what was kept with it, byte for byte the same; or under another law."""

from __future__ import annotations

from typing import Any

from core.canonical import canonical_json, digest
from subsidies.models import Award
from subsidies.selectors.computing import LawOn
from subsidies.selectors.computing import computed as compute


def recompute(award: Award, law: LawOn | None = None) -> dict[str, Any]:
    """`result` of an award again. `law(day, place)`: the law to read instead of the one kept with it.

    Pure over what is stored; KeyError where the measure is not in that law.
    """
    return compute(award.asked, law).result


def seal(asked: Any, result: Any) -> str:
    """SHA-256 over what was asked and what came out."""
    return digest({"asked": asked, "result": result})


def differences(award: Award) -> list[str]:
    """What is not as it was decided, in words for an auditor; empty when everything is."""
    found = []
    if seal(award.asked, award.result) != award.sha256:
        found.append("sha256")
    again = recompute(award)
    if canonical_json(again) != canonical_json(award.result):
        found.append("result")
    if f"{award.amount:.2f}" != _amount(again):
        found.append("amount")
    return found


def _amount(result: dict[str, Any]) -> str:
    return str(result["amount"] or "0.00")
