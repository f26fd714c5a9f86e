"""Corrections of confirmed rounds by API: the services, the people and the refusals of the pages."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import stepup
from accounts.api.describe import documented, page_of
from core.actor import Actor
from core.errors import NotAllowed, NotNow
from evaluation import permissions as may
from evaluation.api import shapes_corrections as shapes
from evaluation.api import shapes_rounds
from evaluation.api import shown_rounds as shown
from evaluation.api.base import PAGING, ROUND, RoundView
from evaluation.models import Correction, ResultChange, RunRow
from evaluation.presentation.corrections import follows
from evaluation.selectors import corrections as see
from evaluation.selectors import rounds as see_rounds
from evaluation.services import corrections, runs
from evaluation.workflow_correction import CORRECTION
from filings.api.shown import moment

MOMENTS = ("opened_at", "proposed_at", "confirmed_at", "applied_at")


def row(found: Correction) -> dict[str, Any]:
    """A line of the list."""
    return {
        **{name: getattr(found, name) for name in ("number", "version", "ground", "reason", "state")},
        "state_label": found.get_state_display(),
        "base": found.base.number,
        "run": found.run.number if found.run is not None else None,
        **{name: moment(getattr(found, name)) for name in MOMENTS},
        "withdrawn_because": found.withdrawn_because,
    }


def whole(found: Correction, actor: Actor) -> dict[str, Any]:
    """One correction with whom it names, its runs and what this actor may do next."""
    run = see.newest(found)
    named = found.named.select_related("subject__entity__lead", "subject__entity__district")
    return row(found) | {
        "document": found.document.name if found.document is not None else None,
        "proposal": found.proposal,
        "entities": [shown.entity(one.subject.entity) for one in named],
        "runs": list(found.runs.order_by("number").values_list("number", flat=True)),
        "moved": see.counted(run) if run is not None else None,
        "available_actions": [step.name for step in CORRECTION.available(found, actor)],
    }


def _side(found: RunRow) -> dict[str, Any]:
    outcome = found.outcome
    return {name: outcome[name] for name in ("total", "grade", "word")} | {"rank": found.rank}


def change(found: ResultChange) -> dict[str, Any]:
    """One entity before and after."""
    return {
        "entity": shown.entity(found.after.entity),
        "named": found.named,
        "before": _side(found.before),
        "after": _side(found.after),
        "follows": [said["text"] for said in follows(found)] if found.regraded else [],
        "rating": found.rating.round if found.rating is not None else None,
        "report": found.report.number if found.report is not None else None,
        "cancellation_stands": found.stands_id is not None,
    }


class Corrections(RoundView):
    rules = {"GET": may.result_reader, "POST": may.round_officer}

    @documented(
        shapes.ResultCorrectionRowOut(many=True),
        operation_id="rounds_corrections",
        parameters=[ROUND],
        filters=False,
    )
    def get(self, request: Request, code: str) -> Response:
        """Every correction of the round, the newest first."""
        return Response([row(one) for one in self.round.corrections.select_related("base", "run")])

    @documented(
        shapes.ResultCorrectionOut,
        body=shapes.ResultCorrectionIn,
        status=201,
        unsafe=True,
        operation_id="rounds_correction_open",
        parameters=[ROUND],
    )
    def post(self, request: Request, code: str) -> Response:
        """Open a correction of a confirmed round; 409 while another one is open."""
        made = corrections.open_(actor=self.actor, round=self.round, **self.given(shapes.ResultCorrectionIn))
        return Response(whole(see.get(self.round, made.number), self.actor), status=201)


class CorrectionView(RoundView):
    """One correction of a round."""

    correction: Correction

    def prepare(self, request: Request, **kwargs: Any) -> None:
        super().prepare(request, **kwargs)
        self.correction = see.get(self.round, kwargs["number"])

    def told(self, status: int = 200) -> Response:
        """The correction as it is now."""
        return Response(whole(see.get(self.round, self.correction.number), self.actor), status=status)


class OneCorrection(CorrectionView):
    rules = {"GET": may.result_reader}

    @documented(shapes.ResultCorrectionOut, operation_id="rounds_correction", parameters=[ROUND])
    def get(self, request: Request, code: str, number: int) -> Response:
        """Whom it names, what it moves, and what may be done next."""
        return self.told()


class Entities(CorrectionView):
    rules = {"POST": may.round_officer}

    @documented(
        shapes.ResultCorrectionOut,
        body=shapes.ResultCorrectionNameIn,
        unsafe=True,
        operation_id="rounds_correction_name",
        parameters=[ROUND],
    )
    def post(self, request: Request, code: str, number: int) -> Response:
        """Name more entities while it is open."""
        given = self.given(shapes.ResultCorrectionNameIn)
        corrections.name_entities(actor=self.actor, correction=self.correction, **given)
        return self.told()


class Document(CorrectionView):
    rules = {"POST": may.round_officer}
    parser_classes = (MultiPartParser,)  # type: ignore[assignment]

    @documented(
        shapes.ResultCorrectionOut,
        body={"multipart/form-data": shapes.ResultCorrectionDocumentIn},
        unsafe=True,
        operation_id="rounds_correction_document",
        parameters=[ROUND],
    )
    def post(self, request: Request, code: str, number: int) -> Response:
        """The paper the correction rests on, as multipart `file`; once."""
        upload = self.given(shapes.ResultCorrectionDocumentIn)["file"]
        corrections.attach(actor=self.actor, correction=self.correction, upload=upload)
        return self.told()


class Runs(CorrectionView):
    rules = {"POST": may.round_officer}

    @documented(
        shapes_rounds.RunOut,
        status=201,
        unsafe=True,
        operation_id="rounds_correction_score",
        parameters=[ROUND],
    )
    def post(self, request: Request, code: str, number: int) -> Response:
        """Have the worker score the whole population again with the corrected figures."""
        made = runs.start_correcting(actor=self.actor, correction=self.correction)
        told = next(one for one in see_rounds.runs(self.round) if one.pk == made.pk)
        return Response(shown.run(told), status=201)


class Changes(CorrectionView):
    rules = {"GET": may.result_reader}
    paged = True

    @documented(
        page_of(shapes.ResultChangeOut),
        operation_id="rounds_correction_changes",
        parameters=[ROUND, *PAGING],
        filters=False,
    )
    def get(self, request: Request, code: str, number: int) -> Response:
        """Whose result its newest finished run moves: another grade first."""
        run = see.newest(self.correction)
        rows = see.changes(run) if run is not None else ResultChange.objects.none()
        return self.page(rows, change)


class Act(CorrectionView):
    """Whoever calls from a session proves the second factor anew, as on the pages; a token was given for one."""

    def prepare(self, request: Request, **kwargs: Any) -> None:
        super().prepare(request, **kwargs)
        step = CORRECTION[kwargs["name"]]
        rule: Any = step.allowed
        if not rule(self.actor, self.correction):
            raise NotAllowed.one("not_allowed", rule.refusal(self.actor, self.correction))
        if self.correction.state not in step.sources:
            raise NotNow.one("wrong_state", self.correction.get_state_display())
        if request.auth is None and not stepup.is_fresh(request._request):
            raise NotAllowed.one("step_up", _("此操作需要再次输入两步验证码，请在页面上验证后再办理。"))

    @documented(
        shapes.ResultCorrectionOut,
        body=shapes.ResultCorrectionActionIn,
        unsafe=True,
        operation_id="rounds_correction_act",
        parameters=[
            ROUND,
            OpenApiParameter("name", str, OpenApiParameter.PATH, enum=[step.name for step in CORRECTION]),
        ],
    )
    def post(self, request: Request, code: str, number: int, name: str) -> Response:
        """One step of the correction."""
        given = self.given(shapes.ResultCorrectionActionIn)
        corrections.act(actor=self.actor, correction=self.correction, name=name, **given)
        return self.told()
