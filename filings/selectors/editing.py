"""Which answers may move now, and whose they are."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import NotAllowed, NotNow
from filings import permissions as may
from filings.enums import CorrectionState, ParticipantRole, State
from filings.models import Filing, Participant
from filings.programmes import Owner, Section


def section_owner(filing: Filing, section: Section, actor: Actor) -> Participant | None:
    """As `writer_of`, with the participant's row locked for writing."""
    place = writer_of(filing, section, actor)
    if place is None:
        return None
    return Participant.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=place.pk)


def writer_of(filing: Filing, section: Section, actor: Actor) -> Participant | None:
    """The participant whose own section the actor writes; None for a section of the applicant.

    NotAllowed for somebody else's section.
    """
    if section.owner is Owner.APPLICANT:
        may.applicant.saying(filing.spec.say(_("本页由%(lead)s填写。"))).require(actor, filing)
        return None
    place = may.own_place(actor, filing)
    if place is None or place.role == ParticipantRole.LEAD:
        raise NotAllowed.one("not_your_section", filing.spec.say(_("本页由各%(members)s自行填写。")))
    return place


def editable_fields(filing: Filing, section: Section, participant: Participant | None) -> set[str]:
    """Names that may be changed now: all in a draft, the pinned ones in correction, none otherwise.

    NotNow once the filing is neither.
    """
    names = set(section.form.base_fields)
    if filing.state == State.DRAFT:
        return names
    if filing.state != State.IN_CORRECTION:
        raise NotNow.one("not_editable", _("申报件已提交，内容不能修改。"))
    pinned = filing.corrections.filter(section=section.key, participant=participant).exclude(
        standing=CorrectionState.CLOSED
    )
    found = set(pinned.values_list("field", flat=True))
    return names if "" in found else names & found


def unlocked(filing: Filing, section: Section, participant: Participant | None) -> set[str]:
    """As `editable_fields`, empty instead of an error: what a page may enable."""
    try:
        return editable_fields(filing, section, participant)
    except NotNow:
        return set()
