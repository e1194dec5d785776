"""A mapped table into a case, however many rows it has: read in blocks, sorted on disk, written as one event.

Invariants are those of every reader: each row ends in exactly one of ledger, review and rejects; two rows that give
one id different content are both rejected; the order of rows and columns decides nothing. Memory holds a block, the
distinct names and, of each sorted run, a chunk; rows that are rejected or wait for a person are spooled to disk.
Nothing is in the case before the one transaction at the end is committed.
"""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic import ValidationError

from takingstock.exchange.bulk_read import LINE, Block, Stream, open_stream
from takingstock.exchange.bulk_spool import Spool
from takingstock.exchange.cells import complaints
from takingstock.exchange.csvtext import csv_rows
from takingstock.exchange.grid import bare
from takingstock.exchange.leftovers import cells_of, fingerprint, heads, leftover_path
from takingstock.exchange.mapping import Mapping, read_mapping
from takingstock.exchange.mapping_fields import Names
from takingstock.exchange.mapping_rows import Given, QueryRule, chosen, rules
from takingstock.exchange.releases import (
    RELEASED_TABLES,
    refuse_dayless,
    refuse_loose,
    refuse_older,
    refuse_undated,
    told_lacking,
    told_retracted,
)
from takingstock.exchange.resolving import known_directory
from takingstock.exchange.tabular import NeedsPersonError
from takingstock.records import (
    BadFileError,
    BadValueError,
    DateRange,
    ImportReport,
    Ledger,
    Record,
    Rejected,
    RowsImported,
    Source,
    UnknownNameError,
)

if TYPE_CHECKING:
    import polars as pl

    from takingstock.case import Case, Delta
    from takingstock.case.bulk import Batch

READER: Final = "mapping"
SHOWN: Final = 1_000
"""Rejected rows that the report itself carries; all of them are in the rejects file."""

_WRITTEN_AT_ONCE: Final = 5_000

Progress = Callable[[int, int], None]
Item = TypeVar("Item")


def load_mapped(
    case: Case,
    path: Path,
    mapping: str | Path,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
    actor: str = "import",
    folder: Path,
    coverage: DateRange | None = None,
    reporter: str = "",
    source: str = "",
    released: DateRange = DateRange(),
    complete: bool = False,
) -> ImportReport:
    """Import a table by a mapping file; ``folder`` is where the rejects and reviews go. ``complete``: the file is a
    whole release, so that what the case holds under its sources and the file does not is retracted; the rules are those
    of every reader (see ``releases``), a register being the sources under which the rows of the file stand.

    Raises BadFileError (mapping or table unreadable, a column missing, no row to be taken, a release out of order: the
    case stays as it was), UnknownNameError for a reporter or source that nobody knows."""
    from takingstock.case.bulk import Gone

    if complete:
        refuse_dayless(released)
    plan = read_mapping(mapping)
    known = case.names()
    given = _given(known, reporter, source)
    own = None if given.source or plan.source is None else plan.source.record(coverage)
    stream = open_stream(path, plan.reads)
    if coverage is not None and own is None:
        stream.notes.append("the coverage was not taken: the rows stand under a source that the case has, with its own")
    queries = rules(plan, stream.header, given, path.name)
    _refuse_unknown_source(plan, known, given)
    register = f"{READER}/{plan.name}"
    names = Names(known, [plan.source.id] if plan.source else (), register)
    if own is not None:
        _refuse_unknown_coverage(own, names)
    with tempfile.TemporaryDirectory(prefix="takingstock-") as scratch:
        work = _Work(
            stream, queries, names, own, Path(scratch), folder, path, dry_run, progress, register, bool(released.first)
        )
        try:
            work.read()
            before = case.releases(work.sources, RELEASED_TABLES)
            if released.first:
                refuse_older(before, released.first)
            else:
                refuse_undated(before)
            gone = Gone(frozenset(work.sources), RELEASED_TABLES, work.pending, take=complete)
            delta = case.write_stream(
                work.batches(),
                lambda delta: work.body(delta, released),
                actor=actor,
                reason=f"import of {path.name}",
                seen=work.seen,
                gone=gone if released.first else None,
                dry_run=dry_run,
            )
            work.refuse_loose(delta)
            return work.report(delta)
        finally:
            work.close()


def _given(known: Ledger, reporter: str, source: str) -> Given:
    if source and source not in {one.id for one in known.sources}:
        raise UnknownNameError(f"the case has no source {source!r}; import it first, or describe it in the mapping")
    return Given(source, known_directory(known.parties).resolve(reporter).id if reporter else "")


def _refuse_unknown_source(plan: Mapping, known: Ledger, given: Given) -> None:
    block = plan.source
    if block and not block.title and not given.source and block.id not in {one.id for one in known.sources}:
        raise BadFileError(
            f"the case has no source {block.id!r}, and the mapping gives it no title; write one into the block source"
        )


def _refuse_unknown_coverage(source: Source, names: Names) -> None:
    coverage = source.coverage
    for kind, ids, known in (
        ("items", coverage.items if coverage else (), names.resolver.taxonomy),
        ("parties", coverage.parties if coverage else (), names.resolver.directory),
    ):
        if unknown := [id for id in ids if not known.has(id)]:
            raise BadFileError(
                f"source.coverage.{kind}: {unknown[0]!r} is no id that is known; write one, or leave it out"
            )


@dataclass
class _Work:
    """One import on its way."""

    stream: Stream
    queries: tuple[QueryRule, ...]
    names: Names
    source: Source | None
    scratch: Path
    folder: Path
    path: Path
    dry_run: bool
    progress: Progress | None
    register: str = READER
    dated: bool = False
    read_rows: int = 0
    ledger: int = 0
    unchanged: int = 0
    revised: int = 0
    repeated: int = 0
    stands: bool = False
    sources: set[str] = field(default_factory=set)
    pending: set[tuple[str, str]] = field(default_factory=set)
    loose: int = 0
    rejects_file: Path | None = None
    review_file: Path | None = None
    first: list[Rejected] = field(default_factory=list)
    _runs: dict[str, Any] = field(default_factory=dict)
    _times: dict[str, int] = field(default_factory=dict)
    _clashing: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rejected = Spool(self.scratch / "rejected.jsonl")
        self.review = Spool(self.scratch / "review.jsonl")
        self.contradicting = Spool(self.scratch / "contradicting.jsonl")
        self.digest = fingerprint(self.path)

    # Reading

    def read(self) -> None:
        """Every row into a run or a spool. Raises BadFileError for a table without rows, or cut off."""
        from takingstock.case.bulk import columns
        from takingstock.exchange.bulk_frames import Lane
        from takingstock.exchange.bulk_merge import Runs

        lanes = [Lane(query, self.names, columns(query.target.table)) for query in self.queries]
        for query in self.queries:
            table = query.target.table
            if table not in self._runs:
                (self.scratch / table).mkdir()
                self._runs[table] = Runs(self.scratch / table)
        for block in ahead(self.stream.blocks()):
            self._block(block, lanes)
            self.read_rows += len(block)
            self._tell(self.read_rows, 0)
        if not self.read_rows:
            raise BadFileError(f"{self.path.name} has a header but no rows; there is nothing to import")

    def close(self) -> None:
        """End what is still at work, so that the scratch folder can go."""
        for runs in self._runs.values():
            runs.close()

    def _block(self, block: Block, lanes: Sequence[Any]) -> None:
        rejected = list(block.bad)
        self.loose += len(rejected)
        review: list[Rejected] = []
        rest = block.frame
        for query, lane in zip(self.queries, lanes, strict=True):
            passing = _passing(query, rest)
            asked, rest = (rest, rest.clear()) if passing is None else (rest.filter(passing), rest.filter(~passing))
            ready, odd = lane.take(asked)
            self._add(query.target.table, ready)
            self._one_by_one(query, odd, rejected, review)
        for line, *cells in rest.iter_rows():
            try:
                chosen(self.queries, dict(enumerate(cells)))
            except BadValueError as error:
                rejected.append(self._row(line, cells, str(error)))
        self.rejected.put(sorted(rejected, key=lambda row: row.line))
        self.review.put(sorted(review, key=lambda row: row.line))

    def _one_by_one(
        self, query: QueryRule, frame: pl.DataFrame, rejected: list[Rejected], review: list[Rejected]
    ) -> None:
        made: list[tuple[Any, ...]] = []
        for line, *cells in frame.iter_rows():
            try:
                made.append((*_stored(query.target.table, query.record(dict(enumerate(cells)), self.names)), line))
                continue
            except NeedsPersonError as error:
                review.append(self._row(line, cells, str(error)))
            except ValidationError as error:
                rejected.append(self._row(line, cells, "; ".join(complaints(error))))
            except BadValueError as error:
                rejected.append(self._row(line, cells, str(error)))
            self._would_be(query, cells)
        if made:
            self._add(query.target.table, _framed(query.target.table, made))

    def _add(self, table: str, frame: pl.DataFrame) -> None:
        self._runs[table].add(frame)
        if "source" in frame.columns:
            self.sources.update(frame["source"].unique().drop_nulls().to_list())

    def _would_be(self, query: QueryRule, cells: Sequence[str]) -> None:
        """The entry that a row would have been, which a release therefore does not lack."""
        if not self.dated:
            return
        try:
            self.pending.add((query.target.table, query.id(dict(enumerate(cells)))))
        except BadValueError:
            self.loose += 1

    def _row(self, line: int, cells: Sequence[str], reason: str) -> Rejected:
        return Rejected(sheet=self.stream.name, line=line, reason=reason, row=self.stream.original(cells))

    # Writing

    def batches(self) -> Iterator[Batch]:
        """The rows in the order in which a case takes them; after the last one, all fates are known."""
        from takingstock.case.bulk import Batch, columns

        for table in sorted({*self._runs, "sources"}):
            if table == "sources":
                if self.source is not None and any(runs.rows for runs in self._runs.values()):
                    yield Batch("sources", [[value] for value in _stored("sources", self.source)])
                continue
            done = 0
            for frame in self._runs[table].merged():
                kept = self._unlike(table, frame)
                self.ledger += kept.height + sum(self._times.values())
                if kept.height:
                    yield Batch(table, [_values(kept[name]) for name in columns(table)])
                self._times.clear()
                done += frame.height
                self._tell(self.read_rows, done)
        self._settle()

    def _unlike(self, table: str, frame: pl.DataFrame) -> pl.DataFrame:
        """One row of each id; all rows of an id that has more than one content are kept back."""
        import polars as pl

        if not (frame["id"] == frame["id"].shift(1)).any():
            return frame
        groups = (
            frame.filter(pl.col("id").is_duplicated())
            .group_by("id", maintain_order=True)
            .agg(pl.col("record").n_unique().alias("contents"), pl.col(LINE).sort())
        )
        clashing: list[str] = []
        for id, contents, lines in groups.iter_rows():
            if contents == 1:
                self._times[id] = len(lines) - 1
                self.repeated += len(lines) - 1
                continue
            clashing.append(id)
            self.pending.add((table, id))
            where = ", ".join(str(line) for line in lines[:6])
            reason = f"lines {where} are one and the same entry with different content; keep the right one"
            self._clashing |= dict.fromkeys(lines, reason)
        return frame.unique("id", keep="first", maintain_order=True).filter(~pl.col("id").is_in(clashing))

    def seen(self, table: str, unchanged: frozenset[str], revised: frozenset[str]) -> None:
        """Counted in rows: one that is repeated counts as often as it stands there."""
        if table != "sources":
            self.unchanged += len(unchanged) + sum(self._times.get(id, 0) for id in unchanged)
            self.revised += len(revised) + sum(self._times.get(id, 0) for id in revised)

    def _settle(self) -> None:
        """Leftovers into their files. Raises BadFileError where nothing could be taken."""
        if self._clashing:
            self._find_clashing()
        if not self.dry_run:
            self.rejects_file = self._leftovers("rejects", lambda: self._all_rejected())
            self.review_file = self._leftovers("review", lambda: iter(self.review), self.register)
        self.first = list(islice(self._all_rejected(), SHOWN))
        if self.first and not self.ledger and not self.review.rows:
            every = f"; every reason is in {self.rejects_file}" if self.rejects_file else ""
            raise BadFileError(
                f"{self.path.name}: nothing was imported, as no row of {self.stream.name} can be taken; "
                f"line {self.first[0].line}: {self.first[0].reason}{every}"
            )

    def _find_clashing(self) -> None:
        """The rows as they stood, by reading the file again."""
        import polars as pl

        lines = pl.Series(sorted(self._clashing))
        for block in self.stream.blocks():
            again = block.frame.filter(pl.col(LINE).is_in(lines.implode()))
            rows = [self._row(line, cells, self._clashing[line]) for line, *cells in again.iter_rows()]
            self.contradicting.put(rows)

    def _all_rejected(self) -> Iterator[Rejected]:
        return heapq.merge(self.rejected, self.contradicting, key=lambda row: row.line)

    def _leftovers(self, kind: str, rows: Callable[[], Iterator[Rejected]], register: str = "") -> Path | None:
        """Write the file; None where there are no rows. It is there whole or not at all."""
        names = dict.fromkeys(name for row in rows() for name, _ in row.row)
        if not names and next(rows(), None) is None:
            return None
        path = leftover_path(self.folder, self.path, self.digest, kind)
        part = path.with_name(f"{path.name}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("w", encoding="utf-8", newline="") as file:
                file.write(csv_rows([heads(names, register)]))
                found = rows()
                while some := list(islice(found, _WRITTEN_AT_ONCE)):
                    file.write(csv_rows(cells_of(row, tuple(names), register) for row in some))
            part.replace(path)
        except OSError as error:
            raise BadFileError(f"{path} cannot be written: {error.strerror or error}") from error
        return path

    # Telling

    def refuse_loose(self, delta: Delta) -> None:
        """Raises BadFileError where it cannot be told what the file lacks."""
        refuse_loose(self.path.name, sum(number for _, number in delta.gone), self.loose)

    def body(self, delta: Delta, released: DateRange) -> RowsImported:
        """Raises BadFileError as :meth:`refuse_loose`: then nothing is written."""
        self.refuse_loose(delta)
        return RowsImported(
            reader=self.register,
            file=self.path.name,
            file_sha256=self.digest,
            read=self.read_rows,
            ledger=self.ledger,
            review=self.review.rows,
            rejected=self._rejected,
            added=delta.written,
            added_root=delta.added_root,
            retired=delta.retired,
            retired_root=delta.retired_root,
            released=f"{released.first}" if released.first else "",
        )

    def report(self, delta: Delta) -> ImportReport:
        if self.read_rows != self.ledger + self.review.rows + self._rejected:
            raise AssertionError(f"rows do not add up: {self.read_rows} read, {self.ledger} to the ledger")
        self._tell(self.read_rows, self.read_rows)
        return ImportReport(
            reader=READER,
            read=self.read_rows,
            ledger=self.ledger,
            review=self.review.rows,
            rejected=self._rejected,
            rejects_file=str(self.rejects_file) if self.rejects_file else None,
            unchanged=self.unchanged,
            revised=self.revised,
            dry_run=self.dry_run,
            notes=(
                *self._notes(),
                *told_retracted(sum(number for _, number in delta.gone)),
                *told_lacking(delta.lacking),
            ),
            rejects=tuple(self.first),
        )

    @property
    def _rejected(self) -> int:
        return self.rejected.rows + self.contradicting.rows

    def _notes(self) -> Iterator[str]:
        yield from self.stream.notes
        used = {at for query in self.queries for at in query.at}
        unread = [name for at, name in enumerate(self.stream.header) if name and at not in used]
        if unread:
            yield f"not in the mapping and not read: {', '.join(map(repr, unread))}"
        if self.source is not None and self.source.coverage is None:
            yield "the mapping states no coverage of its source: what the table does not hold says nothing"
        if self.repeated:
            yield f"{self.repeated} rows repeat an earlier row word for word"
        if self.review.rows:
            one = next(iter(self.review))
            where = f" in {self.review_file}" if self.review_file else ""
            yield f"{self.review.rows} rows wait for a person{where}; first: line {one.line}: {one.reason}"

    def _tell(self, read: int, written: int) -> None:
        """Reading is half of it, writing the other."""
        if self.progress:
            rows = max(self.stream.rows, read)
            self.progress(min(read, rows) + min(written, rows), 2 * rows)


def _passing(query: QueryRule, frame: pl.DataFrame) -> pl.Series | None:
    """Which rows pass the filters of a query; None: all."""
    import polars as pl

    found: pl.Series | None = None
    for one in query.filters:
        column = frame[str(one.at)]
        values = [text for text in column.unique().to_list() if bare(text).casefold() in one.values]
        among = column.is_in(values) if values else pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
        among = among if one.keep else ~among
        found = among if found is None else found & among
    return found


def _values(column: pl.Series) -> list[Any]:
    """The values; one that all rows share is made once."""
    first = column[0]
    same = column.is_null() if first is None else column == first
    return [first] * len(column) if same.all() else column.to_list()


def ahead(items: Iterator[Item]) -> Iterator[Item]:
    """The same, each made in another thread while the one before is in use."""
    nothing = object()
    with ThreadPoolExecutor(1) as pool:
        coming: Future[Any] = pool.submit(next, items, nothing)
        while (found := coming.result()) is not nothing:
            coming = pool.submit(next, items, nothing)
            yield found


def _stored(table: str, record: Record) -> tuple[Any, ...]:
    """A record as a batch takes it."""
    from takingstock.case.bulk import columns
    from takingstock.case.schema import typed

    values = typed(record) | {"record": record.canonical()}  # type: ignore[arg-type]
    return tuple(values[name] for name in columns(table))


def _framed(table: str, rows: Sequence[tuple[Any, ...]]) -> pl.DataFrame:
    import polars as pl

    from takingstock.case.bulk import columns

    numbers = {"low", "high", "share"}
    schema = {name: pl.Float64 if name in numbers else pl.String for name in columns(table)} | {LINE: pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")
