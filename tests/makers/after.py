"""A consortium on the register, and what happens to it afterwards, driven through the real services.

case, entity = filed(frozen)             # on the register, with five members
change = drive_change(case, entity, …)   # to the state asked for
"""

from __future__ import annotations

import datetime
from typing import Any

from core import clock, workdays
from filings.enums import Action, State
from filings.models import Cancellation, Entity, Filing, Rating
from filings.services import (
    aftercare,
    cancellation,
    confirming,
    decision,
    drafting,
    examination,
    issue,
    participation,
    ratings,
    recommendation,
    submission,
)
from tests.makers import filings as make
from tests.makers.accounts import act, make_organisation, make_user
from tests.support.remembered import remembered


@remembered
def filed(frozen: Any, **given: Any) -> tuple[make.Case, Entity]:
    """A consortium with three enterprises and two universities, filed for 36 months on Tuesday 10 March 2026."""
    case = make.make_case(**given)
    filing = make.drive(case, State.FILED, frozen)
    return case, again(filing.subject)


def again(entity: Entity) -> Entity:
    """As it is now."""
    return Entity.objects.get(pk=entity.pk)


def later(frozen: Any, day: datetime.date) -> None:
    """Ten in the morning of a day."""
    frozen.at(clock.start_of_day(day) + datetime.timedelta(hours=10))


def start(case: make.Case, entity: Entity, action: str, period: str = "") -> Filing:
    return aftercare.start(actor=case.actor("applicant"), entity=again(entity), action=action, period=period)


def approve(case: make.Case, filing: Filing) -> Filing:
    """A submitted change or exit (no experts, no notice) to the register."""
    officer, director = case.actor("officer"), case.actor("director")
    filing = make.fresh(filing)
    if filing.state == State.SUBMITTED and filing.spec.procedure.recommendation:
        recommendation.recommend(actor=case.actor("district"), filing=filing)
    examination.start(actor=officer, filing=make.fresh(filing))
    make.check_everything(case, make.fresh(filing))
    examination.accept(actor=officer, filing=make.fresh(filing))
    decision.propose(actor=officer, filing=make.fresh(filing), months="")
    decision.confirm(actor=director, filing=make.fresh(filing))
    issue.issue(actor=officer, filing=make.fresh(filing))
    return make.fresh(filing)


def submit(case: make.Case, filing: Filing) -> Filing:
    submission.submit(actor=case.actor("applicant"), filing=make.fresh(filing))
    return make.fresh(filing)


def rate(case: make.Case, entity: Entity, grade: str, round_: str = "2026 年度绩效评价") -> Rating:
    """A rating recorded by the officer and confirmed by the director, today."""
    made = ratings.record_rating(
        actor=case.actor("officer"), entity=again(entity), round=round_, rated_on=clock.today(), grade=grade
    )
    return ratings.confirm(actor=case.actor("director"), rating=made)


def hearing_ends(row: Cancellation, frozen: Any) -> None:
    """The clock on the working day after the hearing's last."""
    row.refresh_from_db()
    assert row.hearing_until is not None
    later(frozen, workdays.add_workdays(row.hearing_until, 1))


def serve(case: make.Case, entity: Entity) -> Cancellation:
    """A failed evaluation, and the notice of the cancellation it calls for served."""
    rate(case, entity, "fail")
    row = Cancellation.objects.get(entity=entity, state="opened")
    return cancellation.serve(actor=case.actor("officer"), cancellation=row)


REPORT = {
    "report_summary": {
        "summary": "各任务按计划推进。",
        "meetings": 4,
        "funds_used": "按预算使用，专账核算。",
        "mechanisms_in_use": "理事会、联合研发和利益分配机制均有使用记录。",
    },
    "report_output": {
        "joint_patents": 3,
        "standards_led": 1,
        "standards_joined": 0,
        "provincial_projects": 1,
        "platforms": 1,
        "contracts": "2500000.00",
        "new_product_sales": "12000000.00",
        "talents": 5,
        "scenarios": 1,
    },
    "report_outlook": {"next_year": "完成第二轮流片。"},
}


def fill_report(case: make.Case, filing: Filing) -> None:
    """Every answer of an annual report, over what was prefilled."""
    me, content = case.actor("applicant"), make.fresh(filing).content
    tasks = [
        row | {"spent": "5000000.00", "done": 40, "state": "on_time", "actual": "完成首轮设计。"}
        for row in content["report_progress"]["tasks"]
    ]
    members = [row | {"actual": "派出研发人员 5 人。"} for row in content["report_members"]["members"]]
    sections = REPORT | {
        "report_progress": {"tasks": tasks, "milestones": content["report_progress"]["milestones"]},
        "report_members": {"members": members},
    }
    for key, values in sections.items():
        drafting.save_section(actor=me, filing=filing, section=key, data=values, strict=True)


def join(case: make.Case, filing: Filing, kind: str = "enterprise", role: str = "chain_enterprise") -> Any:
    """A new unit invited to a change, its own section filled in and confirmed: the unit and its actor."""
    unit = make_organisation(kind, district="370214")
    user = make_user("unit_admin", unit)
    place = participation.invite(
        actor=case.actor("applicant"), filing=filing, code=unit.credit_code, role=role
    )
    me = act(user, unit)
    drafting.save_section(actor=me, filing=filing, section="member", data=make.MEMBER, strict=True)
    place.refresh_from_db()
    confirming.confirm(actor=me, filing=filing, participant=place)
    return unit, me


def describe(case: make.Case, filing: Filing, what: str, reason: str = "成员调整") -> None:
    """The first page of a change."""
    drafting.save_section(
        actor=case.actor("applicant"),
        filing=filing,
        section="change",
        data={"what": [what], "reason": reason},
        strict=True,
    )


ACTIONS = Action
