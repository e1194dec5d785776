"""What an import returns: counted in input rows, read = ledger + review + rejected. Nothing is silently dropped."""

from __future__ import annotations

from takingstock.records.base import Record


class Rejected(Record):
    """One row that could not be taken, with its place in the file and what to do about it."""

    sheet: str = ""
    line: int
    reason: str
    row: tuple[tuple[str, str], ...] = ()


class ImportReport(Record):
    """``unchanged`` of the ledger rows were there already. ``rejects_file`` is None when nothing was rejected."""

    reader: str
    read: int
    ledger: int
    review: int
    rejected: int
    rejects_file: str | None = None
    unchanged: int = 0
    revised: int = 0
    dry_run: bool = False
    notes: tuple[str, ...] = ()
    rejects: tuple[Rejected, ...] = ()
