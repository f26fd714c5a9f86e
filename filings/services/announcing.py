"""公告: what was decided of an entity is told to the public. In the caller's transaction."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core import clock, workdays
from core.actor import Actor
from core.numbering import next_number
from filings.models import Cancellation, Entity, Notice
from filings.selectors.lifecycle import law_of


def cancelled(row: Cancellation, entity: Entity, label: str, who: Actor) -> Notice:
    """公告: what was cancelled, on what ground; no objections, and nothing of the hearing."""
    days = int(law_of(entity).value("procedure.notice"))
    today, city = clock.today(), entity.spec.city_code
    return Notice.objects.create(
        cancellation=row,
        number=f"{city}-GG-{today.year}-{next_number('announcement.' + city, today.year):04d}",
        title=entity.spec.say(_("关于取消“%(name)s”%(act)s资格的公告"), name=entity.name),
        body={
            "programme": str(entity.spec.label),
            "name": entity.name,
            "code": entity.code,
            "lead": entity.lead.name,
            "lead_label": str(entity.spec.words.lead),
            "act": str(entity.spec.words.act),
            "ground": label,
            "clause": row.clause,
            "on": today.isoformat(),
            "authority": entity.authority.name,
            "contact": {"phone": entity.authority.contact_phone, "address": entity.authority.address},
        },
        starts_on=today,
        ends_on=workdays.add_workdays(today, days),
        days=days,
        published_at=clock.now(),
        published_by=who.user,
    )
