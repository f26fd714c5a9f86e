"""The letter of an act on paper before it is sent. Reads only: looking at it neither numbers nor keeps anything."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from core.errors import NotVisible
from filings.views.staff.acts import must_be_possible, sheet_of
from filings.views.staff.base import CasePage
from filings.views.staff.letters import drafted, on_paper


class LetterPdf(CasePage):
    """GET: with what the case holds. POST: with the words typed so far; the form's key stays unused."""

    def get(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        return self._paper(pk, name, None)

    def post(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        return self._paper(pk, name, request.POST)

    def _paper(self, pk: int, name: str, typed: Any) -> HttpResponse:
        filing = self.case(pk)
        sheet = sheet_of(name, filing)
        actor = self.request.actor  # type: ignore[attr-defined]
        must_be_possible(actor, filing, name)
        found = sheet.beside(filing, actor)
        form = sheet.form(typed, filing=filing, **found.pop("form_options", {}))
        if typed is not None:
            form.is_valid()
        finish = found.pop("finish", None)
        letter = drafted(filing, name, actor, form, found | (finish(form) if finish else {}))
        if letter is None:
            raise NotVisible.one("no_letter", _("这项办理不产生文书。"))
        return on_paper(letter)
