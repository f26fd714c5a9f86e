"""A section as people read it: each question with its answer, tables as tables, files as files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.urls import reverse

from core.templatetags.ui import number
from filings.fields import FileField, RowsField, missing_answers, shown
from filings.models import Attachment, Participant
from filings.programmes import Section


@dataclass(frozen=True)
class FileLine:
    """One attachment with the address of its download."""

    attachment: Attachment

    @property
    def stored(self) -> Any:
        return self.attachment.stored

    @property
    def pk(self) -> int:
        return self.attachment.pk

    @property
    def url(self) -> str:
        return reverse("core:file", args=[self.attachment.stored_id])


@dataclass(frozen=True)
class Answer:
    """A question and what was said; `kind` is text, table or files."""

    name: str
    label: str
    kind: str
    text: str = ""
    columns: tuple[tuple[str, str], ...] = ()  # label, class of the cells
    rows: tuple[tuple[tuple[str, str, str], ...], ...] = ()  # label, text, class of the cell
    files: tuple[FileLine, ...] = ()
    missing: bool = False
    anchor: str = ""


@dataclass(frozen=True)
class SectionView:
    """A section with its answers; `url` is where they are changed, empty where they cannot be."""

    section: Section
    answers: tuple[Answer, ...]
    url: str = ""
    owner: str = ""
    problems: tuple[Any, ...] = field(default=())

    @property
    def anchor(self) -> str:
        return f"s-{self.section.key}"


def words(form_field: forms.Field, value: Any) -> str:
    """One answer in words; numbers with separators, so that millions can be told from thousands."""
    text = shown(form_field, value)
    if isinstance(form_field, forms.IntegerField) and text not in (None, ""):  # also decimals
        return str(number(text))
    return "" if text is None else str(text)


def css(form_field: forms.Field) -> str:
    """The class of a column."""
    if isinstance(form_field, forms.IntegerField):
        return "num"
    return "nowrap" if isinstance(form_field, forms.DateField) else ""


def answers(section: Section, values: Mapping[str, Any], files: Iterable[Attachment]) -> tuple[Answer, ...]:
    """Every question of a section in its order; `files` are those of this section and owner."""
    kept = list(files)
    lacking = {name for name, _text in missing_answers(section.form, values)}
    found = []
    for name, form_field in section.form.base_fields.items():
        label, anchor = str(form_field.label), f"{section.key}.{name}"
        if isinstance(form_field, FileField):
            lines = tuple(FileLine(a) for a in kept if a.field == name)
            missing = form_field.required and not lines
            found.append(Answer(name, label, "files", files=lines, missing=missing, anchor=anchor))
        elif isinstance(form_field, RowsField):
            found.append(_table(name, form_field, values.get(name), name in lacking, anchor))
        else:
            text = words(form_field, values.get(name))
            found.append(Answer(name, label, "text", text, missing=name in lacking, anchor=anchor))
    return tuple(found)


def _table(name: str, form_field: RowsField, value: Any, missing: bool, anchor: str) -> Answer:
    columns = form_field.row_form.base_fields
    heads = tuple((str(f.label), css(f)) for f in columns.values())
    rows = tuple(
        tuple((str(f.label), words(f, row.get(col)), css(f)) for col, f in columns.items())
        for row in value or []
    )
    return Answer(
        name, str(form_field.label), "table", columns=heads, rows=rows, missing=missing, anchor=anchor
    )


def of_owner(
    files: Iterable[Attachment], section: Section, participant: Participant | None
) -> list[Attachment]:
    """The live files of one section and owner."""
    owner = participant.pk if participant else None
    return [a for a in files if a.section == section.key and a.participant_id == owner]
