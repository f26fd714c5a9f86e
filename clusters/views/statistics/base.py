"""What the pages of the statistics share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _

from accounts.permissions import is_unit_member
from clusters import permissions_statistics as may
from clusters.models import ClusterReturn
from clusters.selectors import statistics as see
from core.actor import Actor
from core.errors import NotAllowed, NotNow
from core.idempotency import new_key, once_per_form
from core.workflow import Workflow
from filings.views.accompany.base import AccompanyView, Sheet

reader = (may.is_office | is_unit_member).saying(is_unit_member.sentence)


def crumbs(*trail: tuple[Any, str]) -> list[dict[str, Any]]:
    """Statistics › page."""
    first = (_("集群统计"), reverse("clusters:statistics"))
    return [{"label": label, "url": url} for label, url in (first, *trail)]


def return_crumbs(owner: ClusterReturn, *trail: tuple[Any, str]) -> list[dict[str, Any]]:
    """Statistics › return › page; the return is a link where a page follows."""
    url = reverse("clusters:return", args=[owner.pk]) if trail else ""
    return crumbs((f"{owner.entity.name} {owner.period.label}", url), *trail)


@method_decorator(once_per_form, name="dispatch")
class StatisticsView(AccompanyView):
    """Object pages are open to the logged-in and answer 404 for what is not theirs."""

    def page(self, template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
        shown = {"form_key": new_key(), **context}
        return render(self.request, f"clusters/statistics/{template}.html", shown, status=status)


class ReturnView(StatisticsView):
    """Below one return."""

    owner: ClusterReturn

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.owner = see.get_return(request.actor, kwargs["pk"])  # type: ignore[attr-defined]
        return super().dispatch(request, *args, **kwargs)


class ReturnSheet(Sheet):
    """A form about one return on a page of its own."""

    owner: ClusterReturn

    def prepare(self, **kwargs: Any) -> None:
        self.owner = see.get_return(self.actor, kwargs["pk"])

    @property
    def back(self) -> str:
        return reverse("clusters:return", args=[self.owner.pk])

    def get_success_url(self) -> str:
        return self.back


def must_be_possible(workflow: Workflow, name: str, actor: Actor, obj: Any) -> Any:
    """The transition; 409 where the state does not allow it, 403 where it is another's."""
    step = workflow[name]
    rule: Any = step.allowed
    if obj.state not in step.sources:
        words = _("当前状态为“%(state)s”，不能办理这一步。该事项可能已由他人办理。")
        raise NotNow.one("wrong_state", words % {"state": obj.get_state_display()})
    if not rule(actor, obj):
        raise NotAllowed.one("not_allowed", rule.refusal(actor, obj))
    return step
