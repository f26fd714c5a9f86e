"""Schemes an actor may see, their versions, what they are used in and what keeps one from being published. No writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Organisation
from accounts.selectors import places_within
from core.actor import Actor
from core.errors import NotVisible, Problem
from evaluation import feeds, scheme
from evaluation.enums import RoundState, SchemeState
from evaluation.models import Scheme
from evaluation.permissions import evaluation_desk, scheme_reader
from filings import programmes

OPEN = (SchemeState.DRAFT, SchemeState.PROPOSED)


def schemes_of(actor: Actor) -> QuerySet[Scheme]:
    """Those of the bureau acted for and those that came with the portal; auditors see their place's."""
    rows = Scheme.objects.select_related("authority", "created_by", "proposed_by", "published_by", "based_on")
    bureau = actor.organisation
    if bureau is None or not evaluation_desk(actor):
        return rows.none()
    seen = Q(authority=None) | Q(authority=bureau)
    if actor.has_role(Role.AUDITOR) and bureau.jurisdiction is not None:
        seen |= Q(authority__jurisdiction__in=places_within(bureau.jurisdiction))
    return rows.filter(seen)


def get(actor: Actor, pk: int) -> Scheme:
    """One of them, or the same NotVisible as for a number that does not exist."""
    found = schemes_of(actor).filter(pk=pk).first()
    if found is None or not scheme_reader(actor, found):
        raise NotVisible.one("scheme", _("没有找到，或您无权查看。"))
    return found


@dataclass(frozen=True)
class Line:
    """One key of one bureau in the list: its newest version, what was published last, how many there are."""

    newest: Scheme
    published: Scheme | None
    versions: int


def lines(actor: Actor, *, kind: str = "", own: bool | None = None) -> list[Line]:
    """Key by key; `own` narrows to the bureaus' own (True) or to what came with the portal (False)."""
    rows = schemes_of(actor).order_by(F("authority").desc(nulls_last=True), "key", "version").defer("tree")
    if kind:
        rows = rows.filter(kinds__contains=[kind])
    if own is not None:
        rows = rows.filter(authority__isnull=not own)
    grouped: dict[tuple[int | None, str], list[Scheme]] = {}
    for row in rows:
        grouped.setdefault((row.authority_id, row.key), []).append(row)
    return [Line(held[-1], _published(held), len(held)) for held in grouped.values()]


def _published(rows: Iterable[Scheme]) -> Scheme | None:
    return next((row for row in reversed(list(rows)) if row.standing == SchemeState.PUBLISHED), None)


def versions(actor: Actor, row: Scheme) -> list[Scheme]:
    """All versions of its key and bureau, the newest first, each with the number of rounds it was used in."""
    rows = schemes_of(actor).filter(key=row.key, authority=row.authority_id)
    used = Count("rounds", filter=~Q(rounds__state__in=[RoundState.DRAFT, RoundState.STOPPED]))
    return list(rows.annotate(used=used).order_by("-version"))


def comparable(actor: Actor, row: Scheme) -> list[Scheme]:
    """What a version may be held against: those of its own key, and of other schemes for the same kinds."""
    rows = schemes_of(actor).filter(Q(key=row.key) | Q(kinds__overlap=row.kinds)).exclude(pk=row.pk)
    return list(rows.defer("tree").order_by("key", "-version"))


def rounds_of(row: Scheme) -> int:
    """In how many rounds it was applied."""
    return row.rounds.exclude(state__in=[RoundState.DRAFT, RoundState.STOPPED]).count()


def open_version(authority: Any, key: str) -> Scheme | None:
    """The version of a bureau that is still being written."""
    return Scheme.objects.filter(authority=authority, key=key, standing__in=OPEN).first()


def kind_labels() -> dict[str, str]:
    """Kinds of entities by their key, in the order of the programmes."""
    return {one.entity_kind: str(one.label) for one in programmes.all_programmes()}


def offered(authority: Organisation | None) -> QuerySet[Scheme]:
    """The newest published version of each key: the bureau's own before the one that came with the portal."""
    rows = Scheme.objects.filter(Q(authority=authority) | Q(authority=None), standing=SchemeState.PUBLISHED)
    first = rows.order_by("key", "authority", "-version").distinct("key").values("pk")
    return Scheme.objects.filter(pk__in=first).order_by("label", "key")


def in_force(authority: Organisation, key: str) -> Scheme | None:
    """The version that a new round of an authority applies."""
    return offered(authority).filter(key=key).first()


# --- what keeps it from being published ---


def problems_of(kinds: Iterable[str], tree: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with the document, and feeds that are not there or do not know these kinds."""
    return [*scheme.problems(tree), *_feeds(list(kinds), tree)]


def _feeds(kinds: list[str], tree: Mapping[str, Any]) -> list[Problem]:
    known = feeds.known()
    found = []
    for d, part in enumerate(tree.get("dimensions", ())):
        for i, row in enumerate(part.get("indicators", ())):
            why = _feed_problem(row.get("feed", ""), kinds, known)
            if why:
                found.append(Problem("feed", why, f"dimensions.{d}.indicators.{i}.feed"))
    return found


def _feed_problem(key: str, kinds: list[str], known: Mapping[str, feeds.Feed]) -> str:
    if not key:
        return ""
    feed = known.get(key)
    if feed is None:
        return _("没有“%(key)s”这个数据项") % {"key": key}
    if feed.kinds and not set(feed.kinds) & set(kinds):
        return _("数据项“%(label)s”不适用于本体系的主体类别") % {"label": feed.label}
    return ""
