"""Reports of a round: issued once whatever is killed, numbered without gaps, corrected by superseding, packed."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from typing import Any

import pypdf
import pytest
from django.db import DatabaseError, transaction

from core import clock, files, jobs
from core.actor import Actor
from core.canonical import canonical_json
from core.errors import Invalid, NotAllowed, NotNow, NotVisible
from core.models import AuditEntry, Job, NumberSeries, StoredFile
from core.signing import seal_of
from evaluation.enums import ReportKind
from evaluation.models import Report, Round, RunRow
from evaluation.reporting import entity_report
from evaluation.reporting.paper import Paper
from evaluation.selectors import reports as reading
from evaluation.selectors.report_facts import Gathered
from evaluation.services import report_archive, report_papers, reports, rounds
from filings.models import Rating
from tests.core import keys
from tests.makers import evaluation as make
from tests.makers.accounts import act, make_bureau, make_user

pytestmark = pytest.mark.django_db
NUMBER = re.compile(r"淄科创评〔(\d{4})〕(\d+)号")


class Finished:
    """A confirmed round of three incubators with its reports."""

    def __init__(self, frozen: Any, count: int = 3, *, carried_out: bool = True) -> None:
        self.cast = make.make_cast(count)
        row = make.open_round(make.round_of(self.cast), self.cast)
        make.close_reports(row, self.cast, frozen)
        make.figures(row, self.cast)
        self.run = make.scored(row, self.cast)
        if carried_out:
            self.round: Round = make.confirmed(row, self.cast)
        else:
            rounds.act(actor=self.cast.officer, round=row, name="propose", comment="拟定")
            self.round = rounds.act(actor=self.cast.head, round=row, name="confirm")

    def report(self) -> Report:
        return Report.objects.filter(round=self.round, entity=self.cast.entity, superseded_by=None).get()


@pytest.fixture
def blank(monkeypatch: Any) -> None:
    """Papers without a layout: what is tested is not how they look, and a real one costs seconds."""

    def render(self: Paper) -> bytes:
        return b"%PDF-1.7\n" + self.attachments["result.json"]

    monkeypatch.setattr(Paper, "render", render)


@pytest.fixture
def done(frozen: Any, blank: None) -> Finished:
    return Finished(frozen)


@pytest.fixture
def printed(frozen: Any) -> Finished:
    return Finished(frozen, 2)


def text_of(stored: StoredFile | None) -> str:
    assert stored is not None
    found = pypdf.PdfReader(io.BytesIO(files.read_checked(stored)))
    return "".join("".join(page.extract_text() for page in found.pages).split())


# --- issue -------------------------------------------------------------------------------------


def test_a_confirmed_round_brings_a_report_for_each_entity_and_one_for_itself(done: Finished) -> None:
    rows = list(Report.objects.filter(round=done.round).order_by("pk"))
    assert [row.kind for row in rows] == [ReportKind.ENTITY] * 3 + [ReportKind.ROUND]
    numbers = [NUMBER.fullmatch(row.number) for row in rows]
    assert [int(found[2]) for found in numbers if found] == [1, 2, 3, 4]
    assert all(row.stored and len(row.verification_code) == 40 for row in rows)
    assert {job.state for job in Job.objects.filter(kind__startswith="evaluation.")} == {Job.State.DONE}
    for row in rows[:3]:
        assert row.entity is not None
        rating = Rating.objects.get(entity=row.entity)
        assert rating.report == row.stored
    assert AuditEntry.objects.filter(action="evaluation.report_issued").count() == 4


def test_the_paper_carries_exactly_what_was_frozen(printed: Finished) -> None:
    done = printed
    report = done.report()
    assert report.stored is not None and report.entity is not None
    assert report.number in text_of(report.stored) and report.entity.name in text_of(report.stored)
    found = pypdf.PdfReader(io.BytesIO(files.read_checked(report.stored)))
    assert found.attachments["result.json"] == [canonical_json(report.data).encode()]
    # what was said of the whole round is in its own report, not in the data that each unit receives
    assert "opinion" not in report.data["round"]
    held = RunRow.objects.get(run=done.run, entity=done.cast.entity)
    assert report.data["outcome"] == held.outcome and report.data["inputs"] == held.inputs
    shown = entity_report(report.data)
    assert str(shown.total) == str(held.total) and shown.rank == held.rank
    assert sum(dimension.weight for dimension in shown.dimensions) == 100


def test_issuing_again_or_twice_at_once_leaves_one_of_each(done: Finished, frozen: Any) -> None:
    before = set(Report.objects.values_list("number", "stored__sha256"))
    reports.order(actor=done.cast.head, round=done.round)
    jobs.run_pending()
    gathered = Gathered(done.round, done.run)
    assert list(reports.issue_entities(gathered, None)) == [3]
    reports.issue_round(gathered, None)
    report_papers.render(done.report().pk)
    assert set(Report.objects.values_list("number", "stored__sha256")) == before


def test_a_job_that_dies_between_blocks_goes_on_where_it_was(
    frozen: Any, monkeypatch: Any, blank: None
) -> None:
    monkeypatch.setattr(reports, "BLOCK", 2)
    finished = Finished(frozen, 5, carried_out=False)
    gathered = Gathered(finished.round, finished.run)
    steps = reports.issue_entities(gathered, None)
    assert next(steps) == 2
    steps.close()
    jobs.run_pending()
    numbers = Report.objects.filter(round=finished.round).order_by("pk").values_list("number", flat=True)
    assert [int(NUMBER.fullmatch(number)[2]) for number in numbers] == [1, 2, 3, 4, 5, 6]  # type: ignore[index]
    assert Report.objects.filter(stored=None).count() == 0


def test_a_number_is_not_lost_with_a_failed_block(done: Finished, monkeypatch: Any) -> None:
    before = list(NumberSeries.objects.values_list("series", "last"))
    monkeypatch.setattr(report_papers, "order", lambda report: 1 / 0)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        reports.issue(
            Gathered(done.round, done.run),
            [(done.cast.entity.pk, {"office": "x"})],
            None,
            issue=9,
            reason="x",
        )
    assert list(NumberSeries.objects.values_list("series", "last")) == before
    assert not Report.objects.filter(issue=9).exists()


def test_reports_wait_for_the_second_person(frozen: Any) -> None:
    cast = make.make_cast(1)
    row = make.open_round(make.round_of(cast), cast)
    job = reports.order(actor=cast.head, round=row)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED and "审定后" in job.error


def test_an_issued_report_cannot_be_altered(done: Finished) -> None:
    report = done.report()
    for change in ({"data": {}}, {"number": "x"}, {"verification_code": "x"}, {"stored": None}):
        with pytest.raises(DatabaseError, match="issued"), transaction.atomic():
            Report.objects.filter(pk=report.pk).update(**change)
    with pytest.raises(DatabaseError, match="issued"), transaction.atomic():
        Report.objects.filter(pk=report.pk).delete()


# --- correction --------------------------------------------------------------------------------


def test_a_correction_replaces_and_keeps_the_old_one(printed: Finished) -> None:
    done = printed
    old = done.report()
    new = reports.supersede(actor=done.cast.officer, report=old, reason="牵头单位名称有误")
    jobs.run_pending()
    old.refresh_from_db()
    new.refresh_from_db()
    assert old.superseded_by == new and new.issue == 2 and old.stored and new.stored
    assert "更正并替代" + old.number in text_of(new.stored) and "牵头单位名称有误" in text_of(new.stored)
    assert Rating.objects.get(entity=done.cast.entity).report == new.stored
    assert done.round.events.filter(name="report_superseded", exceptional=True).count() == 1
    with pytest.raises(NotNow, match="已经被更正"):
        reports.supersede(actor=done.cast.officer, report=old, reason="再来一次")
    with pytest.raises(Invalid, match="原因"):
        reports.supersede(actor=done.cast.officer, report=new, reason="  ")


def test_the_report_of_a_round_can_be_corrected_too(done: Finished) -> None:
    old = Report.objects.get(round=done.round, entity=None)
    corrected = reports.supersede(actor=done.cast.officer, report=done.report(), reason="更正")
    new = reports.supersede(actor=done.cast.officer, report=old, reason="收录更正后的报告编号")
    jobs.run_pending()
    new.refresh_from_db()
    assert corrected.number in {row["number"] for row in new.data["rows"]}


def test_another_result_needs_a_rating_that_two_people_corrected(done: Finished) -> None:
    from evaluation.models import Run

    old = done.report()
    row = RunRow.objects.get(run=done.run, entity=done.cast.entity)
    run = Run.objects.create(
        round=done.round,
        number=9,
        program=done.run.program,
        engine=done.run.engine,
        started_at=clock.now(),
        entities=1,
    )
    outcome = {**row.outcome, "total": "12.00", "grade": "fail", "word": "不合格"}
    RunRow.objects.create(
        run=run, entity=row.entity, inputs=row.inputs, outcome=outcome, total="12.00", grade="fail", rank=1
    )
    run.finished_at, run.inputs_sha256, run.outcome_sha256 = clock.now(), "a" * 64, "b" * 64
    run.save()
    with pytest.raises(NotNow, match="另一人复核"):
        reports.supersede(actor=done.cast.officer, report=old, reason="数据更正", run=run)
    rating = Rating.objects.get(entity=done.cast.entity)
    new = Rating.objects.create(
        entity=rating.entity, round=rating.round + "（更正）", rated_on=clock.today(), grade="fail", word="不合格", score="12.00",
        recorded_by=done.cast.officer.user, recorded_at=clock.now(), confirmed_by=done.cast.head.user,
        confirmed_at=clock.now(), corrects=rating,
    )  # fmt: skip
    Rating.objects.filter(pk=rating.pk).update(superseded_by=new)
    made = reports.supersede(actor=done.cast.officer, report=old, reason="数据更正", run=run)
    jobs.run_pending()
    made.refresh_from_db()
    new.refresh_from_db()
    assert made.data["outcome"]["word"] == "不合格" and new.report == made.stored


def test_only_those_who_hold_the_round_correct_it(done: Finished) -> None:
    stranger = make_bureau("370200")
    with pytest.raises(NotAllowed):
        reports.supersede(
            actor=act(make_user("case_officer", organisation=stranger), stranger),
            report=done.report(),
            reason="x",
        )
    with pytest.raises(NotAllowed):
        reports.supersede(actor=Actor.public(), report=done.report(), reason="x")


# --- who reads ---------------------------------------------------------------------------------


def test_units_read_their_own_report_and_nobody_elses(done: Finished) -> None:
    first, second = done.cast.entities[:2]
    member = act(make_user("unit_admin", organisation=first.lead), first.lead)
    own, other = (Report.objects.get(round=done.round, entity=entity) for entity in (first, second))
    assert reading.report_for(member, own.pk) == own
    assert own.stored is not None and other.stored is not None
    assert files.may_read(member, own.stored)
    assert not files.may_read(member, other.stored)
    with pytest.raises(NotVisible):
        reading.report_for(member, other.pk)
    with pytest.raises(NotVisible):
        reading.report_for(Actor.public(), own.pk)
    assert reading.report_for(done.cast.officer, other.pk) == other


# --- archive -----------------------------------------------------------------------------------


def test_the_archive_holds_every_report_and_a_manifest_that_verifies(done: Finished) -> None:
    job = report_archive.order(actor=done.cast.officer, round=done.round)
    jobs.run_pending()
    job.refresh_from_db()
    assert job.state == Job.State.DONE and job.result["reports"] == 4
    stored = StoredFile.objects.get(pk=job.result["file"])
    assert files.may_read(done.cast.officer, stored) and not files.may_read(Actor.public(), stored)
    with files.open_checked(stored) as handle, zipfile.ZipFile(handle) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert len(manifest["files"]) == 4
        for line in manifest["files"]:
            assert hashlib.sha256(archive.read(line["file"])).hexdigest() == line["sha256"]
            assert f"{line['sha256']}  {line['file']}" in archive.read("SHA256SUMS").decode()
    assert report_archive.order(actor=done.cast.officer, round=done.round).pk == job.pk


def test_the_archive_follows_a_correction(done: Finished) -> None:
    first = report_archive.order(actor=done.cast.officer, round=done.round)
    new = reports.supersede(actor=done.cast.officer, report=done.report(), reason="更正")
    with pytest.raises(NotNow, match="还没有全部生成"):
        report_archive.order(actor=done.cast.officer, round=done.round)
    jobs.run_pending()
    second = report_archive.order(actor=done.cast.officer, round=done.round)
    assert second.pk != first.pk
    jobs.run_pending()
    second.refresh_from_db()
    stored = StoredFile.objects.get(pk=second.result["file"])
    with files.open_checked(stored) as handle, zipfile.ZipFile(handle) as archive:
        names = archive.namelist()
    assert any(new.number in name for name in names) and len(names) == 6


# --- signature ---------------------------------------------------------------------------------


def test_a_key_signs_every_report(frozen: Any, settings: Any, tmp_path: Any) -> None:
    place, certificate = keys.make(tmp_path, password="口令")
    settings.SIGNING_KEY_FILE, settings.SIGNING_KEY_PASSWORD = str(place), "口令"
    finished = Finished(frozen, 1)
    report = finished.report()
    assert report.signed and report.stored is not None
    seal = seal_of(files.read_checked(report.stored), roots=(certificate,))
    assert seal is not None and seal.holds and seal.trusted
