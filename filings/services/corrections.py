"""Answering and closing correction items."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit, clock
from core.actor import Actor
from core.errors import Invalid, NotAllowed, NotNow, NotVisible
from filings import permissions as may
from filings.enums import CorrectionState, State
from filings.models import Correction, Filing
from filings.services.drafting import save_section

UNSET: Any = object()


def _item(filing: Filing, pk: int) -> Correction:
    found = (
        filing.corrections.select_for_update(of=("self",)).select_related("participant").filter(pk=pk).first()
    )
    if found is None:
        raise NotVisible.one("correction", _("没有这个补正项"))
    return found


@transaction.atomic
def answer(*, actor: Actor, filing: Filing, correction_id: int, text: str, value: Any = UNSET) -> Correction:
    """Answer an item in words, optionally with the field's new value; an answered item may be answered again."""
    row = Filing.objects.select_for_update(of=("self",)).get(pk=filing.pk)
    item = _item(row, correction_id)
    if row.state != State.IN_CORRECTION or item.standing == CorrectionState.CLOSED:
        raise NotNow.one("not_in_correction", _("现在不能答复该补正项。"))
    unit = item.participant.organisation_id if item.participant else row.applicant_id
    if actor.organisation_id != unit:
        raise NotAllowed.one("not_your_item", _("该补正项由被要求补正的单位答复。"))
    if not text.strip():
        raise Invalid.one("text", _("请写明如何补正"), "text")
    if value is not UNSET:
        if not item.field:
            raise Invalid.one("value", _("该项针对整页，请在页面中修改后再答复"), "value")
        save_section(actor=actor, filing=row, section=item.section, data={item.field: value}, strict=True)
    item.standing, item.answer = CorrectionState.ANSWERED, text.strip()
    item.answered_at, item.answered_by = clock.now(), actor.user
    item.save(update_fields=["standing", "answer", "answered_at", "answered_by"])
    audit.record(
        "correction.answered", actor=actor, obj=item, detail={"filing": row.pk, "number": item.number}
    )
    return item


@transaction.atomic
def close(*, actor: Actor, filing: Filing, correction_id: int) -> Correction:
    """The officer closes an answered item after the filing has come back."""
    row = Filing.objects.select_for_update(of=("self",)).get(pk=filing.pk)
    may.may_examine.require(actor, row)
    item = _item(row, correction_id)
    if row.state != State.IN_EXAMINATION:
        raise NotNow.one("not_in_examination", _("申报件交回后才能核销补正项。"))
    if item.standing != CorrectionState.ANSWERED:
        raise NotNow.one("not_answered", _("只有已补正的项可以核销。"))
    item.standing, item.closed_at, item.closed_by = CorrectionState.CLOSED, clock.now(), actor.user
    item.save(update_fields=["standing", "closed_at", "closed_by"])
    audit.record("correction.closed", actor=actor, obj=item, detail={"filing": row.pk, "number": item.number})
    return item
