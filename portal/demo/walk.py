"""Any programme's filing on its way to the register, each step through the real services on the day it would have happened."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from accounts.models import Organisation
from core import clock, pdf, workdays
from core.actor import Actor
from core.errors import PortalError
from filings.enums import CheckValue, ParticipantRole, State
from filings.models import Entity, Filing
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
from portal.demo.people import actor, admin

Units = Mapping[str, Organisation]
CITY_DRC = {"370200": "citydrc", "370300": "citydrc"}
MARKS = ("84", "88", "90", "86", "81", "87")
OPINIONS = {
    "recommend": "符合本地产业方向，材料齐全，同意推荐。",  # data
    "failed_check": "不足之处申报单位已说明理由。",  # data
    "score": "材料充分，依据可核。",  # data
    "propose": "经形式审查，拟同意。",  # data
    "confirm": "同意。",  # data
}


REMARKS = (
    "组织健全、分工清楚，成员参与面较宽；建议补充共性技术成果在成员之外的推广情况。",  # data
    "台账和佐证材料齐全，数据前后一致；下一阶段应当把任务分解到季度，便于核对进度。",  # data
    "与高校院所的合作有实质内容；标准和专利的产出偏少，建议明确年度目标。",  # data
)


@dataclass(frozen=True)
class Desk:
    """Who decides: officer and second person of an authority, the bureau in which experts are asked."""

    officer: Actor
    director: Actor
    bureau: Organisation


def zibo(units: Units) -> Desk:
    bureau = units["zb_stb"]
    return Desk(actor("officer", bureau), actor("director", bureau), bureau)


def province(units: Units) -> Desk:
    bureau = units["sd_drc"]
    return Desk(actor("provdrc", bureau), actor("provdrc2", bureau), bureau)


def fresh(filing: Filing) -> Filing:
    return Filing.objects.get(pk=filing.pk)


def on(day: datetime.date) -> Any:
    """That morning, and never later than now."""
    return clock.freeze(min(clock.start_of_day(day) + datetime.timedelta(hours=10), clock.wall()))


def ago(days: int) -> datetime.date:
    """The last working day that many days ago."""
    return up_to(clock.today() - datetime.timedelta(days=days))


def up_to(day: datetime.date) -> datetime.date:
    """That day, or the last working day before it."""
    while not workdays.is_workday(day):
        day -= datetime.timedelta(days=1)
    return day


def tried(act: Callable[[], Any]) -> int:
    """Do it whole or not at all; 1 where it does not fit the day on which the demonstration is loaded.

    What the files say happened on fixed days or days ago; on another day than they were written for, a thing may
    come before there was anything, or in the future.
    """
    try:
        with transaction.atomic():
            act()
    except (PortalError, LookupError, ObjectDoesNotExist):
        return 1
    return 0


@lru_cache(maxsize=8)
def _paper(heading: str) -> bytes:
    return pdf.render("portal/pdf/sample_paper.html", {"heading": heading})


def paper(heading: str) -> SimpleUploadedFile:
    """A page that says what it stands for, and that it is a sample. The same heading is rendered once."""
    return SimpleUploadedFile(f"{heading}.pdf", _paper(heading), "application/pdf")


def fill(
    me: Actor, filing: Filing, answers: Mapping[str, Any], files: Mapping[tuple[str, str], str]
) -> Filing:
    """The applicant's sections and files, {(section, field): heading}."""
    for section, values in answers.items():
        drafting.save_section(actor=me, filing=filing, section=section, data=dict(values), strict=True)
    for (section, name), heading in files.items():
        drafting.attach(actor=me, filing=filing, section=section, field=name, upload=paper(heading))
    return fresh(filing)


def gather(me: Actor, filing: Filing, members: Iterable[Organisation], said: Mapping[str, Any]) -> None:
    """Every member is invited, says what it brings, and confirms."""
    for unit in members:
        academic = unit.kind in ("university", "institute")
        role = ParticipantRole.ACADEMIC if academic else ParticipantRole.CHAIN_ENTERPRISE
        participation.invite(actor=me, filing=filing, code=unit.credit_code, role=role)
        other, place = admin(unit), filing.participants.get(organisation=unit)
        drafting.save_section(actor=other, filing=filing, section="member", data=dict(said), strict=True)
        place.refresh_from_db()
        confirming.confirm(actor=other, filing=filing, participant=place)


class Road:
    """A filing, from its draft as far as it is to go; `exceptions` {condition: (why, why it is granted)}."""

    def __init__(
        self,
        begin: Callable[[], Filing],
        desk: Desk,
        start: datetime.date,
        *,
        to: str = State.FILED,
        months: Any = "",
        exceptions: Mapping[str, tuple[str, str]] | None = None,
    ) -> None:
        self.begin, self.desk, self.day, self.to, self.months = begin, desk, start, to, months
        self.exceptions = exceptions or {}
        self.filing: Filing = None  # type: ignore[assignment]

    def run(self) -> Filing:
        """Every step the procedure has, a few working days apart, up to the state asked for."""
        self.step(0, self._begin)
        steps = self.filing.spec.procedure
        plan: list[tuple[str, int, bool]] = [
            (State.SUBMITTED, 2, True),
            (State.RECOMMENDED, 2, steps.recommendation),
            (State.IN_EXAMINATION, 1, True),
            (State.ACCEPTED, 2, True),
            (State.IN_REVIEW, 2, steps.review),
            (State.REVIEWED, 4, steps.review),
            (State.PROPOSED, 1, True),
            (State.CONFIRMED, 1, True),
            (State.ON_NOTICE, 1, steps.notice),
            (State.FILED, 6 if steps.notice else 1, True),
        ]
        for state, gap, wanted in plan:
            if self.filing.state == self.to:
                break
            if wanted:
                self.step(gap, getattr(self, f"_{state}"))
        return self.filing

    def entity(self) -> Entity:
        return Entity.objects.select_related("lead", "district", "authority").get(
            pk=self.filing.entity_id or 0
        )

    def step(self, gap: int, act: Callable[[], Any]) -> None:
        self.day = workdays.add_workdays(self.day, gap) if gap else self.day
        with on(self.day):
            act()
        self.filing = fresh(self.filing)

    def _begin(self) -> None:
        self.filing = self.begin()
        me = admin(self.filing.applicant)
        for condition, (why, _granted) in self.exceptions.items():
            waivers.give_reason(actor=me, filing=self.filing, condition=condition, reason=why)

    def _submitted(self) -> None:
        submission.submit(actor=admin(self.filing.applicant), filing=self.filing)

    def _recommended(self) -> None:
        passing = self._passing()
        recommendation.recommend(actor=passing, filing=self.filing, comment=OPINIONS["recommend"])

    def _passing(self) -> Actor:
        place = self.filing.district
        if self.filing.spec.recommender == "municipal_drc":
            code = (place.city or place).code
            bureau = Organisation.objects.get(jurisdiction__code=code, department="development_reform")
            return actor(CITY_DRC.get(code, "citydrc2"), bureau)
        bureau = Organisation.objects.get(jurisdiction=place, department="science_technology")
        return actor("zbdistrict", bureau)

    def _in_examination(self) -> None:
        examination.start(actor=self.desk.officer, filing=self.filing)

    def _accepted(self) -> None:
        lines = self.filing.checks.filter(machine__in=("", CheckValue.FAIL))
        for line in lines:
            failed = line.machine == CheckValue.FAIL
            result = CheckValue.FAIL if failed else CheckValue.PASS
            note = OPINIONS["failed_check"] if failed else ""
            examination.record_check(
                actor=self.desk.officer, filing=self.filing, item=line.item, result=result, note=note
            )
        examination.accept(actor=self.desk.officer, filing=self.filing)

    def _in_review(self) -> None:
        review.open_review(actor=self.desk.officer, filing=self.filing, seed=f"demo-{self.filing.pk}")
        filing = Filing.objects.select_related("panel").get(pk=self.filing.pk)
        for number, row in enumerate(filing.panel.assignments.select_related("expert__user")):
            me = actor(row.expert.user.username, self.desk.bureau)
            review.declare(actor=me, filing=filing, conflict=False)
            marks = [
                {
                    "criterion": c.key,
                    "value": MARKS[(number + i) % len(MARKS)],
                    "rationale": OPINIONS["score"],
                }
                for i, c in enumerate(filing.spec.criteria)
            ]
            said = REMARKS[number % len(REMARKS)]
            review.score(actor=me, filing=filing, scores=marks, opinion=said)

    def _reviewed(self) -> None:
        review.close_review(actor=self.desk.officer, filing=self.filing)

    def _proposed(self) -> None:
        for condition, (_why, granted) in self.exceptions.items():
            waivers.give_reason(
                actor=self.desk.officer, filing=self.filing, condition=condition, reason=granted
            )
        decision.propose(
            actor=self.desk.officer, filing=self.filing, months=self.months, comment=OPINIONS["propose"]
        )

    def _confirmed(self) -> None:
        decision.confirm(actor=self.desk.director, filing=self.filing, comment=OPINIONS["confirm"])

    def _on_notice(self) -> None:
        notice.publish(actor=self.desk.officer, filing=self.filing)

    def _filed(self) -> None:
        if self.filing.spec.procedure.notice:
            notice.close(actor=self.desk.officer, filing=self.filing)
        issue.issue(actor=self.desk.officer, filing=fresh(self.filing))
