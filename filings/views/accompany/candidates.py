"""培育对象: list and board by stage, one page for each, moved by hand and linked to what it hands in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.errors import NotNow, NotVisible
from filings import programmes
from filings.enums import CandidateStage
from filings.forms_accompany import CandidateFilter, CandidateForm, StepForm, candidate_facts
from filings.models import Candidate
from filings.permissions_accompany import accompanist
from filings.presentation import accompany as shown
from filings.presentation.home import unit_check
from filings.selectors import candidates as see
from filings.services import candidates
from filings.views.accompany.base import AccompanyView, Sheet
from policy.law import law_on

COLUMN = 30  # cards of a column; the list shows the others


def crumbs(*trail: tuple[Any, str]) -> list[dict[str, Any]]:
    """Candidates › page."""
    first = (_("培育对象"), reverse("filings:candidates"))
    return [{"label": label, "url": url} for label, url in (first, *trail)]


class Candidates(AccompanyView):
    access = accompanist

    def get(self, request: HttpRequest) -> HttpResponse:
        filters = CandidateFilter(request.GET, actor=self.actor)
        filters.fields["q"].label, filters.fields["officer"].label = _("名称"), _("联系人")
        wanted = filters.wanted()
        rows = see.narrowed(see.candidates_of(self.actor), wanted)
        board = request.GET.get("view") == "board"
        context = {
            "filter": filters,
            "narrowed": bool(wanted),
            "board": board,
            "views": self._views(board),
            "may_add": bool(see.programmes_of(self.actor)),
            **(self._board(rows) if board else self._list(rows)),
        }
        return self.page("candidates", context)

    def _views(self, board: bool) -> list[dict[str, Any]]:
        labels = (("list", _("列表")), ("board", _("看板")))
        query = self.request.GET.copy()
        query.pop("page", None)
        found = []
        for key, label in labels:
            query["view"] = key
            url = f"?{query.urlencode()}"
            found.append({"label": label, "url": url, "count": None, "current": board == (key == "board")})
        return found

    def _list(self, rows: Any) -> dict[str, Any]:
        listed = self.listed(rows.order_by("next_on", "id"))
        return {"cards": [shown.candidate_card(row) for row in listed["page"]], **listed}

    def _board(self, rows: Any) -> dict[str, Any]:
        columns = []
        for stage in CandidateStage:
            found = rows.filter(stage=stage).order_by("next_on", "id")
            number = found.count()
            cards = [shown.candidate_card(row) for row in found[:COLUMN]] if number else []
            columns.append(
                {"stage": stage, "cards": cards, "number": number, "more": max(0, number - COLUMN)}
            )
        return {"columns": columns, "page": None}


class OneCandidate(AccompanyView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = see.get_candidate(self.actor, pk)
        spec = programmes.get(row.programme)
        law = law_on(clock.today(), spec.place)
        steps = row.steps.select_related("by").order_by("-id")
        context = {
            "candidate": row,
            "card": shown.candidate_card(row),
            "programme": spec,
            "check": unit_check(spec, row.organisation, law),
            "to_link": see.filings_to_link(row),
            "events": [
                {"at": s.at, "label": s.get_stage_display(), "actor": str(s.by), "detail": s.text}
                for s in steps
            ],
            "crumbs": crumbs((row.name, "")),
        }
        return self.page("candidate", context)


class _Facts(Sheet):
    form_class = CandidateForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"actor": self.actor}

    def after(self, result: Candidate) -> HttpResponse:
        return HttpResponseRedirect(reverse("filings:candidate", args=[result.pk]))


class Add(_Facts):
    access = accompanist
    success_message = gettext_lazy("已列入培育名单。")

    def prepare(self, **kwargs: Any) -> None:
        self.offered = see.programmes_of(self.actor)
        if not self.offered:
            raise NotNow.one("programme", _("本机关没有受理的申报类别，不能列入培育对象。"))

    def get_form_kwargs(self) -> dict[str, Any]:
        only = self.offered[0] if len(self.offered) == 1 else None
        return super().get_form_kwargs() | {"spec": only}

    def get_initial(self) -> dict[str, Any]:
        return {"officer": self.actor.user_id}

    def perform(self, form: Any) -> Candidate:
        key = form.cleaned_data.get("programme") or self.offered[0].key
        return candidates.add(actor=self.actor, programme=key, facts=form.facts())

    def around(self) -> dict[str, Any]:
        return {
            "heading": _("列入培育对象"),
            "lead": _("成熟一个、支持一个：从线索开始跟进，条件成熟后指导申报。"),
            "button": _("保存"),
            "back": reverse("filings:candidates"),
            "crumbs": crumbs((_("列入培育对象"), "")),
        }


class _OfCandidate(Sheet):
    candidate: Candidate

    def prepare(self, **kwargs: Any) -> None:
        self.candidate = see.get_candidate(self.actor, kwargs["pk"])

    def get_success_url(self) -> str:
        return reverse("filings:candidate", args=[self.candidate.pk])

    def trail(self, heading: Any) -> dict[str, Any]:
        url = self.get_success_url()
        return {
            "heading": heading,
            "lead": self.candidate.name,
            "back": url,
            "crumbs": crumbs((self.candidate.name, url), (heading, "")),
        }


class Edit(_OfCandidate):
    form_class = CandidateForm
    success_message = gettext_lazy("已保存。")

    def get_form_kwargs(self) -> dict[str, Any]:
        spec = programmes.get(self.candidate.programme)
        return super().get_form_kwargs() | {"actor": self.actor, "spec": spec}

    def get_initial(self) -> dict[str, Any]:
        return candidate_facts(self.candidate)

    def perform(self, form: Any) -> Candidate:
        return candidates.edit(actor=self.actor, candidate=self.candidate, facts=form.facts())

    def around(self) -> dict[str, Any]:
        return {"button": _("保存"), **self.trail(_("修改信息"))}


class Advance(_OfCandidate):
    form_class = StepForm
    success_message = gettext_lazy("进展已记录。")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"candidate": self.candidate}

    def get_initial(self) -> dict[str, Any]:
        row = self.candidate
        return {"stage": row.stage, "next_step": row.next_step, "next_on": row.next_on}

    def perform(self, form: forms.Form) -> Candidate:
        return candidates.advance(actor=self.actor, candidate=self.candidate, **form.cleaned_data)

    def around(self) -> dict[str, Any]:
        return {"button": _("记录"), **self.trail(_("记录进展"))}


class LinkForm(forms.Form):
    filing = forms.IntegerField(min_value=1, max_value=2**62)


class Link(_OfCandidate):
    """One click: what the unit handed in belongs to this candidate."""

    form_class = LinkForm
    http_method_names = ["post"]
    success_message = gettext_lazy("申报件已关联。")

    def perform(self, form: forms.Form) -> Candidate:
        return candidates.link(
            actor=self.actor, candidate=self.candidate, filing_id=form.cleaned_data["filing"]
        )

    def form_invalid(self, form: forms.Form, status: int = 422) -> HttpResponse:
        raise NotVisible.one("filing", _("没有可以关联的申报件，可能已由他人关联。"))

    def around(self) -> dict[str, Any]:
        return self.trail(_("关联申报件"))
