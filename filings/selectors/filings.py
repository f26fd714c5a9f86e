"""Lists of filings, limited to what an actor may see, and their search."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.enums import RECOMMENDERS, UNIT_ROLES, Role
from accounts.models import District
from core.actor import Actor
from core.errors import NotVisible
from core.search import asked, is_exact
from filings import programmes
from filings.enums import AssignmentState, State
from filings.models import Filing
from filings.permissions import STAFF_READERS, recommender_roles, viewer
from filings.selectors.reading import GONE

PROBE = 1000  # filings that a search looks at one by one


def visible_to(actor: Actor) -> QuerySet[Filing]:
    """Every filing this actor may know of, acting as the organisation chosen."""
    if actor.organisation is None or actor.user is None:
        return Filing.objects.none()
    reach = Q(pk__in=[])
    if actor.has_role(*UNIT_ROLES):
        places = Q(participants__organisation_id=actor.organisation_id) & ~Q(participants__standing__in=GONE)
        own = Filing.objects.filter(places).values("pk")
        reach |= Q(applicant_id=actor.organisation_id) | Q(pk__in=own)
    if actor.has_role(*STAFF_READERS):
        reach |= Q(authority_id=actor.organisation_id, submitted_at__isnull=False)
    passes_on = recommender_roles(actor)
    if passes_on and actor.organisation.jurisdiction_id:
        others = programmes.passed_on_by(set(RECOMMENDERS) - set(passes_on))
        inside = Q(district__in=districts_of(actor.organisation.jurisdiction), submitted_at__isnull=False)
        reach |= inside & ~Q(programme__in=others) if others else inside
    if actor.has_role(Role.EXPERT):
        mine = Filing.objects.filter(
            Q(panel__assignments__expert__user_id=actor.user_id)
            & ~Q(panel__assignments__standing=AssignmentState.CONFLICTED)
        ).values("pk")
        reach |= Q(pk__in=mine)
    return Filing.objects.filter(reach)


def districts_of(jurisdiction: District) -> QuerySet[District]:
    """The districts and zones inside a jurisdiction, itself included; a zone counts in the district it maps to."""
    return District.objects.filter(
        Q(pk=jurisdiction.pk)
        | Q(parent=jurisdiction)
        | Q(parent__parent=jurisdiction)
        | Q(maps_to=jurisdiction)
    )


def get_visible(actor: Actor, pk: int) -> Filing:
    """The filing, or the same NotVisible as for a number that does not exist."""
    filing = (
        Filing.objects.select_related(
            "applicant__district__parent",
            "authority__jurisdiction",
            "district__parent",
            "assigned_to",
            "entity",
            "panel",
        )
        .filter(pk=pk)
        .first()
    )
    if filing is None or not viewer(actor, filing):
        raise NotVisible.one("not_found", _("没有找到这件申报，或您无权查看。"))
    return filing


def search(rows: QuerySet[Filing], text: str) -> QuerySet[Filing]:
    """Filings whose title, unit, credit code or number contains every word of the text.

    The gram index is probed for a bounded number of filings: fewer are all there is to look at, more are
    left to the planner, which walks the list's own order for what nearly every filing contains.
    """
    words = text.split()
    wanted = sorted({gram for word in words for gram in asked(word)})
    if not wanted:
        return rows
    found = Filing.objects.filter(grams__contains=wanted)
    some = list(found.values_list("pk", flat=True)[: PROBE + 1])
    rows = rows.filter(pk__in=some) if len(some) <= PROBE else rows.filter(grams__contains=wanted)
    for word in words:
        if not is_exact(word):
            rows = rows.filter(
                Q(title__icontains=word)
                | Q(applicant__name__icontains=word)
                | Q(applicant__credit_code__icontains=word)
                | Q(receipt_number__icontains=word)
            )
    return rows


# tabs of the worklist, in the order of the work; states of each
TABS: dict[str, tuple[State, ...]] = {
    "recommending": (State.SUBMITTED,),
    "waiting": (State.RECOMMENDED,),
    "examination": (State.IN_EXAMINATION,),
    "correction": (State.IN_CORRECTION,),
    "review": (State.ACCEPTED, State.IN_REVIEW),
    "decision": (State.REVIEWED, State.PROPOSED, State.CONFIRMED),
    "notice": (State.ON_NOTICE,),
    "closed": (State.FILED, State.NOT_RECOMMENDED, State.NOT_ACCEPTED, State.REJECTED, State.WITHDRAWN),
}
