"""Filings: list, start, read, write, move."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.describe import documented, page_of
from accounts.permissions import is_unit_member
from core.errors import Invalid, from_form
from filings import permissions as may
from filings import programmes
from filings.api import answers, serializers, shown
from filings.api.base import FilingView, KeyedRows, visible_filings
from filings.api.shapes import check_content
from filings.enums import State
from filings.filters import FilingFilter
from filings.selectors.filings import get_visible
from filings.services import actions, saving
from filings.workflow import workflow_of

_FILTERS = tuple(FilingFilter.base_filters)
_PARAMETERS = [
    *(OpenApiParameter(name, str, many=name == "state") for name in _FILTERS),
    OpenApiParameter("page", int),
    OpenApiParameter("page_size", int, description="1–100"),
]


class Filings(ApiView):
    access = "login"
    queries = _FILTERS
    paged = True

    def prepare(self, request: Request, **kwargs: Any) -> None:
        if request.method == "POST":
            is_unit_member.require(self.actor)
        super().prepare(request, **kwargs)

    @documented(page_of(answers.FilingRowOut), operation_id="filings_list", parameters=_PARAMETERS)
    def get(self, request: Request) -> Response:
        """Filings this person may see, the newest first, filtered like the worklist."""
        found = FilingFilter(
            request.query_params, visible_filings(request, self.actor), request=request._request
        )
        if not found.is_valid():
            raise Invalid(from_form(found.errors))
        staff = self.actor.organisation is not None and self.actor.organisation.is_bureau
        rows = KeyedRows(found.qs.order_by("-pk"), shown.ROW)
        return self.page(rows, lambda row: shown.filing_row(row, staff=staff))

    @documented(
        answers.FilingOut, body=serializers.StartIn, status=201, unsafe=True, operation_id="filings_create"
    )
    def post(self, request: Request) -> Response:
        """Start a draft."""
        data = self.given(serializers.StartIn)
        content = data.get("content") or {}
        meant = programmes.resolve(data["programme"], content)
        if content and (spec := asked_for(meant, data["action"])) is not None:
            check_content(spec, content)
        made = saving.start(
            actor=self.actor,
            programme=data["programme"],
            action=data["action"],
            entity=data.get("entity") or "",
            period=data.get("period") or "",
            content=content,
        )
        return Response(shown.filing_detail(self.actor, get_visible(self.actor, made.pk)), status=201)


def asked_for(key: str, action: str) -> programmes.Programme | None:
    """The programme as declared for an action; None for what there is not, which the service refuses."""
    try:
        return programmes.get(key, action)
    except KeyError:
        return None


class OneFiling(FilingView):
    rules = {"PATCH": (may.applicant | may.participant).saying(may.applicant.sentence)}

    @documented(answers.FilingOut, operation_id="filings_retrieve")
    def get(self, request: Request, pk: int) -> Response:
        """The case as this actor reads it, with what may be done next."""
        return Response(shown.filing_detail(self.actor, self.filing))

    @documented(
        answers.FilingOut, body=serializers.ContentIn, unsafe=True, operation_id="filings_partial_update"
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Write the fields given. A participant writes its own section; `version` is then the participant's."""
        data = self.given(serializers.ContentIn)
        check_content(self.filing.spec, data["content"])
        saving.save_content(
            actor=self.actor, filing=self.filing, content=data["content"], version=data["version"]
        )
        return Response(shown.filing_detail(self.actor, get_visible(self.actor, pk)))


class Act(FilingView):
    @documented(answers.FilingOut, body=serializers.ActionIn, unsafe=True, operation_id="filings_act")
    def post(self, request: Request, pk: int, name: str) -> Response:
        """One transition. What it takes is named in `takes` of `available_actions`."""
        actions.admit(actor=self.actor, filing=self.filing, name=name)
        # what cannot be done now is said before faults of the body
        possible = State(self.filing.state) in workflow_of(self.filing)[name].sources
        data = self.given(serializers.ActionIn) if possible else {}
        version = data.pop("version", None)
        moved = actions.act(actor=self.actor, filing=self.filing, name=name, payload=data, version=version)
        return Response(shown.filing_detail(self.actor, get_visible(self.actor, moved.pk)))
