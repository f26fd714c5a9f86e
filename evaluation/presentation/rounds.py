"""Rounds as pages show them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actor import Actor
from core.workflow import Transition
from evaluation import permissions as may
from evaluation.enums import GATHERING, RUNNING, CorrectionState, Exclusion, RoundState
from evaluation.models import Plan, Round, Run
from evaluation.presentation import monitor, round_reports
from evaluation.presentation.crumbs import crumbs, of_round
from evaluation.scheme import parse
from evaluation.selectors import population as people
from evaluation.selectors import rounds as see
from evaluation.selectors.schemes import offered
from evaluation.workflow import WORKFLOW
from filings.enums import Grade

TABS = {
    "running": gettext_lazy("进行中"),
    "proposed": gettext_lazy("待审定"),
    "draft": gettext_lazy("编制中"),
    "confirmed": gettext_lazy("已审定"),
    "stopped": gettext_lazy("已终止"),
}
TONES = {
    RoundState.DRAFT: "doing",
    RoundState.OPEN: "doing",
    RoundState.CHECKING: "doing",
    RoundState.REVIEWING: "doing",
    RoundState.SCORED: "doing",
    RoundState.PROPOSED: "wait",
    RoundState.CONFIRMED: "done",
    RoundState.STOPPED: "off",
}
# what is to be written with a step, where it is more than an opinion
COMMENTS = {
    "reopen": gettext_lazy("退回的理由"),
    "send_back": gettext_lazy("退回的理由"),
    "stop": gettext_lazy("终止的理由"),
    "propose": gettext_lazy("拟定意见"),
    "confirm": gettext_lazy("审定意见"),
}
STEPS = (
    RoundState.DRAFT,
    RoundState.OPEN,
    RoundState.CHECKING,
    RoundState.REVIEWING,
    RoundState.SCORED,
    RoundState.PROPOSED,
    RoundState.CONFIRMED,
)


def line(row: Round) -> dict[str, Any]:
    """A round in the list."""
    return {
        "row": row,
        "url": reverse("evaluation:round", args=[row.code]),
        "tone": TONES[RoundState(row.state)],
        "word": row.get_state_display(),
        "correcting": correcting(row),
        "due": due(row),
    }


def correcting(row: Round) -> str:
    """What its open correction is at, where the selector has looked for one."""
    state = getattr(row, "correcting", None)
    return _("更正：%(state)s") % {"state": CorrectionState(state).label} if state else ""


def due(row: Round) -> Any:
    """The date that comes next in the calendar."""
    return {
        RoundState.OPEN: row.reports_until,
        RoundState.CHECKING: row.checks_until,
        RoundState.REVIEWING: row.reviews_until,
    }.get(RoundState(row.state))


def page(row: Round, actor: Actor) -> dict[str, Any]:
    """Everything the page of a round shows to this actor."""
    doc = parse(row.scheme.tree)
    experts = any(one.method == "expert" for one in doc.indicators)
    runs = [one_run(run) for run in see.runs(row)]
    keeps = may.round_officer(actor, row)
    return {
        "round": row,
        "tone": TONES[RoundState(row.state)],
        "crumbs": crumbs((row.name, "")),
        "steps": _steps(row, experts=experts),
        "progress": see.progress(row),
        "runs": runs,
        "moving": any(run["running"] for run in runs) or _settling(row),
        "acts": acts(row, actor, experts=experts),
        "may_run": keeps and row.state in GATHERING and not any(run["running"] for run in runs),
        "late": see.late(row).count() if row.state in GATHERING else 0,
        "may_settle": keeps and row.state in GATHERING,
        "may_edit": may.round_keeper(actor, row) and row.state == RoundState.DRAFT,
        "may_extend": keeps and row.state in RUNNING,
        "experts": experts,
        "reports": round_reports.of_round(row),
        "may_pack": keeps,
        "events": list(row.events.select_related("by")[:60]),
        "grades": grades(row.result) if row.result else [],
        "settling": _settling(row),
    }


def _settling(row: Round) -> bool:
    """Confirmed, and the worker has not recorded every grade yet."""
    return row.state == RoundState.CONFIRMED and row.entities.filter(included=True, rating=None).exists()


def _steps(row: Round, *, experts: bool) -> list[dict[str, Any]]:
    """The way of a round for the stepper; without expert indicators nobody reviews."""
    way = [step for step in STEPS if experts or step != RoundState.REVIEWING]
    at = way.index(RoundState(row.state)) if row.state in way else -1
    return [
        {
            "label": step.label,
            "state": "done"
            if n < at or row.state == RoundState.CONFIRMED
            else "current"
            if n == at
            else "todo",
        }
        for n, step in enumerate(way)
    ]


def one_run(run: Run) -> dict[str, Any]:
    """A run with how far its job is."""
    job = getattr(run, "job", None)
    told = monitor.job(job) if job is not None else {}
    return {
        "run": run,
        "finished": run.finished_at is not None,
        "running": run.finished_at is None and bool(told) and told["running"],
        "failed": run.finished_at is None and (not told or told["failed"]),
        "share": job.progress if job is not None else 0,
        "told": told.get("told", ""),
        "error": job.error if job is not None else "",
        "grades": grades(run) if run.finished_at is not None else [],
    }


def grades(run: Run) -> list[dict[str, Any]]:
    """How many of each grade, in the scheme's words."""
    words = {band["grade"]: band["word"] for band in run.program["scheme"]["bands"]}
    counts = run.summary.get("grades", {})
    return [
        {"grade": grade, "label": words.get(grade, Grade(grade).label), "count": counts.get(grade, 0)}
        for grade in Grade.values
        if grade in words or counts.get(grade)
    ]


def acts(row: Round, actor: Actor, *, experts: bool) -> list[dict[str, Any]]:
    """The steps this actor may take, the first one the way forward, with what still blocks each."""
    found = []
    for transition in WORKFLOW.available(row, actor):
        if transition.name == "start_reviews" and not experts:
            continue
        found.append(
            {
                "name": transition.name,
                "label": transition.label,
                "danger": transition.danger,
                "url": reverse("evaluation:round_act", args=[row.code, transition.name]),
                "why_not": [problem.message for problem in transition.problems(row, actor)],
            }
        )
    return found


def about_act(row: Round, transition: Transition, actor: Actor, run: Run | None) -> dict[str, Any]:
    """What a step brings, and for the steps of the result the result itself."""
    facts = [{"label": _("当前状态"), "value": row.get_state_display()}]
    found: dict[str, Any] = {"consequence": transition.help, "danger": transition.danger}
    if transition.name == "accept_run" and run is not None:
        facts.append({"label": _("采用的评分"), "value": _("第 %(n)s 次") % {"n": run.number}})
        facts += _counted(run)
    if transition.name in ("propose", "confirm", "send_back") and row.run is not None:
        facts += _counted(row.run)
    if transition.name == "confirm":
        facts.append({"label": _("拟定意见"), "value": row.proposal})
        facts.append({"label": _("拟定人"), "value": str(row.proposed_by or "")})
    return found | {"facts": facts}


def _counted(run: Run) -> list[dict[str, Any]]:
    return [{"label": one["label"], "value": _("%(n)s 个") % {"n": one["count"]}} for one in grades(run)]


def population(row: Round, actor: Actor) -> dict[str, Any]:
    """Before the opening: candidates with reasons, what the officer left out last."""
    own = {one.entity_id: one for one in row.entities.select_related("entity")}
    rows = []
    for found in people.candidates(row):
        left = own.get(found.entity.pk)
        rows.append(
            {
                "entity": found.entity,
                "included": found.included and left is None,
                "why": left.get_exclusion_display() if left else _why(found),
                "note": left.exclusion_note if left else found.note,
                "left": left is not None,
            }
        )
    return {
        "round": row,
        "crumbs": of_round(row, (_("参评范围"), "")),
        "included": [one for one in rows if one["included"]],
        "left_out": [one for one in rows if not one["included"]],
        "may_edit": may.round_keeper(actor, row),
    }


def _why(found: people.Candidate) -> str:
    return str(Exclusion(found.exclusion).label) if found.exclusion else ""


def plans(actor: Actor) -> dict[str, Any]:
    """The plans of the actor's bureau."""
    rows = Plan.objects.filter(authority=actor.organisation).prefetch_related("rounds")
    labels = {row.key: row.label for row in offered(actor.organisation)}
    return {
        "rows": [{"row": row, "label": labels.get(row.scheme_key, row.scheme_key)} for row in rows],
        "crumbs": crumbs((_("定期评价安排"), "")),
    }
