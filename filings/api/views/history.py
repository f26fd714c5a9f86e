"""Versions, differences, timeline, notes, objections."""

from __future__ import annotations

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.describe import documented
from core.errors import Invalid, NotVisible
from filings import content as parts
from filings import permissions as may
from filings.api import answers, serializers, shown
from filings.api.base import FilingView
from filings.models import FilingVersion, Objection
from filings.selectors.assignment import assigned_since, person_in
from filings.services import assignment, examination, notice


class Versions(FilingView):
    rules = {"GET": may.case_reader, "HEAD": may.case_reader}

    @documented(answers.VersionOut(many=True), operation_id="versions_list", filters=False)
    def get(self, request: Request, pk: int) -> Response:
        """Snapshots, one for each submission."""
        return Response([shown.version(row) for row in self.filing.versions.defer("snapshot")])


def version_of(view: FilingView, number: int) -> FilingVersion:
    found = view.filing.versions.filter(number=number).first()
    if found is None:
        raise NotVisible.one("version", _("没有这个版本"))
    return found


class OneVersion(FilingView):
    rules = Versions.rules

    @documented(answers.VersionDetailOut, operation_id="versions_retrieve")
    def get(self, request: Request, pk: int, number: int) -> Response:
        """A snapshot with everything it holds."""
        row = version_of(self, number)
        return Response(shown.version(row) | {"snapshot": row.snapshot})


class Diff(FilingView):
    rules = Versions.rules
    queries = ("from", "to")

    @documented(
        answers.ChangeOut(many=True),
        operation_id="filings_diff",
        filters=False,
        parameters=[OpenApiParameter("from", int, required=True), OpenApiParameter("to", int, required=True)],
    )
    def get(self, request: Request, pk: int) -> Response:
        """Differences of two versions by field, table row and file."""
        old, new = (version_of(self, self._number(name)) for name in ("from", "to"))
        return Response(parts.changes(self.filing.spec, old.snapshot, new.snapshot))

    def _number(self, name: str) -> int:
        text = self.request.query_params.get(name, "")
        if not (text.isascii() and text.isdigit() and len(text) < 7):
            raise Invalid.one("version", _("请写版本号，例如 ?from=1&to=2"), name)
        return int(text)


class Events(FilingView):
    rules = {
        method: (may.case_reader | may.participant).saying(may.material_reader.sentence)
        for method in ("GET", "HEAD")
    }

    @documented(answers.EventOut(many=True), operation_id="events_list", filters=False)
    def get(self, request: Request, pk: int) -> Response:
        """The timeline."""
        audience = self.audience
        return Response([shown.event(row, staff=audience.is_staff) for row in audience.events()])


class Notes(FilingView):
    rules = {"GET": may.staff_reader, "HEAD": may.staff_reader, "POST": may.may_write_note}

    @documented(answers.NoteOut(many=True), operation_id="notes_list", filters=False)
    def get(self, request: Request, pk: int) -> Response:
        """Internal remarks."""
        return Response([shown.note(row) for row in self.filing.notes.select_related("author")])

    @documented(
        answers.NoteOut(many=True),
        body=serializers.NoteIn,
        status=201,
        unsafe=True,
        operation_id="notes_create",
    )
    def post(self, request: Request, pk: int) -> Response:
        """Add a remark; gives all remarks, the newest first."""
        examination.add_note(actor=self.actor, filing=self.filing, **self.given(serializers.NoteIn))
        return Response([shown.note(row) for row in self.filing.notes.select_related("author")], status=201)


class Assign(FilingView):
    rules = {"POST": (may.may_assign | may.may_examine).saying(may.case_officer.sentence)}

    @documented(answers.AssignedOut, body=serializers.AssignIn, unsafe=True, operation_id="filings_assign")
    def post(self, request: Request, pk: int) -> Response:
        """A head hands the case to an officer; an officer takes it over by naming the own account."""
        data = self.given(serializers.AssignIn)
        person = person_in(self.filing.authority, data["officer"])
        if person is None:
            raise Invalid.one("officer", _("请填写受理机关在岗经办人的账号"), "officer")
        row = assignment.assign(
            actor=self.actor,
            filing=self.filing,
            to=person,
            reason=data["reason"],
            seen=self.filing.assigned_to_id,
        )
        return Response(shown.assigned(row, assigned_since(row)))


class Objections(FilingView):
    rules = {"GET": may.staff_reader, "HEAD": may.staff_reader}

    @documented(answers.ObjectionOut(many=True), operation_id="objections_list", filters=False)
    def get(self, request: Request, pk: int) -> Response:
        """Objections received, with who made them."""
        rows = Objection.objects.filter(notice__filing=self.filing)
        return Response([shown.objection(row) for row in rows])


class AnswerObjection(FilingView):
    rules = {"POST": may.may_answer_objection}

    @documented(
        answers.ObjectionOut,
        body=serializers.ObjectionAnswerIn,
        unsafe=True,
        operation_id="objections_answer",
    )
    def post(self, request: Request, pk: int, oid: int) -> Response:
        """Answer an objection, once."""
        data = self.given(serializers.ObjectionAnswerIn)
        done = notice.answer_objection(actor=self.actor, filing=self.filing, objection_id=oid, **data)
        return Response(shown.objection(done))
