"""A scheme as a document: indicators with weights and methods, notes, grades.

``parse`` reads it, ``problems`` says what is wrong with it, ``as_json`` writes it.
"""

from evaluation.scheme.checks import problems
from evaluation.scheme.document import Band, Dimension, Indicator, Note, SchemeDoc
from evaluation.scheme.reading import as_json, parse

__all__ = ["Band", "Dimension", "Indicator", "Note", "SchemeDoc", "as_json", "parse", "problems"]
