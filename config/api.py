"""What every API answer shares: pages of lists and problem details (RFC 9457)."""

import logging
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DataError, IntegrityError
from django.http import Http404, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from rest_framework import exceptions, pagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from core import http
from core.errors import Invalid, NotAllowed, NotVisible, PortalError, TooLarge

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
DEEPEST_PAGE = 1_000_000


class TokenScheme(KnoxTokenScheme):
    """Tokens in the OpenAPI document."""

    target_class = "accounts.api.base.TokenAuthentication"
    name = "token"
    priority = 1


class Page(pagination.PageNumberPagination):
    """`{"count", "next", "previous", "results"}`, asked for by `page` and `page_size` (at most 100)."""

    page_size_query_param = "page_size"
    max_page_size = 100

    def get_page_size(self, request: Request) -> int:
        """The size asked for; 422 for what is no number from 1 to 100, never a silent other size."""
        text = request.query_params.get("page_size", "")
        if not text:
            return int(self.page_size or 25)
        if not _whole(text, self.max_page_size):
            raise Invalid.one("page_size", _("page_size 应为 1 至 100 的整数。"), "page_size")
        return int(text)

    def get_page_number(self, request: Request, paginator: Any) -> Any:
        text = request.query_params.get("page", "") or "1"
        if not _whole(text, DEEPEST_PAGE):
            raise Invalid.one("page", _("page 应为正整数。"), "page")
        return int(text)

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        """A page beyond the last is a 404."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except exceptions.NotFound:
            raise NotVisible.one("page", _("没有这一页。"), "page") from None


def _whole(text: str, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= most


def _titles() -> dict[int, str]:
    return {
        400: _("请求格式有误"),
        401: _("请先登录"),
        403: _("您无权办理"),
        404: _("没有找到"),
        405: _("不支持的请求方式"),
        406: _("不支持的响应格式"),
        409: _("当前不能办理"),
        415: _("不支持的内容类型"),
        422: _("填报内容有误"),
        429: _("请求过于频繁"),
    }


def _flatten(detail: Any, field: str = "") -> Iterator[dict[str, str]]:
    """Problems of a DRF error, one per message, with the dotted path of the field."""
    if isinstance(detail, dict):
        for key, value in detail.items():
            name = "" if key in ("non_field_errors", "detail") else str(key)
            yield from _flatten(value, ".".join(filter(None, (field, name))))
    elif isinstance(detail, list):
        for position, value in enumerate(detail):
            nested = isinstance(value, (dict, list))
            yield from _flatten(value, f"{field}.{position}" if nested and field else field)
    else:
        yield {"field": field, "code": str(getattr(detail, "code", "invalid")), "message": str(detail)}


def _answer(
    status: int, title: str, errors: list[dict[str, str]], headers: dict[str, str] | None = None
) -> Response:
    body = {"type": "about:blank", "title": title, "status": status, "errors": errors}
    return Response(body, status=status, headers=headers, content_type=MEDIA_TYPE)


def _understood(exc: Exception) -> Exception:
    """Errors of Django and the database as refusals; anything else as it is."""
    if isinstance(exc, Http404):
        return exceptions.NotFound()
    if isinstance(exc, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(exc, RequestDataTooBig):
        return TooLarge.one("too_large", _("请求正文过大。"))
    if isinstance(exc, (SuspiciousOperation, BadRequest, MultiPartParserError, UnreadablePostError)):
        return exceptions.ParseError(_("请求格式有误"))
    if isinstance(exc, DataError):
        # A value that slipped through every check; the transaction was rolled back.
        log.exception("the database refused a value")
        return Invalid.one("invalid", _("内容中有无法保存的值。"))
    if isinstance(exc, IntegrityError):
        log.exception("a constraint refused a change")
        return exceptions.APIException(_("与现有数据冲突，请取得最新内容后再试。"), "conflict")
    return exc


def _record(exc: Exception, context: dict[str, Any]) -> None:
    """Refusals leave an audit entry, like those of pages."""
    request = getattr(context.get("request"), "_request", None)
    if request is None:
        return
    if isinstance(exc, PortalError):
        http.record_refusal(request, exc)
    elif isinstance(exc, exceptions.PermissionDenied):
        http.record_refusal(request, NotAllowed.one("not_allowed", str(exc.detail)))


def problem_details(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF exception handler. Shape errors (400 in DRF) are 422; unparseable bodies stay 400."""
    exc = _understood(exc)
    if isinstance(exc, PortalError):
        set_rollback()
        _record(exc, context)
        return _answer(exc.status, str(exc.title), [problem.as_dict() for problem in exc.problems])
    response = exception_handler(exc, context)
    if response is None or not isinstance(exc, exceptions.APIException):
        return response
    _record(exc, context)
    status = 422 if isinstance(exc, exceptions.ValidationError) else response.status_code
    if exc.get_codes() == "conflict":
        status = 409
    kept = {k: response[k] for k in ("WWW-Authenticate", "Retry-After") if response.has_header(k)}
    title = _titles().get(status, _("请求未能完成"))
    return _answer(status, title, list(_flatten(exc.detail)), kept)
