"""Open claims and offers that a change of the policy touches; what is decided keeps its law."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import clock
from filings.enums import FINAL_STATES, State
from policy.book import covers
from policy.models import Change
from policy.registry import Affected
from subsidies.selectors import claims, offers
from subsidies.selectors.measures import in_force
from subsidies.selectors.scenarios import rests_on
from subsidies.terms import Terms

SHOWN = 6
SETTINGS = "subsidy."


def touched(change: Change) -> set[str]:
    """Measures whose amount or conditions rest on what changes."""
    known = _reached(change)
    if change.parameter is not None:
        stem = change.parameter.key.partition(".")[0]
        return {terms.key for terms in known if stem in rests_on(terms)}
    if change.reading is None:
        return set()
    found = {terms.key for terms in known if change.reading.key in _doubts(terms)}
    # a doubt about no single measure (overlaps, quotas, who stacks) is one about all of them
    general = not found and change.reading.setting.startswith(SETTINGS)
    return {terms.key for terms in known} if general else found


def _reached(change: Change) -> list[Terms]:
    """Measures that are law where the change holds, and those of places below it."""
    here, everywhere = in_force(change.valid_from, change.place_id), in_force(change.valid_from)
    below = (terms for key, terms in everywhere.items() if key not in here)
    return [*here.values(), *(terms for terms in below if covers(change.place_id, terms.law.place))]


def _doubts(terms: Terms) -> set[str]:
    items = [terms.law.item(key) for key in rests_on(terms) if terms.law.applies(key)]
    return {key for item in items for key in item.data.get("amb", ())}


def affected_claims(change: Change) -> Affected | None:
    """Claims that are not decided and whose matter is of the day the change begins or later, or has no day yet.

    Drafts belong to their authors: they are counted, submitted claims are named.
    """
    keys = touched(change)
    if not keys:
        return None
    later = Q(content__claim__on__gte=change.valid_from.isoformat()) | Q(content__claim__on__isnull=True)
    rows = claims.claims().filter(later | Q(content__claim__on=""), content__claim__measure__in=sorted(keys))
    rows = rows.exclude(state__in=FINAL_STATES).order_by("-pk")
    count = rows.count()
    if not count:
        return None
    named = rows.exclude(state=State.DRAFT)[:SHOWN]
    examples = tuple((one.title, reverse("filings:desk_case", args=[one.pk])) for one in named)
    return Affected(_("在办申领"), count, examples)


def affected_offers(change: Change) -> Affected | None:
    """免申即享 offers that stand today and nobody has answered: their amount or their ground may become another one."""
    keys = touched(change)
    if not keys:
        return None
    reached = [
        one
        for one in offers.standing(clock.today(), sorted(keys))
        if one.match.subject and covers(change.place_id, one.match.subject.place)
    ]
    if not reached:
        return None
    examples = tuple(
        (f"{one.match.subject.name}：{one.match.terms.label}", reverse("filings:entity", args=[one.code]))
        for one in reached[:SHOWN]
        if one.match.subject
    )
    return Affected(_("待领取的免申即享"), len(reached), examples)
