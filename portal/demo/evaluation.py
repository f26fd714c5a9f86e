"""The demonstration's evaluations: a finished round with its reports, and one in which the units report."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import partial
from typing import Any

from core import clock, jobs
from core.actor import Actor
from core.errors import Unavailable
from core.models import Job
from evaluation.enums import Occasion
from evaluation.models import Round
from evaluation.scheme import parse
from evaluation.scheme.choices import Method
from evaluation.selectors.population import candidates
from evaluation.selectors.schemes import in_force
from evaluation.self_assessment.reading import section_of
from evaluation.self_assessment.sections import asks
from evaluation.services import inputs, late, rounds, runs
from filings.enums import Action, State
from filings.models import Entity, Filing
from filings.services import aftercare, examination
from portal.demo import walk
from portal.demo.people import actor, admin

Row = Mapping[str, Any]


def load(data: Row, units: walk.Units) -> int:
    """How much did not fit today's date."""
    return sum(walk.tried(partial(_Held(data, row, units).load)) for row in data["rounds"])


class _Held:
    """One round of the file, as far as its days go."""

    def __init__(self, data: Row, row: Row, units: walk.Units) -> None:
        self.data, self.row, self.texts = data, row, data["texts"]
        bureau = units["zb_stb" if row["desk"] == "zibo" else "qd_stb"]
        self.desk = walk.Desk(actor("officer", bureau), actor("director", bureau), bureau)
        self.days = {name: _day(ago) for name, ago in row["days"].items()}
        self.round: Round

    def load(self) -> None:
        with walk.on(self.days["opened"]):
            self.open()
        for report in self.row["reports"]:
            self.report(report)
        if "closed" in self.days:
            self.finish()

    def open(self) -> None:
        ends = self.days["period_until"].replace(day=1)  # a year up to the end of the month before
        until = ends - datetime.timedelta(days=1)
        scheme = in_force(self.desk.bureau, self.row["scheme"])
        if scheme is None:
            raise LookupError(self.row["scheme"])
        self.round = rounds.create(
            actor=self.desk.officer,
            scheme=scheme,
            name=self.row["name"].format(year=until.year),
            occasion=Occasion.YEARLY,
            period_from=ends.replace(year=ends.year - 1),
            period_until=until,
            least_months=3,
            **{name: self.days[name] for name in ("reports_until", "checks_until", "reviews_until")},
        )
        for found in candidates(self.round) if "only" in self.row else ():
            if found.included and found.entity.name not in self.row["only"]:
                rounds.leave_out(
                    actor=self.desk.officer,
                    round=self.round,
                    entity_id=found.entity.pk,
                    reason=self.texts["not_drawn"],
                )
        rounds.open_(actor=self.desk.officer, round=self.round)
        _work()

    # --- self-assessments ---

    def report(self, row: Row) -> None:
        """A unit reports; in a finished round its figures are checked and experts judge."""
        entity = Entity.objects.get(name=row["of"], standing="registered")
        finished = "closed" in self.days
        road = walk.Road(
            partial(self.begin, entity, row["figures"]),
            self.desk,
            self.days["reported"],
            to=State.REVIEWED if finished else State.SUBMITTED,
        )
        filing = road.run()
        if finished:
            with walk.on(road.day):
                examination.record(actor=self.desk.officer, filing=walk.fresh(filing))
                subject = self.round.entities.get(entity=entity)
                inputs.checked(actor=self.desk.officer, subject=subject)

    def begin(self, entity: Entity, figures: Mapping[str, str]) -> Filing:
        me = admin(entity.lead)
        filing = aftercare.start(
            actor=me, entity=entity, action=Action.SELF_ASSESSMENT, period=self.round.code
        )
        held = filing.content["round"]["held"]
        answers = {
            section_of(part): self.answers(part.indicators, held, figures)
            for part in parse(self.round.scheme.tree).dimensions
        }
        texts = {name: self.texts[name] for name in ("self_summary", "self_declaration")}
        return walk.fill(me, filing, answers | texts, {})

    def answers(self, indicators: Any, held: Row, figures: Mapping[str, str]) -> dict[str, Any]:
        """What the portal holds stays unless the file says otherwise; then the unit says why."""
        found: dict[str, Any] = {}
        for one in indicators:
            name = one.code.lower()
            if not asks(one):
                continue
            if one.method == Method.EXPERT:
                found[f"{name}_text"] = self.texts["told"]
                continue
            known = held.get(one.code, {})
            own = figures.get(one.code) or (known.get("value") or self.data["usual"].get(one.code, "1"))
            found |= {f"{name}_value": own, f"{name}_note": self.texts["note"]}
            if one.method == Method.TARGET:
                found[f"{name}_target"] = known.get("target") or self.data["targets"].get(one.code, "1")
        return found

    # --- the end of a round ---

    def finish(self) -> None:
        officer, director = self.desk.officer, self.desk.director
        with walk.on(self.days["closed"]):
            self.act(officer, "close_reports")
            late.confirm(actor=officer, round=self.round)
            self.act(officer, "start_reviews")
        with walk.on(self.days["scored"]):
            runs.start(actor=officer, round=self.round)
            _work()
            self.act(officer, "accept_run", run=runs.latest(self.round))
            self.act(officer, "propose", comment=self.texts["propose"])
        with walk.on(self.days["confirmed"]):
            self.act(director, "confirm", comment=self.texts["confirm"])
            _work()

    def act(self, who: Actor, name: str, **given: Any) -> None:
        self.round = rounds.act(actor=who, round=self.round, name=name, **given)
        _work()


def _day(ago: int) -> datetime.date:
    return walk.ago(ago) if ago > 0 else clock.today() - datetime.timedelta(days=ago)


def _work() -> None:
    """What the worker would do for evaluations, on the day on which it would have done it."""
    for _turn in range(1000):
        waiting = Job.objects.filter(kind__startswith="evaluation.", state=Job.State.QUEUED)
        job = waiting.order_by("pk").first()
        if job is None:
            return
        jobs.run(job.pk)
        job.refresh_from_db()
        if job.error:
            raise Unavailable.one("job_failed", job.error)
