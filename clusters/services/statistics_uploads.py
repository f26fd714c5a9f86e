"""Workbooks of returns that come in: kept as they are, shown with what is wrong, then written as a whole."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from clusters import permissions_statistics as may
from clusters.enums_statistics import EDITABLE, Origin
from clusters.models import ClusterReturn, ReturnUpload
from clusters.services import statistics_returns as returns
from clusters.services.statistics_workbook import KEPT, judge
from core import audit, clock, files, xlsx
from core.actor import Actor
from core.errors import Invalid, NotNow, NotVisible
from core.models import StoredFile

FILE_KIND = "clusters.return_workbook"


@transaction.atomic
def upload(*, actor: Actor, owner: ClusterReturn, upload: UploadedFile | None) -> ReturnUpload:
    """Read a workbook for a return. Nothing of it is written yet. Raises NotAllowed, NotNow, Invalid."""
    may.body_filler.require(actor, owner)
    if owner.state not in EDITABLE:
        words = _("当前状态为“%(state)s”，不能导入。")
        raise NotNow.one("wrong_state", words % {"state": owner.get_state_display()})
    if upload is None:
        raise Invalid.one("required", _("请选择要上传的表格。"), "file")
    stored = files.store(upload, actor=actor, kind=FILE_KIND, allowed={"xlsx"}, owner=owner, field="file")
    judged = judge(owner, files.read_checked(stored))
    made = ReturnUpload.objects.create(
        owner=owner,
        stored=stored,
        version=owner.version,
        rows=judged.rows if not judged.errors else [],
        errors=[
            {"sheet": e.sheet, "row": e.row, "column": e.column, "place": e.place, "message": str(e.message)}
            for e in judged.errors[:KEPT]
        ],
        error_count=len(judged.errors),
        created_at=clock.now(),
        created_by=actor.user,
    )
    detail = {"errors": len(judged.errors), "sha256": stored.sha256}
    audit.record("return.upload", actor=actor, obj=owner, detail=detail)
    return made


@transaction.atomic
def apply(*, actor: Actor, upload: ReturnUpload) -> ClusterReturn:
    """Write all of it or nothing: as typed on the page, with the version it was read for. Raises NotNow, Stale."""
    row = ReturnUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    if row.error_count:
        raise NotNow.one("has_errors", _("表格中还有错误，不能导入。请改正后重新上传。"))
    if row.applied_at is not None:
        raise NotNow.one("applied", _("这份表格已经导入。"))
    saved = returns.save(
        actor=actor,
        owner=upload.owner,
        values={line["indicator"]: line["value"] for line in row.rows},
        reasons={line["indicator"]: (line["reason_code"], line["reason_text"]) for line in row.rows},
        version=row.version,
        origin=Origin.WORKBOOK,
    )
    row.applied_at = clock.now()
    row.save(update_fields=["applied_at"])
    return saved


def marked(upload: ReturnUpload) -> bytes:
    """The same workbook with every error in its cell and on a list."""
    data = files.read_checked(upload.stored)
    errors = judge(upload.owner, data).errors
    return xlsx.mark(data, errors)


def may_read_workbook(actor: Actor, stored: StoredFile) -> bool:
    """The body that sent it and the offices that review the return."""
    rows = ReturnUpload.objects.filter(stored=stored).select_related("owner__entity__district")
    return any(may.viewer(actor, row.owner) for row in rows)


def get_upload(owner: ClusterReturn, pk: int) -> ReturnUpload:
    """An upload of this return; NotVisible otherwise."""
    found = ReturnUpload.objects.filter(owner=owner, pk=pk).select_related("stored").first()
    if found is None:
        raise NotVisible.one("upload", _("没有找到这份表格。"))
    found.owner = owner
    return found
