"""One consortium with everything that can happen to it, each corner marked with a word of its own, and everybody around it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from core import clock
from filings.models import Cancellation, Entity, Rating
from filings.services import (
    cancellation,
    candidates,
    entity_waivers,
    membership,
    problems,
    ratings,
    visits,
)
from tests.makers import accounts as people
from tests.makers import after
from tests.makers import filings as make
from tests.makers.papers import pdf_bytes
from tests.support.remembered import remembered

MIN = "elig_cons_min_enterprises"
# corner -> the word that stands there and nowhere else
WORDS = {
    name: f"暗记{number:02d}号"
    for number, name in enumerate(
        ("left", "asked", "granted", "summary", "pending", "case", "pause", "views", "weighed", "proposal",
         "findings", "follow_up", "problem", "candidate"),
        start=11,
    )
}  # fmt: skip


@dataclass
class World:
    """Everybody and every object, by name."""

    case: make.Case
    entity: Entity
    rating: Rating
    pending: Rating
    cancellation: Cancellation
    visit: Any
    held: Any
    problem: Any
    candidate: Any
    people: dict[str, Any] = field(default_factory=dict)


@remembered
def make_world(frozen: Any) -> World:
    """Until a cancellation is proposed, with the exception of a member that left asked for and granted by one."""
    case, entity = after.filed(frozen)
    officer, applicant = case.actor("officer"), case.actor("applicant")
    membership.leave(actor=case.member(0), entity=entity, reason=WORDS["left"])
    entity_waivers.ask(actor=applicant, entity=entity, condition=MIN, reason=WORDS["asked"])
    entity_waivers.grant(actor=officer, entity=entity, condition=MIN, reason=WORDS["granted"])
    report = SimpleUploadedFile("评价报告.pdf", pdf_bytes("评价报告"), "application/pdf")
    made = ratings.record_rating(
        actor=officer,
        entity=entity,
        round="2026 年度绩效评价",
        rated_on=clock.today(),
        grade="fail",
        score="41.5",
        summary=WORDS["summary"],
        upload=report,
    )
    rating = ratings.confirm(actor=case.actor("director"), rating=made)
    pending = ratings.record_rating(
        actor=officer, entity=entity, round=WORDS["pending"], rated_on=clock.today(), grade="good"
    )
    day = clock.today() + datetime.timedelta(days=3)
    common = {"actor": officer, "entity": entity, "visitor": case.officer}
    visit = visits.plan(planned_on=day, kind="on_site", purpose="了解任务进展", **common)
    held = visits.hold(
        held_on=clock.today(),
        kind="meeting",
        purpose="座谈",
        findings=WORDS["findings"],
        follow_up=WORDS["follow_up"],
        **common,
    )
    problem = problems.raise_problem(
        actor=case.member(1), entity=entity, title="场地不足", text=WORDS["problem"]
    )
    facts = candidates.Facts(name=WORDS["candidate"], officer=case.officer, industry="qd_ai", idea="设想")
    candidate = candidates.add(actor=officer, programme="consortium", facts=facts)
    return World(
        case,
        entity,
        rating,
        pending,
        _proposed(case, entity, frozen),
        visit,
        held,
        problem,
        candidate,
        _people(case),
    )


def _proposed(case: make.Case, entity: Entity, frozen: Any) -> Cancellation:
    officer = case.actor("officer")
    row = Cancellation.objects.get(entity=entity)
    row.reason = WORDS["case"]
    row.save(update_fields=["reason"])
    cancellation.serve(actor=officer, cancellation=row)
    cancellation.pause(actor=officer, cancellation=row, comment=WORDS["pause"])
    proof = SimpleUploadedFile("证据.pdf", pdf_bytes("证据"), "application/pdf")
    cancellation.state_views(
        actor=case.actor("applicant"), cancellation=row, text=WORDS["views"], upload=proof
    )
    cancellation.resume(actor=officer, cancellation=row)
    after.hearing_ends(row, frozen)
    cancellation.close_hearing(actor=officer, cancellation=row)
    return cancellation.propose(
        actor=officer, cancellation=row, comment=WORDS["proposal"], weighed=WORDS["weighed"]
    )


def _people(case: make.Case) -> dict[str, Any]:
    """User by the part one plays."""
    zibo, shinan = people.make_bureau("370300"), people.make_bureau("370202")
    return {
        "outsider": people.make_user("unit_admin", people.make_organisation()),
        "former": case.member_users[0],
        "member": case.member_users[1],
        "filler": people.make_user("filler", case.lead),
        "lead": case.applicant,
        "other_district": people.make_user("district_officer", shinan),
        "district": case.district,
        "zibo_officer": people.make_user("case_officer", zibo),
        "zibo_head": people.make_user("division_head", zibo),
        "expert": case.experts[0].user,
        "auditor": people.make_user("auditor", case.bureau),
        "finance": people.make_user("finance", case.bureau),
        "officer": case.officer,
        "director": case.director,
    }
