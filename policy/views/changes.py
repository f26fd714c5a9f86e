"""Propose a change; read, publish, reject or withdraw it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from accounts import stash
from accounts.stepup import StepUpMixin
from accounts.views.base import attach
from core import clock
from core.diff import diff
from core.errors import Invalid, NotNow, Stale
from core.idempotency import new_key, once_per_form
from policy import present, registry
from policy.enums import ChangeState, Subject
from policy.forms import FORMS, ListForm, ProposalForm
from policy.models import Change, Document, EditableList, Parameter, Reading
from policy.permissions import may_decide, may_propose, may_see_changes
from policy.present import shown_value
from policy.selectors import changes as rows
from policy.selectors import library
from policy.services import changes as services
from policy.values import show
from policy.views.base import Frame, trail
from policy.workflow import CHANGES

PAGE = 25
FINDERS = {
    "parameters": (library.parameter, "policy:parameter"),
    "readings": (library.reading, "policy:reading"),
    "lists": (library.editable_list, "policy:list"),
    "documents": (library.document, "policy:document"),
}


class Changes(Frame, TemplateView):
    """What waits for a second person, and what was decided."""

    access = may_see_changes
    template_name = "policy/changes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        every = rows.visible_changes(self.actor)
        decided = Paginator(every.exclude(state=ChangeState.PROPOSED), PAGE)
        return super().get_context_data(
            waiting=every.filter(state=ChangeState.PROPOSED),
            page=decided.get_page(self.request.GET.get("page")),
            crumbs=trail((_("变更与复核"), "")),
            **self.frame(),
            **kwargs,
        )


class Propose(Frame, View):
    """The form for a new value of a parameter, reading, list or document."""

    access = may_propose

    def get(self, request: HttpRequest, kind: str, key: str) -> HttpResponse:
        target, _page = self._target(kind, key)
        kept = stash.pop_stash(request)
        if kept is not None:
            messages.info(request, stash.RESTORED)
        return self._answer(request, kind, target, self._form(target, kept))

    @once_per_form
    def post(self, request: HttpRequest, kind: str, key: str) -> HttpResponse:
        target, page = self._target(kind, key)
        changed = self._with_rows(request.POST)
        form = self._form(target, changed or request.POST)
        if changed is not None or not form.is_valid():
            return self._answer(request, kind, target, form, 200 if changed is not None else 422)
        try:
            services.propose_change(actor=self.actor, **form.arguments())
        except (Invalid, NotNow, Stale) as error:
            attach(form, error)
            return self._answer(request, kind, target, form, error.status)
        messages.success(request, _("已提出，由另一人（处室负责人）发布后生效。"))
        return HttpResponseRedirect(reverse(page, args=[key]))

    def _target(self, kind: str, key: str) -> tuple[Any, str]:
        find, page = FINDERS[kind]
        return find(key), page

    def _with_rows(self, data: Any) -> Any:
        """The data with a line more or less where one of those buttons was pressed, else None."""
        if "rows_add" not in data and "rows_remove" not in data:
            return None
        changed = data.copy()
        if "rows_add" in data:
            changed["lines-TOTAL_FORMS"] = str(int(data.get("lines-TOTAL_FORMS") or 0) + 1)
        else:
            prefix = data["rows_remove"]
            for name in ("id", "label", "group", "subfields"):
                changed[f"{prefix}-{name}"] = ""
        return changed

    def _form(self, target: Any, data: Any) -> ProposalForm:
        return FORMS[type(target)](data, actor=self.actor, target=target, current=current_value(self, target))

    def _answer(
        self, request: HttpRequest, kind: str, target: Any, form: ProposalForm, status: int = 200
    ) -> HttpResponse:
        context = {
            **self.frame(),
            "form": form,
            "target": target,
            "kind": kind,
            "lines": form.lines if isinstance(form, ListForm) else None,
            "back": reverse(FINDERS[kind][1], args=[target.key]),
            "form_key": request.POST.get("form_key") or new_key(),
            "present": present_text(target, current_value(self, target)),
            "crumbs": trail((str(target), reverse(FINDERS[kind][1], args=[target.key])), (_("提出变更"), "")),
        }
        return render(request, "policy/propose.html", context, status=status)


def current_value(page: Frame, target: Any) -> Any:
    """What holds today in the bureau's place: the narrowest value that covers it, or any that holds today."""
    if isinstance(target, Document):
        return rows.document_content(target)
    bureau = page.actor.organisation
    place = bureau.jurisdiction.code if bureau is not None and bureau.jurisdiction_id else ""
    row = rows.in_force(rows.MODELS[type(target)], target, place, clock.today())
    return rows.content_of(rows.MODELS[type(target)], row)


def present_text(target: Any, value: Any) -> str:
    """The present value in words; lists and documents show theirs in the form."""
    if value is None or isinstance(target, (Document, EditableList)):
        return ""
    return shown_value(target, value, present.names_for_values(library.labels()))


class ChangePage(StepUpMixin, Frame, View):
    """One change: before, after, why, the open cases it touches, and the decision."""

    access = may_see_changes
    VERBS = {
        "publish": services.publish_change,
        "reject": services.reject_change,
        "withdraw": services.withdraw_change,
    }

    def get(self, request: HttpRequest, pk: int, problems: Any = (), status: int = 200) -> HttpResponse:
        change = rows.change_for(self.actor, pk)
        available = {each.name: each for each in CHANGES.available(change, self.actor)}
        waits = change.state == ChangeState.PROPOSED
        context = {
            **self.frame(),
            "change": change,
            "target_url": target_url(change),
            "before": side(change, (change.before or {}).get("value")),
            "after": change.text or side(change, change.value),
            "lines": list_diff(change),
            "affected": [row.as_dict() for row in registry.affected(change)] if waits else change.affected,
            "available": available,
            "why_not": may_decide.refusal(self.actor, change) if waits and "publish" not in available else "",
            "problems": problems,
            "comment": request.POST.get("comment", ""),
            "crumbs": trail((_("变更与复核"), reverse("policy:changes")), (str(change), "")),
        }
        return render(request, "policy/change.html", context, status=status)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        change = rows.change_for(self.actor, pk)
        verb = self.VERBS.get(request.POST.get("decision", ""))
        version = request.POST.get("version", "")
        try:
            if verb is None:
                raise Invalid.one("decision", _("请选择发布或退回。"), "decision")
            verb(
                actor=self.actor,
                change=change,
                comment=request.POST.get("comment", "")[:1000],
                version=int(version) if version.isdecimal() else None,
            )
        except (Invalid, NotNow, Stale) as error:
            return self.get(request, pk, error.problems, error.status)
        messages.success(request, _("已办理。"))
        return HttpResponseRedirect(reverse("policy:change", args=[pk]))


def target_url(change: Change) -> str:
    """The page of what the change is about."""
    pages = {
        Subject.PARAMETER: "policy:parameter",
        Subject.READING: "policy:reading",
        Subject.LIST: "policy:list",
        Subject.DOCUMENT: "policy:document",
    }
    return reverse(pages[Subject(change.subject)], args=[change.target.key])  # type: ignore[attr-defined]


def side(change: Change, value: Any) -> str:
    """One side of a change in words."""
    target = change.target
    if value is None:
        return str(_("该地区此前没有单独取值"))
    if isinstance(target, (Parameter, Reading)):
        return shown_value(target, value, present.names_for_values(library.labels()))
    if isinstance(target, Document):
        words = {
            "valid_from": str(_("适用起始日")),
            "valid_until": str(_("失效日期")),
            "number_confirmed": str(_("文号已确认")),
        }
        return show(
            "",
            {name: held or _("未定") if name == "valid_until" else held for name, held in value.items()},
            "",
            words,
        )
    count = len(value["items"])
    confirmed = _("已确认") if value["confirmed"] else _("未确认")
    return str(_("%(n)s 个条目，%(word)s") % {"n": count, "word": confirmed})


def list_diff(change: Change) -> list[Any]:
    """The differing lines of a list, for components/diff.html."""
    if change.subject != Subject.LIST:
        return []

    def table(value: Any) -> dict[str, Any]:
        entries = (value or {}).get("items", [])
        return {str(_("条目")): [{"_id": entry["id"], **_named(entry)} for entry in entries]}

    return diff(table((change.before or {}).get("value")), table(change.value))


def _named(entry: dict[str, Any]) -> dict[str, str]:
    return {
        str(_("名称")): entry["label"],
        str(_("分组")): entry.get("group", ""),
        str(_("细分领域")): "、".join(entry.get("subfields", ())),
    }
