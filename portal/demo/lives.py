"""What became of the demonstration's consortia: each event through the real services, on the day it would have happened."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import District, Message, Organisation, User
from core import clock, pdf, workdays
from core.errors import PortalError
from filings.enums import Action, EntityState, ParticipantRole, State
from filings.models import Cancellation, Entity, Filing
from filings.services import (
    absence,
    aftercare,
    assignment,
    cancellation,
    candidates,
    confirming,
    decision,
    drafting,
    entity_waivers,
    examination,
    issue,
    membership,
    participation,
    problems,
    ratings,
    recommendation,
    standing,
    submission,
    visits,
)
from portal.demo.consortia import DISTRICT_USERS, Walk
from portal.demo.people import actor, admin

Step = Mapping[str, Any]


class Life:
    """One consortium after its filing. Each method is a `do` of the file."""

    def __init__(self, entity: Entity, texts: Step, forms: Step, units: dict[str, Organisation]) -> None:
        self.entity, self.texts, self.forms, self.units = entity, texts, forms, units
        self.lead = admin(entity.lead)
        self.officer = actor("officer", units["qd_stb"])
        self.director = actor("director", units["qd_stb"])

    def report(self, step: Step) -> None:
        filing = self.start(Action.ANNUAL_REPORT, str(step["period"]))
        for key in ("report_summary", "report_output", "report_outlook"):
            self.save(filing, key, self.texts[key])
        content = filing.content
        tasks = [
            row
            | {"spent": row["planned"], "done": 60, "state": "on_time", "actual": self.texts["task_actual"]}
            for row in content["report_progress"]["tasks"]
        ]
        rows = content["report_members"]["members"]
        members = [row | {"actual": self.texts["member_actual"]} for row in rows]
        plan = {"tasks": tasks, "milestones": content["report_progress"]["milestones"]}
        self.save(filing, "report_progress", plan)
        self.save(filing, "report_members", {"members": members})
        submission.submit(actor=self.lead, filing=_fresh(filing))
        examination.start(actor=self.officer, filing=_fresh(filing))
        examination.record(actor=self.officer, filing=_fresh(filing))

    def change(self, step: Step) -> None:
        filing = self.start(Action.CHANGE)
        for key in step["join"]:
            self.invite(filing, self.units[key])
        self.save(filing, "basic", {"name": step["name"]})
        self.save(filing, "change", {"what": step["what"], "reason": step["reason"]})
        self.decide(filing)

    def exit(self, step: Step) -> None:
        filing = self.start(Action.EXIT)
        self.save(filing, "exit", {"reason": step["reason"], "aftermath": step["aftermath"]})
        spec = {"name": self.entity.name, "start": clock.today()}
        members = [m.organisation for m in self.entity.members.select_related("organisation")][1:]
        data = pdf.render(
            "portal/pdf/sample_agreement.html",
            {"spec": spec, "lead": self.entity.lead, "members": members},
        )
        upload = SimpleUploadedFile(_("同意退出的文件") + ".pdf", data, "application/pdf")
        drafting.attach(actor=self.lead, filing=filing, section="exit", field="resolution", upload=upload)
        self.decide(filing)

    def renew(self, step: Step) -> None:
        """The whole procedure again, a few working days between its steps."""
        filing = self.start(Action.RENEW)
        self.save(filing, "term", self.texts["term"])
        spec = {
            "to": "filed",
            "months": step["months"],
            "lead": _key(self.units, self.entity.lead),
            "members": [],
        }
        walk = Walk(spec, dict(self.forms), self.units)
        walk.filing = filing
        for place in filing.participants.exclude(role=ParticipantRole.LEAD):
            confirming.confirm(actor=admin(place.organisation), filing=filing, participant=place)
        day = clock.today()
        for state in list(_after_draft()):
            day = workdays.add_workdays(day, 6 if state == State.FILED else 2)
            walk.at(day, getattr(walk, f"to_{state}"))

    def leave(self, step: Step) -> None:
        membership.leave(actor=admin(self.units[step["unit"]]), entity=self.entity, reason=step["reason"])

    def ask_waiver(self, step: Step) -> None:
        entity_waivers.ask(
            actor=self.lead, entity=self.entity, condition=step["condition"], reason=step["reason"]
        )

    def visit(self, step: Step) -> None:
        made = visits.hold(
            actor=self.officer,
            entity=self.entity,
            kind="on_site",
            held_on=clock.today(),
            visitor=self.officer.user,
            purpose=step["purpose"],
            findings=step["findings"],
            present=step["present"],
            follow_up=step["follow_up"],
        )
        raised = step["problem"]
        row = problems.raise_on_visit(
            actor=self.officer,
            visit=made,
            raised_for=self.entity.lead,
            title=raised["title"],
            text=raised["text"],
        )
        self._assign(row, raised, 30)
        row = problems.answer(
            actor=self.officer, problem=row.__class__.objects.get(pk=row.pk), answer=raised["answer"]
        )
        problems.settle(actor=self.lead, problem=row)

    def plan_visit(self, step: Step) -> None:
        visits.plan(
            actor=self.officer,
            entity=self.entity,
            kind="on_site",
            planned_on=clock.today() + datetime.timedelta(days=step["in_days"]),
            visitor=self.officer.user,
            purpose=step["purpose"],
        )

    def problem(self, step: Step) -> None:
        row = problems.raise_problem(
            actor=self.lead, entity=self.entity, title=step["title"], text=step["text"]
        )
        self._assign(row, step, step["due"])

    def _assign(self, row: Any, step: Step, days: int) -> None:
        problems.assign(
            actor=self.director,
            problem=row,
            owner=self.officer.user,
            due_on=clock.today() + datetime.timedelta(days=days),
            department=step["department"],
        )

    def rate(self, step: Step) -> None:
        made = ratings.record_rating(
            actor=self.officer,
            entity=self.entity,
            round=step["round"],
            rated_on=clock.today(),
            grade=step["grade"],
            score=step["score"],
            by_whom=step["by_whom"],
            summary=step["summary"],
        )
        ratings.confirm(actor=self.director, rating=made)
        if "cancel" in step:
            self._cancel(step["cancel"])
        if "serve" in step:
            self._at(step["serve"], lambda: cancellation.serve(actor=self.officer, cancellation=self._case()))

    def _case(self) -> Cancellation:
        return Cancellation.objects.select_related("entity").filter(entity=self.entity).latest("pk")

    def _cancel(self, step: Step) -> None:
        """Notice, hearing, proposal, decision, on the days the law gives."""
        cancellation.serve(actor=self.officer, cancellation=self._case())
        self._at(
            2,
            lambda: cancellation.state_views(
                actor=self.lead, cancellation=self._case(), text=step["statement"]
            ),
        )
        self._at(8, lambda: self._propose(step["weighed"]))
        self._at(
            10,
            lambda: cancellation.confirm(
                actor=self.director, cancellation=self._case(), comment=step["decide"]
            ),
        )

    def _propose(self, weighed: str) -> None:
        cancellation.close_hearing(actor=self.officer, cancellation=self._case())
        cancellation.propose(
            actor=self.officer,
            cancellation=self._case(),
            comment="建议取消备案资格。",
            weighed=weighed,  # data
        )

    def _at(self, days: int, act: Callable[[], Any]) -> None:
        """Some working days later."""
        day = workdays.add_workdays(clock.today(), days)
        with clock.freeze(clock.start_of_day(day) + datetime.timedelta(hours=10)):
            act()

    def start(self, action: Action, period: str = "") -> Filing:
        return aftercare.start(actor=self.lead, entity=self.entity, action=action, period=period)

    def save(self, filing: Filing, section: str, data: Any) -> None:
        drafting.save_section(actor=self.lead, filing=filing, section=section, data=dict(data), strict=True)

    def invite(self, filing: Filing, unit: Organisation) -> None:
        role = ParticipantRole.CHAIN_ENTERPRISE
        participation.invite(actor=self.lead, filing=filing, code=unit.credit_code, role=role)
        me, place = admin(unit), filing.participants.get(organisation=unit)
        other = filing.participants.exclude(organisation=unit).exclude(role=ParticipantRole.LEAD).first()
        answers = other.content["member"] if other else {}
        drafting.save_section(actor=me, filing=filing, section="member", data=answers, strict=True)
        place.refresh_from_db()
        confirming.confirm(actor=me, filing=filing, participant=place)

    def decide(self, filing: Filing) -> None:
        """A change or an exit, from the draft to the register."""
        submission.submit(actor=self.lead, filing=_fresh(filing))
        if filing.spec.procedure.recommendation:
            code = self.entity.district.code
            bureau = Organisation.objects.get(kind="bureau", jurisdiction__code=code)
            recommendation.recommend(actor=actor(DISTRICT_USERS[code], bureau), filing=_fresh(filing))
        examination.start(actor=self.officer, filing=_fresh(filing))
        for line in filing.checks.exclude(machine="pass"):
            fails = line.machine == "fail"
            examination.record_check(
                actor=self.officer,
                filing=_fresh(filing),
                item=line.item,
                result="fail" if fails else "pass",
                note=self.forms["opinions"]["failed_check"] if fails else "",
            )
        examination.accept(actor=self.officer, filing=_fresh(filing))
        decision.propose(actor=self.officer, filing=_fresh(filing), months="")
        decision.confirm(actor=self.director, filing=_fresh(filing))
        issue.issue(actor=self.officer, filing=_fresh(filing))


def _fresh(filing: Filing) -> Filing:
    return Filing.objects.get(pk=filing.pk)


def _after_draft() -> list[str]:
    from portal.demo.consortia import GAPS

    return [state for state in GAPS if state != State.DRAFT]


def _key(units: dict[str, Organisation], unit: Organisation) -> str:
    return next(key for key, value in units.items() if value.pk == unit.pk)


def _on(day: datetime.date) -> Any:
    return clock.freeze(clock.start_of_day(day) + datetime.timedelta(hours=10))


def _workday(ago: int) -> datetime.date:
    """The last working day that many days ago."""
    day = clock.today() - datetime.timedelta(days=ago)
    while not workdays.is_workday(day):
        day -= datetime.timedelta(days=1)
    return day


def arrange(data: Step, units: dict[str, Organisation]) -> None:
    """Who looks after which district, from the first day on."""
    director = actor("director", units["qd_stb"])
    for code, username in data["districts"].items():
        assignment.set_district_officer(
            actor=director,
            district=District.objects.get(code=code),
            officer=User.objects.get(username=username),
        )


def load(data: Step, consortia: Step, units: dict[str, Organisation]) -> int:
    """Everything that happened, oldest first; then the lamps and duties of today. Returns how many steps did not fit.

    The consortia were founded on fixed days and the steps count back from today, so that on another day than the
    file was written for one may come before there was anything, or outside its window: it is left out.
    """
    left_out = 0
    for step in sorted(data["lives"], key=lambda s: -s["ago"]):
        try:
            with _on(_workday(step["ago"])), transaction.atomic():
                _live(step, data["texts"], consortia["texts"], units)
        except (Entity.DoesNotExist, PortalError):
            left_out += 1
    _look_in(data["routine"], units)
    _load_candidates(data["candidates"], units)
    officer = actor("director", units["qd_stb"])
    for row in data["absences"]:
        since = clock.today() + datetime.timedelta(days=row["from_in"])
        absence.set_absence(
            actor=officer,
            user=User.objects.get(username=row["who"]),
            cover=User.objects.get(username=row["cover"]),
            since=since,
            until=since + datetime.timedelta(days=row["days"] - 1),
            reason=row["reason"],
        )
    for entity in Entity.objects.filter(authority=units["qd_stb"]):
        standing.refresh(entity)
    # what is older than some days has been read
    seen = clock.now() - datetime.timedelta(days=5)
    Message.objects.filter(created_at__lt=seen, read_at=None).update(read_at=seen)
    return left_out


def _live(step: Step, texts: Step, forms: Step, units: dict[str, Organisation]) -> None:
    entity = Entity.objects.select_related("lead", "district").get(name=step["of"])
    getattr(Life(entity, texts, forms, units), step["do"])(step)


def _look_in(step: Step, units: dict[str, Organisation]) -> None:
    """A routine visit of every entity that was on the register by then."""
    officer = actor("officer", units["qd_stb"])
    with _on(_workday(step["ago"])):
        rows = Entity.objects.filter(standing=EntityState.REGISTERED, valid_from__lt=clock.today())
        rows = rows.filter(authority=units["qd_stb"])
        for entity in rows.exclude(name__in=step["but"]):
            visits.hold(
                actor=officer,
                entity=entity,
                kind="on_site",
                held_on=clock.today(),
                visitor=officer.user,
                **{name: step[name] for name in ("purpose", "findings", "present", "follow_up")},
            )


def _load_candidates(rows: list[Step], units: dict[str, Organisation]) -> None:
    officer = actor("officer", units["qd_stb"])
    for row in rows:
        with _on(_workday(row["ago"])):
            unit = units.get(row.get("unit", ""))
            facts = candidates.Facts(
                name=row["name"],
                officer=officer.user,
                organisation=unit,
                district=unit.district if unit else None,
                industry=row["industry"],
                idea=row["idea"],
            )
            made = candidates.add(actor=officer, programme="consortium", facts=facts)
        for number, (stage, text) in enumerate(row["steps"], start=1):
            with _on(_workday(row["ago"] - 10 * number)):
                made = candidates.advance(actor=officer, candidate=made, stage=stage, text=text)
        if "next_step" in row:
            day = clock.today() + datetime.timedelta(days=row["next_in"])
            candidates.edit(
                actor=officer,
                candidate=made,
                facts=candidates.Facts(
                    name=row["name"],
                    officer=officer.user,
                    organisation=unit,
                    district=unit.district if unit else None,
                    industry=row["industry"],
                    idea=row["idea"],
                    next_step=row["next_step"],
                    next_on=day,
                ),
            )
