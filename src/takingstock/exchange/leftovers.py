"""Rejected and reviewed rows as CSV files: sheet, line, reason (for review also by which register's names the row was
read), then the row as it stood in the file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from takingstock.exchange.cells import guarded, is_error
from takingstock.exchange.csvtext import csv_rows
from takingstock.records import BadFileError, Rejected

READ_AS: Final = "read_as"
"""The column of a review that says under which register's names its rows were read."""


def fingerprint(path: Path) -> str:
    """SHA-256 (hex) of a file, or of the names and contents of a folder's CSV files."""
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.is_file() and not file.name.startswith((".", "~")))
        listing = "".join(f"{file.name}\0{_sha256(file)}\n" for file in files)
        return hashlib.sha256(listing.encode()).hexdigest()
    return _sha256(path)


def leftover_path(folder: Path, path: Path, digest: str, kind: str) -> Path:
    """Where the rejects or reviews of a file go: named after the file and its content, so that the same import
    writes the same file."""
    stem = re.sub(r"[^\w.-]+", "-", path.stem).strip("-.")[:80] or "import"
    return folder / f"{stem}-{digest[:8]}.{kind}.csv"


def write_leftovers(file: Path, rows: Sequence[Rejected], register: str = "") -> Path:
    """Write the rows in the order of the input; ``register``: whose names they were read by.

    Raises BadFileError where the place cannot be written."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(leftovers_text(rows, register), encoding="utf-8", newline="")
    except OSError as error:
        raise BadFileError(f"{file} cannot be written: {error.strerror or error}") from error
    return file


def heads(columns: Iterable[str], register: str = "") -> list[str]:
    """The head of a file of leftovers whose rows have these columns."""
    return ["sheet", "line", "reason", *([READ_AS] if register else []), *map(guarded, columns)]


def leftovers_text(rows: Sequence[Rejected], register: str = "") -> str:
    """The CSV text. Columns of all sheets stand side by side, in order of first appearance."""
    columns = list(dict.fromkeys(name for row in rows for name, _ in row.row))
    return csv_rows([heads(columns, register), *(cells_of(row, columns, register) for row in rows)])


def cells_of(row: Rejected, columns: Sequence[str], register: str = "") -> list[str]:
    """A row under the columns of all."""
    cells = dict(row.row)
    own = [guarded(row.sheet), str(row.line), guarded(row.reason), *([guarded(register)] if register else [])]
    return [*own, *(defused(cells.get(name, "")) for name in columns)]


def defused(cell: str) -> str:
    """A cell as the file had it, made harmless. A text that is guarded already means what it meant, and an error of
    a spreadsheet program stays one until somebody mends it."""
    return cell if cell.startswith("'") or is_error(cell) else guarded(cell)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
