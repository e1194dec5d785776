"""Any table in blocks of rows, of which no more than one is held: CSV, JSON lines and Parquet as they are read, a
workbook from the grid that it is.

A block without a quotation mark is cut by whole columns; any other goes through the csv module. Both give the cells
that :func:`takingstock.exchange.textfile.read_text` gives.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from takingstock.exchange.grid import MARKS, PREAMBLE_LINES, said_again, trim
from takingstock.exchange.jsonlines import is_json_lines, json_rows
from takingstock.exchange.parquet import is_parquet, parquet_frames
from takingstock.exchange.tabular import fold_column
from takingstock.exchange.textfile import END, LONGEST_CELL, SAMPLE, decode, delimiter_of, refuse_half
from takingstock.exchange.workbook import is_workbook, read_workbook
from takingstock.records import BadFileError, Rejected

if TYPE_CHECKING:
    import polars as pl

ROWS: Final = 40_000
"""Rows of a block."""

PIECE: Final = 4_000_000
"""Characters of a CSV file that are cut at once."""

LINE: Final = "line"

_BLANKS: Final = "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B)))
_AROUND: Final = _BLANKS + "\u2028\u2029\u202f\u205f\u3000"
"""What ``str.strip`` takes away."""

_CHUNK: Final = 1 << 20


@dataclass(frozen=True)
class Block:
    """``frame`` has the column ``line`` and one column for each header, named by its number, of trimmed texts. ``bad``
    are rows that could not be read as rows."""

    frame: pl.DataFrame
    bad: tuple[Rejected, ...] = ()

    def __len__(self) -> int:
        return self.frame.height + len(self.bad)


@dataclass(frozen=True)
class Stream:
    """``blocks`` can be asked for again. ``rows`` is about how many there are. ``notes`` fill up as blocks are read."""

    name: str
    header: tuple[str, ...]
    blocks: Callable[[], Iterator[Block]]
    rows: int
    notes: list[str] = field(default_factory=list)

    def original(self, cells: Sequence[str]) -> tuple[tuple[str, str], ...]:
        """A row as it stood, by header."""
        return tuple(
            (name or f"column {at + 1}", cell) for at, (name, cell) in enumerate(zip(self.header, cells, strict=True))
        )


def open_stream(path: Path, wanted: Sequence[str]) -> Stream:
    """The table of a file, found by the columns that are wanted. Raises BadFileError where there is none."""
    return open_scored(path, score_of(wanted))


def open_scored(path: Path, score: Callable[[Sequence[str]], int]) -> Stream:
    """The table whose header has the best score. Raises BadFileError as :func:`open_stream`."""
    try:
        if path.is_dir():
            raise BadFileError(f"{path.name} is a folder; a mapping is for one file, name it")
        if not path.exists():
            raise BadFileError(f"there is no file {path}; check the path")
        if path.stat().st_size == 0:
            raise BadFileError(f"{path.name} is empty; there is nothing to import")
        if is_parquet(path):
            return _parquet(path)
        if is_workbook(path):
            return _workbook(path, score)
        if is_json_lines(path):
            return _json(path)
        return _csv(path, score)
    except OSError as error:
        raise BadFileError(f"{path} cannot be read: {error.strerror or error}") from error


def score_of(wanted: Sequence[str]) -> Callable[[Sequence[str]], int]:
    """How many of the wanted columns a row names."""
    folded = {fold_column(name) for name in wanted}

    def score(cells: Sequence[str]) -> int:
        return len({fold_column(cell) for cell in cells if cell} & folded)

    return score


def _frame(lines: Sequence[int], columns: Sequence[Sequence[str]]) -> pl.DataFrame:
    import polars as pl

    data = {LINE: pl.Series(lines, dtype=pl.Int64)}
    return pl.DataFrame(data | {str(at): pl.Series(cells, dtype=pl.String) for at, cells in enumerate(columns)})


def _cut(rows: Sequence[tuple[int, Sequence[str]]], header: Sequence[str], name: str) -> Block:
    """Rows of trimmed cells into a block; the header said again and empty rows are left out."""
    width = len(header)
    kept, bad = [], []
    for line, cells in rows:
        if not any(cells) or said_again(header, cells):
            continue
        surplus = [cell for cell in cells[width:] if cell]
        if surplus:
            named = [
                (header[at] or f"column {at + 1}") if at < width else f"column {at + 1}" for at in range(len(cells))
            ]
            pairs = tuple(
                (one, cell) for at, (one, cell) in enumerate(zip(named, cells, strict=True)) if cell or at < width
            )
            reason = f"has {len(surplus)} cells more than the header; a text that holds commas needs quotes"
            bad.append(Rejected(sheet=name, line=line, reason=reason, row=pairs))
        else:
            kept.append((line, (*cells, *("",) * (width - len(cells)))[:width]))
    columns = list(zip(*(cells for _, cells in kept), strict=True)) or [()] * width
    return Block(_frame([line for line, _ in kept], columns), tuple(bad))


def _workbook(path: Path, score: Callable[[Sequence[str]], int]) -> Stream:
    grids = read_workbook(path)
    found = [
        (score(grid.rows[at][1]), -number, grid, at)
        for number, grid in enumerate(grids)
        if (at := grid.header(score)) is not None
    ]
    if not found:
        raise BadFileError(f"{path.name}: no sheet has a header with a column of the mapping; check the file")
    _, _, grid, at = max(found, key=lambda one: one[:2])
    header = _header(grid.rows[at][1])
    rows = grid.rows[at + 1 :]

    def blocks() -> Iterator[Block]:
        for start in range(0, len(rows), ROWS):
            yield _cut(rows[start : start + ROWS], header, grid.name)

    return Stream(grid.name, header, blocks, len(rows), [note for one in grids for note in one.notes])


def _header(cells: Sequence[str]) -> tuple[str, ...]:
    """The cells up to the last that is not empty."""
    width = max((number for number, cell in enumerate(cells, start=1) if cell), default=0)
    return tuple(cells[:width])


def _json(path: Path) -> Stream:
    header: dict[str, None] = {}
    count = 0
    for row in json_rows(path):
        count += 1
        if not row.fault:
            header |= dict.fromkeys(row.cells)
    if not header:
        raise BadFileError(f"{path.name}: not one line is a JSON object; write one object a line")
    names = tuple(header)

    def blocks() -> Iterator[Block]:
        rows: list[tuple[int, Sequence[str]]] = []
        bad: list[Rejected] = []
        for row in json_rows(path):
            if row.fault:
                pairs = tuple(row.cells.items())
                bad.append(Rejected(sheet=path.stem, line=row.line, reason=row.fault, row=pairs))
            else:
                rows.append((row.line, [row.cells.get(name, "") for name in names]))
            if len(rows) + len(bad) >= ROWS:
                yield _with(_cut(rows, names, path.stem), bad)
                rows, bad = [], []
        yield _with(_cut(rows, names, path.stem), bad)

    return Stream(path.stem, names, blocks, count)


def _with(block: Block, bad: list[Rejected]) -> Block:
    return Block(block.frame, (*block.bad, *bad))


def _parquet(path: Path) -> Stream:
    import pyarrow.parquet as pq

    first = next(parquet_frames(path, 1000), None)
    header: dict[str, None] = dict.fromkeys(first.columns) if first is not None else {}
    nested = first is not None and len(header) != pq.ParquetFile(path).metadata.num_columns
    if nested:
        for frame in parquet_frames(path, ROWS):
            header |= dict.fromkeys(frame.columns)
    names = tuple(header)
    if not names:
        raise BadFileError(f"{path.name} is empty; there is nothing to import")

    def blocks() -> Iterator[Block]:
        import polars as pl

        line = 1
        for frame in parquet_frames(path, ROWS):
            cells = [
                frame[name] if name in frame.columns else pl.repeat("", frame.height, eager=True) for name in names
            ]
            lines = range(line, line + frame.height)
            line += frame.height
            yield Block(
                _filled(
                    _trimmed(
                        _frame(lines, []).with_columns(series.alias(str(at)) for at, series in enumerate(cells)), True
                    )
                )
            )

    return Stream(path.stem, names, blocks, pq.ParquetFile(path).metadata.num_rows)


def _trimmed(frame: pl.DataFrame, marked: bool) -> pl.DataFrame:
    """Every cell without the blanks around it; one of nothing but blanks and marks of no width is empty."""
    import polars as pl

    cells = pl.exclude(LINE).str.strip_chars(_AROUND)
    if marked:
        cells = pl.when(cells.str.strip_chars(f"{MARKS}{_AROUND}") == "").then(pl.lit("")).otherwise(cells)
    return frame.with_columns(cells.name.keep())


def _filled(frame: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    return frame.filter(pl.any_horizontal(pl.exclude(LINE) != ""))


def _csv(path: Path, score: Callable[[Sequence[str]], int]) -> Stream:
    encoding, notes, lines = _encoding(path)
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_CELL))
    with path.open(encoding=encoding, newline="") as stream:
        delimiter = delimiter_of(stream.read(SAMPLE), score)
    with path.open(encoding=encoding, newline="") as stream:
        reader = _Reader(stream, delimiter, path.name)
        first = reader.first()
        best, at = 0, -1
        for index, (_, cells) in enumerate(first[:PREAMBLE_LINES]):
            if (points := score(cells)) > best:
                best, at = points, index
    if at < 0:
        raise BadFileError(f"{path.name}: no header with a column of the mapping was found; check the file")
    header = _header(first[at][1])

    def blocks() -> Iterator[Block]:
        with path.open(encoding=encoding, newline="") as stream:
            reader = _Reader(stream, delimiter, path.name)
            yield _cut(reader.first()[at + 1 :], header, path.stem)
            while (block := reader.block(header, path.stem)) is not None:
                yield block
            reader.ended(len(header))

    return Stream(path.stem, header, blocks, max(0, lines - first[at][0]), list(notes))


def _encoding(path: Path) -> tuple[str, tuple[str, ...], int]:
    """The encoding, a note where it had to be guessed, and how many lines there are: as :func:`decode` decides it of
    the whole file, in one pass without holding it. Raises BadFileError for binary content."""
    with path.open("rb") as file:
        sample = file.read(4096)
    _, notes = decode(sample[: len(sample) // 2 * 2] if _utf16(sample) else _whole(sample), path.name)
    if _utf16(sample):
        marked = sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        odd = sample[1::2].count(0) >= sample[0::2].count(0)
        encoding = "utf-16" if marked else "utf-16-le" if odd else "utf-16-be"
        return encoding, notes, _checked(path, encoding, True)
    note = f"{path.name}: not UTF-8, read as Windows-1252; if names look wrong, save the file as UTF-8"
    for encoding, said in (("utf-8-sig", ()), ("cp1252", (note,)), ("latin-1", (note,))):
        try:
            return encoding, said, _checked(path, encoding, False)
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 reads every byte")


def _utf16(sample: bytes) -> bool:
    return sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or sample.count(0) > len(sample) // 4


def _whole(sample: bytes) -> bytes:
    """The sample without a sign that is cut at its end."""
    for cut in range(4):
        try:
            sample[: len(sample) - cut].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return sample[: len(sample) - cut]
    return sample


def _checked(path: Path, encoding: str, wide: bool) -> int:
    """How many lines the file has, all of it decodable. Raises UnicodeDecodeError, BadFileError for binary content."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 0
    with path.open("rb") as file:
        while data := file.read(_CHUNK):
            if not wide and b"\0" in data:
                raise BadFileError(
                    f"{path.name} is not a spreadsheet: it is binary; save it as .xlsx or CSV and try again"
                )
            lines += data.count(b"\n")
            text = _decoded(decoder, data, path.name, wide)
            if wide and "\0" in text:
                raise BadFileError(
                    f"{path.name} is not a spreadsheet: it is binary; save it as .xlsx or CSV and try again"
                )
        _decoded(decoder, b"", path.name, wide, True)
    return lines


def _decoded(decoder: codecs.IncrementalDecoder, data: bytes, name: str, wide: bool, final: bool = False) -> str:
    try:
        return decoder.decode(data, final)
    except UnicodeDecodeError as error:
        if wide:
            raise BadFileError(f"{name} is damaged or cut off: it is not whole UTF-16; copy it again") from error
        raise


class _Reader:
    """A CSV text piece by piece, each of which ends where a row ends."""

    def __init__(self, stream: TextIO, delimiter: str, name: str) -> None:
        self.stream = stream
        self.delimiter = delimiter
        self.name = name
        self.line = 1
        self._last: tuple[int, int] = (0, 0)
        self._end = True

    def first(self) -> list[tuple[int, tuple[str, ...]]]:
        """The rows of the first piece, enough to find a header in; empty ones are left out."""
        rows = [row for row in self._rows(self._piece(SAMPLE)) if any(row[1])]
        while len(rows) < PREAMBLE_LINES and (text := self._piece(SAMPLE)):
            rows += [row for row in self._rows(text) if any(row[1])]
        return rows

    def block(self, header: Sequence[str], name: str) -> Block | None:
        """The next rows, or None at the end."""
        text = self._piece(PIECE)
        if not text:
            return None
        if '"' in text or "\r" in text.replace("\r\n", "\n") or MARKS[0] in text or MARKS[1] in text:
            return _cut(self._rows(text), header, name)
        return self._split(text.replace("\r\n", "\n"), header, name)

    def ended(self, width: int) -> None:
        """Raises BadFileError where the last line is half of one."""
        line, cells = self._last
        if not self._end and 0 < cells < width:
            refuse_half(self.name, (line, ("",) * cells), width)

    def _piece(self, size: int) -> str:
        text = self.stream.read(size)
        while text.endswith("\r") and (more := self.stream.read(1)):
            text += more
        if text and not text.endswith(("\n", "\r")):
            text += self.stream.readline()
        if text:
            self._end = text.endswith(("\n", "\r"))
        return text

    def _rows(self, text: str) -> list[tuple[int, tuple[str, ...]]]:
        """Through the csv module; a cell that holds ends of line may reach beyond the piece."""
        lines = list(io.StringIO(text, newline=""))
        at = 0

        def feed() -> Iterator[str]:
            nonlocal at
            while at < len(lines):
                at += 1
                yield lines[at - 1]
            while more := self.stream.readline():
                self._end = more.endswith(("\n", "\r"))
                yield more
            yield ("" if self._end else "\n") + END

        reader = csv.reader(feed(), delimiter=self.delimiter)
        rows: list[tuple[int, tuple[str, ...]]] = []
        before = self.line
        try:
            while at < len(lines):
                start = self.line
                cells = next(reader, None)
                if cells is None:
                    break
                self.line = before + reader.line_num
                if END in cells[-1:] or any(END in cell for cell in cells):
                    raise BadFileError(
                        f"{self.name}: a quotation mark opened in line {start} is never closed; the file is cut off or "
                        "has a stray quotation mark: copy it again or mend that line"
                    )
                if cells:
                    self._last = (start, len(cells))
                rows.append((start, tuple(trim(cell) for cell in cells)))
        except csv.Error as error:
            raise BadFileError(
                f"{self.name}, line {self.line}: not readable as CSV ({error}); save it again as CSV"
            ) from error
        return rows

    def _split(self, text: str, header: Sequence[str], name: str) -> Block:
        """By whole columns: without a quotation mark every delimiter parts cells."""
        import polars as pl

        lines = text.split("\n")
        if not lines[-1]:
            lines.pop()
        start, width = self.line, len(header)
        self.line += len(lines)
        for back, last in enumerate(reversed(lines)):
            if last.strip():
                self._last = (self.line - 1 - back, last.count(self.delimiter) + 1)
                break
        whole = pl.DataFrame({LINE: pl.arange(start, self.line, eager=True, dtype=pl.Int64), "text": lines})
        wide = pl.col("text").str.count_matches(self.delimiter, literal=True) >= width
        long = whole.filter(wide)
        bad: tuple[Rejected, ...] = ()
        rest = _frame([], [()] * width)
        if long.height:
            rows = [(line, tuple(trim(cell) for cell in one.split(self.delimiter))) for line, one in long.rows()]
            block = _cut(rows, header, name)
            rest, bad = block.frame, block.bad
            whole = whole.filter(~wide)
        cells = (
            pl.col("text")
            .str.split_exact(self.delimiter, max(width - 1, 1))
            .struct.rename_fields([str(at) for at in range(max(width, 2))])
        )
        cut = whole.select(LINE, cells.alias("cells")).unnest("cells").select(LINE, *(str(at) for at in range(width)))
        frame = _filled(_trimmed(cut.with_columns(pl.exclude(LINE).fill_null("")), False))
        again = pl.all_horizontal(*(pl.col(str(at)) == one for at, one in enumerate(header)))
        frame = frame.filter(~again)
        return Block(pl.concat([frame, rest]).sort(LINE) if rest.height else frame, bad)


def records_of(frame: pl.DataFrame) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Line and cells of each row of a block."""
    for line, *cells in frame.iter_rows():
        yield line, tuple(cells)


def all_of(stream: Stream) -> list[tuple[int, tuple[str, ...]]]:
    """Every row; for tables that are small."""
    return [row for block in stream.blocks() for row in records_of(block.frame)]
