"""export: the case's rows as our own template, to read in a spreadsheet or to import elsewhere."""

from __future__ import annotations

from pathlib import Path

from takingstock.records import Record
from takingstock.verbs.desk import at_desk


class Exported(Record):
    """Where it was written, and how many rows of each table."""

    out: str
    revision: int
    rows: tuple[tuple[str, int], ...]


def export(folder: Path, out: Path) -> Exported:
    """Write the case as a folder of CSV files, or as one workbook where ``out`` ends in .xlsx.

    Rows are sorted by id, so equal cases export equal bytes (CSV). Raises NotACaseError."""
    from takingstock.exchange import write_template
    from takingstock.exchange.reading import TABLES

    with at_desk(folder, released=False) as desk:
        write_template(desk.ledger, out)
        ledger = desk.ledger
    return Exported(
        out=str(out), revision=ledger.revision, rows=tuple((name, len(getattr(ledger, name))) for name in TABLES)
    )
