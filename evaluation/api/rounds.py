"""Rounds by API: the services, the people and the refusals of the pages."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import stepup
from accounts.api.base import ApiView
from accounts.api.describe import documented, page_of
from accounts.models import Organisation
from core.errors import Invalid, NotAllowed, NotNow, NotVisible
from evaluation import permissions as may
from evaluation.api import shapes_rounds as shapes
from evaluation.api import shown_rounds as shown
from evaluation.api.base import PAGING, ROUND, RoundView, chosen, visible
from evaluation.enums import Occasion, RoundState
from evaluation.models import Run, Scheme
from evaluation.selectors import rounds as see
from evaluation.selectors import schemes
from evaluation.services import late, rounds, runs
from evaluation.workflow import WORKFLOW

_FILTERS = [
    OpenApiParameter("state", str, enum=RoundState.values),
    OpenApiParameter("occasion", str, enum=Occasion.values),
    OpenApiParameter("scheme", str, description="Key of the scheme"),
    OpenApiParameter("authority", str, description="Credit code of the bureau"),
]


def resolved(data: dict[str, Any], authority: Organisation | None) -> dict[str, Any]:
    """The body with the scheme and the agency it names."""
    found = dict(data)
    if "scheme" in found:
        found["scheme"] = _scheme(found["scheme"], authority)
    if "agency" in found:
        found["agency"] = _agency(found["agency"])
    return found


def _scheme(key: str, authority: Organisation | None) -> Scheme:
    found = schemes.offered(authority).filter(key=key).first()
    if found is None:
        raise Invalid.one("scheme", _("没有已发布的指标体系“%(key)s”") % {"key": key}, "scheme")
    return found


def _agency(code: str) -> Organisation | None:
    code = "".join(code.split()).upper()
    if not code:
        return None
    found = Organisation.objects.filter(credit_code=code).first()
    if found is None:
        words = _("平台上没有统一社会信用代码为 %(code)s 的单位") % {"code": code}
        raise Invalid.one("agency", words, "agency")
    return found


class Rounds(ApiView):
    access = "login"
    paged = True
    queries = ("state", "occasion", "scheme", "authority")

    def prepare(self, request: Request, **kwargs: Any) -> None:
        if request.method == "POST":
            may.evaluation_keeper.require(self.actor)
        super().prepare(request, **kwargs)

    @documented(
        page_of(shapes.RoundRowOut),
        operation_id="rounds_list",
        parameters=[*PAGING, *_FILTERS],
        filters=False,
    )
    def get(self, request: Request) -> Response:
        """Rounds of the own bureau, of an auditor's place, or those an agency was commissioned with."""
        rows = visible(request, self.actor).select_related("run", "corrected_run")
        wanted = {
            "state": chosen(request, "state", RoundState.values),
            "occasion": chosen(request, "occasion", Occasion.values),
            "scheme__key": request.query_params.get("scheme", ""),
            "authority__credit_code": request.query_params.get("authority", ""),
        }
        rows = rows.filter(**{name: value for name, value in wanted.items() if value})
        return self.page(rows.order_by("-created_at", "-pk"), shown.row)

    @documented(shapes.RoundOut, body=shapes.RoundIn, status=201, unsafe=True, operation_id="rounds_create")
    def post(self, request: Request) -> Response:
        """A draft of the own bureau."""
        given = resolved(self.given(shapes.RoundIn), self.actor.organisation)
        made = rounds.create(actor=self.actor, **given)
        return Response(shown.round_(see.get(self.actor, made.code), self.actor), status=201)


class OneRound(RoundView):
    rules = {"PATCH": may.round_keeper}

    @documented(shapes.RoundOut, operation_id="rounds_retrieve", parameters=[ROUND])
    def get(self, request: Request, code: str) -> Response:
        """How far it is, its runs, and what may be done next."""
        return Response(shown.round_(self.round, self.actor))

    @documented(
        shapes.RoundOut,
        body=shapes.RoundChangeIn,
        unsafe=True,
        operation_id="rounds_update",
        parameters=[ROUND],
    )
    def patch(self, request: Request, code: str) -> Response:
        """Change what is set up, while it is a draft; 409 on a stale version."""
        given = resolved(self.given(shapes.RoundChangeIn), self.round.authority)
        rounds.edit(actor=self.actor, round=self.round, **given)
        return Response(shown.round_(self.again(), self.actor))


class Calendar(RoundView):
    rules = {"POST": may.round_officer}

    @documented(
        shapes.RoundOut,
        body=shapes.CalendarIn,
        unsafe=True,
        operation_id="rounds_extend",
        parameters=[ROUND],
    )
    def post(self, request: Request, code: str) -> Response:
        """Move the calendar of a running round, with a reason that auditors read."""
        rounds.extend(actor=self.actor, round=self.round, **self.given(shapes.CalendarIn))
        return Response(shown.round_(self.again(), self.actor))


class ConfirmLate(RoundView):
    rules = {"POST": may.round_officer}

    @documented(shapes.LateOut, unsafe=True, operation_id="rounds_confirm_late", parameters=[ROUND])
    def post(self, request: Request, code: str) -> Response:
        """Confirm every deduction for a late self-assessment that the portal proposed; how many they were."""
        return Response({"confirmed": late.confirm(actor=self.actor, round=self.round)})


class Act(RoundView):
    """Whoever calls from a session proves the second factor anew, as on the pages; a token was given for one."""

    def prepare(self, request: Request, **kwargs: Any) -> None:
        super().prepare(request, **kwargs)
        step = WORKFLOW[kwargs["name"]]
        rule: Any = step.allowed
        if not rule(self.actor, self.round):
            raise NotAllowed.one("not_allowed", rule.refusal(self.actor, self.round))
        if self.round.state not in step.sources:
            raise NotNow.one("wrong_state", self.round.get_state_display())
        if request.auth is None and not stepup.is_fresh(request._request):
            raise NotAllowed.one("step_up", _("此操作需要再次输入两步验证码，请在页面上验证后再办理。"))

    @documented(
        shapes.RoundOut,
        body=shapes.RoundActionIn,
        unsafe=True,
        operation_id="rounds_act",
        parameters=[
            ROUND,
            OpenApiParameter("name", str, OpenApiParameter.PATH, enum=[step.name for step in WORKFLOW]),
        ],
    )
    def post(self, request: Request, code: str, name: str) -> Response:
        """One step of the round."""
        given = self.given(shapes.RoundActionIn)
        rounds.act(
            actor=self.actor,
            round=self.round,
            name=name,
            comment=given.get("comment", ""),
            version=given.get("version"),
            run=self._asked(given.get("run")),
        )
        return Response(shown.round_(self.again(), self.actor))

    def _asked(self, number: int | None) -> Run | None:
        if number is None:
            return runs.latest(self.round)
        found = self.round.runs.filter(number=number).first()
        if found is None:
            raise Invalid.one("run", _("没有这次评分"), "run")
        return found


class Runs(RoundView):
    rules = {"GET": may.result_reader, "POST": may.round_officer}

    @documented(shapes.RunOut(many=True), operation_id="rounds_runs", parameters=[ROUND], filters=False)
    def get(self, request: Request, code: str) -> Response:
        """Every run, the newest first, with how far the worker is."""
        return Response([shown.run(one) for one in see.runs(self.round)])

    @documented(
        shapes.RunOut,
        body=shapes.RunIn,
        status=201,
        unsafe=True,
        operation_id="rounds_score",
        parameters=[ROUND],
    )
    def post(self, request: Request, code: str) -> Response:
        """Have the worker score the round; a trial is never a result."""
        made = runs.start(actor=self.actor, round=self.round, **self.given(shapes.RunIn))
        told = next(one for one in see.runs(self.round) if one.pk == made.pk)
        return Response(shown.run(told), status=201)


class Results(RoundView):
    rules = {"GET": may.result_reader}
    paged = True
    queries = ("run",)

    @documented(
        page_of(shapes.ResultOut),
        operation_id="rounds_results",
        parameters=[ROUND, *PAGING, OpenApiParameter("run", int, description="Default: the accepted run")],
        filters=False,
    )
    def get(self, request: Request, code: str) -> Response:
        """The ranking of the accepted run, of the run asked for, or else of the newest."""
        run = self._asked(request.query_params.get("run", ""))
        return self.page(see.ranking(run), shown.result)

    def _asked(self, asked: str) -> Run:
        if asked:
            number = int(asked) if asked.isdecimal() and asked.isascii() and len(asked) < 6 else 0
            found = self.round.runs.filter(number=number, finished_at__isnull=False).first()
        else:
            found = self.round.result or runs.latest(self.round)
        if found is None:
            raise NotVisible.one("run", _("还没有评分结果"))
        return found
