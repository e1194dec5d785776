"""Writing to a case: compare, retire, add, and append one event, all in one transaction under the write lock.

Rows are taken sorted by table and id and in batches, so that the Merkle roots come out of one pass and memory stays
bounded by a batch. The head is read under the lock that the transaction holds, so that numbers have no gaps.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from takingstock.case.delta import Body, Delta, MakeBody, Written
from takingstock.case.reading import erased, last
from takingstock.case.rows import TABLES, Row, Rows
from takingstock.case.schema import HISTORY, RECORDS, typed
from takingstock.records import (
    GENESIS,
    BadValueError,
    ConflictError,
    Event,
    EvidenceErased,
    NotACaseError,
    Population,
    canonical_json,
    sealed,
)
from takingstock.records.merkle import MerkleRoot, leaf_of

BATCH: Final = 2_000
"""Rows per statement: far below the engines' limits for bound values in one IN."""

LONGEST_KEY: Final = 500
"""Characters in an id: what PostgreSQL can index in any script."""


def write(
    connection: Connection, where: str, rows: Rows, make: MakeBody, actor: str, reason: str, now: datetime | None
) -> Delta:
    """Write the rows and their event. Nothing changed: no event. The caller commits or rolls back.

    Raises ConflictError for an id that comes twice with different content, BadValueError for a row that cannot be
    stored and for an event body that does not say what was written, NotACaseError where the engine did not store what
    it was told to."""
    actor, reason = who(actor, reason)
    head = last(connection, where)
    delta = _apply(connection, rows, head.seq + 1)
    if not delta.changes:
        return delta
    return replace(delta, event=append(connection, head, as_body(make, delta), actor, reason, now))


def write_each(
    connection: Connection,
    where: str,
    parts: Iterable[tuple[Rows, MakeBody]],
    actor: str,
    reason: str,
    now: datetime | None,
) -> Iterator[Delta]:
    """As :func:`write`, one part after another, in as few statements as that takes: neighbours whose ids are new and
    all different are stored together. Events, roots and what is stored are the same as one by one."""
    group: list[tuple[Rows, MakeBody]] = []
    ids: set[tuple[str, str]] = set()
    for rows, make in parts:
        alone = bool(rows.gone) or not 0 < len(rows) <= BATCH
        own = set() if alone else {(name, record.id) for name in TABLES for record in rows.table(name)}
        if alone or len(ids) + len(own) > BATCH or not ids.isdisjoint(own):
            yield from _together(connection, where, group, actor, reason, now)
            group, ids = [], set()
        if alone:
            yield write(connection, where, rows, make, actor, reason, now)
        else:
            group.append((rows, make))
            ids |= own
    yield from _together(connection, where, group, actor, reason, now)


def _together(
    connection: Connection,
    where: str,
    group: list[tuple[Rows, MakeBody]],
    actor: str,
    reason: str,
    now: datetime | None,
) -> Iterator[Delta]:
    """Parts whose ids are all different. One that stands already has to be compared: then it is one by one."""
    names = {name for rows, _ in group for name in TABLES if rows.table(name)}
    if len(group) < 2 or any(_stand(connection, name, group) for name in sorted(names)):
        for rows, make in group:
            yield write(connection, where, rows, make, actor, reason, now)
        return
    actor, reason = who(actor, reason)
    head = last(connection, where)
    done: list[Delta] = []
    events: list[Event] = []
    stored: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for rows, make in group:
        tally = Tally()
        seq = head.seq + 1
        for name in TABLES:
            if name not in names:
                continue
            for row in _prepared(name, sorted(rows.table(name), key=lambda record: record.id), None):
                tally.came.push(leaf_of(name, row["record"]))
                tally.added[name] += 1
                stored[name].append(row | {"added_event": seq})
        delta = tally.delta()
        head = _event(head, as_body(make, delta), actor, reason, now)
        events.append(head)
        done.append(replace(delta, event=head))
    for name in sorted(names):
        _store(connection, name, stored[name])
    _store_events(connection, events)
    yield from done


def _stand(connection: Connection, name: str, group: list[tuple[Rows, MakeBody]]) -> bool:
    """Whether one of the group's rows of this table has an id that stands."""
    table = RECORDS[name]
    ids = [record.id for rows, _ in group for record in rows.table(name)]
    there = select(table.c.id).where(table.c.id.in_(ids), table.c.retired_event.is_(None)).limit(1)
    return connection.execute(there).first() is not None


def who(actor: str, reason: str) -> tuple[str, str]:
    actor, reason = actor.strip(), reason.strip()
    if not actor or not reason:
        raise BadValueError("a write needs an actor and a reason; say who writes and why")
    return actor, reason


def as_body(make: MakeBody, delta: Delta) -> Body:
    body = make(delta)
    if not isinstance(body, Written) or (body.added, body.added_root, body.retired, body.retired_root) != (
        delta.written,
        delta.added_root,
        delta.retired,
        delta.retired_root,
    ):
        raise BadValueError(
            "the event does not say what was written; take added, added_root, retired and retired_root "
            "from Delta.written, .added_root, .retired and .retired_root"
        )
    return body


def erase(
    connection: Connection, where: str, ids: tuple[str, ...], actor: str, reason: str, now: datetime | None
) -> Event:
    """Append the event that says these secret items are erased. Raises BadValueError for an id that is none."""
    actor, reason = actor.strip(), reason.strip()
    if not actor or not reason or not ids:
        raise BadValueError("erasing needs what, an actor and a reason; say what is erased, by whom and why")
    secret = _secret(connection)
    gone = erased(connection)
    for name in ids:
        if name not in secret:
            raise BadValueError(f"{name} is no secret item of this case; only secret items can be erased")
        if name in gone:
            raise BadValueError(f"{name} is erased already")
    body = EvidenceErased(erased=tuple(sorted(set(ids))))
    return append(connection, last(connection, where), body, actor, reason, now)


def _secret(connection: Connection) -> set[str]:
    """Ids of files, and of collection records, that are kept in sealed envelopes."""
    found: set[str] = set()
    for name in ("evidence", "collections"):
        table = RECORDS[name]
        sealed_ones = select(table.c.id).where(table.c.commitment.is_not(None), table.c.retired_event.is_(None))
        found |= set(connection.execute(sealed_ones).scalars())
    return found


def preview(connection: Connection, rows: Rows) -> Delta:
    """What :func:`write` would change; nothing is written."""
    return _apply(connection, rows, None)


def append(
    connection: Connection, head: Event | None, body: Body, actor: str, reason: str, now: datetime | None
) -> Event:
    """Append one event after the head (None: the first one)."""
    event = _event(head, body, actor, reason, now)
    _store_events(connection, [event])
    return event


def _event(head: Event | None, body: Body, actor: str, reason: str, now: datetime | None) -> Event:
    seq, previous = (head.seq + 1, head.digest) if head else (1, GENESIS)
    payload = canonical_json(body.model_dump(mode="json", exclude_none=True))
    at = stamp(now)
    for name, value in (("actor", actor), ("reason", reason)):
        if "\x00" in value or value.encode(errors="replace") != value.encode(errors="surrogatepass"):
            raise BadValueError(f"the {name} holds a character that is no text: {value!r}; remove it")
    digest = sealed(seq, body.kind, actor, at, reason, payload, previous)
    return Event(
        seq=seq, kind=body.kind, actor=actor, at=at, reason=reason, payload=payload, previous=previous, digest=digest
    )


def _store_events(connection: Connection, events: list[Event]) -> None:
    """Consecutive events."""
    connection.execute(insert(HISTORY), [event.model_dump() for event in events])
    written = select(HISTORY).where(HISTORY.c.seq.between(events[0].seq, events[-1].seq))
    wanted = {tuple(event.model_dump().values()) for event in events}
    refuse_lost(HISTORY.name, "stored", wanted, {tuple(row) for row in connection.execute(written)})


def stamp(now: datetime | None) -> str:
    """UTC, ISO 8601, seconds. Raises BadValueError for a time without its zone."""
    moment = now if now is not None else datetime.now(UTC)
    if moment.tzinfo is None:
        raise BadValueError(f"{moment} has no time zone; give a time with one, for example in UTC")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Tally:
    """What the batches changed so far."""

    added: Counter[str] = field(default_factory=Counter)
    revised: Counter[str] = field(default_factory=Counter)
    gone: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    came: MerkleRoot = field(default_factory=MerkleRoot)
    went: MerkleRoot = field(default_factory=MerkleRoot)
    lacking: int = 0

    @staticmethod
    def count(counter: Counter[str], name: str, number: int) -> None:
        if number:
            counter[name] += number

    def delta(self) -> Delta:
        return Delta(
            added=tuple(sorted(self.added.items())),
            revised=tuple(sorted(self.revised.items())),
            gone=tuple(sorted(self.gone.items())),
            unchanged=tuple(sorted(self.unchanged.items())),
            added_root=self.came.hex() if len(self.came) else "",
            retired_root=self.went.hex() if len(self.went) else "",
            lacking=self.lacking,
        )


def _apply(connection: Connection, rows: Rows, seq: int | None) -> Delta:
    tally = Tally()
    for name in TABLES:
        ordered = sorted(rows.table(name), key=lambda record: record.id)
        gone = sorted({id for table, id in rows.gone if table == name})
        # The root is over all that was retired, by id: with rows that only go, it has to wait for them.
        left: list[tuple[str, str]] | None = [] if gone else None
        if both := {record.id for record in ordered}.intersection(gone):
            raise ConflictError(f"{name}: {sorted(both)[0]!r} is to be written and to be taken out; decide for one")
        before: dict[str, Any] | None = None
        for start in range(0, len(ordered), BATCH):
            batch = list(_prepared(name, ordered[start : start + BATCH], before))
            if batch:
                before = batch[-1]
                _batch(connection, name, batch, seq, tally, left)
        _retire_for_good(connection, name, gone, seq, tally, left)
    return tally.delta()


def _prepared(name: str, records: list[Row], before: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
    """Rows as columns, each id once. ``before`` is the last row of the batch before."""
    for record in records:
        text = record.canonical()
        if before is not None and before["id"] == record.id:
            if before["record"] != text:
                raise ConflictError(f"{name}: id {record.id!r} comes twice with different content; give one a new id")
            continue
        before = typed(record)
        if "\\u0000" in text and (place := nul_in(record.model_dump(mode="json"))):
            raise BadValueError(f"{name}: {record.id!r}: {place} holds a NUL character; remove it")
        if not 0 < len(record.id) <= LONGEST_KEY:
            raise BadValueError(
                f"{name}: an id must have 1 to {LONGEST_KEY} characters, not {len(record.id)}: {record.id[:40]!r}"
            )
        if isinstance(record, Population) and record.misnamed:
            raise BadValueError(f"{name}: {record.misnamed}")
        before |= {"record": text, "digest": hashlib.sha256(text.encode()).hexdigest()}
        yield before


def nul_in(value: Any) -> str:
    """Where in a record a NUL character stands (no file that we write or read can hold one); empty: nowhere."""
    inside = value.items() if isinstance(value, dict) else enumerate(value, 1) if isinstance(value, list) else ()
    for name, part in inside:
        if isinstance(part, str) and "\x00" in part:
            return str(name)
        if below := nul_in(part):
            return f"{name}.{below}"
    return ""


def _batch(
    connection: Connection,
    name: str,
    batch: list[dict[str, Any]],
    seq: int | None,
    tally: Tally,
    left: list[tuple[str, str]] | None = None,
) -> None:
    """Compare one batch (sorted by id) with what stands there; retire and add unless ``seq`` is None. What is retired
    goes into the root, or to ``left`` where that has to wait."""
    table = RECORDS[name]
    stands = table.c.retired_event.is_(None)
    ids = [row["id"] for row in batch]
    there = {
        found.id: found.digest
        for found in connection.execute(select(table.c.id, table.c.digest).where(table.c.id.in_(ids), stands))
    }
    new = [row for row in batch if there.get(row["id"]) != row["digest"]]
    old = [row["id"] for row in new if row["id"] in there]
    tally.count(tally.unchanged, name, len(batch) - len(new))
    tally.count(tally.revised, name, len(old))
    tally.count(tally.added, name, len(new) - len(old))
    for row in new:
        tally.came.push(leaf_of(name, row["record"]))
    if old:
        earlier = select(table.c.id, table.c.record).where(table.c.id.in_(old), stands).order_by(table.c.id)
        for id, text in connection.execute(earlier):
            if left is None:
                tally.went.push(leaf_of(name, text))
            else:
                left.append((id, text))
    if seq is None:
        return
    if old:
        retire_rows(connection, name, old, seq)
    if new:
        _store(connection, name, [row | {"added_event": seq} for row in new])


def _store(connection: Connection, name: str, rows: list[dict[str, Any]]) -> None:
    """New rows of consecutive events, each id once."""
    table = RECORDS[name]
    connection.execute(insert(table), rows)
    keys, first = [row["id"] for row in rows], min(row["added_event"] for row in rows)
    columns = (table.c.id, table.c.added_event, table.c.record)
    stored = select(*columns).where(table.c.id.in_(keys), table.c.added_event >= first)
    wanted = {(row["id"], row["added_event"], row["record"]) for row in rows}
    refuse_lost(name, "stored", wanted, {tuple(row) for row in connection.execute(stored)})


def retire_rows(connection: Connection, name: str, ids: list[str], seq: int) -> None:
    table = RECORDS[name]
    retire = update(table).where(table.c.id == bindparam("key"), table.c.retired_event.is_(None))
    connection.execute(retire.values(retired_event=seq), [{"key": key} for key in ids])
    gone = select(table.c.id).where(table.c.id.in_(ids), table.c.retired_event == seq)
    refuse_lost(name, "retired", set(ids), set(connection.execute(gone).scalars()))


def _retire_for_good(
    connection: Connection,
    name: str,
    gone: list[str],
    seq: int | None,
    tally: Tally,
    left: list[tuple[str, str]] | None,
) -> None:
    """Take rows out without a successor; ids that do not stand are left alone, as they are gone already."""
    if left is None:
        return
    table = RECORDS[name]
    for start in range(0, len(gone), BATCH):
        some = gone[start : start + BATCH]
        stands = select(table.c.id, table.c.record).where(table.c.id.in_(some), table.c.retired_event.is_(None))
        found = [(row.id, row.record) for row in connection.execute(stands)]
        tally.count(tally.gone, name, len(found))
        left += found
        if seq is not None and found:
            retire_rows(connection, name, [id for id, _ in found], seq)
    for _, text in sorted(left):
        tally.went.push(leaf_of(name, text))


def refuse_lost(name: str, what: str, wanted: set[Any], found: set[Any]) -> None:
    """An engine may drop or change what it was told to write (a trigger, a rule): then nothing was written."""
    if found != wanted:
        raise NotACaseError(
            f"{name}: the database {what} {len(wanted & found)} of {len(wanted)} rows as they were written, so nothing "
            "was changed; a trigger or rule may stand on the table: takingstock verify names it"
        )
