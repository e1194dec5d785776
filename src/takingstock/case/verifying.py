"""Verification: recompute everything a case claims about itself, in one pass and in bounded memory.

Checked are what stands in the database (:mod:`takingstock.case.structure`), the chain of events, every row's digest
against its text, the typed columns against the text, every event's counts and Merkle roots against the rows that
name it, and that no row names an event that is not there.
A history whose last events were cut off together with their rows, or that was forged from some event on with all
its digests, is sound in itself: only a head that was noted elsewhere (``expected_head``) shows it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from takingstock.case.delta import Body, Written
from takingstock.case.fault import Fault
from takingstock.case.reading import BATCH
from takingstock.case.rows import TABLES, Row
from takingstock.case.schema import HISTORY, RECORDS, typed
from takingstock.case.structure import structure
from takingstock.case.witness import FILE as WITNESS
from takingstock.records import BODY, GENESIS, CaseOpened, sealed
from takingstock.records.merkle import MerkleRoot, leaf_of

_FIELDS = ("seq", "kind", "actor", "at", "reason", "payload", "previous", "digest")


def verify(connection: Connection, expected_head: str | None, witness: str | None = None) -> Iterator[Fault]:
    """Every fault, in the order of the checks; none: the case is sound. ``witness`` is the digest that the folder
    remembers of the last write made through it; empty: it remembers none, though it should. None: there is no folder
    yet."""
    yield from _database(connection)
    yield from structure(connection)
    bodies: dict[int, Body | None] = {}
    try:
        events = list(connection.execute(select(HISTORY).order_by(HISTORY.c.seq)).mappings())
        yield from _chain(events, bodies)
    except DBAPIError as error:
        yield Fault("history", "", "unreadable", f"the history cannot be read: {_first(error)}")
        return
    digests = {event["digest"] for event in events}
    if expected_head is not None and expected_head.lower() not in digests:
        yield Fault(
            "history", str(len(events)), "head", f"the history does not hold the head that was noted, {expected_head}"
        )
    if witness == "" and any(getattr(body, "rules", None) is not None for body in bodies.values()):
        words = f"{WITNESS}, in which the folder remembers its last event, is missing: it was deleted or not copied"
        yield Fault("history", str(len(events)), "witness", f"{words}; compare the head with one noted elsewhere")
    if witness and witness not in digests:
        yield Fault(
            "history",
            str(len(events)),
            "witness",
            f"the history does not hold the head that this folder remembers ({WITNESS}): its end was cut off, or "
            "another database stands in its place",
        )
    came = {seq: _Claim() for seq in bodies}
    went = {seq: _Claim() for seq in bodies}
    for name in TABLES:
        try:
            yield from _rows(connection, name, came, went)
        except DBAPIError as error:
            yield Fault(name, "", "unreadable", f"{name}: the table cannot be read: {_first(error)}")
    for seq, body in bodies.items():
        yield from _claims(seq, body, came[seq], went[seq])


def _database(connection: Connection) -> Iterator[Fault]:
    """SQLite's own look at its pages and indexes."""
    if connection.dialect.name != "sqlite":
        return
    try:
        found = connection.execute(text("PRAGMA integrity_check(10)")).scalars().all()
    except DBAPIError as error:
        found = [_first(error)]
    for line in found:
        if line != "ok":
            yield Fault("database", "", "damaged", f"the database file is damaged: {line}")


def _chain(events: list[Any], bodies: dict[int, Body | None]) -> Iterator[Fault]:
    previous: Any = GENESIS
    if not events:
        yield Fault("history", "", "missing", "the history is empty: no event vouches for anything")
    for number, event in enumerate(events, start=1):
        seq = event["seq"]
        key = str(seq)
        bodies[seq] = None
        if seq != number:
            yield Fault(
                "history", key, "seq", f"event {key} stands where number {number} belongs: one is missing or moved"
            )
        if event["previous"] != previous:
            yield Fault("history", key, "previous", f"event {key} does not follow the event before it")
        previous = event["digest"]
        values = [event[field] for field in _FIELDS]
        if not all(isinstance(value, str) for value in values[1:]):
            yield Fault("history", key, "type", f"event {key} holds a value that is not text")
            continue
        if sealed(*values[:-1]) != event["digest"]:
            yield Fault("history", key, "digest", f"event {key} was changed: its digest does not fit its fields")
        try:
            body = BODY.validate_json(event["payload"])
        except ValidationError:
            yield Fault("history", key, "payload", f"event {key} has a payload that cannot be read")
            continue
        bodies[seq] = body
        if body.kind != event["kind"] or isinstance(body, CaseOpened) != (number == 1):
            yield Fault("history", key, "kind", f"event {key} is not of the kind that belongs there")
        elif isinstance(body, Written) and not body.added and not body.retired:
            yield Fault("history", key, "empty", f"event {key} changes nothing: no write leaves such an event")


class _Claim:
    """The rows that name one event, as they are met in order of table and id."""

    def __init__(self) -> None:
        self.root = MerkleRoot()
        self.counts: Counter[str] = Counter()

    def add(self, name: str, record: str) -> None:
        self.root.push(leaf_of(name, record))
        self.counts[name] += 1


def _rows(connection: Connection, name: str, came: dict[int, _Claim], went: dict[int, _Claim]) -> Iterator[Fault]:
    table = RECORDS[name]
    if connection.execute(text(f"SELECT 1 FROM {name} LIMIT 1")).first() is None:
        return
    adapter: TypeAdapter[Row] = TypeAdapter(TABLES[name])
    query = select(table).order_by(table.c.id, table.c.added_event)
    before: Any = None
    with connection.execute(query, execution_options={"yield_per": BATCH}) as found:
        for row in found.mappings():
            key = str(row["id"])
            if not isinstance(row["record"], str):
                yield Fault(name, key, "record", f"{name} {key}: the record is not text")
                continue
            yield from _content(name, key, row, adapter)
            added, retired = row["added_event"], row["retired_event"]
            if added in came:
                came[added].add(name, row["record"])
            else:
                yield Fault(name, key, "added_event", f"{name} {key}: no event {added} vouches for this row")
            if retired is not None:
                if retired in went:
                    went[retired].add(name, row["record"])
                else:
                    yield Fault(name, key, "retired_event", f"{name} {key}: no event {retired} retired this row")
                if added in came and retired in went and retired <= added:
                    yield Fault(name, key, "retired_event", f"{name} {key}: retired before it was added")
            # A version may have gone for a while (a release did not hold it); the roots tell whether one is missing.
            if before is not None and before["id"] == row["id"] and _later(before["retired_event"], added):
                yield Fault(name, key, "version", f"{name} {key}: two versions stand at the same time")
            before = row


def _later(retired: int | None, added: int) -> bool:
    return retired is None or retired > added


def _content(name: str, key: str, row: Any, adapter: TypeAdapter[Row]) -> Iterator[Fault]:
    """The row's digest and its typed columns against its text."""
    if hashlib.sha256(row["record"].encode()).hexdigest() != row["digest"]:
        yield Fault(name, key, "digest", f"{name} {key}: the record does not have its digest: one of them was changed")
    try:
        columns = typed(adapter.validate_json(row["record"]))
    except ValidationError:
        yield Fault(name, key, "record", f"{name} {key}: the record cannot be read")
        return
    for column, value in columns.items():
        if row[column] != value:
            yield Fault(
                name, key, column, f"{name} {key}: column {column} says {row[column]!r}, the record says {value!r}"
            )


def _claims(seq: int, body: Body | None, came: _Claim, went: _Claim) -> Iterator[Fault]:
    if body is None:
        return
    added: Any = (came, body.added, body.added_root) if isinstance(body, Written) else (came, (), "")
    retired: Any = (went, body.retired, body.retired_root) if isinstance(body, Written) else (went, (), "")
    for what, (claim, counts, root) in (("added", added), ("retired", retired)):
        if dict(claim.counts) != dict(counts):
            yield Fault(
                "history",
                str(seq),
                f"{what} count",
                f"event {seq} says that it {what} {_say(counts)}, the tables hold {_say(sorted(claim.counts.items()))}",
            )
        if (claim.root.hex() if len(claim.root) else "") != root:
            yield Fault(
                "history", str(seq), f"{what} root", f"event {seq}: the rows it {what} are not those it was sealed with"
            )


def _say(counts: Any) -> str:
    return ", ".join(f"{number} {table}" for table, number in counts) or "nothing"


def _first(error: DBAPIError) -> str:
    return str(error.orig).strip().splitlines()[0]
