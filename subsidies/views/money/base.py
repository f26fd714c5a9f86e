"""What the pages of the money share: lists, and a form on a page of its own; money moves with a fresh second factor."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import stepup
from accounts.stepup import StepUpMixin
from core.errors import NotAllowed, NotNow
from core.idempotency import new_key
from core.workflow import StatefulModel, Workflow
from filings.views.accompany.base import AccompanyView
from filings.views.accompany.base import Sheet as PlainSheet


class MoneyView(StepUpMixin, AccompanyView):
    """A page to read, or a button on it; 404 for whoever does not see what it is about."""

    def page(self, template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
        shown = {"form_key": new_key(), **context}
        return render(self.request, f"subsidies/money/{template}.html", shown, status=status)


class Sheet(PlainSheet):
    """A form about money, and where it leads back to."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and not stepup.is_fresh(request):
            self.prepare(**kwargs)
            return stepup.ask(request)
        return super().dispatch(request, *args, **kwargs)

    @abstractmethod
    def back(self) -> str:
        """Where the page was opened from; where it leads when it worked."""

    def after(self, result: Any) -> HttpResponse:
        return HttpResponseRedirect(self.back())

    def sheet(self, heading: Any, lead: Any, button: Any, **more: Any) -> dict[str, Any]:
        """What the page of every form shows besides."""
        trail = (*more.pop("trail", ()), (heading, ""))
        return {
            "heading": heading,
            "lead": lead,
            "button": button,
            "back": self.back(),
            "crumbs": crumbs(*trail),
        } | more


def crumbs(*trail: tuple[Any, str]) -> list[dict[str, Any]]:
    return [{"label": label, "url": url} for label, url in trail]


def url(name: str, *args: Any) -> str:
    return reverse(f"subsidies:{name}", args=args)


def must_be_possible(workflow: Workflow, row: StatefulModel, name: str, actor: Any) -> Any:
    """The step, or the refusal that its button would meet: said before the form is shown."""
    step = workflow[name]
    if row.state not in step.sources:
        words = _("当前状态为“%(state)s”，不能办理这一步。该事项可能已由他人办理。")
        shown: Any = row
        raise NotNow.one("wrong_state", words % {"state": shown.get_state_display()})
    if not step.allowed(actor, row):
        rule: Any = step.allowed
        raise NotAllowed.one("not_allowed", rule.refusal(actor, row))
    return step
