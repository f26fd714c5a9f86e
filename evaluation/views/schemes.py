"""指标体系: the list, one version as its official table, differences, and what two people do with a version."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.stepup import StepUpMixin
from core.errors import NotAllowed, NotVisible
from core.idempotency import new_key
from evaluation import permissions as may
from evaluation.forms_schemes import CommentForm, ProposeForm, ReasonForm
from evaluation.models import Scheme
from evaluation.presentation import schemes as shown
from evaluation.presentation.scheme_words import Said
from evaluation.scheme.differences import differences
from evaluation.selectors import schemes as see
from evaluation.services import schemes as services
from filings.views.accompany.base import PER_PAGE, AccompanyView, Sheet

TABS = {"all": gettext_lazy("全部"), "own": gettext_lazy("本机关制定"), "given": gettext_lazy("随系统提供")}
OWN = {"all": None, "own": True, "given": False}


def crumbs(*trail: tuple[Any, str]) -> list[dict[str, Any]]:
    """Schemes › page."""
    first = (_("指标体系"), reverse("evaluation:schemes"))
    return [{"label": label, "url": url} for label, url in (first, *trail)]


class SchemeView(AccompanyView):
    """Pages for bureaus and their auditors; a scheme of another bureau is a 404."""

    access: Any = may.evaluation_desk

    def page(self, template: str, context: Any, *, status: int = 200) -> HttpResponse:
        full = {"form_key": new_key(), **context}
        return render(self.request, f"evaluation/schemes/{template}.html", full, status=status)


class Schemes(SchemeView):
    def get(self, request: HttpRequest) -> HttpResponse:
        tab, kinds = self.tab_of(TABS), see.kind_labels()
        kind = request.GET.get("kind", "") if request.GET.get("kind") in kinds else ""
        found = {key: see.lines(self.actor, kind=kind, own=own) for key, own in OWN.items()}
        pages = Paginator(found[tab], PER_PAGE)
        page = pages.get_page(request.GET.get("page"))
        context = {
            "rows": [shown.line(row, kinds) for row in page],
            "tabs": self.tabs(TABS, {key: len(rows) for key, rows in found.items()}, tab),
            "tab": tab,
            "kind": kind,
            "kinds": kinds.items(),
            "page": page,
            "page_range": list(pages.get_elided_page_range(page.number)),
        }
        return self.page("list", context)


class OneScheme(SchemeView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = see.get(self.actor, pk)
        context = shown.page(row, self.actor)
        return self.page("scheme", {**context, "crumbs": crumbs((str(row), ""))})


class Difference(SchemeView):
    """Between two versions, or two schemes of the same kinds, in either direction."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = see.get(self.actor, pk)
        others = see.comparable(self.actor, row)
        other = self._other(row, others, request.GET.get("with", ""))
        found = [Said(one) for one in differences(other.tree, row.tree)] if other else []
        trail = crumbs((str(row), reverse("evaluation:scheme", args=[pk])), (_("版本对照"), ""))
        context = {
            "scheme": row,
            "other": other,
            "names": [(one, shown.named(one)) for one in others],
            "old_title": shown.named(other) if other else "",
            "new_title": shown.named(row),
            "changes": found,
            "crumbs": trail,
        }
        return self.page("difference", context)

    def _other(self, row: Scheme, others: list[Scheme], asked: str) -> Scheme | None:
        """The one asked for, else the one it was made from, else the version before."""
        known = {str(one.pk): one for one in others}
        if asked:
            if asked not in known:
                raise NotVisible.one("scheme", _("没有找到，或您无权查看。"))
            return known[asked]
        before = next((one for one in others if one.key == row.key and one.version < row.version), None)
        return known.get(str(row.based_on_id)) or before or (others[0] if others else None)


class OfScheme(Sheet):
    """A form about one version; who may not is refused before anything is read."""

    access: Any = may.evaluation_desk
    scheme: Scheme
    rule: Any = may.scheme_keeper

    def prepare(self, **kwargs: Any) -> None:
        self.scheme = see.get(self.actor, kwargs["pk"])
        self.rule.require(self.actor, self.scheme)

    def get_success_url(self) -> str:
        return reverse("evaluation:scheme", args=[self.scheme.pk])

    def heading(self) -> str:
        """What the page is called."""
        return ""

    def around(self) -> dict[str, Any]:
        url, heading = self.get_success_url(), self.heading()
        return {
            "heading": heading,
            "lead": str(self.scheme),
            "button": heading,
            "back": url,
            "crumbs": crumbs((str(self.scheme), url), (heading, "")),
        }


class Copy(OfScheme):
    """A button: the next version as a draft of one's own."""

    http_method_names = ["post"]
    form_class: Any = forms.Form
    rule = may.evaluation_keeper
    success_message = gettext_lazy("已建立草稿，可以修改。")

    def perform(self, form: forms.Form) -> Scheme:
        return services.copy(actor=self.actor, row=self.scheme)

    def after(self, result: Scheme) -> HttpResponse:
        return HttpResponseRedirect(reverse("evaluation:scheme_edit", args=[result.pk]))

    def heading(self) -> str:
        return _("复制为本机关草稿")


class Propose(OfScheme):
    form_class = ProposeForm
    success_message = gettext_lazy("已提交，由另一人（处室负责人）发布。")

    def get_initial(self) -> dict[str, Any]:
        return {"edition": self.scheme.edition, "note": self.scheme.note}

    def perform(self, form: forms.Form) -> Scheme:
        return services.propose(actor=self.actor, row=self.scheme, **form.cleaned_data)

    def heading(self) -> str:
        return _("提交发布")

    def around(self) -> dict[str, Any]:
        said = _(
            "提交后不能再改，由另一人（处室负责人）发布或者退回；发布后的版本不再变动，评价轮次可以采用。"
        )
        return super().around() | {"consequence": said}


class Publish(StepUpMixin, OfScheme):
    form_class = CommentForm
    rule = may.scheme_publisher
    success_message = gettext_lazy("已发布，新建评价轮次时可以选用。")

    def get_initial(self) -> dict[str, Any]:
        return {"edition": self.scheme.edition}

    def perform(self, form: forms.Form) -> Scheme:
        return services.publish(actor=self.actor, row=self.scheme, **form.cleaned_data)

    def heading(self) -> str:
        return _("发布")

    def around(self) -> dict[str, Any]:
        said = _("发布后本版本不再变动；已用其他版本启动的评价轮次不受影响。")
        return super().around() | {"consequence": said}


class SendBack(OfScheme):
    form_class = ReasonForm
    rule = may.scheme_publisher
    success_message = gettext_lazy("已退回修改。")

    def perform(self, form: forms.Form) -> Scheme:
        return services.send_back(actor=self.actor, row=self.scheme, **form.cleaned_data)

    def heading(self) -> str:
        return _("退回修改")


class Withdraw(OfScheme):
    form_class = ReasonForm
    rule = may.scheme_publisher
    success_message = gettext_lazy("已停用。")

    def perform(self, form: forms.Form) -> Scheme:
        return services.withdraw(actor=self.actor, row=self.scheme, **form.cleaned_data)

    def heading(self) -> str:
        return _("停用")

    def around(self) -> dict[str, Any]:
        said = _("停用后新建评价轮次时不再提供本版本；已经采用本版本的轮次照常进行。")
        return super().around() | {"consequence": said, "danger": True}


class Recall(OfScheme):
    """A button of its author, before the second person answered."""

    http_method_names = ["post"]
    form_class: Any = forms.Form
    success_message = gettext_lazy("已撤回，可以继续修改。")

    def perform(self, form: forms.Form) -> Scheme:
        return services.recall(actor=self.actor, row=self.scheme)


class Discard(OfScheme):
    form_class: Any = forms.Form
    success_message = gettext_lazy("草稿已删除。")

    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        if not self.scheme.is_open:
            raise NotAllowed.one("frozen", _("只有编制中的草稿可以删除。"))

    def perform(self, form: forms.Form) -> None:
        services.discard(actor=self.actor, row=self.scheme)

    def after(self, result: None) -> HttpResponse:
        return HttpResponseRedirect(reverse("evaluation:schemes"))

    def heading(self) -> str:
        return _("删除草稿")

    def around(self) -> dict[str, Any]:
        said = _("草稿及其全部修改将被删除，不能恢复；其他版本不受影响。")
        return super().around() | {"consequence": said, "danger": True}
