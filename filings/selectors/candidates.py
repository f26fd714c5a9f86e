"""培育对象 as the officers of a bureau see them. No writes."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import District
from accounts.selectors import places_within
from core import clock
from core.actor import Actor
from core.errors import NotVisible
from filings import programmes
from filings.enums import Action, CandidateStage, State
from filings.models import Candidate, Filing
from filings.models.filing import ENDS_UNHAPPILY
from filings.permissions_accompany import KEEPERS, candidate_keeper
from filings.programmes import Programme

FINISHED = (CandidateStage.APPLIED, CandidateStage.DROPPED)


def candidates_of(actor: Actor) -> QuerySet[Candidate]:
    """The candidates of this actor's bureau; `has_applied` says that a filing waits to be linked."""
    if actor.user is None or actor.organisation is None or not actor.has_role(*KEEPERS):
        return Candidate.objects.none()
    handed_in = (
        _establishing()
        .filter(
            applicant_id=OuterRef("organisation_id"),
            programme=OuterRef("programme"),
            authority_id=OuterRef("authority_id"),
        )
        .filter(_fresh(OuterRef("created_at")))
    )
    return (
        Candidate.objects.filter(authority_id=actor.organisation_id)
        .annotate(has_applied=Exists(handed_in))
        .select_related("organisation", "district", "officer")
    )


def get_candidate(actor: Actor, pk: int) -> Candidate:
    """The candidate, for the officers of its bureau; the same NotVisible for everybody else."""
    found = (
        Candidate.objects.select_related(
            "authority__jurisdiction", "organisation__district__parent", "district", "officer", "filing"
        )
        .filter(pk=pk)
        .first()
    )
    if found is None or not candidate_keeper(actor, found):
        raise NotVisible.one("candidate", _("没有找到这个培育对象，或您无权查看。"))
    return found


def narrowed(rows: QuerySet[Candidate], wanted: dict[str, Any]) -> QuerySet[Candidate]:
    """By `q`, `stage`, `industry`, `district` (a District), `officer` (a User) and `overdue`; empty values narrow nothing."""
    if wanted.get("q"):
        rows = rows.filter(Q(name__icontains=wanted["q"]) | Q(organisation__name__icontains=wanted["q"]))
    if wanted.get("stage"):
        rows = rows.filter(stage=wanted["stage"])
    if wanted.get("industry"):
        rows = rows.filter(industry=wanted["industry"])
    if wanted.get("district"):
        rows = rows.filter(district__in=places_within(wanted["district"]))
    if wanted.get("officer"):
        rows = rows.filter(officer=wanted["officer"])
    if wanted.get("overdue"):
        rows = rows.filter(next_on__lt=clock.today()).exclude(stage__in=FINISHED)
    return rows


def programmes_of(actor: Actor) -> list[Programme]:
    """The programmes this actor's bureau decides."""
    place = actor.organisation.jurisdiction if actor.organisation else None
    return [p for p in programmes.all_programmes() if place is not None and p.place == place.code]


def districts_for(actor: Actor) -> QuerySet[District]:
    """Where a candidate of this bureau may be."""
    place = actor.organisation.jurisdiction if actor.organisation else None
    return places_within(place).order_by("code") if place is not None else District.objects.none()


def is_overdue(row: Candidate) -> bool:
    """Whether the next step should have been taken."""
    return row.next_on is not None and row.next_on < clock.today() and row.stage not in FINISHED


def filings_to_link(candidate: Candidate) -> list[Filing]:
    """What the candidate's unit has handed in to this bureau, to be linked; the newest first."""
    if candidate.organisation_id is None or candidate.stage == CandidateStage.APPLIED:
        return []
    rows = (
        _establishing()
        .filter(
            applicant_id=candidate.organisation_id,
            programme=candidate.programme,
            authority_id=candidate.authority_id,
        )
        .filter(_fresh(candidate.created_at))
    )
    return list(rows.order_by("-submitted_at"))


def _fresh(since: Any) -> Q:
    """What is still under way, or was handed in since: not what the unit had filed long before."""
    return Q(submitted_at__gte=since) | ~Q(state=State.FILED)


def _establishing() -> QuerySet[Filing]:
    rows = Filing.objects.filter(action=Action.ESTABLISH, submitted_at__isnull=False)
    return rows.exclude(state__in=ENDS_UNHAPPILY)
