"""绩效自评 as every programme offers it: filed when a round asks, tailored to the round's scheme, for the record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from core.canonical import digest
from core.errors import Problem
from evaluation import feeds
from evaluation.enums import RoundState
from evaluation.held.figures import number, plain
from evaluation.models import Round
from evaluation.scheme import Indicator, SchemeDoc, parse
from evaluation.scheme.choices import Method
from evaluation.self_assessment import sections
from evaluation.self_assessment.reading import section_of
from evaluation.services import following
from filings.hooks import Hooks
from filings.programmes import Procedure, Programme, Variant
from filings.standard_variants import LIMITS

if TYPE_CHECKING:
    from filings.models import Entity, Filing

ROUND = "round"  # where the content names it


def variant_for(programme: Programme) -> Variant | None:
    """For every programme that keeps something on the register."""
    if not programme.registers:
        return None
    return Variant(
        label=_("绩效自评"),
        sections=(sections.SUMMARY, sections.DECLARATION),
        procedure=Procedure(
            recommendation=False, review=False, notice=False, decision=False, limits=dict(LIMITS)
        ),
        prefill=prefill,
        prefilled=_("平台掌握的登记信息、年度报告、统计报表和业务台账中的数据，逐项注明来源"),
        guards=(explained,),
        occasions=occasions,
        hooks=Hooks(tailored=tailored, on_act=dict.fromkeys(following.ACTS, following.follow)),
        summary=_(
            "按本轮评价的指标体系填报自评数据、说明和佐证材料；先由主管部门核验，定性指标再由专家评分。"
        ),
        prepare=(_("各项指标的数据和佐证材料"), _("评价期工作总结"), _("存在的问题和改进措施")),
    )


def occasions(entity: Entity) -> dict[str, str]:
    """Rounds that ask this entity now, by code; the one that ends first comes first."""
    rows = Round.objects.filter(
        state=RoundState.OPEN, entities__entity=entity, entities__included=True
    ).order_by("reports_until", "code")
    words = _("%(name)s（%(day)s 截止）")
    return {row.code: str(words % {"name": row.name, "day": row.reports_until.isoformat()}) for row in rows}


def tailored(spec: Programme, content: Mapping[str, Any]) -> Programme:
    """The programme for the scheme of the round that the content names; experts are asked if the scheme does."""
    said = content.get(ROUND) or {}
    if "scheme" not in said:
        return spec
    asked = sections.asked(int(said["scheme"]), str(said["digest"]), said.get("held") or {})
    steps = replace(spec.procedure, review=bool(asked.criteria))
    return replace(spec, sections=asked.sections, criteria=asked.criteria, procedure=steps)


def prefill(entity: Entity, period: str) -> dict[str, Any]:
    """What the portal holds, in the answers and beside them with its origin."""
    row = Round.objects.select_related("scheme").get(code=period)
    doc = parse(row.scheme.tree)
    held = _held(row, doc, entity)
    content: dict[str, Any] = {
        ROUND: {
            "code": row.code,
            "name": row.name,
            "scheme": row.scheme_id,
            "digest": digest(row.scheme.tree),
            "from": row.period_from.isoformat(),
            "until": row.period_until.isoformat(),
            "held": held,
        }
    }
    for part in doc.dimensions:
        answers = {
            f"{one.code.lower()}_{what}": held[one.code][what]
            for one in part.indicators
            if one.code in held
            for what in _prefilled(one)
            if what in held[one.code]
        }
        if answers:
            content[section_of(part)] = answers
    return content


def _prefilled(one: Indicator) -> tuple[str, ...]:
    return ("value", "target") if one.method == Method.TARGET else ("value",)


def _held(row: Round, doc: SchemeDoc, entity: Entity) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for one in doc.indicators:
        if not one.feed or one.method == Method.EXPERT or not sections.asks(one):
            continue
        fact = feeds.read(one.feed, [entity], row.period_from, row.period_until).get(entity.pk)
        if fact is not None:
            found[one.code] = {"value": plain(fact.value), "origin": fact.origin}
            if fact.target is not None:
                found[one.code]["target"] = plain(fact.target)
    return found


def explained(filing: Filing) -> Iterator[Problem]:
    """Whoever leaves a figure out, or departs from what the portal holds, says why."""
    said = filing.content.get(ROUND) or {}
    held = said.get("held") or {}
    doc = parse(Round.objects.values_list("scheme__tree", flat=True).get(code=filing.period))
    for part in doc.dimensions:
        answers = filing.content.get(section_of(part)) or {}
        for one in part.indicators:
            if one.method != Method.EXPERT and sections.asks(one):
                yield from _unexplained(one, answers, held.get(one.code) or {}, section_of(part))


def _differs(answers: Mapping[str, Any], known: Mapping[str, str], name: str, what: str) -> bool:
    return what in known and number(answers.get(f"{name}_{what}")) != number(known[what])


def _unexplained(
    one: Indicator, answers: Mapping[str, Any], known: Mapping[str, str], section: str
) -> Iterator[Problem]:
    name = one.code.lower()
    if answers.get(f"{name}_note"):
        return
    names = {"code": one.code, "name": one.name}
    given = [answers.get(f"{name}_{what}") for what in _prefilled(one)]
    if any(value in (None, "") for value in given):
        text = _("“%(code)s %(name)s”没有数据的，请说明原因") % names
        yield Problem("no_figure", text, f"{section}.{name}_note")
    elif any(_differs(answers, known, name, what) for what in _prefilled(one)):
        text = _("“%(code)s %(name)s”与平台数据不一致，请说明理由") % names
        yield Problem("differs", text, f"{section}.{name}_note")
