"""What the pages of evaluations share."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from core.idempotency import new_key
from evaluation import permissions as may
from evaluation.models import Round
from evaluation.presentation.crumbs import of_round
from evaluation.selectors import rounds as see
from filings.views.accompany.base import AccompanyView, Sheet


def number(text: str) -> int:
    """A number out of an address; 0, which nothing has, for anything else that stands there."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


class EvaluationView(AccompanyView):
    """Pages of a bureau and of auditors; a round of others is a 404."""

    access: Any = may.evaluation_desk

    def page(self, template: str, context: Any, *, status: int = 200) -> HttpResponse:
        full = {"form_key": new_key(), "section": "evaluation", **context}
        return render(self.request, f"evaluation/{template}.html", full, status=status)


class OfRound(Sheet):
    """A form about one round of the own bureau."""

    access: Any = may.evaluation_keeper
    round: Round

    def prepare(self, **kwargs: Any) -> None:
        self.round = see.get(self.actor, kwargs["code"])
        may.round_keeper.require(self.actor, self.round)

    def get_success_url(self) -> str:
        return reverse("evaluation:round", args=[self.round.code])

    def renewed(self, form: Any) -> None:
        """Somebody else was faster: what was typed stays, and after a look it may be saved over what is there now."""
        self.round.refresh_from_db()
        form.data = form.data.copy()
        form.data["version"] = str(self.round.version)

    def heading(self) -> str:
        """What the page is called."""
        return ""

    def around(self) -> dict[str, Any]:
        url, heading = reverse("evaluation:round", args=[self.round.code]), self.heading()
        return {
            "heading": heading,
            "lead": self.round.name,
            "button": heading,
            "back": url,
            "crumbs": of_round(self.round, (heading, "")),
        }
