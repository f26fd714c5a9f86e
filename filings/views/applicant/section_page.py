"""What the page of a section shows."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from core.actor import Actor
from filings.enums import CorrectionState, ParticipantRole, State
from filings.fields import RowsField
from filings.models import Correction, Filing, Participant, SectionDraft
from filings.presentation import editing
from filings.presentation.answers import FileLine, of_owner
from filings.presentation.computed import answers_before, report_before
from filings.presentation.editing import Difference, Offer
from filings.presentation.status import clock_of
from filings.programmes import Owner, Section
from filings.selectors.editing import unlocked
from filings.selectors.reading import active_participants, law_for, live_attachments, owner_content
from filings.standard_sections import LEAD_CHANGE
from filings.views.applicant.base import crumbs


class Sheet:
    """A section of a filing as one unit writes it; `place` is set for a member's own section."""

    def __init__(self, filing: Filing, section: Section, place: Participant | None) -> None:
        self.filing, self.section, self.place = filing, section, place

    @property
    def holder(self) -> Filing | Participant:
        """Whose version counts."""
        return self.place if self.place is not None else self.filing

    @property
    def url(self) -> str:
        return reverse("filings:section", args=[self.filing.pk, self.section.key])

    @property
    def hub(self) -> str:
        """The page this one belongs to."""
        return "member" if self.place is not None else "tasks"

    @cached_property
    def open_names(self) -> set[str]:
        return unlocked(self.filing, self.section, self.place)

    @cached_property
    def stored(self) -> dict[str, Any]:
        return owner_content(self.filing, self.section.key, self.place)

    def fresh(self) -> Sheet:
        """The same after something was written."""
        filing = Filing.objects.select_related("applicant", "authority").get(pk=self.filing.pk)
        place = self.place
        if place is not None:
            place = Participant.objects.select_related("organisation").get(pk=place.pk)
            place.filing = filing
        return Sheet(filing, self.section, place)

    def corrections(self) -> list[Correction]:
        rows = self.filing.corrections.filter(section=self.section.key, participant=self.place)
        return list(rows.exclude(standing=CorrectionState.CLOSED))

    def files(self) -> list[FileLine]:
        rows = of_owner(live_attachments(self.filing), self.section, self.place)
        return [FileLine(row) for row in rows]

    def context(self, offer: Offer, form: forms.Form | None = None) -> dict[str, Any]:
        """Everything the template needs."""
        form = form or editing.form_for(self.section, self.stored, self.open_names, offer)
        if self.section.key == LEAD_CHANGE.key:
            offer_heirs(form, self.filing)
        earlier = report_before(self.filing)
        tickets = self.corrections()
        law = law_for(self.filing)
        return {
            "filing": self.filing,
            "section": self.section,
            "sheet": self,
            "form": form,
            "items": editing.items(
                form,
                self.section,
                stored=self.stored,
                files=self.files(),
                tickets=editing.tickets_by_field(tickets),
                reason=editing.lock_reason(self.filing),
                offer=offer,
                earlier=answers_before(earlier, self.section),
            ),
            "earlier_year": earlier.period if earlier else "",
            "tickets": tickets,
            "page_ticket": next((t for t in tickets if not t.field), None),
            "problems": file_problems(offer),
            "base": editing.base_of(self.section, self.stored),
            "version": self.holder.version,
            "can_write": bool(self.open_names),
            "is_wide": any(isinstance(f, RowsField) for f in self.section.form.base_fields.values()),
            "clauses": [(law.item(k).label, law.cite(k)) for k in self.section.clauses if law.applies(k)],
            "clock": clock_of(self.filing) if self.filing.state == State.IN_CORRECTION else None,
            "crumbs": crumbs(self.filing, self.section.title, self.hub),
            "hub_url": reverse(f"filings:{self.hub}", args=[self.filing.pk]),
            "following": following(self),
            "file_names": ", ".join(self.section.files),
            "add_name": offer.blank_rows,
        }


def offer_heirs(form: forms.Form, filing: Filing) -> None:
    """The members that may take over the lead as a choice, so that nobody copies a credit code by hand."""
    kinds = filing.spec.lead_kinds
    units = [
        p.organisation
        for p in active_participants(filing)
        if p.role != ParticipantRole.LEAD and (not kinds or p.organisation.kind in kinds)
    ]
    named = [(u.credit_code, f"{u.name}（{u.credit_code}）") for u in units]
    stored = str(form["new_lead"].value() or "")
    if stored and stored not in dict(named):
        named.append((stored, _("%(code)s（不在成员名单中）") % {"code": stored}))
    form.fields["new_lead"].widget = forms.RadioSelect(
        choices=[("", filing.spec.say(_("%(lead)s不变"))), *named]
    )
    bound = form["new_lead"]
    bound.label, bound.help_text = (
        filing.spec.say(_("新%(lead)s")),
        _("只列出成员名单中可以牵头的单位；其他单位请先邀请。"),
    )


def file_problems(offer: Offer) -> list[dict[str, str]]:
    """Refused files as lines of the error summary."""
    return [{"message": text, "field": name} for name, texts in offer.file_errors.items() for text in texts]


def following(sheet: Sheet) -> Section | None:
    """The applicant's next section."""
    if sheet.section.owner is not Owner.APPLICANT:
        return None
    rows = sheet.filing.spec.applicant_sections
    index = rows.index(sheet.section) + 1
    return rows[index] if index < len(rows) else None


def earlier_input(sheet: Sheet, actor: Actor, lost: QueryDict | None) -> tuple[Offer, list[Difference]]:
    """What to offer again: a form that a lost session kept, else input that did not pass."""
    if lost is not None:
        found, mine = editing.meanwhile(sheet.section, lost.get("base", ""), sheet.stored, lost)
        return Offer(typed=lost, only=mine if found else None), found
    row = SectionDraft.objects.filter(
        filing=sheet.filing, organisation=actor.organisation, section=sheet.section.key
    ).first()
    if row is None or not sheet.open_names:
        return Offer(), []
    raw = editing.query(row.raw)
    return Offer(typed=raw, only=editing.wrong_names(sheet.section, raw)), []


def continue_label(sheet: Sheet) -> str:
    return _("保存并继续") if following(sheet) else _("保存并返回")
