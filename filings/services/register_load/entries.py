"""What was loaded is looked at by the unit it is about: it confirms, or says what is wrong."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.actor import Actor
from core.errors import NotNow
from filings.enums import DutyStanding, EntityOrigin
from filings.models import Duty, Entity, Problem
from filings.permissions_entity import entity_lead, entity_lead_signer
from filings.selectors import owed_entry
from filings.services import duties, problems
from filings.services.register_load.writing import parts


@transaction.atomic
def confirm_entry(*, actor: Actor, entity: Entity) -> Entity:
    """The lead says that what was loaded about its entity is right. Raises NotAllowed, NotNow."""
    entity_lead_signer.require(actor, entity)
    row = Entity.objects.select_for_update(of=("self",), no_key=True).get(pk=entity.pk)
    if row.origin != EntityOrigin.LOAD or row.confirmed_at is not None:
        raise NotNow.one("confirmed", _("该主体的登记信息已经核对确认。"))
    row.confirmed_at, row.confirmed_by = clock.now(), actor.user
    row.save(update_fields=["confirmed_at", "confirmed_by"])
    audit.record("entity.entry_confirmed", actor=actor, obj=row, detail={"code": row.code})
    duties.sync_scope(f"{owed_entry.NAME}:{row.pk}")
    return row


def report_entry(*, actor: Actor, entity: Entity, text: str) -> Problem:
    """The lead says what is wrong; the officers answer it like any other problem. Raises NotAllowed, NotNow, Invalid."""
    entity_lead.require(actor, entity)
    return problems.raise_problem(
        actor=actor, entity=entity, title=_("名录导入的登记信息有误，请更正"), text=text
    )


def open_duties(pks: Sequence[int]) -> int:
    """Duties of what has just been loaded, for leads that have people here; in the transaction of the load.

    The others are found by the nightly look once somebody belongs to them.
    """
    opened = 0
    for part in parts(list(pks)):
        rows = Entity.objects.filter(pk__in=part).select_related("lead__district")
        first = owed_entry.first_people({row.lead_id for row in rows})
        found = [
            (row.pk, owed_entry.owed_by(row, first[row.lead_id])) for row in rows if row.lead_id in first
        ]
        opened += len(
            Duty.objects.bulk_create(
                Duty(
                    scope=f"{owed_entry.NAME}:{pk}",
                    key=owed.key,
                    created_at=clock.now(),
                    standing=DutyStanding.OPEN,
                    **duties.row_of(owed),
                )
                for pk, owed in found
            )
        )
    return opened
