"""Rows of frozen inputs as arrays. A builder takes one row after the other, so that no more than one is held as JSON."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation.scoring.numbers import BadInput, Ints, scaled
from evaluation.scoring.program import Program

GIVEN, MISSING, NOT_APPLICABLE = 0, 1, 2
Bytes = NDArray[np.uint8]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Inputs:
    """n entities × m indicators.

    ``values`` and ``targets`` in ten-thousandths; ``given`` one of GIVEN, MISSING, NOT_APPLICABLE; ``bonus``,
    ``deduct`` and ``vetoes`` by the places of the program's notes; ``groups`` the number of each entity's group,
    ``names`` what the groups are called.
    """

    values: Ints
    targets: Ints
    given: Bytes
    bonus: Flags
    deduct: Flags
    vetoes: Flags
    groups: NDArray[np.int32]
    names: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.groups)

    @classmethod
    def from_rows(cls, program: Program, rows: Iterable[Mapping[str, Any]]) -> Inputs:
        """The arrays of these rows. Raises ``BadInput`` with the number of the first row that does not fit."""
        builder = Builder(program)
        for row in rows:
            builder.add(row)
        return builder.done()

    def block(self, start: int, stop: int) -> Inputs:
        """Entities from ``start`` to ``stop``, without copying."""
        at = slice(start, stop)
        return Inputs(
            self.values[at],
            self.targets[at],
            self.given[at],
            self.bonus[at],
            self.deduct[at],
            self.vetoes[at],
            self.groups[at],
            self.names,
        )


@dataclass(frozen=True, slots=True)
class Cells:
    """One entity as plain lists, in the order of the program."""

    values: list[int]
    targets: list[int]
    given: list[int]
    bonus: list[int]
    deduct: list[int]
    vetoes: list[int]
    group: str


def read_row(program: Program, row: Mapping[str, Any]) -> Cells:
    """The cells of ``{"values": {code: cell}, "vetoes", "bonuses", "deductions", "group"}``.

    A cell is ``{"value", "target"?}``, ``{"missing": reason}`` or ``{"not_applicable": reason}``; a code without a
    cell, an empty value and attainment without a target are missing.  Raises ``BadInput`` for a code or key that
    the program does not know.
    """
    cells = row.get("values") or {}
    width = len(program.columns)
    values, targets, given = [0] * width, [0] * width, [MISSING] * width
    seen = 0
    for place, (code, has_target) in enumerate(program.columns):
        cell = cells.get(code)
        if cell is None:
            continue
        seen += 1
        text = cell.get("value")
        if "not_applicable" in cell:
            given[place] = NOT_APPLICABLE
        elif text and "missing" not in cell:
            if has_target:
                target = cell.get("target")
                if not target:
                    continue
                targets[place] = scaled(target)
            values[place] = scaled(text)
            given[place] = GIVEN
    if seen != len(cells):
        raise BadInput(f"unknown indicators: {sorted(set(cells) - set(program.codes))}")
    return Cells(
        values,
        targets,
        given,
        _flags("bonuses", row, program.bonuses),
        _flags("deductions", row, program.deductions),
        _flags("vetoes", row, program.vetoes),
        str(row.get("group") or ""),
    )


def _flags(name: str, row: Mapping[str, Any], notes: Sequence[tuple[str, int]]) -> list[int]:
    keys = row.get(name)
    if not keys:
        return [0] * len(notes)
    found = [int(key in keys) for key, _points in notes]
    if sum(found) != len(set(keys)):
        raise BadInput(f"unknown {name}: {sorted(set(keys) - {key for key, _points in notes})}")
    return found


class Builder:
    """Collects rows into flat arrays of machine integers."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._values, self._targets = array("q"), array("q")
        self._given, self._flags = bytearray(), bytearray()
        self._groups: list[str] = []

    def add(self, row: Mapping[str, Any]) -> None:
        """One more entity."""
        try:
            cells = read_row(self.program, row)
        except (BadInput, AttributeError, TypeError) as error:
            raise BadInput(f"row {len(self._groups)}: {error}") from error
        self._values.extend(cells.values)
        self._targets.extend(cells.targets)
        self._given += bytes(cells.given)
        self._flags += bytes(cells.bonus + cells.deduct + cells.vetoes)
        self._groups.append(cells.group)

    def done(self) -> Inputs:
        """The arrays; groups are numbered in the order of their names."""
        program, count = self.program, len(self._groups)
        shape = (count, len(program.rules))
        bonus, deduct = len(program.bonuses), len(program.bonuses) + len(program.deductions)
        flags = np.frombuffer(bytes(self._flags), np.uint8).astype(np.bool_)
        flags = flags.reshape(count, deduct + len(program.vetoes))
        names = {name: number for number, name in enumerate(sorted(set(self._groups)))}
        return Inputs(
            values=np.frombuffer(self._values, np.int64).reshape(shape),
            targets=np.frombuffer(self._targets, np.int64).reshape(shape),
            given=np.frombuffer(bytes(self._given), np.uint8).reshape(shape),
            bonus=flags[:, :bonus],
            deduct=flags[:, bonus:deduct],
            vetoes=flags[:, deduct:],
            groups=np.fromiter((names[name] for name in self._groups), np.int32, count),
            names=tuple(names),
        )
