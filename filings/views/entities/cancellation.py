"""取消备案资格: the case as the bureau handles it, and as the unit reads it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import View

from core.errors import NotVisible
from filings.models import Cancellation
from filings.permissions import cancellation_reader


class CancellationPage(View):
    access: Any = "login"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = Cancellation.objects.select_related("entity__lead", "entity__authority").filter(pk=pk).first()
        if row is None or not cancellation_reader(request.actor, row):  # type: ignore[attr-defined]
            raise NotVisible.one("not_found", _("没有找到这件事项，或您无权查看。"))
        return render(request, "filings/entities/cancellation.html", {"cancellation": row})
