"""Commissioned agencies and what stands between them and the evaluated. No writes."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Organisation
from core import clock
from evaluation.models import Round
from filings.models import Entity, EntityMember
from policy.law import law_on

#: Sentences shown; the rest is counted.
SHOWN = 5


def conflicts(round: Round, agency: Organisation | None) -> list[str]:
    """Why an agency may not evaluate in a round: it leads or belongs, or did within the years that count."""
    if agency is None:
        return []
    place = round.authority.jurisdiction
    law = law_on(clock.today(), place.code if place is not None else "")
    since = clock.today() - timedelta(days=365 * int(law.value("procedure.conflict_years")))
    evaluated = Entity.objects.filter(authority=round.authority, kind__in=round.scheme.kinds)
    if round.pk and round.entities.filter(included=True).exists():
        evaluated = Entity.objects.filter(evaluations__round=round, evaluations__included=True)
    led = evaluated.filter(lead=agency).values_list("name", flat=True)
    belongs = EntityMember.objects.filter(
        Q(until=None) | Q(until__gte=since), organisation=agency, entity__in=evaluated
    )
    names = sorted({*led, *belongs.values_list("entity__name", flat=True)})
    found = [_("该机构是“%(name)s”的参与单位，存在利益冲突") % {"name": name} for name in names[:SHOWN]]
    if len(names) > SHOWN:
        found.append(_("另有 %(n)s 个主体与该机构存在同样的利益冲突") % {"n": len(names) - SHOWN})
    return found
