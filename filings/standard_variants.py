"""Variants that programmes have in common, so that each is written once: what a programme declares is what differs.

`clock` maps states to the parameters of their working days, as `Procedure.limits` does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from filings import standard_sections as standard
from filings.enums import Action, State
from filings.programmes import Procedure, Section, Variant
from filings.selectors import changing, ladder

# the working days of every step, by the state a filing is in
LIMITS: dict[str, str] = {
    State.SUBMITTED.value: "procedure.district",
    State.RECOMMENDED.value: "procedure.examination",
    State.IN_EXAMINATION.value: "procedure.examination",
    State.IN_CORRECTION.value: "procedure.correction",
    State.ACCEPTED.value: "procedure.review",
    State.IN_REVIEW.value: "procedure.review",
    State.REVIEWED.value: "procedure.proposal",
    State.PROPOSED.value: "procedure.proposal",
    State.CONFIRMED.value: "procedure.issue",
    State.ON_NOTICE.value: "procedure.notice",
}


def change(
    sections: tuple[Section, ...],
    *,
    members: bool = False,
    merger: bool = True,
    own_affair: bool = False,
    clock: Mapping[str, str] = LIMITS,
    **given: Any,
) -> Variant:
    """变更: everything the founding asked, carried over.

    `members`: units belong to it, so the lead may move to one of them. `own_affair`: the authority only records
    what the unit has decided; it takes effect on the day the unit names.
    """
    first = standard.OWN_CHANGE if own_affair else standard.CHANGE
    extra = ((standard.LEAD_CHANGE,) if members else ()) + ((standard.MERGER,) if merger else ())
    procedure = Procedure(
        recommendation=not own_affair,
        review=False,
        notice=False,
        decision=not own_affair,
        limits=dict(clock),
    )
    made = Variant(
        label=_("变更"),
        sections=(first, *sections, *extra),
        procedure=procedure,
        judged=True,
        carries_content=True,
        carries_members=members,
        carries_confirmations=members,
        applies=own_affair,
        guards=(changing.change_guards,),
        summary=_("登记内容发生变化时办理。条件重新核验；有关单位确认过的内容有改动的，重新确认。"),
        prepare=(_("变更理由"), _("证明材料")),
    )
    return replace(made, **given)


def annual_report(
    sections: tuple[Section, ...] = (standard.REPORT,),
    *,
    prefill: Callable[[Any, str], dict[str, Any]] | None = None,
    clock: Mapping[str, str] = LIMITS,
    **given: Any,
) -> Variant:
    """年度报告: examined and filed away."""
    made = Variant(
        label=_("年度报告"),
        sections=sections,
        procedure=Procedure(
            recommendation=False, review=False, notice=False, decision=False, limits=dict(clock)
        ),
        prefill=prefill,
        summary=_("报告上一年度的工作和成效。登记机关审核后归档。"),
        prepare=(_("年度工作总结"), _("主要成效的数量和佐证")),
    )
    return replace(made, **given)


def renewal(
    sections: tuple[Section, ...],
    *,
    members: bool = False,
    review: bool = True,
    clock: Mapping[str, str] = LIMITS,
    **given: Any,
) -> Variant:
    """到期延续: the next validity, decided like the founding."""
    made = Variant(
        label=_("到期延续"),
        sections=(standard.TERM, *sections),
        procedure=Procedure(review=review, limits=dict(clock)),
        judged=True,
        carries_content=True,
        carries_members=members,
        summary=_("有效期满前申请延续。开始后带入原登记内容，更新后提交。"),
        prepare=(_("本期总结"), _("下一期的任务")),
    )
    return replace(made, **given)


def exit_(*, clock: Mapping[str, str] = LIMITS, **given: Any) -> Variant:
    """退出: the whole ends by its own wish."""
    made = Variant(
        label=_("退出"),
        sections=(standard.EXIT,),
        procedure=Procedure(recommendation=False, review=False, notice=False, limits=dict(clock)),
        summary=_("整体退出登记名录。退出后不再享受有关支持，登记名录保留退出记录。"),
        prepare=(_("同意退出的文件（PDF）"),),
    )
    return replace(made, **given)


def upgrade(*, clock: Mapping[str, str] = LIMITS, **given: Any) -> Variant:
    """升级: a higher level, read off the approval document of the authority that gave it."""
    made = Variant(
        label=_("升级登记"),
        sections=(standard.APPROVAL,),
        procedure=Procedure(recommendation=False, review=False, notice=False, limits=dict(clock)),
        guards=(ladder.step_is_higher,),
        summary=_("获得上级认定后，凭批复文件登记新的级别。原级别和批复保留在级别沿革中。"),
        prepare=(_("上级主管部门的批复文件（PDF）"),),
        clause="fil_platform_ladder",
    )
    return replace(made, **given)


def record_approval(
    sections: tuple[Section, ...], *, clock: Mapping[str, str] = LIMITS, **given: Any
) -> Variant:
    """批复登记: what a higher authority has recognised is put on the register from its document."""
    made = Variant(
        label=_("批复登记"),
        sections=(standard.APPROVAL, *sections),
        procedure=Procedure(recommendation=False, review=False, notice=False, limits=dict(clock)),
        judged=False,
        summary=_("已由上级主管部门认定的，凭批复文件登记入册，不再重复评审。"),
        prepare=(_("上级主管部门的批复文件（PDF）"),),
    )
    return replace(made, **given)


def every_action(**variants: Variant) -> dict[Action, Variant]:
    """{action: variant} by the actions' stored names, in the order in which pages offer them."""
    return {Action(name): variants[name] for name in Action.values if name in variants}
