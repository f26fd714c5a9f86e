"""Letters to units: previewed without a trace, sent once with number, frozen words and code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.enums import DistrictKind, OrganisationKind
from accounts.models import Organisation
from core import clock
from core.actor import Actor
from core.errors import Invalid, Problem
from core.numbering import next_number
from filings.letters.kinds import SERIES, after, series
from filings.letters.merge import Merged, merge
from filings.models import Cancellation, Decision, Filing, IssuedDocument, PaperKind
from filings.selectors.letters import (
    Case,
    item_lines,
    of_cancellation,
    of_filing,
    words_in_force,
)
from filings.services import documents

NO_EXTRA: Mapping[str, Any] = {}


def _case(
    kind: str,
    actor: Actor,
    filing: Filing | None,
    cancellation: Cancellation | None,
    extra: Mapping[str, Any] | None,
) -> Case:
    if cancellation is not None:
        return of_cancellation(kind, cancellation, extra or NO_EXTRA)
    if filing is None:
        raise ValueError("a letter is about a filing or a cancellation")
    return of_filing(kind, filing, actor, extra or NO_EXTRA)


def _merged(kind: str, case: Case, number: str = "") -> Merged:
    values = case.values | {"number": number}
    words = words_in_force(case.authority, kind)
    return merge(kind, words, values, to=case.to, office=case.office.name, is_sample=case.is_sample)


def preview(
    *,
    kind: str,
    actor: Actor,
    filing: Filing | None = None,
    cancellation: Cancellation | None = None,
    extra: Mapping[str, Any] | None = None,
) -> Merged:
    """The letter as it would be sent now, without a number; writes nothing. `extra`: values by key of the catalogue."""
    case = _case(kind, actor, filing, cancellation, extra)
    return _merged(kind, case, str(case.values.get("number") or ""))


def send(
    *,
    kind: str,
    actor: Actor,
    filing: Filing | None = None,
    cancellation: Cancellation | None = None,
    extra: Mapping[str, Any] | None = None,
    number: str = "",
) -> IssuedDocument:
    """Number, freeze and queue a letter in the caller's transaction; the job renders it after commit.

    `number` is given where the letter carries the number of a document that exists already. Raises Invalid for a
    value that is missing or a number that is taken; then no number of the series is used.
    """
    case = _case(kind, actor, filing, cancellation, extra)
    with transaction.atomic():
        signed_on = case.values.get("signed_on")
        year = getattr(signed_on, "year", clock.today().year)
        taken = number.strip() or _next_number(case, kind, year)
        _must_be_free(taken)
        merged = _merged(kind, case, taken)
        if merged.missing:
            raise Invalid([_missing(kind, name) for name in merged.missing])
        try:
            return documents.issue_document(
                filing=filing,
                cancellation=cancellation,
                kind=kind,
                number=taken,
                data=merged.as_data() | {"act": case.act},
                actor=actor,
            )
        except IntegrityError:  # given to another paper at this very moment
            raise _taken(taken) from None


def _missing(kind: str, name: str) -> Problem:
    words = _("%(letter)s缺少“%(name)s”，不能发出") % {"letter": PaperKind(kind).label, "name": name}
    return Problem("letter_incomplete", words)


def _taken(number: str) -> Invalid:
    words = _("发文字号“%(number)s”已用于另一件文书，请换一个") % {"number": number}
    return Invalid.one("number_taken", words, "document_number")


def _must_be_free(number: str) -> None:
    if IssuedDocument.objects.filter(number=number).exists():
        raise _taken(number)


def _next_number(case: Case, kind: str, year: int) -> str:
    """青科创受〔2026〕1号: gapless by office, kind and year."""
    office, word = case.office, series(kind, case.act)
    counter = f"letter.{office.pk}.{kind}" + ("" if word == SERIES[PaperKind(kind)] else f".{word}")
    department = {"development_reform": _("发改")}.get(office.department, _("科创"))
    fixed = {"office": office_word(office), "department": department, "kind": word, "year": year}
    words = _("%(office)s%(department)s%(kind)s〔%(year)s〕%(n)s号")
    return documents.unused(lambda: words % (fixed | {"n": next_number(counter, year)}))


def office_word(office: Organisation) -> str:
    """The place in a number: 青 of a city, 崂山 of a district, longer where an earlier bureau's place begins so.

    Bureaus that come later never change the word of an earlier one, so that two series cannot meet.
    """
    place = office.jurisdiction
    if place is None:
        return office.name
    shortest = 1 if place.kind in (DistrictKind.CITY, DistrictKind.PROVINCE) else 2
    earlier = Organisation.objects.filter(
        kind=OrganisationKind.BUREAU, department=office.department, pk__lt=office.pk
    )
    labels = list(
        earlier.filter(jurisdiction__label__startswith=place.label[:shortest]).values_list(
            "jurisdiction__label", flat=True
        )
    )
    for length in range(shortest, len(place.label) + 1):
        word = place.label[:length]
        if not any(label.startswith(word) for label in labels):
            return word
    return office.name


# --- what a transition sends -------------------------------------------------------------------


def after_transition(row: Filing, name: str, actor: Actor, given: Mapping[str, Any]) -> IssuedDocument | None:
    """The letter that belongs to a transition, in its transaction. Called by `transition.perform` for each."""
    kind = after(name, decision=row.spec.procedure.decision)
    if kind is None:
        return None
    number = _document_number(row) if kind == PaperKind.DECISION else ""
    due = clock.local(row.due_at).date() if row.due_at else None
    extra = said(kind, row, comment=given.get("comment", ""), items=given.get("items") or (), due=due)
    return send(kind=kind, actor=actor, filing=row, extra=extra, number=number)


def said(kind: str, filing: Filing, *, comment: Any = "", items: Any = (), due: Any = None) -> dict[str, Any]:
    """What the officer writes at the act, by key of the catalogue; the same for the preview and for sending."""
    if kind == PaperKind.CORRECTION:
        lines = item_lines(filing, items)
        return {"items": lines, "count": len(lines) or None, "explanation": comment, "due": due}
    if kind in (PaperKind.NOT_RECOMMENDED, PaperKind.NOT_ACCEPTED, PaperKind.REFUSAL):
        return {"reason": comment}
    return {}


def _document_number(row: Filing) -> str:
    """The number that `issue` gave to the decision."""
    made = row.decisions.filter(result=Decision.Result.CONFIRMED).order_by("decided_at").last()
    return made.document_number if made else ""
