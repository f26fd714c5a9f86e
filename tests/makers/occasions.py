"""An action that is filed on occasions somebody above sets, added to the consortium for a test.

offered(monkeypatch, {"R-1": "2026 年度绩效评价"})   # two expert criteria unless `experts=False`
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django import forms

from filings import programmes
from filings.enums import Action
from filings.hooks import Hooks
from filings.models import Filing
from filings.programmes import Criterion, Procedure, Programme, Section, Variant
from filings.services import drafting, examination, review, submission
from filings.standard_variants import LIMITS
from tests.makers import filings as make


class SummaryForm(forms.Form):
    summary = forms.CharField(label="自评总结")


class FiguresForm(forms.Form):
    M2 = forms.DecimalField(label="决策调度会议（次/年）")


CRITERIA = (Criterion("M3", "协议履行与分工执行", 60), Criterion("M4", "经费管理与统筹", 40))


def offered(
    monkeypatch: Any,
    occasions: dict[str, str],
    *,
    experts: bool = True,
    on_act: Mapping[str, Any] | None = None,
) -> None:
    """Give the consortium the action on these occasions; the dict may be changed while the test runs."""

    def tailored(spec: Programme, content: Mapping[str, Any]) -> Programme:
        """What is asked depends on the round that the content names."""
        if "round" not in content:
            return spec
        figures = Section("dim_M", f"数据（{content['round']['code']}）", FiguresForm)
        criteria = CRITERIA if experts else ()
        steps = replace(spec.procedure, review=experts)
        return replace(spec, sections=(figures, *spec.sections), criteria=criteria, procedure=steps)

    variant = Variant(
        label="绩效自评",
        sections=(Section("self_summary", "自评总结", SummaryForm),),
        procedure=Procedure(
            recommendation=False, review=False, notice=False, decision=False, limits=dict(LIMITS)
        ),
        prefill=lambda entity, period: {"round": {"code": period}, "dim_M": {"M2": "3"}},
        occasions=lambda entity: occasions,
        hooks=Hooks(tailored=tailored, on_act=on_act or {}),
    )
    whole = programmes.get("consortium")
    monkeypatch.setitem(
        programmes._registry,
        "consortium",
        replace(whole, variants=whole.variants | {Action.SELF_ASSESSMENT: variant}),
    )
    monkeypatch.setattr(programmes, "_declared", lru_cache()(programmes._declared.__wrapped__))


def handed_in(case: make.Case, filing: Filing) -> Filing:
    me = case.actor("applicant")
    drafting.save_section(
        actor=me, filing=filing, section="self_summary", data={"summary": "按计划运行。"}, strict=True
    )
    submission.submit(actor=me, filing=make.fresh(filing))
    return make.fresh(filing)


def in_examination(case: make.Case, filing: Filing) -> Filing:
    examination.start(actor=case.actor("officer"), filing=handed_in(case, filing))
    return make.fresh(filing)


def in_review(case: make.Case, filing: Filing) -> Filing:
    officer = case.actor("officer")
    examination.accept(actor=officer, filing=in_examination(case, filing))
    review.open_review(actor=officer, filing=make.fresh(filing), seed="2026")
    return make.fresh(filing)


def reviewed(case: make.Case, filing: Filing) -> Filing:
    filing = in_review(case, filing)
    make.score_everything(case, filing)
    review.close_review(actor=case.actor("officer"), filing=make.fresh(filing))
    return make.fresh(filing)
