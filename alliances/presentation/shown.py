"""Records, tasks, intensity, gaps and scenarios in the words and keys of the components."""

from __future__ import annotations

import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from alliances.alliance.intensity import Intensity
from alliances.alliance.intensity import shown as per_cent
from alliances.alliance.yearly import Task
from alliances.enums import GapStatus, ScenarioStatus
from alliances.models import AllianceRecord, ChainGap, Scenario
from alliances.permissions import gap_keeper, record_judge, record_owner, scenario_officer, scenario_owner
from core import clock
from core.actor import Actor
from filings import programmes
from filings.enums import Strength
from filings.models import Entity
from filings.presentation.entity import standing

GAP_TONES = {GapStatus.OPEN: "todo", GapStatus.CLOSING: "doing", GapStatus.CLOSED: "done"}
SCENARIO_TONES = {
    ScenarioStatus.WAITING: "wait",
    ScenarioStatus.RETURNED: "bad",
    ScenarioStatus.UPCOMING: "todo",
    ScenarioStatus.OPEN: "doing",
    ScenarioStatus.ENDED: "off",
}


def record_word(row: AllianceRecord) -> dict[str, str]:
    """{state, label}: whether it counts, waits, or has been withdrawn; a result needs no word."""
    if row.withdrawn_at is not None:
        return {"state": "off", "label": _("已撤销")}
    if not row.is_activity:
        return {}
    if row.counts is None:
        return (
            {"state": "wait", "label": _("待认定")}
            if row.evidence_id
            else {"state": "act", "label": _("缺佐证")}
        )
    return {"state": "done", "label": _("已计入")} if row.counts else {"state": "bad", "label": _("不计入")}


def record_line(row: AllianceRecord) -> dict[str, Any]:
    """One row of a list of records."""
    return {
        "record": row,
        "url": reverse("alliances:record", args=[row.pk]),
        "kind": row.get_kind_display(),
        "word": record_word(row),
    }


def record_acts(actor: Actor, row: AllianceRecord) -> list[dict[str, str]]:
    """What this actor may do with a record now; the chair and the officer never the same."""
    if row.withdrawn_at is not None:
        return []
    found = []
    if record_owner(actor, row):
        if row.counts is None:
            found.append(("record_change", _("修改")))
        found.append(("record_withdraw", _("撤销")))
    if row.is_activity and record_judge(actor, row):
        found.append(("record_judge", _("认定") if row.counts is None else _("重新认定")))
    return [{"label": label, "url": reverse(f"alliances:{name}", args=[row.pk])} for name, label in found]


def task_line(task: Task) -> dict[str, Any]:
    """One of the four rows: required, held, counted, missing, clause."""
    if task.counted >= task.required:
        word = {"state": "done", "label": _("已完成")}
    elif task.exempt:
        word = {"state": "off", "label": _("首个不完整年度豁免")}
    elif task.waiting:
        word = {"state": "wait", "label": _("待认定 %(n)s 项") % {"n": task.waiting}}
    else:
        word = {"state": "act", "label": _("未完成")}
    return {"task": task, "word": word}


def intensity_facts(found: Intensity) -> dict[str, Any]:
    """The verdict in words, with what it rests on."""
    verdicts = {
        True: {"state": "done", "label": _("达到")},
        False: {"state": "bad", "label": _("未达到")},
        None: {"state": "wait", "label": _("数据不足，无法计算")},
    }
    return {
        "verdict": verdicts[found.met],
        "value": per_cent(found.value),
        "basis": _("成员简单平均") if found.basis == "simple" else _("按收入加权"),
        "weighted": per_cent(found.weighted),
        "simple": per_cent(found.simple),
        "threshold": per_cent(found.threshold),
        "sme": _("%(n)s/%(all)s 家企业成员为中小微企业")
        % {"n": found.sme_count, "all": found.enterprise_count},
        "is_sme": found.is_sme,
        "clause": found.clause,
        "strength": str(Strength(found.strength).label),
        "lines": [
            {
                "line": line,
                "rd": None if line.closed else line.rd,
                "revenue": None if line.closed else line.revenue,
                "ratio": "—" if line.closed else per_cent(line.ratio),
                "left_out": line.why_left_out,
            }
            for line in found.lines
        ],
        "closed": any(line.closed for line in found.lines),
        "left_out": len(found.left_out),
    }


def gap_line(row: ChainGap) -> dict[str, Any]:
    """One row of the list of gaps."""
    return {
        "gap": row,
        "kind": row.get_kind_display(),
        "tone": GAP_TONES[row.status],
        "word": str(row.status.label),
        "of": row.entity.name if row.entity else row.authority.name,
    }


def gap_acts(actor: Actor, row: ChainGap) -> list[dict[str, str]]:
    """What this actor may do with a gap now."""
    if row.closed_on is not None or not gap_keeper(actor, row):
        return []
    found = [("gap_take_on", _("登记补链单位") if row.started_on is None else _("更换补链单位"))]
    if row.started_on is not None:
        found.append(("gap_close", _("登记补齐")))
    found.append(("gap_change", _("修改")))
    return [{"label": label, "url": reverse(f"alliances:{name}", args=[row.pk])} for name, label in found]


def scenario_line(row: Scenario, on: datetime.date) -> dict[str, Any]:
    """One row of a list of scenarios."""
    status = row.status_on(on)
    return {
        "scenario": row,
        "url": reverse("alliances:scenario", args=[row.pk]),
        "tone": SCENARIO_TONES[status],
        "word": str(status.label),
    }


def scenario_acts(actor: Actor, row: Scenario) -> list[dict[str, str]]:
    """What this actor may do with a scenario now."""
    found = []
    if row.published_at is None and scenario_officer(actor, row):
        found.append(("scenario_publish", _("发布")))
        if row.returned_at is None:
            found.append(("scenario_send_back", _("退回")))
    if scenario_owner(actor, row):
        found.append(("scenario_change", _("修改")))
        if row.published_at and row.status_on(clock.today()) != ScenarioStatus.ENDED:
            found.append(("scenario_end", _("结束开放")))
    return [{"label": label, "url": reverse(f"alliances:{name}", args=[row.pk])} for name, label in found]


def network_line(row: Entity, on: datetime.date, missing: dict[int, int], level: str) -> dict[str, Any]:
    """One row of the bureau's list; no query when it was read with its details."""
    profile = getattr(row, "network", None) if row.kind != "innovation_community" else None
    return {
        "entity": row,
        "url": reverse("filings:entity", args=[row.code]),
        "kind": str(programmes.for_kind(row.kind).label),
        "level": level,
        "status": standing(row, on),
        "chain": profile.chain if profile is not None else "",
        "missing": missing.get(row.pk),
    }
