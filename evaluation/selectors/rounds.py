"""Rounds as this actor may see them. No writes."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.selectors import places_within
from core.actor import Actor
from core.errors import NotVisible
from core.models import Job
from evaluation import permissions as may
from evaluation.enums import CORRECTING, LATE, CorrectionState, MarkKind, RoundState
from evaluation.models import Correction, Mark, Round, RoundEntity, Run, RunRow
from filings.permissions import STAFF_READERS

#: Tabs of the list: key → states.
TABS: dict[str, tuple[str, ...]] = {
    "running": (
        RoundState.OPEN,
        RoundState.CHECKING,
        RoundState.REVIEWING,
        RoundState.SCORED,
    ),
    "proposed": (RoundState.PROPOSED,),
    "draft": (RoundState.DRAFT,),
    "confirmed": (RoundState.CONFIRMED,),
    "stopped": (RoundState.STOPPED,),
}
#: Kinds of jobs that belong to evaluations.
JOBS = "evaluation."


def visible(actor: Actor) -> QuerySet[Round]:
    """Rounds of the actor's bureau; an auditor's jurisdiction; those an agency was commissioned with."""
    if actor.organisation is None:
        return Round.objects.none()
    asked = Q()
    if actor.has_role(*STAFF_READERS, *may.KEEPERS):
        asked |= Q(authority=actor.organisation)
    if actor.has_role(Role.AUDITOR):
        place = actor.organisation.jurisdiction
        asked |= Q(authority__jurisdiction__in=places_within(place)) if place is not None else Q()
    asked |= Q(agency=actor.organisation, opened_at__isnull=False)
    return Round.objects.filter(asked).select_related("authority", "scheme", "officer").distinct()


def get(actor: Actor, code: str) -> Round:
    """One of them by its code. NotVisible otherwise."""
    row = Round.objects.select_related(
        "authority__jurisdiction", "scheme", "officer", "run", "corrected_run", "agency"
    ).filter(code=code)
    found = row.first()
    if found is None or not may.round_reader(actor, found):
        raise NotVisible.one("round", _("没有找到该评价轮次，或您无权查看"))
    return found


def counts(actor: Actor) -> dict[str, int]:
    """How many rounds stand under each tab."""
    rows = dict(visible(actor).order_by().values_list("state").annotate(n=Count("pk")))
    return {key: sum(rows.get(state, 0) for state in states) for key, states in TABS.items()}


def waiting(actor: Actor) -> QuerySet[Round]:
    """Rounds in which it is this person's bureau's turn."""
    rows = visible(actor)
    if actor.has_role(Role.AUDITOR):
        return rows.none()
    if actor.has_role(Role.DIVISION_HEAD):
        own = Q(opened_by=actor.user) | Q(proposed_by=actor.user)
        submitted = Correction.objects.filter(state=CorrectionState.PROPOSED).exclude(own)
        turn = Q(state=RoundState.PROPOSED) & ~Q(proposed_by=actor.user)
        return rows.filter(turn | Q(pk__in=submitted.values("round")))
    opened = Correction.objects.filter(state=CorrectionState.OPEN)
    turn = Q(state__in=(RoundState.DRAFT, RoundState.CHECKING, RoundState.SCORED))
    return rows.filter(turn | Q(pk__in=opened.values("round")))


def with_correction(rows: QuerySet[Round]) -> QuerySet[Round]:
    """Each with the state of its open correction as `.correcting`, None where there is none."""
    opened = Correction.objects.filter(round=OuterRef("pk"), state__in=CORRECTING)
    return rows.annotate(correcting=Subquery(opened.values("state")[:1]))


def progress(row: Round) -> Mapping[str, int]:
    """How far a round is: who is evaluated, who reported, whose figures were looked at. One query."""
    included = Q(included=True)
    found: dict[str, int] = row.entities.aggregate(
        evaluated=Count("pk", filter=included),
        left_out=Count("pk", filter=Q(included=False)),
        reported=Count("pk", filter=included & Q(filing__submitted_at__isnull=False)),
        checked=Count("pk", filter=included & Q(checked_at__isnull=False)),
        reviewed=Count("pk", filter=included & Q(filing__panel__closed_at__isnull=False)),
        rated=Count("pk", filter=included & Q(rating__isnull=False)),
    )
    return found


def subjects(row: Round, *, words: str = "", tab: str = "") -> QuerySet[RoundEntity]:
    """The population, evaluated first; `tab` narrows to unreported, unchecked, unsettled or left_out."""
    rows = row.entities.select_related("entity__lead", "entity__district", "filing", "checked_by")
    narrow = {
        "unreported": Q(included=True, filing__submitted_at=None),
        "unchecked": Q(included=True, checked_at=None),
        "unsettled": Q(included=True) & Exists(_unsettled().filter(subject=OuterRef("pk"))),
        "left_out": Q(included=False),
        "": Q(included=True),
    }
    rows = rows.filter(narrow.get(tab, Q(included=True)))
    for word in words.split():
        rows = rows.filter(
            Q(entity__name__icontains=word)
            | Q(entity__code__icontains=word)
            | Q(entity__lead__name__icontains=word)
        )
    return rows.order_by("entity__code")


def late(row: Round) -> QuerySet[Mark]:
    """Deductions for a late self-assessment that the portal proposed and nobody has settled."""
    return _unsettled().filter(subject__round=row, kind=MarkKind.DEDUCTION, key=LATE, stated_by=None)


def _unsettled() -> QuerySet[Mark]:
    """Vetoes, bonuses and deductions that nobody has confirmed or withdrawn yet."""
    return Mark.objects.filter(confirmed_at=None, withdrawn_at=None)


def subject(actor: Actor, code: str, pk: int) -> RoundEntity:
    """One entity of a round this actor may see."""
    row = get(actor, code)
    found = row.entities.select_related("entity__lead", "entity__district", "filing", "rating").filter(pk=pk)
    one = found.first()
    if one is None:
        raise NotVisible.one("subject", _("没有找到该参评主体"))
    one.round = row
    return one


def runs(row: Round) -> list[Run]:
    """Every run with its job of record as `.job`, the newest first."""
    found = list(row.runs.select_related("started_by", "correction"))
    jobs = Job.objects.filter(kind="evaluation.run", scope__in=[f"run:{one.pk}" for one in found])
    by_scope = {job.scope: job for job in jobs}
    for one in found:
        one.job = by_scope.get(f"run:{one.pk}")  # type: ignore[attr-defined]
    return found


def ranking(run: Run) -> QuerySet[RunRow]:
    """Rows of a run, the best first."""
    return run.rows.select_related("entity__lead", "entity__district").order_by("rank", "entity__code")


def jobs_of(actor: Actor) -> QuerySet[Job]:
    """Jobs of evaluations, the newest first: for the monitor. Each names its round in its payload."""
    if not actor.has_role(*may.KEEPERS, Role.AUDITOR, Role.SYSADMIN):
        return Job.objects.none()
    rounds = list(visible(actor).values_list("pk", flat=True))
    return Job.objects.filter(payload__round__in=rounds, kind__startswith=JOBS).order_by("-pk")
