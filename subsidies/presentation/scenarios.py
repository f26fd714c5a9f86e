"""What-if as pages, the API and the workbook show it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actor import Actor
from core.models import Job
from core.money import WAN
from core.presentation.bars import Bars, bars
from core.xlsx import Column, Sheet, write
from policy.enums import ChangeState
from policy.law import law_on
from policy.models import Parameter, Reading
from policy.present import names_for_values, shown_value
from policy.selectors import library
from subsidies import permissions_scenario as may
from subsidies.enums import Status
from subsidies.models import Override, Scenario, ScenarioRun
from subsidies.selectors import measures
from subsidies.selectors import scenarios as rows

#: Rows of a table in the page; all of them are in the workbook.
SHOWN = 15
CHARTED = 10
PARTS = {
    "measures": gettext_lazy("支持措施"),
    "districts": gettext_lazy("地区"),
    "units": gettext_lazy("单位"),
}
TONES = {
    ChangeState.PROPOSED: "wait",
    ChangeState.PUBLISHED: "done",
    ChangeState.REJECTED: "bad",
    ChangeState.WITHDRAWN: "off",
}


def line(row: Scenario, run: ScenarioRun | None) -> dict[str, Any]:
    """A scenario in the list. No query."""
    tone, word = ("doing", _("草稿"))
    if row.proposed_at is not None:
        tone, word = "wait", _("已提交复核")
    elif run is not None and run.edition == row.edition:
        tone, word = "done", _("已推演")
    return {
        "row": row,
        "url": reverse("subsidies:scenario", args=[row.pk]),
        "tone": tone,
        "word": word,
        "count": row.count,  # type: ignore[attr-defined]
        "run": run,
        "difference": run.difference if run else None,
    }


class Words:
    """Values of parameters and readings in words, and their clauses; a fixed number of queries."""

    def __init__(self, scenario: Scenario) -> None:
        self.names = names_for_values(library.labels())
        self.law = law_on(scenario.copied_on, scenario.place_id)

    def said(self, target: Any, value: Any, text: str = "") -> str:
        """A value as people read it."""
        return text or ("" if value is None else shown_value(target, value, self.names))

    def clause(self, name: str) -> str:
        """The printed clause of a parameter; a reading has none of its own."""
        return self.law.cite(name) if name in self.law else ""


def values(scenario: Scenario, tried: Iterable[Override], words: Words) -> list[dict[str, Any]]:
    """The values tried, each beside the present one, with what became of its change."""
    return [
        {
            "name": one.name,
            "label": str(one.target),
            "clause": words.clause(one.name),
            "before": words.said(one.target, one.before) or _("无"),
            "after": words.said(one.target, one.value, one.text),
            "url": reverse("subsidies:scenario_value", args=[scenario.pk, one.name]),
            "change": one.change,
            "change_url": reverse("policy:change", args=[one.change.pk]) if one.change else "",
            "tone": TONES[ChangeState(one.change.state)] if one.change else "",
            "word": ChangeState(one.change.state).label if one.change else "",
        }
        for one in tried
    ]


def choices(scenario: Scenario, words: Words) -> list[dict[str, Any]]:
    """Measure by measure what may be tried, with the present value. Two queries for all of them."""
    found = rows.choices(scenario)
    parameters = Parameter.objects.in_bulk([n for c in found for n in c.parameters], field_name="key")
    readings = Reading.objects.in_bulk([n for c in found for n in c.readings], field_name="setting")
    return [
        {
            "label": choice.label,
            "rows": [
                *(_choice(scenario, parameters[n], words.law[n].value, n, words) for n in choice.parameters),
                *(_choice(scenario, readings[n], words.law.reading(n), n, words) for n in choice.readings),
            ],
        }
        for choice in found
    ]


def _choice(scenario: Scenario, row: Any, value: Any, name: str, words: Words) -> dict[str, Any]:
    return {
        "label": row.label,
        "kind": _("口径") if isinstance(row, Reading) else _("参数"),
        "present": words.said(row, value),
        "clause": words.clause(name),
        "url": reverse("subsidies:scenario_value", args=[scenario.pk, name]),
    }


def page(scenario: Scenario, actor: Actor) -> dict[str, Any]:
    """Everything the page of a scenario shows to this actor."""
    tried, run = rows.overrides_of(scenario), rows.last_run(scenario)
    job = run.job if run and run.finished_at is None else None
    failed = job is not None and job.state == Job.State.FAILED
    keeps = may.may_keep(actor, scenario) and scenario.proposed_at is None
    current = run is not None and run.edition == scenario.edition
    waiting = any(one.change and one.change.state == ChangeState.PROPOSED for one in tried)
    return {
        "scenario": scenario,
        "values": values(scenario, tried, Words(scenario)),
        "run": run,
        "running": run is not None and run.finished_at is None and not failed,
        "failed": failed,
        "share": job.progress if job else 0,
        "told": (job.message if job else "") or _("等待开始"),
        "current": current,
        "result": result(run) if run and run.finished_at else None,
        "may_edit": keeps,
        "may_copy": may.may_keep(actor, scenario),
        "may_start": keeps and bool(tried),
        "may_propose": keeps and current and run is not None and bool(run.finished_at),
        "why_not_propose": may.may_offer.refusal(actor, scenario) if keeps else "",
        "waiting": waiting,
        "may_settle": waiting and may.may_settle(actor, scenario),
        "may_withdraw": waiting and scenario.proposed_by_id == actor.user_id,
        "why_not_settle": may.may_settle.refusal(actor, scenario) if waiting else "",
        "affected": affected(scenario, tried),
    }


def affected(scenario: Scenario, tried: list[Override]) -> list[dict[str, Any]]:
    """Open cases by proposed value: counted now while it waits, as counted at its publication afterwards."""
    found = []
    for one, cases in rows.affected_by(scenario, tried):
        shown = [case.as_dict() for case in cases]
        if one.change is not None and one.change.state != ChangeState.PROPOSED:
            shown = one.change.affected
        if shown:
            found.append({"label": str(one.target), "cases": shown})
    return found


def result(run: ScenarioRun) -> dict[str, Any]:
    """Totals, tables and charts of a finished run; yuan as Decimal."""
    held = run.result
    return {
        "total": _decimal(held["total"]),
        "apart": run.decided != run.before,
        "parts": [
            {
                "key": key,
                "label": label,
                "rows": [_decimal(row) for row in held[key][:SHOWN]],
                "more": max(0, len(held[key]) - SHOWN),
                "chart": chart(str(label), held[key]),
            }
            for key, label in PARTS.items()
        ],
    }


def _decimal(row: Mapping[str, Any]) -> dict[str, Any]:
    amounts = {name: Decimal(row[name]) for name in ("decided", "before", "after")}
    return dict(row) | amounts | {"difference": amounts["after"] - amounts["before"]}


def chart(label: str, totals: list[Mapping[str, Any]]) -> Bars:
    """The largest differences in 万元."""
    changed = [row for row in map(_decimal, totals[:CHARTED]) if row["difference"]]
    title = _("推演与现行规则之差（按%(part)s）") % {"part": label}
    points = [(row["label"], (row["difference"] / WAN).quantize(Decimal("0.01"))) for row in changed]
    return bars(title, points, unit=_("万元"))


# --- the workbook ---

_MONEY = (
    Column("claims", gettext_lazy("件数"), kind="int", width=8),
    Column("changed", gettext_lazy("金额变化件数"), kind="int", width=14),
    Column("refused", gettext_lazy("不再符合件数"), kind="int", width=14),
    Column("decided", gettext_lazy("核定金额（元）"), kind="decimal", width=18),
    Column("before", gettext_lazy("现行规则（元）"), kind="decimal", width=18),
    Column("after", gettext_lazy("推演金额（元）"), kind="decimal", width=18),
    Column("difference", gettext_lazy("差额（元）"), kind="decimal", width=18),
)
_AWARD = (
    Column("number", gettext_lazy("受理编号"), width=24),
    Column("measure", gettext_lazy("支持措施"), width=32),
    Column("district", gettext_lazy("地区"), width=14),
    Column("unit", gettext_lazy("单位"), width=36),
    *_MONEY[3:],
    Column("status", gettext_lazy("现行规则结果"), width=18),
    Column("other", gettext_lazy("推演结果"), width=18),
)


def workbook(scenario: Scenario, run: ScenarioRun, words: Words) -> bytes:
    """The difference as xlsx: values, totals by measure, district and unit, and every award."""
    labels = {key: known.label for key, known in measures.known().items()}
    tried = (
        Column("label", _("参数或者口径"), width=44),
        Column("before", _("现行取值"), width=24),
        Column("after", _("拟改取值"), width=24),
    )
    names = {key: {row["key"]: row["label"] for row in run.result[key]} for key in PARTS}
    told = _("%(year)s 年度 %(n)s 件，第 %(number)s 次推演")
    notes = [told % {"year": scenario.year, "n": run.claims, "number": run.number}]
    sheets = [Sheet(_("拟改取值"), tried, _tried(run, words), notes=notes)]
    for key, label in PARTS.items():
        columns = (Column(key, label, width=36), *_MONEY)
        sheets.append(Sheet(str(label), columns, _totals(run.result[key])))
    sheets.append(Sheet(_("逐件"), _AWARD, _awards(run, labels, names)))
    return write(sheets, meta={"title": scenario.title, "subject": str(scenario.year)})


def _tried(run: ScenarioRun, words: Words) -> Iterator[list[Any]]:
    names = [row["name"] for row in run.values]
    known: dict[str, Any] = {row.key: row for row in Parameter.objects.filter(key__in=names)}
    known |= {row.setting: row for row in Reading.objects.filter(setting__in=names)}
    for row in run.values:
        target = known[row["name"]]
        yield [row["label"], words.said(target, row["before"]), words.said(target, row["after"])]


def _totals(held: list[Mapping[str, Any]]) -> Iterator[list[Any]]:
    for row in map(_decimal, held):
        yield [row["label"], *(row[column.key] for column in _MONEY)]


def _awards(run: ScenarioRun, labels: Mapping[str, str], names: Mapping[str, Any]) -> Iterator[list[Any]]:
    for _award, ref, measure, district, unit, decided, before, after, was, now in run.result["awards"]:
        sums = [Decimal(text) for text in (decided, before, after)]
        yield [
            ref,
            labels.get(measure, measure),
            names["districts"].get(district, district),
            names["units"].get(unit, ""),
            *sums,
            sums[2] - sums[1],
            str(Status(was).label),
            str(Status(now).label),
        ]
