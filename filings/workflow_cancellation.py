"""取消备案资格 as one table: reasons, hearing, proposal, a second person. No act leads past the hearing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.permissions import Rule, is_system, officer_in
from core import clock
from core.actor import Actor
from core.errors import Problem
from core.workflow import Transition, Workflow
from filings.enums import CancellationState as S
from filings.enums import EntityState, Grade, Lamp
from filings.models import Cancellation
from filings.permissions_entity import disinterested as has_no_part_in
from filings.selectors import ratings
from filings.selectors.lifecycle import lamp_of

T = Transition
Data = Mapping[str, Any]


def _is_disinterested(actor: Actor, row: Cancellation) -> bool:
    return has_no_part_in(actor, row.entity)


def _is_second(actor: Actor, row: Cancellation) -> bool:
    return actor.user is not None and actor.user_id not in (row.proposed_by_id, row.opened_by_id)


disinterested = Rule(_is_disinterested, has_no_part_in.sentence)
second_person = Rule(_is_second, _("提出、拟定与审定须由两人办理：提出人和拟定人不能审定。"))
may_handle = (
    officer_in("entity.authority", Role.CASE_OFFICER, Role.DIVISION_HEAD).saying(
        _("此事由登记机关的经办人办理。")
    )
    & disinterested
)
may_decide = (
    officer_in("entity.authority", Role.DIVISION_HEAD).saying(_("此事由登记机关的处室负责人办理。"))
    & second_person
    & disinterested
)


def ground_holds(row: Cancellation, actor: Actor, data: Data) -> Iterable[Problem]:
    """Nobody is cancelled who has passed, or who meets the condition again, or who has left meanwhile."""
    entity = row.entity
    if entity.standing != EntityState.REGISTERED:
        yield Problem("ended", _("该主体已不在册"))
        return
    ground = entity.spec.ground(row.ground)
    if ground is not None and ground.needs_rating:
        rating = row.rating
        if rating is None or not rating.is_in_force or rating.grade != Grade.FAIL:
            yield Problem("not_failed", _("没有生效的不合格评价结果，不能以此取消"), "", row.clause)
        elif doubt := ratings.doubt(rating):
            yield Problem("in_doubt", doubt, "", row.clause)
    if ground is not None and ground.needs_condition:
        lamp, unmet = lamp_of(entity, clock.today())
        # amber only foretells: what will be unmet is no ground today
        if lamp != Lamp.RED or row.condition not in {j.condition for j in unmet}:
            yield Problem("met", _("该条件现已符合，不能以此取消"), "", row.clause)


def hearing_over(row: Cancellation, actor: Actor, data: Data) -> Iterable[Problem]:
    """The unit had all of its days."""
    if row.hearing_until is None or clock.today() <= row.hearing_until:
        day = row.hearing_until.isoformat() if row.hearing_until else "—"
        yield Problem(
            "hearing_open", _("陈述申辩期至 %(day)s 止，尚未届满") % {"day": day}, "hearing", row.clause
        )
    if row.pauses.filter(until__isnull=True).exists():
        yield Problem("paused", _("陈述申辩期的计时已暂停，恢复并届满后才能办理"), "hearing", row.clause)


def views_weighed(row: Cancellation, actor: Actor, data: Data) -> Iterable[Problem]:
    """What the unit said is answered point by point before anything is proposed."""
    if row.statements.exists() and not str(data.get("weighed") or "").strip():
        yield Problem("weighed", _("单位已陈述申辩，请写明意见的采纳情况和理由"), "weighed")


CANCELLATION = Workflow(
    noun="cancellation",
    transitions=(
        T("serve", (S.OPENED,), S.HEARING, may_handle, (ground_holds,), label=_("送达事先告知书")),
        T("pause", (S.HEARING,), S.PAUSED, may_handle, needs_comment=True, label=_("暂停计时")),
        T("resume", (S.PAUSED,), S.HEARING, may_handle, label=_("恢复计时")),
        T("close_hearing", (S.HEARING,), S.HEARD, may_handle, (hearing_over,), label=_("听取意见完毕")),
        T(
            "propose_cancellation",
            (S.HEARD,),
            S.PROPOSED,
            may_handle,
            (ground_holds, hearing_over, views_weighed),
            needs_comment=True,
            label=_("拟定取消意见"),
        ),
        T(
            "confirm_cancellation",
            (S.PROPOSED,),
            S.CONFIRMED,
            may_decide,
            (ground_holds, hearing_over),
            needs_comment=True,
            label=_("审定取消"),
            danger=True,
        ),
        T(
            "return_proposal",
            (S.PROPOSED,),
            S.HEARD,
            may_decide,
            needs_comment=True,
            label=_("退回重拟"),
        ),
        T(
            "drop",
            (S.OPENED, S.HEARING, S.PAUSED, S.HEARD, S.PROPOSED),
            S.DROPPED,
            may_decide,
            needs_comment=True,
            label=_("不予取消"),
        ),
        T(
            "lapse",
            (S.OPENED, S.HEARING, S.PAUSED, S.HEARD, S.PROPOSED),
            S.DROPPED,
            is_system,
            needs_comment=True,
            label=_("评价结果更正，程序终止"),
        ),
    ),
)
