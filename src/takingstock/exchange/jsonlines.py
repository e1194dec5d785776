"""JSON lines into cells: one object a line, what is nested under a name with a dot (``seller.name``).

A number is written as a spreadsheet shows it (``5``, not ``5.0``), a list of texts as a list cell (``a; b``), nothing
as an empty cell. A line that is no JSON object is a row that cannot be taken, not the end of the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from takingstock.exchange.cells import join_list
from takingstock.exchange.grid import Grid, trim
from takingstock.exchange.textfile import decode
from takingstock.records import BadFileError

_DEEPEST: Final = 20
_START: Final = 4096
_SHOWN: Final = 2000


@dataclass(frozen=True)
class JsonRow:
    """``cells`` by column; ``fault`` says why the line could not be read, and ``cells`` then hold its text."""

    line: int
    cells: dict[str, str]
    fault: str = ""


def is_json_lines(path: Path) -> bool:
    """Whether the first sign of the file that is no blank is ``{``."""
    with path.open("rb") as file:
        start = file.read(_START)
    return start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")


def json_rows(path: Path) -> Iterator[JsonRow]:
    """The lines of the file, one at a time; blank ones are left out. Raises BadFileError where it is no text."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            data = line.removeprefix(b"\xef\xbb\xbf").strip()
            if data:
                yield _row(number, data, path.name)


def read_json_lines(path: Path) -> Grid:
    """All of it as a grid. A bad line is a row with its text beyond the last column, so that a reader rejects it."""
    rows = list(json_rows(path))
    header = tuple(dict.fromkeys(name for row in rows if not row.fault for name in row.cells))
    if not header:
        raise BadFileError(f"{path.name}: not one line is a JSON object; write one object a line")
    bad = [row for row in rows if row.fault]
    notes = tuple(f"line {row.line}: {row.fault}" for row in bad[:20])
    if len(bad) > len(notes):
        notes += (f"{len(bad) - len(notes)} more lines are no JSON object",)
    grid = [
        (row.line, (*("" for _ in header), row.cells["line"]) if row.fault else tuple(map(row.cells.get, header)))
        for row in rows
    ]
    cells = tuple((line, tuple(cell or "" for cell in found)) for line, found in grid)
    return Grid(path.stem, ((0, header), *cells), notes)


def flat(value: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """The cells of a value: (column, text). Raises BadFileError for nesting that no table has."""
    if depth > _DEEPEST:
        raise BadFileError("nested deeper than any table")
    if isinstance(value, dict):
        for key, below in value.items():
            yield from flat(below, f"{name}.{key}" if name else str(key), depth + 1)
    elif isinstance(value, (list, tuple)) and any(isinstance(one, (dict, list, tuple)) for one in value):
        for number, below in enumerate(value):
            yield from flat(below, f"{name}.{number}", depth + 1)
    elif isinstance(value, (list, tuple)):
        yield name, join_list(tuple(text_of(one) for one in value))
    else:
        yield name, text_of(value)


def text_of(value: Any) -> str:
    """A value as a cell shows it."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case datetime():
            return value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case bytes():
            return value.decode("utf-8", errors="replace")
    return trim(str(value))


def _row(number: int, data: bytes, name: str) -> JsonRow:
    text = ""
    try:
        text, _ = decode(data, name)
        value = json.loads(text)
        if not isinstance(value, dict):
            raise ValueError("not an object")
        cells = dict(flat(value))
        if any("\x00" in part for pair in cells.items() for part in pair):
            raise ValueError("it holds a NUL character")
        "".join(part for pair in cells.items() for part in pair).encode()
    except (ValueError, RecursionError, BadFileError) as error:
        shown = (text or data.decode("utf-8", errors="replace"))[:_SHOWN]
        return JsonRow(number, {"line": shown}, f"no JSON object that can be read ({str(error)[:80]}); mend the line")
    return JsonRow(number, cells)
