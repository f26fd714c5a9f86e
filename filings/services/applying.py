"""What an approved filing writes on the register, by what it asked for. Called by `issue` alone, in its transaction."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from pypinyin import lazy_pinyin

from core import audit, clock
from core.actor import Actor
from core.errors import NotNow
from core.search import grams
from filings.enums import OPEN_CANCELLATION, Action, CertificateState, EntityState, HistoryKind
from filings.models import Entity, EntityLink, EntityMember, Filing, Waiver
from filings.periods import last_day
from filings.selectors import ladder
from filings.selectors.changing import absorbed, changed_sections
from filings.selectors.roster import RosterChanges, roster, roster_changes
from filings.services import certificates, history, levels, standing


@dataclass(frozen=True)
class Document:
    """The filing document: its number and date, and the months it grants (0 where it grants none)."""

    number: str
    dated: datetime.date
    months: int

    def end(self, start: datetime.date) -> datetime.date | None:
        """The last day of a validity that begins on a day; None where it has no end."""
        return last_day(start, self.months) if self.months else None


def register(row: Filing, code: str, start: datetime.date, document: Document, who: Actor) -> Entity:
    """组建备案: a new entity with its members, profile, certificate and the exceptions it was granted."""
    entity = _founded(row, code, start, document.end(start))
    levels.begin(entity, ladder.asked(row), start, levels.own_document(entity, document), ground=row)
    _profiled(row, entity)
    certificates.certify(row, entity, code, (start, entity.valid_until), document, who)
    data = {"name": entity.name, "code": code, "members": entity.members.count()}
    history.add(entity, HistoryKind.REGISTERED, actor=who, on=start, data=data, filing=row)
    standing.refresh(entity, actor=who)
    return entity


def record(row: Filing, code: str, document: Document, who: Actor) -> Entity:
    """批复登记: what a higher authority recognised, from the day and with the validity of its document.

    The authority that gave the level certifies it; here it is only put on record, so no certificate is made.
    """
    given = levels.approval_of(row)
    entity = _founded(row, code, given.dated, given.valid_until)
    levels.begin(entity, ladder.asked(row), given.dated, given, ground=row)
    _profiled(row, entity)
    data = {"code": code, "number": given.number, "by": given.issued_by}
    history.add(entity, HistoryKind.RECORDED, actor=who, on=given.dated, data=data, filing=row)
    standing.refresh(entity, actor=who)
    return entity


def upgrade(row: Filing, document: Document, who: Actor) -> Entity:
    """升级: the next level, from the day of the document that gave it; its validity where the document says one."""
    entity, given = row.subject, levels.approval_of(row)
    before = entity.level
    levels.begin(entity, ladder.asked(row), max(given.dated, entity.valid_from), given, ground=row)
    longer = given.valid_until and (entity.valid_until is None or given.valid_until > entity.valid_until)
    if (
        longer and not entity.certificates.exists()
    ):  # a certificate of our own says how long, else the document
        entity.valid_until = given.valid_until
        entity.save(update_fields=["valid_until"])
    data = {"from": before, "to": entity.level, "number": given.number, "by": given.issued_by}
    history.add(entity, HistoryKind.UPGRADED, actor=who, on=given.dated, data=data, filing=row)
    _after_applied(row, entity)
    standing.refresh(entity, actor=who)
    return entity


def _founded(row: Filing, code: str, start: datetime.date, until: datetime.date | None) -> Entity:
    """The entity with its members, on record with its filing."""
    entity = Entity.objects.create(
        code=code,
        kind=row.spec.entity_kind,
        level=ladder.asked(row),
        lead=row.applicant,
        authority=row.authority,
        district=row.district,
        valid_from=start,
        valid_until=until,
        officer=row.assigned_to,
        registered_at=clock.now(),
        is_sample=row.applicant.is_sample,
        **_described(row, row.applicant.name, code),
    )
    EntityMember.objects.bulk_create(
        EntityMember(entity=entity, organisation=p.organisation, role=p.role, since=start, ground=row)
        for p in roster(row)
    )
    row.entity = entity
    row.save(update_fields=["entity"])
    return entity


def _profiled(row: Filing, entity: Entity) -> None:
    """What the programme keeps of it, and the exceptions it was granted."""
    row.spec.profile(entity, row)
    _keep_waivers(row, entity)
    _after_applied(row, entity)


def _after_applied(row: Filing, entity: Entity) -> None:
    if row.spec.after_applied is not None:
        row.spec.after_applied(entity, row)


def renew(row: Filing, start: datetime.date, document: Document, who: Actor) -> Entity:
    """重新备案: the next validity of the same entity, with its members and plan of now."""
    entity = row.subject
    until = document.end(start)
    _apply_content(row, entity, document, who, since=start)
    entity.valid_until = until
    entity.save(update_fields=["valid_until"])
    entity.waivers.filter(ended_on__isnull=True).exclude(filing=row).update(ended_on=document.dated)
    _keep_waivers(row, entity)
    certificates.certify(
        row, entity, certificates.next_sub_number(entity, "B"), (start, until), document, who
    )
    data = {"from": start.isoformat(), "until": until.isoformat() if until else "", "months": document.months}
    history.add(entity, HistoryKind.RENEWED, actor=who, on=document.dated, data=data, filing=row)
    standing.refresh(entity, actor=who)
    return entity


def change(row: Filing, document: Document, who: Actor) -> Entity:
    """变更: members, lead, name, plan; a new certificate where what it prints has changed.

    What is the unit's own affair took effect on the day it names.
    """
    entity = row.subject
    changed = changed_sections(row)
    _apply_content(row, entity, document, who, since=document.dated)
    _keep_waivers(row, entity)
    if changed:
        titles = [str(s.title) for s in row.spec.sections if s.key in changed]
        history.add(entity, HistoryKind.PLAN_CHANGED, actor=who, data={"sections": titles}, filing=row)
    for other in absorbed(row):
        _absorb(entity, other, row, document, who)
    certificates.replace_if_printed_otherwise(row, entity, document, who)
    standing.refresh(entity, actor=who)
    return entity


def exit_(row: Filing, document: Document, who: Actor) -> Entity:
    """退出: the entity ends by its own wish."""
    entity = row.subject
    reason = str(row.content.get("exit", {}).get("reason") or _("自愿退出"))
    end(
        entity,
        EntityState.EXITED,
        CertificateState.ENDED,
        document.dated,
        row.spec.say(_("自愿退出%(act)s")),
        who,
    )
    history.add(
        entity,
        HistoryKind.EXITED,
        actor=who,
        on=document.dated,
        data={"document": document.number},
        filing=row,
    )
    audit.record("entity.exited", actor=who, obj=entity, detail={"reason": reason})
    return entity


def end(
    entity: Entity,
    how: EntityState,
    papers: CertificateState,
    on: datetime.date,
    reason: str,
    who: Actor,
) -> None:
    """Take an entity off the register from a day on; it stays in the public register with the reason."""
    entity.standing, entity.ended_on, entity.end_reason = how.value, on, reason
    entity.save(update_fields=["standing", "ended_on", "end_reason"])
    live = entity.certificates.filter(ended_on__isnull=True).exclude(valid_until__lt=on)
    live.update(standing=papers.value, ended_on=on, end_reason=reason)
    standing.refresh(entity, actor=who)


def _described(row: Filing, lead: str, code: str) -> dict[str, object]:
    """The fields of an entity that follow its filing's content."""
    return {
        "name": row.title,
        "name_key": " ".join(lazy_pinyin(row.title))[:240],
        "industry": row.industry,
        "grams": grams(row.title, lead, code),
    }


def _keep_waivers(row: Filing, entity: Entity) -> None:
    """Exceptions confirmed with the filing hold for the entity; an older one of the same condition gives way."""
    for waiver in row.waivers.filter(confirmed_at__isnull=False):
        entity.waivers.filter(condition=waiver.condition, ended_on__isnull=True).exclude(pk=waiver.pk).update(
            ended_on=clock.today()
        )
        Waiver.objects.filter(pk=waiver.pk).update(entity=entity)
        history.add(
            entity,
            HistoryKind.WAIVED,
            actor=Actor.system(),
            data={"condition": waiver.condition, "reason": waiver.public_reason},
            filing=row,
        )


def _apply_content(
    row: Filing, entity: Entity, document: Document, who: Actor, *, since: datetime.date
) -> None:
    """Members, lead, name, industry and profile as the filing has them, each change with its line of history."""
    moved = roster_changes(row, entity)
    _apply_roster(row, entity, moved, who, since)
    if row.title != entity.name:
        data = {"from": entity.name, "to": row.title}
        history.add(entity, HistoryKind.RENAMED, actor=who, on=document.dated, data=data, filing=row)
    for name, value in _described(row, entity.lead.name, entity.code).items():
        setattr(entity, name, value)
    entity.save(update_fields=["name", "name_key", "industry", "grams", "lead", "district"])
    row.spec.profile(entity, row)
    _after_applied(row, entity)


def _apply_roster(
    row: Filing, entity: Entity, moved: RosterChanges, who: Actor, since: datetime.date
) -> None:
    today = since if effective_day(row) else clock.today()
    now = {m.organisation_id: m for m in entity.members.filter(until__isnull=True)}
    going = {m.organisation_id: m.until or today for m in entity.members.filter(until__gt=today)}
    if moved.new_lead is not None:
        entity.lead, entity.district = moved.new_lead, moved.new_lead.district
        data = {"from": moved.old_lead.name, "to": moved.new_lead.name}
        history.add(entity, HistoryKind.LEAD_CHANGED, actor=who, data=data, filing=row)
    for member in moved.left:
        if member.until is not None:  # has announced its own exit already
            continue
        member.until, member.left_at, member.left_by = max(today, member.since), clock.now(), who.user
        member.left_reason = _why_removed(row, member) or row.spec.say(_("经%(act)s变更退出"))
        member.save(update_fields=["until", "left_at", "left_by", "left_reason"])
        _line(entity, HistoryKind.LEFT, member.organisation.name, row, who)
    for place in moved.new_roles:
        member = now[place.organisation.pk]
        member.role = place.role
        member.save(update_fields=["role"])
    for place in moved.joined:
        EntityMember.objects.create(
            entity=entity,
            organisation=place.organisation,
            role=place.role,
            since=going.get(place.organisation.pk, today),
            ground=row,
        )
        _line(entity, HistoryKind.JOINED, place.organisation.name, row, who)


def _why_removed(row: Filing, member: EntityMember) -> str:
    gone = row.participants.filter(organisation_id=member.organisation_id).order_by("-pk").first()
    return gone.declined_reason if gone is not None else ""


def _line(entity: Entity, kind: HistoryKind, unit: str, row: Filing, who: Actor) -> None:
    history.add(entity, kind, actor=who, data={"unit": unit}, filing=row)


def _absorb(entity: Entity, other: Entity, row: Filing, document: Document, who: Actor) -> None:
    """并入: the other entity ends and stays on record as this one's predecessor."""
    gone = Entity.objects.select_for_update(of=("self",)).get(pk=other.pk)
    busy = gone.cancellations.filter(state__in=OPEN_CANCELLATION).exists()
    if gone.standing != EntityState.REGISTERED or busy:
        words = _("“%(name)s”已不在册或者正在办理取消%(act)s，不能并入。")
        raise NotNow.one("absorbs", row.spec.say(words, name=gone.name))
    reason = _("并入“%(name)s”（%(code)s）") % {"name": entity.name, "code": entity.code}
    end(gone, EntityState.MERGED, CertificateState.ENDED, document.dated, reason, who)
    EntityLink.objects.create(
        kind=EntityLink.Kind.PREDECESSOR, source=entity, target=gone, since=document.dated
    )
    history.add(
        gone,
        HistoryKind.MERGED,
        actor=who,
        on=document.dated,
        data={"into": entity.name, "code": entity.code},
        filing=row,
    )
    history.add(
        entity,
        HistoryKind.ABSORBED,
        actor=who,
        on=document.dated,
        data={"name": gone.name, "code": gone.code},
        filing=row,
    )
    audit.record("entity.merged", actor=who, obj=gone, detail={"into": entity.code})


def effective_day(row: Filing) -> datetime.date | None:
    """The day from which the unit's own decision holds, where it names one."""
    said = row.content.get("change", {}).get("effective_on") if row.action == Action.CHANGE else ""
    return datetime.date.fromisoformat(said) if said else None


def apply_recorded(row: Filing, who: Actor) -> Entity:
    """What was only recorded takes effect: without a document, on the day the unit names (today)."""
    return APPLY[Action(row.action)](row, Document("", effective_day(row) or clock.today(), 0), who)


APPLY: dict[Action, Callable[[Filing, Document, Actor], Entity]] = {
    Action.CHANGE: change,
    Action.UPGRADE: upgrade,
    Action.EXIT: exit_,
}
