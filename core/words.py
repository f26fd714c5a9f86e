"""`gettext` for code that says the same sentence a hundred thousand times.

The portal speaks one language (`settings.LANGUAGES`), and asking which one is active costs more than everything a line
of a calculation does besides; so a sentence is looked up once per process. With a second language it is plain gettext.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

from django.conf import settings
from django.utils.translation import gettext as ask

MOST = 8192
Function = TypeVar("Function", bound=Callable[..., Any])


def remembered(say: Function) -> Function:
    """A function of plain values that answers in words: the same words for the same values."""
    return lru_cache(maxsize=MOST)(say) if len(settings.LANGUAGES) == 1 else say  # type: ignore[return-value]


#: The sentence in the language of the reader; import it as `_`.
gettext = remembered(ask)


@remembered
def label(member: Any) -> str:
    """The label of a member of a TextChoices as text."""
    return str(member.label)
