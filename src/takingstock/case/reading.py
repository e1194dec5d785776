"""Reading a case: history, revisions, and the ledger as it stood at any of them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, Select, or_, select

from takingstock.case.rows import TABLES, Row
from takingstock.case.schema import HISTORY, RECORDS
from takingstock.records import (
    BODY,
    Archive,
    BadValueError,
    Event,
    EvidenceErased,
    Ledger,
    NotACaseError,
    UnknownNameError,
)

BATCH = 5_000


def history(connection: Connection) -> tuple[Event, ...]:
    """All events, in order."""
    rows = connection.execute(select(HISTORY).order_by(HISTORY.c.seq)).mappings()
    return tuple(Event(**row) for row in rows)


def last(connection: Connection, where: str) -> Event:
    """The last event. Raises NotACaseError for a history without one."""
    row = connection.execute(select(HISTORY).order_by(HISTORY.c.seq.desc()).limit(1)).mappings().one_or_none()
    if row is None:
        raise NotACaseError(f"half a case: {where} has no history; restore it from a copy of the case")
    return Event(**row)


def ledger(connection: Connection, where: str, title: str, revision: int | None) -> Ledger:
    """Everything that stood at a revision (None: now), sorted by id. Raises BadValueError for one that is not."""
    event = _event(connection, where, revision)
    with _no_collection():
        tables = {
            name: _records(connection, where, name, model, revision)
            for name, model in TABLES.items()
            if name in Ledger.model_fields
        }
    return Ledger(title=title, revision=event.seq, head=event.digest, **tables)


def archive(connection: Connection, where: str, revision: int | None) -> Archive:
    """The evidence that stood at a revision (None: now), sorted by id. Raises BadValueError for one that is not."""
    event = _event(connection, where, revision)
    with _no_collection():
        tables = {
            name: _records(connection, where, name, model, revision)
            for name, model in TABLES.items()
            if name in Archive.model_fields
        }
    return Archive(revision=event.seq, erased=tuple(sorted(erased(connection, event.seq))), **tables)


def erased(connection: Connection, revision: int | None = None) -> set[str]:
    """Ids of the secret items that were erased up to a revision."""
    query = select(HISTORY.c.payload).where(HISTORY.c.kind == "evidence-erased")
    if revision is not None:
        query = query.where(HISTORY.c.seq <= revision)
    bodies = [BODY.validate_json(payload) for payload in connection.execute(query).scalars()]
    return {name for body in bodies if isinstance(body, EvidenceErased) for name in body.erased}


def versions(connection: Connection, name: str) -> Iterator[tuple[str, int, int | None, str]]:
    """Every version of every row of a table: id, the event that brought it, the one that took it out, the record."""
    table = RECORDS[name]
    columns = (table.c.id, table.c.added_event, table.c.retired_event, table.c.record)
    query = select(*columns).order_by(table.c.id, table.c.added_event)
    with connection.execute(query, execution_options={"yield_per": BATCH}) as found:
        for row in found:
            yield tuple(row)


def added_by(connection: Connection, name: str, id: str) -> int:
    """The event that brought the standing version of a row. Raises UnknownNameError."""
    table = RECORDS[name]
    query = select(table.c.added_event).where(table.c.id == id, table.c.retired_event.is_(None))
    found = connection.execute(query).scalar()
    if found is None:
        raise UnknownNameError(f"{name} has no row {id!r}; see what the case holds and name one of it")
    return int(found)


def rows_of(connection: Connection, seq: int) -> tuple[tuple[str, str, str], ...]:
    """(table, id, record) of every row that an event added, sorted by table and id."""
    rows: list[tuple[str, str, str]] = []
    for name, table in RECORDS.items():
        query = select(table.c.id, table.c.record).where(table.c.added_event == seq).order_by(table.c.id)
        rows += [(name, row.id, row.record) for row in connection.execute(query)]
    return tuple(rows)


def _event(connection: Connection, where: str, revision: int | None) -> Event:
    event = last(connection, where)
    if revision is not None and revision != event.seq:
        row = connection.execute(select(HISTORY).where(HISTORY.c.seq == revision)).mappings().one_or_none()
        if row is None:
            raise BadValueError(f"the case has no revision {revision}; choose one from 1 to {event.seq}")
        event = Event(**row)
    return event


def standing(name: str, revision: int | None) -> Select[str]:
    """The records of a table that stand at a revision (None: now), sorted by id."""
    table = RECORDS[name]
    query = select(table.c.record).order_by(table.c.id)
    if revision is None:
        return query.where(table.c.retired_event.is_(None))
    still = or_(table.c.retired_event.is_(None), table.c.retired_event > revision)
    return query.where(table.c.added_event <= revision, still)


def _records(connection: Connection, where: str, name: str, model: type[Row], revision: int | None) -> tuple[Row, ...]:
    parse = TypeAdapter(model).validate_json
    try:
        with connection.execute(standing(name, revision), execution_options={"yield_per": BATCH}) as found:
            return tuple(parse(text) for text in found.scalars())
    except ValidationError as error:
        raise NotACaseError(
            f"{where}: a record in {name} cannot be read; takingstock verify says which, restore a copy of the case"
        ) from error


@contextmanager
def _no_collection() -> Iterator[None]:
    """Hold back the cyclic garbage collector while many records are made that all stay: with it, loading 100,000
    statements takes three times as long. Records hold no cycles."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
