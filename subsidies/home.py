"""The block on a unit's home."""

from __future__ import annotations

from typing import Any

from core import clock
from core.actor import Actor
from subsidies.presentation.found import block
from subsidies.selectors.finding import Rules
from subsidies.selectors.holdings import held_by
from subsidies.selectors.offers import offered


def found(actor: Actor) -> dict[str, Any] | None:
    """What the acting unit can claim; None where there is nothing to say."""
    if actor.organisation is None:
        return None
    today = clock.today()
    rules, unit = Rules(today), actor.organisation
    told = rules.match(held_by([unit], today)[0])
    return block(told, today, rules.names, offered(unit, told.matches))
