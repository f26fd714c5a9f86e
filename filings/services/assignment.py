"""Who handles a case: given by district and load, handed over by a head, taken over by a colleague."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.actors import actor_for
from accounts.enums import Role
from accounts.models import District, Message, Organisation, User
from accounts.permissions import covers
from accounts.selectors import people_with_role
from accounts.services import notify
from core import audit, clock
from core.actor import Actor
from core.errors import Invalid, NotAllowed, NotNow, NotVisible, PortalError, Stale
from core.models import AuditEntry
from filings import permissions as may
from filings.models import DistrictOfficer, Entity, Filing
from filings.selectors import assignment as seen_as
from filings.services import duties
from filings.services.timeline import log

BULK_LIMIT = 200  # cases handed over at once
KIND = "assigned"  # of the messages
BULK = "filing.reassigned_many"  # of the audit entry
DONE, SKIPPED, FAILED = "done", "skipped", "failed"
LONGEST_REASON = 500
UNSEEN = object()  # nobody looked before: whoever has the case now may lose it


@dataclass(frozen=True)
class Outcome:
    """What became, or would become, of one case of many."""

    filing: Filing
    result: str  # done, skipped or failed
    note: str
    before: User | None


@dataclass(frozen=True)
class Handover:
    """What became of every case, and the entry of the audit log that keeps it (none for a trial run)."""

    rows: list[Outcome]
    entry: AuditEntry | None = None


@transaction.atomic
def assign_automatically(*, filing: Filing, actor: Actor) -> User | None:
    """Give a case that has just reached the bureau to its officer; who got it.

    Does nothing when it has an officer already, or when nobody may have it: then it waits as 未分派.
    `filing` is the locked row of the transaction that moved it; `actor` moved it and only stands in the audit log.
    """
    if filing.assigned_to_id is not None:
        return None
    officer = seen_as.officer_for(filing.authority, filing.district, filing=filing)
    if officer is None:
        return None
    _give(filing, officer, actor=actor, reason="", by_machine=True)
    return officer


def assign(*, actor: Actor, filing: Filing, to: User, reason: str, seen: Any = UNSEEN) -> Filing:
    """Hand one case to an officer (by a head), or take it over oneself (by any officer).

    `seen` is the id of the officer the page showed. Raises NotAllowed, NotNow (nothing to change, or not with the
    bureau), Stale (somebody else did meanwhile) and Invalid (no reason; the person cannot have it).
    """
    with transaction.atomic():
        row = Filing.objects.select_for_update(of=("self",), no_key=True).get(pk=filing.pk)
        refused = _refusal(actor, row, actor_for(to, row.authority), seen)
        if refused is not None:
            raise refused
        _give(row, to, actor=actor, reason=_reason(reason))
    return row


def take(*, actor: Actor, filing: Filing, reason: str, seen: Any = UNSEEN) -> Filing:
    """接办: an officer takes a case over, with a reason. Raises as `assign`."""
    if actor.user is None:
        may.may_examine.require(actor, filing)
    return assign(actor=actor, filing=filing, to=actor.user, reason=reason, seen=seen)


def reassign(
    *,
    actor: Actor,
    filings: Iterable[Filing],
    to: User,
    reason: str,
    seen: Mapping[int, int | None] | None = None,
    dry_run: bool = False,
) -> Handover:
    """转办: a head hands many cases to one officer; what cannot be handed over is left and said why.

    `seen` says by filing who had it when the head looked: what somebody else handed on meanwhile is left alone.
    Raises NotAllowed for who is no head, and Invalid for no reason, too many cases or an officer of elsewhere.
    """
    may.may_arrange.require(actor)
    pks = sorted({filing.pk for filing in filings})
    given = reason.strip() if dry_run and not reason.strip() else _reason(reason)
    if not pks:
        raise Invalid.one("nothing", _("请至少选择一件申报件"), "ids")
    if len(pks) > BULK_LIMIT:
        raise Invalid.one("too_many", _("一次最多转办 %(n)s 件") % {"n": BULK_LIMIT}, "ids")
    person = _handler(actor.organisation, to)
    with transaction.atomic():
        rows = (
            Filing.objects.filter(pk__in=pks)
            .select_related("authority", "assigned_to", "panel")
            .order_by("pk")
        )
        # in the order of their keys, so that two heads at once wait for each other and do not lock each other out
        locked = rows if dry_run else rows.select_for_update(of=("self",), no_key=True)
        found = [_one_of_many(actor, row, to, person, given, seen, dry_run) for row in locked]
        return Handover(found, None if dry_run else _noted(actor, to, given, found))


def _noted(actor: Actor, to: User, reason: str, rows: list[Outcome]) -> AuditEntry:
    detail = {
        "to": to.pk,
        "reason": reason,
        "rows": [{"filing": row.filing.pk, "result": row.result, "note": row.note} for row in rows],
    }
    return audit.record(BULK, actor=actor, obj=actor.organisation, detail=detail)


def _one_of_many(
    actor: Actor,
    row: Filing,
    to: User,
    person: Actor,
    reason: str,
    seen: Mapping[int, int | None] | None,
    dry_run: bool,
) -> Outcome:
    before = row.assigned_to
    shown = seen[row.pk] if seen is not None and row.pk in seen else UNSEEN
    refused = _refusal(actor, row, person, shown)
    if refused is not None:
        return Outcome(row, SKIPPED if isinstance(refused, NotNow) else FAILED, str(refused), before)
    if not dry_run:
        _give(row, to, actor=actor, reason=reason)
    return Outcome(row, DONE, "", before)


def _refusal(actor: Actor, row: Filing, person: Actor, seen: Any) -> PortalError | None:
    """Why a case is not handed over; None if it can be."""
    rule = may.may_examine if person.user_id == actor.user_id else may.may_assign
    if not rule(actor, row):
        return NotAllowed.one("not_allowed", rule.refusal(actor, row))
    if not seen_as.is_with_bureau(row):
        ended = _("本件已经办结。") if row.is_final else _("本件尚未到达受理机关。")
        return NotNow.one("not_here", ended)
    if seen is not UNSEEN and row.assigned_to_id != seen:
        words = _("您打开页面之后，本件已改由%(name)s经办。") % {"name": row.assigned_to or _("他人")}
        return Stale.one("meanwhile", words)
    if row.assigned_to_id == person.user_id:
        return NotNow.one("same_officer", _("本件已由%(name)s经办。") % {"name": person.user})
    words = seen_as.bar(person, row)
    if words:
        return Invalid.one("officer", _("%(name)s%(why)s。") % {"name": person.user, "why": words}, "officer")
    return None


def _reason(text: str) -> str:
    given = text.strip()
    if not given:
        raise Invalid.one("reason", _("请写明转办的原因"), "reason")
    if len(given) > LONGEST_REASON:
        raise Invalid.one("reason", _("原因最多 %(n)s 字") % {"n": LONGEST_REASON}, "reason")
    return given


def _handler(organisation: Organisation, person: User) -> Actor:
    """Somebody as the actor who would handle cases here; Invalid for who does not."""
    found = actor_for(person, organisation)
    if not found.has_role(*seen_as.HANDLERS):
        raise Invalid.one("officer", _("请选择本机关在岗的经办人"), "officer")
    return found


def _give(row: Filing, to: User, *, actor: Actor, reason: str, by_machine: bool = False) -> None:
    """Write it: the row, the timeline, the audit log, the duties, and who is told."""
    before = row.assigned_to
    row.assigned_to = to
    row.save(update_fields=["assigned_to"])
    way = _("%(old)s → %(new)s") % {"old": before or _("未分派"), "new": to}
    log(
        row,
        seen_as.ASSIGNED,
        _label(to, actor, by_machine),
        actor=Actor.system(actor.request_id) if by_machine else actor,
        comment=_("%(way)s：%(why)s") % {"way": way, "why": reason} if reason else way,
        detail={"from": before.pk if before else None, "to": to.pk},
        staff_only=True,
    )
    detail = {"from": before.pk if before else None, "to": to.pk, "reason": reason, "automatic": by_machine}
    audit.record("filing.assigned", actor=actor, obj=row, detail=detail)
    duties.sync(row)
    _tell(row, to, before, actor)


def _label(to: User, actor: Actor, by_machine: bool) -> str:
    if by_machine:
        return _("自动分派经办人")
    return _("接办") if to.pk == actor.user_id else _("转办")


def _tell(row: Filing, to: User, before: User | None, actor: Actor) -> None:
    """Who got the case, who covers for that person today, and who no longer has it; never the one who did it."""
    given: dict[str, Any] = {
        "kind": KIND,
        "url": reverse("filings:desk_case", args=[row.pk]),
        "organisation": row.authority,
    }
    cover = seen_as.stands_in(to, row.authority, clock.today())
    about = f"filing:{row.pk}"
    name = {"name": row}
    if to.pk != actor.user_id:
        notify.tell(to=[to], title=_("分派给您：%(name)s") % name, about=about, **given)
    if cover.pk not in (to.pk, actor.user_id):
        words = _("%(who)s休假期间由您代办。") % {"who": to}
        notify.tell(to=[cover], title=_("请代办：%(name)s") % name, text=words, about=about, **given)
    if before is not None and before.pk not in (to.pk, actor.user_id):
        words = _("%(who)s经办，您不再办理。") % {"who": to}
        notify.tell(to=[before], title=_("已转办：%(name)s") % name, text=words, **given)


def still_assigned(message: Message) -> bool:
    """Asked before a mail goes: whether the case, or the cover, is still the reader's."""
    kind, _colon, number = message.about.partition(":")
    if kind != "filing" or not number.isdecimal():
        return True
    row = Filing.objects.select_related("assigned_to", "authority").filter(pk=int(number)).first()
    if row is None or row.assigned_to is None or not seen_as.is_with_bureau(row):
        return False
    today = clock.today()
    return message.user_id in (
        row.assigned_to_id,
        seen_as.stands_in(row.assigned_to, row.authority, today).pk,
    )


# --- districts and contacts ------------------------------------------------------------------


@transaction.atomic
def set_district_officer(*, actor: Actor, district: District, officer: User | None) -> None:
    """Say whose a district is in the acting bureau; None leaves it to the load. Cases already given stay.

    Raises NotAllowed, NotVisible for a place outside the jurisdiction, Invalid for who is no case officer here.
    """
    may.may_arrange.require(actor)
    if not covers("")(actor, district):
        raise NotVisible.one("district", _("没有这个区（市）。"))
    bureau = actor.organisation
    if officer is not None and not people_with_role(bureau, Role.CASE_OFFICER).filter(pk=officer.pk).exists():
        raise Invalid.one("officer", _("请选择本机关在岗的经办人"), "officer")
    # one writer at a time: an insert has no row to lock
    Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=bureau.pk)
    row = DistrictOfficer.objects.filter(authority=bureau, district=district).first()
    before = row.officer_id if row else None
    if officer is None:
        DistrictOfficer.objects.filter(authority=bureau, district=district).delete()
    else:
        DistrictOfficer.objects.update_or_create(
            authority=bureau, district=district, defaults={"officer": officer}
        )
    detail = {"district": district.code, "from": before, "to": officer.pk if officer else None}
    audit.record("assignment.district", actor=actor, obj=bureau, detail=detail)


@transaction.atomic
def set_entity_officer(*, actor: Actor, entity: Entity, officer: User | None) -> Entity:
    """Say who in the bureau looks after an entity. Raises NotVisible, NotAllowed, Invalid."""
    row = Entity.objects.select_for_update(of=("self",), no_key=True).get(pk=entity.pk)
    if row.authority_id != actor.organisation_id:
        raise NotVisible.one("entity", _("没有找到这个登记主体。"))
    may.may_arrange.require(actor)
    if officer is not None:
        _handler(actor.organisation, officer)
    before, row.officer = row.officer_id, officer
    row.save(update_fields=["officer"])
    detail = {"from": before, "to": officer.pk if officer else None}
    audit.record("entity.contact", actor=actor, obj=row, detail=detail)
    return row
