"""Evidence packs: ordered by one click, built by a job, whole or not at all, bound to the audit chain.

The digest of all files goes into an audit entry that is sealed before the manifest is written, so that whoever changes
a file and its line in the manifest would have to change the sealed log too.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.permissions import covers
from core import audit, clock, files, jobs
from core.actor import Actor
from core.canonical import canonical_json, sha256
from core.jobs import Running
from core.models import Job, StoredFile, reference
from evaluation import permissions as may
from evaluation.models import RoundEntity
from evaluation.services.packing import case, chain
from evaluation.services.packing.facts import as_json

JOB = "evaluation.pack"
KIND = "evaluation.pack"
PIECE = 1 << 20
_covers = covers("round.authority.jurisdiction")


@transaction.atomic
def order(*, actor: Actor, subject: RoundEntity) -> Job:
    """Queue a pack of the case as it is now; while one is being made, that one."""
    may.audit_desk.require(actor)
    _covers.require(actor, subject)
    RoundEntity.objects.select_for_update(of=("self",), no_key=True).get(pk=subject.pk)
    last = latest(subject)
    if last is not None and not last.is_finished:
        return last
    number = Job.objects.filter(kind=JOB, scope=f"case:{subject.pk}").count() + 1
    payload = {"subject": subject.pk, "round": subject.round_id, "by": actor.user_id}
    payload |= {"organisation": actor.organisation_id}
    job = jobs.enqueue(JOB, scope=f"case:{subject.pk}", period=f"{number}", payload=payload, actor=actor)
    audit.record("evaluation.pack_ordered", actor=actor, obj=subject, detail={"pack": number})
    return job


def latest(subject: RoundEntity) -> Job | None:
    """The newest pack of a case, whatever its state."""
    return Job.objects.filter(kind=JOB, scope=f"case:{subject.pk}").order_by("-pk").first()


def may_read(actor: Actor, stored: StoredFile) -> bool:
    """Auditors of the place, nobody else."""
    if stored.owner_type != "evaluation.roundentity" or not may.audit_desk(actor):
        return False
    found = RoundEntity.objects.select_related("round__authority__jurisdiction")
    row = found.filter(pk=stored.owner_id).first()
    return row is not None and _covers(actor, row)


def run_job(running: Running) -> Mapping[str, Any]:
    """Job `evaluation.pack`. It may die anywhere: the file is there whole under the pack's number, or it starts over.

    Not one transaction: the chain is locked while an entry is sealed, and nobody may wait for a whole pack.
    """
    subject = RoundEntity.objects.select_related(
        "round__authority__jurisdiction", "round__scheme", "round__run", "entity__lead", "filing", "rating"
    ).get(pk=running.payload["subject"])
    words = {"code": subject.entity.code, "round": subject.round.code, "n": running.job.period}
    name = files.clean_name(_("审计包 %(code)s %(round)s-%(n)s.zip") % words)
    owner_type, owner_id = reference(subject)
    held = StoredFile.objects.filter(kind=KIND, owner_type=owner_type, owner_id=owner_id, name=name)
    stored = held.first() or _made(subject, name, running)
    return {"file": str(stored.pk), "sha256": stored.sha256, **_sealed_in(stored)}


def _made(subject: RoundEntity, name: str, running: Running) -> StoredFile:
    actor = _actor(running.payload)
    with tempfile.NamedTemporaryFile(prefix=".new-", dir=files.scratch(), delete=False) as target:
        try:
            write(target, subject, actor, running)
            return files.store_written(
                Path(target.name), name=name, actor=actor, kind=KIND, mime="application/zip", owner=subject
            )
        except BaseException:
            Path(target.name).unlink(missing_ok=True)
            raise


def _sealed_in(stored: StoredFile) -> dict[str, Any]:
    """How many files, and the place in the chain, as the manifest says."""
    with files.open_checked(stored) as file, zipfile.ZipFile(file) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    seal = manifest["sealed"]["seal"]
    count = len(manifest["content"]["files"])
    return {"files": count, "position": seal["position"], "digest": seal["digest"]}


def _actor(payload: Mapping[str, Any]) -> Actor:
    return Actor(
        user=User.objects.filter(pk=payload.get("by") or 0).first(),
        organisation=Organisation.objects.filter(pk=payload.get("organisation") or 0).first(),
        roles=frozenset({Role.AUDITOR.value}),
    )


def write(target: IO[bytes], subject: RoundEntity, actor: Actor, running: Running) -> None:
    """The zip: every file, the log of the case, the manifest last."""
    audit.seal_pending()
    now = clock.now()
    lines: list[dict[str, Any]] = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        for path, data in case.items(subject):
            lines.append(_add(archive, path, data, now))
            if len(lines) % 10 == 0:
                told = _("已装入 %(n)s 个文件") % {"n": len(lines)}
                running.progress(min(90, 5 + len(lines)), told)
        entries = as_json(chain.entries_of(case.objects_of(subject)))
        script = (Path(__file__).parent / "packing" / "verify_pack.py").read_bytes()
        for path, made in (
            ("audit/entries.json", entries),
            ("README.txt", _readme(subject).encode()),
            ("verify.py", script),
        ):
            lines.append(_add(archive, path, made, now))
        content = {
            "round": subject.round.code,
            "entity": subject.entity.code,
            "made_at": clock.local(now).isoformat(),
            "made_for": str(actor.organisation or ""),
            "files": sorted(lines, key=lambda line: line["path"]),
        }
        sealed = _seal(subject, actor, content)
        archive.writestr(_entry("manifest.json", now), as_json({"content": content, "sealed": sealed}))
    target.flush()


def _seal(subject: RoundEntity, actor: Actor, content: Mapping[str, Any]) -> dict[str, Any]:
    """The audit entry that holds the digest of the content, sealed."""
    detail = {"content_sha256": sha256(canonical_json(content).encode("utf-8", "surrogatepass"))}
    entry = audit.record("evaluation.packed", actor=actor, obj=subject, detail=detail)
    audit.seal_pending()
    entry.refresh_from_db()
    return chain.sealed(entry)


def _add(archive: zipfile.ZipFile, path: str, data: bytes | StoredFile, moment: Any) -> dict[str, Any]:
    """One file, from bytes or piece by piece from where it is stored."""
    found, size = hashlib.sha256(), 0
    with archive.open(_entry(path, moment), "w") as into:
        for piece in _pieces(data):
            found.update(piece)
            size += len(piece)
            into.write(piece)
    if isinstance(data, StoredFile) and found.hexdigest() != data.sha256:
        raise ValueError(f"{path} changed while it was read")
    return {"path": path, "sha256": found.hexdigest(), "size": size}


def _pieces(data: bytes | StoredFile) -> Any:
    if isinstance(data, bytes):
        yield data
        return
    with files.open_checked(data) as source:
        while piece := source.read(PIECE):
            yield piece


def _entry(name: str, moment: Any) -> zipfile.ZipInfo:
    found = zipfile.ZipInfo(name, date_time=clock.local(moment).timetuple()[:6])
    found.compress_type = zipfile.ZIP_DEFLATED
    return found


def _readme(subject: RoundEntity) -> str:
    return _(
        "审计包\n\n"
        "评价轮次：%(round)s（%(code)s）\n主体：%(entity)s（%(number)s）\n\n"
        "内容\n"
        "case/            轮次、主体、数据修正、否决和加减分事项及其证明材料；更正过的，含各次更正\n"
        "self-assessment/ 自评的各个版本、附件、办理经过、专家评分、文书（没有自评的无此目录）\n"
        "calculation/     每次评分的算法、输入和结果\n"
        "reports/         评价报告，含被更正的各版\n"
        "consequences/    登记的等次，以及事先告知、陈述申辩和决定\n"
        "rules/           评价依据及条款摘要\n"
        "audit/           与本案有关的审计记录及其封存\n"
        "manifest.json    每个文件的 SHA-256，以及封存本清单的审计记录\n\n"
        "核对\n"
        "在装有 Python 3 的计算机上，无需联网：\n"
        "    python3 verify.py            核对解压后的目录\n"
        "    python3 verify.py 审计包.zip  直接核对压缩包\n"
        "全部一致时退出码为 0；有改动、缺少或者多出的文件时，指出第一个文件，退出码为 1。\n"
        "核对一致后，请把显示的审计链序号和摘要与平台审计日志比对：二者相同，说明整包与封存时一致。\n\n"
        "专家只以编号出现。审计记录中的人员和单位以编号记载，姓名可在平台审计日志中查询。\n"
    ) % {
        "round": subject.round.name,
        "code": subject.round.code,
        "entity": subject.entity.name,
        "number": subject.entity.code,
    }
