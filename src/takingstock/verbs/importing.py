"""import: take somebody's file into the case; every row ends in the ledger, in review or in the rejects file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from takingstock.records import BadValueError, DateRange, ImportReport, Ledger

if TYPE_CHECKING:
    from takingstock.case import Case


def import_file(
    folder: Path,
    file: Path,
    *,
    reader: str | None = None,
    dry_run: bool = False,
    actor: str = "",
    progress: Callable[[int, int], None] | None = None,
    coverage: str = "",
    key: Path | None = None,
    reporter: str = "",
    source: str = "",
    released: str = "",
    mapping: Path | None = None,
    complete: bool = False,
) -> ImportReport:
    """Read ``file`` by the named reader (or the one its content is recognised as) into the case in ``folder``.

    ``coverage`` is the period that a register covers, ``reporter`` the state whose report it is, ``source`` the id of a
    source of the case under which the rows are to stand, ``released`` the day on which the publisher released it: each
    where the file does not say so. ``mapping`` is the mapping file of a table that no reader knows; ``complete``: the
    file is a whole release, and what it lacks is retracted. One transaction,
    one event in the history; importing the same file again changes nothing. A bag makes the case anew in ``folder``,
    which must not exist, with the same history; ``key`` opens what is locked in it.

    Raises NotACaseError, BadValueError, or BadFileError when the file cannot be read at all or not one of its rows can
    be taken: then nothing is written."""
    from takingstock.case import open_case
    from takingstock.exchange import load
    from takingstock.exchange.bag import is_bag, read_bag

    if is_bag(file):
        with read_bag(file, folder, key=key) as case:
            return _restored(case)
    period, day = DateRange.parse(coverage), DateRange.parse(released)
    if released and (day.first is None or day.first != day.last or day.first > datetime.now(UTC).date()):
        raise BadValueError(f"{released!r} is not the day of a release that was published; write it as 2024-03-11")
    with open_case(folder) as case:
        return load(
            case,
            file,
            reader=reader,
            dry_run=dry_run,
            progress=progress,
            actor=actor or "unknown",
            coverage=period if period.known else None,
            reporter=reporter,
            source=source,
            released=day,
            mapping=mapping,
            complete=complete,
        )


def suggest_mapping(file: Path) -> str:
    """A draft of a mapping file for a table, as YAML, with comments on what a person must decide.

    Raises BadFileError where the file holds no table."""
    from takingstock.exchange.suggesting import suggest_mapping as draft

    return draft(file)


def _restored(case: Case) -> ImportReport:
    from takingstock.case import TABLES

    ledger, archive = case.ledger(), case.archive()
    rows = sum(len(getattr(ledger if name in Ledger.model_fields else archive, name)) for name in TABLES)
    note = f"the case was made anew from the bag: revision {case.revision}, head {case.head}"
    return ImportReport(reader="bag", read=rows, ledger=rows, review=0, rejected=0, notes=(note,))
