"""Where a duty of an evaluation is seen to: the unit's own self-assessment, the bureau's page of the same."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views import View

from core.actor import Actor
from core.errors import NotVisible
from evaluation.models import Round, RoundEntity
from evaluation.selectors import rounds as see
from filings.enums import Action
from filings.models import Entity
from filings.permissions_entity import entity_lead
from filings.selectors.lifecycle import live_filings


class ToAssessment(View):
    """The filing under way, else the page where it is begun; for the bureau the entity's place in the round."""

    access: Any = "login"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        subject = RoundEntity.objects.select_related("round", "entity__lead").filter(pk=pk).first()
        if subject is None:
            raise NotVisible.one("subject", _("没有找到该评价轮次，或您无权查看"))
        if entity_lead(actor, subject.entity):
            return _of_unit(subject.entity, subject.round)
        see.get(actor, subject.round.code)
        return redirect("evaluation:subject", code=subject.round.code, pk=subject.pk)


def _of_unit(entity: Entity, row: Round) -> HttpResponse:
    running = live_filings(entity, Action.SELF_ASSESSMENT).get(row.code)
    if running is not None:
        return redirect("filings:open", pk=running.pk)
    return redirect("filings:entity_start", code=entity.code, action=Action.SELF_ASSESSMENT.value)


class ToRound(View):
    """A round by its number, as duties name it."""

    access: Any = "login"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = Round.objects.filter(pk=pk).values_list("code", flat=True).first()
        if found is None:
            raise NotVisible.one("round", _("没有找到该评价轮次，或您无权查看"))
        actor: Actor = request.actor  # type: ignore[attr-defined]
        return redirect("evaluation:round", code=see.get(actor, found).code)
