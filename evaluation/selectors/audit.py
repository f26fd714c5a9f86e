"""What an auditor looks through: evaluated cases, issued reports, who took them away. No writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import District
from accounts.selectors import places_within
from core.actor import Actor
from core.errors import NotVisible
from core.models import AuditEntry, StoredFile
from evaluation.models import Report, Round, RoundEntity, RunRow

#: Files of evaluations whose downloads are listed.
FILES = ("evaluation.report", "evaluation.archive", "evaluation.pack")
DOWNLOADS = ("file.download", "evaluation.digests", "evaluation.exceptions")
Wanted = Mapping[str, Any]
IN_FORCE = Coalesce(OuterRef("round__corrected_run"), OuterRef("round__run"))


def places(actor: Actor) -> QuerySet[District]:
    """The jurisdiction of an auditor; nothing for everybody else."""
    place = actor.organisation.jurisdiction if actor.organisation is not None else None
    if place is None or not actor.has_role(Role.AUDITOR):
        return District.objects.none()
    return places_within(place)


def rounds(actor: Actor) -> QuerySet[Round]:
    """Rounds of the bureaus in the auditor's place."""
    return Round.objects.filter(authority__jurisdiction__in=places(actor))


def cases(actor: Actor, wanted: Wanted) -> QuerySet[RoundEntity]:
    """Entities of opened rounds that match: `words`, `round` (code), `kind`, `year`, `grade`, `district` (code)."""
    rows = RoundEntity.objects.filter(round__in=rounds(actor), round__opened_at__isnull=False)
    rows = _narrowed(rows, wanted)
    grade = RunRow.objects.filter(run=IN_FORCE, entity=OuterRef("entity"))
    if wanted.get("grade"):
        rows = rows.filter(Exists(grade.filter(grade=wanted["grade"])))
    newest = Report.objects.filter(round=OuterRef("round"), entity=OuterRef("entity"), superseded_by=None)
    named = rows.annotate(
        total=Subquery(grade.values("total")[:1]),
        word=Subquery(grade.values("outcome__word")[:1]),
        report_number=Subquery(newest.values("number")[:1]),
    )
    return named.select_related("round", "entity__lead", "entity__district").order_by(
        "-round", "entity__code"
    )


def reports(actor: Actor, wanted: Wanted) -> QuerySet[Report]:
    """Issued reports that match, the newest first, replaced ones among them."""
    rows = Report.objects.filter(round__in=rounds(actor))
    rows = _narrowed(rows, wanted, "number__icontains")
    if wanted.get("grade"):
        graded = RunRow.objects.filter(run=OuterRef("run"), entity=OuterRef("entity"), grade=wanted["grade"])
        rows = rows.filter(Exists(graded))
    return rows.select_related(
        "round", "entity__lead", "entity__district", "stored", "superseded_by"
    ).order_by("-issued_at", "-pk")


def _narrowed(rows: QuerySet[Any], wanted: Wanted, *also: str) -> QuerySet[Any]:
    if wanted.get("round"):
        rows = rows.filter(round__code=wanted["round"])
    if wanted.get("kind"):
        rows = rows.filter(round__scheme__kinds__contains=[wanted["kind"]])
        rows = rows.filter(Q(entity__kind=wanted["kind"]) | Q(entity=None))
    if wanted.get("year"):
        rows = rows.filter(round__period_until__year=int(wanted["year"]))
    if wanted.get("district"):
        rows = rows.filter(entity__district__in=_below(wanted["district"]))
    for word in str(wanted.get("words") or "").split()[:6]:
        found = Q(round__name__icontains=word) | Q(entity__name__icontains=word)
        found |= Q(entity__code__icontains=word) | Q(entity__lead__name__icontains=word)
        for path in also:
            found |= Q(**{path: word})
        rows = rows.filter(found)
    return rows


def _below(code: str) -> QuerySet[District]:
    place = District.objects.filter(code=code).first()
    return places_within(place) if place is not None else District.objects.none()


def by_year_and_kind(actor: Actor) -> list[tuple[int, str, int]]:
    """(year evaluated, kind of entity, reports in force), the newest year first; round reports under ""."""
    rows = Report.objects.filter(round__in=rounds(actor), superseded_by=None)
    counted = rows.order_by().values_list("round__period_until__year", "entity__kind").annotate(n=Count("pk"))
    return sorted(((year, kind or "", n) for year, kind, n in counted), key=lambda one: (-one[0], one[1]))


def years(actor: Actor) -> list[int]:
    """Years that were evaluated."""
    found = rounds(actor).exclude(opened_at=None).values_list("period_until__year", flat=True)
    return sorted(set(found), reverse=True)


def kinds(actor: Actor) -> list[str]:
    """Kinds of entities that were evaluated."""
    found = RoundEntity.objects.filter(round__in=rounds(actor)).order_by()
    return sorted(found.values_list("entity__kind", flat=True).distinct())


def case(actor: Actor, pk: int) -> RoundEntity:
    """One evaluated entity of a round. NotVisible outside the auditor's place."""
    found = RoundEntity.objects.filter(pk=pk, round__in=rounds(actor), round__opened_at__isnull=False)
    row = found.select_related(
        "round__authority__jurisdiction",
        "round__scheme",
        "round__run",
        "round__corrected_run",
        "entity__lead",
        "entity__district",
        "filing",
    ).first()
    if row is None:
        raise NotVisible.one("case", _("没有找到该案卷，或您无权查看"))
    return row


def downloads(actor: Actor) -> QuerySet[AuditEntry]:
    """Who took a report, an archive, an evidence pack or a list away, the newest first."""
    held = rounds(actor)
    own = Q(owner_type="evaluation.report", owner_id__in=_texts(Report.objects.filter(round__in=held)))
    own |= Q(owner_type="evaluation.round", owner_id__in=_texts(held))
    own |= Q(
        owner_type="evaluation.roundentity", owner_id__in=_texts(RoundEntity.objects.filter(round__in=held))
    )
    stored = StoredFile.objects.filter(own, kind__in=FILES)
    files = Q(object_type="core.storedfile", object_id__in=_texts(stored))
    lists = Q(action__in=DOWNLOADS[1:], organisation_id=actor.organisation_id)
    return AuditEntry.objects.filter((Q(action=DOWNLOADS[0]) & files) | lists).order_by("-pk")


def _texts(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.order_by().annotate(key_text=Cast("pk", CharField())).values("key_text")
