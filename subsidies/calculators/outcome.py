"""What a calculator answers: lines that add up, each with its clause; and the one rounding helper. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from core.money import FEN, rounded, two_places
from policy.book import Citation
from subsidies.enums import Status

ZERO = Decimal("0.00")


class Line(NamedTuple):
    """One step. `amount` is what the step adds or takes (yuan, None where nothing is computed); `reading` an amb_* id."""

    code: str
    label: str
    amount: Decimal | None
    clause: Citation | None = None
    reading: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The shape of the contract; `reading` only where an ambiguous clause is read."""
        code, label, amount, clause, reading = self
        row: dict[str, Any] = {
            "code": code,
            "label": label,
            "amount": None if amount is None else two_places(amount),
            "clause": clause.text if clause else "",
        }
        if reading:
            row["reading"] = reading
        return row


class Outcome(NamedTuple):
    """The lines of one claim and what they come to; the sum of the lines is the amount."""

    status: Status
    lines: tuple[Line, ...]
    upper_bound: Decimal | None = None
    lower_bound: Decimal | None = None

    @property
    def amount(self) -> Decimal | None:
        """Yuan, None where nothing is computed."""
        if self.status == Status.REFUSED:
            return ZERO
        parts = [line.amount for line in self.lines if line.amount is not None]
        return sum(parts, ZERO) if parts else None

    @property
    def pays(self) -> Decimal:
        """The amount, nothing where none is computed."""
        return self.amount or ZERO

    def plus(self, *lines: Line, status: Status | None = None) -> Outcome:
        """The same with further lines."""
        return self._replace(lines=(*self.lines, *lines), status=status or self.status)


def fen(value: Decimal, unit: Decimal = FEN) -> Decimal:
    """An amount in yuan with two places, rounded half up to `unit`: the only rounding there is."""
    exact = rounded(value, unit)
    return exact if unit is FEN else exact.quantize(FEN)
