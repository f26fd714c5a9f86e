"""A report as PDF: what it prints and the two files it carries, from one frozen document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core import pdf
from core.canonical import canonical_json, sha256
from evaluation.reporting import sheets
from evaluation.reporting.entity import entity_report
from evaluation.reporting.round import round_report

TEMPLATES = {"entity": "evaluation/pdf/entity.html", "round": "evaluation/pdf/round.html"}
FIGURES, WORKBOOK = "result.json", "result.xlsx"


@dataclass(frozen=True)
class Paper:
    """What a PDF is made of: `context` for `template`, `attachments` by name."""

    template: str
    context: dict[str, Any]
    attachments: dict[str, bytes]

    def render(self) -> bytes:
        """The PDF/A-3b with tags; raises Unavailable."""
        return pdf.render(self.template, self.context, attachments=self.attachments)


def paper(kind: str, data: Mapping[str, Any], *, code: str = "", url: str = "") -> Paper:
    """The report of `kind` (entity or round). Without a code it is a preview and says so on every page."""
    figures = canonical_json(data).encode("utf-8", "surrogatepass")
    context: dict[str, Any] = {"code": code, "verification_url": url, "data_sha256": sha256(figures)}
    if code:
        context["qr"] = pdf.qr_svg(url)
    if kind == "entity":
        entity = entity_report(data)
        workbook = sheets.entity_workbook(entity)
        context["report"] = entity
    else:
        whole = round_report(data)
        workbook = sheets.round_workbook(whole)
        context["report"] = whole
    return Paper(TEMPLATES[kind], context, {FIGURES: figures, WORKBOOK: workbook})
