"""Writing a draft: its tree with the weights, one page for a row, notes, grades. Works without a script.

Every page carries the edition it was read at. Where another person saved meanwhile, what was typed stays on the page
with the new edition, so that saving again after a look is possible.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Invalid, NotNow, NotVisible, Problem, Stale
from evaluation.enums import SchemeState
from evaluation.forms_schemes import PLAIN, DimensionForm, EditionForm, IndicatorForm, WeightsForm, WordsForm
from evaluation.forms_schemes_notes import BandsForm, NotesForm
from evaluation.models import Scheme
from evaluation.presentation import schemes as shown
from evaluation.scheme import editing, parts
from evaluation.selectors import schemes as see
from evaluation.services import schemes as services
from evaluation.views.schemes import OfScheme

#: What stands beside a field of the document is told at the field of the page.
ALSO = {"params.table": "r0_from", "params.steps": "r0_from"}


class EditDraft(OfScheme):
    """A page that changes the document of a draft."""

    success_message = gettext_lazy("已保存。")

    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        if self.scheme.standing != SchemeState.DRAFT:
            raise NotNow.one("frozen", _("只有编制中的版本可以修改；请复制为新版本。"))

    def get_initial(self) -> dict[str, Any]:
        return {"edition": self.scheme.edition}

    def get_success_url(self) -> str:
        return reverse("evaluation:scheme_edit", args=[self.scheme.pk])

    def changed(self, form: Any) -> Mapping[str, Any]:
        """The document with what was typed. Raises Invalid."""
        return self.scheme.tree

    def field_of(self, form: Any, field: str) -> str:
        """The field of the page for one of the document."""
        return field

    def perform(self, form: Any) -> Scheme:
        edition = form.cleaned_data.get("edition")
        try:
            return services.save(actor=self.actor, row=self.scheme, tree=self.changed(form), edition=edition)
        except Invalid as refused:
            raise Invalid(self._placed(form, refused.problems)) from None
        except Stale:
            self.scheme.refresh_from_db()
            form.data = form.data.copy()
            form.data["edition"] = str(self.scheme.edition)
            raise

    def _placed(self, form: Any, found: list[Problem]) -> list[Problem]:
        return [Problem(one.code, one.message, self.field_of(form, one.field), one.clause) for one in found]

    def around(self) -> dict[str, Any]:
        trail = super().around()
        top = reverse("evaluation:scheme", args=[self.scheme.pk])
        edit, heading = reverse("evaluation:scheme_edit", args=[self.scheme.pk]), self.heading()
        steps = [(str(self.scheme), top), (_("编辑"), edit), (heading, "")]
        named = [trail["crumbs"][0], *({"label": label, "url": url} for label, url in steps)]
        return trail | {"button": _("保存"), "back": edit, "crumbs": named, "scheme": self.scheme}


class Edit(EditDraft):
    """The whole tree: weights in the table, rows up and down."""

    template_name = "evaluation/schemes/edit.html"
    form_class: Any = WeightsForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"tree": self.scheme.tree}

    def changed(self, form: WeightsForm) -> Mapping[str, Any]:
        tree = editing.with_weights(self.scheme.tree, form.weights())
        verb, _colon, code = self.request.POST.get("do", "").partition(":")
        steps = {"up": -1, "down": 1}
        try:
            if verb in steps:
                return editing.indicator_moved(tree, code, steps[verb])
            if verb.removeprefix("part_") in steps:
                return editing.dimension_moved(tree, code, steps[verb.removeprefix("part_")])
        except LookupError:
            raise Invalid.one("gone", _("该行已不在表中，请刷新后再操作。")) from None
        return tree

    def field_of(self, form: Any, field: str) -> str:
        steps = field.split(".")
        if len(steps) == 5 and steps[4] == "weight":
            part = self.scheme.tree["dimensions"][int(steps[1])]
            return f"w_{part['indicators'][int(steps[3])]['code']}"
        return field

    def heading(self) -> str:
        return _("编辑指标")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form, row = context["form"], self.scheme
        found = shown.problem_lines(row, see.problems_of(row.kinds, row.tree))
        rows = shown.parts(row.tree)
        for part in rows:
            for one in part["rows"]:
                one["field"] = form[f"w_{one['code']}"]
        told = {"parts": rows, "total": shown.total(row.tree), "table": shown.table(row), "problems": found}
        return context | told

    def around(self) -> dict[str, Any]:
        top = reverse("evaluation:scheme", args=[self.scheme.pk])
        return super().around() | {"back": top, "crumbs": OfScheme.around(self)["crumbs"]}


class EditWords(EditDraft):
    form_class = WordsForm

    def get_initial(self) -> dict[str, Any]:
        row = self.scheme
        return super().get_initial() | {"label": row.label, "source": row.source, "note": row.note}

    def perform(self, form: forms.Form) -> Scheme:
        data = dict(form.cleaned_data)
        edition = data.pop("edition")
        words = services.Words(**data)
        return services.save(
            actor=self.actor, row=self.scheme, tree=self.scheme.tree, edition=edition, words=words
        )

    def heading(self) -> str:
        return _("名称和说明")


# --- dimensions ---


class EditDimension(EditDraft):
    """One dimension: new without a code in the address."""

    form_class = DimensionForm

    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        self.code = kwargs.get("code", "")
        if self.code:
            _there(editing.dimension, self.scheme, self.code)

    def get_initial(self) -> dict[str, Any]:
        held = editing.dimension(self.scheme.tree, self.code) if self.code else {}
        return super().get_initial() | {"code": held.get("code", ""), "name": held.get("name", "")}

    def changed(self, form: forms.Form) -> Mapping[str, Any]:
        data = form.cleaned_data
        return editing.with_dimension(
            self.scheme.tree, data["code"].strip(), data["name"].strip(), replacing=self.code
        )

    def field_of(self, form: Any, field: str) -> str:
        return field.rpartition(".")[2]

    def heading(self) -> str:
        return _("修改维度") if self.code else _("添加维度")

    def around(self) -> dict[str, Any]:
        more = super().around()
        if self.code:
            url = reverse("evaluation:scheme_dimension_remove", args=[self.scheme.pk, self.code])
            more["other"] = {"url": url, "label": _("删除本维度")}
        return more


class Remove(EditDraft):
    """A dimension or an indicator is taken out of a draft."""

    form_class: Any = EditionForm
    success_message = gettext_lazy("已删除。")

    def heading(self) -> str:
        return _("删除")

    def around(self) -> dict[str, Any]:
        said = _("删除后权重合计会减少，需要重新分配。")
        return super().around() | {"button": _("删除"), "danger": True, "consequence": said}


class RemoveDimension(Remove):
    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        self.row = _there(editing.dimension, self.scheme, kwargs["code"])

    def changed(self, form: forms.Form) -> Mapping[str, Any]:
        return editing.without_dimension(self.scheme.tree, self.row["code"])

    def heading(self) -> str:
        return _("删除维度“%(name)s”及其全部指标") % {"name": self.row["name"]}


class RemoveIndicator(Remove):
    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        self.row = _there(editing.indicator, self.scheme, kwargs["code"])[1]

    def changed(self, form: forms.Form) -> Mapping[str, Any]:
        return editing.without_indicator(self.scheme.tree, self.row["code"])

    def heading(self) -> str:
        return _("删除指标“%(name)s”") % {"name": self.row["name"]}


def _there(find: Any, row: Scheme, code: str) -> Any:
    """What the code names; NotVisible where the draft has no such row."""
    try:
        return find(row.tree, code)
    except LookupError:
        raise NotVisible.one("row", _("草稿中没有这一行。")) from None


# --- indicators ---


class EditIndicator(EditDraft):
    """One row: new with the dimension in the address, else with its own code."""

    template_name = "evaluation/schemes/indicator.html"
    form_class: Any = IndicatorForm

    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        self.code, into = kwargs.get("code", ""), kwargs.get("into", "")
        if self.code:
            part, self.row = _there(editing.indicator, self.scheme, self.code)
            self.into = part["code"]
        else:
            self.row, self.into = {}, _there(editing.dimension, self.scheme, into)["code"]

    def get_initial(self) -> dict[str, Any]:
        fresh = {} if self.code else {"method": "count", "direction": "up", "missing": "zero"}
        return super().get_initial() | fresh | {"dimension": self.into}

    def get_form_kwargs(self) -> dict[str, Any]:
        row = self.scheme
        return super().get_form_kwargs() | {"tree": row.tree, "kinds": row.kinds, "row": self.row}

    def changed(self, form: IndicatorForm) -> Mapping[str, Any]:
        """Refuses figures of this row that must not be used; what other rows lack is no matter here."""
        given, into = form.row(), form.cleaned_data["dimension"]
        tree = editing.with_indicator(self.scheme.tree, into, given, replacing=self.code)
        wrong = parts.of_indicator(given)
        if wrong:
            raise Invalid(wrong)
        return tree

    def field_of(self, form: Any, field: str) -> str:
        inside = field.split(".", 4)[4] if field.startswith("dimensions.") else field
        if inside in ALSO:
            return ALSO[inside]
        for name in ("params.table.", "params.steps."):
            if inside.startswith(name):
                return "r" + inside.removeprefix(name).replace(".", "_")
        return inside.removeprefix("params.")

    def heading(self) -> str:
        return self.row["name"] if self.code else _("添加指标")

    def around(self) -> dict[str, Any]:
        more = super().around()
        if self.code:
            url = reverse("evaluation:scheme_indicator_remove", args=[self.scheme.pk, self.code])
            more["other"] = {"url": url, "label": _("删除本指标")}
        return more

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"efficacy": [context["form"][name] for name in PLAIN]}

    def after(self, result: Scheme) -> HttpResponse:
        code = self.request.POST.get("code", "").strip()
        return HttpResponseRedirect(f"{self.get_success_url()}#row-{code}")


# --- notes and grades ---


class EditNotes(EditDraft):
    template_name = "evaluation/schemes/notes.html"
    form_class: Any = NotesForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"tree": self.scheme.tree}

    def changed(self, form: Any) -> Mapping[str, Any]:
        tree: Mapping[str, Any] = form.into(self.scheme.tree)
        wrong = self.wrong(tree)
        if wrong:
            raise Invalid(wrong)
        return tree

    def wrong(self, tree: Mapping[str, Any]) -> list[Problem]:
        """What must not be kept of this page."""
        return parts.of_notes(tree)

    def field_of(self, form: Any, field: str) -> str:
        return str(form.at(field))

    def heading(self) -> str:
        return _("否决和加减分")


class EditBands(EditNotes):
    template_name = "evaluation/schemes/bands.html"
    form_class: Any = BandsForm

    def wrong(self, tree: Mapping[str, Any]) -> list[Problem]:
        return parts.of_grades(tree)

    def heading(self) -> str:
        return _("等次和选项")
