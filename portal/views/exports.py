"""The public register as csv and xlsx, with the filters of its page."""

from __future__ import annotations

import datetime
import tempfile

from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import access
from core import clock, limits
from core.errors import NotNow, NotVisible
from core.http import client_ip
from portal import exports, forms
from portal.selectors import register
from portal.views.register import options, query_of

HOURLY = 30
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: A workbook up to this size stays in memory while it is made.
IN_MEMORY = 4 << 20


@access("public")
@require_safe
def register_export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Everything that the page lists for the same query string, as a file."""
    if kind not in ("csv", "xlsx"):
        raise NotVisible.one("kind", _("没有这种格式。"))
    form = forms.RegisterForm(request.GET, options=options(request))
    form.is_valid()
    on, query = form.value("on") or clock.today(), query_of(form)
    said = _("导出过于频繁，请一小时后再试，或者使用数据接口。")
    limits.count("register_export", client_ip(request), hourly=HOURLY, said=said)
    answer = _csv(query, on) if kind == "csv" else _xlsx(query, on)
    answer["Content-Disposition"] = f'attachment; filename="register-{on.isoformat()}.{kind}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _csv(query: register.Query, on: datetime.date) -> HttpResponseBase:
    return StreamingHttpResponse(exports.as_csv(query, on), content_type="text/csv; charset=utf-8")


def _xlsx(query: register.Query, on: datetime.date) -> HttpResponseBase:
    most = exports.MOST_IN_XLSX
    if exports.rows_of(query, on).order_by()[: most + 1].count() > most:
        words = _("超过 %(n)s 行的名录请下载 csv，或者缩小查询范围后再导出 xlsx。") % {"n": most}
        raise NotNow.one("too_many_rows", words)
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the answer closes it
    exports.as_xlsx(file, query, on)
    file.seek(0)
    return FileResponse(file, content_type=XLSX)
