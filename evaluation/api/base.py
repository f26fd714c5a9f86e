"""Views below one round: it is found for the actor, and it is asked whose the act is, before the body is read."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from accounts.api.base import ApiView
from accounts.permissions import Rule
from core.actor import Actor
from core.errors import Invalid, NotVisible
from evaluation.models import Round, RoundEntity
from evaluation.selectors import rounds as see
from filings.api.base import at_home, in_unit, offered

PAGING = [OpenApiParameter("page", int), OpenApiParameter("page_size", int, description="1–100")]
ROUND = OpenApiParameter("code", str, OpenApiParameter.PATH, description="Its id or its code")


def visible(request: Request, actor: Actor) -> QuerySet[Round]:
    """Rounds visible in the bureau acted for; without a header, in any of this person."""
    reach = [see.visible(in_unit(actor, choice)) for choice in offered(request)]
    return reduce(or_, reach) if reach else Round.objects.none()


def find(request: Request, key: str, actor: Actor) -> Round:
    """A round by id or code, acting in the bureau it belongs to where no header says otherwise."""
    which = {"pk": int(key)} if key.isdecimal() and len(key) < 10 else {"code": key}
    row = Round.objects.filter(**which).values_list("code", "authority_id", "agency_id").first()
    code, homes = (row[0], [pk for pk in row[1:] if pk]) if row else (key, [])
    return at_home(request, actor, homes, lambda acting: see.get(acting, code))


def chosen(request: Request, name: str, known: Any) -> str:
    """A filter with fixed words; 422 for another one."""
    asked: str = request.query_params.get(name, "")
    if asked and asked not in known:
        raise Invalid.one("invalid_choice", "", name)
    return asked


class RoundView(ApiView):
    """`rules` names who may use a method on this round: asked after visibility (404), before shape (422)."""

    access = "login"
    rules: ClassVar[dict[str, Rule]] = {}
    round: Round

    def prepare(self, request: Request, **kwargs: Any) -> None:
        self.round = find(request, kwargs["code"], self.actor)
        rule = self.rules.get(str(request.method))
        if rule is not None:
            rule.require(self.actor, self.round)
        super().prepare(request, **kwargs)

    def again(self) -> Round:
        """The round as it is now."""
        return see.get(self.actor, self.round.code)


class SubjectView(RoundView):
    """One entity of the population of a round."""

    subject: RoundEntity

    def prepare(self, request: Request, **kwargs: Any) -> None:
        super().prepare(request, **kwargs)
        self.subject = see.subject(self.actor, self.round.code, kwargs["pk"])

    def mark(self, pk: int) -> Any:
        """A veto, bonus or deduction stated about it."""
        found = self.subject.marks.filter(pk=pk).first()
        if found is None:
            raise NotVisible.one("mark", "")
        return found
