"""A form, one service, a redirect: what the pages of this app have in common."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.generic import FormView

from accounts import stash
from core.actor import Actor
from core.errors import Invalid, NotNow, PortalError, Stale


def attach(form: forms.BaseForm, error: PortalError, renamed: dict[str, str] | None = None) -> None:
    """Put the reasons of a service beside the fields they belong to."""
    for problem in error.problems:
        name = (renamed or {}).get(problem.field, problem.field)
        form.add_error(name if name in form.fields else None, str(problem.message))


class ServicePage(FormView):
    """Shows a form and calls ``perform``. Refusals come back into the same, still filled form."""

    success_message: Any = ""
    crumb_label: Any = ""

    @property
    def actor(self) -> Actor:
        return self.request.actor  # type: ignore[attr-defined]

    @abstractmethod
    def perform(self, form: forms.Form) -> Any:
        """Call the service; its result is given to ``after``."""

    def after(self, result: Any) -> HttpResponse:
        """Where to go when it worked."""
        return HttpResponseRedirect(self.get_success_url())

    def get_form(self, form_class: Any = None) -> Any:
        """Bound to what was typed before a session was lost, if there is any."""
        form = super().get_form(form_class)
        kept = stash.pop_stash(self.request)
        if kept is not None:
            messages.info(self.request, stash.RESTORED)
            form.data, form.is_bound = kept, True
        return form

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            result = self.perform(form)
        except (Invalid, NotNow, Stale) as error:
            attach(form, error)
            return self.form_invalid(form, status=error.status)
        if self.success_message:
            messages.success(self.request, self.success_message)
        return self.after(result)

    def form_invalid(self, form: forms.Form, status: int = 422) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=status)


def crumbs(request: HttpRequest, *trail: tuple[Any, str]) -> list[dict[str, str]]:
    """For components/crumbs.html: (label, url) pairs, the last without an address."""
    return [{"label": str(label), "url": url} for label, url in trail]
