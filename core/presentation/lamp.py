"""One light over many conditions: red if something blocks, amber if it needs a reason, else green."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

STRENGTHS = {
    "hard": _("必须满足"),
    "in_principle": _("原则上满足"),
    "advisory": _("提示"),
    "bonus": _("优先条件"),
}
WORDS = {"ok": _("符合条件"), "warn": _("需说明理由"), "bad": _("不符合条件"), "open": _("尚待核验")}
ICONS = {
    "ok": "check-circle",
    "warn": "exclamation-triangle",
    "bad": "x-circle",
    "open": "question-mark-circle",
    "none": "minus-circle",
}
LINE_WORDS = {
    "ok": _("满足"),
    "warn": _("未满足，可说明理由"),
    "bad": _("未满足"),
    "open": _("尚待核验"),
    "none": _("不具备"),
}


@dataclass(frozen=True)
class Line:
    """One condition as the lamp shows it; ``state`` is ok, warn, bad, open or none (a preference)."""

    state: str
    message: str
    strength: str
    clause: str
    waiver: Any
    url: str

    @property
    def icon(self) -> str:
        return ICONS[self.state]

    @property
    def word(self) -> str:
        return str(LINE_WORDS[self.state])

    @property
    def strength_word(self) -> str:
        return str(STRENGTHS.get(self.strength, ""))


@dataclass(frozen=True)
class Lamp:
    """The light and its lines, the blocking ones first."""

    state: str
    lines: tuple[Line, ...]

    @property
    def word(self) -> str:
        return str(WORDS[self.state])

    @property
    def unmet(self) -> list[Line]:
        return [line for line in self.lines if line.state != "ok"]

    @property
    def fulfilled(self) -> list[Line]:
        return [line for line in self.lines if line.state == "ok"]

    @property
    def met(self) -> int:
        return len(self.fulfilled)

    @property
    def total(self) -> int:
        return len(self.lines)


def _get(condition: Any, *names: str) -> Any:
    for name in names:
        found = condition.get(name) if isinstance(condition, dict) else getattr(condition, name, None)
        if found is not None and found != "":
            return found
    return ""


def _state(condition: Any, strength: str) -> str:
    met = condition.get("met") if isinstance(condition, dict) else getattr(condition, "met", None)
    if met:
        return "ok"
    if met is None:
        return "open"
    if strength == "hard":
        return "bad"
    return "none" if strength == "bonus" else "warn"


def line(condition: Any) -> Line:
    """A line from an object or dict with the contract's keys ``strength, met, message, clause, waiver``."""
    strength = str(_get(condition, "strength") or "hard")
    waiver = _get(condition, "waiver")
    state = _state(condition, strength)
    return Line(
        state="warn" if state == "bad" and waiver else state,
        message=str(_get(condition, "message", "label")),
        strength=strength,
        clause=str(_get(condition, "clause")),
        waiver=waiver,
        url=str(_get(condition, "url")),
    )


def lamp(conditions: Iterable[Any]) -> Lamp:
    """The lamp; an in-principle condition with a reason or waiver stays amber: a person must see it."""
    lines = [line(condition) for condition in conditions]
    order = {"bad": 0, "warn": 1, "open": 2, "none": 3, "ok": 4}
    lines.sort(key=lambda each: order[each.state])
    counted = [each for each in lines if each.strength in ("hard", "in_principle")]
    worst = min(
        (each.state for each in counted), key=lambda state: order[state], default="ok" if lines else "open"
    )
    return Lamp(worst, tuple(lines))
