"""Pages of an alliance's own, linked from its page on the register."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from alliances.selectors import records, yearly
from filings.programmes import Room

if TYPE_CHECKING:
    from filings.models import Entity


def of_alliance(entity: Entity, actor: Any) -> Iterable[Room]:
    """Tasks of the year, records, intensity, gaps of the chain."""
    _span, rows = yearly.of_year(entity, yearly.this_year(entity))
    short = sum(task.missing > 0 for task in rows)
    note = _("%(n)s 项未完成") % {"n": short} if short else _("已完成")
    yield Room(_("本年度任务"), reverse("alliances:tasks", args=[entity.code]), note)
    yield from of_union(entity, actor)
    yield Room(_("研发投入强度"), reverse("alliances:intensity", args=[entity.code]))
    gaps = entity.chain_gaps.filter(closed_on__isnull=True).count()
    yield Room(_("产业链短板"), reverse("alliances:entity_gaps", args=[entity.code]), _count(gaps))


def of_union(entity: Entity, actor: Any) -> Iterable[Room]:
    """What it does and brings about."""
    count = records.living(entity).count()
    yield Room(_("活动和成果"), reverse("alliances:records", args=[entity.code]), _count(count))


def public(entity: Entity, on: datetime.date) -> Iterable[Room]:
    """What everybody may read."""
    count = records.public_of(entity, on).count()
    if count:
        yield Room(_("活动和成果"), reverse("alliances:public_records", args=[entity.code]), _count(count))


def _count(number: int) -> str:
    return _("%(n)s 项") % {"n": number} if number else ""
