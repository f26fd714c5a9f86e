"""What an approval means for the cultivation list: who was cultivated for it has arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from core import clock
from filings.selectors.ladder import rank
from platforms.enums import CultivationOutcome
from platforms.models import CultivationEntry, CultivationStep

if TYPE_CHECKING:
    from filings.models import Entity, Filing


def cultivated(entity: Entity, filing: Filing) -> None:
    """Entries of the host for this kind whose level has been reached leave with the outcome. In the caller's transaction."""
    rows = CultivationEntry.objects.select_for_update(of=("self",)).filter(
        organisation=entity.lead, target_kind=entity.kind, left_on__isnull=True
    )
    for entry in rows:
        if rank(entity.level) < rank(entry.target_level):
            continue
        words = _("“%(name)s”（%(code)s）获得%(level)s认定")
        said = words % {"name": entity.name, "code": entity.code, "level": entity.get_level_display()}
        entry.left_on, entry.outcome = clock.today(), CultivationOutcome.UPGRADED
        entry.left_reason, entry.achieved = said, entity
        entry.version += 1
        entry.save(update_fields=["left_on", "outcome", "left_reason", "achieved", "version"])
        CultivationStep.objects.create(entry=entry, text=said, by=filing.created_by)
