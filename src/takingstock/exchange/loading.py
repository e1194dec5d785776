"""load: read a file, look everything up, and write it to a case as one event; or say what that would do.

Done or not done: a file of which some rows are rejected is taken, and the rejects are listed. A file (or a sheet of it)
of which no row could be taken is not: BadFileError, and the case stays as it was. Importing the same rows again, in
whatever order, changes nothing and leaves no event.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from takingstock.exchange import sipri, template
from takingstock.exchange.leftovers import fingerprint, leftover_path, write_leftovers
from takingstock.exchange.readers import Asked
from takingstock.exchange.reading import TABLES, Key, Reading
from takingstock.exchange.recognising import reader_named, recognised
from takingstock.exchange.releases import (
    lacks,
    refuse_dayless,
    refuse_older,
    refuse_undated,
    release_of,
    releases_by,
    told_lacking,
    told_retracted,
)
from takingstock.exchange.sipri_source import KEY
from takingstock.records import (
    BadFileError,
    ConflictError,
    DateRange,
    ImportReport,
    Ledger,
    Record,
    Rejected,
    RowsImported,
)

if TYPE_CHECKING:
    from takingstock.case import Case, Delta

Progress = Callable[[int, int], None]

IMPORTS = "imports"
"""The folder in a case for rejects and reviews."""


def load(
    case: Case,
    path: str | Path,
    reader: str | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    actor: str = "import",
    rejects_dir: str | Path | None = None,
    *,
    coverage: DateRange | None = None,
    reporter: str = "",
    source: str = "",
    released: DateRange = DateRange(),
    mapping: str | Path | None = None,
    complete: bool = False,
) -> ImportReport:
    """Import a file or folder. ``reader`` is one of :data:`READERS` (None: by content); ``progress(done, total)`` is
    called as rows are read. ``coverage``, ``reporter``, ``source``, ``released`` and ``mapping`` are what a file does
    not say itself (see :class:`~takingstock.exchange.readers.Asked`). ``complete``: the file is a whole release, so
    what the case holds of the register and the file does not is retracted (see ``releases``).

    Rejected rows go to ``imports/<name>-<sha8>.rejects.csv`` in the case, rows for review to ``….review.csv``; a dry
    run writes neither. Raises BadFileError (unreadable, or nothing could be taken), UnknownNameError (no such
    reader), ConflictError (the register stands in the case in its other layout)."""
    path = Path(path)
    if mapping:
        from takingstock.exchange.bulk import load_mapped

        return load_mapped(
            case,
            path,
            mapping,
            dry_run=dry_run,
            progress=progress,
            actor=actor,
            folder=Path(rejects_dir) if rejects_dir else case.folder / IMPORTS,
            coverage=coverage,
            reporter=reporter,
            source=source,
            released=released,
            complete=complete,
        )
    why = ""
    if reader is None:
        reader, why = recognised(path)
    ledger = case.ledger()
    held = frozenset(one.id for one in case.archive().evidence) if reader == template.READER else None
    asked = Asked(
        ledger=ledger,
        coverage=coverage,
        reporter=reporter,
        source=source,
        released=released,
        mapping=Path(mapping) if mapping else None,
        held=held,
        progress=progress,
    )
    reading = _read(path, reader, asked)
    digest = fingerprint(path)
    folder = Path(rejects_dir) if rejects_dir else case.folder / IMPORTS
    if reading.read == 0:
        raise BadFileError(f"{path.name} has a header but no rows; there is nothing to import")
    rejects = _leftovers(reading.rejected, leftover_path(folder, path, digest, "rejects"), dry_run)
    _refuse_barren(reading, rejects)
    _refuse_two_layouts(reading, ledger)
    review = _leftovers(reading.review, leftover_path(folder, path, digest, "review"), dry_run, reading.reader)
    reading, retracted = _released(case, reading, ledger, released, complete)
    unchanged, revised = _compared(reading, ledger)
    if not dry_run:
        _write(case, path, digest, reading, actor, released)
    told = [f"read as {reader}: {why}"] if why and reader != template.READER else []
    notes = [*told, *reading.notes, *retracted]
    if reading.review:
        where = f" in {review}" if review else ""
        notes.append(f"{len(reading.review)} rows wait for a person{where}; first: {_first(reading.review)}")
    return ImportReport(
        reader=reading.reader,
        read=reading.read,
        ledger=reading.ledger,
        review=len(reading.review),
        rejected=len(reading.rejected),
        rejects_file=str(rejects) if rejects else None,
        unchanged=unchanged,
        revised=revised,
        dry_run=dry_run,
        notes=tuple(notes),
        rejects=reading.rejected,
    )


def _read(path: Path, reader: str, asked: Asked) -> Reading:
    if reader == template.READER:
        return template.read_template(path, asked.ledger, asked.progress, asked.held)
    return reader_named(reader).read(path, asked)


def _released(
    case: Case, reading: Reading, ledger: Ledger, released: DateRange, complete: bool
) -> tuple[Reading, list[str]]:
    """The reading as a release: with what it retracts where it is whole, and a note on what it lacks where not."""
    if released.first:
        refuse_older(releases_by(case.events(), reading.reader), released.first)
    elif not complete:
        refuse_undated(releases_by(case.events(), reading.reader))
    if complete:
        refuse_dayless(released)
        gone = release_of(reading, ledger)
        return replace(reading, gone=gone), told_retracted(len(gone))
    if not released.first:
        return reading, []
    return reading, told_lacking(len(lacks(reading, ledger)))


def _leftovers(rows: tuple[Rejected, ...], file: Path, dry_run: bool, register: str = "") -> Path | None:
    return write_leftovers(file, rows, register) if rows and not dry_run else None


def _refuse_barren(reading: Reading, rejects: Path | None) -> None:
    if not reading.barren:
        return
    lost = [row for row in reading.rejected if row.sheet == reading.barren[0]]
    every = f"; every reason is in {rejects}" if rejects else ""
    raise BadFileError(
        f"{reading.file}: nothing was imported, as no row of {reading.barren[0]} can be taken; {_first(lost)}{every}"
    )


def _refuse_two_layouts(reading: Reading, ledger: Ledger) -> None:
    """One delivery told twice under two keys would be counted twice."""
    if reading.reader != sipri.READER or not reading.statements:
        return
    by_deal = reading.statements[0].movement.startswith(sipri.DEAL_KEY)
    for statement in ledger.statements:
        key = statement.movement
        if key.startswith(KEY) and key.startswith(sipri.DEAL_KEY) != by_deal:
            raise ConflictError(
                "the case holds the SIPRI register in its other layout, and the same deliveries would count twice; "
                "import this file into a case of its own"
            )


def _compared(reading: Reading, ledger: Ledger) -> tuple[int, int]:
    """Rows whose records all stood in the case already, and rows that change a record."""
    there: dict[Key, Record] = {(table, record.id): record for table in TABLES for record in getattr(ledger, table)}
    new: dict[Key, Record] = {
        (table, record.id): record  # type: ignore[attr-defined]
        for table in TABLES
        for record in reading.rows(table)
    }
    unchanged = sum(all(there.get(key) == new[key] for key in keys) for keys in reading.taken)
    revised = sum(any(key in there and there[key] != new[key] for key in keys) for keys in reading.taken)
    return unchanged, revised


def _write(case: Case, path: Path, digest: str, reading: Reading, actor: str, released: DateRange) -> None:
    from takingstock.case import Rows

    def body(delta: Delta) -> RowsImported:
        return RowsImported(
            reader=reading.reader,
            file=path.name,
            file_sha256=digest,
            read=reading.read,
            ledger=reading.ledger,
            review=len(reading.review),
            rejected=len(reading.rejected),
            added=delta.written,
            added_root=delta.added_root,
            retired=delta.retired,
            retired_root=delta.retired_root,
            released=f"{released.first}" if released.first else "",
        )

    rows = Rows(**{table: reading.rows(table) for table in TABLES}, gone=reading.gone)  # type: ignore[arg-type]
    case.write(rows, body, actor=actor, reason=f"import of {path.name}")


def _first(rows: list[Rejected] | tuple[Rejected, ...]) -> str:
    return f"line {rows[0].line}: {rows[0].reason}"
