"""One cancellation as an actor may know of it. No writes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from core.actor import Actor
from core.errors import NotVisible
from core.models import AuditEntry
from filings import permissions_entity as may
from filings.models import Cancellation


def reads_as_staff(actor: Actor, row: Cancellation) -> bool:
    """The bureau and the district: also what is internal."""
    return may.entity_staff_reader(actor, row.entity)


def get_visible(actor: Actor, pk: int) -> Cancellation:
    """The case for staff, and for the lead once it has been told; the same NotVisible for everybody else."""
    found = (
        Cancellation.objects.select_related(
            "entity__lead",
            "entity__authority__jurisdiction",
            "entity__district__parent",
            "entity__district__maps_to",
            "rating",
            "opened_by",
            "proposed_by",
            "decided_by",
        )
        .filter(pk=pk)
        .first()
    )
    if found is None or not may_see(actor, found):
        raise NotVisible.one("not_found", _("没有找到这件事项，或您无权查看。"))
    return found


def may_see(actor: Actor, row: Cancellation) -> bool:
    if reads_as_staff(actor, row):
        return True
    return row.served_at is not None and may.entity_lead(actor, row.entity)


def acts_done(row: Cancellation) -> list[dict[str, Any]]:
    """What was done, in order, as the audit log has it: {at, action, person, comment, target}. Two queries."""
    entries = AuditEntry.objects.filter(
        object_type="filings.cancellation", object_id=str(row.pk), result="ok"
    ).order_by("pk")
    found = list(entries)
    people = User.objects.in_bulk({e.user_id for e in found if e.user_id})
    return [
        {
            "at": e.at,
            "action": e.action.partition(".")[2],
            "person": str(people.get(e.user_id, "")),
            "comment": str(e.detail.get("comment") or ""),
        }
        for e in found
    ]
