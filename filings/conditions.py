"""Conditions: pure functions over facts and law. No ORM, no clock.

A condition is declared by its programme as data; its figure and its clause come from the law in
force (`policy.law.Law`), never from code. `judge` returns one `Judgement` per condition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.utils.translation import gettext as _

from filings.enums import Check, Stage, Strength

Facts = Mapping[str, Any]


class LawLike(Protocol):
    """What a condition may ask of the law: a figure with its clause, a reading, an editable list."""

    def value(self, key: str, default: Any = None) -> Any: ...
    def cite(self, key: str) -> str: ...
    def reading(self, setting: str) -> Any: ...
    def list(self, key: str) -> Any: ...


@dataclass(frozen=True)
class Finding:
    """What a test says: met (True, False or None for not yet decidable), and a sentence for people."""

    met: bool | None
    message: str
    fields: tuple[str, ...] = ()  # "section.field" anchors where it can be mended


@dataclass(frozen=True)
class Condition:
    """One `elig_*` id of the catalogue."""

    key: str
    label: Any
    strength: Strength
    check: Check
    test: Callable[[Facts, LawLike], Finding]
    hint: Any = ""
    evidence: tuple[str, ...] = ()  # sections an examiner or expert reads for it
    strength_in: Callable[[LawLike], Strength] | None = None

    @property
    def stage(self) -> Stage:
        """Machine and document checks bind at submission, experts' judgements at the proposal."""
        return Stage.PROPOSAL if self.check == Check.EXPERT else Stage.SUBMISSION


@dataclass(frozen=True)
class Judgement:
    """A condition with what was found, the clause and the waiver, if any."""

    condition: str
    label: str
    strength: Strength
    stage: Stage
    check: Check
    met: bool | None
    message: str
    clause: str
    fields: tuple[str, ...] = ()
    hint: str = ""
    waiver: Mapping[str, Any] | None = field(default=None)

    @property
    def blocks_submission(self) -> bool:
        """A hard machine or document check that fails, or an in-principle shortfall without a written reason."""
        if self.stage != Stage.SUBMISSION or self.met is not False:
            return False
        if self.strength == Strength.HARD:
            return True
        return self.strength == Strength.IN_PRINCIPLE and not (self.waiver or {}).get("applicant_reason")

    @property
    def blocks_proposal(self) -> bool:
        """What stands in the way of a proposal to file: hard and unmet, or in principle without an officer's waiver."""
        if self.strength == Strength.HARD:
            return self.met is False or (self.stage == Stage.PROPOSAL and self.met is None)
        return (
            self.strength == Strength.IN_PRINCIPLE
            and self.met is False
            and not (self.waiver or {}).get("granted")
        )


def judge(
    conditions: Iterable[Condition],
    facts: Facts,
    law: LawLike,
    waivers: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[Judgement]:
    """Judge every condition against the facts under the law; waivers are keyed by condition."""
    waivers = waivers or {}
    result = []
    for condition in conditions:
        found = condition.test(facts, law)
        strength = condition.strength_in(law) if condition.strength_in else condition.strength
        result.append(
            Judgement(
                condition=condition.key,
                label=str(condition.label),
                strength=strength,
                stage=condition.stage,
                check=condition.check,
                met=found.met,
                message=found.message,
                clause=law.cite(condition.key),
                fields=found.fields,
                hint=str(condition.hint),
                waiver=waivers.get(condition.key),
            )
        )
    return result


# --- tests that recur in the catalogue's operators -----------------------------------------


def expert(fact: str, question: str) -> Callable[[Facts, LawLike], Finding]:
    """Operator `expert_pass`: the panel's verdict, None until it has spoken."""

    def test(facts: Facts, law: LawLike) -> Finding:
        verdict = facts.get("verdicts", {}).get(fact)
        if verdict is None:
            return Finding(None, _("由评审专家判断"))
        return Finding(bool(verdict), _("专家组认为符合") if verdict else _("专家组认为不符合"))

    return test


def covers_all(
    fact: str, wanted: Mapping[str, Any], anchor: Callable[[str], str]
) -> Callable[[Facts, LawLike], Finding]:
    """Operator `covers_all`: every wanted key is present in the fact's set."""

    def test(facts: Facts, law: LawLike) -> Finding:
        present = facts.get(fact) or set()
        missing = [key for key in wanted if key not in present]
        if not missing:
            return Finding(True, _("%(n)s 项齐备") % {"n": len(wanted)})
        names = "、".join(str(wanted[key]) for key in missing)
        return Finding(False, _("尚缺：%(names)s") % {"names": names}, tuple(anchor(key) for key in missing))

    return test


def count_at_least(fact: str, key: str, unit: Any, anchor: str) -> Callable[[Facts, LawLike], Finding]:
    """Operator `count_gte`: the count is not below the figure the law holds under `key`."""

    def test(facts: Facts, law: LawLike) -> Finding:
        have, need = int(facts.get(fact) or 0), int(law.value(key))
        text = _("现有 %(have)s %(unit)s，要求不少于 %(need)s %(unit)s") % {
            "have": have,
            "need": need,
            "unit": unit,
        }
        return Finding(have >= need, text, () if have >= need else (anchor,))

    return test
