"""Which kinds of message there are.  Each app registers its own in ``AppConfig.ready``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from accounts.models import Message, MessageSettings
from core.actor import Actor

Choice = MessageSettings.Choice


@dataclass(frozen=True)
class Kind:
    """``urgent``: a legal clock runs, so the mail goes at once and cannot be chosen away for this kind alone.

    ``recheck(message)`` is asked again before every mail: whether what the message says still holds.  Who has
    finished meanwhile is not reminded.  ``roles``: whose settings page shows it; empty for everybody.
    """

    key: str
    label: str | Promise
    urgent: bool = False
    recheck: Callable[[Message], bool] | None = None
    roles: frozenset[str] = frozenset()

    @property
    def default(self) -> str:
        return Choice.NOW if self.urgent else Choice.DIGEST

    @property
    def choices(self) -> list[str]:
        """What a person may choose for this kind."""
        return [Choice.NOW] if self.urgent else list(Choice.values)


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Say that messages of this kind exist; registering the same key again replaces it."""
    _kinds[kind.key] = kind


def kinds() -> list[Kind]:
    """Every kind, the legal clocks first, each half in the order of registration."""
    return sorted(_kinds.values(), key=lambda kind: not kind.urgent)


def kinds_for(actor: Actor) -> list[Kind]:
    """Those that this actor may be told, in the same order."""
    return [kind for kind in kinds() if not kind.roles or actor.has_role(*kind.roles)]


def find(key: str) -> Kind | None:
    """The kind of this key; ``None`` for one that an earlier version of the portal knew."""
    return _kinds.get(key)


def wanted(kind: Kind | None, settings: MessageSettings | None) -> str:
    """How this person gets mails of this kind: a :class:`MessageSettings.Choice`."""
    if settings is not None and settings.mail_off:
        return Choice.NONE
    if kind is None:
        return Choice.DIGEST
    chosen = settings.by_kind.get(kind.key) if settings is not None else None
    return chosen if chosen in kind.choices else kind.default


def holds(message: Message) -> bool:
    """Whether what the message says is still so."""
    kind = find(message.kind)
    return kind is None or kind.recheck is None or bool(kind.recheck(message))
