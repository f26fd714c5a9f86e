"""Scoring as pure functions over arrays of scaled integers: no ORM, no clock, no floats outside ``analysis``."""

from evaluation.scoring.engine import Outcome, score
from evaluation.scoring.inputs import Builder, Inputs, read_row
from evaluation.scoring.lines import sensitivity, summary
from evaluation.scoring.numbers import BadInput
from evaluation.scoring.program import EDITION, BadProgram, Program, compile_scheme
from evaluation.scoring.reach import reach

__all__ = [
    "EDITION",
    "BadInput",
    "BadProgram",
    "Builder",
    "Inputs",
    "Outcome",
    "Program",
    "compile_scheme",
    "reach",
    "read_row",
    "score",
    "sensitivity",
    "summary",
]
