"""A commissioned agency: the rounds it was given, the figures it is to check, its remarks. Nothing else of the bureau's."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actor import Actor
from core.errors import NotVisible
from evaluation import permissions as may
from evaluation.enums import GATHERING
from evaluation.forms_panels import NoteForm
from evaluation.models import CheckNote, Round
from evaluation.presentation import figures
from evaluation.selectors import agencies
from evaluation.services import check_notes
from evaluation.views.base import EvaluationView
from filings.views.accompany.base import Sheet

MAX_SHOWN = 100


def one_of(actor: Actor, code: str) -> Round:
    """One of them; for everybody else it does not exist."""
    found: Round | None = agencies.commissioned(actor).filter(code=code).first()
    if found is None or not may.round_agency(actor, found):
        raise NotVisible.one("round", _("没有找到该评价轮次，或您无权查看"))
    return found


def trail(*more: tuple[str, str]) -> list[dict[str, str]]:
    """Commissions › round › entity."""
    first = (_("受托评估"), reverse("evaluation:commissions"))
    return [{"label": label, "url": url} for label, url in (first, *more)]


class Commissions(EvaluationView):
    access: Any = "login"

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = agencies.commissioned(self.actor)[:MAX_SHOWN]
        return self.page("commissions", {"rows": rows})


class Commission(EvaluationView):
    access: Any = "login"

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        row = one_of(self.actor, code)
        rows = row.entities.filter(included=True).select_related("entity__lead", "filing")
        listed = self.listed(rows.annotate(said=Count("check_notes")).order_by("entity__code"))
        context = {"round": row, "rows": list(listed["page"]), "crumbs": trail((row.name, ""))}
        return self.page("commission", {**context, **listed})


class CommissionedEntity(Sheet):
    """The figures of one entity and the remark on them."""

    form_class = NoteForm
    template_name = "evaluation/commissioned.html"
    success_message = gettext_lazy("核验意见已提交主管部门。")

    def prepare(self, **kwargs: Any) -> None:
        row = one_of(self.actor, kwargs["code"])
        found = row.entities.select_related("entity__lead", "filing").filter(pk=kwargs["pk"], included=True)
        subject = found.first()
        if subject is None:
            raise NotVisible.one("subject", _("没有找到该参评主体"))
        subject.round = row
        check_notes.keep_apart(self.actor, subject)
        self.subject = subject

    def perform(self, form: forms.Form) -> CheckNote:
        return check_notes.add(actor=self.actor, subject=self.subject, text=form.cleaned_data["text"])

    def get_success_url(self) -> str:
        return reverse("evaluation:commissioned", args=[self.subject.round.code, self.subject.pk])

    def around(self) -> dict[str, Any]:
        row, entity = self.subject.round, self.subject.entity
        back = reverse("evaluation:commission", args=[row.code])
        return {
            "round": row,
            "entity": entity,
            "dimensions": figures.dimensions(self.subject),
            "notes": list(self.subject.check_notes.select_related("organisation", "by")),
            "may_add": row.state in GATHERING,
            "button": _("提交意见"),
            "back": back,
            "crumbs": trail((row.name, back), (entity.name, "")),
        }
