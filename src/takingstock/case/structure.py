"""What stands in the database beside the rows: our tables must be tables, with their keys and without anything that
acts when they are written. A trigger, a rule or a view can change, drop or hide rows behind a sound history.

Looked up in SQLite's schema table (https://www.sqlite.org/schematab.html) and PostgreSQL's catalogs
(https://www.postgresql.org/docs/current/catalogs.html).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from takingstock.case.fault import Fault
from takingstock.case.schema import HISTORY, RECORDS

VERSION_TABLE: Final = "alembic_version"
OURS: Final = (*RECORDS, HISTORY.name, VERSION_TABLE)

_POSTGRES_KINDS: Final = {"v": "view", "m": "materialized view", "f": "foreign table", "p": "partitioned table"}


def structure(connection: Connection) -> Iterator[Fault]:
    """Every fault. A table that is missing is none here: whoever reads it says so."""
    try:
        yield from _sqlite(connection) if connection.dialect.name == "sqlite" else _postgres(connection)
    except DBAPIError as error:
        first = str(error.orig).strip().splitlines()[0]
        yield Fault("database", "", "unreadable", f"what stands in the database cannot be listed: {first}")


def _sqlite(connection: Connection) -> Iterator[Fault]:
    found = connection.execute(text("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name")).all()
    kinds = {row.name: row.type for row in found if row.type in {"table", "view"}}
    for row in found:
        if row.type == "trigger" and row.tbl_name in OURS:
            yield _acts(row.tbl_name, "trigger", row.name)
    made = {row.name: _plain(row.sql) for row in found if row.type == "index" and row.sql}
    inspector = inspect(connection)
    for name in OURS:
        if kinds.get(name, "table") != "table":
            yield _other(name, kinds[name])
        elif name in kinds:
            yield from _keys(name, made, inspector.get_pk_constraint(name)["constrained_columns"])


def _postgres(connection: Connection) -> Iterator[Fault]:
    for name in OURS:
        known = {"name": name}
        kind = connection.execute(text("SELECT relkind FROM pg_class WHERE oid = to_regclass(:name)"), known).scalar()
        if kind is None:
            continue
        triggers = text("SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(:name) AND NOT tgisinternal")
        # What makes a view a view is a rule too.
        rules = text("SELECT rulename FROM pg_rewrite WHERE ev_class = to_regclass(:name) AND rulename <> '_RETURN'")
        for what, query in (("trigger", triggers), ("rule", rules)):
            for other in sorted(connection.execute(query, known).scalars()):
                yield _acts(name, what, other)
        if kind != "r":
            yield _other(name, _POSTGRES_KINDS.get(kind, f"relation of kind {kind}"))
            continue
        indexes = text(
            "SELECT c.relname, i.indisprimary, i.indisunique AND i.indisvalid AS enforced, "
            "ARRAY(SELECT a.attname::text FROM unnest(i.indkey) WITH ORDINALITY AS k(number, place) "
            "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number ORDER BY k.place) AS columns, "
            "coalesce(pg_get_expr(i.indpred, i.indrelid), '') AS condition "
            "FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = to_regclass(:name)"
        )
        made: dict[str, str] = {}
        key: list[str] = []
        for row in connection.execute(indexes, known):
            unique = "unique " if row.enforced else ""
            condition = f" where {row.condition.strip('()')}" if row.condition else ""
            made[row.relname] = _plain(
                f"create {unique}index {row.relname} on {name} ({', '.join(row.columns)}){condition}"
            )
            key = row.columns if row.indisprimary else key
        yield from _keys(name, made, key)


def _keys(name: str, made: dict[str, str], key: list[str]) -> Iterator[Fault]:
    """The primary key and the unique indexes of one table; ``made`` are the indexes it has, as they were made."""
    table = HISTORY if name == HISTORY.name else RECORDS.get(name)
    if table is None:
        return
    wanted = [column.name for column in table.primary_key.columns]
    if key != wanted:
        yield Fault(name, "", "primary key", f"{name}: the primary key ({', '.join(wanted)}) is missing")
    for index in table.indexes:
        columns = ", ".join(str(column.name) for column in index.columns)
        expected = f"create unique index {index.name} on {name} ({columns}) where retired_event is null"
        if made.get(str(index.name)) != _plain(expected):
            yield Fault(
                name,
                "",
                "index",
                f"{name}: the unique index {index.name} is missing or another one stands in its place",
            )


def _acts(table: str, what: str, name: str) -> Fault:
    return Fault(table, name, what, f"{table}: a {what} {name!r} acts on this table; takingstock makes none: remove it")


def _other(name: str, kind: str) -> Fault:
    return Fault(
        name, "", "kind", f"{name} is a {kind} where the table belongs: what it shows need not be what is stored"
    )


def _plain(sql: str) -> str:
    """A statement without quotes, case and blanks that mean nothing."""
    return " ".join(sql.replace('"', "").replace("(", " ( ").replace(")", " ) ").casefold().split())
