"""The policy library: documents and their clauses, what they feed, and the dated values of the law."""

from policy.models.changes import Change
from policy.models.documents import Clause, Document, Item, ItemClause, Target
from policy.models.values import (
    EditableList,
    EditableListVersion,
    LawRevision,
    Parameter,
    ParameterValue,
    Reading,
    ReadingValue,
)

__all__ = [
    "Change",
    "Clause",
    "Document",
    "EditableList",
    "EditableListVersion",
    "Item",
    "ItemClause",
    "LawRevision",
    "Parameter",
    "ParameterValue",
    "Reading",
    "ReadingValue",
    "Target",
]
