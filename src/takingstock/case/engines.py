"""Connections to the database of a case: one way in for reading, another for writing.

A reading connection cannot write and sees one snapshot. A writing connection holds the case's write lock from its
first statement to its end, so that what it compared is what it changes. Database errors come out as named errors.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from takingstock.case.settings import Settings
from takingstock.records import ConflictError, NotACaseError, TakingStockError

WAIT: Final = 10.0
"""Seconds a writer waits for another one."""

_LOCK_NOT_AVAILABLE: Final = "55P03"
_READ_ONLY_STATES: Final = {"25006", "42501"}


@dataclass
class Database:
    """The database of one case folder. ``where`` names it in errors (never with a password); ``shown`` is the folder
    that a person knows, while a new case is built beside it."""

    folder: Path
    settings: Settings
    wait: float = WAIT
    shown: Path | None = None
    _server: Engine | None = None
    _files: dict[tuple[str, str], Engine] = field(default_factory=dict)

    @property
    def where(self) -> str:
        folder = self.shown or self.folder
        return str(self.settings.file(folder)) if self.settings.sqlite else f"the database of {folder}"

    def close(self) -> None:
        """Give all connections back."""
        self._files.clear()
        if self._server is not None:
            self._server.dispose()
            self._server = None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that cannot write, in one snapshot."""
        with named(self.where):
            if self.settings.sqlite:
                yield from self._read_file()
                return
            engine = self._postgres().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with engine.connect() as connection:
                yield connection

    @contextmanager
    def writing(self, *, new: bool = False) -> Iterator[Connection]:
        """A connection in a transaction under the write lock: committed at the end, rolled back by an exception.
        ``new``: make the SQLite file, and do not lock a table that does not exist yet."""
        with named(self.where):
            if self.settings.sqlite:
                path = self.settings.file(self.folder)
                engine = self._file(path.resolve().as_uri() + f"?mode={'rwc' if new else 'rw'}", "BEGIN IMMEDIATE")
                with engine.begin() as connection:
                    yield connection
                return
            with self._postgres().begin() as connection:
                if not new:
                    connection.execute(text(f"SET LOCAL lock_timeout = {max(1, round(self.wait * 1000))}"))
                    # Against other writers only: readers never wait.
                    connection.execute(text("LOCK TABLE history IN SHARE ROW EXCLUSIVE MODE"))
                yield connection

    def _read_file(self) -> Iterator[Connection]:
        path = self.settings.file(self.folder)
        if not path.exists():
            raise NotACaseError(f"half a case: {path} is missing; restore it from a copy of the case")
        uri = path.resolve().as_uri()
        frozen = False
        if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
            # SQLite needs its side files to read in WAL mode, and tidies them up only if it may write them.
            uri += "?mode=rw"
        elif path.with_name(path.name + "-shm").exists():
            uri += "?mode=ro"
        elif _size(path.with_name(path.name + "-wal")):
            raise NotACaseError(
                f"{path} cannot be written and its last changes still lie in {path.name}-wal; "
                "copy the folder to a place that can be written and open that"
            )
        else:
            uri += "?mode=ro&immutable=1"
            frozen = True
        before = path.stat()
        with self._file(uri, "BEGIN", query_only=True).connect() as connection:
            yield connection
        after = path.stat()
        if frozen and (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
            raise ConflictError(f"{path} was changed while it was read; read it again")

    def _file(self, uri: str, begin: str, *, query_only: bool = False) -> Engine:
        """An engine holds no connection, but the statements that it has translated: so it is kept."""
        if (uri, begin) not in self._files:
            self._files[uri, begin] = _sqlite(uri, begin, self.wait, query_only=query_only)
        return self._files[uri, begin]

    def _postgres(self) -> Engine:
        if self._server is None:
            try:
                self._server = create_engine(self.settings.url, pool_size=2, pool_pre_ping=True)
            except ModuleNotFoundError as error:
                raise TakingStockError(
                    f"{self.where} needs the PostgreSQL driver; install takingstock[postgres]"
                ) from error
            except (ArgumentError, NoSuchModuleError, ValueError) as error:
                raise NotACaseError(
                    f"{self.where}: the address in case.toml cannot be read; write postgresql+psycopg://USER@HOST/NAME"
                ) from error
        return self._server


def _sqlite(uri: str, begin: str, wait: float, *, query_only: bool = False) -> Engine:
    """No pool: a connection that is closed lets SQLite fold its side files back into the one database file."""

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(uri, uri=True, timeout=wait, isolation_level=None, check_same_thread=False)

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)
    # The mode stays with the file; setting it again costs nothing and repairs a copy that lost it.
    event.listen(engine, "connect", _pragma("PRAGMA query_only = ON" if query_only else "PRAGMA journal_mode = WAL"))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _pragma(statement: str) -> Callable[[Any, Any], None]:
    def run(connection: Any, _record: Any) -> None:
        connection.execute(statement)

    return run


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


@contextmanager
def named(where: str) -> Iterator[None]:
    """Turn database errors into the named errors of the house."""
    try:
        yield
    except DBAPIError as error:
        raise _named(where, error.orig) from error
    except sqlite3.Error as error:
        raise _named(where, error) from error


def _named(where: str, error: BaseException | None) -> TakingStockError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    state = getattr(error, "sqlstate", None)
    first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED} or state == _LOCK_NOT_AVAILABLE:
        return ConflictError("somebody else is writing to this case; nothing was changed, try again in a moment")
    if code == sqlite3.SQLITE_READONLY or state in _READ_ONLY_STATES:
        return TakingStockError(f"{where} may only be read; get the right to write, or work on a copy of the case")
    if code == sqlite3.SQLITE_FULL:
        return TakingStockError(f"no room is left for {where}; nothing was changed, make room and try again")
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return NotACaseError(f"{where} is damaged ({first}); restore it from a copy of the case")
    return NotACaseError(f"{where} cannot be used ({first}); check case.toml, or restore a copy of the case")
