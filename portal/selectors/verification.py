"""Is this paper genuine, and was it in force on a day? Nothing else about the case leaks."""

from __future__ import annotations

import datetime
import hmac
from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from core import clock
from evaluation.models import Report
from filings.models import Certificate, IssuedDocument
from filings.presentation.entity import STATUS_LABELS
from filings.words import ACT, LEAD


@dataclass(frozen=True)
class Verification:
    """Answer of the public check. `status` is one of valid, upcoming, expired, replaced, revoked or issued."""

    kind: str
    kind_label: str
    number: str
    status: str
    status_label: str
    on: datetime.date
    authority: str
    issued_on: datetime.date
    sha256: str
    name: str = ""
    lead: str = ""
    lead_label: str = ""
    act: str = ""
    valid_from: datetime.date | None = None
    valid_until: datetime.date | None = None
    ended_on: datetime.date | None = None
    document_number: str = ""
    is_sample: bool = False
    replaced_by: str = ""

    @property
    def tone(self) -> str:
        return {"valid": "ok", "issued": "ok", "revoked": "bad", "replaced": "bad"}.get(self.status, "warn")

    def matches(self, sha256: str) -> bool:
        """Whether a file is byte for byte the one that was issued."""
        return bool(self.sha256) and hmac.compare_digest(self.sha256, sha256)


def verify(code: str, on: datetime.date) -> Verification | None:
    """What is known of a verification code on a day; None for a code we did not issue."""
    paper = (
        IssuedDocument.objects.select_related(
            "filing__authority", "cancellation__entity__authority", "stored", "certificate__entity"
        )
        .filter(verification_code=code.strip().lower())
        .first()
    )
    if paper is None:
        return _reported(code.strip().lower(), on)
    certificate = getattr(paper, "certificate", None)
    known = _paper(paper, on)
    return known if certificate is None else _certificate(known, certificate, paper)


def _paper(paper: IssuedDocument, on: datetime.date) -> Verification:
    """What is said of every paper: that it is ours, and nothing of the case."""
    return Verification(
        kind=paper.kind,
        kind_label=paper.kind_label,
        number=paper.number,
        status="issued",
        status_label=str(_("由本平台出具")),
        on=on,
        # a district signs its own letters
        authority=str(paper.data.get("office") or paper.authority),
        issued_on=clock.local(paper.issued_at).date(),
        sha256=paper.stored.sha256 if paper.stored else "",
        is_sample=bool(paper.data.get("is_sample")),
    )


def _certificate(known: Verification, certificate: Certificate, paper: IssuedDocument) -> Verification:
    """A certificate adds what is on the public register, and its standing on the day."""
    status = certificate.status_on(known.on)
    return replace(
        known,
        status=status,
        status_label=str(STATUS_LABELS[status]),
        name=certificate.entity.name,
        lead=str(paper.data.get("lead", "")),
        lead_label=str(paper.data.get("lead_label") or LEAD),
        act=str(paper.data.get("act") or ACT),
        valid_from=certificate.valid_from,
        valid_until=certificate.valid_until,
        ended_on=certificate.ended_on,
        document_number=certificate.document_number,
    )


def _reported(code: str, on: datetime.date) -> Verification | None:
    """An evaluation report: whose it is and whether another one has replaced it; nothing of the result."""
    report = (
        Report.objects.select_related("round__authority", "entity", "stored", "superseded_by")
        .filter(verification_code=code)
        .first()
    )
    if report is None:
        return None
    newer = report.superseded_by
    replaced = newer is not None and clock.local(newer.issued_at).date() <= on
    issued, superseded = _("由本平台出具，现行有效"), _("已被更正报告替代")
    return Verification(
        kind=f"evaluation_{report.kind}",
        kind_label=str(report.get_kind_display()),
        number=report.number,
        status="replaced" if replaced else "issued",
        status_label=str(superseded if replaced else issued),
        on=on,
        authority=str(report.data.get("office") or report.round.authority),
        issued_on=clock.local(report.issued_at).date(),
        sha256=report.stored.sha256 if report.stored else "",
        name=report.entity.name if report.entity else report.round.name,
        is_sample=bool(report.data.get("is_sample")),
        replaced_by=newer.number if newer is not None and replaced else "",
        ended_on=clock.local(newer.issued_at).date() if newer is not None and replaced else None,
    )


def code_of_file(sha256: str) -> str:
    """The verification code of the paper or report that has exactly these bytes; empty for a file not issued here."""
    digest = sha256.strip().lower()
    for model in (IssuedDocument, Report):
        found = (
            model.objects.filter(stored__sha256=digest).values_list("verification_code", flat=True).first()
        )
        if found:
            return str(found)
    return ""
