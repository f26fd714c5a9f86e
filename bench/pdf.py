"""P5: a six-page report through `core.pdf` and through bare WeasyPrint."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

from django.template import engines
from django.template.loader import render_to_string
from pypdf import PdfReader

from bench.measure import PAIRS, Meter, Result, pairs, same, with_children
from core import pdf
from core.child import Child
from evaluation.reporting.paper import paper
from tests.makers.evaluation_reports import entity_data as evaluation_data

HERE = Path(__file__).parent
TARGET, WORKERS_TARGET = 0.7, 1.6
PARTS, ROWS, COLUMNS = 5, 12, 6


def report(parts: int = PARTS) -> str:
    """The HTML of a report: a paragraph and a table of seven-figure cells a part, 1,200 distinct characters."""
    rng = Random(5)
    letters = [chr(0x4E00 + n) for n in rng.sample(range(6000), 1200)]

    def words(count: int) -> str:
        return "".join(rng.choices(letters, k=count))

    data = [
        {
            "heading": words(8),
            "text": words(120),
            "head": [words(4) for _c in range(COLUMNS)],
            "rows": [
                [words(9), *(str(rng.randrange(10**6)) for _c in range(COLUMNS - 2)), words(6)]
                for _row in range(ROWS)
            ],
        }
        for _part in range(parts)
    ]
    template = engines["django"].from_string((HERE / "report.html").read_text("utf-8"))
    return str(template.render({"title": words(12), "parts": data}))


class Peer:
    """The process of `bench.peer_pdf`."""

    def __init__(self) -> None:
        command = [sys.executable, str(HERE / "peer_pdf.py")]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def render(self, html: str, **options: Any) -> bytes:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps({"html": html, "options": options}) + "\n")
        self.process.stdin.flush()
        return base64.b64decode(json.loads(self.process.stdout.readline())["pdf"])

    def close(self) -> None:
        self.process.communicate()


def pages(document: bytes) -> list[str]:
    """The text of every page."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(document)).pages]


def child_process(child: Child) -> int:
    """The process behind a child, started if need be."""
    assert child._process is not None
    return child._process.pid


def evaluation() -> str:
    """The HTML of an evaluation report as it is issued: charts, sixteen indicators, remarks, clauses and methods."""
    made = paper(
        "entity", evaluation_data(), code="5" * 40, url="http://portal.example/verify/" + "5" * 40 + "/"
    )
    return str(render_to_string(made.template, made.context))


def run(size: Any) -> list[Result]:
    """CPU of one report of each kind, and how much two workers do in the time of one."""
    html = report()
    found = [_beside(html, "a {pages}-page report of five tables, PDF/A-3b with tags", size)]
    found.append(
        _beside(evaluation(), "a {pages}-page evaluation report with charts, PDF/A-3b with tags", size)
    )
    return [*found, _workers(html, size)]


def _beside(html: str, what: str, size: Any) -> Result:
    """One report through both, compared before it is timed."""
    peer = Peer()
    try:
        ours, bare = pages(pdf.render_html(html)), pages(peer.render(html))
        same(ours, bare, "P5")
        meter = Meter(
            lambda: with_children(child_process(pdf._child)), lambda: with_children(peer.process.pid)
        )
        found = pairs(
            meter, lambda: pdf.render_html(html), lambda: peer.render(html), calls=1, count=size.pairs
        )
        equal = meter.of(lambda: peer.render(html, pdf_variant="pdf/a-3b", pdf_tags=True), 2)
    finally:
        peer.close()
    notes = {
        "pages": len(ours),
        "peer with our archive options ms": round(sum(equal) * 1000),
        "ours beside that": round(sum(found.ours) / sum(equal), 2),
    }
    return Result(
        "P5",
        what.format(pages=len(ours)),
        "bare WeasyPrint, warm, plain PDF",
        sum(found.ours),
        sum(found.peer),
        found.ratio,
        f"≤ {TARGET}×",
        found.ratio <= TARGET,
        size.pairs,
        notes,
    )


def _workers(html: str, size: Any) -> Result:
    """Reports per second of wall time: two workers beside one. Needs two idle cores to mean anything."""
    body, css = pdf._split(html)
    header = {"css": css, "identifier": "0" * 32, "attachments": []}
    crew = [Child("core.pdf_child", megabytes=2048, seconds=60) for _n in range(2)]
    each = 2

    def some(child: Child) -> None:
        for _document in range(each):
            child.call(header, [body.encode()])

    def seconds(children: list[Child]) -> float:
        began = time.perf_counter()
        with ThreadPoolExecutor(len(children)) as pool:
            list(pool.map(some, children))
        return time.perf_counter() - began

    try:
        seconds(crew)
        rounds = [(seconds(crew[:1]), seconds(crew)) for _pair in range(size.pairs)]
    finally:
        for child in crew:
            child.close()
    single, double = (sorted(column)[len(rounds) // 2] for column in zip(*rounds, strict=True))
    speed = sorted(2 * one / two for one, two in rounds)[len(rounds) // 2]
    return Result(
        "P5",
        "two PDF workers (wall time a report)",
        "one worker",
        double / (2 * each),
        single / each,
        speed,
        f"≥ {WORKERS_TARGET}×",
        speed >= WORKERS_TARGET,
        PAIRS,
    )
