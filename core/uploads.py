"""Uploads are counted while they arrive: what is over the cap is kept neither in memory nor on disk."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from core.files import limit


class TooLargeUpload(InMemoryUploadedFile):
    """Stands for a file over the cap: its true size and none of its bytes.

    Forms carry it like any other file, so everything else that was typed survives; ``core.files`` refuses it.
    """

    def __init__(self, name: str, field_name: str, content_type: str, size: int) -> None:
        super().__init__(io.BytesIO(), field_name, name, content_type, size, None)


class CappedUploadHandler(FileUploadHandler):
    """First in ``FILE_UPLOAD_HANDLERS``: passes a file on until the cap, then only counts."""

    chunk_size = 64 * 1024

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self._received += len(raw_data)
        return raw_data if self._received <= limit() else None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if self._received <= limit():
            return None
        # The handler behind us holds the part that came before the cap.
        for other in getattr(self.request, "upload_handlers", ()):
            if other is not self:
                other.upload_interrupted()
        return TooLargeUpload(
            self.file_name or "", self.field_name or "", self.content_type or "", self._received
        )
