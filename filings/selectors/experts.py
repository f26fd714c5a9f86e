"""The pool and the conflicts the portal can compute from its own records."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core import clock
from filings.models import EntityMember, Expert, Filing
from filings.selectors.reading import active_participants, law_for


def pool(filing: Filing) -> QuerySet[Expert]:
    """Experts who may be drawn."""
    return (
        Expert.objects.filter(is_active=True)
        .select_related("user", "employer")
        .prefetch_related("ties__organisation", "user__memberships")
    )


def conflicts_of(filing: Filing, expert: Expert) -> list[str]:
    """Grounds for standing aside, as sentences: employer takes part, membership, declared tie, shared consortium."""
    units = {p.organisation_id: p.organisation.name for p in active_participants(filing)}
    since = clock.today() - timedelta(days=365 * int(law_for(filing).value("procedure.conflict_years")))
    found = []
    if expert.employer_id in units:
        found.append(_("任职单位“%(name)s”参与本次申报") % {"name": units[expert.employer_id]})
    for membership in expert.user.memberships.all():
        if membership.organisation_id in units and _overlaps(membership.since, membership.until, since):
            found.append(_("在参与单位“%(name)s”有账户角色") % {"name": units[membership.organisation_id]})
    for tie in expert.ties.all():
        if tie.organisation_id in units and _overlaps(tie.since, tie.until, since):
            found.append(
                _("与“%(name)s”存在%(kind)s关系")
                % {"name": units[tie.organisation_id], "kind": tie.get_kind_display()}
            )
    found += _shared_entities(expert, set(units), since)
    return list(dict.fromkeys(found))


def _overlaps(start: date | None, end: date | None, since: date) -> bool:
    return end is None or end >= since


def _shared_entities(expert: Expert, units: set[int], since: date) -> list[str]:
    """The expert's employer and a unit of this filing were members of one entity within the years that count."""
    if expert.employer_id is None:
        return []
    recent = Q(until=None) | Q(until__gte=since)
    theirs = EntityMember.objects.filter(recent, organisation_id=expert.employer_id).values("entity_id")
    shared = EntityMember.objects.filter(
        recent, entity_id__in=theirs, organisation_id__in=units
    ).select_related("entity", "organisation")
    return [
        _("任职单位与“%(unit)s”同为“%(entity)s”成员") % {"unit": m.organisation.name, "entity": m.entity.name}
        for m in shared
    ]
