"""Reading JSON bodies: UTF-8 only, bounded depth, nothing the database cannot keep.

DRF's own parser decodes with whatever codec the caller names (``zlib`` included) and meets deep nesting with
a RecursionError; both would be a 500 or worse.
"""

from __future__ import annotations

import json
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework import exceptions, renderers
from rest_framework.parsers import BaseParser

DEPTH = 32
_CHARSETS = ("", "utf-8", "utf8", "us-ascii")


class StrictJSONParser(BaseParser):
    """``application/json``; raises ParseError (400) or UnsupportedMediaType (415), never anything else."""

    media_type = "application/json"
    renderer_class = renderers.JSONRenderer

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: dict[str, Any] | None = None
    ) -> Any:
        request = (parser_context or {}).get("request")
        charset = str(
            (getattr(request, "content_params", None) and request.content_params.get("charset")) or ""
        )
        if charset.strip("\"' ").lower() not in _CHARSETS:
            raise exceptions.UnsupportedMediaType(
                media_type or self.media_type, detail=_("只接受 UTF-8 编码的 JSON。")
            )
        try:
            data = json.loads(stream.read().decode("utf-8-sig"), parse_constant=_refuse_constant)
        except RecursionError:
            raise exceptions.ParseError(_("JSON 嵌套过深。")) from None
        except ValueError:
            raise exceptions.ParseError(_("请求正文不是有效的 JSON。")) from None
        _inspect(data)
        return data


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def _inspect(data: Any) -> None:
    """No text PostgreSQL refuses (NUL, lone surrogates) and no nesting beyond `DEPTH`; without recursion."""
    waiting: list[tuple[Any, int]] = [(data, 1)]
    while waiting:
        value, depth = waiting.pop()
        if depth > DEPTH:
            raise exceptions.ParseError(_("JSON 嵌套过深。"))
        if isinstance(value, str):
            _inspect_text(value)
        elif isinstance(value, list):
            waiting += [(item, depth + 1) for item in value]
        elif isinstance(value, dict):
            waiting += [(item, depth + 1) for pair in value.items() for item in pair]


def _inspect_text(text: str) -> None:
    if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise exceptions.ParseError(_("文本中含有不能保存的字符。"))
