"""What happens when the page of a section is sent: answers first, then files, each refusal beside its field."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from core.actor import Actor
from core.errors import Invalid, NotVisible, Stale
from filings.fields import answer_fields
from filings.presentation import editing
from filings.presentation.editing import Difference, Offer
from filings.services import drafting
from filings.views.applicant.section_page import Sheet, following

MAX_DIGITS = 19  # of a number the database knows


class Attempt:
    """One sending of the page; `status` is 200, 409 (somebody else was faster) or 422 (something is wrong)."""

    def __init__(
        self, sheet: Sheet, actor: Actor, data: QueryDict, uploads: MultiValueDict[str, Any]
    ) -> None:
        self.sheet, self.actor, self.data, self.uploads = sheet, actor, data, uploads
        self.differences: list[Difference] = []
        self.mine: set[str] = set()
        self.file_errors: dict[str, list[str]] = {}
        self.form: Any = None
        self.status = 200

    def run(self) -> None:
        """Save; raises what is neither stale nor wrong (a locked page, somebody else's section)."""
        self.differences, self.mine = editing.meanwhile(
            self.sheet.section, self.data.get("base", ""), self.sheet.stored, self.data
        )
        if self.differences and self.sheet.open_names:
            self.status = 409
            return
        if set(answer_fields(self.sheet.section.form)) & self.sheet.open_names or not self.sheet.open_names:
            self._save()
        if self.status == 200:
            self._files()
            if self.file_errors or (self.form is not None and self.form.errors):
                self.status = 422

    def _save(self, *, again: bool = True) -> None:
        try:
            saved = drafting.save_section(
                actor=self.actor,
                filing=self.sheet.filing,
                section=self.sheet.section.key,
                data=self.data,
                version=self.sheet.holder.version if "version" in self.data else None,
            )
        except Stale:
            # changed between our reading and the lock: look again at what is there now
            self.sheet = self.sheet.fresh()
            self.differences, self.mine = editing.meanwhile(
                self.sheet.section, self.data.get("base", ""), self.sheet.stored, self.data
            )
            if self.differences or not again:
                self.status = 409
            else:
                # the page's own autosave was still on its way: it says nothing else than this
                self._save(again=False)
            return
        self.form = saved.form

    def _files(self) -> None:
        remove = self.data.get("remove_file", "")
        if remove.isdecimal() and len(remove) < MAX_DIGITS:
            # removed already: a second click has nothing left to do
            with suppress(NotVisible):
                drafting.detach(actor=self.actor, filing=self.sheet.filing, attachment_id=int(remove))
        for name in self.sheet.section.files:
            for upload in self.uploads.getlist(name):
                self._attach(name, upload)

    def _attach(self, name: str, upload: Any) -> None:
        try:
            drafting.attach(
                actor=self.actor,
                filing=self.sheet.filing,
                section=self.sheet.section.key,
                field=name,
                upload=upload,
            )
        except Invalid as error:
            said = [f"{upload.name}：{problem.message}" for problem in error.problems]
            self.file_errors.setdefault(name, []).extend(said)

    # --- what is shown when it was not simply saved ---

    def context(self) -> dict[str, Any]:
        """The page again with everything that was typed."""
        sheet = self.sheet.fresh()
        kept = self.mine if self.status == 409 else None
        offer = Offer(
            typed=self.data,
            only=kept,
            blank_rows=self.data.get("rows_add", ""),
            file_errors=self.file_errors,
        )
        lost_files = self.status == 409 and any(self.uploads.getlist(n) for n in sheet.section.files)
        return sheet.context(offer) | {
            "stale": self.status == 409,
            "differences": self.differences,
            "partly_saved": self.status == 422,
            "lost_files": lost_files,
        }

    def partial(self) -> dict[str, Any]:
        """The answer to an autosave: what is wrong, and the tokens of the page."""
        sheet = self.sheet.fresh()
        return {
            "stale": self.status == 409,
            "form": self.form,
            "base": self.data.get("base", "")
            if self.status == 409
            else editing.base_of(sheet.section, sheet.stored),
            "version": sheet.holder.version,
        }


def where_next(sheet: Sheet, data: QueryDict) -> tuple[str, str]:
    """What to say and where to go after a clean save."""
    if data.get("rows_add"):
        name = data["rows_add"]
        rows = sheet.fresh().stored.get(name)
        count = len(rows) if isinstance(rows, list) else 0
        return "", f"{sheet.url}?add={name}#id_{name}-{count}"
    if "continue" not in data:
        return _("已保存。"), sheet.url + _place_of(sheet, data)
    after = following(sheet)
    if after is not None:
        return _("“%(section)s”已保存。") % {"section": sheet.section.title}, reverse(
            "filings:section", args=[sheet.filing.pk, after.key]
        )
    hub = reverse(f"filings:{sheet.hub}", args=[sheet.filing.pk])
    return _("“%(section)s”已保存。") % {"section": sheet.section.title}, hub


def _place_of(sheet: Sheet, data: QueryDict) -> str:
    """Stay where one was: at the file field or the table one worked on."""
    if data.get("upload") in sheet.section.files:
        return f"#id_{data['upload']}"
    return next((f"#id_{name.removesuffix('-drop')}" for name in data if name.endswith("-drop")), "")
