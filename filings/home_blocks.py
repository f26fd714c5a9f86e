"""What other apps show on the home of a unit: each registers a template and what it needs, the home asks in turn.

A template receives its data as `block`. A block that has nothing to say for this actor answers None.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.actor import Actor

Data = Callable[[Actor], dict[str, Any] | None]
_blocks: dict[str, Data] = {}


@dataclass(frozen=True)
class Block:
    template: str
    data: dict[str, Any]


def register(template: str, data: Data) -> None:
    """Called in `AppConfig.ready`; the same template again replaces it."""
    _blocks[template] = data


def blocks(actor: Actor) -> list[Block]:
    """Those that have something to say, in the order they were registered."""
    found = ((template, data(actor)) for template, data in _blocks.items())
    return [Block(template, told) for template, told in found if told is not None]
