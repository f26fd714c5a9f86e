"""What a report prints, gathered from a confirmed round: read once, frozen into `Report.data`, never read again."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from core import clock
from evaluation.enums import CorrectionState, MarkKind
from evaluation.models import (
    Correction,
    InputChange,
    Mark,
    Report,
    Round,
    RoundEntity,
    RoundEvent,
    Run,
    RunRow,
)
from evaluation.scoring import Program, reach, sensitivity
from evaluation.selectors.report_means import Means
from filings.models import Entity, Rating, ReviewAssignment
from policy.law import Law, law_on
from policy.models import Item

#: Earlier results that a report shows, and exceptions that the report of a round lists.
FORMER, EXCEPTIONS = 8, 200
#: Rows read at a time.
BLOCK = 500


class Gathered:
    """Everything that the reports of one round have in common; `entity` and `whole` add what is particular."""

    def __init__(self, row: Round, run: Run, *, correction: Correction | None = None) -> None:
        self.round, self.run, self.correction = row, run, correction
        self.program = Program.from_json(run.program)
        self.today = clock.today()
        self._industries: dict[str, dict[str, str]] = {}

    @cached_property
    def means(self) -> Means:
        """Of all rows of the run."""
        found = Means(self.scheme)
        for outcome, group in self._outcomes():
            found.add(outcome, group)
        return found

    def _outcomes(self) -> Iterable[tuple[Mapping[str, Any], str]]:
        rows = RunRow.objects.filter(run=self.run).values_list("outcome", "inputs__group")
        return ((outcome, str(group or "")) for outcome, group in rows.iterator(chunk_size=BLOCK))

    @cached_property
    def scheme(self) -> dict[str, Any]:
        """The document with its name, version and origin."""
        held = self.round.scheme
        return {**held.tree, "label": held.label, "version": held.version, "source": held.source}

    @cached_property
    def common(self) -> dict[str, Any]:
        """What stands in every report of the round."""
        row = self.round
        return {
            "office": row.authority.name,
            "issued_on": self.today.isoformat(),
            "is_sample": row.is_sample,
            "round": self._round(),
            "scheme": self.scheme,
            "clauses": clauses(row.scheme.rule, law_on(self.today, _place(row))),
            "run": {
                "number": self.run.number,
                "engine": self.run.engine,
                "inputs_sha256": self.run.inputs_sha256,
                "outcome_sha256": self.run.outcome_sha256,
            },
        }

    def facts(self, entity: Entity) -> dict[str, str]:
        """What is printed of an entity; the names of its industries are read once a kind."""
        if entity.kind not in self._industries:
            self._industries[entity.kind] = entity.spec.industries()
        return entity_facts(entity, self._industries[entity.kind])

    def _round(self) -> dict[str, Any]:
        row = self.round
        opened = clock.local(row.opened_at).date().isoformat() if row.opened_at else ""
        confirmed = clock.local(row.confirmed_at).date().isoformat() if row.confirmed_at else ""
        return {
            "name": row.name,
            "code": row.code,
            "occasion": str(row.get_occasion_display()),
            "period_from": row.period_from.isoformat(),
            "period_until": row.period_until.isoformat(),
            "document_number": row.document_number,
            "agency": row.agency.name if row.agency else "",
            "rated_on": confirmed or self.today.isoformat(),
            "calendar": [
                {"label": _("启动"), "on": opened},
                {"label": _("自评截止"), "on": row.reports_until.isoformat()},
                {"label": _("核验截止"), "on": row.checks_until.isoformat()},
                {"label": _("评审截止"), "on": row.reviews_until.isoformat()},
                {"label": _("审定"), "on": confirmed},
                *self._corrected(),
            ],
        }

    def _corrected(self) -> list[dict[str, str]]:
        """The day of the correction that a report follows from."""
        if self.correction is None or self.correction.confirmed_at is None:
            return []
        return [{"label": _("更正"), "on": clock.local(self.correction.confirmed_at).date().isoformat()}]

    def _opinion(self) -> str:
        return self.correction.proposal if self.correction is not None else self.round.proposal

    # --- entities ---

    def entities(self, rows: Sequence[RunRow]) -> dict[int, dict[str, Any]]:
        """By entity the data of its report, for rows of the run read with their entity."""
        ids = [row.entity_id for row in rows]
        subjects = {
            one.entity_id: one
            for one in RoundEntity.objects.filter(round=self.round, entity__in=ids).select_related("filing")
        }
        marks, remarks = _marks(rows, self.run), _remarks(subjects.values())
        former = earlier(ids, self.round)
        return {
            row.entity_id: {
                **self.common,
                "entity": self.facts(row.entity),
                "inputs": row.inputs,
                "outcome": row.outcome,
                "reach": reach(self.program, row.inputs, row.outcome),
                "means": self.means.of(self._group(row), self._group_label(row)),
                "marks": marks[row.entity_id],
                "history": former[row.entity_id][:FORMER],
                "remarks": remarks[row.entity_id],
            }
            for row in rows
        }

    def _group(self, row: RunRow) -> str:
        return str(row.inputs.get("group") or "")

    def _group_label(self, row: RunRow) -> str:
        by = str(self.scheme.get("compared_within") or "")
        facts = self.facts(row.entity)
        return str(facts.get(by, "")) if by and self._group(row) else ""

    # --- the whole round ---

    def whole(self) -> dict[str, Any]:
        """The data of the round's report."""
        return {
            **self.common,
            # about everybody, so that it stands in this report alone and not in the data attached to each unit's
            "round": {**self.common["round"], "opinion": self._opinion()},
            "rows": list(self._ranking()),
            "excluded": excluded(self.round),
            "sensitivity": self._sensitivity(),
            "exceptions": exceptions(self.round),
        }

    def _ranking(self) -> Iterable[dict[str, Any]]:
        numbers = dict(
            Report.objects.filter(round=self.round, entity__isnull=False, superseded_by=None).values_list(
                "entity_id", "number"
            )
        )
        ids = list(
            RunRow.objects.filter(run=self.run).order_by("rank", "entity__code").values_list("pk", flat=True)
        )
        for start in range(0, len(ids), BLOCK):
            rows = list(
                RunRow.objects.filter(pk__in=ids[start : start + BLOCK])
                .select_related("entity__lead", "entity__district__parent")
                .order_by("rank", "entity__code")
            )
            former = earlier([row.entity_id for row in rows], self.round)
            for row in rows:
                yield self._ranked(row, former[row.entity_id], numbers.get(row.entity_id, ""))

    def _ranked(self, row: RunRow, former: Sequence[Mapping[str, str]], number: str) -> dict[str, Any]:
        facts = self.facts(row.entity)
        found: dict[str, Any] = {key: facts[key] for key in ("name", "code", "lead", "district", "level")}
        kept = ("base", "bonus", "deduction", "total", "grade", "word", "rank", "of", "veto")
        found |= {key: row.outcome[key] for key in kept}
        found |= {"group": self._group_label(row), "number": number}
        if former:
            last = former[0]
            found["former"] = {"grade": last["grade"], "word": last["word"], "total": last["score"]}
        return found

    def _sensitivity(self) -> list[dict[str, Any]]:
        rows = RunRow.objects.filter(run=self.run, outcome__veto=[]).values_list("outcome__total", flat=True)
        return sensitivity(self.program, list(rows))


def _place(row: Round) -> str:
    return row.authority.jurisdiction.code if row.authority.jurisdiction else ""


def entity_facts(entity: Entity, industries: Mapping[str, str]) -> dict[str, str]:
    """What is printed of an entity, as the register has it today."""
    spec = entity.spec
    return {
        "name": entity.name,
        "code": entity.code,
        "kind": str(spec.label),
        "lead": entity.lead.name,
        "lead_label": str(spec.words.lead),
        "credit_code": entity.lead.credit_code or "",
        "level": str(entity.get_level_display()),
        "district": entity.district.path_label,
        "industry": industries.get(entity.industry, entity.industry),
    }


def earlier(entity_ids: Sequence[int], row: Round) -> dict[int, list[dict[str, str]]]:
    """Grades in force from before this round, the newest first."""
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    first = RoundEntity.objects.filter(round=row, rating__isnull=False, entity__in=entity_ids)
    own = set(first.values_list("rating", flat=True))
    later = own
    while later:
        later = set(Rating.objects.filter(corrects__in=later).values_list("pk", flat=True)) - own
        own |= later
    ratings = (
        Rating.objects.filter(entity__in=entity_ids, confirmed_at__isnull=False, superseded_by=None)
        .exclude(pk__in=own)
        .exclude(round=row.name)
        .order_by("-rated_on", "-pk")
    )
    if row.confirmed_at is not None:  # a report that is corrected years later still looks back from its round
        ratings = ratings.filter(rated_on__lte=clock.local(row.confirmed_at).date())
    for rating in ratings:
        found[rating.entity_id].append(
            {
                "round": rating.round,
                "rated_on": rating.rated_on.isoformat(),
                "grade": rating.grade,
                "word": rating.word or str(rating.get_grade_display()),
                "score": "" if rating.score is None else str(rating.score),
            }
        )
    return found


LISTS = {MarkKind.VETO: "vetoes", MarkKind.BONUS: "bonuses", MarkKind.DEDUCTION: "deductions"}


def _marks(rows: Sequence[RunRow], run: Run) -> dict[int, list[dict[str, str]]]:
    """What counted in the run, with the newest statement of it: another correction may have stated it again."""
    own = {row.entity_id: row.inputs for row in rows}
    marks = Mark.objects.filter(
        subject__round=run.round_id, subject__entity__in=own, confirmed_at__isnull=False, withdrawn_at=None
    )
    marks = marks.filter(Q(correction=None) | Q(correction__lte=run.correction_id or 0), reverses=None)
    told: dict[int, dict[tuple[str, str], dict[str, str]]] = defaultdict(dict)
    for mark in marks.exclude(correction__state=CorrectionState.WITHDRAWN).select_related("subject"):
        entity = mark.subject.entity_id
        if mark.key in own[entity].get(LISTS[MarkKind(mark.kind)], ()):
            said = {"kind": mark.kind, "key": mark.key, "reason": mark.reason}
            told[entity][mark.kind, mark.key] = said
    return defaultdict(list, {entity: list(found.values()) for entity, found in told.items()})


def _remarks(subjects: Iterable[RoundEntity]) -> dict[int, list[str]]:
    """What experts wrote, without their names and in an order that does not give them away."""
    by_filing = {one.filing_id: one.entity_id for one in subjects if one.filing_id is not None}
    said: dict[int, list[str]] = defaultdict(list)
    panels = ReviewAssignment.objects.filter(panel__filing__in=by_filing)
    everybody = list(panels.select_related("expert__user", "panel"))
    names: dict[int, set[str]] = defaultdict(set)
    for row in everybody:  # whoever wrote nothing, or stood aside, may be named by another
        names[row.panel_id].add(row.expert.user.name)
    for row in everybody:
        if row.scored_at is None or not row.opinion.strip():
            continue
        text = row.opinion.strip()
        for name in names[row.panel_id] - {""}:
            text = text.replace(name, _("（专家）"))
        said[by_filing[row.panel.filing_id]].append(text)
    return defaultdict(list, {key: sorted(texts) for key, texts in said.items()})


def clauses(rule: str, law: Law) -> list[dict[str, str]]:
    """The rule the evaluation rests on and what follows from its grades, each with its clause."""
    if not rule or not law.applies(rule):
        return []
    item = law.item(rule)
    text = str(item.data.get("orientation") or item.data.get("cycle_text") or "")
    found = [{"rule": item.label, "text": text, "citation": law.cite_all(rule)}]
    children = Item.objects.filter(parent__key=rule).order_by("order")
    for child in children:
        if law.applies(child.key):
            given = law.item(child.key).data
            found.append(
                {
                    "rule": str(given.get("when") or child.label),
                    "text": str(given.get("action") or ""),
                    "citation": law.cite_all(child.key),
                }
            )
    return found


def excluded(row: Round) -> list[dict[str, str]]:
    """Entities of the kind that were left out, and why."""
    rows = row.entities.filter(included=False).select_related("entity").order_by("entity__code")
    return [
        {
            "name": one.entity.name,
            "code": one.entity.code,
            "reason": "：".join(
                part for part in (str(one.get_exclusion_display()), one.exclusion_note) if part
            ),
        }
        for one in rows
    ]


def exceptions(row: Round) -> list[dict[str, str]]:
    """Corrected figures and steps out of the ordinary, oldest first."""
    found: list[tuple[datetime.datetime, dict[str, str]]] = []
    counted = Q(correction=None) | Q(correction__state=CorrectionState.CONFIRMED)
    changes = InputChange.objects.filter(counted, subject__round=row).select_related("subject__entity")
    for change in changes[:EXCEPTIONS]:
        text = _("%(entity)s 的 %(code)s：%(before)s → %(after)s。%(reason)s") % {
            "entity": change.subject.entity.code,
            "code": change.code,
            "before": _cell(change.before),
            "after": _cell(change.after),
            "reason": change.reason,
        }
        found.append((change.made_at, {"label": _("数据修正"), "text": text}))
    for event in RoundEvent.objects.filter(round=row, exceptional=True)[:EXCEPTIONS]:
        text = "：".join(part for part in (event.text, event.comment) if part)
        found.append((event.at, {"label": _("程序事项"), "text": text}))
    return [line for _at, line in sorted(found, key=lambda pair: pair[0])]


def _cell(given: Mapping[str, Any] | None) -> str:
    if not given or "missing" in given:
        return _("缺失")
    return _("不适用") if "not_applicable" in given else str(given.get("value", ""))


def rows_of(run: Run, entity_ids: Sequence[int]) -> list[RunRow]:
    """Rows of a run with what their reports need."""
    held = Prefetch("entity", Entity.objects.select_related("lead", "district__parent"))
    return list(
        RunRow.objects.filter(run=run, entity__in=entity_ids).prefetch_related(held).order_by("rank", "pk")
    )
