"""`gettext` for code that says the same sentence a hundred thousand times.

The portal speaks one language (`settings.LANGUAGES`), and asking which one is active costs more than everything a line
of a calculation does besides; so a sentence is looked up once per process. With a second language it is plain gettext.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as ask


@cache
def _kept(text: str) -> str:
    return ask(text)


def gettext(text: str) -> str:
    """The sentence in the language of the reader; import it as `_`."""
    return _kept(text) if len(settings.LANGUAGES) == 1 else ask(text)


@cache
def _kept_label(member: Any) -> str:
    return str(member.label)


def label(member: Any) -> str:
    """The label of a member of a TextChoices as text."""
    return _kept_label(member) if len(settings.LANGUAGES) == 1 else str(member.label)
