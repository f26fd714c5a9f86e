"""Proposal by the case officer, decision by a second person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core import clock
from core.actor import Actor
from core.workflow import Transition
from filings.enums import SETS_VALIDITY
from filings.models import Decision, Filing
from filings.services.transition import perform

Result = Decision.Result


def propose(
    *,
    actor: Actor,
    filing: Filing,
    months: Any = "",
    award: Mapping[str, Any] | None = None,
    comment: str = "",
    version: int | None = None,
) -> Filing:
    """Propose to file for `months` months (ignored where the filing leaves the dates as they are).

    `award`: what a programme asks besides (`Hooks.asks`). Invalid when over the law's longest or a condition stands
    in the way.
    """

    def effect(row: Filing, transition: Transition, who: Actor, given: Mapping[str, Any]) -> None:
        Decision.objects.create(
            filing=row,
            months=given["months"] or None,
            opinion=str(given["comment"]),
            proposed_by=who.user,
            proposed_at=clock.now(),
        )

    return perform(
        filing,
        "propose",
        actor=actor,
        comment=comment,
        data={
            "months": whole(months) if filing.action in SETS_VALIDITY else None,
            "award": dict(award or {}),
        },
        effect=effect,
        version=version,
    )


def whole(value: Any) -> Any:
    """A whole number as int; anything else unchanged, for the guard to refuse."""
    text = str(value).strip()
    return int(text) if text.isdecimal() and len(text) < 6 else value


def _decide(row: Filing, who: Actor, result: str, comment: str) -> None:
    row.decisions.filter(result=Result.OPEN).update(
        result=result, decided_by=who.user, decided_at=clock.now(), comment=comment
    )


def confirm(*, actor: Actor, filing: Filing, comment: str = "", version: int | None = None) -> Filing:
    """The second person agrees; granted waivers are confirmed with it."""

    def effect(row: Filing, transition: Transition, who: Actor, given: Mapping[str, Any]) -> None:
        _decide(row, who, Result.CONFIRMED, str(given["comment"]))
        for waiver in row.waivers.filter(granted_at__isnull=False):
            waiver.confirmed_by, waiver.confirmed_at = who.user, clock.now()
            waiver.save(update_fields=["confirmed_by", "confirmed_at"])

    return perform(filing, "confirm", actor=actor, comment=comment, effect=effect, version=version)


def send_back(*, actor: Actor, filing: Filing, comment: str, version: int | None = None) -> Filing:
    """The second person returns the proposal with a reason."""

    def effect(row: Filing, transition: Transition, who: Actor, given: Mapping[str, Any]) -> None:
        _decide(row, who, Result.SENT_BACK, str(given["comment"]))

    return perform(filing, "send_back", actor=actor, comment=comment, effect=effect, version=version)


def reject(*, actor: Actor, filing: Filing, comment: str, version: int | None = None) -> Filing:
    """不予备案, with its reason; on notice only after an objection was upheld."""

    def effect(row: Filing, transition: Transition, who: Actor, given: Mapping[str, Any]) -> None:
        _decide(row, who, Result.REJECTED, str(given["comment"]))
        row.notices.filter(closed_at=None).update(
            closed_at=clock.now(), withdrawn_reason=str(given["comment"])
        )

    return perform(filing, "reject", actor=actor, comment=comment, effect=effect, version=version)
