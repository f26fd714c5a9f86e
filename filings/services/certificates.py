"""Certificates: the first, those of renewals (-B01) and those reissued after a change (-G01)."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from core import audit
from core.actor import Actor
from filings.enums import CertificateState, ParticipantRole
from filings.models import Certificate, Entity, Filing, PaperKind
from filings.selectors.reading import law_for
from filings.selectors.roster import lead_of, roster
from filings.services import documents
from filings.services.notice import industry_label
from filings.words import ACT

if TYPE_CHECKING:
    from filings.services.applying import Document

PRINTED = ("title", "lead", "credit_code", "members", "industry")


def next_sub_number(entity: Entity, letter: str) -> str:
    """The next certificate number of a kind: B for renewals, G for changes, counted from 01 in each entity."""
    used = entity.certificates.filter(number__startswith=f"{entity.code}-{letter}").count()
    return f"{entity.code}-{letter}{used + 1:02d}"


def printed(row: Filing, entity: Entity) -> dict[str, Any]:
    """What a certificate says of the entity itself."""
    places = roster(row)
    return {
        "title": entity.name,
        "kind": str(row.spec.title_label),
        "lead": entity.lead.name,
        "credit_code": entity.lead.credit_code,
        "members": [p.organisation.name for p in places if p.role != ParticipantRole.LEAD],
        "industry": industry_label(row),
        "authority": row.authority.name,
        "clause": law_for(row).cite(row.spec.max_months_key or row.spec.register_rule),
        "act": str(row.spec.words.act),
        "lead_label": str(row.spec.words.lead),
        "members_label": str(row.spec.words.members),
        "level": str(entity.get_level_display()),
        "level_line": _level_line(row, entity),
        "steps": str(_("审核、公示") if row.spec.procedure.notice else _("审核")),
        "is_sample": entity.is_sample,
    }


def _level_line(row: Filing, entity: Entity) -> str:
    """市级重点实验室; empty for a kind with one level only, and where what is done has no object: 准予备案."""
    if len(row.spec.levels) < 2 or row.spec.words.act == ACT:
        return ""
    return f"{entity.get_level_display()}{row.spec.label}"


def certify(
    row: Filing,
    entity: Entity,
    number: str,
    period: tuple[datetime.date, datetime.date | None],
    document: Document,
    who: Actor,
    replaces: str = "",
) -> Certificate:
    """Record a certificate for a period (first and last day; None for no end), and its paper.

    `replaces` names the one it stands in for.
    """
    start, end = period
    data = printed(row, entity) | {
        "number": number,
        "valid_from": start.isoformat(),
        "valid_until": end.isoformat() if end else "",
        "months": document.months,
        "document_number": document.number,
        "document_date": document.dated.isoformat(),
        "replaces": replaces,
    }
    paper = documents.issue_document(
        filing=row, kind=PaperKind.CERTIFICATE, number=number, data=data, actor=who
    )
    made = Certificate.objects.create(
        entity=entity,
        filing=row,
        document=paper,
        number=number,
        document_number=document.number,
        document_date=document.dated,
        months=document.months or None,
        valid_from=start,
        valid_until=end,
    )
    audit.record(
        "certificate.issued", actor=who, obj=made, detail={"number": number, "until": data["valid_until"]}
    )
    return made


def current(entity: Entity) -> Certificate | None:
    """The last certificate that has not been ended or replaced."""
    live = entity.certificates.filter(ended_on__isnull=True).select_related("document")
    return live.order_by("valid_until", "pk").last()


def reprints(row: Filing, entity: Entity) -> bool:
    """Whether a change, once in force, would make a new certificate: the present one prints something else."""
    old, lead = current(entity), lead_of(row)
    names = {"title": row.title, "lead": lead.name, "credit_code": lead.credit_code}
    planned = printed(row, entity) | names
    return old is not None and any(old.document.data.get(name) != planned[name] for name in PRINTED)


def replace_if_printed_otherwise(
    row: Filing, entity: Entity, document: Document, who: Actor
) -> Certificate | None:
    """After a change: a new paper for the rest of the last validity where the old one prints what is no longer so."""
    old = current(entity)
    if old is None:
        return None
    now = printed(row, entity)
    if all(old.document.data.get(name) == now[name] for name in PRINTED):
        return None
    start = max(document.dated, old.valid_from)
    # one that has not begun yet is replaced at once, not on its first day
    old.standing, old.ended_on = CertificateState.REPLACED.value, document.dated
    old.end_reason = document.number or str(_("登记内容变更"))
    old.save(update_fields=["standing", "ended_on", "end_reason"])
    kept = type(document)(document.number or old.document_number, document.dated, old.months or 0)
    number, period = next_sub_number(entity, "G"), (start, old.valid_until)
    return certify(row, entity, number, period, kept, who, replaces=old.number)
