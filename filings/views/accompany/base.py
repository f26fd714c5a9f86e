"""What the pages of the accompaniment share: lists in tabs with filters, and a form on a page of its own."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View

from accounts.views.base import ServicePage
from core.actor import Actor
from core.idempotency import new_key, once_per_form
from filings.views.staff.acts import name_typed

PER_PAGE = 20


class AccompanyView(View):
    """Object pages are open to the logged-in and answer 404 for what is not theirs."""

    access: Any = "login"

    @property
    def actor(self) -> Actor:
        return self.request.actor  # type: ignore[attr-defined]

    def page(self, template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
        shown = {"form_key": new_key(), **context}
        return render(self.request, f"filings/accompany/{template}.html", shown, status=status)

    def listed(self, rows: QuerySet[Any]) -> dict[str, Any]:
        """One page of the rows with what the pagination shows."""
        pages = Paginator(rows, PER_PAGE)
        page = pages.get_page(self.request.GET.get("page"))
        return {"page": page, "page_range": list(pages.get_elided_page_range(page.number))}

    def tabs(self, labels: Mapping[str, Any], counts: Mapping[str, int], tab: str) -> list[dict[str, Any]]:
        """The tabs, each at the address with the present filters."""
        return [
            {
                "label": label,
                "url": _with(self.request.GET, tab=key),
                "count": counts[key],
                "current": key == tab,
            }
            for key, label in labels.items()
        ]

    def tab_of(self, labels: Mapping[str, Any]) -> str:
        """The tab asked for, else the first."""
        asked = self.request.GET.get("tab", "")
        return asked if asked in labels else next(iter(labels))


def _with(query: QueryDict, **changes: str) -> str:
    copy = query.copy()
    copy.pop("page", None)
    for name, value in changes.items():
        copy[name] = value
    return f"?{copy.urlencode()}"


@method_decorator(once_per_form, name="dispatch")
class Sheet(ServicePage):
    """A form on a page of its own; refused, it stands there as it was typed.

    `prepare` finds the object and asks who may and when; `perform` calls the service; `around` says what the page
    shows besides.
    """

    access: Any = "login"
    refills = True
    template_name = "filings/accompany/form.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.prepare(**kwargs)
        return super().dispatch(request, *args, **kwargs)

    @abstractmethod
    def prepare(self, **kwargs: Any) -> None:
        """Find what the page is about; refuse who may not, before anything that was typed is read."""

    @abstractmethod
    def around(self) -> dict[str, Any]:
        """Heading, crumbs, button and what stands beside."""

    def spoken(self, text: Any) -> Any:
        """A hint or sentence in the words of the programme the page is about, where it is about one."""
        return text

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        for field in form.fields.values():
            field.help_text = self.spoken(field.help_text)
        name_typed(self.request, form)
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(form_key=new_key(), **self.around(), **kwargs)


class OneClick(Sheet):
    """A button on another page, which is `get_success_url`: what is refused is told there."""

    http_method_names = ["post"]
    form_class: Any = forms.Form

    def around(self) -> dict[str, Any]:
        """It has no page of its own."""
        return {}

    def form_invalid(self, form: forms.Form, status: int = 422) -> HttpResponse:
        for error in (e for es in form.errors.values() for e in es):
            messages.error(self.request, str(error))
        return HttpResponseRedirect(self.get_success_url())
