"""Jobs of evaluations as the monitor shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actor import Actor
from core.models import Job
from evaluation import permissions as may

NAMES = {
    "evaluation.plan": gettext_lazy("定期建立轮次"),
    "evaluation.collect": gettext_lazy("汇集数据"),
    "evaluation.run": gettext_lazy("评分"),
    "evaluation.consequences": gettext_lazy("登记评价等次"),
    "evaluation.report": gettext_lazy("出具评价报告"),
    "evaluation.round_report": gettext_lazy("出具总报告"),
    "evaluation.archive": gettext_lazy("打包报告"),
    "evaluation.pack": gettext_lazy("生成审计包"),
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
        "told": row.message or (_("等待开始") if row.state == Job.State.QUEUED else ""),
    }


def page(rows: Sequence[Job], actor: Actor) -> dict[str, Any]:
    """The monitor's table."""
    found = [job(row) for row in rows]
    return {
        "rows": found,
        "moving": any(one["running"] for one in found),
        "may_retry": may.evaluation_keeper(actor),
    }
