"""Commissioned agencies and what stands between them and the evaluated. No writes."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Organisation
from core import clock
from core.actor import Actor
from evaluation.enums import GATHERING
from evaluation.models import Round
from filings.models import Entity, EntityMember, ExpertTie
from policy.law import law_on

#: Sentences shown of a kind; the rest is counted.
SHOWN = 5


def commissioned(actor: Actor) -> QuerySet[Round]:
    """Rounds that the actor's unit was commissioned with and that have been opened, the newest first."""
    if actor.organisation is None:
        return Round.objects.none()
    rows = Round.objects.filter(agency=actor.organisation, opened_at__isnull=False)
    return rows.select_related("authority", "scheme").order_by("-opened_at")


def waiting(actor: Actor) -> QuerySet[Round]:
    """Those whose figures can still be remarked on."""
    return commissioned(actor).filter(state__in=GATHERING)


def conflicts(round: Round, agency: Organisation | None) -> list[str]:
    """Why an agency may not evaluate in a round, in sentences; empty when it may.

    It leads or belongs to what is evaluated, or did within the years that count; it belongs to something else together
    with a unit of that; one of its people in the pool of experts has declared a tie to such a unit.
    """
    if agency is None:
        return []
    return _all(agency, evaluated(round), since(round))


def conflicts_with(round: Round, agency: Organisation, entity: Entity) -> list[str]:
    """The same for one entity: somebody may have joined since the agency was commissioned."""
    return _all(agency, Entity.objects.filter(pk=entity.pk), since(round))


def evaluated(round: Round) -> QuerySet[Entity]:
    """The frozen population; before it is frozen, everything of the scheme's kinds under the authority."""
    if round.pk and round.entities.filter(included=True).exists():
        return Entity.objects.filter(evaluations__round=round, evaluations__included=True)
    return Entity.objects.filter(authority=round.authority, kind__in=round.scheme.kinds)


def since(round: Round) -> datetime.date:
    """From which day on a membership or tie that has ended still counts."""
    place = round.authority.jurisdiction
    law = law_on(clock.today(), place.code if place is not None else "")
    return clock.today() - timedelta(days=365 * int(law.value("procedure.conflict_years")))


def _all(agency: Organisation, entities: QuerySet[Entity], day: datetime.date) -> list[str]:
    recent = Q(until=None) | Q(until__gte=day)
    found = _told(_own(agency, entities, recent), _("另有 %(n)s 个主体与该机构存在同样的利益冲突"))
    members = EntityMember.objects.filter(recent, entity__in=entities).values("organisation")
    leads = entities.values("lead")
    units = Organisation.objects.filter(Q(pk__in=members) | Q(pk__in=leads)).exclude(pk=agency.pk)
    found += _told(_together(agency, entities, units, recent), _("另有 %(n)s 个单位与该机构同为其他主体成员"))
    return found + _told(_ties(agency, units, recent), _("另有 %(n)s 项利害关系"))


def _told(sentences: Iterator[str], rest: str) -> list[str]:
    every = list(dict.fromkeys(sentences))
    more = len(every) - SHOWN
    return every[:SHOWN] + ([rest % {"n": more}] if more > 0 else [])


def _own(agency: Organisation, entities: QuerySet[Entity], recent: Q) -> Iterator[str]:
    led = entities.filter(lead=agency).values_list("name", flat=True)
    belongs = EntityMember.objects.filter(recent, organisation=agency, entity__in=entities)
    for name in sorted({*led, *belongs.values_list("entity__name", flat=True)}):
        yield _("该机构是“%(name)s”的参与单位，存在利益冲突") % {"name": name}


def _together(
    agency: Organisation, entities: QuerySet[Entity], units: QuerySet[Organisation], recent: Q
) -> Iterator[str]:
    """Members of something that is not evaluated here, within the years that count."""
    places = EntityMember.objects.filter(recent, organisation=agency).exclude(entity__in=entities)
    rows = EntityMember.objects.filter(recent, entity__in=places.values("entity"), organisation__in=units)
    text = _("该机构与参评单位“%(unit)s”同为“%(entity)s”成员，存在利益冲突")
    for unit, entity in rows.order_by("pk").values_list("organisation__name", "entity__name"):
        yield text % {"unit": unit, "entity": entity}


def _ties(agency: Organisation, units: QuerySet[Organisation], recent: Q) -> Iterator[str]:
    """What people of the agency have declared as experts."""
    rows = ExpertTie.objects.filter(recent, expert__employer=agency, organisation__in=units)
    text = _("该机构人员与参评单位“%(unit)s”存在%(kind)s关系")
    for tie in rows.select_related("organisation").order_by("pk"):
        yield text % {"unit": tie.organisation.name, "kind": tie.get_kind_display()}
