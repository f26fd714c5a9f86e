"""季度调度: written by the city's DRC, with the projects and key enterprises as they stood when it was sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from clusters import permissions_statistics as may
from clusters.enums_statistics import DispatchState
from clusters.models import DispatchSheet
from clusters.selectors.statistics_references import references
from clusters.workflow_statistics import DISPATCH
from core import audit
from core.actor import Actor
from core.errors import NotNow, Stale, raise_if
from core.workflow import Transition
from filings.services import duties
from filings.texts import taken

LIMITS = dict.fromkeys(("progress", "projects", "enterprises", "problems"), 5000)


@transaction.atomic
def save(
    *, actor: Actor, sheet: DispatchSheet, texts: Mapping[str, str], version: int | None = None
) -> DispatchSheet:
    """Keep the texts of a draft. Raises NotAllowed, NotNow, Stale, Invalid."""
    may.reviewer.require(actor, sheet)
    row = DispatchSheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    if row.state != DispatchState.DRAFT:
        raise NotNow.one("wrong_state", _("这份调度表已经报送，不能修改。"))
    if version is not None and version != row.version:
        raise Stale.one("stale", _("您打开页面之后，内容已被他人更新，请核对最新内容后再办理。"))
    given, found = taken({name: texts.get(name, "") for name in LIMITS}, limits=LIMITS, required={})
    raise_if(found)
    for name, text in given.items():
        setattr(row, name, text)
    row.version += 1
    row.save(update_fields=["version", *given])
    audit.record("dispatch.save", actor=actor, obj=row)
    return row


def submit(*, actor: Actor, sheet: DispatchSheet, version: int | None = None) -> DispatchSheet:
    stamped = {"references": references(sheet.entity), "submitted_by": actor.user}
    return _perform(sheet, "submit", actor, {"stamped": stamped}, version)


def receive(*, actor: Actor, sheet: DispatchSheet, version: int | None = None) -> DispatchSheet:
    return _perform(sheet, "receive", actor, {}, version)


def return_(*, actor: Actor, sheet: DispatchSheet, comment: str, version: int | None = None) -> DispatchSheet:
    return _perform(sheet, "return", actor, {"comment": comment.strip()}, version)


def _perform(
    sheet: DispatchSheet, name: str, actor: Actor, given: Mapping[str, Any], version: int | None
) -> DispatchSheet:
    def after(row: DispatchSheet, transition: Transition, who: Actor, data: Mapping[str, Any]) -> None:
        duties.sync(row)

    comment = str(given.get("comment", ""))
    return DISPATCH.perform(
        sheet, name, actor=actor, comment=comment, data=given, effect=after, version=version
    )
