"""Papers the portal issues: frozen data first, bytes by a job, a code by which anyone can check them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from core import audit, clock, files, jobs, pdf
from core.actor import Actor
from filings.models import LETTERS, Cancellation, Filing, FilingVersion, IssuedDocument
from filings.selectors.reading import active_participants

JOB = "filings.document"
TEMPLATES: dict[str, str] = {
    IssuedDocument.Kind.RECEIPT: "filings/pdf/receipt.html",
    IssuedDocument.Kind.CERTIFICATE: "filings/pdf/certificate.html",
    **dict.fromkeys(LETTERS, "filings/pdf/letter.html"),
}


def verification_url(code: str) -> str:
    """The public address that a paper's QR carries."""
    return settings.SITE_URL.rstrip("/") + reverse("portal:verify", args=[code])


def unused(next_one: Callable[[], str]) -> str:
    """The first number of a series that no paper bears yet: one that somebody gave by hand is passed over."""
    while True:
        number = next_one()
        if not IssuedDocument.objects.filter(number=number).exists():
            return number


def issue_document(
    *,
    kind: str,
    number: str,
    data: Mapping[str, Any],
    actor: Actor,
    filing: Filing | None = None,
    cancellation: Cancellation | None = None,
) -> IssuedDocument:
    """Record a paper of a filing or of a cancellation and queue its rendering.

    Runs in the caller's transaction; the job starts after commit.
    """
    made = IssuedDocument.objects.create(
        filing=filing,
        cancellation=cancellation,
        kind=kind,
        number=number,
        verification_code=secrets.token_hex(20),
        data=dict(data),
        issued_at=clock.now(),
        issued_by=actor.user,
    )
    audit.record("document.issued", actor=actor, obj=made, detail={"kind": kind, "number": number})
    jobs.enqueue(JOB, scope=str(made.pk), payload={"document": made.pk})
    return made


def receipt_data(filing: Filing, version: FilingVersion) -> dict[str, Any]:
    """What a receipt prints; frozen, so that a second rendering says the same."""
    return {
        "programme": str(filing.spec.label),
        "action": filing.spec.action_label(filing.action),
        "lead_label": str(filing.spec.words.lead),
        "act": str(filing.spec.words.act),
        "title": filing.title,
        "applicant": filing.applicant.name,
        "credit_code": filing.applicant.credit_code,
        "authority": filing.authority.name,
        "district": filing.district.path_label,
        "submitted_at": clock.local(filing.submitted_at).isoformat() if filing.submitted_at else "",
        "version": version.number,
        "sha256": version.sha256,
        "members": [
            {"name": p.organisation.name, "role": p.role_label, "code": p.organisation.credit_code}
            for p in active_participants(filing)
        ],
        "is_sample": filing.applicant.is_sample,
    }


def render_document(document_id: int) -> IssuedDocument:
    """Render and store a paper once; running it again changes nothing."""
    made = IssuedDocument.objects.select_related("filing").get(pk=document_id)
    if made.stored_id is not None:
        return made
    url = verification_url(made.verification_code)
    context = {"document": made, "data": made.data, "verification_url": url, "qr": pdf.qr_svg(url)}
    data = pdf.render(TEMPLATES[IssuedDocument.Kind(made.kind)], context)
    name = _("%(kind)s %(number)s.pdf") % {"kind": made.kind_label, "number": made.number}
    stored = files.store_generated(data, name=name, actor=Actor.system(), kind="filings.document", owner=made)
    IssuedDocument.objects.filter(pk=made.pk, stored=None).update(stored=stored)
    made.refresh_from_db()
    return made


def run_job(job: Any) -> dict[str, Any]:
    """Job kind `filings.document`: render one paper."""
    made = render_document(int(job.payload["document"]))
    return {"document": made.pk, "sha256": made.stored.sha256 if made.stored else ""}
