"""Writing a great many rows: as :mod:`takingstock.case.writing` does it, for rows that come ready and in order.

The rows come in batches, sorted by table and id, each with the text of its record and its typed columns, so that
nothing is held but a batch. What is written, retired, sealed and refused is the same as by ``write``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import compress, islice, pairwise, repeat
from operator import lt
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from takingstock.case.delta import Delta, MakeBody
from takingstock.case.reading import last, no_collection, records_of
from takingstock.case.rows import TABLES
from takingstock.case.schema import RECORDS, typed
from takingstock.case.writing import LONGEST_KEY, Tally, append, as_body, nul_in, refuse_lost, retire_rows, who
from takingstock.records import BadValueError, ConflictError, Ledger
from takingstock.records.merkle import MerkleRoot, leaf_of

RETIRED: Final = 2_000
"""Rows retired at once: far below the engines' limits for bound values in one IN."""

_SUBTREE: Final = 10
"""Levels of a tree that are closed at once."""

Seen = Callable[[str, frozenset[str], frozenset[str]], None]
"""Called for each batch with the table, the ids that stood there as they are, and those with other content."""


@dataclass(frozen=True)
class Batch:
    """Rows of one table, column by column in the order of :func:`columns`, sorted by id (by code point), each id once;
    over all batches sorted by table, then id. ``record`` is the canonical JSON, the typed columns say the same."""

    table: str
    columns: Sequence[Sequence[Any]]

    def __len__(self) -> int:
        return len(self.columns[0]) if self.columns else 0


@dataclass(frozen=True)
class Gone:
    """What a release lacks: all rows that stand in ``tables`` under ``sources``, but those that the batches hold and
    those that are ``kept`` (table, id; may grow as batches are made, never behind the last one). They are taken out,
    or, without ``take``, counted only."""

    sources: frozenset[str]
    tables: tuple[str, ...]
    kept: Set[tuple[str, str]] = frozenset()
    take: bool = True


@lru_cache(maxsize=64)
def columns(table: str) -> tuple[str, ...]:
    """What a row of a batch holds: id, the typed columns, record."""
    own = {"added_event", "retired_event", "digest"}
    return tuple(column.name for column in RECORDS[table].columns if column.name not in own)


def write_stream(
    connection: Connection,
    where: str,
    batches: Iterable[Batch],
    make: MakeBody,
    actor: str,
    reason: str,
    now: datetime | None,
    seen: Seen | None = None,
    gone: Gone | None = None,
) -> Delta:
    """Write the batches and their one event. Nothing changed: no event. The caller commits or rolls back.

    Raises as :func:`takingstock.case.writing.write`, and BadValueError for rows out of order or whose text is not the
    canonical one."""
    actor, reason = who(actor, reason)
    head = last(connection, where)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA cache_size = -65536")
    delta = _applied(connection, batches, head.seq + 1, seen, gone)
    if not delta.changes:
        return delta
    return replace(delta, event=append(connection, head, as_body(make, delta), actor, reason, now))


def preview_stream(
    connection: Connection, batches: Iterable[Batch], seen: Seen | None = None, gone: Gone | None = None
) -> Delta:
    """What :func:`write_stream` would change; nothing is written."""
    return _applied(connection, batches, None, seen, gone)


def names(connection: Connection, where: str, title: str) -> Ledger:
    """The ledger with its sources, parties, populations and namings only: what the rows of an import refer to."""
    event = last(connection, where)
    kinds = ("sources", "parties", "populations", "namings")
    tables: dict[str, Any] = {name: records_of(connection, where, name, TABLES[name], None) for name in kinds}
    return Ledger(title=title, revision=event.seq, head=event.digest, **tables)


class LeafRoot(MerkleRoot):
    """A root that takes many leaves at once."""

    def extend(self, leaves: Sequence[bytes]) -> None:
        """As pushing one after another; where whole subtrees close, their levels are hashed in one go."""
        size = 1 << _SUBTREE
        at = 0
        while at < len(leaves):
            if self._leaves % size or len(leaves) - at < size:
                self.push(leaves[at])
                at += 1
                continue
            sha = hashlib.sha256
            level = [sha(b"\x00" + leaf).digest() for leaf in leaves[at : at + size]]
            while len(level) > 1:
                level = [sha(b"\x01" + left + right).digest() for left, right in zip(*[iter(level)] * 2, strict=True)]
            node, before = level[0], self._leaves >> _SUBTREE
            while before & 1:
                node = sha(b"\x01" + self._peaks.pop() + node).digest()
                before >>= 1
            self._peaks.append(node)
            self._leaves += size
            at += size


def _applied(
    connection: Connection, batches: Iterable[Batch], seq: int | None, seen: Seen | None, gone: Gone | None
) -> Delta:
    tally = Tally()
    came = tally.came = LeafRoot()
    before: tuple[str, str] = ("", "")
    left = _Left(connection, gone, seq, tally)
    with no_collection():
        for batch in batches:
            if len(batch):
                checked = _checked(batch, before)
                lost = left.upto(batch.table, before[1] if before[0] == batch.table else "", checked[1])
                held = set(_column(batch, "id")) if lost else set()
                lost = left.taken([id for id in lost if id not in held])
                before = checked
                _batch(connection, batch, seq, tally, came, seen, lost)
        left.rest()
    return tally.delta()


class _Left:
    """The rows that a whole release takes out, in the order of the root of what is retired: by table, then id."""

    def __init__(self, connection: Connection, gone: Gone | None, seq: int | None, tally: Tally) -> None:
        self.connection, self.gone, self.seq, self.tally = connection, gone, seq, tally
        self.open = sorted(gone.tables) if gone else []
        self.after = ""

    def upto(self, table: str, after: str, last: str) -> Sequence[str]:
        """The ids of a table behind ``after`` up to ``last``; all of the tables before it are taken out."""
        while self.open and self.open[0] < table:
            self._close()
        if not self.open or self.open[0] != table:
            return []
        self.after = last
        return self._ids(table, after, last)

    def rest(self) -> None:
        """Take out what lies behind the last batch."""
        while self.open:
            self._close()

    def _close(self) -> None:
        table = self.open.pop(0)
        lost = self.taken(self._ids(table, self.after, None))
        self.after = ""
        self.tally.count(self.tally.gone, table, len(lost))
        _retire(self.connection, table, lost, self.seq, self.tally)

    def taken(self, lost: Sequence[str]) -> Sequence[str]:
        """What of the rows that are lacking is to go."""
        if self.gone is None or self.gone.take:
            return lost
        self.tally.lacking += len(lost)
        return ()

    def _ids(self, name: str, after: str, last: str | None) -> list[str]:
        assert self.gone is not None
        table = RECORDS[name]
        query = select(table.c.id).where(table.c.id > after, table.c.retired_event.is_(None))
        query = query.where(table.c.source.in_(sorted(self.gone.sources))).order_by(table.c.id)
        if last is not None:
            query = query.where(table.c.id <= last)
        found = self.connection.execute(query, execution_options={"yield_per": 10_000}).scalars()
        return [id for id in found if (name, id) not in self.gone.kept]


def _checked(batch: Batch, before: tuple[str, str]) -> tuple[str, str]:
    """The last table and id. Raises BadValueError for what cannot be stored, ConflictError for an id that comes
    twice."""
    name = batch.table
    if name not in TABLES:
        raise BadValueError(f"a case has no table {name!r}; write {', '.join(TABLES)}")
    if name < before[0]:
        raise BadValueError(f"{name} comes after {before[0]}; give the batches sorted by table and id")
    first = {column: values[0] for column, values in zip(columns(name), batch.columns, strict=True)}
    try:
        parsed = TypeAdapter(TABLES[name]).validate_json(first["record"])
    except ValidationError as error:
        raise BadValueError(f"{name}: {first['id']!r}: the text is no record of this table") from error
    if {**typed(parsed), "record": parsed.canonical()} != first:
        raise BadValueError(f"{name}: {first['id']!r}: the text is not canonical, or the columns say something else")
    ids, texts = _column(batch, "id"), _column(batch, "record")
    if not 0 < min(map(len, ids)) <= max(map(len, ids)) <= LONGEST_KEY:
        id = next(id for id in ids if not 0 < len(id) <= LONGEST_KEY)
        raise BadValueError(
            f"{name}: an id must have 1 to {LONGEST_KEY} characters, not {len(id)}: {id[:40]!r}; shorten it"
        )
    earlier = [before[1], *ids] if before[0] == name else ids
    if not all(map(lt, earlier, islice(earlier, 1, None))):
        one, other = next(pair for pair in pairwise(earlier) if pair[0] >= pair[1])
        if one == other:
            raise ConflictError(f"{name}: id {one!r} comes twice; give one a new id")
        raise BadValueError(f"{name}: {other!r} comes after {one!r}; give the rows sorted by id")
    for id, text in zip(ids, texts, strict=True):
        if "\\u0000" in text and (place := nul_in(json.loads(text))):
            raise BadValueError(f"{name}: {id!r}: {place} holds a NUL character; remove it")
    return name, ids[-1]


def _column(batch: Batch, name: str) -> Sequence[Any]:
    return batch.columns[columns(batch.table).index(name)]


def _batch(
    connection: Connection,
    batch: Batch,
    seq: int | None,
    tally: Tally,
    came: LeafRoot,
    seen: Seen | None,
    lost: Sequence[str],
) -> None:
    """``lost``: what stands between the rows of the batch, of a register that it is the whole of."""
    name, ids = batch.table, _column(batch, "id")
    texts = [text.encode() for text in _column(batch, "record")]
    digests: Sequence[str] = [hashlib.sha256(text).hexdigest() for text in texts]
    there = _standing(connection, name, ids)
    values = batch.columns
    old: list[str] = []
    if there:
        new = [there.get(id) != digest for id, digest in zip(ids, digests, strict=True)]
        values, texts, digests = (
            [list(compress(one, new)) for one in values],
            list(compress(texts, new)),
            list(compress(digests, new)),
        )
        old = [id for id in compress(ids, new) if id in there]
        if seen is not None:
            changed = frozenset(old)
            seen(name, frozenset(there) - changed, changed)
    tally.count(tally.unchanged, name, len(ids) - len(texts))
    tally.count(tally.revised, name, len(old))
    tally.count(tally.added, name, len(texts) - len(old))
    tally.count(tally.gone, name, len(lost))
    head = f"{name}\n".encode()
    came.extend([head + text for text in texts])
    _retire(connection, name, sorted([*old, *lost]) if lost else old, seq, tally)
    if texts and seq is not None:
        _store(connection, name, values, digests, seq)


def _retire(connection: Connection, name: str, ids: Sequence[str], seq: int | None, tally: Tally) -> None:
    """Rows that stand, sorted by id, into the root of what is retired; and out, unless ``seq`` is None."""
    table = RECORDS[name]
    for start in range(0, len(ids), RETIRED):
        some = list(ids[start : start + RETIRED])
        stands = select(table.c.id, table.c.record).where(table.c.id.in_(some), table.c.retired_event.is_(None))
        for _, text in connection.execute(stands.order_by(table.c.id)):
            tally.went.push(leaf_of(name, text))
        if seq is not None:
            retire_rows(connection, name, some, seq)


def _standing(connection: Connection, name: str, ids: Sequence[str]) -> dict[str, str]:
    """Digests of those ids that stand in the table; ``ids`` are sorted."""
    table = RECORDS[name]
    # Not BETWEEN: with a collation it is no SQL that PostgreSQL reads.
    between = (table.c.id >= ids[0]) & (table.c.id <= ids[-1]) & table.c.retired_event.is_(None)
    if connection.execute(select(table.c.id).where(between).limit(1)).first() is None:
        return {}
    asked = set(ids)
    query = select(table.c.id, table.c.digest).where(between)
    with connection.execute(query, execution_options={"yield_per": 10_000}) as found:
        return {id: digest for id, digest in found if id in asked}


def _copy(connection: Connection, into: str, rows: Iterable[Sequence[Any]]) -> None:
    """Rows by PostgreSQL's own lane for many, in half the time of inserts. Triggers see them as they see inserts; rules
    do not, and what is read back is compared all the same. Errors come as those of the layer above."""
    cursor = connection.connection.cursor()
    try:
        with cursor.copy(into) as lane:
            for row in rows:
                lane.write_row(row)
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError(into, None, error) from error
    finally:
        cursor.close()


def _store(
    connection: Connection, name: str, values: Sequence[Sequence[Any]], digests: Sequence[str], seq: int
) -> None:
    """Insert, and read back what the engine made of it."""
    quote = connection.dialect.identifier_preparer.quote
    named = (*columns(name), "digest", "added_event")
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    into = f"INSERT INTO {quote(name)} ({', '.join(map(quote, named))}) VALUES ({', '.join([mark] * len(named))})"
    rows = zip(*values, digests, repeat(seq, len(digests)), strict=True)
    if connection.dialect.name == "sqlite":
        # Past the layer that would make a list of them.
        cursor = connection.connection.cursor()
        cursor.executemany(into, rows)  # type: ignore[arg-type]
        cursor.close()
    elif connection.dialect.driver == "psycopg":
        _copy(connection, f"COPY {quote(name)} ({', '.join(map(quote, named))}) FROM STDIN", rows)
    else:
        connection.exec_driver_sql(into, list(rows))
    back = (
        f"SELECT {quote('record')} FROM {quote(name)} WHERE {quote('id')} BETWEEN {mark} AND {mark} "
        f"AND {quote('added_event')} = {mark} ORDER BY {quote('id')}"
    )
    ids, wanted = values[0], values[columns(name).index("record")]
    found = connection.exec_driver_sql(back, (ids[0], ids[-1], seq))
    stored = [text for (text,) in found.cursor.fetchall()] if found.cursor else []
    if stored != list(wanted):
        refuse_lost(name, "stored", set(enumerate(wanted)), set(enumerate(stored)))
