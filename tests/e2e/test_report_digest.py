"""A visitor drops a report on the public page: the digest is made in the browser and the file is never sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core import files
from evaluation.models import Report
from evaluation.reporting.paper import Paper
from tests.makers import evaluation as make

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_a_file_is_compared_without_being_sent(
    site: str, page: Any, frozen: Any, monkeypatch: Any, tmp_path: Path
) -> None:
    monkeypatch.setattr(Paper, "render", lambda self: b"%PDF-1.7\n" + self.attachments["result.json"])
    cast = make.make_cast(1)
    row = make.open_round(make.round_of(cast), cast)
    make.close_reports(row, cast, frozen)
    make.figures(row, cast)
    make.scored(row, cast)
    make.confirmed(row, cast)
    report = Report.objects.get(entity=cast.entity)
    assert report.stored is not None
    data = files.read_checked(report.stored)
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes(data)
    bad.write_bytes(data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))

    page.goto(f"{site}/verify/{report.verification_code}/")
    for place, word, other in (
        (bad, "原件不一致", "文件与本平台出具的原件一致"),
        (good, "文件与本平台出具的原件一致", "原件不一致"),
    ):
        page.set_input_files("#paper", str(place))
        page.get_by_role("button", name="比对").click()
        page.get_by_text(word).wait_for()
        assert not page.get_by_text(other).is_visible()

    page.goto(f"{site}/verify/")
    page.set_input_files("#paper", str(good))
    page.get_by_role("button", name="比对").click()
    page.get_by_text(report.number).first.wait_for()
    assert page.get_by_text("文件与本平台出具的原件一致").first.is_visible()
    page.goto(f"{site}/verify/")
    page.set_input_files("#paper", str(bad))
    page.get_by_role("button", name="比对").click()
    page.get_by_text("没有查到这份文书").wait_for()
    assert set(sent) == {"GET"}
