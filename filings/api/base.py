"""Views below one filing: it is found for the actor, and it is asked whose the act is, before the body is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import reduce
from operator import or_
from typing import Any, ClassVar, TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.request import Request

from accounts.actors import HEADER, Choice
from accounts.api.base import ApiView
from accounts.permissions import Rule
from core.actor import Actor
from core.errors import NotVisible
from filings.models import Filing, Participant
from filings.selectors.audience import Audience
from filings.selectors.filings import get_visible, visible_to

Found = TypeVar("Found")


def offered(request: Request) -> list[Choice]:
    """The units this person may act in; only the one named, where a header names it."""
    found: list[Choice] = list(getattr(request._request, "actor_choices", ()))
    if request.headers.get(HEADER, "").strip():
        actor: Actor = request._request.actor  # type: ignore[attr-defined]
        return [choice for choice in found if choice.organisation.pk == actor.organisation_id]
    return found


def visible_filings(request: Request, actor: Actor) -> QuerySet[Filing]:
    """Filings visible in the unit acted for; without a header, in any unit of this person."""
    reach = [visible_to(in_unit(actor, choice)) for choice in offered(request)]
    return reduce(or_, reach) if reach else Filing.objects.none()


def in_unit(actor: Actor, choice: Choice) -> Actor:
    return replace(actor, organisation=choice.organisation, roles=choice.roles)


def at_home(request: Request, actor: Actor, homes: Sequence[int], find: Callable[[Actor], Found]) -> Found:
    """What `find` finds, acting in the unit the object belongs to (the first of `homes`) where no header says otherwise.

    Raises what `find` raises last where no unit of this person sees it.
    """
    choices = offered(request)
    if len(choices) < 2:
        return find(actor)
    choices.sort(key=lambda c: homes.index(c.organisation.pk) if c.organisation.pk in homes else len(homes))
    refused = NotVisible.one("not_found", _("没有找到，或您无权查看。"))
    for choice in choices:
        acting = in_unit(actor, choice)
        try:
            found = find(acting)
        except NotVisible as error:
            refused = error
            continue
        request._request.actor = acting  # type: ignore[attr-defined]
        return found
    raise refused


class FilingView(ApiView):
    """`rules` names who may use a method on this filing: asked after visibility (404), before shape (422)."""

    access = "login"
    rules: ClassVar[dict[str, Rule]] = {}
    filing: Filing

    def prepare(self, request: Request, **kwargs: Any) -> None:
        self.filing = self._find(request, kwargs["pk"], kwargs.get("pid"))
        rule = self.rules.get(str(request.method))
        if rule is not None:
            rule.require(self.actor, self.filing)
        super().prepare(request, **kwargs)

    def _find(self, request: Request, pk: int, pid: int | None) -> Filing:
        """The filing, acting in the unit it belongs to where no header says otherwise."""
        return at_home(request, self.actor, _homes(pk, pid), lambda actor: get_visible(actor, pk))

    @property
    def audience(self) -> Audience:
        return Audience(self.actor, self.filing)

    def participant(self, pid: int) -> Participant:
        """A unit of this filing; NotVisible otherwise."""
        found = self.filing.participants.select_related("organisation").filter(pk=pid).first()
        if found is None:
            raise NotVisible.one("participant", _("没有这个参与单位"))
        found.filing = self.filing
        return found


def _homes(pk: int, pid: int | None) -> list[int]:
    """Whom the object belongs to, the nearest first: the participant named, the authority, the applicant."""
    row = Filing.objects.filter(pk=pk).values_list("authority_id", "applicant_id").first()
    unit = Participant.objects.filter(pk=pid, filing_id=pk).values_list("organisation_id", flat=True).first()
    return [*([unit] if unit else []), *(row or ())]


class KeyedRows:
    """Filings for a paginator: counted and skipped by their keys, read as tuples of `columns` for one page only.

    `columns` begins with "pk". Two queries a page, but neither the count nor a deep page pays for the joins.
    """

    ordered = True

    def __init__(self, rows: QuerySet[Filing], columns: tuple[str, ...]) -> None:
        self.rows, self.columns = rows, columns

    def count(self) -> int:
        return self.rows.order_by().count()

    def __getitem__(self, part: slice) -> list[tuple[Any, ...]]:
        keys = list(self.rows.values_list("pk", flat=True)[part])
        read = {row[0]: row for row in Filing.objects.filter(pk__in=keys).values_list(*self.columns)}
        return [read[key] for key in keys if key in read]
