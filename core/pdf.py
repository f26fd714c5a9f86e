"""Letters, certificates and reports: a template becomes PDF/A in a limited child that reaches nothing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

import segno
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from core.child import Child, ChildFailed
from core.errors import Unavailable

#: Address space, not use: the CJK fonts alone are mapped with some hundred megabytes.
_child = Child("core.pdf_child", megabytes=2048, seconds=60)

#: What no document can hold (controls, half characters), and what would turn the direction of the text around it.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style>", re.IGNORECASE | re.DOTALL)


def render(
    template: str, context: Mapping[str, Any], *, attachments: Mapping[str, bytes] | None = None
) -> bytes:
    """The PDF (PDF/A-3b, tagged) of a template under ``templates/``.

    ``attachments`` maps file names to bytes, for example the figures of a report as JSON.  The template may
    use ``<style>`` and ``data:`` addresses; nothing else is fetched.  Raises :class:`Unavailable`.
    """
    return render_html(render_to_string(template, dict(context)), attachments=attachments)


def render_html(html: str, *, attachments: Mapping[str, bytes] | None = None) -> bytes:
    """The PDF of a whole HTML document; the same input gives the same document identifier.

    Characters that cannot be printed are left out, so that the text reads in the order in which it is stored.
    """
    html = _UNPRINTABLE.sub("", html)
    body, css = _split(html)
    files = dict(attachments or {})
    header = {
        "css": css,
        "identifier": hashlib.sha256(html.encode()).hexdigest()[:32],
        "attachments": list(files),
    }
    try:
        _header, blobs = _child.call(header, [body.encode(), *files.values()])
    except ChildFailed as failure:
        raise Unavailable.one("pdf_failed", _("文件暂时无法生成，请稍后再试。")) from failure
    return blobs[0]


def _split(html: str) -> tuple[str, str]:
    """The document without its own style sheets, and those: the child keeps parsed what it has seen."""
    head, mark, rest = html.partition("</head>")
    if not mark:
        return html, ""
    css = "\n".join(_STYLE.findall(head))
    return _STYLE.sub("", head) + mark + rest, css


def qr_svg(text: str) -> str:
    """A ``data:image/svg+xml`` address of the QR code of ``text``, for ``<img src>`` on pages and in PDFs."""
    return segno.make(text, error="m", micro=False).svg_data_uri(scale=4, border=2)
