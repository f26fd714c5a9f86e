"""What must hold of a change, besides the conditions: it changes something, and whom it concerns takes part. No writes."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.errors import Problem
from filings.enums import OPEN_CANCELLATION, EntityState, ParticipantState
from filings.models import Entity, Filing
from filings.selectors.lifecycle import basis
from filings.selectors.reading import active_participants, live_attachments
from filings.selectors.roster import roster_changes, wanted_lead
from filings.standard_sections import CHANGE, LEAD_CHANGE, MERGER
from filings.words import LEAD

OWN = (CHANGE.key, LEAD_CHANGE.key, MERGER.key)


def changed_sections(filing: Filing) -> list[str]:
    """Keys of the sections whose answers or files differ from what was last approved.

    What came onto the register without a filing has no answers yet: every one that is given is new.
    """
    if filing.entity is None:
        return []
    keys = [s.key for s in filing.spec.applicant_sections if s.key not in OWN]
    before = basis(filing.entity, of=filing)
    if before is None:
        return [key for key in keys if filing.content.get(key)]
    old_files, new_files = _files(before), _files(filing)
    return [
        key
        for key in keys
        if before.content.get(key, {}) != filing.content.get(key, {})
        or old_files.get(key, set()) != new_files.get(key, set())
    ]


def _files(filing: Filing) -> dict[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = {}
    for row in live_attachments(filing):
        if row.participant_id is None:
            found.setdefault(row.section, set()).add((row.field, row.stored.sha256))
    return found


def changes_something(filing: Filing) -> Iterator[Problem]:
    """A change that changes nothing is none; who joins, leaves or leads, an answer, a file or a merger."""
    if not (roster_changes(filing, filing.subject) or changed_sections(filing) or absorbed_codes(filing)):
        yield Problem("nothing_changed", _("与现有登记内容相比没有变更，请先修改需要变更的内容"), "change")


def new_lead_takes_part(filing: Filing) -> Iterator[Problem]:
    """The unit that is to lead is among the members, of a kind that may lead, and not the present lead."""
    code = wanted_lead(filing)
    if not code:
        return
    anchor, spec = f"{LEAD_CHANGE.key}.new_lead", filing.spec
    place = next((p for p in active_participants(filing) if p.organisation.credit_code == code), None)
    if place is None:
        yield Problem("new_lead", spec.say(_("新%(lead)s尚未列入%(members)s，请先邀请")), anchor)
    elif place.organisation_id == filing.applicant_id:
        yield Problem("new_lead", spec.say(_("新%(lead)s与现%(lead)s相同")), anchor)
    elif filing.spec.lead_kinds and place.organisation.kind not in filing.spec.lead_kinds:
        words = _("“%(name)s”登记为%(unit_kind)s，不能牵头")
        if spec.words.lead != LEAD:
            words = _("“%(name)s”登记为%(unit_kind)s，不能作为%(lead)s")
        kind = place.organisation.get_kind_display()
        yield Problem("new_lead", spec.say(words, name=place.organisation.name, unit_kind=kind), anchor)


def change_guards(filing: Filing) -> Iterator[Problem]:
    """What every change must hold."""
    yield from changes_something(filing)
    yield from new_lead_takes_part(filing)
    yield from absorbed_agree(filing)


def absorbed_codes(filing: Filing) -> list[str]:
    """Register codes of the entities that are to be merged into this one, as typed."""
    text = str(filing.content.get(MERGER.key, {}).get("absorbs") or "")
    for mark in "，、；; \n":
        text = text.replace(mark, ",")
    return list(dict.fromkeys(part.strip().upper() for part in text.split(",") if part.strip()))


def absorbed(filing: Filing) -> list[Entity]:
    """The entities to be merged, as far as they exist and are of the same kind."""
    rows = Entity.objects.filter(code__in=absorbed_codes(filing), kind=filing.subject.kind)
    return list(rows.exclude(pk=filing.subject.pk).select_related("lead").order_by("code"))


def absorbed_agree(filing: Filing) -> Iterator[Problem]:
    """Each entity to be merged is on the register, in no other procedure, and its lead has confirmed the change."""
    anchor, spec = f"{MERGER.key}.absorbs", filing.spec
    found = {e.code: e for e in absorbed(filing)}
    confirmed = {
        p.organisation_id
        for p in active_participants(filing)
        if p.standing == ParticipantState.CONFIRMED or p.organisation_id == filing.applicant_id
    }
    for code in absorbed_codes(filing):
        entity = found.get(code)
        if entity is None or entity.standing != EntityState.REGISTERED:
            yield Problem("absorbs", _("“%(code)s”不是在册的同类主体") % {"code": code}, anchor)
        elif entity.cancellations.filter(state__in=OPEN_CANCELLATION).exists():
            yield Problem(
                "absorbs", spec.say(_("“%(code)s”正在办理取消%(act)s，不能并入"), code=code), anchor
            )
        elif entity.lead_id not in confirmed:
            words = _("“%(code)s”的%(lead)s“%(name)s”须列入%(members)s并确认本次变更")
            yield Problem("absorbs", spec.say(words, code=code, name=entity.lead.name), anchor)
