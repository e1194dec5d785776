"""Rows of somebody's table: the header found by its columns, every row a dictionary, every fate of a row collected.

Invariant: each input row ends in exactly one place, and the order of rows decides nothing. Two rows that give one id
different content are both rejected, as neither is known to be right.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from takingstock.exchange.cells import complaints, is_error
from takingstock.exchange.files import read_grids
from takingstock.exchange.grid import Grid, said_again
from takingstock.exchange.readers import Asked
from takingstock.exchange.reading import TABLES, Key, Reading
from takingstock.records import BadFileError, BadValueError, Record, Rejected, Source, UnknownNameError

_STEP = 500
"""Rows between two calls of the progress."""


class NeedsPersonError(Exception):
    """The row is understood, but a person must say who or what is meant: it goes to review."""


@dataclass(frozen=True)
class TableSpec:
    """``columns`` are our names and, for each, the headers that mean it (compared folded: case, blanks, punctuation do
    not matter); ``required`` are those without which the file is no such table."""

    columns: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]
    nearest_first: bool = False
    """Several headers may mean one column: the one that stands first in ``columns`` is read, the others are not."""

    def named(self, header: str) -> str | None:
        """Our name of a column, or None."""
        return self._folded().get(fold_column(header))

    def score(self, cells: Sequence[str]) -> int:
        """How many of our columns a row names; 0 unless every required one is there."""
        found = {name for cell in cells if (name := self.named(cell))}
        return len(found) if found.issuperset(self.required) else 0

    def _folded(self) -> dict[str, str]:
        return {fold_column(word): name for name, words in self.columns.items() for word in (name, *words)}


@dataclass(frozen=True)
class Row:
    """``values`` by our column names, empty cells left out; ``original`` are all cells as they stood, by header."""

    line: int
    values: Mapping[str, str]
    original: tuple[tuple[str, str], ...]
    surplus: int = 0
    sheet: str = ""

    def get(self, name: str) -> str:
        """The cell, or an empty text."""
        return self.values.get(name, "")

    def needed(self, name: str) -> str:
        """The cell. Raises BadValueError where it is empty."""
        if not self.get(name):
            raise BadValueError(f"{name.replace('_', ' ')} is empty; without it the row says nothing")
        return self.values[name]

    def digest(self, *names: str) -> str:
        """Sixteen hex digits of what the named cells say, for an id of a row that has none."""
        said = "\x1f".join(re.sub(r"\s+", " ", self.get(name)).strip().casefold() for name in names)
        return hashlib.sha256(said.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Table:
    """The rows below the header; ``before`` is what stood above it; ``unknown`` are headers that mean nothing to us."""

    name: str
    rows: tuple[Row, ...]
    before: tuple[tuple[str, ...], ...]
    unknown: tuple[str, ...]
    notes: tuple[str, ...] = ()


def fold_column(header: str) -> str:
    """A header without case, blanks and punctuation."""
    return re.sub(r"[\W_]+", "", header.casefold())


def read_table(path: Path, spec: TableSpec) -> Table:
    """The rows of every sheet whose header has every required column. Raises BadFileError, naming what is missing."""
    grids, notes = read_grids(path, spec.score)
    found = [_table(grid, index, spec) for grid in grids if (index := grid.header(spec.score)) is not None]
    others = [grid.name for grid in grids if grid.header(spec.score) is None and grid.rows]
    if found:
        return Table(
            name=found[0].name,
            rows=tuple(row for table in found for row in table.rows),
            before=tuple(cells for table in found for cells in table.before),
            unknown=tuple(dict.fromkeys(name for table in found for name in table.unknown)),
            notes=(*notes, *(f"sheet {name!r} has no such header and was not read" for name in others)),
        )
    raise BadFileError(f"{path.name}: no header with {', '.join(spec.required)} was found; check the file")


def has_header(grids: Sequence[Grid], spec: TableSpec) -> bool:
    """Whether a sheet has a header of this table."""
    return any(grid.header(spec.score) is not None for grid in grids)


def _table(grid: Grid, index: int, spec: TableSpec) -> Table:
    header = grid.rows[index][1]
    names = [spec.named(cell) for cell in header]
    if spec.nearest_first:
        names = _one_each(header, names, spec)
    twice = [name for name, times in Counter(name for name in names if name).items() if times > 1]
    if twice:
        raise BadFileError(f"{grid.name}: the column {twice[0]} comes {names.count(twice[0])} times; keep one of them")
    width = max((number for number, cell in enumerate(header, start=1) if cell), default=0)
    rows = []
    for line, cells in grid.rows[index + 1 :]:
        if said_again(header, cells):
            continue
        pairs = list(zip(names, cells, strict=False))
        rows.append(
            Row(
                line=line,
                values={name: cell for name, cell in pairs if name and cell},
                original=tuple(
                    (header[at] if at < len(header) and header[at] else f"column {at + 1}", cell)
                    for at, cell in enumerate(cells)
                    if cell or at < width
                ),
                surplus=sum(bool(cell) for cell in cells[width:]),
                sheet=grid.name,
            )
        )
    unknown = tuple(cell for cell in header if cell and not spec.named(cell))
    return Table(grid.name, tuple(rows), tuple(cells for _, cells in grid.rows[:index]), unknown)


def _one_each(header: Sequence[str], names: list[str | None], spec: TableSpec) -> list[str | None]:
    kept = list(names)
    for name, words in spec.columns.items():
        order = [fold_column(word) for word in (*words, name)]
        ranked = sorted((order.index(fold_column(header[at])), at) for at, found in enumerate(names) if found == name)
        for _, at in ranked[1:]:
            kept[at] = None
    return kept


def collect(
    reader: str,
    path: Path,
    table: Table,
    take: Callable[[Row], Iterable[Record]],
    asked: Asked,
    *,
    sources: Callable[[], Iterable[Source]] = tuple,
    notes: Callable[[], Iterable[str]] = tuple,
) -> Reading:
    """Every row through ``take``, which gives the records a row makes, or raises BadValueError, ValidationError (the
    row is rejected), NeedsPersonError or UnknownNameError (it waits for a person). ``notes`` and ``sources`` are
    asked at the end; a source is written only where a row stands under it."""
    made: list[tuple[Row, tuple[Record, ...]]] = []
    review: list[Rejected] = []
    rejected: list[Rejected] = []

    def put(where: list[Rejected], row: Row, reason: str) -> None:
        where.append(Rejected(sheet=row.sheet or table.name, line=row.line, reason=reason, row=row.original))

    for done, row in enumerate(table.rows):
        if asked.progress and done % _STEP == 0:
            asked.progress(done, len(table.rows))
        try:
            _sound(row)
            made.append((row, tuple(take(row))))
        except (NeedsPersonError, UnknownNameError) as error:
            put(review, row, str(error))
        except ValidationError as error:
            put(rejected, row, "; ".join(complaints(error)))
        except BadValueError as error:
            put(rejected, row, str(error))
    if asked.progress:
        asked.progress(len(table.rows), len(table.rows))
    kept: dict[Key, Record] = {}
    taken: list[tuple[Key, ...]] = []
    contents: dict[Key, set[Record]] = {}
    lines: dict[Key, list[int]] = {}
    for row, records in made:
        for record in records:
            contents.setdefault(_key(record), set()).add(record)
            lines.setdefault(_key(record), []).append(row.line)
    repeated = 0
    for row, records in made:
        keys = tuple(_key(record) for record in records)
        clash = next((key for key in keys if len(contents[key]) > 1), None)
        if clash:
            where = ", ".join(str(line) for line in lines[clash][:6])
            put(rejected, row, f"lines {where} are one and the same entry with different content; keep the right one")
            continue
        repeated += bool(keys) and all(key in kept for key in keys)
        kept |= dict(zip(keys, records, strict=True))
        taken.append(keys)
    used = {getattr(record, "source", None) for record in kept.values()}
    return Reading(
        reader=reader,
        file=path.name,
        read=len(table.rows),
        taken=tuple(taken),
        review=tuple(review),
        rejected=tuple(sorted(rejected, key=lambda row: row.line)),
        barren=(table.name,) if rejected and not taken and not review else (),
        notes=(
            *table.notes,
            *(f"column {name!r} is not known and was not read" for name in table.unknown),
            *((f"{repeated} rows repeat an earlier row word for word",) if repeated else ()),
            *notes(),
        ),
        **{  # type: ignore[arg-type]
            name: tuple(record for (at, _), record in sorted(kept.items(), key=lambda one: one[0]) if at == name)
            for name in TABLES
            if name != "sources"
        },
        sources=tuple(sorted((one for one in sources() if one.id in used), key=lambda one: one.id)),
    )


def _sound(row: Row) -> None:
    if row.surplus:
        raise BadValueError(f"has {row.surplus} cells more than the header; a text that holds commas needs quotes")
    for name, value in row.values.items():
        if is_error(value):
            raise BadValueError(f"{name.replace('_', ' ')}: the cell holds the error {value}; mend it, import again")


def _key(record: Record) -> Key:
    from takingstock.case.rows import table_of

    return table_of(record), record.id  # type: ignore[attr-defined]
