"""Every component with real texts, for page builders and the accessibility test.  Demo settings only."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from accounts.access import access
from core.errors import Problem

PAGES = {
    "components": "portal/styleguide.html",
    "forms": "portal/styleguide_forms.html",
    "tasks": "portal/styleguide_tasks.html",
    "worklist": "portal/styleguide_worklist.html",
    "case": "portal/styleguide_case.html",
    "print": "portal/styleguide_print.html",
    "home": "portal/styleguide_home.html",
}
ERRORS = (400, 403, 404, 409, 413, 422, 429, 500, 503)


class Example(forms.Form):
    """One field of each kind."""

    title = forms.CharField(
        label=_("联合体名称"), help_text=_("以“青岛市”开头，以“创新联合体”结尾，不超过40字。"), max_length=40
    )
    code = forms.CharField(label=_("统一社会信用代码"), widget=forms.TextInput(attrs={"class": "w-code"}))
    funds = forms.DecimalField(label=_("拟投入经费"))
    start = forms.DateField(
        label=_("开始日期"), widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    industry = forms.ChoiceField(
        label=_("所属产业"), choices=[("", _("请选择")), ("a", _("智能传感")), ("b", _("海洋生物医药"))]
    )
    basis = forms.ChoiceField(
        label=_("合作基础"),
        choices=[("p", _("共同承担过项目")), ("i", _("共有专利")), ("n", _("尚无"))],
        widget=forms.RadioSelect,
    )
    goal = forms.CharField(
        label=_("攻关目标"), widget=forms.Textarea, help_text=_("写明三年后的指标和验收办法。")
    )
    agreement = forms.FileField(
        label=_("组建协议"), help_text=_("PDF，不超过20 MB，须加盖全部成员单位公章。"), required=False
    )
    agree = forms.BooleanField(label=_("我已核对以上内容，确认真实、完整。"))
    locked = forms.CharField(
        label=_("牵头单位"), initial=_("青岛明衡传感技术有限公司"), disabled=True, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["funds"].unit = _("万元")  # type: ignore[attr-defined]
        self.fields["funds"].clause = _("《青岛市创新联合体组建工作指引》（据青岛日报报道）建设方向2")  # type: ignore[attr-defined]


class Row(forms.Form):
    """A row of a table one can write in."""

    task = forms.CharField(label=_("任务名称"))
    owner = forms.CharField(label=_("承担单位"))
    due = forms.DateField(label=_("完成日期"), widget=forms.DateInput(attrs={"type": "date"}))
    funds = forms.DecimalField(label=_("经费"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["funds"].unit = _("万元")  # type: ignore[attr-defined]


def _texts() -> dict[str, Any]:
    path = Path(settings.BASE_DIR) / "fixtures" / "demo" / "styleguide.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _context(page: str) -> dict[str, Any]:
    texts = _texts()
    rows = forms.formset_factory(Row, extra=0)
    filled = {
        "form-TOTAL_FORMS": "2",
        "form-INITIAL_FORMS": "0",
        "form-0-task": texts["changes"][0]["new"],
        "form-0-owner": texts["facts"][0]["value"],
        "form-0-due": "2027-06-30",
        "form-0-funds": "360",
    }
    formset = rows(filled)
    formset.is_valid()
    return texts | {
        "navigation": texts["navigation_staff" if page in ("worklist", "case") else "navigation_public"],
        "pages": [{"label": name, "url": f"/styleguide/{name}/"} for name in PAGES],
        "errors": [{"label": str(status), "url": f"/styleguide/error-{status}/"} for status in ERRORS],
        "form": Example({"title": texts["rows"][0]["title"], "code": "91370212MAXX00015", "basis": "p"}),
        "empty_form": Example(prefix="second"),
        "formset": formset,
        "page": Paginator(range(312), 25).page(3),
        "page_range": Paginator(range(312), 25).get_elided_page_range(3, on_each_side=1, on_ends=1),
        "on": date(2026, 11, 22),
    }


@access("public")
def styleguide(request: HttpRequest, page: str = "components") -> HttpResponse:
    """Shows one page of the guide; 404 outside demo settings."""
    if not settings.DEMO:
        raise Http404
    if page.startswith("error-"):
        return _error(request, page.removeprefix("error-"))
    if page not in PAGES:
        raise Http404
    return render(request, PAGES[page], _context(page))


def _error(request: HttpRequest, status: str) -> HttpResponse:
    """An error page as ``core.http`` renders it, with reasons."""
    if status not in {str(each) for each in ERRORS}:
        raise Http404
    shown = _texts()["error_pages"].get(status, {})
    context = {
        "status": int(status),
        "title": shown.get("title", _("请求无法处理")),
        "problems": [Problem(code="example", **problem) for problem in shown.get("problems", [])],
        "who_may": shown.get("who_may", ""),
        "typed": shown.get("typed", []),
        "request_id": "7c1f0b52c0ffee",
        "navigation": _texts()["navigation_public"],
    }
    return render(request, f"errors/{status}.html", context, status=int(status))


def routes() -> list[URLPattern]:
    """The guide's addresses; ``portal.urls`` hangs them up in demo settings only."""
    return [
        path("styleguide/", styleguide, name="styleguide"),
        path("styleguide/<slug:page>/", styleguide, name="styleguide_page"),
    ]
