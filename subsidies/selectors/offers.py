"""免申即享: what the portal offers a unit without an application, derived from the register each time it is asked. No writes.

An offer is a match of a measure the bureau named (`procedure.claim_free`), with a fixed amount, whose approval stands on
the register with its document. It ends on the last day the measure can be claimed; who took it or declined it is not
offered it again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from accounts.enums import UNIT_ROLES
from accounts.models import Membership, Organisation
from accounts.selectors import in_force
from core import clock
from core.actor import Actor
from core.errors import NotVisible
from filings.enums import DutyKind, EntityState, State
from filings.models import Entity, EntityLevel, Filing
from filings.models.filing import ENDS_UNHAPPILY
from filings.owed import Owed
from subsidies.matching import Match
from subsidies.models import DeclinedOffer
from subsidies.needs import first_day
from subsidies.selectors.claims import claims
from subsidies.selectors.finding import CLAIM_FREE, Rules, is_claim_free
from subsidies.selectors.holdings import held_by
from subsidies.terms import money

NAME = "offer"


@dataclass(frozen=True)
class Offer:
    """One measure offered for one entity. `declined` is the decision that stands, None where nobody declined."""

    match: Match
    unit: Organisation
    declined: DeclinedOffer | None = None

    @property
    def measure(self) -> str:
        """Its id."""
        return self.match.measure

    @property
    def code(self) -> str:
        """The entity's code on the register."""
        return self.match.subject.code if self.match.subject else ""

    @property
    def entity_id(self) -> int:
        """The entity."""
        return (self.match.subject.entity_id if self.match.subject else None) or 0


def offers_of(unit: Organisation, on: date) -> list[Offer]:
    """Everything offered to a unit on a day, declined ones included."""
    return offered(unit, Rules(on).match(held_by([unit], on)[0]).matches)


def offered(unit: Organisation, matches: Iterable[Match]) -> list[Offer]:
    """Of a unit's matches those that are offered. One query."""
    return _among((unit, one) for one in matches)


def standing(on: date, keys: Iterable[str]) -> list[Offer]:
    """What is offered of some measures to anybody and was not declined. A fixed number of queries."""
    leads = Entity.objects.filter(pk__in=list(living())).values("lead_id")
    units, rules = list(Organisation.objects.filter(pk__in=leads).select_related("district")), Rules(on)
    wanted = list(keys)
    held = zip(units, held_by(units, on), strict=True)
    found = _among((unit, one) for unit, has in held for one in rules.match(has, wanted).matches)
    return [one for one in found if one.declined is None]


def _among(matches: Iterable[tuple[Organisation, Match]]) -> list[Offer]:
    free = [
        Offer(one, unit) for unit, one in matches if one.subject and one.subject.leads and is_claim_free(one)
    ]
    if not free:
        return []
    rows = DeclinedOffer.objects.filter(entity__code__in={one.code for one in free}, resumed_at=None)
    declined = {(row.entity_id, row.measure): row for row in rows}
    return [replace(one, declined=declined.get((one.entity_id, one.measure))) for one in free]


def get(actor: Actor, code: str, measure: str) -> Offer:
    """The offer of a measure for an entity of the acting unit. Raises NotVisible, also for those of other units."""
    if actor.organisation is not None:
        for one in offers_of(actor.organisation, clock.today()):
            if (one.code, one.measure) == (code, measure):
                return one
    raise NotVisible


def under_way(unit: Organisation, measure: str, entity: Entity) -> Filing | None:
    """The claim that a unit has handed in for a measure and an entity, if there is one."""
    rows = claims().filter(applicant=unit, entity=entity, content__claim__measure=measure)
    return rows.exclude(state__in=(State.DRAFT, *ENDS_UNHAPPILY)).order_by("pk").last()


# --- what is owed: to say yes or no by the last day ---


def owed(pk: int) -> list[Owed]:
    """Source `offer`, by the entity's number."""
    entity = Entity.objects.select_related("lead__district").filter(pk=pk).first()
    if entity is None:
        return []
    found = (one for one in offers_of(entity.lead, clock.today()) if one.entity_id == pk)
    return [_owed(entity, one) for one in found if one.declined is None]


def _owed(entity: Entity, one: Offer) -> Owed:
    match = one.match
    # a claim-free measure has a step, see `is_claim_free`
    day = match.step.day if match.step else clock.today()
    begun = max(match.step.since, day) if match.step else day
    said = {"name": entity.name, "label": match.terms.label, "amount": money(match.outcome.pays)}
    return Owed(
        key=one.measure,
        kind=DutyKind.AWARD_OFFER.value,
        title=_("免申即享：“%(name)s”可领取%(label)s %(amount)s") % said,
        due_at=clock.end_of_day(match.deadline or day),
        opens_on=begun,
        organisation_id=entity.lead_id,
        authority_id=entity.authority_id,
        entity_id=entity.pk,
        clause=match.terms.law.cite(one.measure),
    )


def living() -> Iterable[int]:
    """Entities approved at some level of late, with the document, whose lead has people here."""
    rules = Rules(clock.today())
    firsts = []
    for key, one in rules.known.items():
        terms = rules.terms(key, one.place)
        if terms is not None and key in terms.law.value(CLAIM_FREE, ()):
            firsts.append(first_day(terms, rules.on))
    if not firsts:
        return []
    peopled = Membership.objects.filter(in_force(), role__in=UNIT_ROLES).values("organisation_id")
    rows = EntityLevel.objects.filter(
        document_date__gte=min(firsts), entity__standing=EntityState.REGISTERED, entity__lead__in=peopled
    ).exclude(document_number="")
    return rows.values_list("entity_id", flat=True).distinct().iterator()
