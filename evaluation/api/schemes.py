"""Schemes over the API: read by a bureau's desk, written by its keepers as whole documents, published by a second person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import stepup
from accounts.api.base import ApiView
from accounts.api.describe import documented, page_of
from core.actor import Actor
from core.errors import NotAllowed, NotVisible
from evaluation import permissions as may
from evaluation.enums import SchemeState
from evaluation.models import Scheme
from evaluation.selectors import schemes as see
from evaluation.services import schemes as services
from filings.api.answers import UnitOut
from filings.api.shown import moment, unit

PAGING = [OpenApiParameter("page", int), OpenApiParameter("page_size", int, description="1–100")]
LISTED = [*PAGING, OpenApiParameter("kind", str, description="Kind of entity")]
KEPT = ("label", "source", "note")


class SchemeProblemOut(s.Serializer):
    field = s.CharField(allow_blank=True)
    code = s.CharField()
    message = s.CharField()


class SchemeRowOut(s.Serializer):
    id = s.IntegerField()
    key = s.CharField()
    version = s.IntegerField(help_text="Counts within key and authority")
    label = s.CharField()  # type: ignore[assignment]
    kinds = s.ListField(child=s.CharField(), help_text="Kinds of entities")
    authority = UnitOut(allow_null=True, help_text="Null: came with the portal")
    standing = s.ChoiceField(choices=SchemeState.choices)
    standing_label = s.CharField()
    proposed_default = s.BooleanField(help_text="Whether a row is the portal's own proposal")
    published_at = s.DateTimeField(allow_null=True)


class SchemeOut(SchemeRowOut):
    rule = s.CharField(allow_blank=True, help_text="Id of the policy's item")
    source = s.CharField(allow_blank=True)  # type: ignore[assignment]
    note = s.CharField(allow_blank=True)
    reason = s.CharField(allow_blank=True, help_text="Why it was sent back or withdrawn")
    based_on = s.IntegerField(allow_null=True)
    edition = s.IntegerField(help_text="Sent back with a change; one more with each")
    rounds = s.IntegerField(help_text="In which it was applied")
    tree = s.DictField(help_text="Dimensions with indicators, vetoes, bonuses, deductions, bands, options")
    problems = SchemeProblemOut(many=True, help_text="What keeps a draft from being published")
    available_actions = s.ListField(child=s.CharField())


class SchemeIn(s.Serializer):
    based_on = s.IntegerField(min_value=1, max_value=2**31 - 1, help_text="The version that is copied")


class SchemePatchIn(s.Serializer):
    edition = s.IntegerField(min_value=1, max_value=2**31 - 1)
    tree = s.DictField(required=False, help_text="The whole document; numbers are text")
    label = s.CharField(required=False, max_length=services.LIMITS["label"])  # type: ignore[assignment]
    source = s.CharField(required=False, allow_blank=True, max_length=services.LIMITS["source"])  # type: ignore[assignment]
    note = s.CharField(required=False, allow_blank=True, max_length=services.LIMITS["note"])


class SchemeActionIn(s.Serializer):
    """`propose` takes edition and note; `publish` edition and comment; `send_back` and `withdraw` a comment.

    Whoever publishes from a session proves the second factor anew, as on the page.
    """

    edition = s.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    note = s.CharField(required=False, allow_blank=True, max_length=services.LIMITS["note"])
    comment = s.CharField(required=False, allow_blank=True, max_length=services.LIMITS["reason"])


Step = tuple[Callable[..., Any], tuple[str, ...]]
STEPS: dict[str, Step] = {
    "propose": (services.propose, ("edition", "note")),
    "recall": (services.recall, ()),
    "publish": (services.publish, ("comment", "edition")),
    "send_back": (services.send_back, ("comment",)),
    "withdraw": (services.withdraw, ("comment",)),
}
NEEDS: dict[str, tuple[str, Any]] = {
    "propose": (SchemeState.DRAFT, may.scheme_keeper),
    "recall": (SchemeState.PROPOSED, may.scheme_keeper),
    "publish": (SchemeState.PROPOSED, may.scheme_publisher),
    "send_back": (SchemeState.PROPOSED, may.scheme_publisher),
    "withdraw": (SchemeState.PUBLISHED, may.scheme_publisher),
}


def shown_row(row: Scheme) -> dict[str, Any]:
    owner = row.authority
    return {
        "id": row.pk,
        "key": row.key,
        "version": row.version,
        "label": row.label,
        "kinds": row.kinds,
        "authority": unit(owner.credit_code, owner.name) if owner else None,
        "standing": row.standing,
        "standing_label": row.get_standing_display(),
        "proposed_default": row.proposed_default,
        "published_at": moment(row.published_at),
    }


def shown(actor: Actor, row: Scheme) -> dict[str, Any]:
    found = see.problems_of(row.kinds, row.tree) if row.standing in see.OPEN else []
    return shown_row(row) | {
        "rule": row.rule,
        "source": row.source,
        "note": row.note,
        "reason": row.reason,
        "based_on": row.based_on_id,
        "edition": row.edition,
        "rounds": see.rounds_of(row),
        "tree": row.tree,
        "problems": [{"field": one.field, "code": one.code, "message": str(one.message)} for one in found],
        "available_actions": [
            name for name, (state, rule) in NEEDS.items() if row.standing == state and rule(actor, row)
        ],
    }


class Schemes(ApiView):
    access = may.evaluation_desk
    paged = True
    queries = ("kind",)

    @documented(
        page_of(SchemeRowOut), operation_id="evaluation_schemes_list", parameters=LISTED, filters=False
    )
    def get(self, request: Request) -> Response:
        """Versions that the bureau acted for may see, key by key, the newest first."""
        rows = see.schemes_of(self.actor).order_by("key", "authority", "-version")
        kind = request.query_params.get("kind", "")
        return self.page(rows.filter(kinds__contains=[kind]) if kind else rows, shown_row)

    @documented(SchemeOut, body=SchemeIn, status=201, unsafe=True, operation_id="evaluation_schemes_create")
    def post(self, request: Request) -> Response:
        """A draft of one's own bureau, copied from a version."""
        may.evaluation_keeper.require(self.actor)
        origin = see.get(self.actor, self.given(SchemeIn)["based_on"])
        made = services.copy(actor=self.actor, row=origin)
        return Response(shown(self.actor, see.get(self.actor, made.pk)), status=201)


class _SchemeView(ApiView):
    access = may.evaluation_desk
    scheme: Scheme

    def prepare(self, request: Request, **kwargs: Any) -> None:
        self.scheme = see.get(self.actor, kwargs["pk"])
        super().prepare(request, **kwargs)

    def again(self) -> Response:
        """The scheme as it stands now."""
        return Response(shown(self.actor, see.get(self.actor, self.scheme.pk)))


class OneScheme(_SchemeView):
    @documented(SchemeOut, operation_id="evaluation_schemes_retrieve")
    def get(self, request: Request, pk: int) -> Response:
        """One version with its document and what this actor may do."""
        return self.again()

    @documented(SchemeOut, body=SchemePatchIn, unsafe=True, operation_id="evaluation_schemes_update")
    def patch(self, request: Request, pk: int) -> Response:
        """A draft: its document as a whole, its name, source and note; what is not named stays."""
        may.scheme_keeper.require(self.actor, self.scheme)
        data = self.given(SchemePatchIn)
        row = self.scheme
        words = {name: data.get(name, getattr(row, name)) for name in KEPT}
        tree = data.get("tree", row.tree) | ({"ahp": row.tree["ahp"]} if row.tree.get("ahp") else {})
        services.save(
            actor=self.actor, row=row, tree=tree, edition=data["edition"], words=services.Words(**words)
        )
        return self.again()

    @documented(None, status=204, unsafe=True, operation_id="evaluation_schemes_destroy")
    def delete(self, request: Request, pk: int) -> Response:
        """A draft that is not needed any more."""
        services.discard(actor=self.actor, row=self.scheme)
        return Response(status=204)


class ActOnScheme(_SchemeView):
    @documented(SchemeOut, body=SchemeActionIn, unsafe=True, operation_id="evaluation_schemes_act")
    def post(self, request: Request, pk: int, name: str) -> Response:
        """One of `available_actions`."""
        if name not in STEPS:
            raise NotVisible.one("action", _("没有这个操作。"))
        NEEDS[name][1].require(self.actor, self.scheme)
        if name == "publish" and request.auth is None and not stepup.is_fresh(request._request):
            raise NotAllowed.one("step_up", _("此操作需要再次输入两步验证码，请在页面上验证后再办理。"))
        step, takes = STEPS[name]
        data = self.given(SchemeActionIn)
        given = {key: data.get(key, None if key == "edition" else "") for key in takes}
        step(actor=self.actor, row=self.scheme, **given)
        return self.again()
