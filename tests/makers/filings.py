"""A consortium filing driven through the real services, as far as a test needs it.

case = make_case()                       # bureaus, units, people
filing = drive(case, to="in_review")     # draft | submitted | … | filed
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Organisation, User
from core import clock, workdays
from core.actor import Actor
from filings.enums import CheckValue, State
from filings.models import Expert, Filing, Participant
from filings.services import (
    confirming,
    corrections,
    decision,
    drafting,
    examination,
    issue,
    notice,
    participation,
    recommendation,
    review,
    submission,
    waivers,
)
from tests.makers.accounts import act, make_bureau, make_organisation, make_user
from tests.makers.papers import pdf_bytes
from tests.support.remembered import remembered

MECHANISMS = ("decision", "joint_research", "benefit", "ip", "standards", "application", "funding")
PLAN = (
    "ip_layout",
    "talent_layout",
    "application_layout",
    "core_tasks",
    "research_plan",
    "funding",
    "acceptance",
)


def contents(name: str = "青岛市智能传感创新联合体", **basic: Any) -> dict[str, dict[str, Any]]:
    """Complete answers of every section the lead fills."""
    return {
        "basic": {
            "name": name,
            "industry": "qd_ai",
            "track": "智能传感",
            "months": 36,
            "task_areas": ["core_technology", "platform"],
            "background": "高端传感芯片依赖进口，制约本市智能制造。",
            "contact_name": "测试联系人",
            "contact_phone": "0532-0000000",
            **basic,
        },
        "lead": {
            "is_leading": True,
            "evidence": ["high_tech", "chain_master"],
            "market_rank": "细分市场国内第二",
            "technology_position": "核心指标国内领先，经第三方检测。",
            "strength": "近三年营业收入持续增长。",
            "rd_capability": "研发人员 320 人，三年流失率低于 3%。",
            "advantage": "主持国家重点研发任务 2 项。",
            "convening": "与上下游 40 余家企业长期合作。",
            "services": ["service", "international", "transfer", "scenario"],
            "chain_integration": "建立联合实验室与供应链协同平台。",
        },
        "tasks": {
            "tasks": [
                {
                    "name": "高精度传感芯片",
                    "problem": "低噪声读出电路",
                    "goal": "噪声不高于 2 纳伏",
                    "owner": "牵头单位",
                    "starts_on": "2026-04-01",
                    "ends_on": "2028-03-31",
                    "funds": "12000000.00",
                }
            ],
            "milestones": [
                {
                    "task": "高精度传感芯片",
                    "milestone": "完成首批流片",
                    "due_on": "2027-03-31",
                    "owner": "牵头单位",
                }
            ],
            "self_funds": "15000000.00",
            "funding_note": "牵头单位承担六成，其余成员按任务分担。",
        },
        "mechanisms": {f"mech_cons_{key}": "已制定书面办法，明确职责和程序。" for key in MECHANISMS},
        "agreement": {
            "signed_on": "2026-02-20",
            "covers": ["topics", "division", "rights", "liability", "benefit"],
            "division": "牵头单位统筹，各成员按任务书分工。",
        },
        "plan": dict.fromkeys(PLAN, "目标、步骤和指标明确。"),
    }


MEMBER = {
    "basis": ["research", "patents"],
    "basis_note": "2024 年共同承担省重点研发计划一项。",
    "capability": "具备中试和批量配套能力。",
    "contributions": ["technology", "equipment"],
    "contact_name": "测试联系人",
    "contact_phone": "0532-0000000",
}


@dataclass
class Case:
    """Everybody of one filing, with their actors."""

    lead: Organisation
    bureau: Organisation
    district_bureau: Organisation
    applicant: User
    officer: User
    director: User
    district: User
    members: list[Organisation] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    member_users: list[User] = field(default_factory=list)
    experts: list[Expert] = field(default_factory=list)

    def actor(self, who: str) -> Actor:
        """Actor of `applicant`, `officer`, `director` or `district`."""
        homes = {
            "applicant": self.lead,
            "officer": self.bureau,
            "director": self.bureau,
            "district": self.district_bureau,
        }
        return act(getattr(self, who), homes[who])

    def member(self, index: int) -> Actor:
        return act(self.member_users[index], self.members[index])


@remembered
def make_case(
    *, district: str = "370212", enterprises: int = 3, academics: int = 2, experts: int = 5
) -> Case:
    """Bureaus, a lead in 崂山区 (or elsewhere), members of both kinds and a pool of experts."""
    bureau, district_bureau = make_bureau("370200"), make_bureau("370212")
    lead = make_organisation(district=district, titles=["high_tech", "chain_master"])
    case = Case(
        lead=lead,
        bureau=bureau,
        district_bureau=district_bureau,
        applicant=make_user("unit_admin", lead),
        officer=make_user("case_officer", bureau),
        director=make_user("division_head", bureau),
        district=make_user("district_officer", district_bureau),
    )
    for kind, role, count in (
        ("enterprise", "chain_enterprise", enterprises),
        ("university", "academic", academics),
    ):
        for _number in range(count):
            unit = make_organisation(kind, district="370214")
            case.members.append(unit)
            case.roles.append(role)
            case.member_users.append(make_user("unit_admin", unit))
    for number in range(experts):
        user = make_user("expert", bureau)
        case.experts.append(
            review.register_expert(
                actor=Actor.system(), user=user, employer_name=f"外地研究院{number}", title="研究员"
            )
        )
    return case


@remembered
def start(case: Case, **changes: Any) -> Filing:
    """A complete draft with the agreement uploaded; nobody invited yet."""
    me = case.actor("applicant")
    filing = drafting.start(actor=me, programme="consortium")
    for section, values in contents(**changes).items():
        drafting.save_section(actor=me, filing=filing, section=section, data=values, strict=True)
    paper = SimpleUploadedFile("组建协议.pdf", pdf_bytes("组建协议"), "application/pdf")
    drafting.attach(actor=me, filing=filing, section="agreement", field="agreement", upload=paper)
    return fresh(filing)


@remembered
def invite_all(case: Case, filing: Filing) -> list[Participant]:
    me = case.actor("applicant")
    return [
        participation.invite(actor=me, filing=filing, code=unit.credit_code, role=role)
        for unit, role in zip(case.members, case.roles, strict=True)
    ]


@remembered
def confirm_all(case: Case, filing: Filing) -> None:
    """Every member fills its own section (if empty) and confirms (if it has to)."""
    for index, unit in enumerate(case.members):
        place = filing.participants.get(organisation=unit)
        me = case.member(index)
        if not place.content:
            drafting.save_section(actor=me, filing=filing, section="member", data=MEMBER, strict=True)
        place.refresh_from_db()
        confirming.confirm(actor=me, filing=filing, participant=place)


def fresh(filing: Filing) -> Filing:
    return Filing.objects.get(pk=filing.pk)


def check_everything(case: Case, filing: Filing) -> None:
    """The officer passes every line the machine left open."""
    for line in filing.checks.filter(machine=""):
        examination.record_check(
            actor=case.actor("officer"), filing=filing, item=line.item, result=CheckValue.PASS
        )


def score_everything(case: Case, filing: Filing, value: str = "85") -> None:
    """Every expert of the panel declares no conflict and scores."""
    for row in filing.panel.assignments.select_related("expert__user"):
        me = act(row.expert.user, case.bureau)
        review.declare(actor=me, filing=filing, conflict=False)
        marks = [
            {"criterion": c.key, "value": value, "rationale": "材料充分，依据明确。"}
            for c in filing.spec.criteria
        ]
        review.score(actor=me, filing=filing, scores=marks)


def run_out_notice(filing: Filing, frozen: Any) -> None:
    """Move the test's clock to the working day after the notice's last day."""
    ends = filing.notices.get(closed_at=None).ends_on
    frozen.at(
        clock.start_of_day(workdays.add_workdays(ends, 1)) + (clock.now() - clock.start_of_day(clock.today()))
    )


ORDER = (
    State.DRAFT,
    State.SUBMITTED,
    State.RECOMMENDED,
    State.IN_EXAMINATION,
    State.ACCEPTED,
    State.IN_REVIEW,
    State.REVIEWED,
    State.PROPOSED,
    State.CONFIRMED,
    State.ON_NOTICE,
    State.FILED,
)


@remembered
def drive(case: Case, to: str, frozen: Any = None, filing: Filing | None = None, **changes: Any) -> Filing:
    """Drive a filing along the straight way to a state (`in_correction` branches off at the examination).

    `frozen` is the clock fixture; needed beyond `on_notice`.
    """
    filing = filing or start(case, **changes)
    goal = State.IN_EXAMINATION if to == State.IN_CORRECTION else State(to)
    for name in ORDER[ORDER.index(State(filing.state)) + 1 : ORDER.index(goal) + 1]:
        filing = _step(case, filing, name, frozen if name == State.FILED else None)
        assert filing.state == name, (filing.state, name)
    if to == State.IN_CORRECTION:
        filing = send_back(case, filing)
    return filing


@remembered
def _step(case: Case, f: Filing, to: str, frozen: Any) -> Filing:
    """From the state before to this one."""
    officer, director = case.actor("officer"), case.actor("director")
    if to == State.SUBMITTED:
        invite_all(case, f)
        confirm_all(case, f)
        submission.submit(actor=case.actor("applicant"), filing=f)
    elif to == State.ACCEPTED:
        check_everything(case, f)
        examination.accept(actor=officer, filing=f)
    elif to == State.REVIEWED:
        score_everything(case, f)
        review.close_review(actor=officer, filing=f)
    elif to == State.FILED:
        run_out_notice(f, frozen)
        notice.close(actor=officer, filing=f)
        issue.issue(actor=officer, filing=fresh(f))
    else:
        acts: dict[str, Any] = {
            State.RECOMMENDED: lambda: recommendation.recommend(actor=case.actor("district"), filing=f),
            State.IN_EXAMINATION: lambda: examination.start(actor=officer, filing=f),
            State.IN_REVIEW: lambda: review.open_review(actor=officer, filing=f, seed="2026"),
            State.PROPOSED: lambda: decision.propose(actor=officer, filing=f, months=36),
            State.CONFIRMED: lambda: decision.confirm(actor=director, filing=f),
            State.ON_NOTICE: lambda: notice.publish(actor=officer, filing=f),
        }
        acts[to]()
    return fresh(f)


def send_back(case: Case, filing: Filing) -> Filing:
    """Return one field that the members confirmed and one plain one."""
    items = [
        {"section": "tasks", "field": "funding_note", "message": "请写明各方出资到位时间"},
        {"section": "basic", "field": "background", "message": "请补充市场需求数据"},
    ]
    examination.return_for_correction(actor=case.actor("officer"), filing=filing, items=items)
    return fresh(filing)


def correct(case: Case, filing: Filing) -> Filing:
    """Answer both items, have the members confirm again and hand the filing back."""
    me = case.actor("applicant")
    values = ["各方于 2026 年 6 月 30 日前到位。", "2025 年本市需求约 30 亿元。"]
    for item, value in zip(filing.corrections.filter(standing="open"), values, strict=True):
        corrections.answer(actor=me, filing=filing, correction_id=item.pk, text="已补充。", value=value)
    confirm_all(case, filing)
    submission.resubmit(actor=me, filing=fresh(filing))
    for item in filing.corrections.all():
        corrections.close(actor=case.actor("officer"), filing=filing, correction_id=item.pk)
    return fresh(filing)


def ask_waiver(
    case: Case, filing: Filing, condition: str, reason: str = "该细分领域本市仅有 2 家配套企业。"
) -> None:
    waivers.give_reason(actor=case.actor("applicant"), filing=filing, condition=condition, reason=reason)
