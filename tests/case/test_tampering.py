"""Sixty seeded tamperings at random, on both engines: none goes unnoticed."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, NullPool, Table, and_, create_engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from takingstock.case import Case, Rows
from takingstock.case.schema import HISTORY, RECORDS
from takingstock.case.verifying import verify
from takingstock.records import NotACaseError

WHO: dict[str, Any] = {"actor": "analyst", "reason": "entry"}
TABLES: list[Table] = [*RECORDS.values(), HISTORY]


def pick(connection: Connection, table: Table, rng: random.Random) -> dict[str, Any]:
    rows = connection.execute(select(table).order_by(*table.primary_key.columns)).mappings().all()
    return dict(rng.choice(rows))


def here(table: Table, row: dict[str, Any]) -> Any:
    return and_(*(column == row[column.name] for column in table.primary_key.columns))


def other(value: Any, rng: random.Random) -> Any:
    """Another value of the same type."""
    if value is None:
        return None
    if isinstance(value, str):
        if not value:
            return "x"
        at = rng.randrange(len(value))
        sign = rng.choice([c for c in "abcdef0123456789" if c != value[at]])
        return value[:at] + sign + value[at + 1 :]
    return value + rng.choice([1, -1, 7])


def edit(connection: Connection, rng: random.Random) -> str:
    while True:
        table = rng.choice(TABLES)
        row = pick(connection, table, rng)
        column = rng.choice(list(row))
        new = other(row[column], rng)
        if new is not None:
            connection.execute(update(table).where(here(table, row)).values({column: new}))
            return f"{table.name}.{column}: {row[column]!r} -> {new!r}"


def blank(connection: Connection, rng: random.Random) -> str:
    while True:
        table = rng.choice(list(RECORDS.values()))
        row = pick(connection, table, rng)
        column = rng.choice([c.name for c in table.columns if c.nullable])
        if row[column] is not None:
            connection.execute(update(table).where(here(table, row)).values({column: None}))
            return f"{table.name}.{column}: {row[column]!r} -> NULL"


def remove(connection: Connection, rng: random.Random) -> str:
    table = rng.choice(TABLES)
    row = pick(connection, table, rng)
    connection.execute(delete(table).where(here(table, row)))
    return f"deleted from {table.name}: {row}"


def slip_in(connection: Connection, rng: random.Random) -> str:
    table = rng.choice(TABLES)
    row = pick(connection, table, rng)
    if table is HISTORY:
        row["seq"] = connection.execute(select(HISTORY.c.seq).order_by(HISTORY.c.seq.desc())).scalars().first() + 1
    elif rng.random() < 0.5:
        row["id"] += "-bis"
    else:
        row["retired_event"] = row["retired_event"] or row["added_event"] + 1
        row["added_event"] += 20
    connection.execute(insert(table), [row])
    return f"inserted into {table.name}: {row}"


def swap(connection: Connection, rng: random.Random) -> str:
    """Two rows of a table exchange one column."""
    while True:
        table = rng.choice(TABLES)
        one, two = pick(connection, table, rng), pick(connection, table, rng)
        column = rng.choice([c.name for c in table.columns if not c.primary_key])
        if one[column] != two[column]:
            connection.execute(update(table).where(here(table, one)).values({column: two[column]}))
            connection.execute(update(table).where(here(table, two)).values({column: one[column]}))
            return f"swapped {table.name}.{column} of {one} and {two}"


KINDS: list[Callable[[Connection, random.Random], str]] = [edit, edit, edit, blank, remove, slip_in, swap]


def test_no_tampering_goes_unnoticed(case: Case, make: Any) -> None:
    case.write(make.every_table(), now=make.at(1), **WHO)
    case.write(make.statements(9, chain="c"), now=make.at(2), **WHO)
    case.write(make.statements(4, item="pistol"), now=make.at(3), **WHO)
    case.write(Rows(sources=(make.every_table().sources[0].model_copy(update={"note": "n"}),)), now=make.at(4), **WHO)
    settings = case.stated
    engine = sqlite(case) if settings.sqlite else create_engine(settings.url, poolclass=NullPool)
    rng = random.Random(20260102)
    used: set[str] = set()
    with engine.connect() as connection:
        assert list(verify(connection, case.head)) == []
        connection.rollback()
        for number in range(60):
            kind = rng.choice(KINDS)
            try:
                done = kind(connection, rng)
            except IntegrityError:
                # The schema itself refuses (a key twice): draw again.
                connection.rollback()
                done = edit(connection, rng)
            used.add(kind.__name__)
            assert list(verify(connection, case.head)), f"tampering {number} went unnoticed: {done}"
            connection.rollback()
        assert list(verify(connection, case.head)) == []
    assert used == {kind.__name__ for kind in KINDS}


def sqlite(case: Case) -> Any:
    import sqlite3

    path = case.stated.file(case.folder)
    return create_engine("sqlite://", creator=lambda: sqlite3.connect(path), poolclass=NullPool)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_flipped_bytes_in_the_file(case: Case, make: Any) -> None:
    """Any byte of a stored record or event, flipped in the file itself: noticed, or the file cannot be read."""
    case.write(make.every_table(), now=make.at(1), **WHO)
    head = case.head
    path = case.stated.file(case.folder)
    sound = path.read_bytes()
    rng = random.Random(7)
    places = [
        at for at in range(len(sound)) if sound[at : at + 9] in (b'{"basis":', b'{"kind":"', b'{"designa', b'{"from_pa')
    ]
    assert len(places) >= 3
    for _ in range(25):
        at = rng.choice(places) + rng.randrange(60)
        broken = bytearray(sound)
        broken[at] ^= 1 << rng.randrange(7)
        path.write_bytes(bytes(broken))
        with contextlib.suppress(NotACaseError):
            assert case.verify(head), f"byte {at}: {sound[at]:#x} -> {broken[at]:#x}"
    path.write_bytes(sound)
    assert case.verify(head) == ()
