"""The year of a platform's records: the host confirms, the bureau accepts or returns."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.actor import Actor
from core.errors import Invalid, NotNow
from filings.models import Entity
from filings.services import duties
from platforms.models import RecordsYear
from platforms.permissions import record_confirmer, record_officer
from platforms.selectors import figures
from platforms.types import of


@transaction.atomic
def confirm(*, actor: Actor, entity: Entity, year: int) -> RecordsYear:
    """The records of a year that is over are complete; from now on they are locked. Raises NotAllowed, NotNow, Invalid."""
    record_confirmer.require(actor, entity)
    Entity.objects.select_for_update(of=("self",), no_key=True).get(pk=entity.pk)
    if not of(entity.kind).traits.records:
        raise NotNow.one("none", _("这类平台没有业务台账。"))
    if not entity.valid_from.year <= year < clock.today().year:
        raise Invalid.one("year", _("只能确认已经结束的年度"), "year")
    row, _made = RecordsYear.objects.get_or_create(entity=entity, year=year)
    if row.is_confirmed:
        raise NotNow.one("confirmed", _("%(year)s 年度台账已经确认。") % {"year": year})
    row.confirmed_at, row.confirmed_by = clock.now(), actor.user
    row.figures = figures.as_stored(entity, year)
    row.returned_at = row.returned_by = None
    row.return_reason = ""
    row.save()
    _sync(entity)
    audit.record("records.confirm", actor=actor, obj=row, detail={"entity": entity.code, "year": year})
    return row


@transaction.atomic
def accept(*, actor: Actor, row: RecordsYear) -> RecordsYear:
    """The officer has read it. Raises NotAllowed, NotNow."""
    held = _held(actor, row)
    if held.accepted_at is not None:
        raise NotNow.one("accepted", _("该年度台账已经核收。"))
    held.accepted_at, held.accepted_by = clock.now(), actor.user
    held.save(update_fields=["accepted_at", "accepted_by"])
    audit.record("records.accept", actor=actor, obj=held, detail={"entity": held.entity.code})
    return held


@transaction.atomic
def send_back(*, actor: Actor, row: RecordsYear, reason: str) -> RecordsYear:
    """The host is to put it right: its records of that year open again. Raises NotAllowed, NotNow, Invalid."""
    held = _held(actor, row)
    if not reason.strip():
        raise Invalid.one("reason", _("请写明退回原因"), "reason")
    held.returned_at, held.returned_by, held.return_reason = clock.now(), actor.user, reason.strip()[:500]
    held.confirmed_at = held.confirmed_by = held.accepted_at = held.accepted_by = None
    held.save()
    _sync(held.entity)
    audit.record("records.send_back", actor=actor, obj=held, detail={"entity": held.entity.code})
    return held


def _held(actor: Actor, row: RecordsYear) -> RecordsYear:
    record_officer.require(actor, row.entity)
    Entity.objects.select_for_update(of=("self",), no_key=True).get(pk=row.entity_id)
    held = RecordsYear.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if not held.is_confirmed:
        raise NotNow.one("open", _("单位尚未确认该年度台账。"))
    return held


def _sync(entity: Entity) -> None:
    duties.sync_scope(f"platformrecords:{entity.pk}")
