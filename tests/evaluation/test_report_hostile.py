"""Hostile text in every field of a report, and a machine that fails: shown as text, reaches nothing, half-writes nothing."""

from __future__ import annotations

import io
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest

from core import files, jobs, pdf
from core.actor import Actor
from core.models import Job, StoredFile
from evaluation.models import Report
from evaluation.reporting import entity_report
from evaluation.reporting.bounded import LONG, SHORT
from evaluation.reporting.paper import FIGURES, WORKBOOK, Paper, paper
from evaluation.services import report_papers
from filings.models import Rating
from tests.makers import evaluation as make
from tests.makers.evaluation_reports import entity_data, round_data

pytestmark = pytest.mark.django_db
CODE, URL = "9f" * 20, "http://portal.example/verify/" + "9f" * 20 + "/"
KEPT = {"grade", "code", "key", "kind", "method", "direction", "from", "weight", "score", "points", "lost", "value",
        "target", "gain", "total", "base", "bonus", "deduction", "rank", "of", "needed", "next", "by", "changed",
        "bonus_cap", "deduction_cap", "full", "low", "high", "cap", "missing", "proposed", "version", "veto", "vetoes",
        "bonuses", "deductions", "is_sample"}  # fmt: skip


def hostile(port: int) -> list[str]:
    """Texts that would like to be something else."""
    return [
        f'<img src="http://127.0.0.1:{port}/a.png"><script>alert(1)</script>',
        '"><link rel=attachment href="file:///etc/passwd"><object data="file:///etc/hostname"></object>',
        f"<style>@import url(http://127.0.0.1:{port}/s.css); body{{display:none}}</style>",
        "</td></tr></table><h1>优秀</h1>",
        "{{ settings.SECRET_KEY }}{% include '/etc/passwd' %}",
        '=HYPERLINK("http://evil.example","点")',
        "@SUM(1+1)*cmd|' /C calc'!A0",
        "\u202e级等秀优\u202c \u2066abc\u2069",
        "控制\x00字\x07符\x1b[31m\u0085\ufeff与\ud800",
        "超" * 3000,
        "x" * 5000,
        "%s %(name)s %% \\n \n\n\r\t 行",
        "𠮷䶮㛃🚀\U000e0041",
    ]


def poisoned(value: Any, texts: Iterator[str], name: str = "") -> Any:
    """Every free text of a document replaced by a hostile one; numbers and keys stay what they are."""
    if isinstance(value, dict):
        return {key: poisoned(held, texts, key) for key, held in value.items()}
    if isinstance(value, list):
        return [poisoned(held, texts, name) for held in value]
    return next(texts) if isinstance(value, str) and value and name not in KEPT else value


def around(texts: list[str]) -> Iterator[str]:
    while True:
        yield from texts


@pytest.fixture
def listener() -> Iterator[tuple[int, list[Any]]]:
    """A server on this machine that must never be asked."""
    server, calls = socket.create_server(("127.0.0.1", 0)), []
    server.settimeout(0.2)
    stopped = threading.Event()

    def accept() -> None:
        while not stopped.is_set():
            try:
                calls.append(server.accept()[1])
            except OSError:
                continue

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    yield server.getsockname()[1], calls
    stopped.set()
    thread.join(5)
    server.close()


@pytest.mark.parametrize("kind", ["entity", "round"])
def test_hostile_text_in_every_field_is_text(kind: str, listener: tuple[int, list[Any]]) -> None:
    port, calls = listener
    texts = hostile(port)
    data = poisoned(entity_data() if kind == "entity" else round_data(12), around(texts))
    began = time.monotonic()
    made = paper(kind, data, code=CODE, url=URL)
    document = made.render()
    assert time.monotonic() - began < 90
    found = pypdf.PdfReader(io.BytesIO(document))
    text = _read(document)
    assert "<script>alert(1)</script>" in text
    assert "{{settings.SECRET_KEY}}" in text and "file:///etc/passwd" in text
    assert "=HYPERLINK(" in text
    assert set(found.attachments) == {"result.json", "result.xlsx"}
    assert not any(page.get("/Annots") for page in found.pages)
    assert calls == []
    _no_formula(made.attachments[WORKBOOK])


def _read(document: bytes) -> str:
    """By poppler: pypdf loses the whole font where a sign in it has no glyph."""
    command = ["pdftotext", "-raw", "-", "-"]
    done = subprocess.run(command, input=document, capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


def _no_formula(workbook: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f" and cell.hyperlink is None, (sheet.title, cell.coordinate)
                if isinstance(cell.value, str):
                    assert not cell.value.lstrip().startswith(("=", "+", "@")), (sheet.title, cell.coordinate)


def test_endless_text_is_cut_on_paper_and_whole_in_the_data() -> None:
    data = entity_data(remarks=["论" * 9000])
    data["entity"]["lead"] = "W" * 5000
    report = entity_report(data)
    assert len(report.remarks[0]) == LONG and report.remarks[0].endswith("…")
    assert all(len(part.text) <= SHORT for part in report.facts)
    assert b"W" * 5000 in paper("entity", data).attachments[FIGURES]


def test_long_names_wrap_instead_of_leaving_the_page() -> None:
    data = entity_data()
    data["entity"]["name"] = "青岛市" + "智能传感与高端装备数字孪生" * 6 + "创新联合体"
    data["entity"]["lead"] = "W" * 140
    found = pypdf.PdfReader(io.BytesIO(paper("entity", data, code=CODE, url=URL).render()))
    text = "".join(found.pages[0].extract_text().split())
    assert data["entity"]["name"] in text and "W" * 140 in text


# --- a machine that fails ----------------------------------------------------------------------


@pytest.fixture
def waiting(frozen: Any, monkeypatch: Any) -> tuple[Report, Job]:
    """A report whose paper is still to be made."""
    with monkeypatch.context() as patched:
        patched.setattr(report_papers, "order", lambda report: None)
        cast = make.make_cast(1)
        row = make.open_round(make.round_of(cast), cast)
        make.close_reports(row, cast, frozen)
        make.figures(row, cast)
        make.scored(row, cast)
        make.confirmed(row, cast)
    report = Report.objects.get(entity=cast.entity)
    return report, report_papers.order(report)


def tried(job: Job) -> Job:
    """As the workers would: until it is done or given up."""
    for _turn in range(jobs.MAX_ATTEMPTS + 1):
        jobs.run(job.pk)
    job.refresh_from_db()
    return job


def nothing_is_left(report: Report, media: Path) -> None:
    report.refresh_from_db()
    assert report.stored is None
    assert not StoredFile.objects.filter(kind=report_papers.KIND).exists()
    assert Rating.objects.get(entity=report.entity).report is None
    assert [file for file in media.rglob("*") if file.is_file()] == []


def then_it_works(report: Report, job: Job) -> None:
    """After the cause is gone, one retry makes one paper."""
    jobs.retry(job, actor=Actor.system())
    tried(job)
    assert job.state == Job.State.DONE
    report.refresh_from_db()
    assert report.stored is not None and files.read_checked(report.stored).startswith(b"%PDF")
    assert Rating.objects.get(entity=report.entity).report == report.stored
    assert StoredFile.objects.filter(kind=report_papers.KIND).count() == 1


def test_without_a_font_the_job_fails_with_the_reason_and_a_retry_makes_it(
    waiting: tuple[Report, Job], monkeypatch: Any, tmp_path: Path, settings: Any
) -> None:
    report, job = waiting
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "fonts.conf").write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        f"<fontconfig><dir>{tmp_path}/none</dir><cachedir>{tmp_path}/cache</cachedir></fontconfig>"
    )
    pdf._child.close()
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "fonts.conf"))
    assert tried(job).state == Job.State.FAILED
    assert "no font with Chinese characters" in job.error and job.attempts == jobs.MAX_ATTEMPTS
    nothing_is_left(report, tmp_path / "media")
    monkeypatch.delenv("FONTCONFIG_FILE")
    then_it_works(report, job)


def test_a_full_disk_fails_the_job_with_the_reason_and_leaves_no_half_file(
    waiting: tuple[Report, Job], tmp_path: Path, settings: Any, monkeypatch: Any
) -> None:
    """The kernel refuses the bytes in the middle of the file: a limit on file size stands for the full disk."""
    report, job = waiting
    settings.MEDIA_ROOT = tmp_path / "media"
    # what is written is longer than one buffer, so that a part of it reaches the disk
    monkeypatch.setattr(Paper, "render", lambda self: b"%PDF-1.7\n" + os.urandom(1 << 20))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
    try:
        assert tried(job).state == Job.State.FAILED
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert "报告没有存下" in job.error and "存储空间" in job.error
    nothing_is_left(report, tmp_path / "media")
    then_it_works(report, job)


def test_a_place_that_cannot_be_written_fails_the_job_with_the_reason(
    waiting: tuple[Report, Job], tmp_path: Path, settings: Any, monkeypatch: Any
) -> None:
    report, job = waiting
    monkeypatch.setattr(Paper, "render", lambda self: b"%PDF-1.7\nx")
    (tmp_path / "media").write_bytes(
        b""
    )  # a file where the folder should be: nobody can write below it, not even root
    settings.MEDIA_ROOT = tmp_path / "media"
    assert tried(job).state == Job.State.FAILED
    assert "报告没有存下" in job.error
    settings.MEDIA_ROOT = tmp_path / "repaired"
    then_it_works(report, job)


@pytest.mark.parametrize("moment", ["rendered", "written", "recorded"])
def test_a_worker_killed_at_any_moment_leaves_one_paper(
    waiting: tuple[Report, Job], tmp_path: Path, settings: Any, monkeypatch: Any, moment: str
) -> None:
    """The process ends between two steps: whatever it did not commit is gone, and the next one starts over."""
    report, job = waiting
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr(Paper, "render", lambda self: b"%PDF-1.7\n" + self.attachments["result.json"])

    class Killed(BaseException):
        """What no handler catches."""

    def die(*args: Any, **kwargs: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        if moment == "rendered":
            patched.setattr(report_papers.files, "store_generated", die)
        elif moment == "written":
            patched.setattr(files, "_row", die)
        else:
            patched.setattr(report_papers, "_tell_register", die)
        with pytest.raises(Killed):
            jobs.run(job.pk)
    report.refresh_from_db()
    assert report.stored is None and not StoredFile.objects.filter(kind=report_papers.KIND).exists()
    Job.objects.filter(pk=job.pk).update(lease_until=report.issued_at)
    jobs.run(job.pk)
    job.refresh_from_db()
    report.refresh_from_db()
    assert job.state == Job.State.DONE and report.stored is not None
    assert files.read_checked(report.stored).startswith(b"%PDF")
    left = [file for file in (tmp_path / "media").rglob("*") if file.is_file()]
    assert len(left) == 1, "the bytes of the first attempt are those of the second"


def test_the_command_line_checks_a_report_in_a_process_of_its_own(tmp_path: Path) -> None:
    """Exit codes are what a script sees."""
    (tmp_path / "x.pdf").write_bytes(b"%PDF-1.7\nnot ours")
    done = subprocess.run(
        [sys.executable, "manage.py", "verify_report", str(tmp_path / "none.pdf")],
        capture_output=True,
        text=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
        check=False,
    )
    assert done.returncode == 1 and "cannot read" in done.stderr
