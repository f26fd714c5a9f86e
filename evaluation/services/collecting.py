"""Figures of a round, gathered for every entity: what the portal holds, what the unit stated, experts, corrections.

`RoundEntity.inputs` is written here and nowhere else. It may be gathered again as often as one likes while the
round has not been scored; a correction by an officer stays on top. So is `CorrectedEntity.inputs`, which takes their
place in the runs of a correction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from core.jobs import Running
from evaluation import feeds
from evaluation.enums import GATHERING, MarkKind
from evaluation.held.figures import cell
from evaluation.models import CorrectedEntity, InputChange, Mark, Round, RoundEntity, RunRow
from evaluation.scheme import SchemeDoc, parse
from evaluation.scoring import BadInput
from evaluation.scoring.numbers import scaled
from evaluation.selectors.population import group_of
from evaluation.self_assessment import reading
from evaluation.services import telling

JOB = "evaluation.collect"
BLOCK = 500
LISTS = {MarkKind.VETO: "vetoes", MarkKind.BONUS: "bonuses", MarkKind.DEDUCTION: "deductions"}


def run_job(running: Running) -> Mapping[str, Any]:
    """Job `evaluation.collect`: gather, then tell whom it concerns. A second run writes the same."""
    row = Round.objects.select_related("scheme", "authority").get(pk=running.payload["round"])
    count = collect(row, running)
    told = {"opened": telling.opened, "extended": telling.extended}.get(str(running.payload.get("tell", "")))
    if told is not None:
        with transaction.atomic():
            told(row, running.job.period)
    return {"round": row.pk, "entities": count}


def holds(round_id: int) -> bool:
    """Whether the round gathers figures, held so until the transaction ends: nobody accepts a result meanwhile.

    Shared with others who change figures. Locked before anything below the round, so that nobody waits in a circle.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT state FROM evaluation_round WHERE id = %s FOR SHARE", [round_id])
        return cursor.fetchone()[0] in GATHERING


def collect(row: Round, running: Running | None = None) -> int:
    """Gather the figures of every evaluated entity; how many. Nothing happens once the round is scored."""
    if row.state not in GATHERING:
        return 0
    doc = parse(row.scheme.tree)
    done = 0
    ids = list(row.entities.filter(included=True).order_by("entity__code").values_list("pk", flat=True))
    for block in _blocks(ids):
        with transaction.atomic():
            _gather(row, doc, block)
        done += len(block)
        if running is not None:
            share = 5 + 90 * done // len(ids)
            running.progress(
                share, _("已汇集 %(done)s / %(all)s 个主体的数据") % {"done": done, "all": len(ids)}
            )
    return done


def collect_one(subject: RoundEntity) -> RoundEntity:
    """The same for one entity, after something about it has changed."""
    _gather(subject.round, parse(subject.round.scheme.tree), [subject])
    subject.refresh_from_db()
    return subject


def again(row: Round, ids: Sequence[int]) -> None:
    """The same for these of its entities."""
    doc = parse(row.scheme.tree)
    for block in _blocks(ids):
        _gather(row, doc, block)


def recollect(named: CorrectedEntity) -> CorrectedEntity:
    """The figures of an entity that a correction names: those of the run it corrects, and over them what it corrected."""
    which = named.correction
    base = RunRow.objects.get(run=which.base_id, entity=named.subject.entity_id).inputs
    values = dict(base["values"])
    for change in InputChange.objects.filter(correction=which, subject=named.subject).order_by("pk"):
        values[change.code] = change.after
    lists = {name: set(base[name]) for name in LISTS.values()}
    marks = Mark.objects.filter(correction=which, subject=named.subject, confirmed_at__isnull=False)
    for mark in marks.filter(withdrawn_at=None):
        keys = lists[LISTS[MarkKind(mark.kind)]]
        keys.discard(mark.key) if mark.reverses_id else keys.add(mark.key)
    counted = {name: sorted(keys) for name, keys in lists.items()}
    named.inputs = {"values": values, **counted, "group": base["group"]}
    named.save(update_fields=["inputs"])
    return named


def _blocks(ids: Sequence[int]) -> Iterator[list[RoundEntity]]:
    for start in range(0, len(ids), BLOCK):
        rows = RoundEntity.objects.filter(pk__in=ids[start : start + BLOCK])
        yield list(rows.select_related("entity", "entity__district", "filing"))


def _gather(row: Round, doc: SchemeDoc, block: Sequence[RoundEntity]) -> None:
    held = _held(row, doc, block)
    changes = _changes(block)
    marks = _marks(block)
    for subject in block:
        subject.inputs = {
            "values": {
                code: changes[subject.pk].get(code) or value
                for code, value in _values(doc, subject, held).items()
            },
            **marks[subject.pk],
            "group": group_of(doc, subject.entity),
        }
    RoundEntity.objects.bulk_update(block, ["inputs"], batch_size=BLOCK)


def _held(row: Round, doc: SchemeDoc, block: Sequence[RoundEntity]) -> dict[str, Mapping[int, feeds.Fact]]:
    """By indicator what its feed knows."""
    entities = [subject.entity for subject in block]
    return {
        one.code: feeds.read(one.feed, entities, row.period_from, row.period_until)
        for one in doc.indicators
        if one.feed
    }


def _values(
    doc: SchemeDoc, subject: RoundEntity, held: Mapping[str, Mapping[int, feeds.Fact]]
) -> dict[str, dict[str, str]]:
    """Layer over layer: the portal's own figure, what the unit stated, what the experts found."""
    stated = reading.stated(subject.filing, doc) if subject.filing is not None else {}
    found = reading.expert_means(subject.filing, doc) if subject.filing is not None else {}
    values: dict[str, dict[str, str]] = {}
    for one in doc.indicators:
        fact = held.get(one.code, {}).get(subject.entity_id)
        if one.code in found:
            values[one.code] = dict(found[one.code])
        elif one.code in stated:
            values[one.code] = dict(stated[one.code])
        elif fact is not None:
            values[one.code] = cell(one.source, fact)
        else:
            values[one.code] = {"missing": _why(subject, one.method)}
        values[one.code] = _scorable(values[one.code])
    return values


def _scorable(cell: dict[str, str]) -> dict[str, str]:
    """A figure the engine cannot hold is as good as none, and says so: it must not stop the run of everybody else."""
    try:
        for name in ("value", "target"):
            if cell.get(name):
                scaled(cell[name])
    except BadInput:
        return {"missing": _("数值 %(value)s 超出可计分的范围") % {"value": cell.get("value", "")[:30]}}
    return cell


def _why(subject: RoundEntity, method: str) -> str:
    if method == "expert":
        return _("没有专家评分")
    if subject.filing is None or subject.filing.submitted_at is None:
        return _("未提交自评，平台也没有该项数据")
    return _("自评未填报该项")


def _changes(block: Sequence[RoundEntity]) -> dict[int, dict[str, Any]]:
    """The latest correction of each figure."""
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    for change in InputChange.objects.filter(subject__in=block).order_by("pk"):
        found[change.subject_id][change.code] = change.after
    return found


def _marks(block: Sequence[RoundEntity]) -> dict[int, dict[str, list[str]]]:
    """What was confirmed beside the indicators."""
    found: dict[int, dict[str, list[str]]] = {
        subject.pk: {name: [] for name in LISTS.values()} for subject in block
    }
    rows = Mark.objects.filter(subject__in=block, confirmed_at__isnull=False, withdrawn_at=None)
    for mark in rows.order_by("kind", "key"):
        found[mark.subject_id][LISTS[MarkKind(mark.kind)]].append(mark.key)
    return found
