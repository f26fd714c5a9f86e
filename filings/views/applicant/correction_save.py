"""Saving the answers of a correction page: each for itself, so that one mistake loses nothing."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.actor import Actor
from core.errors import Invalid
from filings.fields import shown
from filings.models import Filing
from filings.presentation.correcting import Ticket, sent_value
from filings.presentation.editing import mark
from filings.services import corrections, drafting


class Answers:
    """One sending of the page; `status` is 200, 409 or 422."""

    def __init__(
        self,
        filing: Filing,
        actor: Actor,
        found: list[Ticket],
        data: QueryDict,
        uploads: MultiValueDict[str, Any],
    ) -> None:
        self.filing, self.actor, self.tickets, self.data, self.uploads = filing, actor, found, data, uploads
        self.problems: list[dict[str, str]] = []
        self.saved = 0
        self.status = 200

    def run(self) -> None:
        """Answer what was answered; everything else stays as it is."""
        for ticket in self.tickets:
            if ticket.mine and f"{ticket.prefix}-text" in self.data:
                self._one(ticket)

    def said(self) -> str:
        if not self.saved:
            return _("没有新的答复。")
        return ngettext("已保存 %(n)s 项答复。", "已保存 %(n)s 项答复。", self.saved) % {"n": self.saved}

    def _one(self, ticket: Ticket) -> None:
        text = self.data.get(f"{ticket.prefix}-text", "").strip()
        value = sent_value(ticket)
        changed = ticket.form is not None and mark(value) != mark(ticket.stored)
        files = self.uploads.getlist(f"{ticket.prefix}-{ticket.item.field}")
        if ticket.errors:
            self._wrong(ticket, list(ticket.errors))
        elif (changed and self._overtaken(ticket)) or (
            text == ticket.item.answer and not changed and not files
        ):
            return
        elif not text:
            self._wrong(ticket, [_("请写明如何补正")])
        else:
            self._answer(ticket, text, value if changed else corrections.UNSET, files)

    def _overtaken(self, ticket: Ticket) -> bool:
        """Whether a colleague changed the field since the page was opened."""
        was = self.data.get(f"{ticket.prefix}-was", ticket.was)
        if was == ticket.was:
            return False
        now = str(shown(ticket.bound.field, ticket.stored)) if ticket.bound and ticket.kind == "field" else ""
        text = _("该项内容已被他人更新，请核对后再保存。您的输入已保留。")
        self._wrong(ticket, [text, *([_("现内容：%(now)s") % {"now": now}] if now else [])], 409)
        return True

    def _answer(self, ticket: Ticket, text: str, value: Any, files: list[Any]) -> None:
        try:
            for upload in files:
                self._attach(ticket, upload)
            corrections.answer(
                actor=self.actor, filing=self.filing, correction_id=ticket.item.pk, text=text, value=value
            )
        except Invalid as error:
            self._wrong(ticket, [str(problem.message) for problem in error.problems])
            return
        self.saved += 1
        ticket.item.refresh_from_db()
        if value is not corrections.UNSET:
            ticket.stored = value

    def _attach(self, ticket: Ticket, upload: Any) -> None:
        drafting.attach(
            actor=self.actor,
            filing=self.filing,
            section=ticket.item.section,
            field=ticket.item.field,
            upload=upload,
        )

    def _wrong(self, ticket: Ticket, texts: list[str], status: int = 422) -> None:
        self.status = max(self.status, status) if self.status == 200 else self.status
        ticket.errors = tuple(texts)
        words = {"n": ticket.item.number}
        self.problems += [
            {"message": (_("补正 %(n)s：") % words) + text, "url": f"#{ticket.anchor}"} for text in texts
        ]
