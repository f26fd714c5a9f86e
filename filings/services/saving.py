"""Several sections at once, all or nothing: what a program sends instead of one page after the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Invalid, NotAllowed, Problem, Stale
from filings import programmes
from filings.enums import FOUNDS, Action
from filings.models import Filing, Participant
from filings.programmes import Owner
from filings.selectors.editing import section_owner
from filings.selectors.entities import get_visible
from filings.services import aftercare, drafting


@transaction.atomic
def start(
    *,
    actor: Actor,
    programme: str,
    action: str = Action.ESTABLISH,
    entity: str = "",
    period: str = "",
    content: Mapping[str, Any] | None = None,
) -> Filing:
    """A new draft with its first answers. Raises as `drafting.start` and `save_content` do."""
    starter = _starter(programme)
    if starter is not None:
        filing: Filing = starter(actor=actor, action=action, entity=entity, content=content or {})
        return filing
    if action in FOUNDS:
        if entity:
            raise Invalid.one("entity", _("新登记不针对已登记的主体"), "entity")
        meant = programmes.resolve(programme, content)
        filing = drafting.start(actor=actor, programme=meant, action=action)
    elif not entity:
        raise Invalid.one("entity", _("请指明这一事项针对的登记主体"), "entity")
    else:
        row = get_visible(actor, entity)
        if programme not in (row.spec.key, row.spec.family):
            raise Invalid.one("programme", _("该登记主体不属于这个类别"), "programme")
        filing = aftercare.start(actor=actor, entity=row, action=action, period=period)
    if content:
        save_content(actor=actor, filing=filing, content=content, version=None)
        filing.refresh_from_db()
    return filing


def _starter(programme: str) -> Any:
    """How a programme begins that begins in its own way, with its content; None for the others."""
    found = next((p for p in programmes.declared() if p.key == programme), None)
    return found.hooks.starter if found is not None else None


@transaction.atomic
def save_content(
    *, actor: Actor, filing: Filing, content: Mapping[str, Any], version: int | None
) -> Filing | Participant:
    """Write the sections given, strictly; returns the filing, or the participant whose own section it was.

    `version` is that of the filing or, for a participant's own section, of the participant; an old one raises
    Stale before anything is looked at. Invalid lists the wrong values of all sections.
    """
    row = Filing.objects.select_for_update(of=("self",)).get(pk=filing.pk)
    specs = [found for key in content if (found := row.spec.section(key)) is not None]
    if len({section.owner for section in specs}) > 1:
        raise NotAllowed.one(
            "mixed_owners", row.spec.say(_("%(lead)s的页面和%(members)s自己的页面不能一起保存。"))
        )
    holder: Filing | Participant = row
    if specs and specs[0].owner is Owner.PARTICIPANT:
        holder = section_owner(row, specs[0], actor) or row
    if version is not None and version != holder.version:
        raise Stale.one("stale", _("内容已被他人更新，请取得最新内容后再保存。"), "version")
    problems: list[Problem] = []
    for key, values in content.items():
        try:
            drafting.save_section(actor=actor, filing=row, section=key, data=dict(values), strict=True)
        except Invalid as found:
            problems += found.problems
    if problems:
        raise Invalid(problems)
    holder.refresh_from_db()
    return holder
