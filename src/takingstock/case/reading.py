"""Reading a case: history, revisions, and the ledger as it stood at any of them."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, Select, func, or_, select

from takingstock.case.rows import TABLES, Row
from takingstock.case.schema import HISTORY, RECORDS
from takingstock.records import (
    BODY,
    Archive,
    BadValueError,
    CaseOpened,
    CaseRules,
    Event,
    EvidenceErased,
    Ledger,
    NotACaseError,
    SettingsChanged,
    UnknownNameError,
)

BATCH = 5_000


def history(connection: Connection) -> tuple[Event, ...]:
    """All events, in order."""
    rows = connection.execute(select(HISTORY).order_by(HISTORY.c.seq)).mappings()
    with no_collection():
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
    with no_collection():
        tables = {
            name: records_of(connection, where, name, model, revision)
            for name, model in TABLES.items()
            if name in Ledger.model_fields
        }
    return Ledger(title=title, revision=event.seq, head=event.digest, **tables)


STANDING_TABLES = ("sources", "parties")
"""What is read as it stands now whatever the day asked for: names and titles, not what happened."""


def ledger_known(connection: Connection, where: str, title: str, day: date) -> Ledger:
    """What was known at the end of a day: of each row, the version that a release published until then (or a write
    made until then, where no day of release is recorded) brought, unless one published until then took it out."""
    known = _known_events(connection, day)
    if not known:
        raise BadValueError(f"nothing in this case was known on {day}; its first event or release is later")
    event = _event(connection, where, None)
    with no_collection():
        tables = {
            name: records_of(connection, where, name, model, None)
            if name in STANDING_TABLES
            else _records_known(connection, where, name, model, known)
            for name, model in TABLES.items()
            if name in Ledger.model_fields
        }
    return Ledger(title=title, revision=event.seq, head=event.digest, **tables)


def _known_events(connection: Connection, day: date) -> set[int]:
    """The events whose rows were known by a day: by the day of release where the event records one."""
    query = select(HISTORY.c.seq, HISTORY.c.kind, HISTORY.c.at, HISTORY.c.payload).order_by(HISTORY.c.seq)
    known = set()
    for seq, kind, at, payload in connection.execute(query):
        released = json.loads(payload).get("released", "") if kind == "rows-imported" else ""
        if (released or at[:10]) <= day.isoformat():
            known.add(seq)
    return known


def _records_known(connection: Connection, where: str, name: str, model: type[Row], known: set[int]) -> tuple[Row, ...]:
    texts: dict[str, str] = {}
    for id, added, retired, text in versions(connection, name):
        # Releases may have come in out of order: of several versions known, the one written last stands.
        if added in known and (retired is None or retired not in known):
            texts[id] = text
    return _parsed(where, name, model, (texts[id] for id in sorted(texts)))


def archive(connection: Connection, where: str, revision: int | None) -> Archive:
    """The evidence that stood at a revision (None: now), sorted by id. Raises BadValueError for one that is not."""
    event = _event(connection, where, revision)
    with no_collection():
        tables = {
            name: records_of(connection, where, name, model, revision)
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


def rules(connection: Connection, after: int = 0) -> list[tuple[int, CaseRules]]:
    """(event, settings) wherever the history says which settings the case has from then on, later than ``after``."""
    query = select(HISTORY.c.seq, HISTORY.c.payload).where(HISTORY.c.kind.in_(("case-opened", "settings-changed")))
    found = []
    for seq, payload in connection.execute(query.where(HISTORY.c.seq > after).order_by(HISTORY.c.seq)):
        try:
            body = BODY.validate_json(payload)
        except ValidationError:
            continue  # Verification names it.
        if isinstance(body, CaseOpened | SettingsChanged) and body.rules is not None:
            found.append((seq, body.rules))
    return found


def first_answer(connection: Connection) -> int | None:
    """The event that brought the first identification; None: there is none."""
    found = connection.execute(select(func.min(RECORDS["identifications"].c.added_event))).scalar()
    return None if found is None else int(found)


def holds(connection: Connection, digest: str) -> bool:
    """Whether an event of the history has this digest."""
    return connection.execute(select(HISTORY.c.seq).where(HISTORY.c.digest == digest).limit(1)).first() is not None


def versions(connection: Connection, name: str) -> Iterator[tuple[str, int, int | None, str]]:
    """Every version of every row of a table: id, the event that brought it, the one that took it out, the record."""
    table = RECORDS[name]
    columns = (table.c.id, table.c.added_event, table.c.retired_event, table.c.record)
    query = select(*columns).order_by(table.c.id, table.c.added_event)
    with connection.execute(query, execution_options={"yield_per": BATCH}) as found:
        for row in found:
            yield tuple(row)


def revised(connection: Connection, name: str, revision: int | None) -> tuple[tuple[str, int, str], ...]:
    """(id, event, record) of all versions up to a revision (None: now) of the rows of which an earlier version was
    retired, by id, oldest first."""
    table = RECORDS[name]
    retired = select(table.c.id).where(table.c.retired_event.is_not(None))
    query = select(table.c.id, table.c.added_event, table.c.record).where(table.c.id.in_(retired))
    if revision is not None:
        query = query.where(table.c.added_event <= revision)
    found = connection.execute(query.order_by(table.c.id, table.c.added_event))
    return tuple((str(id), int(event), str(record)) for id, event, record in found)


def added_by(connection: Connection, name: str, id: str) -> int:
    """The event that brought the standing version of a row. Raises UnknownNameError."""
    table = RECORDS[name]
    query = select(table.c.added_event).where(table.c.id == id, table.c.retired_event.is_(None))
    found = connection.execute(query).scalar()
    if found is None:
        raise UnknownNameError(f"{name} has no row {id!r}; see what the case holds and name one of it")
    return int(found)


def releases(connection: Connection, sources: frozenset[str], tables: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    """(event, day) of the imports that record a day of release and touched rows of these tables under one of these
    sources, oldest first."""
    query = select(HISTORY.c.seq, HISTORY.c.payload).where(HISTORY.c.kind == "rows-imported").order_by(HISTORY.c.seq)
    dated = {seq: day for seq, payload in connection.execute(query) if (day := json.loads(payload).get("released", ""))}
    if not dated or not sources:
        return ()
    touched: set[int] = set()
    for name in tables:
        table = RECORDS[name]
        for column in (table.c.added_event, table.c.retired_event):
            of = select(column).where(table.c.source.in_(sorted(sources)), column.is_not(None)).distinct()
            touched |= set(connection.execute(of).scalars())
    return tuple((seq, day) for seq, day in dated.items() if seq in touched)


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


def records_of(
    connection: Connection, where: str, name: str, model: type[Row], revision: int | None
) -> tuple[Row, ...]:
    with connection.execute(standing(name, revision), execution_options={"yield_per": BATCH}) as found:
        return _parsed(where, name, model, found.scalars())


def _parsed(where: str, name: str, model: type[Row], texts: Iterable[str]) -> tuple[Row, ...]:
    parse = TypeAdapter(model).validate_json
    try:
        return tuple(parse(text) for text in texts)
    except ValidationError as error:
        raise NotACaseError(
            f"{where}: a record in {name} cannot be read; takingstock verify says which, restore a copy of the case"
        ) from error


@contextmanager
def no_collection() -> Iterator[None]:
    """Hold back the cyclic garbage collector while many records are made that all stay: with it, loading 100,000
    statements takes three times as long. Records hold no cycles."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
