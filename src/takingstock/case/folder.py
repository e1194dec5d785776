"""Making, opening and upgrading case folders."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from takingstock.case import settings as files
from takingstock.case.case import Case
from takingstock.case.settings import DATABASE, FILE, Redaction, Settings
from takingstock.records import BadFileError, BadValueError, CaseOpened, ConflictError, TakingStockError

if TYPE_CHECKING:
    from sqlalchemy import Connection


def create(
    folder: str | Path,
    title: str,
    *,
    database: str | None = None,
    scope: str = "",
    redaction: Redaction = Redaction.PUBLIC,
    actor: str = "unnamed",
    reason: str = "case opened",
    now: datetime | None = None,
) -> Case:
    """Make a case folder and open it. It appears whole or not at all.

    ``database``: None for SQLite inside the folder, or ``postgresql+psycopg://USER@HOST/NAME`` (an empty database; the
    password belongs into ``~/.pgpass`` or PGPASSWORD, not into the case). Raises ConflictError where something is in
    the way, BadValueError for an empty title, NotACaseError for a database that cannot be reached."""
    from takingstock.case import schema, writing

    try:
        settings = Settings(title=title, scope=scope, redaction=redaction, database=database or DATABASE)
    except ValidationError as error:
        raise BadValueError(f"the title of a case must not be empty ({error.error_count()} fault); give one") from error

    target = Path(folder).absolute()

    def first(connection: Connection, settings: Settings) -> None:
        rules = settings.rules(target)
        body = CaseOpened(title=settings.title, schema_version=schema.SCHEMA, rules=rules)
        writing.append(connection, None, body, actor, reason, now)

    return _made(folder, settings, first)


def restore(folder: str | Path, dump: Path, settings: Settings) -> Case:
    """Make a case with exactly the history and rows that :meth:`Case.dump` wrote into ``dump``, and open it.

    Raises BadFileError for a dump that cannot be read or does not hold together (naming the first faults): then
    nothing is made. ConflictError where something is in the way."""
    from takingstock.case import dumping, verifying

    def all_of_it(connection: Connection, settings: Settings) -> None:
        del settings
        dumping.fill(connection, dump)
        faults = [str(fault) for fault in verifying.verify(connection, None)]
        if faults:
            raise BadFileError(f"this is no sound case: {'; '.join(faults[:5])}; ask for a new copy of it")

    return _made(folder, settings, all_of_it)


def _made(folder: str | Path, settings: Settings, fill: Callable[[Connection, Settings], None]) -> Case:
    """A new case whose empty tables ``fill`` fills, inside the transaction that makes them."""
    from takingstock.case import migrate, witness
    from takingstock.case.engines import Database

    target = Path(folder).absolute()
    _refuse_occupied(target)
    files.checked(settings, "database")
    there = target.exists()
    # Inside a folder that is there already: that folder stays (it may be where somebody's shell stands, or a mount).
    build = (target / ".new") if there else target.parent / f".{target.name}.{secrets.token_hex(4)}.new"
    built = Database(build, settings, shown=target)
    placed = False
    try:
        _furnish(build, settings)
        with built.writing(new=True) as connection:
            if migrate.versions(connection):
                raise ConflictError("this database already holds a case; name an empty database")
            migrate.migrate(connection)
            fill(connection, settings)
            if not settings.sqlite:
                # Before the commit, so that the tables stay only if the folder does.
                _move(build, target, there)
                placed = True
        if settings.sqlite:
            _move(build, target, there)
    except BaseException:
        if placed:
            shutil.rmtree(target / "evidence")
            (target / FILE).unlink()
            if not there:
                target.rmdir()
        raise
    finally:
        built.close()
        shutil.rmtree(build, ignore_errors=True)
    case = open_case(target)
    witness.remember(target, case.head)
    return case


def open_case(folder: str | Path, *, wait: float | None = None) -> Case:
    """Open a case. ``wait``: seconds that a write waits for another one (10 if None).

    Raises NotACaseError, with what to do, for a folder that is no case, half a case, damaged, or of another schema."""
    from takingstock.case import migrate, reading
    from takingstock.case.engines import WAIT, Database

    path = Path(folder).absolute()
    settings = files.read(path)
    database = Database(path, settings, WAIT if wait is None else wait)
    try:
        with database.reading() as connection:
            migrate.check(connection, database.where)
            reading.last(connection, database.where)
    except BaseException:
        database.close()
        raise
    return Case(path, settings, database)


def upgrade(folder: str | Path) -> None:
    """Bring the database of an older case to this package's schema. Rows and history stay as they are."""
    from takingstock.case import migrate
    from takingstock.case.engines import Database

    path = Path(folder).absolute()
    database = Database(path, files.read(path))
    try:
        with database.writing() as connection:
            migrate.check(connection, database.where, older=True)
            migrate.migrate(connection)
    finally:
        database.close()


def _refuse_occupied(target: Path) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise ConflictError(f"{target} is a file; choose another name for the folder of the case")
    if (target / FILE).exists():
        raise ConflictError(f"{target} is a case already; open it, or choose another folder")
    if any(target.iterdir()):
        raise ConflictError(f"{target} is not empty; choose a new or empty folder for the case")


def _furnish(build: Path, settings: Settings) -> None:
    try:
        (build / "evidence" / "originals").mkdir(parents=True)
        (build / "evidence" / "working").mkdir()
        settings.write(build)
    except OSError as error:
        raise TakingStockError(
            f"no case can be made in {build.parent} ({error.strerror}); choose a folder that you may write to"
        ) from error


def _move(build: Path, target: Path, there: bool) -> None:
    """Put the finished folder in its place, or its content into the empty folder that is there: ``case.toml`` last,
    so that what is not whole is no case."""
    try:
        if not there:
            build.rename(target)
            return
        if [path.name for path in target.iterdir()] != [build.name]:
            raise ConflictError(f"{target} is no longer empty; choose a new or empty folder for the case")
        for path in sorted(build.iterdir(), key=lambda path: path.name == FILE):
            path.rename(target / path.name)
    except OSError as error:
        raise ConflictError(f"{target} cannot be made ({error.strerror}); choose another folder") from error
