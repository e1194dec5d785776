"""Case: one open case. Reading has its own connections and never moves the revision."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from takingstock.case.delta import Delta, MakeBody, rows_written
from takingstock.case.fault import Fault
from takingstock.case.rows import Rows
from takingstock.case.settings import Settings
from takingstock.records import Archive, ConflictError, Event, Ledger

if TYPE_CHECKING:
    from takingstock.case.engines import Database


class Case:
    """Made by :func:`takingstock.case.create` and :func:`takingstock.case.open_case`; close it, or use ``with``.

    Every method raises NotACaseError where the database is gone or damaged, and ConflictError where another
    connection holds the write lock for longer than the time to wait."""

    def __init__(self, folder: Path, settings: Settings, database: Database) -> None:
        self.folder = folder
        self.settings = settings
        self._database = database

    @property
    def title(self) -> str:
        return self.settings.title

    @property
    def originals(self) -> Path:
        """Evidence as it came in: content-addressed, read-only."""
        return self.folder / "evidence" / "originals"

    @property
    def working(self) -> Path:
        """Working copies of the evidence."""
        return self.folder / "evidence" / "working"

    @property
    def revision(self) -> int:
        """The number of the last event."""
        return self._last().seq

    @property
    def head(self) -> str:
        """The digest of the last event. Noted outside the case, it proves later that nothing was cut off."""
        return self._last().digest

    def events(self) -> tuple[Event, ...]:
        """The whole history, oldest first."""
        from takingstock.case import reading

        with self._database.reading() as connection:
            return reading.history(connection)

    def ledger(self, as_of_revision: int | None = None) -> Ledger:
        """Everything the case holds (or held at a revision), sorted by id, from one snapshot.

        Raises BadValueError for a revision that the case does not have."""
        from takingstock.case import reading

        with self._database.reading() as connection:
            return reading.ledger(connection, self._database.where, self.title, as_of_revision)

    def archive(self, as_of_revision: int | None = None) -> Archive:
        """The evidence that the case holds (or held at a revision), sorted by id, from one snapshot.

        Raises BadValueError for a revision that the case does not have."""
        from takingstock.case import reading

        with self._database.reading() as connection:
            return reading.archive(connection, self._database.where, as_of_revision)

    def added_by(self, table: str, id: str) -> int:
        """The event that brought the version of a row that stands. Raises UnknownNameError for no such row."""
        from takingstock.case import reading

        with self._database.reading() as connection:
            return reading.added_by(connection, table, id)

    def rows_of(self, seq: int) -> tuple[tuple[str, str, str], ...]:
        """(table, id, record) of every row that an event added, in the order of its Merkle root."""
        from takingstock.case import reading

        with self._database.reading() as connection:
            return reading.rows_of(connection, seq)

    def write_each(
        self,
        parts: Iterable[tuple[Rows, MakeBody]],
        *,
        actor: str,
        reason: str,
        now: datetime | None = None,
        expected_revision: int | None = None,
    ) -> tuple[Delta, ...]:
        """As :meth:`write`, one event for each part, all in one transaction: all of them or none."""
        from takingstock.case import reading, witness, writing

        with self._database.writing() as connection:
            where = self._database.where
            if expected_revision is not None and reading.last(connection, where).seq != expected_revision:
                raise ConflictError("somebody else wrote to this case meanwhile; nothing was changed, do it again")
            done = tuple(writing.write(connection, where, rows, body, actor, reason, now) for rows, body in parts)
        events = [delta.event for delta in done if delta.event]
        if events:
            witness.remember(self.folder, events[-1].digest)
        return done

    def erase(self, ids: Iterable[str], *, actor: str, reason: str, now: datetime | None = None) -> Event:
        """Append the event that says that the content of these secret items is erased. The files are the vault's to
        remove, afterwards. Raises BadValueError for an id that is no secret item or is erased already."""
        from takingstock.case import witness, writing

        with self._database.writing() as connection:
            event = writing.erase(connection, self._database.where, tuple(ids), actor, reason, now)
        witness.remember(self.folder, event.digest)
        return event

    def dump(self, folder: Path, hidden: Callable[[str, str], bool] | None = None) -> None:
        """Write ``history.jsonl`` and ``rows.jsonl`` (every version of every row) into ``folder``, from one snapshot;
        rows for which ``hidden(table, id)`` holds go to ``hidden.jsonl``. :func:`takingstock.case.restore` reads it."""
        from takingstock.case import dumping

        with self._database.reading() as connection:
            dumping.dump(connection, folder, hidden)

    def write(
        self,
        rows: Rows,
        body: MakeBody = rows_written,
        *,
        actor: str,
        reason: str,
        now: datetime | None = None,
        expected_revision: int | None = None,
    ) -> Delta:
        """Write rows and append one event, in one transaction; all or nothing.

        An id with the content it has is left alone; with other content, the earlier version is retired and kept.
        ``body`` makes the event from the change; its fields ``added``, ``added_root``, ``retired``, ``retired_root``
        must be the delta's ``written``, ``added_root``, ``retired``, ``retired_root``. It runs inside the
        transaction: an exception in it undoes everything. ``now`` is the time of the event (UTC clock if None).
        ``expected_revision``: what was read to decide on this write; ConflictError if the case has moved on since.

        Raises ConflictError for an id that comes twice with different content, BadValueError for a missing actor or
        reason and for rows that cannot be stored (a NUL character anywhere in a record), NotACaseError where the
        database did not store what it was told to (a trigger or rule on a table)."""
        parts = [(rows, body)]
        return self.write_each(parts, actor=actor, reason=reason, now=now, expected_revision=expected_revision)[0]

    def preview(self, rows: Rows) -> Delta:
        """What :meth:`write` would change, without writing (and without an event)."""
        from takingstock.case import writing

        with self._database.reading() as connection:
            return writing.preview(connection, rows)

    def verify(self, expected_head: str | None = None) -> tuple[Fault, ...]:
        """Recompute the whole case; empty: sound. ``expected_head`` is a head noted earlier, outside the case: it must
        be in the history, which shows that its end was not cut off or forged."""
        from takingstock.case import verifying, witness

        with self._database.reading() as connection:
            return tuple(verifying.verify(connection, expected_head, witness.remembered(self.folder)))

    def close(self) -> None:
        """Give back all connections. The case can be used again afterwards."""
        self._database.close()

    def __enter__(self) -> Case:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _last(self) -> Event:
        from takingstock.case import reading

        with self._database.reading() as connection:
            return reading.last(connection, self._database.where)
