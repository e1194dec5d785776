"""Delimited text into a grid: encodings, delimiters, trailing separators, and files that were cut off.

UTF-8 (with or without mark), UTF-16, else Windows-1252, which reads every Latin-1 file the way its writer meant it.
"""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

from takingstock.exchange.grid import Grid, HeaderScore, trim
from takingstock.records import BadFileError

DELIMITERS = (",", ";", "\t", "|")
END = "\x00end of file"
SAMPLE = 65_536
LONGEST_CELL = 2**31 - 1
"""Characters that a cell may have; the csv module's own limit of 131,072 is short of what a record can hold."""


def read_text(path: Path, score: HeaderScore) -> Grid:
    """The cells of a CSV file. The delimiter is the one under which a row looks most like a header.

    Raises BadFileError for an empty, binary or cut-off file."""
    data = path.read_bytes()
    text, notes = decode(data, path.name)
    delimiter = delimiter_of(text, score)
    # The limit belongs to the whole process: it is raised and never lowered, so that no other reader is cut short.
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_CELL))
    rows: list[tuple[int, tuple[str, ...]]] = []
    start = 1
    last = -1
    ended = text.endswith(("\n", "\r"))
    reader = csv.reader(io.StringIO(f"{text}{'' if ended else chr(10)}{END}", newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            if cells == [END]:
                last = -1
                break
            last = start
            trimmed = tuple(trim(cell) for cell in cells)
            if any(trimmed):
                rows.append((start, trimmed))
            start = reader.line_num + 1
    except csv.Error as error:
        raise BadFileError(f"{path.name}, line {start}: not readable as CSV ({error}); save it again as CSV") from error
    if last != -1:
        raise BadFileError(
            f"{path.name}: a quotation mark opened in line {last} is never closed; the file is cut off or has a "
            "stray quotation mark: copy it again or mend that line"
        )
    grid = Grid(path.stem, tuple(rows), notes)
    if not rows:
        raise BadFileError(f"{path.name} is empty; there is nothing to import")
    index = grid.header(score)
    if not ended and index is not None and index < len(rows) - 1:
        refuse_half(path.name, rows[-1], len(rows[index][1]))
    return grid


def decode(data: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """Bytes to text, and a note where the encoding had to be guessed. Raises BadFileError for binary content."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _utf16(data, "utf-16", name), ()
    sample = data[:4096]
    if sample.count(0) > len(sample) // 4:
        odd = sample[1::2].count(0) >= sample[0::2].count(0)
        return _utf16(data, "utf-16-le" if odd else "utf-16-be", name), ("read as UTF-16",)
    control = sum(byte < 32 and byte not in (9, 10, 12, 13) for byte in sample)
    if b"\0" in data or control > len(sample) // 50:
        raise BadFileError(f"{name} is not a spreadsheet: it is binary; save it as .xlsx or CSV and try again")
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        pass
    note = f"{name}: not UTF-8, read as Windows-1252; if names look wrong, save the file as UTF-8"
    try:
        return data.decode("cp1252"), (note,)
    except UnicodeDecodeError:
        return data.decode("latin-1"), (note,)


def _utf16(data: bytes, encoding: str, name: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadFileError(f"{name} is damaged or cut off: it is not whole UTF-16; copy it again") from error
    if "\0" in text:
        raise BadFileError(f"{name} is not a spreadsheet: it is binary; save it as .xlsx or CSV and try again")
    return text


def delimiter_of(text: str, score: HeaderScore) -> str:
    """The delimiter whose best row has most known columns; then the one that cuts most cells."""
    best, found = (-1, -1), ","
    for delimiter in DELIMITERS:
        sample = csv.reader(io.StringIO(text[:SAMPLE], newline=""), delimiter=delimiter)
        points, cells = 0, 0
        try:
            for row, _ in zip(sample, range(200), strict=False):
                points = max(points, score(row))
                cells = max(cells, len(row))
        except csv.Error:
            continue
        if (points, cells) > best:
            best, found = (points, cells), delimiter
    return found


def refuse_half(name: str, row: tuple[int, tuple[str, ...]], width: int) -> None:
    line, cells = row
    if len(cells) < width:
        raise BadFileError(
            f"{name}: the last line ({line}) has {len(cells)} of {width} cells and no end of line: half a file? "
            "Copy it again, or end the last line if it is whole"
        )
