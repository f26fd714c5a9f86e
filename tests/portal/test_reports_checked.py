"""An evaluation report against what was issued: by command, page and API; every changed byte is refused."""

from __future__ import annotations

import hashlib
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from core import files, jobs
from evaluation.models import Report
from evaluation.reporting.paper import Paper
from evaluation.services import reports
from portal.selectors.verification import code_of_file
from tests.makers import evaluation as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def issued(frozen: Any, monkeypatch: Any) -> tuple[make.Cast, Report]:
    """A report of a confirmed round; its bytes are a stand-in, since only their digest matters."""
    monkeypatch.setattr(Paper, "render", lambda self: b"%PDF-1.7\n" + self.attachments["result.json"] * 20)
    cast = make.make_cast(2)
    row = make.open_round(make.round_of(cast), cast)
    make.close_reports(row, cast, frozen)
    make.figures(row, cast)
    make.scored(row, cast)
    make.confirmed(row, cast)
    return cast, Report.objects.get(entity=cast.entity)


def bytes_of(report: Report) -> bytes:
    assert report.stored is not None
    return files.read_checked(report.stored)


def page_of(report: Report) -> str:
    return reverse("portal:verify", args=[report.verification_code])


def test_the_page_knows_a_report_and_tells_nothing_of_the_result(client: Client, issued: Any) -> None:
    cast, report = issued
    page = client.get(page_of(report)).content.decode()
    assert report.number in page and "现行有效" in page and cast.entity.name in page
    assert report.data["outcome"]["total"] not in page and report.data["outcome"]["word"] not in page
    answer = client.get(f"/api/v1/public/verify/{report.verification_code}/").json()
    assert (answer["kind"], answer["status"], answer["replaced_by"]) == ("evaluation_entity", "issued", "")
    assert answer["sha256"] == report.stored.sha256
    assert "total" not in answer


def test_a_replaced_report_names_its_successor(
    client: Client, issued: Any, tmp_path: Path, capsys: Any
) -> None:
    cast, report = issued
    new = reports.supersede(actor=cast.officer, report=report, reason="名称更正")
    jobs.run_pending()
    page = client.get(page_of(report)).content.decode()
    assert "已被更正报告替代" in page and new.number in page
    answer = client.get(f"/api/v1/public/verify/{report.verification_code}/").json()
    assert (answer["status"], answer["replaced_by"]) == ("replaced", new.number)
    assert "现行有效" in client.get(page_of(new)).content.decode()
    (tmp_path / "old.pdf").write_bytes(bytes_of(report))
    call_command("verify_report", str(tmp_path / "old.pdf"))
    assert f"replaced by {new.number}" in capsys.readouterr().out


def test_the_command_knows_a_report(issued: Any, tmp_path: Path, capsys: Any) -> None:
    _cast, report = issued
    (tmp_path / "good.pdf").write_bytes(bytes_of(report))
    call_command("verify_report", str(tmp_path / "good.pdf"))
    assert f"绩效评价报告 {report.number}" in capsys.readouterr().out


def test_a_changed_byte_is_refused_at_a_thousand_places(issued: Any, tmp_path: Path) -> None:
    _cast, report = issued
    data = bytes_of(report)
    places = sorted({0, 1, len(data) - 1, *Random(11).sample(range(len(data)), 1000)})
    assert code_of_file(hashlib.sha256(data).hexdigest()) == report.verification_code
    for place in places:
        changed = data[:place] + bytes([data[place] ^ (1 << place % 8)]) + data[place + 1 :]
        assert code_of_file(hashlib.sha256(changed).hexdigest()) == "", place
    for bad in (data + b"\n", data[:-1], data + data, b""):
        (tmp_path / "bad.pdf").write_bytes(bad)
        with pytest.raises(CommandError, match="altered"):
            call_command("verify_report", str(tmp_path / "bad.pdf"))


def test_the_page_refuses_a_changed_byte_and_another_report(client: Client, issued: Any) -> None:
    cast, report = issued
    data, url = bytes_of(report), page_of(report)

    def said(content: bytes, where: str = url) -> str:
        answer = client.post(where, {"paper": SimpleUploadedFile("报告.pdf", content)}, follow=True)
        page = answer.content.decode()
        return page.replace("data-digest-other hidden", "").split("比对文件")[-1].split("<form")[0]

    assert "原件一致" in said(data)
    for place in Random(12).sample(range(len(data)), 25):
        assert "不一致" in said(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]), place
    other = Report.objects.get(entity=cast.entities[1])
    assert "不一致" in said(bytes_of(other))
    assert "原件一致" in said(data, reverse("portal:verify_form"))


def test_a_file_finds_its_report_by_the_digest_made_in_the_browser(client: Client, issued: Any) -> None:
    _cast, report = issued
    form = reverse("portal:verify_form")
    found = client.get(form, {"sha256": report.stored.sha256}, follow=True)
    assert report.number in found.content.decode() and "原件一致" in found.content.decode()
    page = client.get(page_of(report)).content.decode()
    assert f'data-digest="{report.stored.sha256}"' in page
    for bad in ("0" * 64, "x", "<script>", "é" * 200):
        unknown = client.get(form, {"sha256": bad})
        assert unknown.status_code == 404 and "逐字节相同" in unknown.content.decode()
        assert "<script>" not in unknown.content.decode().split("SHA-256")[-1].split("</p>")[0]
