"""import: take somebody's file into the case; every row ends in the ledger, in review or in the rejects file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from takingstock.records import DateRange, ImportReport


def import_file(
    folder: Path,
    file: Path,
    *,
    reader: str | None = None,
    dry_run: bool = False,
    actor: str = "",
    progress: Callable[[int, int], None] | None = None,
    coverage: str = "",
) -> ImportReport:
    """Read ``file`` by the named reader (or the one its content is recognised as) into the case in ``folder``.

    ``coverage`` is the period that a register covers, where its file does not say so. One transaction, one event in
    the history; importing the same file again changes nothing. Raises NotACaseError, BadValueError, or BadFileError
    when the file cannot be read at all or not one of its rows can be taken: then nothing is written."""
    from takingstock.case import open_case
    from takingstock.exchange import load

    period = DateRange.parse(coverage)
    with open_case(folder) as case:
        return load(
            case,
            file,
            reader=reader,
            dry_run=dry_run,
            progress=progress,
            actor=actor or "unknown",
            coverage=period if period.known else None,
        )
