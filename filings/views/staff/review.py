"""r6, r7: the panel at work and what it concluded."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from core.errors import NotVisible
from filings import permissions as may
from filings.enums import State
from filings.services.review import release_expert, replace_expert
from filings.views.staff.base import DeskView, desk_crumbs
from filings.views.staff.boards import board_of
from filings.views.staff.case import acts_of
from filings.views.staff.parts import clock_panel


class BoardView(DeskView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        filing, actor = self.case(pk), request.actor  # type: ignore[attr-defined]
        may.may_read_reviews.require(actor, filing)
        board = board_of(filing, names=may.case_officer(actor, filing))
        if board is None:
            raise NotVisible.one("panel", _("本件还没有组织专家评审。"))
        context = {
            "filing": filing,
            "crumbs": desk_crumbs(filing, _("专家评审")),
            "board": board,
            "acts": acts_of(filing, actor),
            "clock": clock_panel(filing),
            "may_replace": filing.state == State.IN_REVIEW and may.may_examine(actor, filing),
            "waiting": [e for e in board["experts"] if e["waits"]],
        }
        return self.page("filings/staff/board.html", context)


class ReplaceExpertView(DeskView):
    """补抽: one more by the stored seed."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        filing = self.case(pk)
        may.may_examine.require(request.actor, filing)  # type: ignore[attr-defined]
        made = replace_expert(actor=request.actor, filing=filing)  # type: ignore[attr-defined]
        messages.success(request, _("已补抽专家：%(name)s。") % {"name": made.expert})
        return HttpResponseRedirect(reverse("filings:desk_board", args=[filing.pk]))


class ReleaseExpertView(DeskView):
    """更换: an expert who does not answer leaves the panel, with the reason."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        filing, chosen = self.case(pk), request.POST.get("assignment", "")
        gone = release_expert(
            actor=request.actor,  # type: ignore[attr-defined]
            filing=filing,
            assignment_id=int(chosen) if chosen.isdecimal() and len(chosen) < 18 else 0,
            reason=request.POST.get("comment", ""),
        )
        messages.success(request, _("%(name)s 已退出评审组，请按需补抽。") % {"name": gone.expert})
        return HttpResponseRedirect(reverse("filings:desk_board", args=[filing.pk]))
