"""Experts of a round and remarks of its agency, by API: the services, the people and the refusals of the pages."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.describe import documented
from evaluation import permissions as may
from evaluation.api.base import ROUND, RoundView, SubjectView
from evaluation.models import CheckNote
from evaluation.presentation import panels as shown
from evaluation.services import check_notes, panels


class PanelMarkOut(s.Serializer):
    expert = s.IntegerField(help_text="Number in `experts`, from 1")
    total = s.CharField(allow_null=True, help_text="Of 100; null while there is no mark")
    apart = s.BooleanField(help_text="Further from the mean of the others than `limit`")
    aside = s.BooleanField(help_text="Stood aside")


class PanelCaseOut(s.Serializer):
    entity = s.CharField()
    filing = s.IntegerField()
    state = s.CharField()
    mean = s.CharField(allow_null=True)
    spread = s.CharField(allow_null=True)
    wide = s.BooleanField()
    waiting = s.IntegerField(help_text="Experts who have not marked yet")
    marks = PanelMarkOut(many=True)


class PanelsOut(s.Serializer):
    round = s.CharField()
    limit = s.CharField()
    experts = s.ListField(child=s.CharField(), help_text="Names for those who run the round, else numbers")
    cases = PanelCaseOut(many=True)


class PanelsIn(s.Serializer):
    """Experts by account or number; without any, as many as the rule asks for are drawn by the seed."""

    experts = s.ListField(child=s.CharField(max_length=150), required=False, default=list, max_length=200)
    seed = s.CharField(required=False, allow_blank=True, default="", max_length=40)
    comment = s.CharField(required=False, allow_blank=True, default="", max_length=2000)


class PanelsCloseIn(s.Serializer):
    comment = s.CharField(required=False, allow_blank=True, default="", max_length=2000)


class PanelsDoneOut(s.Serializer):
    """What came of a step over all cases; `told` says who stood aside and what was refused."""

    seed = s.CharField(allow_blank=True)
    done = s.ListField(child=s.IntegerField(), help_text="Filings")
    refused = s.ListField(child=s.IntegerField(), help_text="Filings")
    left = s.IntegerField(help_text="Cases for the next call")
    told = s.ListField(child=s.CharField())


def _done(found: panels.Done) -> dict[str, Any]:
    return {
        "seed": found.seed,
        "done": [filing.pk for filing in found.done],
        "refused": [filing.pk for filing, _why in found.refused],
        "left": found.left,
        "told": shown.told(found),
    }


class Panels(RoundView):
    rules = {"GET": may.result_reader, "HEAD": may.result_reader, "POST": may.round_officer}

    @documented(PanelsOut, operation_id="rounds_panels", parameters=[ROUND])
    def get(self, request: Request, code: str) -> Response:
        """Every case with every expert's total, the mean, the spread and who stands apart."""
        return Response(shown.as_json(self.round, self.actor))

    @documented(
        PanelsDoneOut, body=PanelsIn, unsafe=True, operation_id="rounds_panels_open", parameters=[ROUND]
    )
    def post(self, request: Request, code: str) -> Response:
        """Open the review of every checked self-assessment with the same experts."""
        found = panels.open_panels(actor=self.actor, round=self.round, **self.given(PanelsIn))
        return Response(_done(found))


class ClosePanels(RoundView):
    rules = {"POST": may.round_officer}

    @documented(
        PanelsDoneOut, body=PanelsCloseIn, unsafe=True, operation_id="rounds_panels_close", parameters=[ROUND]
    )
    def post(self, request: Request, code: str) -> Response:
        """End every review in which all experts have marked; the others say what is missing."""
        found = panels.close_panels(actor=self.actor, round=self.round, **self.given(PanelsCloseIn))
        return Response(_done(found))


# --- the agency's remarks ---

_reads = (may.result_reader | may.round_agency).saying(may.result_reader.sentence)


class CheckNoteOut(s.Serializer):
    id = s.IntegerField()
    text = s.CharField()
    organisation = s.CharField()
    at = s.DateTimeField()


class CheckNoteIn(s.Serializer):
    text = s.CharField(max_length=check_notes.LONGEST)


def _note(row: CheckNote) -> dict[str, Any]:
    return {"id": row.pk, "text": row.text, "organisation": row.organisation.name, "at": row.at}


class CheckNotes(SubjectView):
    rules = {"GET": _reads, "HEAD": _reads, "POST": may.round_agency}

    @documented(CheckNoteOut(many=True), operation_id="rounds_check_notes", filters=False, parameters=[ROUND])
    def get(self, request: Request, code: str, pk: int) -> Response:
        """Remarks of the commissioned agency on one entity, the newest first."""
        if not may.result_reader(self.actor, self.round):
            check_notes.keep_apart(self.actor, self.subject)
        return Response([_note(row) for row in self.subject.check_notes.select_related("organisation")])

    @documented(
        CheckNoteOut,
        body=CheckNoteIn,
        status=201,
        unsafe=True,
        operation_id="rounds_check_notes_create",
        parameters=[ROUND],
    )
    def post(self, request: Request, code: str, pk: int) -> Response:
        """A remark of the agency; it changes no figure by itself."""
        text = self.given(CheckNoteIn)["text"]
        made = check_notes.add(actor=self.actor, subject=self.subject, text=text)
        return Response(_note(made), status=201)
