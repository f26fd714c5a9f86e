"""发文: the filing is applied to the register and a certificate is issued. The only way onto the register."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from pypinyin import lazy_pinyin

from core import audit, clock
from core.actor import Actor
from core.errors import Invalid
from core.numbering import next_number
from core.search import grams
from core.workflow import Transition
from filings.enums import ParticipantRole
from filings.models import Certificate, Decision, Entity, EntityMember, Filing, IssuedDocument
from filings.selectors.reading import active_participants, law_for
from filings.services import documents
from filings.services.notice import industry_label, notice_body
from filings.services.transition import perform


def last_day(start: datetime.date, months: int) -> datetime.date:
    """End of a validity of n months: start plus n months, clipped to the month's end, minus one day. Pure."""
    index = start.month - 1 + months
    year, month = start.year + index // 12, index % 12 + 1
    day = min(start.day, calendar.monthrange(year, month)[1])
    return datetime.date(year, month, day) - datetime.timedelta(days=1)


def first_day(filing: Filing, dated: datetime.date) -> datetime.date:
    """The first day of the validity, as the bureau reads it (amb_validity_start): by default the document's date."""
    reading = law_for(filing).reading("filing.validity_start")
    if reading == "certificate_date":
        return clock.today()
    if reading == "notice_end_next_day":
        last = filing.notices.order_by("-ends_on").first()
        return last.ends_on + datetime.timedelta(days=1) if last else dated
    return dated


def issue(
    *,
    actor: Actor,
    filing: Filing,
    document_number: str = "",
    document_date: str | datetime.date = "",
    comment: str = "",
    version: int | None = None,
) -> Filing:
    """Apply the filing: entity, members, typed profile, certificate valid from the date of the filing document."""
    day = _date(document_date)

    def effect(row: Filing, transition: Transition, who: Actor, given: Mapping[str, Any]) -> None:
        decision = row.decisions.filter(result=Decision.Result.CONFIRMED).latest("decided_at")
        year = day.year
        spec = row.spec
        serial = next_number(f"certificate.{spec.city_code}.{spec.type_code}", year)
        number = f"{spec.city_code}-{spec.type_code}-{year}-{serial:04d}"
        words = document_number.strip() or _("%(city)s科备〔%(year)s〕%(n)s号") % {
            "city": row.authority.name[:1],
            "year": year,
            "n": next_number(f"document.{spec.city_code}", year),
        }
        start = first_day(row, day)
        entity = _register(row, number, start, last_day(start, decision.months))
        spec.profile(entity, row)
        row.entity = entity
        row.save(update_fields=["entity"])
        _certify(row, entity, number, words, day, decision.months, who)

    given = {"document_date": day}
    return perform(filing, "issue", actor=actor, comment=comment, data=given, effect=effect, version=version)


def _date(value: str | datetime.date) -> datetime.date:
    """The date of the filing document; today when none is given. Invalid for a future or malformed one."""
    if isinstance(value, datetime.date):
        day = value
    elif not value:
        day = clock.today()
    else:
        try:
            day = datetime.date.fromisoformat(value)
        except ValueError:
            raise Invalid.one("document_date", _("发文日期应为 2026-01-31 的形式"), "document_date") from None
    if day > clock.today():
        raise Invalid.one("document_date", _("发文日期不能晚于今天"), "document_date")
    return day


def _register(row: Filing, number: str, start: datetime.date, end: datetime.date) -> Entity:
    entity = Entity.objects.create(
        code=number,
        kind=row.spec.entity_kind,
        name=row.title,
        name_key=" ".join(lazy_pinyin(row.title))[:240],
        lead=row.applicant,
        authority=row.authority,
        industry=row.industry,
        district=row.district,
        valid_from=start,
        valid_until=end,
        waivers=notice_body(row)["waivers"],
        grams=grams(row.title, row.applicant.name, number),
        registered_at=clock.now(),
        is_sample=row.applicant.is_sample,
    )
    EntityMember.objects.bulk_create(
        EntityMember(entity=entity, organisation=p.organisation, role=p.role, since=start, ground=row)
        for p in active_participants(row)
    )
    return entity


def _certify(
    row: Filing,
    entity: Entity,
    number: str,
    document_number: str,
    dated: datetime.date,
    months: int,
    who: Actor,
) -> Certificate:
    start, end = entity.valid_from, entity.valid_until
    data = {
        "number": number,
        "title": row.title,
        "kind": str(row.spec.title_label),
        "lead": row.applicant.name,
        "credit_code": row.applicant.credit_code,
        "members": [p.organisation.name for p in active_participants(row) if p.role != ParticipantRole.LEAD],
        "industry": industry_label(row),
        "valid_from": start.isoformat(),
        "valid_until": end.isoformat(),
        "months": months,
        "document_number": document_number,
        "document_date": dated.isoformat(),
        "authority": row.authority.name,
        "clause": law_for(row).cite(row.spec.max_months_key),
        "is_sample": row.applicant.is_sample,
    }
    paper = documents.issue_document(
        filing=row, kind=IssuedDocument.Kind.CERTIFICATE, number=number, data=data, actor=who
    )
    made = Certificate.objects.create(
        entity=entity,
        filing=row,
        document=paper,
        number=number,
        document_number=document_number,
        document_date=dated,
        months=months,
        valid_from=start,
        valid_until=end,
    )
    audit.record(
        "certificate.issued", actor=who, obj=made, detail={"number": number, "until": end.isoformat()}
    )
    return made
