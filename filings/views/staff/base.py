"""What every page of the desk shares: who may come in, which filing, how the page is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from accounts.permissions import has_role
from core import clock
from core.errors import NotVisible, PortalError, Problem
from core.idempotency import new_key, once_per_form
from core.presentation.values import iso
from filings import permissions as may
from filings.models import Filing
from filings.selectors.filings import get_visible
from filings.selectors.worklist import DESK_ROLES

desk_reader = has_role(*DESK_ROLES)


class CasePage(View):
    """Something of one case for staff. Open to the logged-in; 404 for what is not theirs."""

    access: Any = "login"

    def case(self, pk: int) -> Filing:
        """The filing, for staff who read it; the same NotVisible for everybody else."""
        filing = get_visible(self.request.actor, pk)  # type: ignore[attr-defined]
        if not may.staff_reader(self.request.actor, filing):  # type: ignore[attr-defined]
            raise NotVisible.one("not_found", gettext_lazy("没有找到这件申报，或您无权查看。"))
        return filing


@method_decorator(once_per_form, name="dispatch")
class DeskView(CasePage):
    """A page of the desk; what it posts has its effect once."""

    def page(self, template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
        """Render with what every form of the desk needs."""
        return page(self.request, template, context, status=status)


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    return render(request, template, {"form_key": new_key(), **context}, status=status)


def is_htmx(request: HttpRequest) -> bool:
    """A quickened request that wants a part, not the page."""
    return request.headers.get("HX-Request") == "true"


def desk_crumbs(filing: Filing | None = None, last: Any = "") -> list[dict[str, Any]]:
    """Worklist › case › page."""
    found = [{"label": _("申报办理"), "url": reverse("filings:worklist")}]
    if filing is not None:
        url = reverse("filings:desk_case", args=[filing.pk]) if last else ""
        found.append({"label": str(filing), "url": url})
    if last:
        found.append({"label": last, "url": ""})
    return found


def who(event: Any) -> str:
    """Person and organisation of a timeline entry."""
    names = [str(event.actor)] if event.actor_id else []
    names += [event.organisation.name] if event.organisation_id else []
    return " ".join(names)


def overtaken(filing: Filing, error: PortalError) -> PortalError:
    """The same refusal with what happened meanwhile: who did what and when."""
    last = (
        filing.events.exclude(target="")
        .select_related("actor", "organisation")
        .order_by("-at", "-id")
        .first()
    )
    if last is not None:
        text = _("最近一次办理：%(at)s %(who)s 已办理“%(what)s”。您这次的操作没有生效。") % {
            "at": iso(clock.local(last.at)),
            "who": who(last),
            "what": last.label,
        }
        error.problems.append(Problem("meanwhile", text))
    return error
