"""取消备案资格 in words: the stepper, the clock of the hearing, what was done; for the office and for the unit."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock, workdays
from core.actor import Actor
from filings.enums import CancellationState as S
from filings.enums import DutyKind, DutyStanding, Grade
from filings.models import Cancellation, Entity
from filings.presentation.entity import CANCELLATION_TONES, grade_word, ground_label
from filings.presentation.status import due_face
from filings.selectors.lifecycle import law_of
from filings.workflow_cancellation import CANCELLATION

STEPS: tuple[tuple[str, tuple[S, ...]], ...] = (
    ("serve", (S.OPENED,)),
    ("hearing", (S.HEARING, S.PAUSED)),
    ("propose", (S.HEARD,)),
    ("decide", (S.PROPOSED,)),
    ("result", (S.CONFIRMED, S.DROPPED)),
)

ONWARD = ("serve", "close_hearing", "propose_cancellation")


def stepper(row: Cancellation, *, staff: bool) -> list[dict[str, Any]]:
    """The procedure; a unit does not read how far the office is once its hearing is over."""
    words = {
        "serve": _("告知事实和理由"),
        "hearing": _("陈述申辩"),
        "propose": _("拟定意见"),
        "decide": _("审定"),
        "result": _("结果"),
    }
    keys = [key for key, _states in STEPS]
    now = next(n for n, (_key, states) in enumerate(STEPS) if row.state in states)
    ended = not row.is_open
    notes = {
        "serve": _day(row.served_at),
        "hearing": _("至 %(day)s") % {"day": row.hearing_until} if row.hearing_until else "",
        "propose": _day(row.proposed_at),
        "result": str(row.get_state_display()) if ended else "",
    }
    found = [
        {"label": words[key], "state": _state(row, n, now), "note": notes.get(key, "")}
        for n, key in enumerate(keys)
    ]
    if staff:
        return found
    between = found[2] | {
        "label": _("审核决定"),
        "state": found[3]["state"] if now == 3 else found[2]["state"],
        "note": "",
    }
    return [*found[:2], between, found[4]]


def _state(row: Cancellation, step: int, now: int) -> str:
    if row.is_open:
        return "done" if step < now else "current" if step == now else "todo"
    reached = {0: row.served_at, 1: row.heard_at, 2: row.proposed_at, 3: row.decided_at}
    if step == 4:
        return "stopped" if row.state == S.CONFIRMED else "done"
    return "done" if reached[step] or (step == 3 and row.proposed_at) else "skipped"


def _day(moment: datetime.datetime | None) -> str:
    return clock.local(moment).date().isoformat() if moment else ""


def hearing_clock(row: Cancellation) -> dict[str, Any] | None:
    """How long the unit may still be heard; in words where the clock stands still."""
    if row.state == S.PAUSED:
        stop = row.pauses.filter(until__isnull=True).first()
        left = max(stop.days_left, 1) if stop else 0
        words = _("恢复计时后还有 %(n)s 个工作日；暂停期间可以陈述申辩。") % {"n": left}
        return due_face(None) | {"state": "paused", "label": words}
    if row.state != S.HEARING or row.hearing_until is None:
        return None
    face = due_face(clock.end_of_day(row.hearing_until), label=_("陈述申辩期"))
    if face["state"] == "over":
        return due_face(None, label=_("陈述申辩期已于 %(day)s 届满。") % {"day": row.hearing_until})
    if not all(workdays.is_certain(year) for year in {clock.today().year, row.hearing_until.year}):
        face["reason"] = _("该年度节假日安排尚未公布，日期为推算。")
    return face


def facts(row: Cancellation, *, staff: bool) -> list[dict[str, Any]]:
    """What the case is about."""
    entity = row.entity
    condition = entity.spec.condition(row.condition) if row.condition else None
    found: list[dict[str, Any]] = [
        {"label": _("取消事由"), "value": ground_label(entity, row.ground), "clause": row.clause},
    ]
    if condition is not None:
        found.append({"label": _("不符合的条件"), "value": str(condition.label)})
    if row.rating is not None:
        value = f"{row.rating.round} {grade_word(row.rating)}"
        found.append({"label": _("评价结果"), "value": value})
    if row.hearing_days:
        days = _("%(n)s 个工作日，至 %(day)s") % {"n": row.hearing_days, "day": row.hearing_until}
        found.append({"label": _("陈述申辩期"), "value": days})
    if staff:
        found.append(
            {
                "label": _("提出人"),
                "value": str(row.opened_by) if row.opened_by else _("系统，随评价结果复核"),
            }
        )
        if row.proposed_by:
            found.append({"label": _("拟定人"), "value": str(row.proposed_by)})
        if row.decided_by:
            found.append({"label": _("审定人"), "value": str(row.decided_by)})
    if row.decided_on:
        found.append({"label": _("决定日期"), "value": row.decided_on.isoformat()})
    return found


def head(row: Cancellation, *, staff: bool) -> dict[str, str]:
    """{state, label}: for the unit nothing of what goes on inside the office."""
    inside = row.state in (S.HEARD, S.PROPOSED) and not staff
    label = _("审核决定中") if inside else str(row.get_state_display())
    return {"state": CANCELLATION_TONES[row.state], "label": label}


def acts(row: Cancellation, actor: Actor) -> list[dict[str, Any]]:
    """What this actor may do from here, with what still stands in the way."""
    return [
        {
            "name": t.name,
            "label": str(t.label),
            "danger": t.danger,
            "onward": t.name in ONWARD,
            "url": reverse("filings:cancellation_act", args=[row.pk, t.name]),
            # whether the unit's views are answered is known only once the answer is typed
            "problems": [p for p in t.problems(row, actor) if p.code != "weighed"],
        }
        for t in CANCELLATION.available(row, actor)
    ]


def record(row: Cancellation, done: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Everything that was done, by whom, with its words: for the office. Newest first."""
    labels = {t.name: str(t.label) for t in CANCELLATION}
    labels |= {
        "open": row.entity.spec.say(_("启动取消%(act)s程序")),
        "statement": _("单位陈述申辩"),
    }
    kinds = {"confirm_cancellation": "bad", "drop": "good", "serve": "act", "return_proposal": "bad"}
    found = [
        {
            "at": one["at"],
            "label": labels.get(one["action"], one["action"]),
            "actor": one["person"] or _("系统"),
            "detail": one["comment"],
            "kind": kinds.get(one["action"], ""),
        }
        for one in done
    ]
    return found[::-1]


def pauses(row: Cancellation) -> list[dict[str, Any]]:
    return [
        {"since": p.since, "until": p.until, "reason": p.reason, "left": p.days_left}
        for p in row.pauses.all()
    ]


def statements(row: Cancellation) -> list[dict[str, Any]]:
    """What the unit said, with a receipt: when it arrived and as which number of the case."""
    rows = row.statements.select_related("stored", "stated_by", "organisation")
    return [
        {"number": n, "statement": one, "by": f"{one.organisation.name} {one.stated_by}"}
        for n, one in enumerate(rows, start=1)
    ]


def is_hearing(row: Cancellation) -> bool:
    """Whether the unit may be heard now."""
    if row.state == S.PAUSED:
        return True
    return row.state == S.HEARING and row.hearing_until is not None and clock.today() <= row.hearing_until


def unmet_choices(entity: Entity) -> list[tuple[str, str]]:
    """Conditions that are unmet, each with its clause and the day until which it may be put right."""
    rows = entity.duties.filter(kind=DutyKind.RECTIFY, standing=DutyStanding.OPEN)
    due = {duty.key.partition(":")[2]: duty.due_at for duty in rows}
    found = []
    for one in entity.unmet:
        until = next((at for key, at in due.items() if one["condition"].startswith(key)), None)
        words = {"label": one["label"], "clause": one["clause"], "day": _day(until)}
        if until is None:
            text = _("%(label)s（%(clause)s），没有整改期限") % words
        elif clock.now() <= until:
            text = _("%(label)s（%(clause)s），整改期限至 %(day)s，尚未届满") % words
        else:
            text = _("%(label)s（%(clause)s），整改期限已于 %(day)s 届满") % words
        found.append((one["condition"], text))
    return found


def ground_choices(entity: Entity) -> list[tuple[str, str]]:
    """Grounds the programme declares, each with its clause and with what it lacks today."""
    law = law_of(entity)
    failed = entity.ratings.filter(grade=Grade.FAIL, confirmed_at__isnull=False, superseded_by=None).exists()
    found = []
    for ground in entity.spec.grounds:
        words = f"{ground.label}（{law.cite(ground.rule)}）"
        if ground.needs_rating and not failed:
            words += _("，目前没有生效的不合格评价结果")
        if ground.needs_condition and not entity.unmet:
            words += _("，目前没有不符合的条件")
        found.append((ground.key, words))
    return found
