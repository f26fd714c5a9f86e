"""What must be right before a scheme may be used. Every reason at once, each with the way to its field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Problem
from evaluation.scheme import checks_methods
from evaluation.scheme.choices import Method, Source
from evaluation.scheme.document import Note, SchemeDoc
from evaluation.scheme.reader import text_of
from evaluation.scheme.reading import read
from filings.enums import Grade

FULL = Decimal(100)


def problems(doc: Mapping[str, Any]) -> list[Problem]:
    """Everything that keeps a scheme from being used; an empty list: it may be published."""
    scheme, found = read(doc)
    if not any(_about_weights(problem) for problem in found):
        found += _weights(scheme)
    if found:
        return found
    return [*_codes(scheme), *_indicators(scheme), *_notes(scheme), *_bands(scheme), *_shares(scheme)]


def _about_weights(problem: Problem) -> bool:
    """Whether the sum says nothing yet: a weight, or a whole list of them, could not be read."""
    return problem.field.rpartition(".")[2] in ("weight", "indicators", "dimensions") or not problem.field


def _weights(scheme: SchemeDoc) -> list[Problem]:
    found = [
        Problem("weight", _("权重应大于 0"), f"dimensions.{d}.indicators.{i}.weight")
        for d, part in enumerate(scheme.dimensions)
        for i, row in enumerate(part.indicators)
        if row.weight <= 0
    ]
    if scheme.weight != FULL:
        made, gap = scheme.weight, FULL - scheme.weight
        told = (
            _("权重合计为 %(made)s，应为 100，还差 %(gap)s")
            if gap > 0
            else _("权重合计为 %(made)s，应为 100，超出 %(gap)s")
        )
        told %= {"made": text_of(made), "gap": text_of(abs(gap))}
        found.append(Problem("weights", told, "dimensions"))
    return found


def _codes(scheme: SchemeDoc) -> list[Problem]:
    parts = [(part.code, f"dimensions.{d}.code") for d, part in enumerate(scheme.dimensions)]
    rows = [
        (row.code, f"dimensions.{d}.indicators.{i}.code")
        for d, part in enumerate(scheme.dimensions)
        for i, row in enumerate(part.indicators)
    ]
    notes = [
        (note.key, f"{name}.{n}.key")
        for name in ("vetoes", "bonuses", "deductions")
        for n, note in enumerate(getattr(scheme, name))
    ]
    grades = [(band.grade, f"bands.{n}.grade") for n, band in enumerate(scheme.bands)]
    return [problem for group in (parts, rows, notes, grades) for problem in _doubles(group)]


def _doubles(group: Iterable[tuple[str, str]]) -> list[Problem]:
    seen: set[str] = set()
    found = []
    for code, field in group:
        if code.lower() in seen:  # the self-assessment asks by codes in lower case
            found.append(Problem("duplicate", _("“%(code)s”重复（不区分大小写）") % {"code": code}, field))
        seen.add(code.lower())
    return found


def _indicators(scheme: SchemeDoc) -> list[Problem]:
    found = []
    for d, part in enumerate(scheme.dimensions):
        for i, row in enumerate(part.indicators):
            path = f"dimensions.{d}.indicators.{i}"
            if row.method == Method.EXPERT and row.source not in (Source.EXPERT, Source.AGENCY):
                found.append(
                    Problem("source", _("专家评分的数据来源应为专家或第三方评估机构"), f"{path}.source")
                )
            found += checks_methods.problems_of(row, path)
    return found


def _notes(scheme: SchemeDoc) -> list[Problem]:
    return [
        *_capped(scheme.bonuses, scheme.bonus_cap, "bonuses", "bonus_cap"),
        *_capped(scheme.deductions, scheme.deduction_cap, "deductions", "deduction_cap"),
    ]


def _capped(notes: tuple[Note, ...], cap: Decimal, name: str, cap_name: str) -> list[Problem]:
    found = []
    if not 0 <= cap <= FULL:
        found.append(Problem("cap", _("上限应在 0 至 100 之间"), cap_name))
    for n, note in enumerate(notes):
        points = note.points or Decimal()
        if points <= 0:
            found.append(Problem("points", _("分值应大于 0"), f"{name}.{n}.points"))
        elif points > cap:
            told = _("分值 %(points)s 超过上限 %(cap)s") % {"points": text_of(points), "cap": text_of(cap)}
            found.append(Problem("points", told, f"{name}.{n}.points"))
    return found


def _bands(scheme: SchemeDoc) -> list[Problem]:
    found = []
    bands = scheme.bands
    if len(bands) < 2:
        found.append(Problem("bands", _("至少需要两个等次"), "bands"))
    order = {grade: place for place, grade in enumerate(Grade.values)}
    for n, band in enumerate(bands):
        if band.grade not in order:
            told = _("等次应为：%(allowed)s") % {"allowed": "、".join(Grade.values)}
            found.append(Problem("grade", told, f"bands.{n}.grade"))
        if not 0 <= band.start <= FULL:
            found.append(Problem("from", _("分数线应在 0 至 100 之间"), f"bands.{n}.from"))
        if n and band.start >= bands[n - 1].start:
            found.append(Problem("from", _("分数线应逐级降低"), f"bands.{n}.from"))
        if n and order.get(band.grade, n) < order.get(bands[n - 1].grade, -1):
            found.append(Problem("grade", _("等次应由高到低排列"), f"bands.{n}.grade"))
        if scheme.whole_points and band.start != band.start.to_integral_value():
            found.append(Problem("from", _("总分取整时，分数线也应为整数"), f"bands.{n}.from"))
    if bands and bands[-1].start != 0:
        found.append(Problem("from", _("最低等次应从 0 分起"), f"bands.{len(bands) - 1}.from"))
    if bands and bands[-1].grade != Grade.FAIL:
        found.append(Problem("grade", _("最低等次应为不合格（fail）"), f"bands.{len(bands) - 1}.grade"))
    return found


def _shares(scheme: SchemeDoc) -> list[Problem]:
    found = []
    for name in ("excellent_share", "excellent_top"):
        share = getattr(scheme, name)
        if share is None:
            continue
        if not 0 < share <= FULL:
            found.append(Problem("percent", _("比例（%）应大于 0 且不超过 100"), name))
        if scheme.bands and scheme.bands[0].grade != Grade.EXCELLENT:
            found.append(Problem("percent", _("没有优秀等次，不能设置优秀比例"), name))
        elif len(scheme.bands) < 3:  # who does not get a place among the excellent must not fail for it
            found.append(Problem("percent", _("设置优秀比例的，优秀与不合格之间至少应有一个等次"), name))
    return found
