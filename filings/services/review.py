"""Expert review: draw with a stored seed, conflicts, scores, conclusion."""

from __future__ import annotations

import random
import secrets
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit, clock
from core.actor import Actor
from core.errors import Invalid, NotAllowed, NotNow, NotVisible, Problem, Stale
from core.workflow import Transition
from filings import permissions as may
from filings.enums import AssignmentState, State
from filings.models import Expert, Filing, ReviewAssignment, ReviewPanel, ReviewScore
from filings.scoring import CriterionResult, criterion_result, total
from filings.selectors.experts import conflicts_of, grounds, pool
from filings.selectors.reading import law_for
from filings.services import duties
from filings.services.timeline import log
from filings.services.transition import perform


def draw(candidates: Sequence[int], size: int, seed: str) -> list[int]:
    """A draw anyone can replay: the same seed and the same sorted pool give the same experts. Pure."""
    ordered = sorted(candidates)
    return sorted(random.Random(seed).sample(ordered, min(size, len(ordered))))  # noqa: S311 - a public, replayable draw


def open_review(
    *,
    actor: Actor,
    filing: Filing,
    experts: Sequence[int] | None = None,
    seed: str = "",
    comment: str = "",
    version: int | None = None,
) -> Filing:
    """Set the panel up, drawn or named. Invalid when it is too small or an expert has a conflict."""
    seed = str(seed or secrets.token_hex(8))

    def effect(row: Filing, transition: Transition, who: Actor, given: Mapping[str, Any]) -> None:
        least = int(law_for(row).value("procedure.panel_size"))
        free = grounds(row, pool(row))
        eligible = [pk for pk, why in free.items() if not why]
        chosen = _named(row, experts) if experts else draw(eligible, least, seed)
        if len(chosen) < least:
            text = _("评审组不少于 %(n)s 人，可抽取且无利益冲突的专家只有 %(have)s 人") % {
                "n": least,
                "have": len(chosen),
            }
            raise Invalid.one("panel_small", text, "experts")
        panel = ReviewPanel.objects.create(
            filing=row, seed=seed, pool=eligible, drawn=not experts, opened_at=clock.now(), opened_by=who.user
        )
        ReviewAssignment.objects.bulk_create(ReviewAssignment(panel=panel, expert_id=pk) for pk in chosen)

    return perform(filing, "open_review", actor=actor, comment=comment, effect=effect, version=version)


def _named(filing: Filing, experts: Sequence[int]) -> list[int]:
    """Experts named by expert id or user name; conflicts refuse."""
    problems, chosen = [], []
    everyone = list(pool(filing))
    against = grounds(filing, everyone)
    by_key = {str(e.pk): e for e in everyone} | {e.user.username: e for e in everyone}
    for key in experts:
        expert = by_key.get(str(key))
        if expert is None:
            problems.append(Problem("expert", _("专家库中没有“%(key)s”") % {"key": key}, "experts"))
            continue
        problems += [Problem("conflict", f"{expert}：{why}", "experts") for why in against[expert.pk]]
        chosen.append(expert.pk)
    if problems:
        raise Invalid(problems)
    return sorted(set(chosen))


@transaction.atomic
def replace_expert(*, actor: Actor, filing: Filing) -> ReviewAssignment:
    """Draw one more after an expert withdrew, from those not yet on the panel, by the stored seed."""
    row = Filing.objects.select_for_update(of=("self",)).select_related("panel").get(pk=filing.pk)
    may.may_examine.require(actor, row)
    if row.state != State.IN_REVIEW:
        raise NotNow.one("not_in_review", _("现在不在专家评审中。"))
    taken = set(row.panel.assignments.values_list("expert_id", flat=True))
    free = grounds(row, [e for e in pool(row) if e.pk not in taken])
    eligible = [pk for pk, why in free.items() if not why]
    if not eligible:
        raise Invalid.one("pool_empty", _("专家库中已无可补抽的专家。"))
    picked = draw(eligible, 1, f"{row.panel.seed}/{len(taken)}")[0]
    made = ReviewAssignment.objects.create(panel=row.panel, expert_id=picked)
    log(row, "expert_added", str(_("补抽专家")), actor=actor, staff_only=True)
    audit.record("review.expert_added", actor=actor, obj=row, detail={"expert": picked, "pool": eligible})
    duties.sync(row)
    return made


def _mine(filing: Filing, actor: Actor, version: int | None = None) -> ReviewAssignment:
    found = (
        ReviewAssignment.objects.select_for_update(of=("self",))
        .select_related("panel", "expert")
        .filter(panel__filing=filing, expert__user=actor.user)
        .first()
    )
    if found is None or not actor.has_role("expert"):
        raise NotVisible.one("assignment", _("没有您的评审任务"))
    if filing.state != State.IN_REVIEW:
        raise NotNow.one("review_closed", _("评审已经结束，不能再声明或评分。"))
    if version is not None and version != found.version:
        raise Stale.one("stale", _("您在别处已保存过本件的声明或评分，请核对最新内容后再提交。"))
    return found


@transaction.atomic
def declare(
    *, actor: Actor, filing: Filing, conflict: bool, note: str = "", version: int | None = None
) -> ReviewAssignment:
    """The expert says whether there is a conflict of interest; with one, the material stays closed."""
    row = Filing.objects.select_for_update(of=("self",)).get(pk=filing.pk)
    mine = _mine(row, actor, version)
    if mine.standing == AssignmentState.CONFLICTED:
        raise NotNow.one("conflicted", _("您已声明回避。"))
    if not conflict:
        why = conflicts_of(row, mine.expert)
        if why:
            raise NotAllowed.one(
                "conflict", _("登记信息显示存在利益冲突，须回避：%(why)s") % {"why": "；".join(why)}
            )
    _declared(mine, conflict, note.strip())
    audit.record("review.declared", actor=actor, obj=mine, detail={"conflict": conflict})
    duties.sync(row)
    return mine


def _declared(mine: ReviewAssignment, conflict: bool, note: str) -> None:
    mine.conflict, mine.conflict_note, mine.declared_at = conflict, note, clock.now()
    if conflict:
        mine.scores.all().delete()
        mine.scored_at = None
        mine.standing = AssignmentState.CONFLICTED
    elif mine.standing == AssignmentState.INVITED:
        mine.standing = AssignmentState.READY
    mine.version += 1
    mine.save()


@transaction.atomic
def set_aside(*, actor: Actor, expert: Expert) -> int:
    """What has become known of an expert bites at once: off every running panel it conflicts with; how many."""
    running = ReviewAssignment.objects.filter(expert=expert, panel__filing__state=State.IN_REVIEW)
    count = 0
    for pk in running.order_by("panel__filing_id").values_list("panel__filing_id", flat=True):
        row = Filing.objects.select_for_update(of=("self",)).get(pk=pk)
        mine = running.select_for_update(of=("self",)).filter(panel__filing=row).first()
        if mine is None or mine.standing == AssignmentState.CONFLICTED:
            continue
        why = conflicts_of(row, expert)
        if why:
            _declared(mine, True, "；".join(why))
            log(row, "expert_set_aside", str(_("专家回避")), actor=actor, staff_only=True)
            audit.record("review.set_aside", actor=actor, obj=mine, detail={"grounds": len(why)})
            duties.sync(row)
            count += 1
    return count


@transaction.atomic
def release_expert(*, actor: Actor, filing: Filing, assignment_id: int, reason: str) -> ReviewAssignment:
    """Release an expert who neither declares nor scores, so that the review can end. Marks once given stay.

    Raises NotVisible, NotNow (review over, already aside, already scored), Invalid without a reason.
    """
    row = Filing.objects.select_for_update(of=("self",)).select_related("panel").get(pk=filing.pk)
    may.may_examine.require(actor, row)
    if row.state != State.IN_REVIEW:
        raise NotNow.one("not_in_review", _("现在不在专家评审中。"))
    found = row.panel.assignments.select_for_update(of=("self",)).filter(pk=assignment_id).first()
    if found is None:
        raise NotVisible.one("assignment", _("评审组中没有这位专家"))
    if found.standing in (AssignmentState.CONFLICTED, AssignmentState.SCORED):
        raise NotNow.one("not_waiting", _("该专家已评分或者已不在评审组，不能更换。"))
    if not reason.strip():
        raise Invalid.one("comment", _("请写明更换的原因"), "comment")
    # no declaration stands any more: neither the material nor the score form opens again
    found.standing, found.conflict, found.conflict_note = AssignmentState.CONFLICTED, None, reason.strip()
    found.version += 1
    found.save(update_fields=["standing", "conflict", "conflict_note", "version"])
    log(row, "expert_released", str(_("更换专家")), actor=actor, comment=reason.strip(), staff_only=True)
    audit.record("review.expert_released", actor=actor, obj=found, detail={"reason": reason.strip()})
    duties.sync(row)
    return found


def _marks(filing: Filing, scores: Sequence[Mapping[str, Any]]) -> dict[str, tuple[Decimal, str]]:
    """Every criterion once, 0–100 with at most two decimals, each with its rationale. Invalid lists every fault."""
    problems: list[Problem] = []
    marks: dict[str, tuple[Decimal, str]] = {}
    given = {str(s.get("criterion")): s for s in scores}
    for criterion in filing.spec.criteria:
        row = given.pop(criterion.key, None) or {}
        rationale = str(row.get("rationale") or "").strip()
        try:
            value = Decimal(str(row.get("value", "")).strip())
        except InvalidOperation:
            value = Decimal(-1)
        if not value.is_finite() or not 0 <= value <= 100 or value != value.quantize(Decimal("0.01")):
            problems.append(
                Problem(
                    "value",
                    _("“%(c)s”：请填 0 至 100 的分值") % {"c": criterion.label},
                    f"{criterion.key}.value",
                )
            )
        if not rationale:
            problems.append(
                Problem(
                    "rationale",
                    _("“%(c)s”：请写评分理由") % {"c": criterion.label},
                    f"{criterion.key}.rationale",
                )
            )
        marks[criterion.key] = (value, rationale)
    problems += [Problem("criterion", _("没有评审指标“%(c)s”") % {"c": key}, key) for key in given]
    if problems:
        raise Invalid(problems)
    return marks


@transaction.atomic
def score(
    *,
    actor: Actor,
    filing: Filing,
    scores: Sequence[Mapping[str, Any]],
    opinion: str = "",
    version: int | None = None,
) -> ReviewAssignment:
    """The expert's marks; may be given again until the review is closed. Stale when given elsewhere meanwhile."""
    row = Filing.objects.select_for_update(of=("self",)).get(pk=filing.pk)
    mine = _mine(row, actor, version)
    if mine.conflict is not False:
        raise NotAllowed.one("undeclared", _("请先声明不存在利益冲突，再评分。"))
    marks = _marks(row, scores)
    mine.scores.all().delete()
    ReviewScore.objects.bulk_create(
        ReviewScore(assignment=mine, criterion=key, value=value, rationale=why)
        for key, (value, why) in marks.items()
    )
    mine.standing, mine.scored_at, mine.opinion = AssignmentState.SCORED, clock.now(), opinion.strip()
    mine.version += 1
    mine.save()
    audit.record("review.scored", actor=actor, obj=mine, detail={k: str(v) for k, (v, _w) in marks.items()})
    duties.sync(row)
    return mine


def conclude(filing: Filing) -> dict[str, Any]:
    """The panel's result: per criterion mean, kept and dropped marks, spread; total; verdict of each expert condition."""
    law = law_for(filing)
    drop_from, pass_mark = (
        int(law.value("procedure.drop_extremes_from")),
        Decimal(str(law.value("procedure.pass_mark"))),
    )
    wide = Decimal(str(law.value("procedure.score_spread")))
    marks: dict[str, list[Decimal]] = {c.key: [] for c in filing.spec.criteria}
    scored = ReviewScore.objects.filter(
        assignment__panel__filing=filing, assignment__standing=AssignmentState.SCORED
    ).order_by("assignment_id")
    for row in scored:
        marks[row.criterion].append(row.value)
    results: dict[str, CriterionResult] = {k: criterion_result(k, v, drop_from) for k, v in marks.items()}
    verdicts = {fact: results[c.key].mean >= pass_mark for c in filing.spec.criteria for fact in c.facts}
    return {
        "criteria": [r.as_json() | {"wide": r.spread > wide} for r in results.values()],
        "total": str(total(results, {c.key: c.weight for c in filing.spec.criteria})),
        "pass_mark": str(pass_mark),
        "experts": scored.values("assignment_id").distinct().count(),
        "verdicts": verdicts,
    }


def close_review(*, actor: Actor, filing: Filing, comment: str = "", version: int | None = None) -> Filing:
    """End the review and store what the panel concluded."""

    def effect(row: Filing, transition: Transition, who: Actor, given: Mapping[str, Any]) -> None:
        panel = row.panel
        panel.result, panel.closed_at = conclude(row), clock.now()
        panel.save(update_fields=["result", "closed_at"])

    return perform(filing, "close_review", actor=actor, comment=comment, effect=effect, version=version)


@transaction.atomic
def register_expert(
    *,
    actor: Actor,
    user: Any,
    employer: Any = None,
    employer_name: str = "",
    title: str = "",
    fields: Sequence[str] = (),
) -> Expert:
    """Put a person into the pool, or renew what is known of one."""
    expert, _made = Expert.objects.update_or_create(
        user=user,
        defaults={
            "employer": employer,
            "employer_name": employer_name or (employer.name if employer else ""),
            "title": title,
            "fields": list(fields),
        },
    )
    audit.record("expert.registered", actor=actor, obj=expert)
    return expert
