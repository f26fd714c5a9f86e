"""The evidence pack: whole, verifiable offline, bound to the chain; every change is named; others get nothing."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core import audit, files, jobs
from core.models import AuditEntry, AuditSeal, Job, StoredFile
from evaluation.models import Round, RoundEntity
from evaluation.services import inputs, packs
from evaluation.services.packing import filing as packed
from evaluation.services.packing.facts import Plain
from tests.makers import audit as papers
from tests.makers import evaluation as make
from tests.makers import filings
from tests.makers.accounts import as_person, make_bureau, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> make.Cast:
    return make.make_cast(2)


@pytest.fixture
def auditor(cast: make.Cast) -> Client:
    return as_person(make_user("auditor", cast.bureau))


@pytest.fixture
def subject(cast: make.Cast, frozen: Any) -> RoundEntity:
    """A scored case with a correction, a mark and two issues of its report."""
    row: Round = make.close_reports(make.open_round(make.round_of(cast), cast), cast, frozen)
    make.figures(row, cast)
    found = row.entities.get(entity=cast.entity)
    inputs.correct(actor=cast.officer, subject=found, code="S1", value="3", reason="核对台账")
    key = row.scheme.tree["bonuses"][0]["key"]
    mark = inputs.state_mark(actor=cast.officer, subject=found, kind="bonus", key=key, reason="获奖文件")
    inputs.confirm_mark(actor=cast.head, mark=mark)
    make.scored(row, cast)
    row.refresh_from_db()
    papers.replaced(papers.issued(row.run, cast.entity), "更正名称")
    papers.issued(row.run, cast.entities[1])
    return found


def built(client: Client, subject: RoundEntity) -> Job:
    answer = client.post(reverse("evaluation:audit_pack", args=[subject.pk]))
    assert answer.status_code == 302
    jobs.run_pending()
    job = Job.objects.filter(kind=packs.JOB).latest("pk")
    assert job.state == "done", job.error
    return job


def pack_of(client: Client, subject: RoundEntity, place: Path) -> Path:
    """The pack as the auditor downloads it."""
    job = built(client, subject)
    answer = client.get(reverse("core:file", args=[job.result["file"]]))
    target = place / "pack.zip"
    target.write_bytes(b"".join(answer))
    return target


def verified(script: Path, *arguments: Path) -> subprocess.CompletedProcess[str]:
    """The script as an auditor runs it: without the portal's environment."""
    command = [sys.executable, "-I", "-S", str(script), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False)


def unpacked(pack: Path, name: str = "unpacked") -> Path:
    target = pack.parent / name
    with zipfile.ZipFile(pack) as archive:
        archive.extractall(target)
    return target


def test_a_pack_holds_the_case_and_verifies_offline(
    auditor: Client, subject: RoundEntity, tmp_path: Path
) -> None:
    pack = pack_of(auditor, subject, tmp_path)
    folder = unpacked(pack)
    done = verified(folder / "verify.py")
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    job = Job.objects.filter(kind=packs.JOB).latest("pk")
    assert f"第 {job.result['position']} 条" in done.stdout
    assert job.result["digest"] in done.stdout
    assert verified(folder / "verify.py", pack).stdout == done.stdout
    case = json.loads((folder / "case/round.json").read_text("utf-8"))
    assert case["code"] == subject.round.code
    changes = json.loads((folder / "case/corrections.json").read_text("utf-8"))
    assert [one["reason"] for one in changes][-1] == "核对台账"
    marks = json.loads((folder / "case/marks.json").read_text("utf-8"))
    assert marks[0]["confirmed_by"] != marks[0]["stated_by"]
    reports = json.loads((folder / "reports/reports.json").read_text("utf-8"))
    assert [one["issue"] for one in reports] == [1, 2]
    assert all((folder / one["path"]).read_bytes().startswith(b"%PDF") for one in reports)
    run = subject.round.runs.get()
    assert json.loads((folder / "calculation/run-001/program.json").read_text("utf-8")) == run.program
    row = run.rows.get(entity=subject.entity)
    assert json.loads((folder / "calculation/run-001/outcome.json").read_text("utf-8")) == row.outcome
    actions = {
        one["entry"]["action"] for one in json.loads((folder / "audit/entries.json").read_text("utf-8"))
    }
    assert {"evaluation.corrected", "evaluation.mark_confirmed", "round.accept_run"} <= actions
    assert "python3 verify.py" in (folder / "README.txt").read_text("utf-8")


def test_nothing_of_other_entities_is_in_it(
    auditor: Client, cast: make.Cast, subject: RoundEntity, tmp_path: Path
) -> None:
    folder = unpacked(pack_of(auditor, subject, tmp_path))
    other = cast.entities[1]
    for place in folder.rglob("*"):
        if place.is_file():
            data = place.read_bytes()
            assert other.code.encode() not in data, place
            assert other.name.encode() not in data, place


def test_one_changed_byte_names_the_file(auditor: Client, subject: RoundEntity, tmp_path: Path) -> None:
    folder = unpacked(pack_of(auditor, subject, tmp_path))
    script = tmp_path / "verify.py"
    shutil.copy(folder / "verify.py", script)
    names = sorted(one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file())
    assert {"README.txt", "verify.py", "manifest.json", "audit/entries.json"} <= set(names)
    for name in names:
        place = folder / name
        kept = place.read_bytes()
        for at in {0, len(kept) // 2, len(kept) - 1}:
            place.write_bytes(kept[:at] + bytes([kept[at] ^ 1]) + kept[at + 1 :])
            done = verified(script, folder)
            assert (done.returncode, done.stderr.split(":")[0]) == (1, name), (name, at, done)
        place.write_bytes(kept)
    assert verified(script, folder).returncode == 0


def test_added_missing_and_rewritten_are_named(auditor: Client, subject: RoundEntity, tmp_path: Path) -> None:
    folder = unpacked(pack_of(auditor, subject, tmp_path))
    script = tmp_path / "verify.py"
    shutil.copy(folder / "verify.py", script)
    added = folder / "case" / "new.json"
    added.write_text("{}")
    assert verified(script, folder).stderr.startswith("case/new.json: 多出文件")
    added.unlink()
    for name in ("case/entity.json", "manifest.json", "audit/entries.json"):
        moved = (folder / name).rename(tmp_path / "aside")
        done = verified(script, folder)
        assert (done.returncode, done.stderr.split(":")[0]) == (1, name)
        moved.rename(folder / name)
    place = folder / "manifest.json"
    manifest = json.loads(place.read_bytes())
    manifest["content"]["files"] = manifest["content"]["files"][1:]
    place.write_text(json.dumps(manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n")
    assert verified(script, folder).stderr.startswith("manifest.json: 与封存的审计记录不符")
    assert verified(script, tmp_path / "nothing").returncode == 2


def test_a_changed_zip_is_named_too(auditor: Client, subject: RoundEntity, tmp_path: Path) -> None:
    pack = pack_of(auditor, subject, tmp_path)
    script = unpacked(pack) / "verify.py"
    with zipfile.ZipFile(pack) as archive:
        found = archive.getinfo("case/round.json")
    data = bytearray(pack.read_bytes())
    data[found.header_offset + 30 + len(found.filename) + 10] ^= 1
    pack.write_bytes(data)
    done = verified(script, pack)
    assert (done.returncode, done.stderr.split(":")[0]) == (1, "case/round.json")


def test_the_manifest_is_bound_to_the_chain(auditor: Client, subject: RoundEntity, tmp_path: Path) -> None:
    folder = unpacked(pack_of(auditor, subject, tmp_path))
    sealed = json.loads((folder / "manifest.json").read_bytes())["sealed"]
    seal = AuditSeal.objects.get(position=sealed["seal"]["position"])
    assert seal.digest == sealed["seal"]["digest"]
    assert seal.entry.action == "evaluation.packed"
    assert audit.verify() is None


def test_ordering_and_taking_away_stand_in_the_log(
    auditor: Client, subject: RoundEntity, tmp_path: Path
) -> None:
    pack_of(auditor, subject, tmp_path)
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))[-3:]
    assert actions == ["evaluation.pack_ordered", "evaluation.packed", "file.download"]
    page = auditor.get(reverse("evaluation:audit_downloads")).content.decode()
    assert StoredFile.objects.get(kind=packs.KIND).name in page


def test_a_double_click_makes_one_pack_and_a_later_one_another(auditor: Client, subject: RoundEntity) -> None:
    address = reverse("evaluation:audit_pack", args=[subject.pk])
    auditor.post(address)
    auditor.post(address)
    assert Job.objects.filter(kind=packs.JOB).count() == 1
    page = auditor.get(reverse("evaluation:audit_case", args=[subject.pk])).content.decode()
    assert f'action="{address}"' not in page
    jobs.run_pending()
    page = auditor.get(reverse("evaluation:audit_case", args=[subject.pk])).content.decode()
    job = Job.objects.get(kind=packs.JOB)
    assert "下载审计包" in page
    assert job.result["digest"] in page
    built(auditor, subject)
    assert StoredFile.objects.filter(kind=packs.KIND).count() == 2


def test_a_pack_is_whole_or_absent_when_the_worker_dies(
    auditor: Client, subject: RoundEntity, monkeypatch: pytest.MonkeyPatch
) -> None:
    auditor.post(reverse("evaluation:audit_pack", args=[subject.pk]))
    job = Job.objects.get(kind=packs.JOB)
    for name in ("_seal", "_readme"):
        with monkeypatch.context() as patched:
            patched.setattr(packs, name, _dies)
            jobs.run(job.pk)
        assert not StoredFile.objects.filter(kind=packs.KIND).exists()
        assert not list(files.scratch().glob(".new-*"))
    with monkeypatch.context() as patched:
        patched.setattr(packs, "_sealed_in", _dies)  # after the file was kept, before the job is done
        Job.objects.filter(pk=job.pk).update(attempts=0)
        jobs.run(job.pk)
    assert StoredFile.objects.filter(kind=packs.KIND).count() == 1
    jobs.run_pending()
    job.refresh_from_db()
    assert job.state == "done"
    assert StoredFile.objects.get(kind=packs.KIND).pk.hex == job.result["file"].replace("-", "")


def _dies(*_args: Any, **_given: Any) -> Any:
    raise RuntimeError("killed")


def test_others_get_neither_the_case_nor_its_pack(
    auditor: Client, cast: make.Cast, subject: RoundEntity
) -> None:
    job = built(auditor, subject)
    address = reverse("evaluation:audit_case", args=[subject.pk])
    pack = reverse("evaluation:audit_pack", args=[subject.pk])
    file = reverse("core:file", args=[job.result["file"]])
    before = Job.objects.count()
    other = as_person(make_user("auditor", make_bureau("370200")))
    assert (
        other.get(address).status_code == other.post(pack).status_code == other.get(file).status_code == 404
    )
    assert other.get(reverse("evaluation:audit_case", args=[10**6])).status_code == 404
    lead = as_person(make_user("unit_admin", cast.entity.lead))
    for person in (lead, as_person(cast.officer.user), as_person(make_user("finance", cast.bureau))):
        assert person.get(address).status_code == 403
        assert person.post(pack).status_code == 403
        assert person.get(file).status_code == 404
    assert Job.objects.count() == before


def test_a_reviewed_filing_is_packed_without_the_names_of_its_experts(frozen: Any) -> None:
    case = filings.make_case()
    filing = filings.drive(case, "reviewed", frozen)
    panel = filing.panel
    experts = [one.expert for one in panel.assignments.select_related("expert__user")]
    assert experts
    plain = Plain(packed.experts_of(filing))
    parts = dict(packed.items(filing, "self-assessment", plain))
    names = [expert.user.name for expert in experts] + [expert.user.username for expert in experts]
    for path, data in parts.items():
        content = data if isinstance(data, bytes) else files.read_checked(data)
        assert not [name for name in names if name.encode() in content], path
    scores = json.loads(as_bytes(parts["self-assessment/scores.json"]))
    assert [one["expert"] for one in scores["experts"]] == [f"专家{n}" for n in range(1, len(experts) + 1)]
    assert all(score["rationale"] for one in scores["experts"] for score in one["scores"])
    assert {one for one in parts if one.startswith("self-assessment/versions/")} == {
        f"self-assessment/versions/{one.number:03d}.json" for one in filing.versions.all()
    }
    assert any(path.startswith("self-assessment/files/") for path in parts)
    assert len(json.loads(as_bytes(parts["self-assessment/papers.json"]))) == filing.documents.count() > 0


def as_bytes(data: Any) -> bytes:
    assert isinstance(data, bytes)
    return data
