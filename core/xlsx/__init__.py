"""Workbooks in and out: one writer, one reader, one kind of form that comes back marked.

``write``/``rows_csv`` for what leaves, ``read`` for what comes, ``form_template``/``mark`` for a form that a
person fills in and gets back with its errors in the cells.  No user text ever becomes a formula.
"""

from core.xlsx.marks import CellError, mark
from core.xlsx.reader import BadWorkbook, Cell, ReadSheet, header_row, number, read
from core.xlsx.template import Template, TemplateSheet, form_template, is_intact
from core.xlsx.text import safe_text
from core.xlsx.writer import Column, Sheet, rows_csv, write, write_to

__all__ = [
    "BadWorkbook", "Cell", "CellError", "Column", "ReadSheet", "Sheet", "Template", "TemplateSheet",
    "form_template", "header_row", "is_intact", "mark", "number", "read", "rows_csv", "safe_text", "write", "write_to",
]  # fmt: skip
