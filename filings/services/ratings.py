"""What an evaluation concluded, recorded on the spine by one person and confirmed by another; then it has consequences."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock, files
from core.actor import Actor
from core.errors import Invalid, NotNow, Problem
from core.models import StoredFile
from filings import permissions_entity as may
from filings.enums import OPEN_CANCELLATION, EntityState, Grade, HistoryKind
from filings.models import Cancellation, Entity, Rating
from filings.selectors.lifecycle import law_of
from filings.services import cancellation, duties, history, telling


def record_rating(
    *,
    actor: Actor,
    entity: Entity,
    round: str,
    rated_on: str | datetime.date,
    grade: str,
    word: str = "",
    score: Any = None,
    by_whom: str = "",
    summary: str = "",
    upload: UploadedFile | None = None,
    corrects: Rating | None = None,
) -> Rating:
    """Record a grade; it counts once another person has confirmed it (`confirm`).

    `score` is out of 100 with two places at most. `corrects` names the rating in force that this one replaces.
    Invalid for what is missing, a future day or a round recorded already.
    """
    may.entity_officer.require(actor, entity)
    values = _checked(entity, round, rated_on, grade, score)
    checked = None
    if upload is not None:
        checked = files.check(upload, name=upload.name or "", allowed=("pdf",), field="report")
    texts = {"word": word.strip()[:20], "by_whom": by_whom.strip()[:120], "summary": summary.strip()[:5000]}
    with transaction.atomic():
        row = Entity.objects.select_for_update(of=("self",)).get(pk=entity.pk)
        values["round"] = _round(row, values["round"], corrects)
        made = Rating.objects.create(
            entity=row,
            corrects=corrects,
            report=_stored(checked, row, actor),
            recorded_by=actor.user,
            recorded_at=clock.now(),
            **values,
            **texts,
        )
        detail = {"entity": row.code, "grade": grade, "round": made.round}
        audit.record("rating.recorded", actor=actor, obj=made, detail=detail)
        duties.sync(row)
        telling.rating_recorded(made)
    return made


def _round(entity: Entity, name: str, corrects: Rating | None) -> str:
    """The name of the round; a correction is named after what it corrects. Invalid for one recorded already."""
    if corrects is not None:
        if corrects.entity_id != entity.pk or not corrects.is_in_force:
            raise NotNow.one("not_in_force", _("只能更正已经生效的评价结果。"))
        name = _next_name(corrects.round)
    if entity.ratings.filter(round=name, refused_at=None, superseded_by=None).exists():
        raise Invalid.one("round", _("该轮次的评价结果已经登记"), "round")
    return name


def _next_name(name: str) -> str:
    """2026（更正）, 2026（更正2）, …: it stays short however often a round is corrected."""
    found = re.fullmatch(r"(.*)（更正(\d*)）", name)  # data
    if found is None:
        return _("%(round)s（更正）") % {"round": name}
    return _("%(round)s（更正%(n)s）") % {"round": found[1], "n": int(found[2] or 1) + 1}


def _stored(checked: files.Checked | None, entity: Entity, actor: Actor) -> StoredFile | None:
    if checked is None:
        return None
    return files.store_generated(
        checked.data,
        name=checked.name,
        mime=checked.mime,
        actor=actor,
        kind="filings.rating",
        owner=entity,
    )


def _checked(
    entity: Entity, round_: str, rated_on: str | datetime.date, grade: str, score: Any
) -> dict[str, Any]:
    problems = []
    name = round_.strip()
    if not name or len(name) > 70 or "\x00" in name:
        problems.append(Problem("round", _("请填写评价轮次，例如：2027 年度绩效评价"), "round"))
    if grade not in Grade.values:
        problems.append(Problem("grade", _("请选择评价等次"), "grade"))
    day = None
    try:
        day = rated_on if isinstance(rated_on, datetime.date) else datetime.date.fromisoformat(rated_on)
        if not entity.valid_from <= day <= clock.today():
            problems.append(
                Problem("rated_on", entity.spec.say(_("评价日期应在%(act)s之后、不晚于今天")), "rated_on")
            )
    except ValueError:
        problems.append(Problem("rated_on", _("评价日期应为 2026-01-31 的形式"), "rated_on"))
    value = None
    if score not in (None, ""):
        try:
            value = Decimal(str(score)).quantize(Decimal("0.01"))
            if not 0 <= value <= 120:
                raise InvalidOperation
        except InvalidOperation:
            problems.append(Problem("score", _("得分应为 0 至 120 的数"), "score"))
    if problems:
        raise Invalid(problems)
    return {"round": name, "rated_on": day, "grade": grade, "score": value}


@transaction.atomic
def confirm(*, actor: Actor, rating: Rating) -> Rating:
    """The second person confirms: the grade counts, is public, and a failed one opens the way to a hearing."""
    may.entity_head.require(actor, rating.entity)
    entity = _locked(rating.entity)
    row = _open(rating)
    if actor.user is None or row.recorded_by_id == actor.user_id:
        raise Invalid.one("two_people", _("评价结果由您登记，须由另一人复核"))
    row.confirmed_by, row.confirmed_at = actor.user, clock.now()
    row.save(update_fields=["confirmed_by", "confirmed_at"])
    _take_effect(row, entity, actor)
    return row


@transaction.atomic
def refuse(*, actor: Actor, rating: Rating, reason: str) -> Rating:
    """The second person does not confirm, with a reason; it stays on record and never counted."""
    may.entity_head.require(actor, rating.entity)
    entity = Entity.objects.select_for_update(of=("self",)).get(pk=rating.entity_id)
    row = _open(rating)
    if not reason.strip():
        raise Invalid.one("reason", _("请写明理由"), "reason")
    row.refused_by, row.refused_at, row.refused_because = actor.user, clock.now(), reason.strip()[:2000]
    row.save(update_fields=["refused_by", "refused_at", "refused_because"])
    audit.record("rating.refused", actor=actor, obj=row, detail={"reason": row.refused_because})
    duties.sync(entity)
    return row


@transaction.atomic
def conclude(
    *,
    proposed_by: Actor,
    confirmed_by: Actor,
    entity: Entity,
    round: str,
    rated_on: datetime.date,
    grade: str,
    word: str = "",
    score: Decimal | None = None,
    by_whom: str = "",
    summary: str = "",
    corrects: Rating | None = None,
) -> Rating:
    """What a whole round concluded about one entity: proposed by one person, confirmed by another, in force at once.

    `corrects` names the rating in force that this one replaces. A round that was carried on after an interruption
    finds what it has recorded and leaves it alone. Who may was asked of the round, whose confirmation this carries out.
    """
    row = _locked(entity)
    if corrects is not None:
        round = _round(row, round, corrects)
    known = row.ratings.filter(round=round, refused_at=None, superseded_by=None).first()
    if known is not None and known.confirmed_at is not None:
        return known
    if known is not None:
        raise NotNow.one("round_taken", _("该轮次已有一条尚未复核的评价结果，请先复核或者退回。"))
    if proposed_by.user_id == confirmed_by.user_id:
        raise Invalid.one("two_people", _("评价结果须由另一人复核"))
    if grade not in Grade.values:
        raise Invalid.one("grade", _("没有评定等次的，不能登记评价结果"), "grade")
    moment = clock.now()
    made = Rating.objects.create(
        entity=row,
        round=round,
        rated_on=rated_on,
        grade=grade,
        word=word[:20],
        score=score,
        by_whom=by_whom[:120],
        summary=summary[:5000],
        corrects=corrects,
        recorded_by=proposed_by.user,
        recorded_at=moment,
        confirmed_by=confirmed_by.user,
        confirmed_at=moment,
    )
    _take_effect(made, row, confirmed_by)
    return made


def _locked(entity: Entity) -> Entity:
    """The entity, after a cancellation under way: acts of a hearing lock in this order too."""
    list(
        entity.cancellations.select_for_update(of=("self",), no_key=True).filter(state__in=OPEN_CANCELLATION)
    )
    return Entity.objects.select_for_update(of=("self",)).get(pk=entity.pk)


def _open(rating: Rating) -> Rating:
    row = Rating.objects.select_for_update(of=("self",)).get(pk=rating.pk)
    if row.confirmed_at is not None or row.refused_at is not None:
        raise NotNow.one("decided", _("该评价结果已经复核。"))
    return row


def _take_effect(row: Rating, entity: Entity, actor: Actor) -> None:
    """优秀 gives priority, 不合格 opens a proposed cancellation: nothing bites before the hearing."""
    label = row.word or row.get_grade_display()
    if row.corrects is not None:
        Rating.objects.filter(pk=row.corrects.pk, superseded_by=None).update(superseded_by=row)
        _follow(row, row.corrects, entity, label)
    data = {"round": row.round, "grade": row.grade, "word": label}
    history.add(entity, HistoryKind.RATED, actor=actor, on=row.rated_on, data=data)
    audit.record("rating.confirmed", actor=actor, obj=row, detail={"entity": entity.code, "grade": row.grade})
    if row.grade == Grade.FAIL and (row.corrects is None or row.corrects.grade != Grade.FAIL):
        _open_hearing(row, entity, label)
    duties.sync(entity)
    telling.rated(row)


def _follow(row: Rating, before: Rating, entity: Entity, label: str) -> None:
    """A cancellation under way on the grade that was corrected: it ends with the ground, or rests on the new rating."""
    case = entity.cancellations.filter(rating=before, state__in=OPEN_CANCELLATION).first()
    if case is None:
        return
    if row.grade == Grade.FAIL:
        Cancellation.objects.filter(pk=case.pk).update(rating=row)
        return
    words = _("%(round)s结果已更正为“%(word)s”，不再具备取消的事由，程序终止。")
    cancellation.lapse(cancellation=case, comment=words % {"round": before.round, "word": label})


def _open_hearing(row: Rating, entity: Entity, label: str) -> None:
    """The cancellation that a failed evaluation calls for, where the programme knows that ground and none is open."""
    ground = next((g for g in entity.spec.grounds if g.needs_rating), None)
    busy = entity.cancellations.filter(state__in=OPEN_CANCELLATION).exists()
    if ground is None or busy or entity.standing != EntityState.REGISTERED:
        return
    cancellation.start(
        actor=Actor.system(),
        entity=entity,
        ground=ground.key,
        reason=_("%(round)s结果为“%(word)s”。") % {"round": row.round, "word": label},
        clause=law_of(entity).cite(ground.rule),
        rating=row,
    )
