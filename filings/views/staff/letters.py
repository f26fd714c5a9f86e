"""The letter an act will send, as its page and its preview on paper show it: the words that sending would freeze."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from core import pdf
from core.actor import Actor
from core.views import PDF_POLICY
from filings.forms_staff import DeskForm, ReturnForm
from filings.letters.kinds import after
from filings.letters.merge import Merged
from filings.models import Filing, PaperKind
from filings.services import letters


def drafted(
    filing: Filing, name: str, actor: Actor, form: DeskForm, found: Mapping[str, Any]
) -> Merged | None:
    """The letter of an act with what has been typed so far; None where the act sends none.

    `found` is what the page knows besides: the due date of a correction, the validity that an issue would start.
    """
    kind = after(name, decision=filing.spec.procedure.decision)
    if kind is None:
        return None
    rows = form.rows if isinstance(form, ReturnForm) else []
    items = [row.as_item() for row in rows if row.is_bound and row.is_valid()]
    extra = letters.said(kind, filing, comment=_typed(form, "comment"), items=items, due=found.get("due_on"))
    if kind == PaperKind.DECISION:
        cleaned = getattr(form, "cleaned_data", {})
        extra |= {"number": _typed(form, "document_number")}
        known = {"signed_on": cleaned.get("document_date"), "valid_from": found.get("starts_on")}
        known["valid_until"] = found.get("until")
        extra |= {key: value for key, value in known.items() if value}
    return letters.preview(kind=kind, actor=actor, filing=filing, extra=extra)


def _typed(form: DeskForm, name: str) -> str:
    return str(form[name].value() or "") if name in form.fields else ""


def on_paper(letter: Merged) -> HttpResponse:
    """A draft as a PDF shown in the browser: marked as a preview, without number and code, kept nowhere."""
    content = pdf.render("filings/pdf/letter.html", {"data": letter.as_data(), "document": None})
    response = HttpResponse(content, content_type="application/pdf")
    name = _("预览-%(title)s.pdf") % {"title": letter.title}
    response["Content-Disposition"] = content_disposition_header(False, name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = PDF_POLICY
    return response
