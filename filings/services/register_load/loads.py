"""The verbs of a load: uploaded by an officer, looked at, confirmed by a second person, written whole or not at all."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit, clock, files, jobs
from core.actor import Actor
from core.errors import NotNow, PortalError, Stale
from core.jobs import Running
from core.xlsx import BadWorkbook, CellError, mark
from filings import permissions_load as may
from filings.models import LoadStage, RegisterLoad
from filings.models.load import CHECK_JOB, WRITE_JOB
from filings.services.register_load import entries, writing
from filings.services.register_load.plan import Plan, look

FILE, MARKED = "filings.load", "filings.load_marked"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Errors that the page shows; the marked workbook has them all.
SHOWN = 200
#: The class of our advisory locks: one load of a bureau is written at a time.
LOCK = 0x4C4F4144
TELL_SECONDS = 0.5


@transaction.atomic
def upload(*, actor: Actor, file: UploadedFile | bytes, name: str = "", note: str = "") -> RegisterLoad:
    """An officer hands a workbook in; a job looks at it. Nothing is written on the register.

    Raises NotAllowed, and Invalid with a sentence for a file that is no harmless workbook.
    """
    may.loader.require(actor)
    stored = files.store(file, name=name, actor=actor, kind=FILE, allowed={"xlsx"}, field="file")
    made = RegisterLoad.objects.create(
        authority=actor.organisation,
        file=stored,
        note=note.strip()[:200],
        uploaded_by=actor.user,
        uploaded_at=clock.now(),
    )
    audit.record(
        "register_load.upload", actor=actor, obj=made, detail={"name": stored.name}, after=stored.sha256
    )
    _enqueue(CHECK_JOB, made, actor)
    return made


@transaction.atomic
def confirm(*, actor: Actor, load: RegisterLoad, round_: int | None = None) -> RegisterLoad:
    """A division head who did not upload it says that it may be written; a job writes it.

    `round_` is the look that was read; another one since is Stale. Raises NotAllowed, NotNow, Stale.
    """
    row = _locked(load)
    may.load_confirmer.require(actor, row)
    if round_ is not None and round_ != row.round:
        raise Stale.one("stale", _("您打开页面之后，名录已重新核对，请查看最新结果后再确认。"))
    if row.stage != LoadStage.READY:
        raise NotNow.one("stage", _("只有核对无误、等待确认的名录可以确认导入。"))
    row.confirmed_by, row.confirmed_at = actor.user, clock.now()
    row.save(update_fields=["confirmed_by", "confirmed_at"])
    detail = {"summary": row.summary, "round": row.round}
    audit.record("register_load.confirm", actor=actor, obj=row, detail=detail, after=row.file.sha256)
    _enqueue(WRITE_JOB, row, actor)
    return row


@transaction.atomic
def recheck(*, actor: Actor, load: RegisterLoad) -> RegisterLoad:
    """Look again, for instance after a missing unit was registered. Raises NotAllowed, NotNow."""
    row = _locked(load)
    may.load_keeper.require(actor, row)
    if row.stage not in (LoadStage.FAULTY, LoadStage.READY):
        raise NotNow.one("stage", _("现在不能重新核对。"))
    _again(row)
    audit.record("register_load.recheck", actor=actor, obj=row, detail={"round": row.round})
    _enqueue(CHECK_JOB, row, actor)
    return row


@transaction.atomic
def withdraw(*, actor: Actor, load: RegisterLoad) -> RegisterLoad:
    """Not to be loaded after all. Raises NotAllowed, NotNow once it is being written."""
    row = _locked(load)
    may.load_keeper.require(actor, row)
    if row.stage not in (LoadStage.FAULTY, LoadStage.READY, LoadStage.CHECKING):
        raise NotNow.one("stage", _("名录已确认导入，不能撤回。"))
    row.withdrawn_at = clock.now()
    row.save(update_fields=["withdrawn_at"])
    audit.record("register_load.withdraw", actor=actor, obj=row)
    return row


def _again(row: RegisterLoad) -> None:
    """Back to before a look: the next one is another round."""
    row.round += 1
    row.checked_at = row.confirmed_at = row.confirmed_by = row.marked = None
    row.error_count, row.errors, row.summary = 0, [], {}
    row.save()


def _locked(load: RegisterLoad) -> RegisterLoad:
    return (
        RegisterLoad.objects.select_for_update(of=("self",))
        .select_related("file", "authority")
        .get(pk=load.pk)
    )


def _enqueue(kind: str, row: RegisterLoad, actor: Actor) -> None:
    period, payload = str(row.round), {"load": row.pk}
    jobs.enqueue(kind, scope=f"load:{row.pk}", period=period, payload=payload, actor=actor)


# --- jobs ---


def run_check(running: Running) -> dict[str, Any]:
    """Look at the workbook: errors by cell with a marked copy, or what it would do."""
    row = _of(running)
    if row.stage != LoadStage.CHECKING:
        return {"stage": row.stage.value}
    data = files.read_checked(row.file)
    try:
        plan = look(data, authority=row.authority, tell=_teller(running.progress))
    except BadWorkbook as refused:
        plan = Plan()
        plan.found.add("", 0, 0, str(refused))
        data = b""
    marked = _marked(row, data, plan, running)
    with transaction.atomic():
        locked = _locked(row)
        if locked.stage == LoadStage.CHECKING:
            _looked_at(locked, plan, marked)
    return {"errors": plan.found.total, "summary": plan.summary}


def _looked_at(row: RegisterLoad, plan: Plan, marked: Any) -> None:
    row.checked_at, row.error_count, row.marked = clock.now(), plan.found.total, marked
    row.errors = [_told(error) for error in plan.found.kept[:SHOWN]]
    row.summary = plan.summary
    row.save(update_fields=["checked_at", "error_count", "marked", "errors", "summary"])
    detail = {"errors": row.error_count, "summary": row.summary, "round": row.round}
    audit.record("register_load.checked", actor=Actor.system(), obj=row, detail=detail, after=row.file.sha256)


def _told(error: CellError) -> list[Any]:
    return [error.sheet, error.row, error.column, str(error.message)]


def _marked(row: RegisterLoad, data: bytes, plan: Plan, running: Running) -> Any:
    """The workbook with its errors in red, kept as a file; None without errors or where it could not be read."""
    if not plan.found.total or not data:
        return None
    running.progress(90, _("正在标注错误"))
    try:
        made = mark(data, plan.found.kept, total=plan.found.total)
    except PortalError:
        # The list in the page still says everything that is wrong.
        return None
    stem = row.file.name.rpartition(".")[0]
    name = _("%(name)s（错误标注）.xlsx") % {"name": stem}
    return files.store_generated(
        made, name=name, actor=_actor_of(row, row.uploaded_by), kind=MARKED, mime=XLSX, owner=row
    )


def run_write(running: Running) -> dict[str, Any]:
    """Write the confirmed load in one transaction, after looking at it once more. Runs twice as once."""
    row = _of(running)
    if row.stage != LoadStage.WRITING:
        return {"stage": row.stage.value}
    data = files.read_checked(row.file)
    with transaction.atomic():
        _alone(row.authority_id)
        locked = _locked(row)
        if locked.stage != LoadStage.WRITING:
            return {"stage": locked.stage.value}
        plan = look(data, authority=locked.authority, tell=_part(_teller(running.beside), 0, 40))
        if plan.found.total or plan.summary != locked.summary:
            return _changed_meanwhile(locked)
        actor = _actor_of(locked, locked.confirmed_by)
        tell = _part(_teller(running.beside), 40, 98)
        written = writing.write(plan, load=locked, actor=actor, tell=tell)
        entries.open_duties(written.pop("entities"))
        locked.loaded_at = clock.now()
        locked.save(update_fields=["loaded_at"])
        detail = {"summary": locked.summary, "numbered": written["numbered"], "file": locked.file.name}
        audit.record(
            "register_load.written", actor=actor, obj=locked, detail=detail, after=locked.file.sha256
        )
    return {"summary": plan.summary, **written}


def _changed_meanwhile(row: RegisterLoad) -> dict[str, Any]:
    """The register is no longer what was confirmed: nothing is written, and it is looked at again."""
    actor = _actor_of(row, row.confirmed_by)
    _again(row)
    audit.record("register_load.outdated", actor=Actor.system(), obj=row, detail={"round": row.round})
    _enqueue(CHECK_JOB, row, actor)
    return {"outdated": True}


def _of(running: Running) -> RegisterLoad:
    rows = RegisterLoad.objects.select_related("file", "authority", "uploaded_by", "confirmed_by")
    return rows.get(pk=running.payload["load"])


def _actor_of(row: RegisterLoad, user: User | None) -> Actor:
    """The person on whose word a job acts."""
    return Actor(user=user, organisation=row.authority)


def _alone(authority_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, authority_id])


def _teller(show: Callable[[int, str], None]) -> Callable[[int, str], None]:
    """Shows twice a second at most: a batch is written quicker than anybody reads."""
    last = [0.0]

    def tell(share: int, text: str) -> None:
        now = time.monotonic()
        if now - last[0] >= TELL_SECONDS:
            last[0] = now
            show(share, text)

    return tell


def _part(tell: Callable[[int, str], None], start: int, end: int) -> Callable[[int, str], None]:
    return lambda share, text: tell(start + share * (end - start) // 100, text)
