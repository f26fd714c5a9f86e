"""The entities of a round and the figures of one, as pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actor import Actor
from evaluation import permissions as may
from evaluation.enums import GATHERING, CorrectionState, MarkKind, RoundState
from evaluation.models import CorrectedEntity, Mark, Round, RoundEntity, RunRow
from evaluation.presentation.crumbs import of_round
from evaluation.reporting.lines import decimal, two
from evaluation.scheme import Indicator, SchemeDoc, as_json, parse, words
from evaluation.selectors import corrections
from evaluation.selectors.report_facts import LISTS

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
    if row.result_id is None:
        return {}
    found = RunRow.objects.filter(run_id=row.result_id, entity__in=[one.entity_id for one in subjects])
    return {one.entity_id: one for one in found}


def _line(row: Round, one: RoundEntity, result: RunRow | None) -> dict[str, Any]:
    inputs = result.inputs if result is not None and row.corrected_run_id is not None else one.inputs
    values = inputs.get("values", {})
    return {
        "subject": one,
        "url": reverse("evaluation:subject", args=[row.code, one.pk]),
        "reported": one.filing is not None and one.filing.submitted_at is not None,
        "missing": sum(1 for value in values.values() if "missing" in value),
        "marks": sum(len(inputs.get(name, ())) for name in ("vetoes", "bonuses", "deductions")),
        "result": result,
        "word": result.outcome["word"] if result is not None else "",
    }


def page(subject: RoundEntity, actor: Actor) -> dict[str, Any]:
    """Every figure of an entity with where it comes from, what was corrected, and its score once there is one."""
    row = subject.round
    doc = parse(row.scheme.tree)
    result = _results(row, [subject]).get(subject.entity_id)
    named = corrections.named_in(subject)
    gathers = row.state in GATHERING or (named is not None and named.correction.state == CorrectionState.OPEN)
    edits = gathers and subject.included and may.subject_officer(actor, subject)
    figures = corrections.figures_of(subject)
    listed_url = reverse("evaluation:subjects", args=[row.code])
    return {
        "round": row,
        "subject": subject,
        "entity": subject.entity,
        "crumbs": of_round(row, (_("参评主体"), listed_url), (subject.entity.name, "")),
        "dimensions": _dimensions(doc, subject, result if named is None else None, figures, edits=edits),
        "marks": _marks(doc, subject, named, edits=edits, actor=actor),
        "changes": list(subject.changes.select_related("made_by", "correction", "evidence")),
        "may_edit": edits,
        "may_check": edits and named is None,
        "correcting": named.correction if named is not None else None,
        **_correctable(subject, named, result, actor),
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
    return _dimensions(parse(subject.round.scheme.tree), subject, None, subject.inputs, edits=False)


def _correctable(
    subject: RoundEntity, named: CorrectedEntity | None, result: RunRow | None, actor: Actor
) -> dict[str, Any]:
    """Where a confirmed result may be corrected from: a correction of its own, or the one that is open."""
    row = subject.round
    if row.state != RoundState.CONFIRMED or named is not None or result is None:
        return {}
    if not may.round_officer(actor, row):
        return {}
    held = corrections.open_of(row)
    query = f"?entity={subject.entity.code}"
    if held is None:
        return {"correct_url": reverse("evaluation:correction_new", args=[row.code]) + query}
    if held.state == CorrectionState.OPEN:
        return {"name_url": reverse("evaluation:correction_name", args=[row.code, held.number]) + query}
    return {}


def _dimensions(
    doc: SchemeDoc,
    subject: RoundEntity,
    result: RunRow | None,
    inputs: Mapping[str, Any],
    *,
    edits: bool,
) -> list[dict[str, Any]]:
    values = inputs.get("values", {})
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
        "missing": value.get("missing", "") if value else _("尚未汇集数据"),
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


def _marks(
    doc: SchemeDoc, subject: RoundEntity, named: CorrectedEntity | None, *, edits: bool, actor: Actor
) -> list[dict[str, Any]]:
    """Every mark with how it stands; those of the correction at work, or of the round while it gathers, may move."""
    rows = list(subject.marks.select_related("stated_by", "confirmed_by", "evidence", "correction"))
    which = named.correction_id if named is not None else None
    gone = {
        mark.reverses_id
        for mark in rows
        if mark.reverses_id and mark.confirmed_at and not mark.withdrawn_at and not _is_off(mark)
    }
    return [
        _mark(doc, mark, actor, moves=edits and mark.correction_id == which, gone=mark.pk in gone)
        for mark in rows
    ]


def _is_off(mark: Mark) -> bool:
    """Stated in a correction that came to nothing."""
    return mark.correction is not None and mark.correction.state == CorrectionState.WITHDRAWN


def label_of(doc: SchemeDoc, mark: Mark) -> str:
    """What the scheme calls it."""
    notes = (*doc.vetoes, *doc.bonuses, *doc.deductions)
    return next((one.label for one in notes if one.key == mark.key), mark.key)


def _mark(doc: SchemeDoc, mark: Mark, actor: Actor, *, moves: bool, gone: bool) -> dict[str, Any]:
    waiting = mark.confirmed_at is None and mark.withdrawn_at is None
    word, tone = (_("待确认"), "wait") if waiting else (_("已确认"), "done")
    if mark.withdrawn_at is not None or gone:
        word, tone = _("已撤回"), "off"
    elif _is_off(mark):
        word, tone = _("未计入"), "off"
    return {
        "mark": mark,
        "label": label_of(doc, mark),
        "tone": tone,
        "word": word,
        "bad": mark.kind == MarkKind.VETO and not mark.reverses_id,
        "may_confirm": moves and waiting and mark.stated_by_id != actor.user_id,
        "may_withdraw": moves and mark.withdrawn_at is None,
    }


def reversible(doc: SchemeDoc, subject: RoundEntity) -> list[tuple[str, str]]:
    """Marks of the confirmed result that an open correction may ask to take back, as choices of the form."""
    named = corrections.named_in(subject)
    if named is None:
        return []
    which = named.correction
    rows = subject.marks.filter(confirmed_at__isnull=False, withdrawn_at=None, reverses=None)
    rows = rows.exclude(correction=which).exclude(correction__state=CorrectionState.WITHDRAWN)
    asked = set(which.marks.filter(subject=subject, withdrawn_at=None).values_list("reverses", flat=True))
    by_key = {(mark.kind, mark.key): mark for mark in rows.order_by("pk")}
    return [
        (f"reverse:{mark.pk}", f"{mark.get_kind_display()} {label_of(doc, mark)}")
        for mark in by_key.values()
        if mark.key in named.inputs[LISTS[MarkKind(mark.kind)]] and mark.pk not in asked
    ]


def facts_of(one: Indicator, subject: RoundEntity) -> list[dict[str, str]]:
    """What stands beside the form of a correction."""
    value = corrections.figures_of(subject).get("values", {}).get(one.code, {})
    return [
        {"label": _("现有数据"), "value": value.get("value") or value.get("missing") or _("不适用")},
        {"label": _("计量单位"), "value": one.unit},
        {"label": _("数据来源"), "value": words.source(value.get("source", one.source))},
        {"label": _("计分方法"), "value": _methods(parse(subject.round.scheme.tree))[one.code]},
        {"label": _("权重"), "value": f"{one.weight:f}"},
    ]
