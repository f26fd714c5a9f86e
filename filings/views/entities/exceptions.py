"""原则上 conditions of an entity on the register: an officer grants or refuses, another person confirms, a head ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.permissions import Rule
from core.errors import NotNow, NotVisible
from filings import permissions_entity as may
from filings.forms_entities import PlainForm, ReasonForm
from filings.models import Entity, Waiver
from filings.presentation import entity as shown
from filings.selectors import entity_page
from filings.selectors.entities import get_visible
from filings.services import entity_waivers
from filings.views.entities.base import EntitySheet, EntityView, crumbs, entity_url


@dataclass(frozen=True)
class Step:
    """An act on an exception: whose, when, with which words."""

    label: Any
    service: Callable[..., Waiver]
    rule: Rule
    when: Callable[[Waiver], bool]
    consequence: Any
    done: Any
    asks: Any = ""
    hint: Any = ""
    danger: bool = False


STEPS: dict[str, Step] = {
    "grant": Step(
        gettext_lazy("同意例外"),
        entity_waivers.grant,
        may.entity_officer,
        lambda row: row.confirmed_at is None,
        gettext_lazy("由另一人（处室负责人）复核后生效；生效后理由在登记名录公开，条件核验随之更新。"),
        gettext_lazy("已提出同意例外，等待另一人复核。"),
        asks=gettext_lazy("公开的理由"),
        hint=gettext_lazy("对社会公开，请勿写入不宜公开的内容。"),
    ),
    "refuse": Step(
        gettext_lazy("不同意例外"),
        entity_waivers.refuse,
        may.entity_officer,
        lambda row: row.confirmed_at is None,
        gettext_lazy("%(lead)s将看到理由，须在整改期限内补足成员或者另行说明。"),
        gettext_lazy("已记录，%(lead)s会收到通知。"),
        asks=gettext_lazy("不同意的理由"),
        hint=gettext_lazy("%(lead)s可以看到。"),
    ),
    "confirm": Step(
        gettext_lazy("复核同意"),
        entity_waivers.confirm,
        may.entity_head,
        lambda row: row.granted_at is not None and row.confirmed_at is None,
        gettext_lazy("复核后例外生效，理由在登记名录公开。同意例外和复核须由两人办理。"),
        gettext_lazy("例外已生效并公开。"),
    ),
    "end": Step(
        gettext_lazy("结束例外"),
        entity_waivers.end,
        may.entity_head,
        lambda row: row.confirmed_at is not None,
        gettext_lazy("例外自今日起不再有效，条件核验随之更新；仍不符合条件的，%(lead)s须在期限内整改。"),
        gettext_lazy("例外已结束。"),
        asks=gettext_lazy("结束的理由"),
        hint=gettext_lazy("%(lead)s可以看到。"),
        danger=True,
    ),
}


def _open(entity: Entity, condition: str) -> Waiver:
    """The one that is asked for or holds; NotVisible otherwise."""
    rows = entity.waivers.select_related("applicant_by", "granted_by", "confirmed_by")
    found = rows.filter(condition=condition, ended_on__isnull=True).first()
    if found is None:
        raise NotVisible.one("waiver", _("没有这个例外申请"))
    return found


class OneException(EntityView):
    """Who asked and why, what was granted by whom, and what may be done now."""

    def get(self, request: HttpRequest, code: str, condition: str) -> HttpResponse:
        sight = entity_page.Sight(self.actor, get_visible(self.actor, code))
        if not sight.is_staff:
            raise NotVisible.one("waiver", _("没有这个例外申请"))
        row = _open(sight.entity, condition)
        line = shown.waiver_lines([row], sight)[0]
        context = {
            "entity": sight.entity,
            "line": line,
            "row": row,
            "acts": self._acts(row, sight.entity),
            "unmet": next((u for u in sight.entity.unmet if u["condition"] == condition), None),
            "crumbs": crumbs(sight.entity, (line["label"], "")),
        }
        return render(request, "filings/entities/exception.html", context)

    def _acts(self, row: Waiver, entity: Entity) -> list[dict[str, Any]]:
        """What this officer may do now; `own` marks what somebody else has to."""
        own = row.granted_by_id == self.actor.user_id
        return [
            {"name": name, "label": step.label, "danger": step.danger, "own": own and name == "confirm"}
            for name, step in STEPS.items()
            if step.when(row) and step.rule(self.actor, entity)
        ]


class Act(EntitySheet):
    waiver: Waiver

    def allow(self) -> None:
        name = self.kwargs["name"]
        if name not in STEPS or not may.entity_staff_reader(self.actor, self.entity):
            raise NotVisible.one("unknown_action", _("没有这项操作。"))
        self.step = STEPS[name]
        self.step.rule.require(self.actor, self.entity)
        self.waiver = _open(self.entity, self.kwargs["condition"])
        if not self.step.when(self.waiver):
            raise NotNow.one("not_now", _("该例外已由他人办理，请查看最新情况。"))

    def get_form_class(self) -> Any:
        return ReasonForm if self.step.asks else PlainForm

    def get_form_kwargs(self) -> dict[str, Any]:
        more = {"label": self.step.asks, "hint": self.step.hint} if self.step.asks else {}
        return super().get_form_kwargs() | more

    def perform(self, form: forms.Form) -> Waiver:
        given = {"condition": self.waiver.condition, **form.cleaned_data}
        return self.step.service(actor=self.actor, entity=self.entity, **given)

    @property
    def success_message(self) -> Any:  # type: ignore[override]
        return self.spoken(self.step.done)

    def page_url(self) -> str:
        return entity_url(self.entity, "waivers")

    def around(self) -> dict[str, Any]:
        sight = entity_page.Sight(self.actor, self.entity)
        line = shown.waiver_lines([self.waiver], sight)[0]
        back = reverse("filings:entity_exception", args=[self.entity.code, self.waiver.condition])
        facts = [
            {"label": _("条件"), "value": line["label"], "clause": line["clause"]},
            {"label": _("申请人"), "value": line["asked_by"]},
            {"label": self.spoken(_("%(lead)s说明")), "value": line["asked"]},
            {"label": _("公开的理由"), "value": line["reason"]},
            {"label": _("同意人"), "value": line["granted_by"]},
        ]
        return {
            "heading": self.step.label,
            "lead": self.entity.name,
            "consequence": self.spoken(self.step.consequence),
            "clause": line["clause"],
            "danger": self.step.danger,
            "button": self.step.label,
            "facts": [f for f in facts if f["value"]],
            "back": back,
            "crumbs": crumbs(self.entity, (line["label"], back), (self.step.label, "")),
        }
