"""Pages of a platform's own, linked from its page: records, open sharing, cultivation."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from filings.programmes import Room
from platforms.models import Offer
from platforms.types import of

if TYPE_CHECKING:
    from filings.models import Entity


def _open_count(entity: Entity) -> int:
    return Offer.objects.filter(entity=entity, withdrawn_at__isnull=True).count()


def inner(entity: Entity, actor: Any) -> Iterable[Room]:
    """For those who see it from the inside."""
    if of(entity.kind).traits.records:
        yield Room(_("业务台账"), reverse("platforms:records", args=[entity.code]), _("登记、年度确认和合计"))
    note = _("已公开 %(n)s 项") % {"n": _open_count(entity)}
    yield Room(_("开放共享信息"), reverse("platforms:offers", args=[entity.code]), note)


def public(entity: Entity, day: datetime.date) -> Iterable[Room]:
    """For everybody: what it opens, where it opens anything."""
    count = _open_count(entity)
    if count:
        url = f"{reverse('platforms:open')}?entity={entity.code}"
        yield Room(_("开放共享"), url, _("%(n)s 项服务和资源") % {"n": count})
