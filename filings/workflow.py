"""The procedure as one table a lawyer can read. `core.workflow` performs it; state moves nowhere else."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from django.utils.translation import gettext_lazy as _

from core.workflow import Transition, Workflow
from filings import guards
from filings import permissions as may
from filings.enums import State as S
from filings.models import Filing
from filings.programmes import Programme

T = Transition

WORKFLOW = Workflow(
    noun="filing",
    transitions=(
        T(
            "submit",
            (S.DRAFT,),
            S.SUBMITTED,
            may.applicant_signer,
            (
                guards.entity_allows,
                guards.answers_complete,
                guards.members_confirmed,
                guards.conditions_allow_submission,
            ),
            label=_("提交申报"),
        ),
        T(
            "withdraw",
            (
                S.DRAFT,
                S.SUBMITTED,
                S.RECOMMENDED,
                S.IN_EXAMINATION,
                S.IN_CORRECTION,
                S.ACCEPTED,
                S.IN_REVIEW,
                S.REVIEWED,
            ),
            S.WITHDRAWN,
            may.applicant_signer,
            needs_comment=True,
            label=_("撤回申报"),
            danger=True,
        ),
        T("recommend", (S.SUBMITTED,), S.RECOMMENDED, may.may_recommend, label=_("推荐")),
        T(
            "not_recommend",
            (S.SUBMITTED,),
            S.NOT_RECOMMENDED,
            may.may_recommend,
            needs_comment=True,
            label=_("不予推荐"),
            danger=True,
        ),
        T("start_examination", (S.RECOMMENDED,), S.IN_EXAMINATION, may.may_examine, label=_("开始形式审查")),
        T(
            "return_for_correction",
            (S.IN_EXAMINATION,),
            S.IN_CORRECTION,
            may.may_examine,
            (guards.return_has_items,),
            label=_("退回补正"),
        ),
        T(
            "resubmit",
            (S.IN_CORRECTION,),
            S.IN_EXAMINATION,
            may.applicant_signer,
            (
                guards.corrections_answered,
                guards.members_confirmed,
                guards.answers_complete,
                guards.conditions_allow_submission,
            ),
            label=_("提交补正"),
        ),
        T(
            "accept",
            (S.IN_EXAMINATION,),
            S.ACCEPTED,
            may.may_examine,
            (guards.corrections_closed, guards.checks_done, guards.conditions_allow_submission),
            label=_("受理"),
        ),
        T(
            "record",
            (S.IN_EXAMINATION,),
            S.FILED,
            may.may_examine,
            (guards.corrections_closed, guards.checks_done, guards.applies_now),
            label=_("审核归档"),
        ),
        T(
            "not_accept",
            (S.IN_EXAMINATION,),
            S.NOT_ACCEPTED,
            may.may_examine,
            needs_comment=True,
            label=_("不予受理"),
            danger=True,
        ),
        T("open_review", (S.ACCEPTED,), S.IN_REVIEW, may.may_examine, label=_("组织专家评审")),
        T(
            "close_review",
            (S.IN_REVIEW,),
            S.REVIEWED,
            may.may_examine,
            (guards.all_scored,),
            label=_("结束评审"),
        ),
        T(
            "propose",
            (S.REVIEWED,),
            S.PROPOSED,
            may.may_examine,
            (guards.months_allowed, guards.conditions_allow_proposal),
            label=_("拟定备案意见"),
        ),
        T(
            "confirm",
            (S.PROPOSED,),
            S.CONFIRMED,
            may.may_decide,
            (guards.conditions_allow_proposal, guards.waivers_confirmed_by_another),
            label=_("审定同意"),
        ),
        T("send_back", (S.PROPOSED,), S.REVIEWED, may.may_decide, needs_comment=True, label=_("退回重拟")),
        T(
            "reject",
            (S.REVIEWED, S.PROPOSED, S.CONFIRMED, S.ON_NOTICE),
            S.REJECTED,
            may.may_decide,
            (guards.refusal_needs_two,),
            needs_comment=True,
            label=_("不予备案"),
            danger=True,
        ),
        T("publish_notice", (S.CONFIRMED,), S.ON_NOTICE, may.may_examine, label=_("发布公示")),
        T(
            "close_notice",
            (S.ON_NOTICE,),
            S.ON_NOTICE,
            may.may_examine,
            (guards.notice_over,),
            label=_("结束公示"),
        ),
        T(
            "issue",
            (S.ON_NOTICE,),
            S.FILED,
            may.may_examine,
            (guards.notice_closed, guards.document_follows_notice, guards.entity_allows_now),
            label=_("发文"),
        ),
    ),
)


# acts that belong to steps a procedure may switch off
RECOMMENDATION = {"recommend", "not_recommend"}
REVIEW = {"open_review", "close_review"}
NOTICE = {"publish_notice", "close_notice"}
DECISION = {"propose", "confirm", "send_back", "reject", "issue", *NOTICE}
# a report may be taken back until it has been examined: what experts judge for the record stays
BEFORE_ACCEPTANCE = (S.DRAFT, S.SUBMITTED, S.RECOMMENDED, S.IN_EXAMINATION, S.IN_CORRECTION)


@cache
def table(recommendation: bool, review: bool, notice: bool, decision: bool = True) -> Workflow:
    """The procedure with some steps off: their acts are gone, and the next act starts from the state before them.

    Without a decision nobody proposes and confirms: what was examined is recorded (归档), or, where experts
    are asked, what they have reviewed.
    """
    if not decision:
        return _for_the_record(recommendation, review)
    gone: set[str] = {"record"}
    also: dict[str, str] = {}
    if not recommendation:
        gone |= RECOMMENDATION
        also["start_examination"] = S.SUBMITTED
    if not review:
        gone |= REVIEW
        also["propose"] = S.ACCEPTED
    if not notice:
        gone |= NOTICE
        also["issue"] = S.CONFIRMED
    rows = []
    for row in WORKFLOW:
        if row.name in gone:
            continue
        if row.name in also:
            row = replace(row, sources=(*row.sources, also[row.name]))
        if row.name == "send_back" and not review:
            row = replace(row, target=S.ACCEPTED)
        rows.append(row)
    return Workflow(tuple(rows), noun=WORKFLOW.noun)


def _for_the_record(recommendation: bool, review: bool) -> Workflow:
    """Without a decision: examined and recorded; or examined, accepted, reviewed and recorded."""
    gone = DECISION | (set() if recommendation else RECOMMENDATION)
    gone |= set() if review else {"accept", *REVIEW}
    sources: dict[str, tuple[S, ...]] = {"withdraw": BEFORE_ACCEPTANCE}
    if not recommendation:
        sources["start_examination"] = (S.RECOMMENDED, S.SUBMITTED)
    if review:
        sources["record"] = (S.REVIEWED,)
    rows = (row for row in WORKFLOW if row.name not in gone)
    changed = (replace(row, sources=sources.get(row.name, row.sources)) for row in rows)
    return Workflow(tuple(changed), noun=WORKFLOW.noun)


def workflow_of(filing: Filing) -> Workflow:
    """The procedure of the filing: that of its programme and action; experts are asked where its content calls for it."""
    return workflow_for(filing.spec, review=asks_experts(filing))


def asks_experts(filing: Filing) -> bool:
    """Whether this filing is reviewed: its procedure says so, or what it asks for."""
    variant = filing.spec.variant
    wants = variant.reviewed_when if variant is not None else None
    return filing.spec.procedure.review or (wants is not None and wants(filing))


def workflow_for(programme: Programme, *, review: bool = False) -> Workflow:
    """The procedure of a programme: the whole table, less the steps it switches off."""
    steps = programme.procedure
    return table(steps.recommendation, steps.review or review, steps.notice, steps.decision)
