"""Keeping the cultivation list: enter, edit, record a step, leave with the reason."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.permissions import lies_in
from core import audit, clock
from core.actor import Actor
from core.errors import Invalid, NotNow, Problem, Stale, raise_if
from filings.models import Entity
from filings.selectors.ladder import RANKS, rank
from platforms.enums import CultivationOutcome, CultivationSupport
from platforms.models import CultivationEntry, CultivationStep
from platforms.permissions import cultivator, entry_keeper
from platforms.selectors.cultivating import ITEM, kinds_for, last_year
from platforms.types import of
from policy.law import law_on


def enter(
    *,
    actor: Actor,
    organisation: Organisation | None,
    target_kind: str,
    target_level: str,
    apply_year: int,
    supports: Sequence[str],
    ground: str,
    entity: str = "",
    next_step: str = "",
    next_on: datetime.date | None = None,
) -> CultivationEntry:
    """A unit enters the list of the actor's bureau. Raises NotAllowed, Invalid with every reason and the clause."""
    cultivator.require(actor)
    bureau = cast(Organisation, actor.organisation)
    row = CultivationEntry(
        authority=bureau,
        target_kind=target_kind,
        target_level=target_level,
        apply_year=apply_year,
        supports=list(supports),
        ground=ground.strip(),
        next_step=next_step.strip(),
        next_on=next_on,
        entered_on=clock.today(),
        entered_by=actor.user,
    )
    found: list[Problem] = []
    if organisation is None or not organisation.is_approved:
        found.append(Problem("organisation", _("没有找到已通过登记审核的单位"), "organisation"))
    else:
        row.organisation = organisation
        if bureau.jurisdiction is None or not lies_in(organisation.district, bureau.jurisdiction):
            found.append(Problem("organisation", _("该单位不在本机关的管辖范围内"), "organisation"))
    found += _wrong(row, entity)
    raise_if(found)
    with transaction.atomic():
        _checked(row)
        row.save()
        _step(row, actor, _("入库：%(why)s") % {"why": row.ground})
        audit.record("cultivation.enter", actor=actor, obj=row, detail={"kind": target_kind})
    return row


@transaction.atomic
def edit(
    *,
    actor: Actor,
    entry: CultivationEntry,
    target_level: str,
    apply_year: int,
    supports: Sequence[str],
    ground: str,
    entity: str = "",
    next_step: str = "",
    next_on: datetime.date | None = None,
    version: int | None = None,
) -> CultivationEntry:
    """Other plans. Raises NotAllowed, NotNow, Stale, Invalid."""
    row = _held(actor, entry, version)
    row.target_level, row.apply_year, row.supports = target_level, apply_year, list(supports)
    row.ground, row.next_step, row.next_on = ground.strip(), next_step.strip(), next_on
    raise_if(_wrong(row, entity))
    _checked(row)
    row.version += 1
    row.save()
    audit.record("cultivation.edit", actor=actor, obj=row)
    return row


@transaction.atomic
def step(
    *,
    actor: Actor,
    entry: CultivationEntry,
    text: str,
    next_step: str = "",
    next_on: datetime.date | None = None,
) -> CultivationEntry:
    """What was done for it. Raises NotAllowed, NotNow, Invalid."""
    row = _held(actor, entry, None)
    if not text.strip():
        raise Invalid.one("text", _("请写明进展"), "text")
    row.next_step, row.next_on = next_step.strip(), next_on
    row.version += 1
    row.save(update_fields=["next_step", "next_on", "version"])
    _step(row, actor, text.strip())
    audit.record("cultivation.step", actor=actor, obj=row)
    return row


@transaction.atomic
def leave(
    *, actor: Actor, entry: CultivationEntry, outcome: str, reason: str, version: int | None = None
) -> CultivationEntry:
    """It leaves without having arrived; who has arrived is linked by the register. Raises NotAllowed, NotNow, Invalid."""
    row = _held(actor, entry, version)
    found = []
    if outcome not in CultivationOutcome.values or outcome == CultivationOutcome.UPGRADED:
        found.append(Problem("outcome", _("请选择出库原因"), "outcome"))
    if not reason.strip():
        found.append(Problem("reason", _("请写明出库说明"), "reason"))
    raise_if(found)
    row.left_on, row.outcome, row.left_reason = clock.today(), outcome, reason.strip()
    row.version += 1
    row.save(update_fields=["left_on", "outcome", "left_reason", "version"])
    _step(row, actor, _("出库：%(why)s") % {"why": row.left_reason})
    audit.record("cultivation.leave", actor=actor, obj=row, detail={"outcome": outcome})
    return row


def _wrong(row: CultivationEntry, code: str) -> Iterable[Problem]:
    """Type, level, year and the platform it grows out of; its own platform is read by its number."""
    kinds = {kind.key: kind for kind in kinds_for()}
    kind = kinds.get(row.target_kind)
    if kind is None:
        yield Problem("target_kind", _("请选择平台类型"), "target_kind")
    elif row.target_level not in kind.recorded_levels:
        yield Problem("target_level", _("“%(kind)s”没有这个级别") % {"kind": kind.label}, "target_level")
    place = of(row.target_kind).place if kind else ""
    if kind is not None:
        first, last = clock.today().year, last_year(place, clock.today())
        if not first <= row.apply_year <= last:
            words = _("计划申报年度应为 %(first)s 至 %(last)s")
            clause = law_on(clock.today(), place).cite(ITEM)
            yield Problem("apply_year", words % {"first": first, "last": last}, "apply_year", clause)
    if not row.supports or set(row.supports) - set(CultivationSupport.values):
        yield Problem("supports", _("请选择培育内容"), "supports")
    if not row.ground:
        yield Problem("ground", _("请写明入库理由"), "ground")
    row.entity = None
    if code.strip() and row.organisation_id:
        row.entity = Entity.objects.filter(code=code.strip().upper(), lead_id=row.organisation_id).first()
        if row.entity is None:
            yield Problem("entity", _("该单位没有这个登记编号的平台"), "entity")
        elif row.entity.kind == row.target_kind and _reached(row, row.entity.level):
            yield Problem("target_level", _("该平台已经达到这个级别"), "target_level")


def _reached(row: CultivationEntry, level: str) -> bool:
    return row.target_level in RANKS and rank(level) >= rank(row.target_level)


def _checked(row: CultivationEntry) -> None:
    try:
        row.validate_constraints()
    except ValidationError as error:
        raise Invalid.one("twice", "；".join(error.messages), "target_kind") from None


def _held(actor: Actor, entry: CultivationEntry, version: int | None) -> CultivationEntry:
    entry_keeper.require(actor, entry)
    row = CultivationEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if version is not None and version != row.version:
        raise Stale.one("stale", _("您打开页面之后，这个条目已被他人更新，请核对后再保存。"))
    if row.left_on is not None:
        raise NotNow.one("left", _("该条目已出库。"))
    return row


def _step(row: CultivationEntry, actor: Actor, text: str) -> Any:
    return CultivationStep.objects.create(entry=row, text=text, by=actor.user)
