"""Files handed in and files the portal makes: checked, stored once under their hash, served by right.

``store`` takes what came from outside through the inspection child; ``store_generated`` keeps what the portal
made itself.  Both write temp → fsync → rename before the row, so a row never points to half a file; a file
without a row (rolled back) is swept after an hour.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actor import Actor
from core.child import Child, ChildFailed
from core.errors import Invalid, NotVisible, Unavailable
from core.models import StoredFile, reference

ALLOWED = frozenset({"pdf", "jpg", "png", "docx", "xlsx"})
MAX_BYTES = 20 << 20
MAX_NAME = 120
ORPHAN_SECONDS = 3600
_SYNONYMS = {"jpeg": "jpg", "jpe": "jpg"}

REASONS: dict[str, str | Promise] = {
    "empty": gettext_lazy("文件是空的，请重新选择。"),
    "mismatch": gettext_lazy("文件内容与扩展名不符，请用原软件另存为正确格式后上传，不要直接修改扩展名。"),
    "damaged": gettext_lazy("文件已损坏或不完整，无法读取，请重新导出后上传。"),
    "encrypted": gettext_lazy("文件已加密或设有密码，请去除密码后上传。"),
    "polyglot": gettext_lazy("文件中夹带了其他类型的内容，不能上传。"),
    "active": gettext_lazy("文件中含有脚本、动态表单或自动执行的动作，不能上传；可打印为普通 PDF 后上传。"),
    "embedded": gettext_lazy("文件中嵌有其他文件，请去除后上传，附件请分别上传。"),
    "pages": gettext_lazy("文件页数过多。"),
    "pixels": gettext_lazy("图片尺寸过大（超过 4000 万像素），请缩小后上传。"),
    "macro": gettext_lazy("文件中含有宏，请另存为不含宏的文件后上传。"),
    "ole": gettext_lazy("文件中含有嵌入对象或控件，请去除后上传。"),
    "external": gettext_lazy("文件引用了外部数据或外部链接的内容，请断开链接后上传。"),
    "nested": gettext_lazy("文件中夹带了压缩包、程序或其他文件，不能上传。"),
    "entries": gettext_lazy("文件内部的部件过多，不能上传。"),
    "ratio": gettext_lazy("文件的压缩比异常，不能上传。"),
    "total": gettext_lazy("文件解压后过大，不能上传。"),
    "duplicate": gettext_lazy("文件内部有重名的部件，不能上传。"),
    "names": gettext_lazy("文件内部的部件名称异常，不能上传。"),
    "entities": gettext_lazy("文件内部含有不允许的文档声明，不能上传。"),
    "limits": gettext_lazy("检查这份文件需要的时间或内存过多，请简化后上传。"),
}

_inspector = Child("core.inspection.server", megabytes=512, seconds=10)


@dataclass(frozen=True)
class Checked:
    """An accepted file before it is stored: the bytes to keep and what was found out about them."""

    data: bytes
    name: str
    mime: str
    facts: dict[str, Any]


def store(
    data: bytes | UploadedFile | IO[bytes],
    *,
    name: str = "",
    actor: Actor,
    kind: str,
    allowed: Iterable[str] = ALLOWED,
    owner: Any = None,
    max_bytes: int | None = None,
    field: str = "",
) -> StoredFile:
    """Inspect and keep a file from outside; raises :class:`Invalid` with a sentence on ``field``.

    ``kind`` decides who may read it (:func:`register_reader`); ``allowed`` are extensions; ``owner`` is the
    model instance it belongs to.
    """
    checked = check(data, name=name, allowed=allowed, max_bytes=max_bytes, field=field)
    return _keep(checked.data, name=checked.name, mime=checked.mime, actor=actor, kind=kind, owner=owner)


def store_generated(
    data: bytes, *, name: str, actor: Actor, kind: str, mime: str = "application/pdf", owner: Any = None
) -> StoredFile:
    """Keep a file the portal made itself (letters, certificates, exports): no inspection."""
    return _keep(data, name=clean_name(name), mime=mime, actor=actor, kind=kind, owner=owner)


def scratch() -> Path:
    """A folder on the same disk as the files, for what is written there before :func:`store_written` takes it.

    What a killed process leaves in it is swept like any file without a row.
    """
    place = root() / "00" / "00"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def store_written(
    place: Path, *, name: str, actor: Actor, kind: str, mime: str, owner: Any = None
) -> StoredFile:
    """Keep a large file the portal wrote itself in :func:`scratch`: it is moved, never read into memory whole."""
    with place.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
        size = file.seek(0, os.SEEK_END)
    target = path_of(digest)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    place.replace(target)
    os.utime(target)
    _sync(target.parent)
    return _row(digest, size, name=clean_name(name), mime=mime, actor=actor, kind=kind, owner=owner)


def check(
    data: bytes | UploadedFile | IO[bytes],
    *,
    name: str = "",
    allowed: Iterable[str] = ALLOWED,
    max_bytes: int | None = None,
    field: str = "",
) -> Checked:
    """Everything ``store`` checks, without storing; raises :class:`Invalid`."""
    shown = clean_name(name or str(getattr(data, "name", "") or ""))
    extension = _extension(shown, allowed, field)
    content = _read(data, max_bytes or limit(), field)
    try:
        answer, kept = _inspector.call({"extension": extension}, [content])
    except ChildFailed as failure:
        raise _refused("limits", field) from failure
    if "refused" in answer:
        raise _refused(answer["refused"], field)
    return Checked(kept[0] if kept else content, shown, answer["mime"], answer["facts"])


def limit() -> int:
    """The most bytes one file may have (setting ``FILE_MAX_BYTES``)."""
    return int(getattr(settings, "FILE_MAX_BYTES", MAX_BYTES))


def too_large(most: int, field: str = "") -> Invalid:
    """The refusal of a file over ``most`` bytes."""
    sentence = _("文件超过 %(most)s MB 的上限，请压缩或拆分后上传。") % {"most": most >> 20}
    return Invalid.one("too_large", sentence, field)


def _refused(code: str, field: str) -> Invalid:
    return Invalid.one(f"file_{code}", REASONS[code], field)


def _extension(name: str, allowed: Iterable[str], field: str) -> str:
    found = name.rpartition(".")[2].lower() if "." in name else ""
    found = _SYNONYMS.get(found, found)
    permitted = sorted(allowed)
    if found not in permitted or found not in ALLOWED:
        sentence = _("不接受这种类型的文件，可上传：%(kinds)s。") % {"kinds": "、".join(permitted)}
        raise Invalid.one("file_extension", sentence, field)
    return found


def _read(data: bytes | UploadedFile | IO[bytes], most: int, field: str) -> bytes:
    if isinstance(data, bytes):
        content = data
    else:
        # The size of an upload over the cap is known although its bytes were not kept (core.uploads).
        if (getattr(data, "size", None) or 0) > most:
            raise too_large(most, field)
        data.seek(0)
        content = data.read(most + 1)
    if len(content) > most:
        raise too_large(most, field)
    return content


def clean_name(name: str) -> str:
    """A name to show: no path, no control or direction characters, at most 120 characters, extension kept."""
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    # Cf holds the right-to-left overrides that make "exe.pdf" of "fdp.exe"; Cs are lone surrogates.
    base = "".join(c for c in base if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
    base = re.sub(r'[<>:"|?*;%]', "_", base).rstrip(" .")
    stem, dot, extension = base.rpartition(".")
    if not dot or len(extension) > 10:
        return base.strip(" .")[:MAX_NAME] or _("未命名")
    return f"{stem.strip(' .')[: MAX_NAME - len(extension) - 1] or _('未命名')}.{extension}"


# --- storage ---


def root() -> Path:
    """Where the bytes lie: ``MEDIA_ROOT/files``."""
    return Path(settings.MEDIA_ROOT) / "files"


def path_of(sha256: str) -> Path:
    """The place of the bytes with this hash."""
    return root() / sha256[:2] / sha256[2:4] / sha256


def _keep(data: bytes, *, name: str, mime: str, actor: Actor, kind: str, owner: Any) -> StoredFile:
    digest = hashlib.sha256(data).hexdigest()
    _write(path_of(digest), data)
    return _row(digest, len(data), name=name, mime=mime, actor=actor, kind=kind, owner=owner)


def _row(digest: str, size: int, *, name: str, mime: str, actor: Actor, kind: str, owner: Any) -> StoredFile:
    owner_type, owner_id = reference(owner)
    return StoredFile.objects.create(
        sha256=digest,
        size=size,
        mime=mime,
        name=name,
        kind=kind,
        owner_type=owner_type,
        owner_id=owner_id,
        created_by_id=actor.user_id,
        organisation_id=actor.organisation_id,
    )


def _write(place: Path, data: bytes) -> None:
    """Whole or not at all: temp → fsync → rename, then the folder's own entry."""
    if place.exists() and place.stat().st_size == len(data):
        # Young again, so that the sweeper cannot take it before our row is committed.
        os.utime(place)
        return
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, temporary = tempfile.mkstemp(prefix=".new-", dir=place.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(place)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync(place.parent)


def _sync(place: Path) -> None:
    """The folder's own entry, on the disk."""
    folder = os.open(place, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def open_checked(stored: StoredFile) -> IO[bytes]:
    """The bytes, open for reading, if they still have the recorded hash; raises :class:`Unavailable`."""
    try:
        file = path_of(stored.sha256).open("rb")
    except OSError as error:
        raise _unreadable() from error
    if hashlib.file_digest(file, "sha256").hexdigest() != stored.sha256:
        file.close()
        raise _unreadable()
    file.seek(0)
    return file


def read_checked(stored: StoredFile) -> bytes:
    """The bytes of :func:`open_checked`."""
    with open_checked(stored) as file:
        return file.read()


def _unreadable() -> Unavailable:
    return Unavailable.one("file_damaged", _("文件与登记的校验值不一致，已停止提供，请联系管理员。"))


def sweep_orphans(now: float | None = None) -> int:
    """Delete bytes no row names, once they are an hour old; returns how many."""
    before = (time.time() if now is None else now) - ORPHAN_SECONDS
    removed = 0
    for folder in root().glob("*/*"):
        old = {place.name: place for place in folder.iterdir() if place.stat().st_mtime < before}
        named = StoredFile.objects.filter(sha256__in=list(old)).values_list("sha256", flat=True)
        for orphan in set(old) - set(named):
            old[orphan].unlink(missing_ok=True)
            removed += 1
    return removed


# --- who may read ---

Reader = Callable[[Actor, StoredFile], bool]

_readers: dict[str, Reader] = {}


def register_reader(kind: str, reader: Reader) -> None:
    """``reader(actor, stored)`` says who may read files of ``kind``; called in ``AppConfig.ready``."""
    if _readers.setdefault(kind, reader) is not reader:
        raise ValueError(f"files of kind {kind} have a reader already")


def may_read(actor: Actor, stored: StoredFile) -> bool:
    """A kind without a reader is read by nobody."""
    reader = _readers.get(stored.kind)
    return reader is not None and reader(actor, stored)


def readable(actor: Actor, file_id: Any) -> StoredFile:
    """The file if this actor may read it; otherwise the same :class:`NotVisible` as for a random id."""
    stored = StoredFile.objects.filter(pk=file_id).first()
    if stored is None or not may_read(actor, stored):
        raise NotVisible.one("no_file", _("没有找到该文件，或您无权查看。"))
    return stored
