"""Shapes: results as the JSON that tools rely on, and as rows for a table or CSV. No clock, no order left to chance.

The keys of the JSON are a promise (docs/json.md); more may be added, none change their meaning. A table is a header and
rows; ``brief`` is for people at a terminal, else plain figures for a spreadsheet, all of them.
"""

from takingstock.verbs.shapes.arsenal import arsenal_json, arsenal_lines, arsenal_table, arsenal_tables
from takingstock.verbs.shapes.audit import (
    adjust_json,
    audit_json,
    audit_table,
    definitions,
    difference_json,
    difference_table,
    follow_json,
)
from takingstock.verbs.shapes.importing import import_json, import_table
from takingstock.verbs.shapes.lines import trace_lines
from takingstock.verbs.shapes.trace import chain_json, trace_json, trace_table

__all__ = [
    "adjust_json",
    "arsenal_json",
    "arsenal_lines",
    "arsenal_table",
    "arsenal_tables",
    "audit_json",
    "audit_table",
    "chain_json",
    "definitions",
    "difference_json",
    "difference_table",
    "follow_json",
    "import_json",
    "import_table",
    "trace_json",
    "trace_lines",
    "trace_table",
]
