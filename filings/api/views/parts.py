"""What hangs on a filing while it is written and examined: participants, files, checks, corrections, waivers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.describe import documented
from core.errors import NotAllowed, NotVisible
from filings import permissions as may
from filings.api import answers, serializers, shown
from filings.api.base import FilingView
from filings.api.shapes import check_value
from filings.models import Correction, Participant
from filings.services import confirming, corrections, drafting, examination, participation, waivers


class Participants(FilingView):
    rules = {"POST": may.applicant}

    @documented(answers.ParticipantOut(many=True), operation_id="participants_list", filters=False)
    def get(self, request: Request, pk: int) -> Response:
        """Member units."""
        audience = self.audience
        return Response([shown.participant(row, audience) for row in audience.participants()])

    @documented(
        answers.ParticipantDetailOut,
        body=serializers.InviteIn,
        status=201,
        unsafe=True,
        operation_id="participants_invite",
    )
    def post(self, request: Request, pk: int) -> Response:
        """Invite a unit by its unified social credit code."""
        data = self.given(serializers.InviteIn)
        made = participation.invite(
            actor=self.actor, filing=self.filing, code=data["organisation"], role=data["role"]
        )
        return Response(shown.participant_detail(self.participant(made.pk), self.audience), status=201)


class OneParticipant(FilingView):
    rules = {"DELETE": may.applicant}
    queries = ("reason",)

    def prepare(self, request: Request, **kwargs: Any) -> None:
        super().prepare(request, **kwargs)
        self.place = self.participant(kwargs["pid"])
        if not self.place.is_active and self.place.pk not in {p.pk for p in self.audience.participants()}:
            raise NotVisible.one("participant", _("没有这个参与单位"))

    def shown(self, place: Participant) -> Response:
        return Response(shown.participant_detail(self.participant(place.pk), self.audience))

    @documented(answers.ParticipantDetailOut, operation_id="participants_retrieve")
    def get(self, request: Request, pk: int, pid: int) -> Response:
        """A unit; for the unit itself with exactly what it confirms and its SHA-256."""
        return self.shown(self.place)

    @documented(
        None,
        status=204,
        unsafe=True,
        operation_id="participants_remove",
        parameters=[
            OpenApiParameter("reason", str, description="Required where the unit is on the register")
        ],
    )
    def delete(self, request: Request, pk: int, pid: int) -> Response:
        """The lead takes a unit off the list of a draft."""
        reason = request.query_params.get("reason", "")
        participation.remove(actor=self.actor, filing=self.filing, participant=self.place, reason=reason)
        return Response(status=204)


class OwnPlace(OneParticipant):
    """What only the unit itself does."""

    queries = ()

    def prepare(self, request: Request, **kwargs: Any) -> None:
        super().prepare(request, **kwargs)
        if self.place.organisation_id != self.actor.organisation_id:
            raise NotAllowed.one("not_your_unit", _("只有该参与单位自己可以办理。"))

    http_method_names = ["post", "options"]


class Sign(OwnPlace):
    @documented(
        answers.ParticipantDetailOut, body=serializers.SignIn, unsafe=True, operation_id="participants_sign"
    )
    def post(self, request: Request, pk: int, pid: int) -> Response:
        """Confirm what is shown, by its hash."""
        data = self.given(serializers.SignIn)
        return self.shown(
            confirming.confirm(actor=self.actor, filing=self.filing, participant=self.place, **data)
        )


class Decline(OwnPlace):
    @documented(
        answers.ParticipantDetailOut,
        body=serializers.DeclineIn,
        unsafe=True,
        operation_id="participants_decline",
    )
    def post(self, request: Request, pk: int, pid: int) -> Response:
        """Decline the invitation."""
        data = self.given(serializers.DeclineIn)
        audience = self.audience
        participation.decline(actor=self.actor, filing=self.filing, participant=self.place, **data)
        # the unit no longer sees the filing; it is told once what it did
        return Response(shown.participant_detail(self.participant(pid), audience) | {"to_confirm": None})


class Attachments(FilingView):
    rules = {"POST": (may.applicant | may.participant).saying(may.applicant.sentence)}
    parser_classes = (MultiPartParser,)

    @documented(answers.AttachmentOut(many=True), operation_id="attachments_list", filters=False)
    def get(self, request: Request, pk: int) -> Response:
        """Files this actor may read; their bytes are at `url`."""
        return Response([shown.attachment(row) for row in self.audience.attachments()])

    @documented(
        answers.AttachmentOut,
        body={"multipart/form-data": serializers.AttachmentIn},
        status=201,
        unsafe=True,
        operation_id="attachments_create",
    )
    def post(self, request: Request, pk: int) -> Response:
        """Put a file into a section's file field."""
        data = self.given(serializers.AttachmentIn)
        made = drafting.attach(
            actor=self.actor,
            filing=self.filing,
            section=data["section"],
            field=data["field"],
            upload=data["file"],
        )
        return Response(shown.attachment(made), status=201)


class OneAttachment(FilingView):
    rules = {"DELETE": (may.applicant | may.participant).saying(may.applicant.sentence)}

    @documented(None, status=204, unsafe=True, operation_id="attachments_remove")
    def delete(self, request: Request, pk: int, aid: int) -> Response:
        """Take a file out; it stays on record."""
        drafting.detach(actor=self.actor, filing=self.filing, attachment_id=aid)
        return Response(status=204)


class Checks(FilingView):
    rules = {"GET": may.staff_reader, "HEAD": may.staff_reader, "POST": may.may_examine}

    @documented(answers.CheckOut(many=True), operation_id="checks_list", filters=False)
    def get(self, request: Request, pk: int) -> Response:
        """The officer's check list."""
        return Response([shown.check(row) for row in self.filing.checks.all()])

    @documented(answers.CheckOut, body=serializers.CheckIn, unsafe=True, operation_id="checks_record")
    def post(self, request: Request, pk: int) -> Response:
        """The officer's result on one line."""
        data = self.given(serializers.CheckIn)
        return Response(shown.check(examination.record_check(actor=self.actor, filing=self.filing, **data)))


class CorrectionView(FilingView):
    def prepare(self, request: Request, **kwargs: Any) -> None:
        super().prepare(request, **kwargs)
        found = next((row for row in self.audience.corrections() if row.pk == kwargs["cid"]), None)
        if found is None:
            raise NotVisible.one("correction", _("没有这个补正项"))
        self.item: Correction = found


class AnswerCorrection(CorrectionView):
    rules = {"POST": (may.applicant | may.participant).saying(may.applicant.sentence)}

    @documented(
        answers.CorrectionOut, body=serializers.AnswerIn, unsafe=True, operation_id="corrections_answer"
    )
    def post(self, request: Request, pk: int, cid: int) -> Response:
        """Answer an item in words, optionally with the field's new value."""
        data = self.given(serializers.AnswerIn)
        section = self.filing.spec.section(self.item.section)
        if "value" in data and self.item.field and section is not None:
            check_value(section.form, self.item.field, data["value"], self.item.section)
        done = corrections.answer(actor=self.actor, filing=self.filing, correction_id=cid, **data)
        return Response(shown.correction(done))


class CloseCorrection(CorrectionView):
    rules = {"POST": may.may_examine}

    @documented(answers.CorrectionOut, unsafe=True, operation_id="corrections_close")
    def post(self, request: Request, pk: int, cid: int) -> Response:
        """The officer closes an answered item."""
        done = corrections.close(actor=self.actor, filing=self.filing, correction_id=cid)
        return Response(shown.correction(done))


class Waivers(FilingView):
    rules = {"POST": (may.applicant | may.case_officer).saying(may.case_officer.sentence)}

    @documented(answers.WaiverOut, body=serializers.WaiverIn, unsafe=True, operation_id="waivers_create")
    def post(self, request: Request, pk: int) -> Response:
        """The applicant's reason for a shortfall, or the officer's public ground for the exception."""
        data = self.given(serializers.WaiverIn)
        row = waivers.give_reason(actor=self.actor, filing=self.filing, **data)
        return Response(shown.waiver(row))
