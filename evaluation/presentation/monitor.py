"""Jobs of evaluations as the monitor shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actor import Actor
from core.models import Job
from evaluation import permissions as may
from evaluation.models import Report, Round

NAMES = {
    "evaluation.plan": gettext_lazy("定期建立轮次"),
    "evaluation.collect": gettext_lazy("汇集数据"),
    "evaluation.run": gettext_lazy("评分"),
    "evaluation.consequences": gettext_lazy("登记评价等次"),
    "evaluation.correction": gettext_lazy("登记更正结果"),
    "evaluation.report": gettext_lazy("出具评价报告"),
    "evaluation.round_report": gettext_lazy("出具总报告"),
    "evaluation.archive": gettext_lazy("打包报告"),
    "evaluation.pack": gettext_lazy("生成审计包"),
}
# what a finished job tells, by the key of its result
RESULTS = {
    "entities": gettext_lazy("%(entities)s 个主体"),
    "rated": gettext_lazy("已登记 %(rated)s 个主体"),
    "reports": gettext_lazy("%(reports)s 份报告"),
    "files": gettext_lazy("%(files)s 个文件"),
}
TONES = {
    Job.State.QUEUED: "wait",
    Job.State.RUNNING: "doing",
    Job.State.DONE: "done",
    Job.State.FAILED: "bad",
}


def job(row: Job) -> dict[str, Any]:
    """One job: what, how far, and why it failed."""
    return {
        "job": row,
        "name": NAMES.get(row.kind, row.kind),
        "tone": TONES[Job.State(row.state)],
        "word": row.get_state_display(),
        "failed": row.state == Job.State.FAILED,
        "running": row.state in (Job.State.QUEUED, Job.State.RUNNING),
        "told": _told(row),
    }


def _told(row: Job) -> str:
    """How far it is; of what is done, what came of it: the last progress of a finished job says less than that."""
    if row.state == Job.State.DONE:
        return next((said % row.result for key, said in RESULTS.items() if row.result.get(key)), "")
    return row.message or (_("等待开始") if row.state == Job.State.QUEUED else "")


def _about(rows: Sequence[Job]) -> dict[int, str]:
    """By job the round it works for and, of one report, whose it is."""
    rounds = dict(Round.objects.filter(pk__in=_named(rows, "round")).values_list("pk", "name"))
    reports = dict(
        Report.objects.filter(pk__in=_named(rows, "report")).values_list("pk", "entity__name"),
    )
    return {row.pk: _line(row, rounds, reports) for row in rows}


def _line(row: Job, rounds: Mapping[int, str], reports: Mapping[int, str | None]) -> str:
    name = rounds.get(row.payload.get("round", 0), "")
    if row.payload.get("report") in reports:
        return f"{name}，{reports[row.payload['report']] or _('总报告')}"  # data
    return name


def _named(rows: Sequence[Job], key: str) -> set[int]:
    return {row.payload[key] for row in rows if isinstance(row.payload.get(key), int)}


def page(rows: Sequence[Job], actor: Actor) -> dict[str, Any]:
    """The monitor's table."""
    about = _about(rows)
    found = [job(row) | {"about": about[row.pk]} for row in rows]
    return {
        "rows": found,
        "moving": any(one["running"] for one in found),
        "may_retry": may.evaluation_keeper(actor),
    }
