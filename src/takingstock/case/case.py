"""Case: one open case. Reading has its own connections and never moves the revision."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from takingstock.case.delta import Delta, MakeBody, rows_written
from takingstock.case.fault import Fault
from takingstock.case.rows import Rows
from takingstock.case.settings import Settings
from takingstock.records import Archive, CaseRules, ConflictError, Event, Ledger, ReviewRule

if TYPE_CHECKING:
    from takingstock.case.bulk import Batch, Gone, Seen
    from takingstock.case.engines import Database


class Case:
    """Made by :func:`takingstock.case.create` and :func:`takingstock.case.open_case`; close it, or use ``with``.

    Every method raises NotACaseError where the database is gone or damaged, and ConflictError where another
    connection holds the write lock for longer than the time to wait."""

    def __init__(self, folder: Path, settings: Settings, database: Database) -> None:
        self.folder = folder
        self.stated = settings
        """The settings as case.toml states them, whether or not anybody accepted them."""
        self._database = database
        self.rules_kept: tuple[int, list[tuple[int, CaseRules]]] = (0, [])
        """(last event read, (event, settings) of the history up to there); for :mod:`takingstock.case.accepting`."""

    @property
    def title(self) -> str:
        return self.stated.title

    @property
    def settings(self) -> Settings:
        """The settings to work by: those of case.toml, if they are the ones that the history has. The rule of review
        knows the other rules that stood since the first answer.

        Raises ConflictError for settings that nobody accepted (see :meth:`accept`)."""
        from takingstock.case import accepting

        with self._database.reading() as connection:
            return accepting.settings(connection, self)

    def unaccepted(self) -> tuple[str, ...]:
        """What case.toml says otherwise than the history, in words; empty: nothing, or nothing is in the case yet."""
        from takingstock.case import accepting

        with self._database.reading() as connection:
            return accepting.unaccepted(connection, self)

    @property
    def keeps_settings(self) -> bool:
        """Whether the history says what the settings are; cases of earlier versions begin with their next write."""
        from takingstock.case import reading

        with self._database.reading() as connection:
            return bool(reading.rules(connection))

    def kept_rule(self) -> ReviewRule:
        """The rule of review that the history has last, whatever case.toml says now, with those that stood before."""
        from takingstock.case import accepting

        with self._database.reading() as connection:
            return accepting.kept_rule(connection, self)

    def accept(
        self, settings: Settings | None = None, *, actor: str, reason: str, now: datetime | None = None
    ) -> Event | None:
        """Give the case these settings (None: those that case.toml states): one event, and case.toml is written.
        Nothing to change: no event. The folder remembers its head from here on. Raises BadValueError for a missing
        actor or reason."""
        from takingstock.case import accepting, witness

        with self._database.writing() as connection:
            event = accepting.accept(connection, self, settings or self.stated, actor, reason, now)
        if settings is not None:
            settings.write(self.folder)
            self.stated = settings
        if event or witness.remembered(self.folder) is None:
            witness.remember(self.folder, event.digest if event else self.head)
        return event

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

    def ledger_known(self, day: date) -> Ledger:
        """The ledger as it was known at the end of a day: by the day on which a register's release was published,
        where the import recorded it, else by the day on which the row was written. Sources and parties are those of
        today. Raises BadValueError where nothing was known yet."""
        from takingstock.case import reading

        with self._database.reading() as connection:
            return reading.ledger_known(connection, self._database.where, self.title, day)

    def names(self) -> Ledger:
        """The ledger with its sources, parties, populations and namings only: what an import of many rows has to
        know."""
        from takingstock.case import bulk

        with self._database.reading() as connection:
            return bulk.names(connection, self._database.where, self.title)

    def archive(self, as_of_revision: int | None = None) -> Archive:
        """The evidence that the case holds (or held at a revision), sorted by id, from one snapshot.

        Raises BadValueError for a revision that the case does not have."""
        from takingstock.case import reading

        with self._database.reading() as connection:
            return reading.archive(connection, self._database.where, as_of_revision)

    def revised(self, table: str, revision: int | None = None) -> tuple[tuple[str, int, str], ...]:
        """(id, event, record) of every version, up to a revision, of the rows that were ever revised or taken out, by
        id, oldest first."""
        from takingstock.case import reading

        with self._database.reading() as connection:
            return reading.revised(connection, table, revision)

    def erased(self, revision: int | None = None) -> frozenset[str]:
        """Ids of the secret items whose content was erased, up to a revision."""
        from takingstock.case import reading

        with self._database.reading() as connection:
            return frozenset(reading.erased(connection, revision))

    def added_by(self, table: str, id: str) -> int:
        """The event that brought the version of a row that stands. Raises UnknownNameError for no such row."""
        from takingstock.case import reading

        with self._database.reading() as connection:
            return reading.added_by(connection, table, id)

    def releases(self, sources: Iterable[str], tables: Iterable[str]) -> tuple[tuple[int, str], ...]:
        """(event, day) of the imports of a dated release that brought, or took out, rows of these tables under one of
        these sources; oldest first."""
        from takingstock.case import reading

        with self._database.reading() as connection:
            return reading.releases(connection, frozenset(sources), tuple(tables))

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
        from takingstock.case import accepting, reading, writing

        with self._database.writing() as connection:
            where = self._database.where
            accepting.guard(connection, self)
            if expected_revision is not None and reading.last(connection, where).seq != expected_revision:
                raise ConflictError("somebody else wrote to this case meanwhile; nothing was changed, do it again")
            done = tuple(writing.write_each(connection, where, parts, actor, reason, now))
            events = [delta.event for delta in done if delta.event]
            kept = accepting.keep(connection, self, actor, now) if events else None
        if events:
            self._remember((kept or events[-1]).digest)
        return done

    def erase(self, ids: Iterable[str], *, actor: str, reason: str, now: datetime | None = None) -> Event:
        """Append the event that says that the content of these secret items is erased. The files are the vault's to
        remove, afterwards. Raises BadValueError for an id that is no secret item or is erased already."""
        from takingstock.case import accepting, writing

        with self._database.writing() as connection:
            accepting.guard(connection, self)
            event = writing.erase(connection, self._database.where, tuple(ids), actor, reason, now)
            kept = accepting.keep(connection, self, actor, now)
        self._remember((kept or event).digest)
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

    def write_stream(
        self,
        batches: Iterable[Batch],
        body: MakeBody = rows_written,
        *,
        actor: str,
        reason: str,
        now: datetime | None = None,
        seen: Seen | None = None,
        gone: Gone | None = None,
        dry_run: bool = False,
    ) -> Delta:
        """As :meth:`write`, for more rows than memory holds: they come ready and sorted by table and id (see
        :class:`~takingstock.case.bulk.Batch`), and no more than a batch is held. ``seen`` is told which ids of each
        batch stood there; ``gone`` says what is taken out because no batch holds it. ``dry_run``: only say what would
        change. An exception in ``batches`` or ``body`` undoes everything.

        Raises as :meth:`write`, and BadValueError for rows out of order."""
        from takingstock.case import accepting, bulk

        if dry_run:
            with self._database.reading() as connection:
                return bulk.preview_stream(connection, batches, seen, gone)
        with self._database.writing() as connection:
            accepting.guard(connection, self)
            where = self._database.where
            delta = bulk.write_stream(connection, where, batches, body, actor, reason, now, seen, gone)
            kept = accepting.keep(connection, self, actor, now) if delta.event else None
        if delta.event:
            self._remember((kept or delta.event).digest)
        return delta

    def preview(self, rows: Rows) -> Delta:
        """What :meth:`write` would change, without writing (and without an event)."""
        from takingstock.case import writing

        with self._database.reading() as connection:
            return writing.preview(connection, rows)

    def verify(self, expected_head: str | None = None) -> tuple[Fault, ...]:
        """Recompute the whole case; empty: sound. ``expected_head`` is a head noted earlier, outside the case: it must
        be in the history, which shows that its end was not cut off or forged."""
        from takingstock.case import reading, verifying, witness

        with self._database.reading() as connection, reading.no_collection():
            noted = witness.remembered(self.folder)
            return tuple(verifying.verify(connection, expected_head, noted.head if noted else ""))

    def close(self) -> None:
        """Give back all connections. The case can be used again afterwards."""
        self._database.close()

    def __enter__(self) -> Case:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _remember(self, digest: str) -> None:
        """Note the last event. A note that went missing is not made anew in silence: see :meth:`accept`."""
        from takingstock.case import witness

        if witness.remembered(self.folder) is not None or not self.rules_kept[1]:
            witness.remember(self.folder, digest)

    def _last(self) -> Event:
        from takingstock.case import reading

        with self._database.reading() as connection:
            return reading.last(connection, self._database.where)
