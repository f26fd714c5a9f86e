"""Sections of a programme: one topic, one page, and who fills it in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from django import forms

from filings.fields import file_fields, form_schema

if TYPE_CHECKING:
    from filings.programmes import Programme


class Owner(Enum):
    """Who fills a section in: the applicant, or each participant for itself."""

    APPLICANT = "applicant"
    PARTICIPANT = "participant"


@dataclass(frozen=True)
class Section:
    """One topic, one page."""

    key: str
    title: Any
    form: type[forms.Form]
    lead: Any = ""  # a sentence under the title
    shared: bool = False  # part of what every participant confirms
    owner: Owner = Owner.APPLICANT
    clauses: tuple[str, ...] = ()  # catalogue ids shown as 依据

    @property
    def is_shared(self) -> bool:
        return self.shared

    def worded(self, spec: Programme) -> Section:
        """The same in a programme's words, where its form has words to put in (`standard_sections`)."""
        form = getattr(self.form, "worded", None)
        if form is None:
            return self
        title, lead = spec.words.saying(self.title), spec.words.saying(self.lead)
        return replace(self, form=form(spec), title=title, lead=lead)

    def schema(self) -> dict[str, Any]:
        return form_schema(self.form) | {
            "title": str(self.title),
            "x-shared": self.shared,
            "x-owner": self.owner.value,
        }

    def field_label(self, name: str) -> str:
        found = self.form.base_fields.get(name)
        return str(found.label) if found is not None else name

    @property
    def files(self) -> dict[str, Any]:
        return file_fields(self.form)


def basic_name(content: dict[str, Any]) -> str:
    """The name of the thing where a programme asks for it in `basic`, as nearly all do."""
    return str(content.get("basic", {}).get("name") or "")


def basic_industry(content: dict[str, Any]) -> str:
    """The key of its industry, asked for there too."""
    return str(content.get("basic", {}).get("industry") or "")
