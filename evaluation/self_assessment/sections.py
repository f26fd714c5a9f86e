"""What a scheme asks of a unit, as sections of a filing: one for each dimension, a summary, a declaration.

Fields of an indicator are named as `reading` reads them: `<code>_value`, `_target`, `_note`, `_text`, `_evidence`,
codes in lower case. What the portal holds stands in the value already; whoever departs from it says why.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from evaluation.models import Scheme
from evaluation.scheme import Dimension, Indicator, SchemeDoc, parse
from evaluation.scheme.choices import Method, Source
from evaluation.self_assessment.reading import section_of
from filings.fields import FileField, SectionForm
from filings.programmes import Criterion
from filings.sections import Section
from filings.standard_sections import long_text

#: What others establish: the unit is not asked.
NOT_OURS = (Source.OFFICER, Source.AGENCY)
PAPERS = ("pdf", "docx", "xlsx", "jpg", "png")
LONGEST_NOTE = 500
LARGEST = 10**9
PARTS_OF_WEIGHT = 100

Held = Mapping[str, Mapping[str, str]]  # code -> value, target, origin


class SummaryForm(SectionForm):
    summary = long_text(_("评价期工作总结"), help_text=_("评价期内做了什么、取得哪些成效，与目标相比如何。"))
    strengths = long_text(_("主要做法和典型事例"), required=False)
    problems = long_text(_("存在的问题和原因"))
    next_steps = long_text(_("下一步改进措施"))
    report = FileField(label=_("自评报告（盖章扫描件）"), required=False, extensions=("pdf",))


class DeclarationForm(SectionForm):
    truthful = forms.BooleanField(
        label=_("承诺所报数据和佐证材料真实、准确、完整"),
        help_text=_("伪造材料或者数据的，按指标体系的一票否决事项处理。"),
    )
    head = forms.CharField(label=_("单位负责人"), max_length=30)
    reporter = forms.CharField(label=_("填报人"), max_length=30)
    phone = forms.CharField(label=_("联系电话"), max_length=30)


SUMMARY = Section(
    "self_summary", _("自评总结"), SummaryForm, _("用文字说明数字背后的情况，供核验和评审参考。")
)
DECLARATION = Section("self_declaration", _("真实性承诺"), DeclarationForm, _("由牵头单位对所报内容负责。"))


@dataclass(frozen=True)
class Asked:
    """What one scheme asks of one entity."""

    sections: tuple[Section, ...]
    criteria: tuple[Criterion, ...]


def asked(scheme: int, digest: str, held: Held) -> Asked:
    """By number and digest of a scheme, with what the portal held when the draft was begun. A published scheme never
    changes, so the forms are made once.
    """
    known = json.dumps(held, sort_keys=True, ensure_ascii=False)
    return _asked(scheme, digest, known, str(get_language()))


@lru_cache(maxsize=512)
def _asked(scheme: int, digest: str, held: str, language: str) -> Asked:
    # labels put together from several words are in one language
    doc = parse(Scheme.objects.values_list("tree", flat=True).get(pk=scheme))
    return Asked(sections_of(doc, json.loads(held)), criteria_of(doc))


def asks(one: Indicator) -> bool:
    """Whether the unit has a say in an indicator."""
    return one.source not in NOT_OURS


def sections_of(doc: SchemeDoc, held: Held) -> tuple[Section, ...]:
    """A section for each dimension with anything to ask, then the summary and the declaration."""
    parts = [part for part in doc.dimensions if any(asks(one) for one in part.indicators)]
    return (*(_section(part, held) for part in parts), SUMMARY, DECLARATION)


def _section(part: Dimension, held: Held) -> Section:
    fields: dict[str, Any] = {}
    for one in part.indicators:
        if asks(one):
            fields |= fields_of(one, held.get(one.code, {}))
    names = [one.code.lower() for one in part.indicators if asks(one) and one.method != Method.EXPERT]
    either = tuple((f"{name}_value", f"{name}_note") for name in names)
    form = type(f"Dimension{part.code}", (SectionForm,), {**fields, "either": either})
    lead = _("平台已有的数据已预填并注明来源；更正的请说明理由并附佐证。没有数据的留空并说明原因。")
    return Section(section_of(part), part.name, form, lead)


def fields_of(one: Indicator, known: Mapping[str, str]) -> dict[str, forms.Field]:
    """The fields of one indicator; what experts judge is told in words."""
    name = one.code.lower()
    said = {"code": one.code, "name": one.name}
    evidence = FileField(
        label=_("%(code)s 佐证材料") % said,
        help_text=_sentence(one.evidence),
        required=False,
        many=True,
        extensions=PAPERS,
    )
    if one.method == Method.EXPERT:
        looked_at = "；".join(filter(None, (one.guide, one.evidence)))
        text = long_text(_("%(code)s %(name)s：情况说明") % said, help_text=_words_of_experts(looked_at))
        return {f"{name}_text": text, f"{name}_evidence": evidence}
    fields: dict[str, forms.Field] = {f"{name}_value": _value(one, known)}
    if one.method == Method.TARGET:
        fields[f"{name}_target"] = _decimal(_("%(code)s 计划数或者目标值") % said, _origin(known, "target"))
    note = forms.CharField(
        label=_("%(code)s 说明") % said,
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("与平台数据不一致，或者没有数据的，请说明。"),
    )
    return fields | {f"{name}_note": note, f"{name}_evidence": evidence}


def _sentence(text: str) -> str:
    return text if not text or text.endswith("。") else f"{text}。"


def _words_of_experts(looked_at: str) -> Any:
    if not looked_at:
        return _("本指标由专家评分。")
    return _("本指标由专家评分，重点看：%(what)s") % {"what": looked_at}


def _value(one: Indicator, known: Mapping[str, str]) -> forms.Field:
    label = f"{one.code} {one.name}" + (f"（{one.unit}）" if one.unit else "")
    hints = [_origin(known, "value"), one.guide]
    help_text = "".join(_sentence(text) for text in map(str, hints))
    if one.method == Method.BOOLEAN:
        choices = [("", _("请选择")), ("1", _("是")), ("0", _("否"))]
        return forms.ChoiceField(label=label, choices=choices, required=False, help_text=help_text)
    return _decimal(label, help_text)


def _decimal(label: Any, help_text: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=-LARGEST,
        max_value=LARGEST,
        max_digits=14,
        decimal_places=4,
        help_text=help_text,
    )


def _origin(known: Mapping[str, str], what: str) -> Any:
    """What the portal holds and where it stands."""
    if not known.get(what):
        return ""
    return _("平台数据：%(value)s，来自%(origin)s") % {
        "value": known[what],
        "origin": known.get("origin", ""),
    }


def criteria_of(doc: SchemeDoc) -> tuple[Criterion, ...]:
    """What experts judge. Their weights are those of the scheme, scaled so that the panel's own total is one of 100."""
    rows = [one for one in doc.indicators if one.method == Method.EXPERT]
    whole = sum((one.weight for one in rows), start=rows[0].weight * 0) if rows else 0
    if not rows or not whole:
        return ()
    exact = [one.weight * PARTS_OF_WEIGHT / whole for one in rows]
    weights = [int(part) for part in exact]
    # what rounding down left over goes to those that lost most, the first of equals first
    lost = sorted(range(len(rows)), key=lambda at: (weights[at] - exact[at], at))
    for at in lost[: PARTS_OF_WEIGHT - sum(weights)]:
        weights[at] += 1
    return tuple(
        Criterion(
            one.code, f"{one.code} {one.name}", weight, "；".join(filter(None, (one.guide, one.evidence)))
        )
        for one, weight in zip(rows, weights, strict=True)
    )
