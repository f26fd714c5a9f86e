"""Periods and returns in the words and keys of the components."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from clusters.enums_statistics import Origin, PeriodStanding, ReturnState, Standing
from clusters.models import ClusterReturn, Period, ReturnStep
from clusters.selectors.statistics import Row, Sheet, limits_of, reasons_of, sheet_of, standing_of
from clusters.services.statistics_workbook import basis
from clusters.statistics_checks import check
from clusters.workflow_statistics import RETURN
from core import clock
from core.actor import Actor
from filings.presentation.status import due_face

TONES = {
    ReturnState.DRAFT: "todo",
    ReturnState.SUBMITTED: "doing",
    ReturnState.RETURNED: "act",
    ReturnState.ACCEPTED: "doing",
    ReturnState.CONFIRMED: "done",
    ReturnState.LOCKED: "off",
    PeriodStanding.OPEN: "todo",
    PeriodStanding.DUE: "act",
    PeriodStanding.OVERDUE: "bad",
    PeriodStanding.COMPLETE: "done",
    Standing.PENDING: "doing",
    Standing.ACCEPTED: "done",
    Standing.RETURNED: "act",
}


def percent(share: Any) -> str:
    """`+12.3%`, `-4.0%`; words where nothing changed, or less than is shown; or a dash."""
    if share is None:
        return "—"
    if not share:
        return _("持平")
    shown = f"{share * 100:+.1f}%"
    return _("基本持平") if shown in ("+0.0%", "-0.0%") else shown


def return_line(owner: ClusterReturn, sheet: Sheet | None = None) -> dict[str, Any]:
    """A return as any list shows it."""
    waits = owner.state in (ReturnState.DRAFT, ReturnState.RETURNED)
    return {
        "pk": owner.pk,
        "url": reverse("clusters:return", args=[owner.pk]),
        "entity": owner.entity,
        "period": owner.period,
        "tone": "bad" if owner.is_missing else TONES[ReturnState(owner.state)],
        "word": _("逾期未报") if owner.is_missing else owner.get_state_display(),
        "late": owner.is_late and not owner.is_missing,
        "missing": owner.is_missing,
        "submitted_at": owner.first_submitted_at,
        "clock": due_face(clock.end_of_day(owner.period.due_on)) if waits else None,
        "outliers": len(sheet.outliers) if sheet else None,
    }


def period_line(period: Period, counts: dict[str, int]) -> dict[str, Any]:
    """A period with how many of its returns stand where."""
    standing = standing_of(period, counts)
    waiting = counts.get(ReturnState.DRAFT, 0) + counts.get(ReturnState.RETURNED, 0)
    total = sum(counts.values())
    return {
        "period": period,
        "url": reverse("clusters:period", args=[period.pk]),
        "tone": TONES.get(standing, "off"),
        "word": standing.label,
        "total": total,
        "reported": total - waiting,
        "confirmed": counts.get(ReturnState.CONFIRMED, 0) + counts.get(ReturnState.LOCKED, 0),
        "waiting": waiting,
        "overdue": standing == PeriodStanding.OVERDUE,
    }


def value_lines(sheet: Sheet) -> list[dict[str, Any]]:
    """Every indicator of a return, in the order of the form."""
    reasons = reasons_of(sheet.owner)
    return [value_line(row, reasons) for row in sheet.rows]


def value_line(row: Row, reasons: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "key": row.key,
        "label": row.indicator.label,
        "unit": row.indicator.unit,
        "basis": basis(row),
        "optional": not row.indicator.required,
        "value": row.value,
        "previous": row.previous,
        "same": row.same,
        "on_year": percent(row.on_year),
        "on_period": percent(None if row.indicator.cumulative and not row.cumulates else row.on_period),
        "constant": row.origin == Origin.CONSTANT and row.value is not None,
        "origin": Origin(row.origin).label if row.value is not None else "",
        "hard": [found.message for found in row.found if found.severity == "hard"],
        "soft": [found.message for found in row.found if found.severity == "soft"],
        "reason": reasons.get(row.reason_code, {}).get("label", row.reason_code),
        "reason_text": row.reason_text,
        "tone": TONES[Standing(row.standing)],
        "standing": Standing(row.standing).label,
        "returned": row.standing == Standing.RETURNED,
        "message": row.message,
        "editable": row.editable,
    }


def outliers_first(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is to be looked at stands in front."""
    return sorted(lines, key=lambda line: not (line["hard"] or line["soft"] or line["returned"]))


def facts(owner: ClusterReturn) -> list[dict[str, Any]]:
    """The head of the form."""
    entity = owner.entity
    return [
        {"label": _("集群"), "value": entity.name},
        {"label": _("登记编号"), "value": entity.code},
        {"label": _("级别"), "value": entity.get_level_display()},
        {"label": _("管理机构"), "value": entity.lead.name},
        {"label": _("所在地"), "value": entity.district.path_label},
        {"label": _("报告期"), "value": owner.period.label},
        {"label": _("报送期限"), "value": owner.period.due_on.isoformat()},
    ]


def people(owner: Any) -> list[dict[str, Any]]:
    """The foot of the form: who answers for it (国家统计报表制度)."""
    day = owner.first_submitted_at if isinstance(owner, ClusterReturn) else owner.issued_at
    return [
        {"label": _("单位负责人"), "value": owner.head},
        {"label": _("统计负责人"), "value": owner.statistician},
        {"label": _("填表人"), "value": owner.filler},
        {"label": _("联系电话"), "value": owner.phone},
        {"label": _("报出日期"), "value": clock.local(day).date().isoformat() if day else ""},
    ]


def events(steps: Iterable[ReturnStep]) -> list[dict[str, Any]]:
    """The timeline of a return."""
    labels = {"remind": _("催报")} | {t.name: str(t.label) for t in RETURN}
    kinds = {"confirm": "good", "lock": "good", "return": "bad", "send_back": "bad", "reopen": "bad"}
    return [
        {
            "at": step.at,
            "label": labels.get(step.name, step.name),
            "actor": f"{step.by or ''} {step.organisation.name if step.organisation else ''}".strip(),
            "detail": step.text,
            "kind": kinds.get(step.name, ""),
        }
        for step in steps
    ]


def acts(actor: Actor, owner: ClusterReturn) -> set[str]:
    """Names of the transitions this actor may take from here."""
    return {t.name for t in RETURN.available(owner, actor)}


def preview_lines(owner: ClusterReturn, upload: Any) -> tuple[list[dict[str, Any]], list[str]]:
    """What an uploaded workbook would write, beside what stands there; and what it will ask a reason for."""
    sheet, given = sheet_of(owner), {row["indicator"]: row for row in upload.rows}
    before = {row.key: row.value for row in sheet.rows}
    entries = {}
    for row in sheet.rows:
        new = given.get(row.key)
        if new is not None:
            row.value = None if new["value"] is None else Decimal(new["value"])
            row.reason_code, row.reason_text = new["reason_code"], new["reason_text"]
        entries[row.key] = row.entry
    result = check([row.indicator for row in sheet.rows], entries, limits_of(owner.period))
    reasons, lines, warnings = reasons_of(owner), [], []
    for row in sheet.rows:
        row.found = result.of(row.key)
        changed = row.value != before[row.key]
        lines.append(value_line(row, reasons) | {"before": before[row.key], "changed": changed})
        if row.asks_reason and not row.reason_code:
            warnings += [found.message for found in result.of(row.key, "soft")]
    return lines, warnings
