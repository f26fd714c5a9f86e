"""The entities of a round and the figures of one, as pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actor import Actor
from evaluation import permissions as may
from evaluation.enums import GATHERING, MarkKind
from evaluation.models import Mark, Round, RoundEntity, RunRow
from evaluation.presentation.crumbs import of_round
from evaluation.reporting.lines import decimal, two
from evaluation.scheme import Indicator, SchemeDoc, as_json, parse, words

TABS = {
    "included": gettext_lazy("参评主体"),
    "unreported": gettext_lazy("未提交自评"),
    "unchecked": gettext_lazy("未核验"),
    "unsettled": gettext_lazy("有事项待确认"),
    "left_out": gettext_lazy("未纳入"),
}


def listed(row: Round, subjects: Sequence[RoundEntity]) -> dict[str, Any]:
    """Rows of the list, with the result where the round has one."""
    results = _results(row, subjects)
    return {
        "round": row,
        "crumbs": of_round(row, (_("参评主体"), "")),
        "rows": [_line(row, one, results.get(one.entity_id)) for one in subjects],
    }


def _results(row: Round, subjects: Sequence[RoundEntity]) -> dict[int, RunRow]:
    if row.run_id is None:
        return {}
    found = RunRow.objects.filter(run_id=row.run_id, entity__in=[one.entity_id for one in subjects])
    return {one.entity_id: one for one in found}


def _line(row: Round, one: RoundEntity, result: RunRow | None) -> dict[str, Any]:
    values = one.inputs.get("values", {})
    return {
        "subject": one,
        "url": reverse("evaluation:subject", args=[row.code, one.pk]),
        "reported": one.filing is not None and one.filing.submitted_at is not None,
        "missing": sum(1 for value in values.values() if "missing" in value),
        "marks": sum(len(one.inputs.get(name, ())) for name in ("vetoes", "bonuses", "deductions")),
        "result": result,
        "word": result.outcome["word"] if result is not None else "",
    }


def page(subject: RoundEntity, actor: Actor) -> dict[str, Any]:
    """Every figure of an entity with where it comes from, what was corrected, and its score once there is one."""
    row = subject.round
    doc = parse(row.scheme.tree)
    result = (
        RunRow.objects.filter(run_id=row.run_id, entity_id=subject.entity_id).first() if row.run_id else None
    )
    edits = row.state in GATHERING and subject.included and may.subject_officer(actor, subject)
    listed_url = reverse("evaluation:subjects", args=[row.code])
    return {
        "round": row,
        "subject": subject,
        "entity": subject.entity,
        "crumbs": of_round(row, (_("参评主体"), listed_url), (subject.entity.name, "")),
        "dimensions": _dimensions(doc, subject, result, edits=edits),
        "marks": [_mark(doc, mark, subject, actor) for mark in subject.marks.select_related("stated_by")],
        "changes": list(subject.changes.select_related("made_by")),
        "may_edit": edits,
        "may_mark": edits and bool(doc.vetoes or doc.bonuses or doc.deductions),
        "result": result,
        "report": _report(subject),
        "notes": list(subject.check_notes.select_related("organisation", "by")),
    }


def _report(subject: RoundEntity) -> Any:
    reports = subject.round.reports.filter(entity_id=subject.entity_id, superseded_by=None)
    return reports.order_by("-issue").first()


def dimensions(subject: RoundEntity) -> list[dict[str, Any]]:
    """The figures alone: without results, without acts."""
    return _dimensions(parse(subject.round.scheme.tree), subject, None, edits=False)


def _dimensions(
    doc: SchemeDoc, subject: RoundEntity, result: RunRow | None, *, edits: bool
) -> list[dict[str, Any]]:
    values = subject.inputs.get("values", {})
    scores = result.outcome["indicators"] if result is not None else {}
    methods_of = _methods(doc)
    return [
        {
            "name": part.name,
            "weight": sum(one.weight for one in part.indicators),
            "rows": [
                _figure(one, values.get(one.code, {}), scores.get(one.code), subject, edits=edits)
                | {"method": methods_of[one.code]}
                for one in part.indicators
            ],
        }
        for part in doc.dimensions
    ]


def _methods(doc: SchemeDoc) -> dict[str, str]:
    """By code how an indicator is scored, as the page of the scheme says it."""
    return {
        row["code"]: words.method(row) for part in as_json(doc)["dimensions"] for row in part["indicators"]
    }


def _figure(
    one: Indicator, value: dict[str, Any], score: dict[str, Any] | None, subject: RoundEntity, *, edits: bool
) -> dict[str, Any]:
    """One row. An expert's mean is not corrected by officers: that would be a mark without an expert."""
    return {
        "indicator": one,
        "value": words.figure(value["value"]) if value.get("value") else "",
        "target": words.figure(value["target"]) if value.get("target") else "",
        "source": words.source(value["source"]) if value.get("source") else "",
        "note": value.get("note", ""),
        "missing": value.get("missing", ""),
        "not_applicable": value.get("not_applicable", ""),
        "score": score,
        "points": _two(score, "points"),
        "lost": _two(score, "lost"),
        "url": reverse("evaluation:correct", args=[subject.round.code, subject.pk, one.code])
        if edits and one.method != "expert"
        else "",
    }


def _two(score: dict[str, Any] | None, name: str) -> str:
    """Points as the report prints them; four places stand in the workbook."""
    return two(decimal(score[name])) if score and score.get(name) not in (None, "") else ""


def _mark(doc: SchemeDoc, mark: Mark, subject: RoundEntity, actor: Actor) -> dict[str, Any]:
    notes = (*doc.vetoes, *doc.bonuses, *doc.deductions)
    label = next((one.label for one in notes if one.key == mark.key), mark.key)
    waiting = mark.confirmed_at is None and mark.withdrawn_at is None
    word, tone = (_("待确认"), "wait") if waiting else (_("已确认"), "done")
    if mark.withdrawn_at is not None:
        word, tone = _("已撤回"), "off"
    open_ = subject.round.state in GATHERING and may.subject_officer(actor, subject)
    return {
        "mark": mark,
        "label": label,
        "tone": tone,
        "word": word,
        "bad": mark.kind == MarkKind.VETO,
        "may_confirm": open_ and waiting and mark.stated_by_id != actor.user_id,
        "may_withdraw": open_ and mark.withdrawn_at is None,
    }


def facts_of(one: Indicator, subject: RoundEntity) -> list[dict[str, str]]:
    """What stands beside the form of a correction."""
    value = subject.inputs.get("values", {}).get(one.code, {})
    return [
        {"label": _("现有数据"), "value": value.get("value") or value.get("missing") or _("不适用")},
        {"label": _("计量单位"), "value": one.unit},
        {"label": _("数据来源"), "value": words.source(value.get("source", one.source))},
        {"label": _("计分方法"), "value": _methods(parse(subject.round.scheme.tree))[one.code]},
        {"label": _("权重"), "value": f"{one.weight:f}"},
    ]
