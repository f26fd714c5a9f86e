"""The bytes of a report: made once of its frozen data, signed where the office has a key, stored whole or not at all."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from core import files, jobs, signing
from core.actor import Actor
from core.errors import Unavailable
from core.jobs import Running
from core.models import Job, StoredFile
from evaluation.models import Report, RoundEntity
from evaluation.reporting.paper import paper
from evaluation.selectors.register import in_force
from filings.models import Rating

#: Job that renders one report.
JOB = "evaluation.report"
KIND = "evaluation.report"


class ReportFailed(Exception):
    """No paper came of it this time, and why; the job starts again."""


def order(report: Report) -> Job:
    """Queue the rendering; the job starts after commit."""
    payload = {"report": report.pk, "round": report.round_id}
    return jobs.enqueue(JOB, scope=f"report:{report.pk}", payload=payload)


def run_job(running: Running) -> dict[str, Any]:
    """Job `evaluation.report`: its effects commit together with "done"."""
    made = render(int(running.payload["report"]))
    return {"report": made.pk, "sha256": made.stored.sha256 if made.stored else "", "signed": made.signed}


def verification_url(code: str) -> str:
    """The public address that the QR code carries."""
    return settings.SITE_URL.rstrip("/") + reverse("portal:verify", args=[code])


def render(report_id: int) -> Report:
    """Render, sign and store a report once; running it again changes nothing. Raises ReportFailed with the reason."""
    made = Report.objects.select_related("stored").get(pk=report_id)
    if made.stored_id is not None:
        return made
    code = made.verification_code
    document = paper(made.kind, made.data, code=code, url=verification_url(code))
    try:
        data = document.render()
    except Unavailable as failure:
        raise ReportFailed(
            _("报告没有生成：%(reason)s") % {"reason": failure.__cause__ or failure}
        ) from failure
    signer = signing.signer()
    if signer is not None:
        data = signer.sign(data, reason=_("出具评价报告"), place=str(made.data.get("office", "")))
    stored = _store(made, data)
    Report.objects.filter(pk=made.pk, stored=None).update(stored=stored, signed=signer is not None)
    made.refresh_from_db()
    _tell_register(made)
    return made


def _store(made: Report, data: bytes) -> StoredFile:
    name = _("评价报告 %(number)s.pdf") % {"number": made.number}
    try:
        return files.store_generated(data, name=name, actor=Actor.system(), kind=KIND, owner=made)
    except OSError as failure:
        reason = failure.strerror or str(failure)
        raise ReportFailed(
            _("报告没有存下：%(reason)s，请检查存储空间和权限") % {"reason": reason}
        ) from failure


def _tell_register(made: Report) -> None:
    """The rating on the register carries the newest report of its round."""
    if made.entity_id is None or made.superseded_by_id is not None:
        return
    subject = RoundEntity.objects.filter(round=made.round_id, entity=made.entity_id).first()
    rating = in_force(subject)
    if rating is not None:
        Rating.objects.filter(pk=rating.pk).update(report=made.stored)
