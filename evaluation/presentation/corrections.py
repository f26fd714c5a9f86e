"""Corrections of a confirmed round as pages show them: who is named, whose result moves, what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core.actor import Actor
from core.workflow import Transition
from evaluation import permissions as may
from evaluation.enums import CorrectionState as S
from evaluation.enums import RoundState
from evaluation.models import Correction, ResultChange, Round, RunRow
from evaluation.presentation.crumbs import of_round
from evaluation.presentation.rounds import one_run
from evaluation.presentation.tones import GRADES
from evaluation.selectors import corrections as see
from evaluation.selectors import rounds
from evaluation.selectors.register import ratings_of
from evaluation.workflow_correction import CORRECTION
from filings.enums import OPEN_CANCELLATION, EntityState, Grade
from filings.models import Cancellation

TONES = {S.OPEN: "doing", S.PROPOSED: "wait", S.CONFIRMED: "done", S.WITHDRAWN: "off"}
STEPS = (S.OPEN, S.PROPOSED, S.CONFIRMED)


def url_of(row: Round, correction: Correction) -> str:
    return reverse("evaluation:correction", args=[row.code, correction.number])


def of_the_round(row: Round, actor: Actor) -> dict[str, Any]:
    """What the page of a round says of its corrections, the newest first."""
    held = list(row.corrections.select_related("opened_by", "round")) if row.confirmed_at else []
    busy = any(one.state in (S.OPEN, S.PROPOSED) for one in held)
    return {
        "corrections": [line(row, one) for one in held],
        "may_correct": row.state == RoundState.CONFIRMED and not busy and may.round_officer(actor, row),
    }


def line(row: Round, one: Correction) -> dict[str, Any]:
    return {
        "correction": one,
        "url": url_of(row, one),
        "tone": TONES[S(one.state)],
        "word": one.get_state_display(),
    }


def page(correction: Correction, actor: Actor, shown: Sequence[ResultChange]) -> dict[str, Any]:
    """Everything the page of a correction shows to this actor; `shown`: the changes on this page of the list."""
    row = correction.round
    runs = [one_run(one) for one in rounds.runs(row) if one.correction_id == correction.pk]
    run = see.newest(correction)
    running = any(one["running"] for one in runs)
    works = correction.state == S.OPEN and may.correction_officer(actor, correction)
    settling = correction.state == S.CONFIRMED and correction.applied_at is None
    return line(row, correction) | {
        "round": row,
        "crumbs": of_round(row, (str(correction), "")),
        "steps": _steps(correction),
        "acts": acts(correction, actor),
        "next": _next(correction),
        "named": _named(correction),
        "runs": runs,
        "run": run,
        "counted": see.counted(run) if run is not None else {},
        "changes": [change(one, correction) for one in shown],
        "may_name": works,
        "may_run": works and not running,
        "moving": running or settling,
        "settling": settling,
        "standing": _standing(correction),
    }


def _next(correction: Correction) -> str:
    """What is to be done before the steps offered."""
    if correction.state == S.OPEN:
        return _("在列明主体的页面修正数据，重新评分并核对结果变动后，提交审定。")
    if correction.state == S.PROPOSED:
        return _("核对结果变动和影响。由没有提出、提交本次更正，也没有修正过数据的人审定。")
    return ""


def _steps(correction: Correction) -> list[dict[str, Any]]:
    if correction.state == S.WITHDRAWN:
        return []
    at = STEPS.index(S(correction.state))
    done = correction.state == S.CONFIRMED
    return [
        {"label": step.label, "state": "done" if n < at or done else "current" if n == at else "todo"}
        for n, step in enumerate(STEPS)
    ]


def acts(correction: Correction, actor: Actor) -> list[dict[str, Any]]:
    """The steps this actor may take. What blocks a submission is found out when it is asked for."""
    return [
        {
            "label": step.label,
            "danger": step.danger,
            "url": reverse(
                "evaluation:correction_act", args=[correction.round.code, correction.number, step.name]
            ),
        }
        for step in CORRECTION.available(correction, actor)
    ]


def about_act(correction: Correction, step: Transition) -> dict[str, Any]:
    """What a step brings, and in figures what the correction moves."""
    run = see.newest(correction)
    facts = [{"label": _("更正事由"), "value": correction.get_ground_display()}]
    if run is not None and step.name != "withdraw":
        found = see.counted(run)
        labels = {
            "all": _("结果有变动的主体"),
            "regraded": _("其中等次改变"),
            "scored": _("其中得分改变"),
            "unnamed": _("其中未列明的主体"),
        }
        facts += [{"label": text, "value": _("%(n)s 个") % {"n": found[key]}} for key, text in labels.items()]
    if step.name == "confirm":
        facts.append({"label": _("拟定意见"), "value": correction.proposal})
        facts.append({"label": _("提交人"), "value": str(correction.proposed_by or "")})
    return {"consequence": step.help, "danger": step.danger, "facts": facts}


def _named(correction: Correction) -> list[dict[str, Any]]:
    """The entities that are corrected, each with how much was changed."""
    found = []
    for one in correction.named.select_related("subject__entity__lead"):
        subject = one.subject
        found.append(
            {
                "entity": subject.entity,
                "url": reverse("evaluation:subject", args=[correction.round.code, subject.pk]),
                "figures": correction.changes.filter(subject=subject).values("code").distinct().count(),
                "marks": correction.marks.filter(subject=subject, withdrawn_at=None).count(),
            }
        )
    return found


def change(one: ResultChange, correction: Correction) -> dict[str, Any]:
    """One entity: before and after, and what follows on the register."""
    before, after = one.before, one.after
    return {
        "change": one,
        "entity": after.entity,
        "url": reverse("evaluation:subject", args=[correction.round.code, one.subject_id]),
        "before": _side(before),
        "after": _side(after),
        "moved": before.total != after.total,
        "ranked": before.rank != after.rank,
        "follows": follows(one) if one.regraded else [],
        "rating_url": reverse("filings:rating", args=[after.entity.code, one.rating_id])
        if one.rating_id
        else "",
    }


def _side(row: RunRow) -> dict[str, Any]:
    return {
        "row": row,
        "word": row.outcome["word"],
        "tone": GRADES.get(row.grade, "off"),
        "of": row.outcome["of"],
    }


def follows(one: ResultChange) -> list[dict[str, Any]]:
    """What another grade does to priority, payments and proceedings, in sentences."""
    before, after = one.before.grade, one.after.grade
    found = []
    if Grade.EXCELLENT in (before, after):
        won = after == Grade.EXCELLENT
        found.append(_said(_("可以优先支持") if won else _("不再据此优先支持")))
    if before == Grade.FAIL:
        found += _no_longer_failed(one)
    if after == Grade.FAIL:
        found.append(_said(_newly_failed(one), "bad"))
    return found


def _said(text: str, tone: str = "") -> dict[str, Any]:
    return {"text": text, "tone": tone}


def _no_longer_failed(one: ResultChange) -> list[dict[str, Any]]:
    rows = Cancellation.objects.filter(rating__in=ratings_of(one.subject))
    for case in rows:
        if case.state in OPEN_CANCELLATION:
            words = _("终止取消程序（现为：%(state)s），不再因此暂缓拨付")
            return [_said(words % {"state": case.get_state_display()})]
        if case.state == "confirmed":
            return [_said(_("已按原等次取消资格：不恢复，须另行决定"), "bad")]
    return [_said(_("不再因此暂缓拨付"))]


def _newly_failed(one: ResultChange) -> str:
    entity = one.after.entity
    if entity.standing != EntityState.REGISTERED:
        return _("已不在册，不启动取消程序")
    if one.rating_id is None and entity.cancellations.filter(state__in=OPEN_CANCELLATION).exists():
        return _("暂缓拨付；已有取消程序在办，不另行启动")
    if not any(ground.needs_rating for ground in entity.spec.grounds):
        return _("暂缓拨付")
    return _("进入事先告知和陈述申辩程序，暂缓拨付")


def _standing(correction: Correction) -> list[dict[str, Any]]:
    """Cancellations that took effect on a grade that was corrected: each needs a decision of its own."""
    if correction.run is None:
        return []
    rows = ResultChange.objects.filter(run=correction.run, stands__isnull=False)
    return [
        {
            "entity": one.subject.entity,
            "case": one.stands,
            "url": reverse("filings:cancellation", args=[one.stands_id]),
        }
        for one in rows.select_related("subject__entity", "stands")
    ]
