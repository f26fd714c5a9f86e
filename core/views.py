"""The one door through which bytes leave."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from core import audit, files
from core.errors import NotVisible
from core.http import actor_of

SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:"
#: Chromium shows no PDF inside a sandbox; the file was refused at upload if anything in it could run.
PDF_POLICY = "default-src 'none'; object-src 'self'; plugin-types application/pdf; frame-ancestors 'none'"


@require_safe
def download(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """Attachment, or inline (``?inline=1``) for PDF and pictures; checked against its hash and audited.

    Strangers are sent to log in whether the file exists or not; everybody else gets the same 404.
    """
    actor = actor_of(request)
    try:
        stored = files.readable(actor, file_id)
    except NotVisible:
        if actor.is_authenticated:
            raise
        return redirect_to_login(request.get_full_path())
    content = files.open_checked(stored)
    inline = request.GET.get("inline") == "1" and stored.may_open_inline
    audit.record(
        "file.download",
        actor=actor,
        obj=stored,
        detail={"sha256": stored.sha256, "owner": stored.owner_ref, "inline": inline},
    )
    response = FileResponse(content, as_attachment=not inline, filename=stored.name, content_type=stored.mime)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    shows_pdf = inline and stored.mime == "application/pdf"
    response["Content-Security-Policy"] = PDF_POLICY if shows_pdf else SANDBOX
    return response


# Open to all here because each file has its own reader; see the docstring.
download.access = "public"  # type: ignore[attr-defined]
