"""Reports as people may see them; their bytes are read through the one checked view."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.actor import Actor
from core.errors import NotVisible
from core.models import StoredFile
from evaluation import permissions as may
from evaluation.models import Report, Round

WITH = ("round__authority__jurisdiction", "entity__lead", "stored", "superseded_by")


def current(row: Round) -> QuerySet[Report]:
    """The reports of a round that are in force: that of the round first, then by number as they were issued."""
    rows = Report.objects.filter(round=row, superseded_by=None).select_related(*WITH)
    return rows.order_by("-kind", "pk")


def report_for(actor: Actor, pk: int) -> Report:
    """One report; NotVisible for everybody who may not read it."""
    found = Report.objects.filter(pk=pk).select_related(*WITH).first()
    if found is None or not may.report_reader(actor, found):
        raise NotVisible.one("report", _("没有找到该报告，或您无权查看"))
    return found


def may_read(actor: Actor, stored: StoredFile) -> bool:
    """Whoever may read a report that has these bytes."""
    rows = Report.objects.filter(stored=stored).select_related("round__authority__jurisdiction", "entity")
    return any(may.report_reader(actor, row) for row in rows)


def may_read_archive(actor: Actor, stored: StoredFile) -> bool:
    """The archive of a round: whoever may read the results of all; an agency may not."""
    row = (
        Round.objects.filter(pk=stored.owner_id or 0)
        .select_related("authority__jurisdiction", "agency")
        .first()
    )
    return row is not None and stored.owner_type == "evaluation.round" and bool(may.result_reader(actor, row))
