"""r4: the check list, prefilled by the machine, decided by the officer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from core.errors import Invalid, Problem
from filings import permissions as may
from filings.enums import CheckValue, State
from filings.models import Filing
from filings.services.examination import record_check
from filings.views.staff import parts
from filings.views.staff.base import DeskView, desk_crumbs, is_htmx
from filings.views.staff.case import acts_of

CHOICES = tuple(CheckValue.choices)


class ExaminationView(DeskView):
    """GET shows the list; POST saves every line that was changed, each by its own service call."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._page(self.case(pk), {}, [])

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        filing = self.case(pk)
        may.may_examine.require(request.actor, filing)  # type: ignore[attr-defined]
        problems, saved = self._save(filing)
        if is_htmx(request):
            return self._line(filing, problems)
        if problems:
            return self._page(filing, _typed(request), problems, status=422)
        messages.success(request, _("已保存 %(n)s 项审查结果。") % {"n": saved})
        return HttpResponseRedirect(reverse("filings:desk_examination", args=[filing.pk]))

    def _save(self, filing: Filing) -> tuple[list[Problem], int]:
        problems: list[Problem] = []
        saved = 0
        only = self.request.POST.get("only")
        for line in filing.checks.all():
            result = str(self.request.POST.get(f"result-{line.item}", line.result))
            note = str(self.request.POST.get(f"note-{line.item}", line.note))
            if (only and only != line.item) or (result, note.strip()) == (line.result, line.note):
                continue
            actor = self.request.actor  # type: ignore[attr-defined]
            try:
                record_check(actor=actor, filing=filing, item=line.item, result=result, note=note)
                saved += 1
            except Invalid as error:
                condition = filing.spec.condition(line.item)
                label = condition.label if condition else line.item
                problems += [
                    Problem(p.code, f"{label}：{p.message}", f"note-{line.item}") for p in error.problems
                ]
        return problems, saved

    def _line(self, filing: Filing, problems: list[Problem]) -> HttpResponse:
        only = self.request.POST.get("only", "")
        rows = [row for row in filing.checks.select_related("checked_by") if row.item == only]
        lines = _with_typed(parts.check_lines(filing, rows), _typed(self.request) if problems else {})
        context = {
            "filing": filing,
            "line": lines[0] if lines else {},
            "may_check": True,
            "choices": CHOICES,
            "problems": problems,
        }
        return self.page("filings/staff/_check.html", context, status=422 if problems else 200)

    def _page(
        self, filing: Filing, typed: dict[str, str], problems: list[Problem], *, status: int = 200
    ) -> HttpResponse:
        actor = self.request.actor  # type: ignore[attr-defined]
        rows = list(filing.checks.select_related("checked_by"))
        done = sum(bool(row.verdict) for row in rows)
        context = {
            "filing": filing,
            "crumbs": desk_crumbs(filing, _("形式审查")),
            "lines": _with_typed(parts.check_lines(filing, rows), typed),
            "choices": CHOICES,
            "done": done,
            "total": len(rows),
            "failed": sum(row.verdict == CheckValue.FAIL for row in rows),
            "may_check": filing.state == State.IN_EXAMINATION and may.may_examine(actor, filing),
            "acts": acts_of(filing, actor),
            "clock": parts.clock_panel(filing),
            "problems": problems,
        }
        return self.page("filings/staff/examination.html", context, status=status)


def _typed(request: HttpRequest) -> dict[str, str]:
    return {k: str(v) for k, v in request.POST.items() if k.startswith(("result-", "note-"))}


def _with_typed(lines: list[dict[str, Any]], typed: dict[str, str]) -> list[dict[str, Any]]:
    """What was typed wins over what is stored when the page comes back."""
    for line in lines:
        line["result"] = typed.get(f"result-{line['item']}", line["result"])
        line["note"] = typed.get(f"note-{line['item']}", line["note"])
    return lines
