"""A correction as its answerer sees it: the demand, the field it is pinned to, the words of the answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from filings.enums import CorrectionState
from filings.fields import FileField, RowsField, RowsWidget, answer_fields, relaxed, to_json
from filings.forms import AnswerForm
from filings.models import Correction, Filing
from filings.presentation.answers import FileLine, of_owner
from filings.presentation.editing import _cell_errors, mark
from filings.selectors.reading import live_attachments, owner_content


@dataclass
class Ticket:
    """One correction on the page; `mine` when this unit answers it."""

    item: Correction
    where: str
    mine: bool
    owner: str
    kind: str = ""  # field, rows, files or page
    answer: AnswerForm | None = None
    form: forms.Form | None = None
    bound: forms.BoundField | None = None
    stored: Any = None
    files: tuple[FileLine, ...] = ()
    errors: tuple[str, ...] = ()
    accept: str = ""
    many: bool = False
    url: str = ""

    @property
    def prefix(self) -> str:
        return f"t{self.item.number}"

    @property
    def anchor(self) -> str:
        return f"ticket-{self.item.number}"

    @property
    def was(self) -> str:
        return mark(self.stored)

    @property
    def tone(self) -> str:
        tones = {CorrectionState.OPEN: "act", CorrectionState.ANSWERED: "corrected"}
        return tones.get(CorrectionState(self.item.standing), "closed")


def tickets(
    filing: Filing, rows: Iterable[Correction], organisation_id: int | None, data: QueryDict | None = None
) -> list[Ticket]:
    """The corrections of the present round and the earlier open ones, each ready to be answered by its unit."""
    files = live_attachments(filing)
    return [_ticket(filing, row, organisation_id, files, data) for row in rows]


def _ticket(
    filing: Filing, row: Correction, organisation_id: int | None, files: list[Any], data: QueryDict | None
) -> Ticket:
    section = filing.spec.section(row.section)
    unit = row.participant.organisation if row.participant else filing.applicant
    where = str(section.title) if section else row.section
    if section is not None and row.field:
        where = _("%(section)s — %(field)s") % {"section": where, "field": section.field_label(row.field)}
    made = Ticket(row, where, unit.pk == organisation_id, unit.name)
    made.mine = made.mine and row.standing != CorrectionState.CLOSED
    if not made.mine or section is None:
        return made
    made.answer = AnswerForm(data, prefix=made.prefix, initial={"text": row.answer})
    made.url = reverse("filings:section", args=[filing.pk, section.key])
    form_field = section.form.base_fields.get(row.field)
    if form_field is None:
        made.kind = "page"
    elif isinstance(form_field, FileField):
        made.kind, made.many = "files", form_field.many
        made.accept = ",".join(f".{e}" for e in form_field.extensions)
        own = of_owner(files, section, row.participant)
        made.files = tuple(FileLine(a) for a in own if a.field == row.field)
    else:
        _with_field(made, section, owner_content(filing, section.key, row.participant), data)
    return made


def _with_field(made: Ticket, section: Any, stored: dict[str, Any], data: QueryDict | None) -> None:
    """The one field of the section the correction is pinned to."""
    name = made.item.field
    made.stored = stored.get(name)
    made.kind = "rows" if isinstance(answer_fields(section.form)[name], RowsField) else "field"
    value = made.stored if data is None else _typed(section, data, f"{made.prefix}-{name}", name)
    form = relaxed(section.form)({f"{made.prefix}-{name}": value}, prefix=made.prefix)
    for other in set(form.fields) - {name}:
        del form.fields[other]
    widget = form.fields[name].widget
    form.fields[name].optional = not form.fields[name].asked  # type: ignore[attr-defined]
    form.is_valid()
    if isinstance(widget, RowsWidget):
        widget.extra = int(data is not None and data.get("rows_add") == f"{made.prefix}-{name}")
        widget.cell_errors = _cell_errors(form, name)
    made.form, made.bound = form, form[name]
    made.errors = tuple(form.errors.get(name, ()))


def _typed(section: Any, data: QueryDict, key: str, name: str) -> Any:
    return section.form.base_fields[name].widget.value_from_datadict(data, {}, key)


def sent_value(ticket: Ticket) -> Any:
    """The JSON value of the field as it was sent; None where it does not pass."""
    if ticket.form is None or ticket.form.errors:
        return None
    return to_json(ticket.form.cleaned_data[ticket.item.field])
