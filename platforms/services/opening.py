"""What a platform opens to the public: publish, change, withdraw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.actor import Actor
from core.errors import Invalid, NotNow, Problem, Stale
from filings.enums import EntityState
from filings.models import Entity
from platforms.models import Offer
from platforms.permissions import record_keeper

FIELDS = ("kind", "name", "detail", "price", "hours", "office", "phone")


@transaction.atomic
def publish(*, actor: Actor, entity: Entity, values: Mapping[str, Any]) -> Offer:
    """Something others may use, from now on for everybody to read. Raises NotAllowed, NotNow, Invalid."""
    record_keeper.require(actor, entity)
    if entity.standing != EntityState.REGISTERED:
        raise NotNow.one("ended", _("该平台已不在册，不能公开信息。"))
    row = Offer(entity=entity, published_by=actor.user)
    _write(row, values)
    row.save()
    audit.record("offer.publish", actor=actor, obj=row, detail={"entity": entity.code})
    return row


@transaction.atomic
def change(*, actor: Actor, offer: Offer, values: Mapping[str, Any], version: int | None = None) -> Offer:
    """Other words. Raises NotAllowed, NotNow, Stale, Invalid."""
    row = _held(actor, offer, version)
    _write(row, values)
    row.published_at, row.published_by = clock.now(), actor.user
    row.version += 1
    row.save()
    audit.record("offer.change", actor=actor, obj=row, detail={"entity": row.entity.code})
    return row


@transaction.atomic
def withdraw(*, actor: Actor, offer: Offer, version: int | None = None) -> Offer:
    """No longer open: it leaves the public pages at once. Raises NotAllowed, NotNow, Stale."""
    row = _held(actor, offer, version)
    row.withdrawn_at = clock.now()
    row.version += 1
    row.save(update_fields=["withdrawn_at", "version"])
    audit.record("offer.withdraw", actor=actor, obj=row, detail={"entity": row.entity.code})
    return row


def _held(actor: Actor, offer: Offer, version: int | None) -> Offer:
    record_keeper.require(actor, offer.entity)
    row = Offer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    if version is not None and version != row.version:
        raise Stale.one("stale", _("您打开页面之后，这条信息已被他人更新，请核对后再保存。"))
    if row.withdrawn_at is not None:
        raise NotNow.one("withdrawn", _("该信息已撤下。"))
    return row


def _write(row: Offer, values: Mapping[str, Any]) -> None:
    for name in FIELDS:
        if name in values:
            setattr(row, name, values[name])
    try:
        row.full_clean(exclude={"entity", "published_by"})
    except ValidationError as error:
        found = [
            Problem("invalid", message, "" if name == "__all__" else name)
            for name, messages in error.message_dict.items()
            for message in messages
        ]
        raise Invalid(found) from None
