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
from takingstock.records import BODY, BadFileError, Event, Ledger, RowsImported

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
    if gone and loose > 0:
        raise BadFileError(
            f"{reading.file}: {loose} rows wait for a person or are rejected, and it cannot be told which of the "
            f"{len(gone)} entries that the file lacks they are; mend them first, or import without --complete"
        )
    return gone


def refuse_undated(events: Iterable[Event], reader: str) -> None:
    """Where a register came in as releases, every further file of it needs its day: an older one would turn
    corrections back. Raises BadFileError."""
    for event in events:
        body = BODY.validate_json(event.payload) if event.kind == "rows-imported" else None
        if isinstance(body, RowsImported) and body.reader == reader and body.released:
            raise BadFileError(
                f"the case holds the release of {body.released} of this register (event {event.seq}); say when this "
                "file was published: --released DAY"
            )


def refuse_older(events: Iterable[Event], reader: str, released: date) -> None:
    """A release may not come in after a later one of the same register: it would turn corrections back.

    Raises BadFileError, naming the later one."""
    for event in events:
        body = BODY.validate_json(event.payload) if event.kind == "rows-imported" else None
        if isinstance(body, RowsImported) and body.reader == reader and body.released > released.isoformat():
            raise BadFileError(
                f"the case holds the release of {body.released} (event {event.seq}), which is later than "
                f"{released.isoformat()}: its corrections would be turned back. Import releases in their order, into "
                "a new case if need be"
            )


def _id(record: object) -> str:
    return str(getattr(record, "id"))  # noqa: B009
