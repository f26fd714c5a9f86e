"""What a clause feeds in the programmes, and which filings and entities a change of the law touches."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import clock
from filings import programmes
from filings.enums import FINAL_STATES, Action, EntityState, State, Strength
from filings.models import Entity, Filing
from filings.programmes import Programme
from policy.book import covers
from policy.models import Change
from policy.registry import Affected, Feed

SHOWN = 5


def condition_feeds(items: frozenset[str]) -> Iterable[Feed]:
    """Conditions of programmes that rest on these items."""
    for programme in programmes.all_programmes():
        url = reverse("filings:programme", args=[programme.key])
        for condition in programme.conditions:
            if condition.key in items:
                detail = f"{programme.label} · {Strength(condition.strength).label}"
                yield Feed(condition.key, condition.label, detail, url)


def section_feeds(items: frozenset[str]) -> Iterable[Feed]:
    """Parts of an application form that ask for what these items demand."""
    for programme in programmes.all_programmes():
        url = reverse("filings:programme", args=[programme.key])
        for section in programme.sections:
            for key in section.clauses:
                if key in items:
                    yield Feed(key, section.title, str(programme.label), url)


def _uses(programme: Programme, change: Change) -> bool:
    """Whether a programme reads what changes. Readings, lists and documents may matter to any condition."""
    if not covers(change.place_id, programme.place):
        return False
    if change.parameter is None:
        return True
    key = change.parameter.key.partition(".")[0]
    names = {c.key for c in programme.conditions} | {programme.max_months_key, "procedure"}
    return key in names


def affected_filings(change: Change) -> Affected | None:
    """Drafts, and filings submitted since the change took effect: those before it keep the law of their day."""
    touched = [p.key for p in programmes.all_programmes() if _uses(p, change)]
    later = Q(submitted_at__gte=clock.start_of_day(change.valid_from)) | Q(state=State.DRAFT)
    rows = Filing.objects.filter(later, programme__in=touched).exclude(state__in=FINAL_STATES).order_by("-pk")
    if change.parameter is None:
        rows = rows.exclude(
            action=Action.CLAIM
        )  # counted by the measures they are for, where those are known
    count = rows.count()
    if not count:
        return None
    # drafts belong to their authors: only submitted filings are named
    named = rows.exclude(state=State.DRAFT)[:SHOWN]
    examples = tuple((f.title, reverse("filings:desk_case", args=[f.pk])) for f in named)
    return Affected(_("在办申报件"), count, examples)


def affected_entities(change: Change) -> Affected | None:
    """Entities on the register that are judged by what changes: their lamp follows in the night after it takes effect."""
    kinds = [
        p.entity_kind
        for p in programmes.all_programmes()
        if covers(change.place_id, p.place) and _is_judged_by(p, change)
    ]
    rows = Entity.objects.filter(kind__in=kinds, standing=EntityState.REGISTERED).order_by("name_key")
    count = rows.count()
    if not count:
        return None
    examples = tuple((e.name, reverse("filings:entity", args=[e.code])) for e in rows[:SHOWN])
    return Affected(_("在册主体"), count, examples)


def _is_judged_by(programme: Programme, change: Change) -> bool:
    if change.parameter is None:
        return True
    return change.parameter.key.partition(".")[0] in programme.standing_conditions
