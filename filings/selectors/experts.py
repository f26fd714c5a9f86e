"""The pool and the conflicts the portal can compute from its own records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.enums import Role
from core import clock
from core.actor import Actor
from filings.enums import FINAL_STATES, AssignmentState
from filings.models import EntityMember, Expert, Filing, ReviewAssignment
from filings.selectors.reading import active_participants, law_for


def pool(filing: Filing) -> QuerySet[Expert]:
    """Experts who may be drawn."""
    return (
        Expert.objects.filter(is_active=True)
        .select_related("user", "employer")
        .prefetch_related("ties__organisation", "user__memberships")
    )


def conflicts_of(filing: Filing, expert: Expert) -> list[str]:
    """Grounds for standing aside, as sentences: employer takes part, membership, declared tie, shared consortium."""
    return grounds(filing, [expert])[expert.pk]


def grounds(filing: Filing, experts: Iterable[Expert]) -> dict[int, list[str]]:
    """`conflicts_of` for many experts of `pool` at once, by expert id. A fixed number of queries."""
    units = {p.organisation_id: p.organisation.name for p in active_participants(filing)}
    since = clock.today() - timedelta(days=365 * int(law_for(filing).value("procedure.conflict_years")))
    many = list(experts)
    shared = _shared_entities({e.employer_id for e in many if e.employer_id}, set(units), since)
    return {e.pk: _grounds(e, units, since, shared) for e in many}


def _grounds(
    expert: Expert, units: Mapping[int, str], since: date, shared: Mapping[int, list[str]]
) -> list[str]:
    found = []
    if expert.employer_id is not None and expert.employer_id in units:
        found.append(_("任职单位“%(name)s”参与本次申报") % {"name": units[expert.employer_id]})
    for membership in expert.user.memberships.all():
        if membership.organisation_id in units and _overlaps(membership.since, membership.until, since):
            found.append(_("在参与单位“%(name)s”有账户角色") % {"name": units[membership.organisation_id]})
    for tie in expert.ties.all():
        if tie.organisation_id in units and _overlaps(tie.since, tie.until, since):
            found.append(
                _("与“%(name)s”存在%(kind)s关系")
                % {"name": units[tie.organisation_id], "kind": tie.get_kind_display()}
            )
    found += shared.get(expert.employer_id or 0, [])
    return list(dict.fromkeys(found))


def _overlaps(start: date | None, end: date | None, since: date) -> bool:
    return end is None or end >= since


def _shared_entities(employers: set[int], units: set[int], since: date) -> dict[int, list[str]]:
    """By employer: it and a unit of this filing were members of one entity within the years that count."""
    recent = Q(until=None) | Q(until__gte=since)
    theirs = EntityMember.objects.filter(recent, organisation_id__in=employers)
    places: dict[int, set[int]] = defaultdict(set)
    for entity_id, employer_id in theirs.values_list("entity_id", "organisation_id"):
        places[entity_id].add(employer_id)
    shared = EntityMember.objects.filter(
        recent, entity_id__in=places, organisation_id__in=units
    ).select_related("entity", "organisation")
    found: dict[int, list[str]] = defaultdict(list)
    named: dict[tuple[int, int], list[str]] = defaultdict(list)
    for member in shared:
        for employer in places[member.entity_id] - {member.organisation_id}:
            named[employer, member.entity_id].append(member.organisation.name)
    names = {member.entity_id: member.entity.name for member in shared}
    for (employer, entity_id), partners in named.items():
        text = _("任职单位与“%(units)s”同为“%(entity)s”成员")
        found[employer].append(text % {"units": "、".join(partners), "entity": names[entity_id]})
    return found


def load_of(experts: Iterable[Expert]) -> dict[int, int]:
    """Open assignments by expert id: the work each one has in hand."""
    rows = (
        ReviewAssignment.objects.filter(expert__in=[e.pk for e in experts], panel__closed_at=None)
        .exclude(standing__in=(AssignmentState.CONFLICTED, AssignmentState.SCORED))
        .values_list("expert_id")
        .annotate(n=Count("*"))
    )
    return dict(rows)


def my_reviews(actor: Actor) -> list[ReviewAssignment]:
    """The acting expert's assignments, open ones first, with what the list shows of the filing."""
    if actor.user is None or not actor.has_role(Role.EXPERT):
        return []
    rows = (
        ReviewAssignment.objects.filter(expert__user=actor.user)
        .select_related("panel__filing__applicant", "panel__filing__authority")
        .order_by(F("panel__closed_at").asc(nulls_first=True), "panel__filing__due_at", "-pk")
    )
    return list(rows)


def my_assignment(actor: Actor, filing: Filing) -> ReviewAssignment | None:
    """The acting expert's place on the panel of a filing, with marks."""
    if actor.user is None or not actor.has_role(Role.EXPERT):
        return None
    return (
        ReviewAssignment.objects.filter(panel__filing=filing, expert__user=actor.user)
        .select_related("panel", "expert")
        .prefetch_related("scores")
        .first()
    )


def open_reviews(actor: Actor) -> QuerySet[ReviewAssignment]:
    """Assignments that still wait for the acting expert."""
    return (
        ReviewAssignment.objects.filter(expert__user=actor.user, panel__closed_at=None)
        .filter(standing__in=(AssignmentState.INVITED, AssignmentState.READY))
        .exclude(panel__filing__state__in=FINAL_STATES)
    )


def next_review(actor: Actor, filing: Filing) -> ReviewAssignment | None:
    """The next case of the same round that waits for the acting expert, after this one and from the beginning again."""
    if not filing.period:
        return None
    same = {"panel__filing__action": filing.action, "panel__filing__period": filing.period}
    rows = open_reviews(actor).filter(**same).exclude(panel__filing=filing).order_by("panel__filing_id")
    rows = rows.select_related("panel")
    return rows.filter(panel__filing_id__gt=filing.pk).first() or rows.first()


def everybody(words: str = "") -> QuerySet[Expert]:
    """The whole pool for its page, by name; `words` narrows by name, account, employer or field."""
    rows = (
        Expert.objects.select_related("user", "employer")
        .prefetch_related("ties__organisation")
        .annotate(work=Count("assignments", filter=Q(assignments__panel__closed_at=None)))
        .order_by("user__name", "pk")
    )
    for word in words.split():
        rows = rows.filter(
            Q(user__name__icontains=word)
            | Q(user__username__icontains=word)
            | Q(employer_name__icontains=word)
            | Q(title__icontains=word)
            | Q(fields__icontains=word)
        )
    return rows
