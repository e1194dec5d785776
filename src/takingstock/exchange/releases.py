"""A later release of a register: what it corrects, and what it does not hold any more.

Rule: a file is a release only where a person says so, with its day and with the statement that it is whole (the same
selection as what the case holds of the register). Then every statement of the register that the case holds and the
file does not is retracted on that day. Rows of the file that wait for a person or are rejected retract nothing: where
their ids cannot be told, nothing is retracted at all. Both truths stay: the ledger as known before and after that day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from takingstock.exchange.reading import Key, Reading
from takingstock.records import BODY, BadFileError, DateRange, Event, Ledger, RowsImported

RELEASED_TABLES = ("statements", "counts", "payments", "sightings")
"""What a release holds; sources and parties are not retracted."""


def lacks(reading: Reading, ledger: Ledger) -> tuple[Key, ...]:
    """The rows of the case that stand under the sources of the file and are not in it."""
    own = {getattr(record, "source", "") for table in RELEASED_TABLES for record in reading.rows(table)}
    kept = {(table, _id(record)) for table in RELEASED_TABLES for record in reading.rows(table)} | set(reading.pending)
    return tuple(
        (table, record.id)
        for table in RELEASED_TABLES
        for record in getattr(ledger, table)
        if record.source in own and (table, record.id) not in kept
    )


def release_of(reading: Reading, ledger: Ledger) -> tuple[Key, ...]:
    """The rows that a whole release retracts. Raises BadFileError where the file has rows whose ids cannot be told."""
    gone = lacks(reading, ledger)
    loose = len(reading.review) + len(reading.rejected) if not reading.pending else 0
    refuse_loose(reading.file, len(gone), loose)
    return gone


def releases_by(events: Iterable[Event], reader: str) -> tuple[tuple[int, str], ...]:
    """(event, day) of the dated releases that came in by a reader: those of its register."""
    bodies = ((e.seq, BODY.validate_json(e.payload)) for e in events if e.kind == "rows-imported")
    return tuple(
        (seq, body.released)
        for seq, body in bodies
        if isinstance(body, RowsImported) and body.reader == reader and body.released
    )


def refuse_undated(releases: Iterable[tuple[int, str]]) -> None:
    """Where a register came in as releases, every further file of it needs its day: an older one would turn
    corrections back. Raises BadFileError."""
    for seq, day in releases:
        raise BadFileError(
            f"the case holds the release of {day} of this register (event {seq}); say when this file was published: "
            "--released DAY"
        )


def refuse_older(releases: Iterable[tuple[int, str]], released: date) -> None:
    """A release may not come in after a later one of the same register: it would turn corrections back.

    Raises BadFileError, naming the later one."""
    for seq, day in releases:
        if day > released.isoformat():
            raise BadFileError(
                f"the case holds the release of {day} (event {seq}), which is later than {released.isoformat()}: its "
                "corrections would be turned back. Import releases in their order, into a new case if need be"
            )


def refuse_dayless(released: DateRange) -> None:
    """Raises BadFileError for a whole release without its day."""
    if not released.first:
        raise BadFileError("a complete release needs its day; say when it was published with --released")


def told_retracted(gone: int) -> list[str]:
    """The note on what a whole release took out."""
    return [f"{gone} entries that this release does not hold any more are retracted"] if gone else []


def told_lacking(lacking: int) -> list[str]:
    """The note on what a release that is not said to be whole lacks."""
    note = f"{lacking} entries of the case under the same source are not in this file and stay"
    return [f"{note}; if it is a whole new release, import it with --complete"] if lacking else []


def refuse_loose(file: str, gone: int, loose: int) -> None:
    """Nothing is retracted where the file has rows that may be what it seems to lack. Raises BadFileError."""
    if gone and loose:
        raise BadFileError(
            f"{file}: {loose} rows wait for a person or are rejected, and it cannot be told which of the {gone} "
            "entries that the file lacks they are; mend them first, or import without --complete"
        )


def _id(record: object) -> str:
    return str(getattr(record, "id"))  # noqa: B009
