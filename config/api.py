"""What every API answer shares: pages of lists and problem details (RFC 9457)."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions, pagination
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from core.errors import PortalError

MEDIA_TYPE = "application/problem+json"


class Page(pagination.PageNumberPagination):
    """`{"count", "next", "previous", "results"}`, asked for by `page` and `page_size` (at most 100)."""

    page_size_query_param = "page_size"
    max_page_size = 100


def _titles() -> dict[int, str]:
    return {
        400: _("请求格式有误"),
        401: _("请先登录"),
        403: _("您无权办理"),
        404: _("没有找到"),
        405: _("不支持的请求方式"),
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


def problem_details(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF exception handler. Shape errors (400 in DRF) are 422; unparseable bodies stay 400."""
    if isinstance(exc, PortalError):
        set_rollback()
        return _answer(exc.status, str(exc.title), [problem.as_dict() for problem in exc.problems])
    if isinstance(exc, Http404):
        exc = exceptions.NotFound()
    elif isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied()
    response = exception_handler(exc, context)
    if response is None or not isinstance(exc, exceptions.APIException):
        return response
    status = 422 if isinstance(exc, exceptions.ValidationError) else response.status_code
    kept = {k: response[k] for k in ("WWW-Authenticate", "Retry-After") if response.has_header(k)}
    title = _titles().get(status, _("请求未能完成"))
    return _answer(status, title, list(_flatten(exc.detail)), kept)
