"""A section as a form: what may be written now, what was written wrong, which corrections it answers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from core.canonical import digest
from filings.enums import CorrectionState, State
from filings.fields import (
    FileField,
    RowsField,
    RowsWidget,
    answer_fields,
    clean_section,
    is_empty,
    relaxed,
    shown,
)
from filings.models import Correction, Filing
from filings.presentation.answers import FileLine, answers
from filings.programmes import Section


@dataclass(frozen=True)
class Item:
    """One line of the form; `kind` is field, rows or files."""

    kind: str
    name: str
    label: str
    hint: str
    bound: forms.BoundField
    locked: bool
    lock: str
    optional: bool
    ticket: Correction | None = None
    files: tuple[FileLine, ...] = ()
    errors: tuple[str, ...] = ()
    accept: str = ""
    many: bool = False
    shown: Any = None
    earlier: Any = None  # what the report of the year before says here, an Answer

    @property
    def anchor(self) -> str:
        return f"id_{self.name}"

    @property
    def kinds(self) -> str:
        """The file types taken, for people."""
        return self.accept.replace(".", "").replace(",", "、")


@dataclass
class Offer:
    """What goes into the form besides the stored answers: typed text, blank rows, errors of files."""

    typed: QueryDict | None = None
    only: set[str] | None = None  # names taken from `typed`; None means all that may be written
    blank_rows: str = ""
    file_errors: Mapping[str, list[str]] = field(default_factory=dict)


def typed_value(form_field: forms.Field, data: QueryDict, name: str) -> Any:
    """What a field of a page sent, before cleaning."""
    return form_field.widget.value_from_datadict(data, {}, name)


def form_for(
    section: Section, stored: Mapping[str, Any], open_names: set[str], offer: Offer | None = None
) -> forms.Form:
    """The section's form over the stored answers, with typed text in place of those it is offered for."""
    offer = offer or Offer()
    fields = answer_fields(section.form)
    data = {name: stored.get(name) for name in fields}
    if offer.typed is not None:
        wanted = (open_names if offer.only is None else offer.only) & open_names & set(fields)
        data |= {name: typed_value(fields[name], offer.typed, name) for name in wanted}
    form = relaxed(section.form)(data, initial=dict(stored))
    for name, form_field in form.fields.items():
        form_field.disabled = name not in open_names
        form_field.optional = not form_field.asked  # type: ignore[attr-defined]
        if isinstance(form_field.widget, RowsWidget):
            form_field.widget.extra = int(name == offer.blank_rows)
    form.is_valid()
    for name, form_field in form.fields.items():
        if isinstance(form_field.widget, RowsWidget):
            form_field.widget.cell_errors = _cell_errors(form, name)
    return form


def _cell_errors(form: forms.Form, name: str) -> dict[tuple[int, str], list[str]]:
    found: dict[tuple[int, str], list[str]] = {}
    for error in form.errors.as_data().get(name, []):
        if hasattr(error, "row"):
            found.setdefault((error.row, error.col), []).append(error.short)
    return found


def items(
    form: forms.Form,
    section: Section,
    *,
    stored: Mapping[str, Any],
    files: Iterable[FileLine],
    tickets: Mapping[str, Correction],
    reason: str,
    offer: Offer | None = None,
    earlier: Mapping[str, Any] | None = None,
) -> list[Item]:
    """The lines of the form in their order."""
    kept, wrong = list(files), (offer or Offer()).file_errors
    found = []
    for name, form_field in form.fields.items():
        is_file, is_rows = isinstance(form_field, FileField), isinstance(form_field, RowsField)
        found.append(
            Item(
                kind="files" if is_file else "rows" if is_rows else "field",
                name=name,
                label=str(form_field.label),
                hint=str(form_field.help_text or ""),
                bound=form[name],
                locked=bool(form_field.disabled),
                lock=reason,
                optional=bool(form_field.optional),  # type: ignore[attr-defined]
                ticket=tickets.get(name),
                files=tuple(line for line in kept if line.attachment.field == name) if is_file else (),
                errors=tuple(wrong.get(name, ())) if is_file else tuple(form.errors.get(name, ())),
                accept=",".join(f".{e}" for e in form_field.extensions) if is_file else "",  # type: ignore[attr-defined]
                many=bool(getattr(form_field, "many", False)),
                shown=locked_answer(section, name, stored, kept),
                earlier=(earlier or {}).get(name),
            )
        )
    return found


def locked_answer(section: Section, name: str, stored: Mapping[str, Any], files: Iterable[FileLine]) -> Any:
    lines = [line.attachment for line in files]
    return next(a for a in answers(section, stored, lines) if a.name == name)


def lock_reason(filing: Filing) -> str:
    """Why an answer cannot be changed now."""
    if filing.state == State.IN_CORRECTION:
        return _("未列入补正要求，不能修改")
    return _("申报件已提交，不能修改")


def wrong_names(section: Section, raw: QueryDict) -> set[str]:
    """The fields of an earlier input that did not pass."""
    _values, form = clean_section(section.form, raw)
    return set(form.errors)


def query(raw: Mapping[str, Iterable[str]]) -> QueryDict:
    """A stored raw input as a page would have sent it."""
    data = QueryDict(mutable=True)
    for name, values in raw.items():
        data.setlist(name, list(values))
    return data


def tickets_by_field(rows: Iterable[Correction]) -> dict[str, Correction]:
    """The corrections that wait, by field; closed ones are history."""
    return {row.field: row for row in rows if row.standing != CorrectionState.CLOSED}


# --- two people, one page -------------------------------------------------------------------


def mark(value: Any) -> str:
    """A short digest of an answer; all that is empty is the same."""
    return "" if is_empty(value) else digest(value)[:10]


def base_of(section: Section, stored: Mapping[str, Any]) -> str:
    """What the page was made from, answer by answer; goes along as a hidden field."""
    return json.dumps({name: mark(stored.get(name)) for name in answer_fields(section.form)})


@dataclass(frozen=True)
class Difference:
    """An answer somebody else changed meanwhile; `mine` is set where this person changed it too."""

    name: str
    label: str
    theirs: str
    mine: str
    both: bool


def meanwhile(
    section: Section, base: str, stored: Mapping[str, Any], typed: QueryDict
) -> tuple[list[Difference], set[str]]:
    """What others changed since the page was made and says something else than what was typed.

    Returns the differences and the names to take from what was typed. Empty when nothing clashes.
    """
    try:
        was = {str(k): str(v) for k, v in json.loads(base or "{}").items()}
    except (ValueError, AttributeError, RecursionError):
        was = {}
    values, form = clean_section(section.form, typed)
    found, mine = [], set()
    for name, form_field in answer_fields(section.form).items():
        now, said = mark(stored.get(name)), mark(values.get(name))
        changed_here = name in form.errors or said != was.get(name, now)
        if changed_here:
            mine.add(name)
        if now == was.get(name, now) or (now == said and name not in form.errors):
            continue
        typed_text = _words(form_field, values.get(name)) if name not in form.errors else _("（未通过校验）")
        found.append(
            Difference(
                name,
                str(form_field.label),
                _words(form_field, stored.get(name)),
                typed_text if changed_here else "",
                changed_here,
            )
        )
    return found, mine


def _words(form_field: forms.Field, value: Any) -> str:
    text = shown(form_field, value)
    if isinstance(form_field, RowsField):
        return "\n".join("；".join(str(cell) for cell in row if cell) for row in text)
    return str(text)
