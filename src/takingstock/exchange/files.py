"""Any file or folder into grids, by content and not by its ending."""

from __future__ import annotations

from pathlib import Path

from takingstock.exchange.columns import SHEETS, sheet_named
from takingstock.exchange.grid import Grid, HeaderScore
from takingstock.exchange.jsonlines import is_json_lines, read_json_lines
from takingstock.exchange.parquet import is_parquet, read_parquet
from takingstock.exchange.textfile import read_text
from takingstock.exchange.workbook import is_workbook, read_workbook
from takingstock.records import BadFileError

_TEXT = {".csv", ".tsv", ".txt"}


def read_grids(path: Path, score: HeaderScore) -> tuple[tuple[Grid, ...], tuple[str, ...]]:
    """The grids of a workbook, a delimited text, JSON lines, a Parquet file, or a folder of CSV files named as the
    template's sheets; and notes.

    Raises BadFileError where there is nothing that could be a table."""
    try:
        if path.is_dir():
            return _folder(path, score)
        if not path.exists():
            raise BadFileError(f"there is no file {path}; check the path")
        if path.stat().st_size == 0:
            raise BadFileError(f"{path.name} is empty; there is nothing to import")
        grids = _file(path, score)
    except OSError as error:
        raise BadFileError(f"{path} cannot be read: {error.strerror or error}") from error
    return grids, tuple(note for grid in grids for note in grid.notes)


def _file(path: Path, score: HeaderScore) -> tuple[Grid, ...]:
    if is_workbook(path):
        return read_workbook(path)
    if is_parquet(path):
        return (read_parquet(path),)
    if is_json_lines(path):
        return (read_json_lines(path),)
    return (read_text(path, score),)


def _folder(path: Path, score: HeaderScore) -> tuple[tuple[Grid, ...], tuple[str, ...]]:
    grids, notes = [], []
    for file in sorted(path.iterdir()):
        if file.name.startswith((".", "~")) or file.is_dir() or file.suffix.casefold() not in _TEXT:
            continue
        if sheet_named(file.stem) is None:
            if file.suffix.casefold() == ".csv":
                notes.append(f"{file.name} is none of the template's sheets and was not read")
            continue
        grids.append(read_text(file, score))
    if not grids:
        raise BadFileError(
            f"{path.name} holds none of {', '.join(f'{spec.name}.csv' for spec in SHEETS)}; "
            "name a file, or a folder in the template's form"
        )
    return tuple(grids), (*notes, *(note for grid in grids for note in grid.notes))
