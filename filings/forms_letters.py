"""What an administrator of letters types. Shape only; what a text may contain is decided by the service."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from filings.letters.merge import LONGEST, Words
from filings.services.letter_templates import NOTE, TITLE


class TemplateForm(forms.Form):
    """A new version of a letter's words; `stays()` says that it is only looked at."""

    use_required_attribute = False
    title = forms.CharField(
        label=_("标题"), max_length=TITLE, help_text=_("例如“受理通知书”，可以使用文字、日期类合并项。")
    )
    body = forms.CharField(
        label=_("正文"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false"}),
        help_text=_("一行一段。主送、文号、落款、印章位置和核验码由版式统一生成，不必写在正文里。"),
    )
    note = forms.CharField(
        label=_("修改说明"), max_length=NOTE, required=False, help_text=_("供发布人和日后查阅。")
    )

    @classmethod
    def from_words(cls, words: Words) -> TemplateForm:
        """The form with a text to start from."""
        return cls(initial={"title": words.title, "body": words.body})

    def stays(self) -> bool:
        return "preview" in self.data

    def words(self) -> Words:
        """What was typed, whether it is right or not."""
        return Words(str(self["title"].value() or ""), str(self["body"].value() or ""))

    def arguments(self) -> dict[str, Any]:
        """As `services.letter_templates.propose` takes them."""
        return dict(self.cleaned_data)
