"""All reports of a round in one zip with a manifest of SHA-256: written from stored file to file, never held as a whole."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from core import clock, files, jobs
from core.actor import Actor
from core.canonical import canonical_json, digest
from core.errors import NotNow
from core.jobs import Running
from core.models import Job, StoredFile
from evaluation import permissions as may
from evaluation.models import Report, Round
from evaluation.selectors.reports import current

JOB = "evaluation.archive"
KIND = "evaluation.archive"
PIECE = 1 << 20


def order(*, actor: Actor, round: Round) -> Job:
    """Have the archive of the reports in force made; the same reports give the same archive. NotNow while some render."""
    may.result_reader.require(actor, round)
    rows = list(current(round))
    if not rows or any(row.stored is None for row in rows):
        raise NotNow.one("not_rendered", _("报告还没有全部生成，请稍后再试。"))
    state = digest([row.stored.sha256 for row in rows if row.stored])
    payload = {"round": round.pk}
    return jobs.enqueue(JOB, scope=f"round:{round.pk}", period=state[:20], payload=payload, actor=actor)


def run_job(running: Running) -> Mapping[str, Any]:
    """Job `evaluation.archive`: one stored file and its hash as the result."""
    row = Round.objects.get(pk=running.payload["round"])
    reports = [one for one in current(row) if one.stored is not None]

    def told(done: int) -> None:
        running.progress(
            95 * done // len(reports), _("已打包 %(n)s / %(all)s 份") % {"n": done, "all": len(reports)}
        )

    place = files.scratch()
    with tempfile.NamedTemporaryFile(prefix=".new-", dir=place, delete=False) as target:
        try:
            write(target, row, reports, told)
            stored = _stored(Path(target.name), row)
        except BaseException:
            Path(target.name).unlink(missing_ok=True)
            raise
    return {"file": str(stored.pk), "sha256": stored.sha256, "reports": len(reports)}


def _stored(place: Path, row: Round) -> StoredFile:
    name = _("%(round)s 评价报告.zip") % {"round": row.name}
    return files.store_written(
        place, name=name, actor=Actor.system(), kind=KIND, mime="application/zip", owner=row
    )


def write(target: IO[bytes], row: Round, reports: Sequence[Report], told: Any) -> None:
    """The zip: reports as they are stored (a PDF is compressed already), `manifest.json` and `SHA256SUMS`."""
    lines: list[dict[str, Any]] = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for done, report in enumerate(reports, 1):
            lines.append(_add(archive, report))
            if done % 20 == 0:
                told(done)
        manifest = canonical_json({"round": row.code, "name": row.name, "files": lines}).encode()
        sums = "".join(f"{line['sha256']}  {line['file']}\n" for line in lines)
        last = max(report.issued_at for report in reports)
        archive.writestr(_entry("manifest.json", last), manifest)
        archive.writestr(_entry("SHA256SUMS", last), sums.encode())
    target.flush()


def _add(archive: zipfile.ZipFile, report: Report) -> dict[str, Any]:
    stored = report.stored
    if stored is None:
        raise ValueError(f"report {report.number} has no bytes")
    title = report.entity.name if report.entity else str(_("评价总报告"))
    name = files.clean_name(f"{report.number} {title}.pdf")
    found = hashlib.sha256()
    with files.open_checked(stored) as source, archive.open(_entry(name, report.issued_at), "w") as into:
        while piece := source.read(PIECE):
            found.update(piece)
            into.write(piece)
    if found.hexdigest() != stored.sha256:
        raise ValueError(f"report {report.number} changed while it was read")
    return {
        "file": name,
        "number": report.number,
        "entity": report.entity.code if report.entity else "",
        "sha256": stored.sha256,
        "size": stored.size,
        "issued_on": clock.local(report.issued_at).date().isoformat(),
    }


def _entry(name: str, moment: Any) -> zipfile.ZipInfo:
    """The same reports give the same bytes: times are those of the issue."""
    local = clock.local(moment)
    return zipfile.ZipInfo(name, date_time=local.timetuple()[:6])
