"""Import reports as JSON and as a row: what came in, in input rows."""

from __future__ import annotations

from takingstock.records import ImportReport
from takingstock.verbs.shapes.figures import Json, Table


def import_json(report: ImportReport) -> Json:
    """``{reader, read, ledger, review, rejected, rejects_file}``, in input rows, and what else is known."""
    return {
        "reader": report.reader,
        "read": report.read,
        "ledger": report.ledger,
        "review": report.review,
        "rejected": report.rejected,
        "rejects_file": report.rejects_file,
        "unchanged": report.unchanged,
        "revised": report.revised,
        "dry_run": report.dry_run,
        "notes": list(report.notes),
    }


def import_table(report: ImportReport) -> Table:
    fields = ("reader", "read", "ledger", "review", "rejected", "unchanged", "revised", "rejects_file")
    return fields, [tuple(getattr(report, name) for name in fields)]
