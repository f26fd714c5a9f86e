"""One page and one door for every act of staff: shown by its sheet, done by `services.actions.act`."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from accounts.stash import pop_stash
from core.actor import Actor
from core.errors import Invalid, NotAllowed, NotNow, NotVisible, Problem, Stale, from_form
from core.workflow import Transition
from filings.forms_staff import DeskForm
from filings.models import Filing
from filings.presentation.wording import words
from filings.services.actions import act
from filings.views.staff.base import DeskView, desk_crumbs, overtaken
from filings.views.staff.letters import drafted
from filings.views.staff.parts import clock_panel
from filings.views.staff.sheets import SHEETS, Sheet
from filings.workflow import workflow_of


def sheet_of(name: str, filing: Filing) -> Sheet:
    """The sheet of an act in the words of what is asked for; NotVisible for a name that is none of staff's."""
    if name not in SHEETS or name not in {t.name for t in workflow_of(filing)}:
        raise NotVisible.one("unknown_action", "")
    return SHEETS[name].of(filing)


def version_of(request: HttpRequest) -> int | None:
    """The version the page was made from."""
    raw = str(request.POST.get("version") or "")
    return int(raw) if raw.isdecimal() and len(raw) < 9 else None


class ActView(DeskView):
    """GET shows what will happen, POST does it; refused, the page comes back with everything typed."""

    refills = True

    def get(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        filing, sheet = self._asked(pk, name)
        must_be_possible(request.actor, filing, name)  # type: ignore[attr-defined]
        kept = pop_stash(request)
        initial = {} if kept else {"initial": sheet.initial(filing)}
        form = self._form(sheet, filing, kept, **initial)
        return self._page(filing, name, sheet, form)

    def post(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        filing, sheet = self._asked(pk, name)
        actor = request.actor  # type: ignore[attr-defined]
        must_be_possible(request.actor, filing, name)  # type: ignore[attr-defined]
        form = self._form(sheet, filing, request.POST)
        name_typed(request, form)
        valid = form.is_valid()
        if form.stays():
            return self._page(filing, name, sheet, form)
        if not valid:
            return self._page(filing, name, sheet, form, from_form(form.errors), status=422)
        try:
            version = version_of(request)
            act(actor=actor, filing=filing, name=name, payload=form.payload(), version=version)
        except Invalid as error:
            return self._page(filing, name, sheet, form, error.problems, status=422)
        except (NotNow, Stale) as error:
            raise overtaken(filing, error) from error
        messages.success(request, sheet.done)
        return HttpResponseRedirect(sheet.next_url(filing))

    def _asked(self, pk: int, name: str) -> tuple[Filing, Sheet]:
        filing = self.case(pk)
        return filing, sheet_of(name, filing)

    def _form(self, sheet: Sheet, filing: Filing, data: Any = None, **kwargs: Any) -> DeskForm:
        found = sheet.beside(filing, self.request.actor)  # type: ignore[attr-defined]
        kwargs |= found.pop("form_options", {}) | (self._prefilled(found) if data is None else {})
        self.extra = found
        return sheet.form(data, filing=filing, **kwargs)

    def _prefilled(self, found: dict[str, Any]) -> dict[str, Any]:
        maker = found.pop("prefill", None)
        return maker(self.request.GET) if maker else {}

    def _page(
        self,
        filing: Filing,
        name: str,
        sheet: Sheet,
        form: DeskForm,
        problems: list[Problem] | None = None,
        *,
        status: int = 200,
    ) -> HttpResponse:
        finish = self.extra.pop("finish", None)
        context = {
            "filing": filing,
            "name": name,
            **words(filing),
            "sheet": sheet,
            "sheets": {key: other.of(filing) for key, other in SHEETS.items()},
            "form": form,
            "forms": _forms(name, sheet, form, filing),
            "problems": problems or [],
            "blocked": [] if problems else workflow_of(filing)[name].problems(filing, self.request.actor),  # type: ignore[attr-defined]
            "clock": clock_panel(filing),
            "crumbs": desk_crumbs(filing, sheet.title),
            **self.extra,
            **(finish(form) if finish else {}),
        }
        actor = self.request.actor  # type: ignore[attr-defined]
        context["letter"] = drafted(filing, name, actor, form, context)
        return self.page(sheet.template, context, status=status)


def must_be_possible(actor: Actor, filing: Filing, name: str) -> None:
    """The same order as the executor: who may is asked before when."""
    transition = workflow_of(filing)[name]
    rule: Any = transition.allowed
    if not rule(actor, filing):
        raise NotAllowed.one("not_allowed", rule.refusal(actor, filing))
    if filing.state not in transition.sources:
        raise overtaken(filing, NotNow.one("wrong_state", wrong_state(transition, filing)))


def name_typed(request: HttpRequest, form: DeskForm) -> None:
    """Should the answer be a page of refusal, what was typed stands there under its label."""
    request.typed_labels = {key: str(f.label or key) for key, f in form.fields.items()}  # type: ignore[attr-defined]


def _forms(name: str, sheet: Sheet, form: DeskForm, filing: Filing) -> dict[str, DeskForm]:
    """The forms of all acts that share the page, the one at work with what was typed."""
    together = sheet.page or name
    return {
        key: form if key == name else other.form(filing=filing, auto_id=f"id_{key}_%s")
        for key, other in SHEETS.items()
        if key == together or other.page == together
    }


def wrong_state(transition: Transition, filing: Filing) -> str:
    """Why a transition cannot start from here."""
    return _("当前状态为“%(state)s”，不能%(action)s。") % {
        "state": filing.staff_label,
        "action": filing.label_of(transition),
    }
