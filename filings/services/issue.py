"""发文: an approved filing is applied to the register. The only way onto it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.actor import Actor
from core.errors import Invalid
from core.numbering import next_number
from core.workflow import Transition
from filings.enums import FOUNDS, Action
from filings.letters.kinds import SERIES, series
from filings.models import Decision, Entity, Filing, PaperKind
from filings.programmes import SCIENCE
from filings.selectors.reading import law_for
from filings.services import applying, documents
from filings.services.applying import Document
from filings.services.transition import perform


def first_day(filing: Filing, dated: datetime.date) -> datetime.date:
    """The first day of the validity, as the bureau reads it (amb_validity_start): by default the document's date."""
    reading = law_for(filing).reading("filing.validity_start")
    if reading == "certificate_date":
        return clock.today()
    if reading == "notice_end_next_day":
        last = filing.notices.order_by("-ends_on").first()
        return last.ends_on + datetime.timedelta(days=1) if last else dated
    return dated


def renewed_first_day(filing: Filing, entity: Entity, dated: datetime.date) -> datetime.date:
    """The first day of a renewed validity: not before the old one has ended, unless read otherwise (amb_renewal_start)."""
    start = first_day(filing, dated)
    if law_for(filing).reading("filing.renewal_start") == "document_date":
        return start
    if entity.valid_until is None:
        return start
    return max(start, entity.valid_until + datetime.timedelta(days=1))


def issue(
    *,
    actor: Actor,
    filing: Filing,
    document_number: str = "",
    document_date: str | datetime.date = "",
    comment: str = "",
    version: int | None = None,
) -> Filing:
    """Apply the filing under a numbered, dated document: register, change, renew or end an entity."""
    day = _date(document_date)

    def effect(row: Filing, transition: Transition, who: Actor, given: Mapping[str, Any]) -> None:
        decision = row.decisions.filter(result=Decision.Result.CONFIRMED).latest("decided_at")
        number = document_number.strip() or documents.unused(lambda: _next_number(row, day.year))
        decision.document_number, decision.document_date = number, day
        decision.save(update_fields=["document_number", "document_date"])
        document = Document(number, day, decision.months or 0)
        if row.entity_id is not None:
            # whatever else happens to this entity waits until this is done
            row.entity = Entity.objects.select_for_update(of=("self",), no_key=True).get(pk=row.entity_id)
        _apply(row, document, who)

    given = {"document_date": day}
    with transaction.atomic():
        # the entity before its filing, as everybody who changes both: two at once never wait for each other
        Entity.objects.select_for_update(of=("self",), no_key=True).filter(pk=filing.entity_id or 0).first()
        return perform(
            filing, "issue", actor=actor, comment=comment, data=given, effect=effect, version=version
        )


def _apply(row: Filing, document: Document, who: Actor) -> None:
    """What it writes on the register; a claim writes nothing there, its award follows by the programme's hook."""
    if row.action == Action.CLAIM:
        return
    if row.action in FOUNDS:
        code = entity_code(row.spec.city_code, row.spec.type_code, document.dated.year)
        if row.action == Action.ESTABLISH:
            applying.register(row, code, first_day(row, document.dated), document, who)
        else:
            applying.record(row, code, document, who)
    elif row.action == Action.RENEW:
        applying.renew(row, renewed_first_day(row, row.subject, document.dated), document, who)
    else:
        applying.APPLY[Action(row.action)](row, document, who)


def entity_code(city: str, type_code: str, year: int) -> str:
    """The next register number of a kind and year, e.g. ZB-LM-2026-0001; in the caller's transaction, never reused."""
    serial = next_number(f"certificate.{city}.{type_code}", year)
    return f"{city}-{type_code}-{year}-{serial:04d}"


def _next_number(row: Filing, year: int) -> str:
    """青科备〔2026〕1号, 青科认〔2026〕1号; a bureau of another department counts its own."""
    department, city = row.authority.department, row.spec.city_code
    names = {SCIENCE: _("科"), "development_reform": _("发改")}
    series_key = f"document.{city}" if department == SCIENCE else f"document.{city}.{department}"
    word = series(PaperKind.DECISION, str(row.spec.words.act))
    if word != SERIES[PaperKind.DECISION]:
        series_key += f".{word}"
    return _("%(city)s%(department)s%(word)s〔%(year)s〕%(n)s号") % {
        "word": word,
        "city": row.authority.name[:1],
        "department": names.get(department, ""),
        "year": year,
        "n": next_number(series_key, year),
    }


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
