"""What a programme, or a variant of it, may do in its own way, beside what it declares; the spine calls it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django import forms

from filings.fields import Computed

if TYPE_CHECKING:
    from filings.models import Filing
    from filings.programmes import Programme

Act = Callable[..., None]  # (filing, actor, what was given)


def _nothing(filing: Filing, staff: bool = False) -> list[Any]:
    return []


def _no_mark(filing: Filing) -> str:
    return ""


@dataclass(frozen=True)
class Hooks:
    """Hooks of one programme, or of what one variant asks; each is optional.

    - `on_act`: by name of a transition, run in the executor's transaction after the state has moved; what they raise
      undoes it.
    - `tailored(programme, content)`: the programme as it is for one content, where what is asked depends on a choice
      made at the start.
    - `starter(actor, action, entity, content)`: begins a draft.
    - `asks(filing)`: fields an officer fills in when proposing; they reach `on_act["propose"]` as `award`.
    - `computed(filing, staff)`: tables shown beside the answers, to staff or to the unit.
    - `mark(filing)`: a word or two for officers beside its number; empty where there is nothing to say.
    - `told(filing)`: rows of label and value for the public notice.
    - `decides(filing)`: the sentence of the decision letter.
    - `api(filing, staff)`: what the API adds to the case.
    """

    on_act: Mapping[str, Act] = field(default_factory=dict)
    tailored: Callable[[Programme, Mapping[str, Any]], Programme] | None = None
    starter: Callable[..., Filing] | None = None
    asks: Callable[[Filing], Mapping[str, forms.Field]] | None = None
    computed: Callable[..., list[Computed]] = _nothing
    mark: Callable[[Filing], str] = _no_mark
    told: Callable[[Filing], list[dict[str, str]]] = _nothing
    decides: Callable[[Filing], str] | None = None
    api: Callable[..., dict[str, Any] | None] | None = None
