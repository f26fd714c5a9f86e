"""The demonstration's filings: each walked through the real services on the days it would have happened."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Membership, Organisation, User
from core import clock, pdf, workdays
from core.actor import Actor
from filings.enums import CheckValue, ParticipantRole, State
from filings.models import Filing
from filings.services import (
    confirming,
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
from portal.demo.people import actor

# the straight way, and the working days that pass before each step
GAPS: dict[str, int] = {
    State.DRAFT: 0,
    State.SUBMITTED: 3,
    State.RECOMMENDED: 2,
    State.IN_EXAMINATION: 1,
    State.ACCEPTED: 2,
    State.IN_REVIEW: 2,
    State.REVIEWED: 6,
    State.PROPOSED: 2,
    State.CONFIRMED: 1,
    State.ON_NOTICE: 1,
    State.FILED: 6,
}
# where the filings that end otherwise leave the straight way
BRANCHES: dict[str, str] = {
    State.IN_CORRECTION: State.IN_EXAMINATION,
    State.NOT_RECOMMENDED: State.SUBMITTED,
    State.NOT_ACCEPTED: State.IN_EXAMINATION,
    State.REJECTED: State.PROPOSED,
    State.WITHDRAWN: State.RECOMMENDED,
}
DISTRICT_USERS = {
    "370212": "district",
    "370211": "district_hd",
    "370214": "district_cy",
    "370281": "district_jz",
}
MARKS = ("82", "88", "91", "85", "79", "86")


class Walk:
    """One filing on its way."""

    def __init__(self, spec: dict[str, Any], texts: dict[str, Any], units: dict[str, Organisation]) -> None:
        self.spec, self.texts, self.units = spec, texts, units
        self.lead = units[spec["lead"]]
        self.applicant = self._admin(self.lead)
        self.officer = actor("officer", units["qd_stb"])
        self.director = actor("director", units["qd_stb"])
        self.filing: Filing = None  # type: ignore[assignment]

    def _admin(self, unit: Organisation) -> Actor:
        user = (
            Membership.objects.filter(organisation=unit, role="unit_admin")
            .select_related("user")
            .earliest("pk")
            .user
        )
        return actor(user.username, unit)

    def run(self) -> Filing:
        goal = str(self.spec["to"])
        last = BRANCHES.get(goal, goal)
        order = list(GAPS)
        day = self.first_day(order[: order.index(last) + 1])
        for state in order[: order.index(last) + 1]:
            day = workdays.add_workdays(day, GAPS[state]) if GAPS[state] else day
            self.at(day, getattr(self, f"to_{state}"))
        if goal in BRANCHES:
            self.at(workdays.add_workdays(day, 1), getattr(self, f"to_{goal}"))
        return self.filing

    def first_day(self, states: list[str]) -> datetime.date:
        """The given day, or far enough back that the last step was on the last working day."""
        if "start" in self.spec:
            return self.spec["start"]  # type: ignore[no-any-return]
        back = sum(GAPS[state] for state in states) + 2
        day = clock.today() - datetime.timedelta(
            days=self.spec.get("ago", 0) if self.spec["to"] in BRANCHES else 0
        )
        while back:
            day -= datetime.timedelta(days=1)
            back -= workdays.is_workday(day)
        return day

    def at(self, day: datetime.date, step: Callable[[], Any]) -> None:
        moment = clock.start_of_day(day) + datetime.timedelta(hours=10, minutes=self.lead.pk % 50)
        with clock.freeze(min(moment, clock.wall())):
            step()
        self.filing = Filing.objects.get(pk=self.filing.pk)

    # --- steps -----------------------------------------------------------------------------

    def to_draft(self) -> None:
        self.filing = drafting.start(actor=self.applicant, programme="consortium")
        for section, values in self.answers().items():
            drafting.save_section(
                actor=self.applicant, filing=self.filing, section=section, data=values, strict=True
            )
        data = pdf.render(
            "portal/pdf/sample_agreement.html",
            {"spec": self.spec, "lead": self.lead, "members": self.members()},
        )
        upload = SimpleUploadedFile(f"{self.spec['name']}.pdf", data, "application/pdf")
        drafting.attach(
            actor=self.applicant, filing=self.filing, section="agreement", field="agreement", upload=upload
        )
        for unit in self.members():
            academic = unit.kind in ("university", "institute")
            role = ParticipantRole.ACADEMIC if academic else ParticipantRole.CHAIN_ENTERPRISE
            participation.invite(actor=self.applicant, filing=self.filing, code=unit.credit_code, role=role)
        self.confirm(self.spec.get("confirm", len(self.spec["members"])))
        if "waiver" in self.spec:
            waivers.give_reason(
                actor=self.applicant,
                filing=self.filing,
                condition="elig_cons_min_enterprises",
                reason=self.spec["waiver"],
            )

    def confirm(self, count: int) -> None:
        for unit in self.members()[:count]:
            me = self._admin(unit)
            drafting.save_section(
                actor=me, filing=self.filing, section="member", data=self.member_answers(), strict=True
            )
            place = self.filing.participants.get(organisation=unit)
            confirming.confirm(actor=me, filing=self.filing, participant=place)

    def to_submitted(self) -> None:
        submission.submit(actor=self.applicant, filing=self.filing)

    def to_recommended(self) -> None:
        code = self.lead.district.code
        me = actor(DISTRICT_USERS[code], Organisation.objects.get(kind="bureau", jurisdiction__code=code))
        recommendation.recommend(actor=me, filing=self.filing, comment=self.texts["opinions"]["recommend"])

    def to_in_examination(self) -> None:
        examination.start(actor=self.officer, filing=self.filing)

    def to_accepted(self) -> None:
        for line in self.filing.checks.filter(machine="") | self.filing.checks.filter(
            machine=CheckValue.FAIL
        ):
            failed = line.machine == CheckValue.FAIL
            note = self.texts["opinions"]["failed_check"] if failed else ""
            result = CheckValue.FAIL if failed else CheckValue.PASS
            examination.record_check(
                actor=self.officer, filing=self.filing, item=line.item, result=result, note=note
            )
        examination.accept(actor=self.officer, filing=self.filing)

    def to_in_review(self) -> None:
        review.open_review(actor=self.officer, filing=self.filing, seed=f"demo-{self.filing.pk}")
        filing = Filing.objects.select_related("panel").get(pk=self.filing.pk)
        rows = list(filing.panel.assignments.select_related("expert__user"))
        for number, row in enumerate(rows[: self.spec.get("scored", len(rows))]):
            me = actor(row.expert.user.username, self.units["qd_stb"])
            review.declare(actor=me, filing=filing, conflict=False)
            marks = [
                {
                    "criterion": c.key,
                    "value": MARKS[(number + i) % len(MARKS)],
                    "rationale": self.texts["opinions"]["score"],
                }
                for i, c in enumerate(filing.spec.criteria)
            ]
            review.score(actor=me, filing=filing, scores=marks, opinion=self.texts["opinions"]["panel"])

    def to_reviewed(self) -> None:
        review.close_review(actor=self.officer, filing=self.filing)
        if "grant" in self.spec:
            waivers.give_reason(
                actor=self.officer,
                filing=self.filing,
                condition="elig_cons_min_enterprises",
                reason=self.spec["grant"],
            )

    def to_proposed(self) -> None:
        decision.propose(
            actor=self.officer,
            filing=self.filing,
            months=self.spec["months"],
            comment=self.texts["opinions"]["propose"],
        )

    def to_confirmed(self) -> None:
        decision.confirm(actor=self.director, filing=self.filing, comment=self.texts["opinions"]["confirm"])

    def to_on_notice(self) -> None:
        notice.publish(actor=self.officer, filing=self.filing)

    def to_filed(self) -> None:
        notice.close(actor=self.officer, filing=self.filing)
        issue.issue(actor=self.officer, filing=Filing.objects.get(pk=self.filing.pk))

    def to_in_correction(self) -> None:
        examination.return_for_correction(
            actor=self.officer, filing=self.filing, items=self.texts["corrections"]
        )

    def to_not_recommended(self) -> None:
        code = self.lead.district.code
        me = actor(DISTRICT_USERS[code], Organisation.objects.get(kind="bureau", jurisdiction__code=code))
        recommendation.not_recommend(actor=me, filing=self.filing, comment=self.spec["reason"])

    def to_not_accepted(self) -> None:
        examination.not_accept(actor=self.officer, filing=self.filing, comment=self.spec["reason"])

    def to_rejected(self) -> None:
        decision.reject(actor=self.director, filing=self.filing, comment=self.spec["reason"])

    def to_withdrawn(self) -> None:
        submission.withdraw(actor=self.applicant, filing=self.filing, comment=self.spec["reason"])

    # --- texts -----------------------------------------------------------------------------

    def members(self) -> list[Organisation]:
        return [self.units[key] for key in self.spec["members"]]

    def say(self, value: Any) -> Any:
        """A text of the file with this filing's field and problem in it."""
        if isinstance(value, dict):
            return {key: self.say(text) for key, text in value.items()}
        return (
            value.format(field=self.spec["field"], problem=self.spec["problem"])
            if isinstance(value, str)
            else value
        )

    def member_answers(self) -> dict[str, Any]:
        contact = {"contact_name": self.texts["contact"], "contact_phone": "0532-0000000"}
        return (
            self.say(self.texts["member"])
            | contact
            | {  # type: ignore[no-any-return]
                "basis": ["research", "patents"],
                "contributions": ["technology", "talent", "equipment"],
                "people": 12,
            }
        )

    def answers(self) -> dict[str, dict[str, Any]]:
        """Complete content of the lead's sections."""
        t = self.say(self.texts)
        start = self.spec.get("start", clock.today()).replace(day=1)
        lead = {
            k: t[k]
            for k in (
                "market_rank",
                "technology_position",
                "strength",
                "rd_capability",
                "advantage",
                "convening",
                "chain_integration",
            )
        }
        return {
            "basic": {
                "name": self.spec["name"],
                "industry": self.spec["industry"],
                "track": self.spec["field"],
                "months": self.spec["months"],
                "task_areas": ["core_technology", "transfer", "platform"],
                "background": t["background"],
                "contact_name": t["contact"],
                "contact_phone": "0532-0000000",
            },
            "lead": lead
            | {
                "is_leading": True,
                "evidence": ["high_tech", "platform"],
                "services": ["service", "transfer", "scenario"],
            },
            "tasks": self.tasks(start, t),
            "mechanisms": t["mechanisms"],
            "agreement": {
                "signed_on": start.isoformat(),
                "covers": ["topics", "division", "rights", "liability", "benefit"],
                "division": t["division"],
            },
            "plan": t["plan"],
        }

    def tasks(self, start: datetime.date, t: dict[str, Any]) -> dict[str, Any]:
        """Two tasks and their milestones, dated from the start."""
        rows, milestones = [], []
        for number, task in enumerate(t["tasks"]):
            task = self.say(task)
            owner = (self.lead, *self.members())[number].name
            end = start.replace(year=start.year + 1 + number)
            rows.append(
                {
                    "name": task["name"],
                    "problem": task["problem"],
                    "goal": task["goal"],
                    "owner": owner,
                    "starts_on": start.isoformat(),
                    "ends_on": end.isoformat(),
                    "funds": task["funds"],
                }
            )
            milestones.append(
                {
                    "task": task["name"],
                    "milestone": task["milestone"],
                    "due_on": end.isoformat(),
                    "owner": owner,
                }
            )
        return {
            "tasks": rows,
            "milestones": milestones,
            "self_funds": "21000000.00",
            "funding_note": t["funding_note"],
        }


def load(data: dict[str, Any], units: dict[str, Organisation]) -> list[Filing]:
    """Every filing of the file."""
    return [Walk(spec, data["texts"], units).run() for spec in data["filings"]]


def is_loaded() -> bool:
    return User.objects.filter(username="applicant").exists()
