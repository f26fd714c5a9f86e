"""免申即享: an offer taken with consent and an account, declined, or taken up again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Rule
from core import audit, clock
from core.actor import Actor
from core.errors import NotNow, NotVisible
from filings.models import Entity, Filing
from filings.selectors.entities import get_visible
from filings.services import duties, saving, submission
from subsidies.models import DeclinedOffer
from subsidies.permissions_finding import offer_decider, offer_taker
from subsidies.selectors import offers
from subsidies.selectors.offers import NAME, Offer, under_way
from subsidies.services import claims

CONSENT = ("truthful", "not_elsewhere", "consent")


@transaction.atomic
def accept(
    *, actor: Actor, code: str, measure: str, payee: Mapping[str, Any], contact: Mapping[str, Any]
) -> Filing:
    """The claim of an offer, filled from the register and submitted; asked again, the one that is there.

    `payee`: account_name, bank, account_number; `contact`: contact_name, contact_phone. The caller has the consent of
    the unit. Raises NotVisible for what is not offered to it, Invalid for a bad account.
    """
    entity = _locked(actor, code, offer_taker)
    try:
        offer = offers.get(actor, code, measure)
    except NotVisible:
        claim = under_way(actor.organisation, measure, entity)
        if claim is None:
            raise
        return claim
    if offer.declined is not None:
        _resume(actor, entity, offer.declined)
    facts = {fact.name: fact.value for fact in offer.match.facts}
    made = claims.start(actor=actor, measure=measure, entity=entity, facts=facts, offered=True)
    content = {"claim": dict(contact), "payee": dict(payee), "declaration": dict.fromkeys(CONSENT, True)}
    saving.save_content(actor=actor, filing=made, content=content, version=None)
    made.refresh_from_db()
    made = submission.submit(actor=actor, filing=made)
    audit.record("offer.accepted", actor=actor, obj=made, detail={"measure": measure, "entity": code})
    duties.sync_scope(f"{NAME}:{entity.pk}")
    return made


@transaction.atomic
def decline(*, actor: Actor, code: str, measure: str, reason: str = "") -> DeclinedOffer:
    """Not now: no longer offered until it is taken up again. Declining twice is declining once. Raises NotAllowed."""
    entity = _locked(actor, code, offer_decider)
    offer = offers.get(actor, code, measure)
    if offer.declined is not None:
        return offer.declined
    made = DeclinedOffer.objects.create(
        entity=entity, measure=measure, reason=reason.strip(), declined_at=clock.now(), declined_by=actor.user
    )
    audit.record("offer.declined", actor=actor, obj=entity, detail={"measure": measure, "reason": reason})
    duties.sync_scope(f"{NAME}:{entity.pk}")
    return made


@transaction.atomic
def resume(*, actor: Actor, code: str, measure: str) -> Offer:
    """Offered again, until its last day. Raises NotAllowed; NotNow where nothing was declined."""
    entity = _locked(actor, code, offer_decider)
    offer = offers.get(actor, code, measure)
    if offer.declined is None:
        raise NotNow.one("not_declined", _("该项没有选择暂不申领。"))
    _resume(actor, entity, offer.declined)
    duties.sync_scope(f"{NAME}:{entity.pk}")
    return offers.get(actor, code, measure)


def _resume(actor: Actor, entity: Entity, row: DeclinedOffer) -> None:
    row.resumed_at, row.resumed_by = clock.now(), actor.user
    row.save(update_fields=["resumed_at", "resumed_by"])
    audit.record("offer.resumed", actor=actor, obj=entity, detail={"measure": row.measure})


def _locked(actor: Actor, code: str, rule: Rule) -> Entity:
    """The entity, which the actor's unit leads, so that two clicks come one after the other."""
    rule.require(actor)
    entity = get_visible(actor, code)
    if entity.lead_id != actor.organisation_id:
        raise NotVisible
    return Entity.objects.select_for_update(of=("self",)).select_related("lead__district").get(pk=entity.pk)
