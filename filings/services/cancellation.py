"""取消备案资格, step by step. The executor, the table's constraints and a trigger keep the hearing from being skipped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock, files, workdays
from core.actor import Actor
from core.errors import Invalid, NotAllowed, NotNow, NotVisible, Problem
from core.workflow import Transition
from filings import permissions_entity as may
from filings.enums import (
    OPEN_CANCELLATION,
    CancellationState,
    CertificateState,
    DutyKind,
    DutyStanding,
    EntityState,
    HistoryKind,
    Lamp,
)
from filings.models import (
    Cancellation,
    Entity,
    HearingPause,
    HearingStatement,
    PaperKind,
    Rating,
)
from filings.selectors.lifecycle import law_of
from filings.services import announcing, duties, history, letters, telling
from filings.services.applying import end
from filings.workflow_cancellation import CANCELLATION

MAX_TEXT = 5000
Effect = Callable[[Cancellation, Actor, Mapping[str, Any]], None]


def hearing_days(entity: Entity) -> int:
    """Working days to state one's views, as the bureau reads the clause (amb_cancel_procedure)."""
    reading = law_of(entity).reading("filing.cancel_procedure") or {}
    return int(reading.get("statement_working_days") or law_of(entity).value("procedure.cancel_statement"))


def _text(value: str, name: str, words: str) -> str:
    text = value.strip()
    if not text or len(text) > MAX_TEXT or "\x00" in text:
        raise Invalid.one(name, words, name)
    return text


@transaction.atomic
def open_(*, actor: Actor, entity: Entity, ground: str, reason: str, condition: str = "") -> Cancellation:
    """An officer opens the procedure on a ground the programme declares, with facts and reasons.

    Invalid for an unknown ground, a condition that is met or whose time to rectify still runs, or a missing
    rating: a failed evaluation opens it by itself (`ratings.confirm`).
    """
    may.entity_officer.require(actor, entity)
    row = Entity.objects.select_for_update(of=("self",)).get(pk=entity.pk)
    found = row.spec.ground(ground)
    if found is None:
        raise Invalid.one("ground", _("请选择取消事由"), "ground")
    text = _text(reason, "reason", _("请写明事实和理由，最多 %(n)s 字") % {"n": MAX_TEXT})
    rating = None
    if found.needs_rating:
        rating = row.ratings.filter(grade="fail", confirmed_at__isnull=False, superseded_by=None).first()
        if rating is None:
            raise Invalid.one("not_failed", _("没有生效的不合格评价结果，不能以此取消"), "ground")
    clause = law_of(row).cite(found.rule)
    if found.needs_condition:
        clause = _overdue(row, condition)
    return start(
        actor=actor, entity=row, ground=ground, reason=text, clause=clause, condition=condition, rating=rating
    )


def _overdue(entity: Entity, condition: str) -> str:
    """The clause of a condition that is unmet and whose time to rectify has run out."""
    unmet = {u["condition"]: u for u in entity.unmet} if entity.lamp == Lamp.RED else {}
    if condition not in unmet:
        raise Invalid.one("condition", _("请选择目前不符合的条件"), "condition")
    duty = entity.duties.filter(
        kind=DutyKind.RECTIFY, standing=DutyStanding.OPEN, key__endswith=condition
    ).first()
    if duty is None or clock.now() <= duty.due_at:
        day = clock.local(duty.due_at).date().isoformat() if duty else "—"
        raise Invalid.one(
            "still_running",
            _("整改期限至 %(day)s，尚未届满") % {"day": day},
            "condition",
            unmet[condition]["clause"],
        )
    return str(unmet[condition]["clause"])


def start(
    *,
    actor: Actor,
    entity: Entity,
    ground: str,
    reason: str,
    clause: str,
    condition: str = "",
    rating: Rating | None = None,
) -> Cancellation:
    """The row and its first duty; in the caller's transaction, with the entity locked."""
    if entity.standing != EntityState.REGISTERED:
        raise NotNow.one("ended", _("该主体已不在册。"))
    if entity.cancellations.filter(state__in=OPEN_CANCELLATION).exists():
        raise NotNow.one("already_open", entity.spec.say(_("已有一件取消%(act)s正在办理。")))
    made = Cancellation.objects.create(
        entity=entity,
        ground=ground,
        condition=condition,
        clause=clause,
        reason=reason,
        rating=rating,
        opened_at=clock.now(),
        opened_by=actor.user,
    )
    audit.record("cancellation.open", actor=actor, obj=made, detail={"entity": entity.code, "ground": ground})
    duties.sync(made)
    return made


def _perform(
    row: Cancellation,
    name: str,
    actor: Actor,
    *,
    comment: str = "",
    fields: Mapping[str, Any] | None = None,
    data: Mapping[str, Any] | None = None,
    effect: Effect | None = None,
    version: int | None = None,
) -> Cancellation:
    def after(done: Cancellation, transition: Transition, who: Actor, given: Mapping[str, Any]) -> None:
        if effect is not None:
            effect(done, who, given)
        duties.sync(done)

    given = {**(data or {}), "fields": dict(fields or {})}
    return CANCELLATION.perform(
        row, name, actor=actor, comment=comment, data=given, effect=after, version=version
    )


def serve(*, actor: Actor, cancellation: Cancellation, version: int | None = None) -> Cancellation:
    """Serve the notice with its reasons: the letter goes out and the hearing's days begin tomorrow."""
    days = hearing_days(cancellation.entity)
    fields = {
        "served_at": clock.now(),
        "hearing_days": days,
        "hearing_until": workdays.add_workdays(clock.today(), days),
    }

    def effect(row: Cancellation, who: Actor, given: Mapping[str, Any]) -> None:
        letters.send(kind=PaperKind.HEARING, actor=who, cancellation=row)
        telling.cancellation_served(row)

    return _perform(cancellation, "serve", actor, fields=fields, effect=effect, version=version)


def pause(
    *, actor: Actor, cancellation: Cancellation, comment: str, version: int | None = None
) -> Cancellation:
    """Stop the hearing's clock for a stated reason; the working days left are kept."""

    def effect(row: Cancellation, who: Actor, given: Mapping[str, Any]) -> None:
        until = row.hearing_until or clock.today()
        HearingPause.objects.create(
            cancellation=row,
            since=clock.today(),
            days_left=max(workdays.workdays_between(clock.today(), until), 0),
            reason=str(given["comment"]),
            paused_by=who.user,
        )

    if cancellation.hearing_until is not None and clock.today() > cancellation.hearing_until:
        raise NotNow.one("hearing_over", _("陈述申辩期已经届满，不能暂停。"))
    return _perform(cancellation, "pause", actor, comment=comment, effect=effect, version=version)


def resume(
    *, actor: Actor, cancellation: Cancellation, comment: str = "", version: int | None = None
) -> Cancellation:
    """Let the clock run again: what was left, from tomorrow on, one working day at least."""
    stop = cancellation.pauses.filter(until__isnull=True).first()
    left = max(stop.days_left, 1) if stop is not None else 1
    fields = {"hearing_until": workdays.add_workdays(clock.today(), left)}

    def effect(row: Cancellation, who: Actor, given: Mapping[str, Any]) -> None:
        row.pauses.filter(until__isnull=True).update(until=clock.today())
        telling.hearing_moved(row)

    return _perform(
        cancellation, "resume", actor, comment=comment, fields=fields, effect=effect, version=version
    )


def close_hearing(
    *, actor: Actor, cancellation: Cancellation, comment: str = "", version: int | None = None
) -> Cancellation:
    """The days have run; what was said is on record."""
    fields = {"heard_at": clock.now()}
    return _perform(cancellation, "close_hearing", actor, comment=comment, fields=fields, version=version)


def propose(
    *,
    actor: Actor,
    cancellation: Cancellation,
    comment: str,
    weighed: str = "",
    version: int | None = None,
) -> Cancellation:
    """Propose to cancel, with what became of the unit's views."""
    fields = {
        "proposal": comment.strip()[:MAX_TEXT],
        "weighed": weighed.strip()[:MAX_TEXT],
        "proposed_by": actor.user,
        "proposed_at": clock.now(),
    }
    return _perform(
        cancellation,
        "propose_cancellation",
        actor,
        comment=comment,
        fields=fields,
        data={"weighed": weighed},
        version=version,
    )


def return_proposal(
    *, actor: Actor, cancellation: Cancellation, comment: str, version: int | None = None
) -> Cancellation:
    """The second person sends the proposal back with a reason."""
    return _perform(cancellation, "return_proposal", actor, comment=comment, version=version)


def _decided(actor: Actor, comment: str) -> dict[str, Any]:
    return {
        "decided_by": actor.user,
        "decided_at": clock.now(),
        "decided_on": clock.today(),
        "decision": comment.strip()[:MAX_TEXT],
    }


def confirm(
    *, actor: Actor, cancellation: Cancellation, comment: str, version: int | None = None
) -> Cancellation:
    """The second person decides: entity and certificate end today, the letter goes out, the public is told."""

    def effect(row: Cancellation, who: Actor, given: Mapping[str, Any]) -> None:
        entity = Entity.objects.select_for_update(of=("self",)).get(pk=row.entity_id)
        ground = entity.spec.ground(row.ground)
        label = str(ground.label) if ground else row.ground
        end(entity, EntityState.CANCELLED, CertificateState.REVOKED, clock.today(), label, who)
        history.add(entity, HistoryKind.CANCELLED, actor=who, data={"ground": label, "clause": row.clause})
        letters.send(kind=PaperKind.CANCELLATION, actor=who, cancellation=row)
        announcing.cancelled(row, entity, label, who)
        telling.cancelled(row)

    return _perform(
        cancellation,
        "confirm_cancellation",
        actor,
        comment=comment,
        fields=_decided(actor, comment),
        effect=effect,
        version=version,
    )


def drop(
    *, actor: Actor, cancellation: Cancellation, comment: str, version: int | None = None
) -> Cancellation:
    """The second person decides not to cancel, with reasons; the unit is told once it had been served."""

    return _perform(
        cancellation,
        "drop",
        actor,
        comment=comment,
        fields=_decided(actor, comment),
        effect=_ended,
        version=version,
    )


def lapse(*, cancellation: Cancellation, comment: str) -> Cancellation:
    """The portal ends it because the grade it rests on was corrected; told as in `drop`."""
    system = Actor.system()
    return _perform(
        cancellation, "lapse", system, comment=comment, fields=_decided(system, comment), effect=_ended
    )


def _ended(row: Cancellation, who: Actor, given: Mapping[str, Any]) -> None:
    """Nothing is cancelled; the unit is told once it had been served."""
    row.pauses.filter(until__isnull=True).update(until=clock.today())
    if row.served_at is not None:
        letters.send(kind=PaperKind.NOT_CANCELLED, actor=who, cancellation=row)
        telling.not_cancelled(row)


def state_views(
    *, actor: Actor, cancellation: Cancellation, text: str, upload: UploadedFile | None = None
) -> HearingStatement:
    """陈述申辩 by the lead, in writing, as often as it likes while the period runs or stands still."""
    if not may.entity_lead(actor, cancellation.entity):
        raise NotVisible.one("not_found", _("没有找到这件事项。"))
    if not may.entity_lead_signer(actor, cancellation.entity):
        raise NotAllowed.one(
            "not_signer", cancellation.entity.spec.say(_("只有%(lead)s的管理员或签字人可以陈述申辩。"))
        )
    words = _text(text, "text", _("请写明陈述申辩意见，最多 %(n)s 字") % {"n": MAX_TEXT})
    checked = None
    if upload is not None:
        checked = files.check(
            upload, name=upload.name or "", allowed=("pdf", "jpg", "png", "docx"), field="file"
        )
    with transaction.atomic():
        row = Cancellation.objects.select_for_update(of=("self",)).get(pk=cancellation.pk)
        running = row.state == CancellationState.HEARING and clock.today() <= (
            row.hearing_until or clock.today()
        )
        if not running and row.state != CancellationState.PAUSED:
            raise NotNow.one("hearing_over", _("陈述申辩期已经届满，或者尚未开始。"))
        stored = None
        if checked is not None:
            stored = files.store_generated(
                checked.data,
                name=checked.name,
                mime=checked.mime,
                actor=actor,
                kind="filings.statement",
                owner=row,
            )
        made = HearingStatement.objects.create(
            cancellation=row,
            text=words,
            stored=stored,
            organisation=actor.organisation,
            stated_by=actor.user,
            stated_at=clock.now(),
        )
        audit.record("cancellation.statement", actor=actor, obj=row, detail={"statement": made.pk})
        telling.views_stated(row)
    return made


ACTIONS: dict[str, tuple[Callable[..., Cancellation], tuple[str, ...]]] = {
    "serve": (serve, ()),
    "pause": (pause, ("comment",)),
    "resume": (resume, ("comment",)),
    "close_hearing": (close_hearing, ("comment",)),
    "propose_cancellation": (propose, ("comment", "weighed")),
    "return_proposal": (return_proposal, ("comment",)),
    "confirm_cancellation": (confirm, ("comment",)),
    "drop": (drop, ("comment",)),
}


def admit(*, actor: Actor, cancellation: Cancellation, name: str) -> bool:
    """Whether the act is possible from here. NotVisible for an unknown name, NotAllowed for who may not do it now."""
    if name not in ACTIONS:
        raise NotVisible.one("unknown_action", _("没有这项操作。"))
    transition = CANCELLATION[name]
    possible = cancellation.state in transition.sources
    if possible and not transition.allowed(actor, cancellation):
        rule: Any = transition.allowed
        raise NotAllowed([Problem("not_allowed", rule.refusal(actor, cancellation))])
    return possible


def act(
    *,
    actor: Actor,
    cancellation: Cancellation,
    name: str,
    payload: Mapping[str, Any],
    version: int | None = None,
) -> Cancellation:
    """Perform a named act: one door for pages and the API. Raises as `admit` does, and NotNow, Invalid, Stale."""
    admit(actor=actor, cancellation=cancellation, name=name)
    service, names = ACTIONS[name]
    extra = {key: str(payload.get(key) or "") for key in names}
    return service(actor=actor, cancellation=cancellation, version=version, **extra)
